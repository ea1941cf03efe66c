"""Linking: from the definitions of variables to one graph of what is asked for.

Each variable of a period is replaced by what it is computed from, and what is known is worked out:
facts that are not given are their defaults, parameters their values. What is left depends on the
facts that are given, and on nothing else. Linear, and without recursion.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    given_as = same or {}
    made: dict[int, Node] = {}
    linked: dict[Slot, Node] = {}
    slots = tuple(wanted)
    for slot in in_order(tracing, slots, given):
        if slot in given:
            linked[slot] = _leaf(graph, tracing, given_as.get(slot, slot), "input")
            continue
        for node in live([tracing.definitions[slot].node]):
            if node.number not in made:
                made[node.number] = _rebuild(graph, node, made, linked, values or {})
        found = made[tracing.definitions[slot].node.number]
        if slot in partly:
            known = _leaf(graph, tracing, given_as.get(slot, slot), "given")
            input_ = _leaf(graph, tracing, given_as.get(slot, slot), "input")
            found = apply(graph, "where", (known, input_, found), enum=input_.enum)
            if found.dtype != input_.dtype:
                found = apply(graph, "astype", (found,), input_.dtype.str, enum=input_.enum)
        linked[slot] = found
    return Linked(graph, {slot: linked[slot] for slot in slots})


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
    dtype, space, enum = tracing.kinds[slot[0]]
    if op == "given":
        dtype, enum = np.dtype(bool), None
    return graph.node(op, (), slot, dtype=dtype, space=space, enum=enum)


def _rebuild(
    graph: Graph,
    node: Node,
    made: Mapping[int, Node],
    linked: Mapping[Slot, Node],
    values: Mapping[str, Any],
) -> Node:
    if node.op == "value":
        return linked[node.detail]
    if node.op == "parameter":
        name, value = node.detail
        return graph.constant(values.get(name, value))
    return rebuilt(graph, node, tuple(made[arg.number] for arg in node.args))
