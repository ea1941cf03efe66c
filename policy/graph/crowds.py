"""What tells nothing in small groups is left out there.

A law that asks whether a child is the third asks nothing in a family of two: in whatever order the
children stand, and however many of them have something, the answers are the same. So ranks and
counts are worked out in crowds alone: groups in which there are enough of those who are ranked.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph.build import apply, rebuilt
from policy.graph.linking import Linked
from policy.graph.nodes import Graph, Node, is_constant, live
from policy.graph.ops import CONJUNCTIONS, ELEMENTWISE, run

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

#: Ranks and counts that are tried; in groups of more they are always worked out.
_MOST = 64
#: Where so few tell something, nothing is to be left out.
_FEW = 3
_NO_PEOPLE: Any = None


def told_in_crowds(linked: Linked) -> Linked:
    """Return a graph in which ranks and counts are worked out where they can tell something."""
    nodes = list(live(linked.outputs.values()))
    needed = _needed(nodes, {node.number for node in linked.outputs.values()})
    graph = Graph(bounds={}, roles=linked.graph.roles)
    made: dict[int, Node] = {}
    for node in nodes:
        args = tuple(made[arg.number] for arg in node.args)
        among, parts = _among(node, needed)
        if among is None or needed[among] < _FEW:
            made[node.number] = rebuilt(graph, node, args)
            continue
        crowd = _crowd(graph, made[among.number], node.detail, needed[among])
        only = reduce(
            lambda one, part: apply(graph, "logical_and", (one, made[part.number])), parts, crowd
        )
        found = apply(graph, node.op, (args[0], only), node.detail, node.space)
        if node.op == "rank":
            found = apply(graph, "where", (crowd, found, graph.constant(node.dtype.type(0))))
        made[node.number] = found
    return Linked(graph, {slot: made[node.number] for slot, node in linked.outputs.items()})


def _needed(nodes: Sequence[Node], answers: Collection[int]) -> dict[Node, int]:
    """Return how many there must be of those who are ranked, so that it tells anything."""
    needed = {node.args[1]: _MOST for node in nodes if node.op == "rank"}
    for node in nodes:
        among, _ = _among(node, needed)
        if among is None:
            continue
        if node.op == "rank":
            values = {node.number: np.arange(_MOST), among.number: np.bool_(True)}
            least = 1 + _alike(nodes, answers, values)
        else:
            least = _alike(nodes, answers, {node.number: np.arange(_MOST, dtype=np.float64)})
        needed[among] = min(needed[among], least)
    return needed


def _among(node: Node, ranked: Collection[Node]) -> tuple[Node | None, list[Node]]:
    """Return the condition by which those were ranked who are ranked or counted, and others."""
    if node.op == "rank":
        return node.args[1], []
    if node.op != "sum" or len(node.args) == 1 or not is_constant(node.args[0]):
        return None, []
    parts = list(_parts(node.args[1], ranked)) if node.args[0].detail == 1 else []
    among = next((part for part in parts if part in ranked), None)
    return among, [part for part in parts if part is not among]


def _parts(condition: Node, whole: Collection[Node]) -> Iterator[Node]:
    """Yield the parts of a conjunction; some are not taken apart."""
    todo = [condition]
    while todo:
        node = todo.pop()
        if node.op in CONJUNCTIONS and node not in whole:
            todo += reversed(node.args)
        else:
            yield node


def _crowd(graph: Graph, among: Node, entity: str, needed: int) -> Node:
    """Return who meets a condition in a group where so many do."""
    count = apply(graph, "sum", (graph.constant(1), among), entity, entity)
    enough = apply(graph, "greater_equal", (count, graph.constant(needed)))
    here = apply(graph, "project", (enough,), entity, among.space)
    return apply(graph, "logical_and", (among, here))


def _alike(nodes: Sequence[Node], answers: Collection[int], values: dict[int, Any]) -> int:
    """Return the first of a node's values that makes a difference to what is worked out from it.

    Args:
        nodes: the live nodes, in order.
        answers: the numbers of those asked for.
        values: the values of one node to try, and what else is known then.

    """
    last = {number for number in answers if number in values}
    for node in nodes:
        tried = {arg.number for arg in node.args if np.ndim(values.get(arg.number, 0))}
        if not tried:
            continue
        if node.op in ELEMENTWISE and all(is_constant(a) or a.number in values for a in node.args):
            args = tuple(a.detail if is_constant(a) else values[a.number] for a in node.args)
            values[node.number] = run(node.op, _NO_PEOPLE, args, node.detail)
            last |= {node.number} if node.number in answers else set()
        else:
            last |= tried
    differ = [np.flatnonzero(values[number] != values[number][0]) for number in last]
    return min((int(places[0]) for places in differ if len(places)), default=_MOST)
