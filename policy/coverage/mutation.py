"""Mutation of the law: small changes that tests should notice.

A mutant is the law with one number nudged, one comparison made strict or not strict, or one
condition left out. It is killed by a case that no longer passes. Each case is walked through once;
for a mutant only what follows from the change is computed again.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.coverage.conditions import Place, places
from policy.coverage.walk import nodes_of, passes, same, walk_of
from policy.errors import PolicyError
from policy.graph.build import UntraceableError
from policy.graph.ops import run
from policy.graph.tracer import Tracer
from policy.legislation.legislation import section_of
from policy.legislation.reforms.changed import changed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policy.coverage.accepted import Accepted
    from policy.coverage.walk import Walk
    from policy.graph.nodes import Node
    from policy.graph.tracer import Definition
    from policy.legislation.legislation import Legislation
    from policy.legislation.parameters import Parameter, Value
    from policy.legislation.people import People, Slot
    from policy.testing.cases import Case

#: Each comparison, and the one that differs where the two sides are equal.
_OTHER_AT_EQUAL = {
    "less": "less_equal",
    "less_equal": "less",
    "greater": "greater_equal",
    "greater_equal": "greater",
}
_JOINED = frozenset({"bitwise_and", "bitwise_or", "logical_and", "logical_or"})
#: The smallest change of a number in units that are not money.
_STEPS = {"1": 0.01}
_CENT = 0.01


@dataclass(frozen=True)
class Mutant:
    """One small change of the law.

    Attributes:
        kind: ``number``, ``comparison`` or ``condition``.
        section: the section of law that it is about.
        place: the file and line changed.
        change: what was changed, in words.
        variable: the variable whose formula is changed; empty for a number.
        parameter: the parameter whose value is changed, with the values before and after.

    """

    kind: str
    section: str
    place: str
    change: str
    variable: str = ""
    at: Place | None = None
    way: str = ""
    parameter: str = ""
    before: Any = None
    after: Any = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "kind": self.kind,
            "section": self.section,
            "place": self.place,
            "change": self.change,
            "variable": self.variable,
            "parameter": self.parameter,
        }


class Suite:
    """The cases of a book, walked through, ready for mutants."""

    def __init__(self, law: Legislation, cases: Iterable[Case]) -> None:
        self.law = law
        self.walks: list[tuple[Case, Walk]] = []
        for case in cases:
            try:
                walk = walk_of(case)
            except PolicyError:
                continue
            if passes(case, walk, walk.values):
                self.walks.append((case, walk))
        self.walks.sort(key=lambda each: len(each[1].order))
        self._places: dict[int, dict[Place, Node]] = {}
        self._numbers: dict[int, frozenset[str]] = {}

    def mutants(self) -> list[Mutant]:
        """Return every mutant of the law that a case rests on; of reforms, if it has any."""
        found: dict[Mutant, None] = {}
        changed = changed_in(self.law)
        for parameter in self.law.parameters.values():
            for value in parameter.values:
                if changed is None or (parameter.name, value.start) in changed.values:
                    found.update(dict.fromkeys(_of_value(parameter, value)))
        for _, walk in self.walks:
            for slot, definition in walk.computed():
                if changed is not None and slot[0] not in changed.variables:
                    continue
                for place, node in self._nodes_at(walk, slot[0], definition).items():
                    if changed is not None and place.file not in changed.files:
                        continue
                    section = section_of(self.law.variable(slot[0]))
                    found.update(dict.fromkeys(_of_expression(node, place, section)))
        return list(found)

    def killer(self, mutant: Mutant) -> Case | None:
        """Return a case that notices a mutant, or None where none does."""
        tracer = self.tracer_of(mutant)
        for case, walk in self.walks:
            values = self.values_under(mutant, walk, tracer)
            if values is None or (values is not walk.values and not passes(case, walk, values)):
                return case
        return None

    def tracer_of(self, mutant: Mutant) -> Tracer | None:
        """Return what traces formulas under a mutant's parameter; None where none is changed."""
        if not mutant.parameter:
            return None
        return Tracer(self.law, {mutant.parameter: (mutant.before, mutant.after)})

    def values_under(
        self, mutant: Mutant, walk: Walk, tracer: Tracer | None
    ) -> dict[Slot, Any] | None:
        """Return a walk's values under a mutant, its own where nothing changes.

        None where the law cannot be calculated under the mutant.
        """
        if mutant.variable and mutant.variable not in walk.names:
            return walk.values
        values = dict(walk.values)
        changed: set[Slot] = set()
        for slot, definition in walk.computed():
            altered = self._altered(walk, slot, definition, mutant)
            if not altered and not any(need in changed for need in definition.needs):
                continue
            try:
                value = self._value(walk, slot, definition, values, mutant, tracer, altered=altered)
            except (PolicyError, UntraceableError):
                return None
            if not same(value, walk.values[slot]):
                values[slot] = value
                changed.add(slot)
        return values if changed else walk.values

    def _altered(self, walk: Walk, slot: Slot, definition: Definition, mutant: Mutant) -> bool:
        if mutant.parameter:
            known = self._numbers.get(id(definition))
            if known is None:
                own = {n.detail[0] for n in nodes_of(definition) if n.op == "parameter"}
                known = self._numbers[id(definition)] = frozenset(own | {*definition.pinned})
            return mutant.parameter in known
        return slot[0] == mutant.variable and mutant.at in self._nodes_at(walk, slot[0], definition)

    def _value(
        self,
        walk: Walk,
        slot: Slot,
        definition: Definition,
        values: dict[Slot, Any],
        mutant: Mutant,
        tracer: Tracer | None,
        *,
        altered: bool,
    ) -> Any:
        if not altered:
            return walk.merged(slot, walk.evaluate(definition, values).result)
        if tracer is None:
            node = self._nodes_at(walk, slot[0], definition)[mutant.at or Place("", "", 0, "")]
            change = _changing(node, mutant.way, walk.people)
            return walk.merged(slot, walk.evaluate(definition, values, change).result)
        other = tracer.define(slot, walk.tracing.asked.get(slot, slot[1]))
        if other.opaque:
            raise UntraceableError(other.opaque)
        for need in other.needs:
            if need not in values:  # (the mutant asks for what the law did not)
                values[need] = self._asked_anew(walk, need, values, tracer)
        return walk.merged(slot, walk.evaluate(other, values).result)

    def _asked_anew(self, walk: Walk, slot: Slot, values: dict[Slot, Any], tracer: Tracer) -> Any:
        if slot in walk.facts and walk.facts[slot].known is None:
            return walk.facts[slot].values
        definition = tracer.define(slot, tracer.tracing.asked.get(slot, slot[1]))
        for need in definition.needs:
            if need not in values:
                values[need] = self._asked_anew(walk, need, values, tracer)
        return walk.merged(slot, walk.evaluate(definition, values).result)

    def _nodes_at(self, walk: Walk, name: str, definition: Definition) -> dict[Place, Node]:
        known = self._places.get(id(definition))
        if known is None:
            known = {place: node for node, place in places(walk.tracing, name, definition)}
            self._places[id(definition)] = known
        return known


def accept(
    survivors: Iterable[Mutant], accepted: Iterable[Accepted]
) -> tuple[list[Mutant], list[Accepted]]:
    """Set aside the mutants that no test can notice; return the others, and what is not lacking."""
    reasons = {(each.name, each.words): each for each in accepted}
    left, met = [], set()
    for mutant in survivors:
        key = (mutant.variable or mutant.parameter, mutant.change)
        if key in reasons:
            met.add(key)
        else:
            left.append(mutant)
    return left, [each for key, each in reasons.items() if key not in met]


def _of_value(parameter: Parameter, value: Value) -> Iterator[Mutant]:
    for after in _nudged(value.value, parameter.unit):
        yield Mutant(
            kind="number",
            section=parameter.section,
            place=parameter.file,
            change=f"{parameter.name} from {value.start}: {_shown(value)} becomes {after}",
            parameter=parameter.name,
            before=value.value,
            after=after,
        )


def _shown(value: Value) -> str:
    return str(value.value)


def _nudged(value: Any, unit: str) -> Iterator[Any]:
    """Yield the values next to a value: a cent, a day, a year, a child more and less."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        money = unit[:3].isupper() and unit[:3].isalpha()
        step = _CENT if money else _STEPS.get(unit, 1)
        if unit == "1" and isinstance(value, int):
            step = 1
        yield type(value)(value + step) if step == 1 else round(value + step, 6)
        yield type(value)(value - step) if step == 1 else round(value - step, 6)
    elif isinstance(value, str):
        try:
            day = datetime.date.fromisoformat(value)
        except ValueError:
            return
        for days in (1, -1):
            yield (day + datetime.timedelta(days)).isoformat()


def _of_expression(node: Node, place: Place, section: str) -> Iterator[Mutant]:
    where = f"{place.file}:{place.line}"
    if not node.space:
        return

    def mutant(kind: str, change: str, way: str) -> Mutant:
        return Mutant(kind, section, where, change, place.variable, place, way)

    if node.op in _OTHER_AT_EQUAL:
        other = _OTHER_AT_EQUAL[node.op]
        yield mutant("comparison", f"{place.text}: {node.op} becomes {other}", other)
    if node.op in _JOINED and node.dtype == np.bool_:
        for kept in (0, 1):
            yield mutant("condition", f"{place.text}: part {2 - kept} left out", f"keep {kept}")
    if node.op == "where":
        for kept in (1, 2):
            branch = "always" if kept == 1 else "never"
            yield mutant("condition", f"{place.text}: {branch} so", f"keep {kept}")


def _changing(node: Node, way: str, people: People) -> Callable[[Node, tuple[Any, ...]], Any]:
    def change(each: Node, args: tuple[Any, ...]) -> Any:
        if each is not node:
            return None
        if way.startswith("keep "):
            kept = np.asarray(args[int(way.removeprefix("keep "))])
            return kept.astype(node.dtype, copy=False)
        return run(way, people, args, None)

    return change
