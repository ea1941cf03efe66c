"""Why two laws give different answers: the graphs of both, walked together from the answer down.

Where a variable differs, and something it needs differs too, the walk goes on there; where a number
or the formula itself differs, that is a cause. Numbers of branches that nobody went into are none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import PolicyError
from policy.explain.numbers import numbers_taken
from policy.graph.engine import engine_of
from policy.graph.nodes import live
from policy.legislation.legislation import section_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policy.graph.engine import Engine
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array, Column, People, Slot


@dataclass(frozen=True)
class Cause:
    """Something in the law that is another, and the variables through which it changes an answer.

    Attributes:
        kind: ``parameter`` or ``formula``.
        name: of the parameter; or of the variable whose formula is another.
        label: its name in plain words.
        section: where the law says it.
        before: the parameter's value; of a schedule with many others none.
        after: likewise.
        through: variables from the answer to the one that the cause is in.

    """

    kind: str
    name: str
    label: str
    section: str
    before: Any
    after: Any
    through: tuple[str, ...]

    def __str__(self) -> str:
        """Say on one line what is another."""
        section = f", {self.section}" if self.section else ""
        if self.kind == "formula":
            return f"another formula of {self.label}{section}"
        if self.before is None and self.after is None:
            return f"another schedule: {self.label}{section}"
        was = "nothing" if self.before is None else self.before
        now = "nothing" if self.after is None else self.after
        return f"{self.label}: {was} → {now}{section}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {**vars(self), "through": list(self.through)}


@dataclass
class _Side:
    """One of the two laws, with the value of every variable that the answers need."""

    law: Legislation
    engine: Engine
    people: People
    values: dict[Slot, Array]


def causes_of(
    before: Legislation,
    after: Legislation,
    people: People,
    facts: Mapping[Slot, Column],
    slots: Iterable[Slot],
) -> list[Cause]:
    """Return why answers differ; nothing where a formula is no expression.

    Args:
        before: one law.
        after: the other.
        people: who is in which group.
        facts: what is given.
        slots: the answers, as variables of periods.

    """
    wanted = tuple(slots)
    try:
        old, new = (_side(law, people, facts, wanted) for law in (before, after))
    except PolicyError:
        return []
    given = {slot for slot, column in facts.items() if column.known is None}
    found: dict[tuple[str, str], Cause] = {}
    seen: set[Slot] = set()
    todo: list[tuple[Slot, tuple[str, ...]]] = [(slot, (slot[0],)) for slot in reversed(wanted)]
    while todo:
        slot, way = todo.pop()
        if slot in seen or slot in given:
            continue
        seen.add(slot)
        for cause in _own(old, new, slot, way):
            found.setdefault((cause.kind, cause.name), cause)
        needs = dict.fromkeys(need for side in (old, new) for need in _needs(side, slot))
        todo += [(need, (*way, need[0])) for need in reversed(needs) if _differ(old, new, need)]
    return list(found.values())


def _side(
    law: Legislation, people: People, facts: Mapping[Slot, Column], wanted: tuple[Slot, ...]
) -> _Side:
    engine = engine_of(law)
    order = engine.read_by(wanted, facts) or []
    return _Side(law, engine, people, engine.calculate(people, facts, tuple(order)))


def _needs(side: _Side, slot: Slot) -> tuple[Slot, ...]:
    definition = side.engine.trace(()).definitions.get(slot)
    return definition.needs if definition else ()


def _differ(one: _Side, other: _Side, slot: Slot) -> bool:
    a, b = one.values.get(slot), other.values.get(slot)
    if a is None or b is None:
        return True
    return not np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def _own(one: _Side, other: _Side, slot: Slot, way: tuple[str, ...]) -> Iterator[Cause]:
    """Yield what differs in the definition of a variable itself."""
    old, new = (_numbers(side, slot) for side in (one, other))
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if names:
        taken = [_taken(side, slot) for side in (one, other)]
        some = [name for name in names if any(each is None or name in each for each in taken)]
        names = some or names
    schedules: dict[str, list[str]] = {}
    for name in names:
        schedules.setdefault(name.partition("[")[0], []).append(name)
    for base, parts in schedules.items():
        single = parts[0] if len(parts) == 1 else ""
        parameter = other.law.parameter(single or parts[0]) or one.law.parameter(parts[0])
        yield Cause(
            "parameter",
            single or base,
            parameter.label if parameter else base,
            parameter.section if parameter else "",
            old.get(single),
            new.get(single),
            way,
        )
    variable, was = (side.law.system.variables.get(slot[0]) for side in (other, one))
    if not names and variable is not was and variable is not None:
        yield Cause(
            "formula", slot[0], variable.label or slot[0], section_of(variable), None, None, way
        )


def _taken(side: _Side, slot: Slot) -> set[str] | None:
    """Return the numbers that the values of a variable took; None where that is not known."""
    tracing = side.engine.trace(())
    definition = tracing.definitions.get(slot)
    if definition is None:
        return set()
    found = set(definition.pinned)
    values = {need: side.values[need] for need in definition.needs if need in side.values}
    asked = (slot[0], tracing.asked.get(slot, slot[1]))
    for index in range(side.people.counts[side.law.variable(slot[0]).entity.key]):
        names = numbers_taken(side.law, side.people, asked, values, index)
        if names is None:
            return None
        found.update(names)
    return found


def _numbers(side: _Side, slot: Slot) -> dict[str, Any]:
    definition = side.engine.trace(()).definitions.get(slot)
    if definition is None:
        return {}
    nodes = live([definition.node])
    read = {node.detail[0]: node.detail[1] for node in nodes if node.op == "parameter"}
    for name in definition.pinned:
        parameter = side.law.parameter(name)
        value = parameter.at(str(slot[1].start)) if parameter and slot[1].size > 0 else None
        read.setdefault(name, value.value if value else None)
    return read
