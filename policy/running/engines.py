"""The engines that answer questions about a block of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from policy.errors import PolicyError, Problem, did_you_mean
from policy.graph.engine import NUMBA, NUMPY
from policy.population.arrays import AUTO, MANY, answer
from policy.scenario.answers import OPENFISCA, arrays

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policy.legislation.people import Array, Column, People, Slot
    from policy.running.schema import Question

    #: Answers the outputs of a question for people, of whom facts are given.
    Engine: TypeAlias = Callable[[Question, People, Mapping[Slot, Column]], Mapping[str, Array]]


def _by_graph(backend: str) -> Engine:
    def answers(
        question: Question, people: People, facts: Mapping[Slot, Column]
    ) -> Mapping[str, Array]:
        return answer(question.law, people, facts, question.asked, backend)

    return answers


def _by_openfisca(
    question: Question, people: People, facts: Mapping[Slot, Column]
) -> Mapping[str, Array]:
    asked = [(name, question.period) for name in question.outputs]
    found = arrays(question.law, people, facts, asked, engine=OPENFISCA)
    return {name: found[name, question.period] for name in question.outputs}


#: Each engine by its name, made for a block of people.
ENGINES: dict[str, Engine] = {
    AUTO: _by_graph(AUTO),
    NUMBA: _by_graph(NUMBA),
    NUMPY: _by_graph(NUMPY),
    OPENFISCA: _by_openfisca,
}


def engine_named(name: str, persons: int) -> Engine:
    """Return an engine; of ``auto`` the one that is sure to be faster for so many persons.

    Raises:
        PolicyError: there is no such engine.

    """
    if name not in ENGINES:
        remedy = did_you_mean(name, ENGINES, kind="engines")
        raise PolicyError(Problem(f"there is no engine '{name}'", remedy=remedy, key="engine"))
    return ENGINES[NUMBA if name == AUTO and persons >= MANY else name]
