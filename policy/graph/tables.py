"""Tables of days: what depends on one date, or on it and one yes or no, is worked out beforehand.

An age limit, the end of a school year, the day a claim is too late: the law reckons with calendars,
and most of it hangs on one date of a person, and perhaps on whether the person is at school. A
condition that holds from one day to another becomes two comparisons with these days; other values
are looked up. Both are found by running the graph's own operations on every day there is a place
for, so that they are right for each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph.build import apply, rebuilt
from policy.graph.linking import Linked
from policy.graph.nodes import Graph, Node, is_constant, live
from policy.graph.ops import DAYS, ELEMENTWISE, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy.graph.bounds import Bounds
    from policy.legislation.people import Array

_DAY, _FLAG = np.dtype("M8[D]"), np.dtype(bool)
_NO_AND_YES = np.array([[False], [True]])
_TABULATED = "biufmM"
_NO_PEOPLE: Any = None
_FIRST, _LAST = (int(day.astype(np.int64)) for day in (DAYS[0], DAYS[-1]))


@dataclass(frozen=True)
class Tabulated:
    """A graph with tables, right where the dates given have a place in them.

    Attributes:
        linked: the graph.
        dates: the inputs of dates, whose values must have a place.

    """

    linked: Linked
    dates: tuple[Node, ...]


def tabulated(linked: Linked) -> Tabulated:
    """Return a graph in which what depends on one date, and one yes or no, is looked up."""
    nodes = list(live(linked.outputs.values()))
    facts = _facts(nodes)
    looked_up = _looked_up(nodes, linked, _by_calendar(nodes, facts))
    values = _values(nodes, looked_up)
    bounds: dict[int, Bounds] = {}
    graph = Graph(bounds=bounds, roles=linked.graph.roles)
    made: dict[int, Node] = {}
    for node in nodes:
        if node.number in looked_up:
            of = [made[fact.number] for fact in facts[node.number]]
            made[node.number] = _lookup(graph, node, of, values[node.number])
        else:
            args = tuple(made[arg.number] for arg in node.args)
            made[node.number] = rebuilt(graph, node, args)
            if _is_date(node):
                bounds[made[node.number].number] = _FIRST, _LAST
    outputs = {slot: made[node.number] for slot, node in linked.outputs.items()}
    given = tuple(made[node.number] for node in nodes if _is_date(node))
    return Tabulated(Linked(graph, outputs), given)


def _is_date(node: Node) -> bool:
    return node.op == "input" and node.dtype == _DAY


def _is_flag(node: Node) -> bool:
    return node.op == "input" and node.dtype == _FLAG


def _facts(nodes: list[Node]) -> dict[int, tuple[Node, ...]]:
    """Return the one date, and the yes or no, that nodes depend on, where it is no more.

    The date comes first.
    """
    found: dict[int, tuple[Node, ...]] = {}
    for node in nodes:
        if _is_date(node) or _is_flag(node):
            found[node.number] = (node,)
        elif node.op in ELEMENTWISE and node.dtype.kind in _TABULATED:
            args = [arg for arg in node.args if not is_constant(arg)]
            facts = {fact for arg in args for fact in found.get(arg.number, ())}
            all_known = all(arg.number in found for arg in args)
            if all_known and sum(map(_is_date, facts)) <= 1 and sum(map(_is_flag, facts)) <= 1:
                found[node.number] = tuple(sorted(facts, key=_is_flag))
    return found


def _by_calendar(nodes: list[Node], facts: Mapping[int, tuple[Node, ...]]) -> set[int]:
    """Return the nodes that depend on a date, and reckon with a calendar."""
    found: set[int] = set()
    for node in nodes:
        by_args = any(arg.number in found for arg in node.args)
        if node.number in facts and (by_args or _is_calendar(node)):
            found.add(node.number)
    return found


def _is_calendar(node: Node) -> bool:
    kinds = {node.dtype.kind, *(arg.dtype.kind for arg in node.args)}
    return node.op == "working_day" or (node.op == "astype" and kinds == {"M"})


def _looked_up(nodes: list[Node], linked: Linked, by_calendar: set[int]) -> set[int]:
    """Return those of the nodes that are answers, or that others need."""
    needed = {arg.number for node in nodes if node.number not in by_calendar for arg in node.args}
    needed |= {node.number for node in linked.outputs.values()}
    return needed & by_calendar


def _values(nodes: list[Node], wanted: set[int]) -> dict[int, Array]:
    """Return the values of nodes for each day; and in a first row for no, a second for yes."""
    way = list(live(node for node in nodes if node.number in wanted))
    last_use = {arg.number: node.number for node in way for arg in node.args}
    values: dict[int, Any] = {}
    for node in way:
        values[node.number] = _of_each_day(node, values)
        for number in {arg.number for arg in node.args} - wanted:
            if last_use[number] == node.number:
                del values[number]
    return values


def _of_each_day(node: Node, values: Mapping[int, Any]) -> Any:
    if is_constant(node):
        return node.detail
    if node.op == "input":
        return DAYS if _is_date(node) else _NO_AND_YES
    with np.errstate(all="ignore"):
        return run(node.op, _NO_PEOPLE, tuple(values[arg.number] for arg in node.args), node.detail)


def _lookup(graph: Graph, node: Node, facts: list[Node], values: Array) -> Node:
    """Return the lookup of a value by a date; for yes and for no, if it also depends on that."""
    date, *flag = facts
    if not flag:
        return _of_date(graph, node, date, values)
    no, yes = (_of_date(graph, node, date, row) for row in values)
    return apply(graph, "where", (*flag, yes, no), enum=node.enum)


def _of_date(graph: Graph, node: Node, date: Node, values: Array) -> Node:
    changes = np.flatnonzero(values[1:] != values[:-1]) + 1
    if not len(changes):
        return graph.constant(values[0], node.enum)
    if values.dtype.kind == "b" and len(changes) <= len(("from", "to")):
        return _between(graph, date, values, changes)
    return apply(graph, "table", (date,), values, enum=node.enum)


def _between(graph: Graph, date: Node, values: Array, changes: Array) -> Node:
    """Return the comparisons of a condition that holds, or does not, between two days."""
    first, *last = (graph.constant(DAYS[change]) for change in changes)
    if values[0]:
        before = apply(graph, "less", (date, first))
        return _or(graph, before, *(apply(graph, "greater_equal", (date, day)) for day in last))
    since = apply(graph, "greater_equal", (date, first))
    return _and(graph, since, *(apply(graph, "less", (date, day)) for day in last))


def _and(graph: Graph, one: Node, *other: Node) -> Node:
    return apply(graph, "logical_and", (one, *other)) if other else one


def _or(graph: Graph, one: Node, *other: Node) -> Node:
    return apply(graph, "logical_or", (one, *other)) if other else one
