"""A case of law walked through: each variable it needs, computed from those before it.

What a variable is computed from stays apart from the others (it is not linked), so that a condition
or a number of one formula can be changed alone, and what follows from the change be seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from policy.errors import PolicyError
from policy.graph.engine import engine_of
from policy.graph.linking import in_order
from policy.graph.nodes import live
from policy.graph.ops import run
from policy.legislation.times import own_period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from policy.errors import Location
    from policy.graph.nodes import Node
    from policy.graph.tracer import Definition, Tracing
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array, Column, People, Slot
    from policy.scenario.answers import Question
    from policy.testing.cases import Case

#: Gives another value in place of a node's, from the values of its arguments; None for its own.
Change: TypeAlias = "Callable[[Node, tuple[Any, ...]], Any]"


@dataclass
class Evaluation:
    """The values of a variable's expressions, in one case."""

    people: People
    nodes: tuple[Node, ...]
    values: dict[int, Any] = field(default_factory=dict)

    @property
    def result(self) -> Any:
        """The value of the last expression, which is the variable's."""
        return self.values[self.nodes[-1].number]

    def with_value(self, node: Node, value: Any) -> Any:
        """Return what the result would be if one expression had another value."""
        changed = {node.number: value}
        for each in self.nodes:
            if each.number in changed or not any(a.number in changed for a in each.args):
                continue
            args = tuple(changed.get(a.number, self.values[a.number]) for a in each.args)
            changed[each.number] = _run(each, self.people, args)
        return changed.get(self.nodes[-1].number, self.result)


class Walk:
    """People and facts with the value of every variable that answers need.

    Raises:
        PolicyError: a variable depends on itself.

    """

    def __init__(
        self,
        law: Legislation,
        people: People,
        facts: Mapping[Slot, Column],
        wanted: Iterable[Slot],
    ) -> None:
        self.law = law
        self.people, self.facts = people, facts
        self.given = frozenset(slot for slot, each in self.facts.items() if each.known is None)
        asked = tuple(wanted)
        self.tracing: Tracing = engine_of(self.law).trace(asked, self.given)
        self.wanted = [own_slot(self.law, slot) for slot in asked]
        self.order = in_order(self.tracing, self.wanted, self.given)
        self.values: dict[Slot, Any] = {}
        for slot in self.order:
            self.values[slot] = self._value(slot)

    def computed(self) -> Iterator[tuple[Slot, Definition]]:
        """Yield the variables that a formula gives, each after those it needs."""
        for slot in self.order:
            if slot not in self.given and self.law.variable(slot[0]).formulas:
                yield slot, self.tracing.definitions[slot]

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables that a formula gives."""
        return frozenset(name for (name, _), _ in self.computed())

    def evaluate(
        self,
        definition: Definition,
        values: Mapping[Slot, Any] | None = None,
        change: Change | None = None,
    ) -> Evaluation:
        """Evaluate a definition's expressions, with other values of variables, or changed."""
        known = self.values if values is None else values
        found = Evaluation(self.people, nodes_of(definition))
        for node in found.nodes:
            args = tuple(found.values[arg.number] for arg in node.args)
            other = change(node, args) if change else None
            found.values[node.number] = (
                _leaf(node, known, self.people, args) if other is None else other
            )
        return found

    def full(self, slot: Slot, value: Any) -> Array:
        """Return a variable's value for everybody, of its own type."""
        variable = self.law.variable(slot[0])
        array = self.people.full(value, variable.entity.key)
        return array if array.dtype.kind in "OSU" else array.astype(variable.dtype, copy=False)

    def merged(self, slot: Slot, computed: Any) -> Any:
        """Return what a formula gives for everybody, but for those whose value is given."""
        column: Column | None = self.facts.get(slot)
        if column is not None:
            computed = np.where(np.asarray(column.known), column.values, computed)
        return self.full(slot, computed)

    def _value(self, slot: Slot) -> Any:
        if slot in self.given:
            return self.facts[slot].values
        return self.merged(slot, self.evaluate(self.tracing.definitions[slot]).result)


def walk_of(case: Case) -> Walk:
    """Walk through a case.

    Raises:
        PolicyError: the case cannot be read, or a variable depends on itself.

    """
    return Walk(case.law, *case.columns, asked_by(case))


def asked_by(case: Case) -> tuple[Slot, ...]:
    """Return the variables and periods that a case asks for."""
    return tuple(slot for slots in case.questions.values() for slot in slots)


def passes(case: Case, walk: Walk, values: Mapping[Slot, Any]) -> bool:
    """Tell whether a case passes with other values of variables."""

    def answer(question: Question, _where: Location) -> Array:
        slots = [own_slot(case.law, slot) for slot in case.questions[question]]
        first, *others = [walk.full(slot, values[slot]) for slot in slots]
        return np.asarray(sum(others, start=first))

    try:
        return not case.judge(answer)
    except PolicyError:
        return False


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same for everybody.

    >>> same(np.array([1.0, np.nan]), np.array([1.0, np.nan])), same(np.array([1, 2]), 1)
    (True, False)
    """
    one, other = np.asarray(one), np.asarray(other)
    equal = one == other
    if one.dtype.kind in "fM" and other.dtype.kind == one.dtype.kind:
        missing = np.isnan if one.dtype.kind == "f" else np.isnat
        equal = equal | (missing(one) & missing(other))
    return bool(np.all(equal))


_NODES: dict[int, tuple[Definition, tuple[Node, ...]]] = {}


def nodes_of(definition: Definition) -> tuple[Node, ...]:
    """Return a definition's expressions, each after those it works on."""
    known = _NODES.get(id(definition))
    if known is None:
        known = _NODES[id(definition)] = (definition, (*live([definition.node]),))
    return known[1]


def own_slot(law: Legislation, slot: Slot) -> Slot:
    """Return a slot under the period that its value is kept for."""
    return slot[0], own_period(law.variable(slot[0]), slot[1])


def _leaf(node: Node, values: Mapping[Slot, Any], people: People, args: tuple[Any, ...]) -> Any:
    if node.op == "value":
        return values[node.detail]
    if node.op == "parameter":
        return node.detail[1]
    if node.op == "constant":
        return node.detail
    return _run(node, people, args)


def _run(node: Node, people: People, args: tuple[Any, ...]) -> Any:
    with np.errstate(all="ignore"):
        return run(node.op, people, args, node.detail)
