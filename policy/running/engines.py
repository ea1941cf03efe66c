"""The engines that answer questions about a block of people."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from policy.errors import PolicyError, Problem, did_you_mean
from policy.graph.engine import NUMBA, NUMPY
from policy.population.arrays import AUTO, MANY, answer
from policy.population.tables import library
from policy.scenario.answers import OPENFISCA, arrays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from policy.legislation.people import Array, Column, People, Slot
    from policy.running.schema import Question

    #: What an engine is asked about a block: the outputs of a question for people, of whom facts
    #: are given.
    Asked: TypeAlias = tuple[Question, People, Mapping[Slot, Column]]
    #: Answers it.
    Answers: TypeAlias = Callable[[Question, People, Mapping[Slot, Column]], Mapping[str, Array]]

DUCKDB, SPARK = "duckdb", "spark"


@dataclass(frozen=True)
class Engine:
    """A way to calculate.

    Attributes:
        opened: makes it ready for the blocks of one run; it may write to a private folder. What
            will be asked, block by block, is there for an engine that works on all blocks at once.
        blocks: how many times larger than usual its blocks are, because each costs it a while
            however small it is.

    """

    opened: Callable[[Path, Iterable[Asked]], AbstractContextManager[Answers]]
    blocks: int = 1


def _ready(answers: Answers) -> Engine:
    """Return an engine that is always ready."""
    return Engine(lambda *_: nullcontext(answers))


def _by_graph(backend: str) -> Engine:
    def answers(
        question: Question, people: People, facts: Mapping[Slot, Column]
    ) -> Mapping[str, Array]:
        return answer(question.law, people, facts, question.asked, backend)

    return _ready(answers)


def _by_openfisca(
    question: Question, people: People, facts: Mapping[Slot, Column]
) -> Mapping[str, Array]:
    asked = [(name, question.period) for name in question.outputs]
    found = arrays(question.law, people, facts, asked, engine=OPENFISCA)
    return {name: found[name, question.period] for name in question.outputs}


def _by_duckdb(scratch: Path, _: Iterable[Asked]) -> AbstractContextManager[Answers]:
    for name in ("duckdb", "sqlglot"):
        library(name, scratch, "the engine duckdb", "scale")
    from policy.running.on_duckdb import by_duckdb  # noqa: PLC0415  (an extra)

    return by_duckdb(scratch)


def _by_spark(scratch: Path, blocks: Iterable[Asked]) -> AbstractContextManager[Answers]:
    for name in ("pyspark.sql", "sqlglot"):
        library(name, scratch, "the engine spark", "spark")
    from policy.running.on_spark import by_spark  # noqa: PLC0415  (an extra)

    return by_spark(scratch, blocks)


#: Each engine by its name.
ENGINES: dict[str, Engine] = {
    AUTO: _by_graph(AUTO),
    NUMBA: _by_graph(NUMBA),
    NUMPY: _by_graph(NUMPY),
    DUCKDB: Engine(_by_duckdb, blocks=4),
    SPARK: Engine(_by_spark),
    OPENFISCA: _ready(_by_openfisca),
}


def engine_named(name: str, persons: int = 0) -> Engine:
    """Return an engine; of ``auto`` the one that is sure to be faster for so many persons.

    Raises:
        PolicyError: there is no such engine.

    """
    if name not in ENGINES:
        remedy = did_you_mean(name, ENGINES, kind="engines")
        raise PolicyError(Problem(f"there is no engine '{name}'", remedy=remedy, key="engine"))
    return ENGINES[NUMBA if name == AUTO and persons >= MANY else name]
