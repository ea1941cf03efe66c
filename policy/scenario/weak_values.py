"""Which answers rest on values of the law that neither a law nor an official page gives.

Each such value that the formulas read is changed; the answers rest on it if one of them changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph.engine import engine_of
from policy.legislation.times import slots_asked
from policy.scenario.columns import facts_of, people_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array
    from policy.scenario.situation import Situation

#: Grades of sources that are neither law nor an official page.
WEAK = ("secondary", "derived")


@dataclass(frozen=True)
class WeakValue:
    """A value of the law that an answer rests on, and the grade of its source."""

    parameter: str
    label: str
    source: str


def weak_values_of(
    law: Legislation, situation: Situation, outputs: Iterable[str], period: Period
) -> tuple[WeakValue, ...]:
    """Return the weak values that answers rest on, in the order in which formulas read them.

    Args:
        law: the statute book.
        situation: the people, and what is given of them.
        outputs: names of variables.
        period: the period that they are asked for.

    """
    people, facts = people_of(law, [situation]), facts_of(law, [situation])
    slots = tuple(slot for name in outputs for slot in slots_asked(law.variable(name), period))
    engine = engine_of(law)
    read = dict(_weak_values_read(law, engine.parameters_read(slots, facts)))

    def answers(values: Mapping[str, Any]) -> list[Array]:
        plan = engine.plan_with(values, facts, slots)
        return list(engine.calculate(people, facts, slots, plan).values())

    matter = _that_matter(read, answers) if read else set()
    return tuple(weak for weak in read if weak in matter)


def _weak_values_read(
    law: Legislation, read: Iterable[tuple[str, Any]]
) -> Iterator[tuple[WeakValue, Any]]:
    """Yield the weak ones of the values that are read, each with another value in its place."""
    for name, value in read:
        parameter = law.parameters.get(name)
        if parameter is None or not isinstance(value, int | float):
            continue
        sources = {each.source for each in parameter.values if each.value == value}
        if sources and sources <= set(WEAK):
            weak = WeakValue(name, parameter.label or name, min(sources))
            yield weak, not value if isinstance(value, bool) else 1 + value * 1.1


def _that_matter(
    read: Mapping[WeakValue, Any], answers: Callable[[Mapping[str, Any]], list[Array]]
) -> set[WeakValue]:
    """Return the values of which a change alters an answer, by halving those that do together."""
    usual = answers({})

    def alters(some: list[WeakValue]) -> bool:
        changed = answers({weak.parameter: read[weak] for weak in some})
        pairs = zip(usual, changed, strict=True)
        return any(
            not np.array_equal(one, other, equal_nan=one.dtype.kind == "f") for one, other in pairs
        )

    matter, todo = set(), [list(read)]
    while todo:
        some = todo.pop()
        if not alters(some):
            continue
        if len(some) == 1:
            matter.update(some)
        else:
            middle = len(some) // 2
            todo += [some[:middle], some[middle:]]
    return matter
