"""What groups gather, from those alone who have something to give.

``sum(where(is_entitled, amount, 0))`` is the sum of the amounts of those who are entitled. Written
so, nothing needs to be worked out, or even looked at, for the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from policy.graph.build import apply, bounds_of, rebuilt
from policy.graph.linking import Linked
from policy.graph.nodes import Graph, Node, is_constant, live
from policy.graph.ops import NEUTRAL

if TYPE_CHECKING:
    from collections.abc import Callable

_BOOLEAN = np.dtype(bool)


def gathered_from_some(linked: Linked) -> Linked:
    """Return a graph in which groups gather from those alone who have something to give."""
    graph = Graph(bounds={}, roles=linked.graph.roles)
    made: dict[int, Node] = {}
    for node in live(linked.outputs.values()):
        args = tuple(made[arg.number] for arg in node.args)
        narrowed = _NARROWED.get(node.op)
        found = narrowed(graph, node, args) if narrowed else None
        made[node.number] = found or rebuilt(graph, node, args)
    return Linked(graph, {slot: made[node.number] for slot, node in linked.outputs.items()})


def _sum(graph: Graph, node: Node, args: tuple[Node, ...]) -> Node | None:
    value, *only = args
    while (part := _something(graph, value)) is not None:
        condition, value = part
        only = [_both(graph, only, condition)]
    if not value.space and not only:
        return None
    return apply(graph, "sum", (value, *only), node.detail, node.space)


def _something(graph: Graph, value: Node) -> tuple[Node, Node] | None:
    """Return the condition without which a value is zero, and what it is with it."""
    if value.dtype == _BOOLEAN and not is_constant(value):
        return value, graph.constant(1)
    if value.op == "where" and _is_zero(value.args[2]):
        return value.args[0], value.args[1]
    if value.op == "where" and _is_zero(value.args[1]):
        return apply(graph, "logical_not", (value.args[0],)), value.args[2]
    if value.op == "multiply" and any(map(is_constant, value.args)):
        number, condition = sorted(value.args, key=lambda arg: not is_constant(arg))
        if condition.dtype == _BOOLEAN and np.isfinite(number.detail):
            return condition, number
    return None


def _is_zero(node: Node) -> bool:
    return is_constant(node) and node.dtype.kind in "biuf" and not node.detail


def _both(graph: Graph, only: list[Node], condition: Node) -> Node:
    return apply(graph, "logical_and", (*only, condition)) if only else condition


def _reduce(graph: Graph, node: Node, args: tuple[Node, ...]) -> Node | None:
    """Return the greatest of those for whom a condition holds, where the others have the least."""
    entity, kind = node.detail
    value, *only = args
    if kind != "max" or value.op != "where" or not is_constant(value.args[2]):
        return None
    condition, amount, least = value.args
    limits = bounds_of(graph, amount)
    if limits is None or not limits[0] >= least.detail:
        return None
    greatest = apply(
        graph, "reduce", (amount, _both(graph, only, condition)), node.detail, node.space
    )
    people = apply(graph, "sum" if only else "size", tuple(only), entity, node.space)
    some = apply(graph, "greater", (people, graph.constant(0)))
    nobody = graph.constant(node.dtype.type(NEUTRAL[kind]))
    found = apply(graph, "maximum", (greatest, graph.constant(node.dtype.type(least.detail))))
    return apply(graph, "where", (some, found, nobody))


_NARROWED: dict[str, Callable[[Graph, Node, tuple[Node, ...]], Node | None]] = {
    "sum": _sum,
    "reduce": _reduce,
}
