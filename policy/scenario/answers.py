"""Answers to questions about columns of people, by either engine."""

from __future__ import annotations

import math
from functools import lru_cache
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
#: How many lists of questions are kept.
_QUESTIONS = 512
#: Fewer values than this are looked at one by one.
_FEW = 32


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
    asked = tuple(questions)
    return dict(zip(asked, in_order(law, people, facts, asked, where, engine), strict=True))


def in_order(
    law: Legislation,
    people: People,
    facts: Mapping[Slot, Column],
    asked: tuple[Question, ...],
    where: Location = Location(),  # noqa: B008  (immutable)
    engine: str = GRAPH,
) -> list[Array]:
    """Calculate the same: the arrays in the order of the questions."""
    slots = law.derived.get(_Slots) or law.derived.setdefault(_Slots, _Slots(law))
    every, places = slots.of(asked, where)
    found = _engine(engine)(law, people, facts, every)
    return [sum((found[place] for place in rest), found[first]) for first, *rest in places]


class _Slots:
    """The variables of periods that answers are sums of, for questions often asked."""

    def __init__(self, law: Legislation) -> None:
        self.law = law
        self._known = lru_cache(_QUESTIONS)(self._of)

    def of(
        self, asked: tuple[Question, ...], where: Location
    ) -> tuple[tuple[Slot, ...], list[list[int]]]:
        """Return them, each once, and the places of those that each question is about."""
        try:
            return self._known(asked)
        except PolicyError:
            return self._of(asked, where)

    def _of(
        self,
        asked: tuple[Question, ...],
        where: Location = Location(),  # noqa: B008  (immutable)
    ) -> tuple[tuple[Slot, ...], list[list[int]]]:
        each = [slots_asked(self.law.variable(name), period, where) for name, period in asked]
        places: dict[Slot, int] = {}
        of_each = [[places.setdefault(slot, len(places)) for slot in slots] for slots in each]
        return tuple(places), of_each


def _by_graph(
    law: Legislation, people: People, facts: Mapping[Slot, Column], slots: tuple[Slot, ...]
) -> list[Array]:
    return engine_of(law).columns(people, facts, slots)


def _by_openfisca(
    law: Legislation, people: People, facts: Mapping[Slot, Column], slots: tuple[Slot, ...]
) -> list[Array]:
    simulation = simulation_of(law, people, facts)
    return [np.asarray(simulation.calculate(*slot)) for slot in slots]


_ENGINES: dict[str, Callable[..., list[Array]]] = {
    GRAPH: _by_graph,
    OPENFISCA: _by_openfisca,
}


def _engine(name: str) -> Callable[..., list[Array]]:
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
    if array.dtype.kind != "f":
        return False
    if len(array) <= _FEW:
        return math.isnan(sum(array.tolist())) and bool(np.isnan(array).any())
    return bool(np.isnan(array.min(initial=0)))  # (one look at each)


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
    array.setflags(write=False)
    return array
