"""Coverage of the law: which conditions tests saw true, saw false, and saw make a difference.

A condition is shown to matter where turning it around alone, everything else in the case as it is,
changes the variable it belongs to for somebody. Together the three are modified condition/decision
coverage, asked of every condition of every formula.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.coverage.conditions import Place, is_condition, places
from policy.coverage.walk import nodes_of, same, walk_of
from policy.errors import PolicyError
from policy.legislation.legislation import section_of
from policy.legislation.reforms.changed import changed_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy.coverage.accepted import Accepted
    from policy.coverage.walk import Walk
    from policy.graph.nodes import Node
    from policy.graph.tracer import Definition
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot
    from policy.testing.cases import Case


@dataclass
class Condition:
    """What tests showed of a condition."""

    place: Place
    true: bool = False
    false: bool = False
    matters: bool = False
    accepted: Accepted | None = None

    @property
    def covered(self) -> bool:
        """Whether it was seen true and false, and shown to matter."""
        return self.true and self.false and self.matters

    @property
    def reachable(self) -> bool:
        """Whether tests could show what they did not show."""
        return self.accepted is None

    @property
    def lacks(self) -> tuple[str, ...]:
        """What tests did not show."""
        shown = {"true": self.true, "false": self.false, "matters": self.matters}
        return tuple(name for name, seen in shown.items() if not seen)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            **vars(self.place),
            "true": self.true,
            "false": self.false,
            "matters": self.matters,
            "accepted": self.accepted.reason if self.accepted else None,
        }


@dataclass
class Coverage:
    """What tests showed of a book's law.

    Attributes:
        conditions: every condition that tests reached, by its place.
        values: of each parameter the days from which values hold, and whether one was used. A day
            from which no value is known is none of them.
        variables: the variables with a formula, and whether tests reached them.
        sections: the sections of law, and whether tests reached a variable of it.

    """

    conditions: dict[Place, Condition] = field(default_factory=dict)
    values: dict[tuple[str, str], bool] = field(default_factory=dict)
    variables: dict[str, bool] = field(default_factory=dict)
    sections: dict[str, bool] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The share of reachable conditions covered, from 0 to 1.

        Of a variable that no test reached there is one, which is not covered.
        """
        unreached = sum(not reached for reached in self.variables.values())
        reachable = [each for each in self.conditions.values() if each.reachable]
        total = len(reachable) + unreached
        return sum(each.covered for each in reachable) / total if total else 1.0

    def accept(self, accepted: Iterable[Accepted]) -> list[Accepted]:
        """Set aside the conditions that no test can show; return what is not lacking."""
        stale = []
        for each in accepted:
            found = [
                condition
                for condition in self.conditions.values()
                if (condition.place.variable, condition.place.text) == (each.name, each.words)
                and condition.lacks
                and each.lacks.issuperset(condition.lacks)
            ]
            for condition in found:
                condition.accepted = each
            if not found:
                stale.append(each)
        return stale

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "share": self.share,
            "conditions": [each.to_dict() for each in self.conditions.values()],
            "values": [
                {"parameter": name, "from": start, "used": used}
                for (name, start), used in self.values.items()
            ],
            "variables": self.variables,
            "sections": self.sections,
        }


def cover(law: Legislation, cases: Iterable[Case]) -> Coverage:
    """Run cases and return what they show of a book's law.

    A case that cannot be calculated shows nothing: 'policy test' says why. Of a law with reforms
    only what they change is told.
    """
    coverage = Coverage()
    changed = changed_in(law)
    for name, variable in law.variables.items():
        if variable.formulas and (changed is None or name in changed.variables):
            coverage.variables[name] = False
            coverage.sections.setdefault(section_of(variable), False)
    for parameter in law.parameters.values():
        for value in parameter.values:
            known = (parameter.name, value.start)
            if value.value is not None and (changed is None or known in changed.values):
                coverage.values[known] = False
    reader = _Reader(law, coverage, changed.files if changed else None)
    for case in cases:
        try:
            walk = walk_of(case)
        except PolicyError:
            continue
        for slot, definition in walk.computed():
            reader.read(walk, slot, definition)
    return coverage


class _Reader:
    """Notes what each case shows."""

    def __init__(self, law: Legislation, coverage: Coverage, files: frozenset[str] | None) -> None:
        self.law = law
        self.files = files
        self.coverage = coverage
        self.known: dict[int, list[tuple[Node, Condition]]] = {}

    def read(self, walk: Walk, slot: Slot, definition: Definition) -> None:
        """Note what a case shows of a variable of a period."""
        name = slot[0]
        if id(definition) not in self.known:
            own = name in self.coverage.variables
            self.known[id(definition)] = self._conditions(walk, name, definition) if own else []
            self._note_values(slot, definition)
        if name in self.coverage.variables:
            self.coverage.variables[name] = True
            self.coverage.sections[section_of(self.law.variable(name))] = True
        conditions = self.known[id(definition)]
        if all(condition.covered for _, condition in conditions):
            return
        found = walk.evaluate(definition)
        for node, condition in conditions:
            value = np.asarray(found.values[node.number])
            condition.true |= bool(value.any())
            condition.false |= not value.all()
            if not condition.matters and value.size:
                turned = found.with_value(node, ~value)
                condition.matters = not same(turned, found.result)

    def _conditions(
        self, walk: Walk, name: str, definition: Definition
    ) -> list[tuple[Node, Condition]]:
        return [
            (node, self.coverage.conditions.setdefault(place, Condition(place)))
            for node, place in places(walk.tracing, name, definition)
            if is_condition(node) and (self.files is None or place.file in self.files)
        ]

    def _note_values(self, slot: Slot, definition: Definition) -> None:
        """Note the values of parameters that a definition rests on."""
        used = [node.detail for node in nodes_of(definition) if node.op == "parameter"]
        for name, value in [*used, *((pinned, None) for pinned in definition.pinned)]:
            parameter = self.law.parameters.get(name)
            for each in parameter.values if parameter else ():
                known = (name, each.start) in self.coverage.values
                if known and value in (None, each.value):
                    self.coverage.values[name, each.start] = True
