"""Linking: from the definitions of variables to one graph of what is asked for.

Each variable of a period is replaced by what it is computed from, and what is known is worked out:
facts that are not given are their defaults, parameters their values. What is left depends on the
facts that are given, and on nothing else. Linear, and without recursion.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph.build import apply, rebuilt
from policy.graph.nodes import Graph, Node, live

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policy.graph.tracer import Tracing
    from policy.legislation.people import Slot


@dataclass(frozen=True)
class Linked:
    """The graph of answers: a node for each variable and period that was asked for."""

    graph: Graph
    outputs: dict[Slot, Node]


@dataclass(frozen=True)
class Apart:
    """The graph of answers with its variables left apart: each refers to others by ``value`` nodes.

    Attributes:
        graph: holds the nodes.
        outputs: of each variable and period asked for, the node that stands for it.
        definitions: what each that is not known is computed from, each after those it needs.
        nodes: what has become of the nodes of the tracing, by their number there.

    """

    graph: Graph
    outputs: dict[Slot, Node]
    definitions: dict[Slot, Node]
    nodes: dict[int, Node]


def link(
    tracing: Tracing,
    wanted: Iterable[Slot],
    given: frozenset[Slot] = frozenset(),
    partly: frozenset[Slot] = frozenset(),
    values: Mapping[str, Any] | None = None,
    same: Mapping[Slot, Slot] | None = None,
) -> Linked:
    """Link the definitions that answers need.

    Args:
        tracing: the definitions.
        wanted: the variables and periods asked for.
        given: those given for everybody.
        partly: those given for some; the others have what the formula gives.
        values: other values for parameters, by name.
        same: of what is given, that which has the values of another period of its variable.

    """
    graph = Graph(bounds={}, roles=tracing.roles)
    slots = tuple(wanted)
    linking = _Linking(tracing, graph, given, partly, values or {}, same or {})
    for slot in in_order(tracing, slots, given):
        linking.linked[slot] = linking.node_of(slot)
    return Linked(graph, {slot: linking.linked[slot] for slot in slots})


def link_apart(
    tracing: Tracing,
    wanted: Iterable[Slot],
    given: frozenset[Slot] = frozenset(),
    partly: frozenset[Slot] = frozenset(),
    same: Mapping[Slot, Slot] | None = None,
) -> Apart:
    """Work out what is known, as :func:`link` does, and leave variables apart.

    Expressions stay as their formulas write them: what one can leave out by the bounds of another
    is not looked for.
    """
    graph = Graph(roles=tracing.roles)
    slots = tuple(wanted)
    linking = _Linking(tracing, graph, given, partly, {}, same or {})
    definitions: dict[Slot, Node] = {}
    for slot in in_order(tracing, slots, given):
        found = linking.node_of(slot)
        if found.op not in {"constant", "input", "value"}:
            definitions[slot] = found
            found = _leaf(graph, tracing, slot, "value")
        linking.linked[slot] = found
    outputs = {slot: linking.linked[slot] for slot in slots}
    return Apart(graph, outputs, definitions, linking.made)


@dataclass
class _Linking:
    """Links the definitions of a tracing one after the other, each after those it needs."""

    tracing: Tracing
    graph: Graph
    given: frozenset[Slot]
    partly: frozenset[Slot]
    values: Mapping[str, Any]
    same: Mapping[Slot, Slot]
    made: dict[int, Node] = field(default_factory=dict)
    linked: dict[Slot, Node] = field(default_factory=dict)

    def node_of(self, slot: Slot) -> Node:
        """Return the node of a variable, from those that are linked."""
        if slot in self.given:
            return self._leaf(slot, "input")
        definition = self.tracing.definitions[slot]
        for node in live([definition.node]):
            if node.number not in self.made:
                self.made[node.number] = self._rebuilt(node)
        found = self.made[definition.node.number]
        if slot in self.partly:
            input_ = self._leaf(slot, "input")
            parts = (self._leaf(slot, "given"), input_, found)
            found = apply(self.graph, "where", parts, enum=input_.enum)
            if found.dtype != input_.dtype:
                found = apply(self.graph, "astype", (found,), input_.dtype.str, enum=input_.enum)
        return found

    def _leaf(self, slot: Slot, op: str) -> Node:
        return _leaf(self.graph, self.tracing, self.same.get(slot, slot), op)

    def _rebuilt(self, node: Node) -> Node:
        if node.op == "value":
            return self.linked[node.detail]
        if node.op == "parameter":
            name, value = node.detail
            return self.graph.constant(self.values.get(name, value))
        return rebuilt(self.graph, node, tuple(self.made[arg.number] for arg in node.args))


def in_order(tracing: Tracing, wanted: Iterable[Slot], given: frozenset[Slot]) -> list[Slot]:
    """List the variables needed, each after those it needs."""
    order: dict[Slot, None] = {}
    todo = [(slot, False) for slot in reversed(tuple(wanted))]
    while todo:
        slot, needs_done = todo.pop()
        if slot in order:
            continue
        if needs_done or slot in given:
            order[slot] = None
            continue
        todo.append((slot, True))
        todo += [(need, False) for need in tracing.definitions[slot].needs]
    return list(order)


def _leaf(graph: Graph, tracing: Tracing, slot: Slot, op: str) -> Node:
    """Return the node of what is given for a variable (``input``), or for whom (``given``)."""
    dtype, space, enum = tracing.kinds[slot[0]]
    if op == "given":
        dtype, enum = np.dtype(bool), None
    return graph.node(op, (), slot, dtype=dtype, space=space, enum=enum)
