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
#: About how many steps of a processor operations take, one where they are not named.
_COSTS = {"divide": 5, "remainder": 8, "floor_divide": 8}
_COST_OF_CALENDARS = _COST_OF_A_LOOKUP = 12
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
    linked = _choices_last(linked)
    nodes = list(live(linked.outputs.values()))
    facts = _facts(nodes)
    looked_up = _looked_up(nodes, linked, _worth_a_table(nodes, facts))
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
            if node.op == "where":
                condition, yes, no = args
                made[node.number] = _chosen(graph, condition, yes, no, node.enum)
            else:
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


def _choices_last(linked: Linked) -> Linked:
    """Put choices after what is worked out of one date: what is chosen can be looked up then.

    ``where(is_third, 100, 80) * share(born)`` is ``where(is_third, 100 * share(born), …)``.
    """
    graph = Graph(bounds={}, roles=linked.graph.roles)
    dates: list[frozenset[int] | None] = []
    made: dict[int, Node] = {}
    for node in live(linked.outputs.values()):
        args = tuple(made[arg.number] for arg in node.args)
        _note_dates(graph, dates)
        made[node.number] = _choice_last(graph, node, args, dates) or rebuilt(graph, node, args)
    return Linked(graph, {slot: made[node.number] for slot, node in linked.outputs.items()})


def _choice_last(
    graph: Graph, node: Node, args: tuple[Node, ...], dates: list[frozenset[int] | None]
) -> Node | None:
    if node.op not in ELEMENTWISE or node.op == "where":
        return None
    choices = [arg for arg in args if arg.op == "where" and not _of_one_date([arg], dates)]
    others = [arg for arg in args if arg not in choices]
    if len(choices) != 1 or not _of_one_date([*others, *choices[0].args[1:]], dates):
        return None
    condition, *sides = choices[0].args
    if any(side.dtype != choices[0].dtype for side in sides):
        return None
    yes, no = (
        rebuilt(graph, node, tuple(side if arg is choices[0] else arg for arg in args))
        for side in sides
    )
    return apply(graph, "where", (condition, yes, no), enum=node.enum)


def _note_dates(graph: Graph, dates: list[frozenset[int] | None]) -> None:
    """Note of each node of a graph the dates that it depends on; None if on something else too."""
    for node in graph.nodes[len(dates) :]:
        found: frozenset[int] | None = None
        args = [dates[arg.number] for arg in node.args]
        if is_constant(node) or _is_date(node):
            found = frozenset([node.number] if _is_date(node) else [])
        elif node.op in ELEMENTWISE and None not in args:
            found = frozenset().union(*(arg for arg in args if arg is not None))
        dates.append(found)


def _of_one_date(nodes: list[Node], dates: list[frozenset[int] | None]) -> bool:
    found = [dates[node.number] for node in nodes]
    return None not in found and len(frozenset().union(*filter(None, found))) == 1


def _worth_a_table(nodes: list[Node], facts: Mapping[int, tuple[Node, ...]]) -> set[int]:
    """Return the nodes that depend on a date and take longer to work out than to look up."""
    found: set[int] = set()
    cost: dict[int, int] = {}
    for node in nodes:
        if node.number not in facts:
            continue
        of_args = sum(cost.get(arg.number, 0) for arg in node.args)
        own = _COST_OF_CALENDARS if _is_calendar(node) else _COSTS.get(node.op, 1)
        cost[node.number] = own + of_args if node.args else 0
        if any(map(_is_date, facts[node.number])) and cost[node.number] >= _COST_OF_A_LOOKUP:
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
    return _chosen(graph, flag[0], yes, no, node.enum)


def _chosen(graph: Graph, condition: Node, yes: Node, no: Node, enum: Any) -> Node:
    """Return a choice; that of two lookups of a date is one lookup, in a table of two rows."""
    lookups = yes.op == no.op == "table" and yes.args == no.args and len(yes.args) == 1
    if not lookups or yes.dtype != no.dtype:
        return apply(graph, "where", (condition, yes, no), enum=enum)
    rows = np.stack([_of_all_days(each) for each in (no, yes)])
    return apply(graph, "table", (*yes.args, condition), _cut(rows), enum=enum)


def _of_all_days(lookup: Node) -> Array:
    first, values = lookup.detail
    return np.asarray(values[np.clip(np.arange(len(DAYS)) - first, 0, len(values) - 1)])


def _cut(values: Array) -> tuple[int, Array]:
    """Cut off a table's ends where all days have the same; return the place where it begins."""
    rows = values.reshape(-1, len(DAYS))
    changes = np.flatnonzero((rows[:, 1:] != rows[:, :-1]).any(axis=0))
    first, last = int(changes[0]), int(changes[-1]) + 1
    return first, np.ascontiguousarray(values[..., first : last + 1])


def _of_date(graph: Graph, node: Node, date: Node, values: Array) -> Node:
    changes = np.flatnonzero(values[1:] != values[:-1]) + 1
    if not len(changes):
        return graph.constant(values[0], node.enum)
    if values.dtype.kind == "b" and len(changes) <= len(("from", "to")):
        return _between(graph, date, values, changes)
    return apply(graph, "table", (date,), _cut(values), enum=node.enum)


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
