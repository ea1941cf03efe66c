"""Answers to questions about columns of people, by either engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import Location, PolicyError, Problem, did_you_mean
from policy.graph.engine import engine_of
from policy.legislation.reference import simulation_of
from policy.legislation.times import slots_asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array, Column, People, Slot

#: A variable asked for a period, which may be longer than its own.
Question = tuple[str, "Period"]

GRAPH, OPENFISCA = "graph", "openfisca"


def answers(
    law: Legislation,
    people: People,
    facts: Mapping[Slot, Column],
    questions: Iterable[Question],
    where: Location = Location(),  # noqa: B008  (immutable)
    engine: str = GRAPH,
) -> dict[Question, Array]:
    """Calculate variables for periods; over a period longer than its own a variable is summed.

    Args:
        law: the statute book.
        people: who is in which group.
        facts: what is given.
        questions: variables and periods.
        where: where they are asked, for errors.
        engine: ``"graph"``, or ``"openfisca"`` for the reference.

    Raises:
        PolicyError: a variable cannot be calculated for such a period, a formula fails, or the law
            gives no number.

    """
    found = arrays(law, people, facts, questions, where, engine)
    return {
        (name, period): numbers(law, people, name, period, array)
        for (name, period), array in found.items()
    }


def arrays(
    law: Legislation,
    people: People,
    facts: Mapping[Slot, Column],
    questions: Iterable[Question],
    where: Location = Location(),  # noqa: B008  (immutable)
    engine: str = GRAPH,
) -> dict[Question, Array]:
    """Calculate the same; where the law gives no number, the answer is NaN."""
    asked = {
        (name, period): slots_asked(law.variable(name), period, where) for name, period in questions
    }
    calculate = _engine(engine)
    found = calculate(law, people, facts, tuple({s: None for each in asked.values() for s in each}))
    result = {}
    for (name, period), slots in asked.items():
        result[name, period] = sum((found[slot] for slot in slots[1:]), found[slots[0]])
    return result


def _by_graph(
    law: Legislation, people: People, facts: Mapping[Slot, Column], slots: tuple[Slot, ...]
) -> dict[Slot, Array]:
    return engine_of(law).calculate(people, facts, slots)


def _by_openfisca(
    law: Legislation, people: People, facts: Mapping[Slot, Column], slots: tuple[Slot, ...]
) -> dict[Slot, Array]:
    simulation = simulation_of(law, people, facts)
    return {slot: np.asarray(simulation.calculate(*slot)) for slot in slots}


_ENGINES: dict[str, Callable[..., dict[Slot, Array]]] = {
    GRAPH: _by_graph,
    OPENFISCA: _by_openfisca,
}


def _engine(name: str) -> Callable[..., dict[Slot, Array]]:
    if str(name) not in _ENGINES:
        raise PolicyError(
            Problem(
                f"there is no engine '{name}'",
                remedy=did_you_mean(str(name), _ENGINES, kind="engines"),
                key="engine",
            )
        )
    return _ENGINES[name]


def lacks_numbers(array: Array) -> bool:
    """Tell whether the law gives no number for somebody.

    >>> lacks_numbers(np.array([1.0, np.nan])), lacks_numbers(np.array([True]))
    (True, False)
    """
    return array.dtype.kind == "f" and bool(np.isnan(array.min(initial=0)))  # (one look at each)


def numbers(law: Legislation, people: People, name: str, period: Period, answer: Any) -> Array:
    """Return an answer; where the law gives no number that is an error, not an answer."""
    array = np.asarray(answer).view()
    if lacks_numbers(array):
        key = law.variable(name).entity.key
        some = np.flatnonzero(np.isnan(array))[:5]
        raise PolicyError(
            Problem(
                f"{name} of {', '.join(people.named(key, int(index)) for index in some)} for"
                f" {period} cannot be calculated: a value of the law that it needs is not known",
                remedy=f"see 'policy show {name}'",
                code="value-not-known",
            )
        )
    array.flags.writeable = False
    return array
