"""What takes a formula several operations on arrays, and has one word in SQL.

Dates moved by months with the clamping of month ends, amounts rounded half up, days counted between
dates. They are found as what the library's own functions make, node by node, and mean the same.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph.build import apply
from policy.graph.nodes import is_constant, live
from policy.legislation.dates import add_months
from policy.legislation.money import round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy.graph.nodes import Graph, Node

#: The operations, beside those of :mod:`policy.graph.ops`.
ADD_MONTHS, ROUND_HALF_UP, YEAR = "add_months", "round_half_up", "year"
DAYS_BETWEEN = "days_between"

_DAY, _MONTH = np.dtype("M8[D]"), np.dtype("M8[M]")
_WHOLE = np.dtype(np.int64)
_DECIMALS = range(7)


def told_shortly(graph: Graph, roots: Iterable[Node], person: str) -> dict[int, Node]:
    """Return what becomes of nodes, and of all they work on, by their number.

    Args:
        graph: holds the nodes, and those that they become.
        roots: the nodes.
        person: the key of the entity of people.

    """
    made: dict[int, Node] = {}
    for node in list(live(roots)):
        args = tuple(made[arg.number] for arg in node.args)
        found = _nth(graph, node, person) or _first(graph, node)
        if found is not None:
            op, parts, detail = found
            parts = tuple(_made(graph, part, made, person) for part in parts)
            made[node.number] = graph.node(
                op, parts, detail, dtype=node.dtype, space=node.space, enum=node.enum
            )
        elif args == node.args:
            made[node.number] = node
        else:
            made[node.number] = graph.node(
                node.op, args, node.detail, dtype=node.dtype, space=node.space, enum=node.enum
            )
    return made


def _made(graph: Graph, node: Node, made: dict[int, Node], person: str) -> Node:
    """Return what a part has become; a part may be of an idiom's own making."""
    if node.number not in made:
        made.update(told_shortly(graph, [node], person))
    return made[node.number]


def _nth(graph: Graph, node: Node, person: str) -> Any:
    """Return the value of the member at a position as that of the one who meets a condition."""
    if node.op != "nth":
        return None
    entity, place, default = node.detail
    position = graph.node("position", (), entity, dtype=np.dtype(np.intp), space=person)
    is_there = apply(graph, "equal", (position, graph.constant(place)))
    return "unique", (*node.args, is_there), (entity, default)


def _first(graph: Graph, node: Node) -> tuple[str, tuple[Node, ...], Any] | None:
    return next((found for idiom in _IDIOMS if (found := idiom(graph, node))), None)


def _moved_by_months(graph: Graph, node: Node) -> Any:
    if node.op != "minimum" or node.dtype != _DAY or node.args[0].op != "add":
        return None
    first_of_target, day_of_month = node.args[0].args
    target = first_of_target.args[0] if first_of_target.op == "astype" else None
    if target is None or target.op != "add" or day_of_month.op != "subtract":
        return None
    day, months = day_of_month.args[0], target.args[1]
    if add_months(_Symbol(graph, day), _Months(graph, months)).node is not node:
        return None
    if is_constant(months):
        return ADD_MONTHS, (day, graph.constant(int(months.detail.astype(int)))), None
    number, unit = months.args
    if months.op != "multiply" or not is_constant(unit) or unit.detail != np.timedelta64(1, "M"):
        return None
    return ADD_MONTHS, (day, number), None


def _rounded(graph: Graph, node: Node) -> Any:
    if node.op != "add" or node.args[0].op != "divide":
        return None
    units, scale = node.args[0].args
    if not is_constant(scale) or units.op != "trunc" or units.args[0].op != "add":
        return None
    half = units.args[0].args[1]
    decimals = round(math.log10(scale.detail)) if scale.detail > 0 else -1
    if half.op != "copysign" or decimals not in _DECIMALS:
        return None
    value = half.args[1]
    is_same = round_half_up(_Symbol(graph, value), decimals).node is node
    return (ROUND_HALF_UP, (value,), decimals) if is_same else None


def _year(_graph: Graph, node: Node) -> Any:
    if node.op != "add" or node.dtype != _WHOLE:
        return None
    number, known = node.args
    is_year = number.op == "astype" and number.args[0].dtype == np.dtype("M8[Y]")
    if is_year and is_constant(known) and known.detail == 1970:  # noqa: PLR2004
        return YEAR, _days_of(number.args[0]), None
    return None


def _days_of(year: Node) -> tuple[Node]:
    """Return the dates that are taken as months or years."""
    while year.op == "astype" and year.args[0].dtype.kind == "M":
        year = year.args[0]
    return (year,)


def _days_between(graph: Graph, node: Node) -> Any:
    if node.op != "subtract" or node.dtype.kind not in "im":
        return None
    if node.dtype.kind == "m":
        are_dates = all(arg.dtype.kind == "M" for arg in node.args)
        in_days = are_dates and np.datetime_data(node.dtype)[0] == "D"
        return (DAYS_BETWEEN, node.args, None) if in_days else None
    days = [_as_day(graph, arg) for arg in node.args]
    if None in days or all(map(is_constant, node.args)):
        return None
    return DAYS_BETWEEN, tuple(days), None


def _as_day(graph: Graph, number: Node) -> Node | None:
    """Return the dates of numbers of days."""
    if number.op == "astype" and number.args[0].dtype == _DAY:
        return number.args[0]
    if is_constant(number) and number.dtype == _WHOLE and _FIRST <= number.detail <= _LAST:
        return graph.constant(np.int64(number.detail).astype(_DAY))
    return None


def _latest(graph: Graph, node: Node) -> Any:
    """Return the greatest or least of dates, that is reckoned as numbers of days, as dates."""
    number = node.args[0] if node.op == "astype" and node.dtype == _DAY else None
    while number is not None and number.op == "astype" and number.dtype.kind == "i":
        number = number.args[0]
    if number is None or number.dtype.kind != "f":
        return None
    day = _as_dates(graph, number)
    return None if day is None else (day.op, day.args, day.detail)


def _as_dates(graph: Graph, number: Node) -> Node | None:
    """Return what is reckoned in numbers of days, reckoned in dates."""
    if number.op == "reduce":
        day = _as_day(graph, number.args[0])
        args = (day, *number.args[1:]) if day is not None else ()
    elif number.op in {"where", "minimum", "maximum"}:
        first = number.args[:1] if number.op == "where" else ()
        days = [_as_dates(graph, each) for each in number.args[len(first) :]]
        args = (*first, *(day for day in days if day is not None)) if None not in days else ()
    else:
        return _known_day(graph, number)
    if not args:
        return None
    return graph.node(number.op, args, number.detail, dtype=_DAY, space=number.space)


def _known_day(graph: Graph, number: Node) -> Node | None:
    if not is_constant(number):
        return None
    value = min(max(float(number.detail), _BEGINNING), _NEVER)
    is_day = np.isinf(number.detail) or (value == number.detail and value.is_integer())
    return graph.constant(np.int64(value).astype(_DAY)) if is_day else None


#: Days before and after all others: where a group has nobody to have one.
BEGINNING, NEVER = np.datetime64("0001-01-01"), np.datetime64("9999-12-31")
_BEGINNING, _NEVER = (int(day.astype(int)) for day in (BEGINNING, NEVER))
#: Numbers that are dates rather than counts of days.
_FIRST, _LAST = (int(np.datetime64(day).astype(int)) for day in ("1990-01-01", "2100-01-01"))


class _Symbol(np.lib.mixins.NDArrayOperatorsMixin):
    """A node, to call a function on arrays with."""

    def __init__(self, graph: Graph, node: Node) -> None:
        self.graph = graph
        self.node = node

    def astype(self, dtype: Any) -> _Symbol:
        """Return the values as another type."""
        made = apply(self.graph, "astype", (self.node,), np.dtype(dtype).str)
        return _Symbol(self.graph, made)

    def __array_ufunc__(self, ufunc: Any, _method: str, *inputs: Any, **_options: Any) -> _Symbol:
        nodes = [
            each.node if isinstance(each, _Symbol) else self.graph.constant(each) for each in inputs
        ]
        return _Symbol(self.graph, apply(self.graph, ufunc.__name__, nodes))


class _Months(_Symbol):
    """A node of months: it has its unit already."""

    def __mul__(self, _unit: Any) -> _Symbol:
        return self


_IDIOMS = (_latest, _moved_by_months, _rounded, _year, _days_between)
