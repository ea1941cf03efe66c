"""What each operation of the law graph does, on NumPy arrays.

One table, three kinds of operation:

- ``ELEMENTWISE``: on the values of each person, or each group, on its own;
- ``RELATIONS``: between persons and groups; they also need to know who is in which group;
- leaves: values that come from outside (``constant``, ``input``, ``parameter``) and ``value``, a
  variable of a period before it is linked to what it is computed from.

Types of results are found by running the operation on arrays of no length.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import PolicyError, Problem
from policy.legislation.openfisca import taxscales

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy.legislation.people import Array, People

#: How many scales are kept ready.
_SCALES = 4096
#: How many numbers are multiplied at once: libraries start threads for more than these.
_UNTHREADED = 8192

#: The days that have a place in a table: four centuries, and the last, which stands for never.
DAYS = np.append(np.arange("1800-01-01", "2200-01-01", dtype="M8[D]"), np.datetime64("9999-12-31"))

#: Operations that are NumPy functions of one value each, by their NumPy name.
UFUNCS = frozenset(
    [
        "absolute",
        "add",
        "arccos",
        "arcsin",
        "arctan",
        "bitwise_and",
        "bitwise_or",
        "bitwise_xor",
        "cbrt",
        "ceil",
        "copysign",
        "cos",
        "divide",
        "equal",
        "exp",
        "expm1",
        "fabs",
        "float_power",
        "floor",
        "floor_divide",
        "fmax",
        "fmin",
        "fmod",
        "greater",
        "greater_equal",
        "hypot",
        "invert",
        "isfinite",
        "isinf",
        "isnan",
        "isnat",
        "less",
        "less_equal",
        "log",
        "log10",
        "log1p",
        "log2",
        "logical_and",
        "logical_not",
        "logical_or",
        "logical_xor",
        "maximum",
        "minimum",
        "multiply",
        "negative",
        "not_equal",
        "positive",
        "power",
        "reciprocal",
        "remainder",
        "rint",
        "sign",
        "signbit",
        "sin",
        "sqrt",
        "square",
        "subtract",
        "tan",
        "tanh",
        "trunc",
    ]
)


def _astype(array: Array, detail: str) -> Array:
    return np.asarray(array).astype(detail)


def _round(array: Array, detail: int) -> Array:
    return np.round(array, detail)


def _pick(index: Array, *values: Array, detail: tuple[tuple[Any, ...], str, Any]) -> Array:
    """Return for each element the value whose key it holds (vectorial parameters)."""
    keys, name, enum = detail
    conditions = [np.asarray(index) == key for key in keys]
    found = np.logical_or.reduce(conditions)
    if not found.all():
        missing = np.asarray(index)[~found].flat[0]
        raise _no_parameter(name, list(enum)[missing].name if enum else missing)
    return np.select(conditions, [np.asarray(value) for value in values], np.asarray(values[-1]))


def _no_parameter(name: str, key: Any) -> PolicyError:
    return PolicyError(
        Problem(
            f"the parameter {name}.{key} is asked for, and there is none",
            remedy="give it a value, or do not let the formula ask for it",
            code="no-parameter-value",
        )
    )


def _after(dates: Array, *values: Array, detail: tuple[Any, ...]) -> Array:
    """Return for each date the value of the interval it lies in (parameters by date)."""
    index = sum((np.asarray(dates) >= np.datetime64(day)).astype(int) for day in detail)
    return np.asarray(np.choose(index, values))


def _scale(base: Array, *parts: Array, detail: tuple[str, str, int, Any]) -> Array:
    """Run a method of an OpenFisca scale; its numbers come as thresholds, then rates or amounts."""
    count = 2 * detail[2]
    method = scale_method(detail, tuple(map(float, parts[:count])))
    return np.asarray(method(np.atleast_1d(base), *parts[count:]))


def scale_method(detail: tuple[str, str, int, Any], numbers: tuple[float, ...]) -> Any:
    """Return a scale's method as a function of an array, and of what else it is told.

    Args:
        detail: that of the operation.
        numbers: thresholds, then rates or amounts.

    """
    kind, method, _, options = detail
    if (kind, method, options) == ("MarginalRateTaxScale", "calc", ()):
        return partial(_marginal_tax, *_ends_and_rates(numbers))
    if (kind, method, options) == ("SingleAmountTaxScale", "calc", ()) and _rising(numbers):
        return partial(_single_amount, *_ends_and_amounts(numbers))
    function = getattr(_scale_of(kind, numbers), method)
    names = [name for name, value in options if value is ARGUMENT]

    def method_of(base: Array, *told: Any) -> Any:
        return function(base, **dict(options) | dict(zip(names, told, strict=True)))

    return method_of


@lru_cache(_SCALES)
def _scale_of(kind: str, numbers: tuple[float, ...]) -> Any:
    """Return openfisca-core's scale of thresholds, then rates or amounts."""
    scale = getattr(taxscales, kind)()
    brackets = len(numbers) // 2
    scale.thresholds = list(numbers[:brackets])
    setattr(scale, "rates" if hasattr(scale, "rates") else "amounts", list(numbers[brackets:]))
    return scale


@lru_cache(_SCALES)
def _ends_and_rates(numbers: tuple[float, ...]) -> tuple[Array, Array]:
    """Return where brackets begin and the last ends, as openfisca-core has them, and the rates."""
    brackets = len(numbers) // 2
    once = 1.0 + np.finfo(np.float64).eps
    return once * np.array([*numbers[:brackets], np.inf]), np.array(numbers[brackets:])


def _rising(numbers: tuple[float, ...]) -> bool:
    thresholds = numbers[: len(numbers) // 2]
    return bool(thresholds) and list(thresholds) == sorted(thresholds)


@lru_cache(_SCALES)
def _ends_and_amounts(numbers: tuple[float, ...]) -> tuple[Array, Array]:
    """Return where brackets begin and the last ends, and amounts, as openfisca-core has them."""
    brackets = len(numbers) // 2
    return np.array([-np.inf, *numbers[:brackets], np.inf]), np.array([0, *numbers[brackets:], 0])


def _single_amount(ends: Array, amounts: Array, base: Array) -> Array:
    """Do what openfisca-core's scale of single amounts does, with its numbers made ready."""
    return np.asarray(amounts[ends.searchsorted(base, "right") - 1])


def _marginal_tax(ends: Array, rates: Array, base: Array) -> Array:
    """Do what openfisca-core's scale of marginal rates does, some values at a time.

    The product is the same to the last bit, and so small that no threads are started for it, which
    would take longer than the work.
    """
    some = (
        _UNTHREADED // max(len(rates), 1) // 4 * 4
    )  # (four rows at a time are what processors take)
    if len(base) > some:
        parts = range(0, len(base), some)
        return np.concatenate([_marginal_tax(ends, rates, base[n : n + some]) for n in parts])
    in_bracket = np.maximum(np.minimum(base, ends[1:, None]) - ends[:-1, None], 0)
    return np.asarray(np.dot(rates, np.ascontiguousarray(in_bracket.T).T))


def _working_day(dates: Array, detail: tuple[str, ...]) -> Array:
    free = np.array(detail, dtype="datetime64[D]")
    return np.asarray(np.busday_offset(dates, 0, roll="backward", holidays=free))


def place_of_day(dates: Array) -> Array:
    """Return where dates stand in a table of days.

    >>> place_of_day(np.array(["1800-01-02", "9999-12-31"], "M8[D]"))
    array([     1, 146097])
    """
    return np.asarray(np.clip((dates - DAYS[0]).astype(np.intp), 0, len(DAYS) - 1))


def _table(dates: Array, *flag: Array, detail: tuple[int, Array]) -> Array:
    """Look days up in a table that begins at a place; for yes, in its second row."""
    first, values = detail
    places = np.clip(place_of_day(dates) - first, 0, values.shape[-1] - 1)
    return np.asarray(values[flag[0].astype(np.intp), places] if flag else values[places])


def _concat(this: Array, that: Array) -> Array:
    return np.char.add(np.asarray(this).astype(str), np.asarray(that).astype(str))


#: Operations that hold where both sides do.
CONJUNCTIONS = frozenset({"bitwise_and", "logical_and"})
#: In the options of a scale's method: the value is an argument of the node.
ARGUMENT = "argument"

ELEMENTWISE: dict[str, Callable[..., Array]] = {
    **{name: getattr(np, name) for name in UFUNCS},
    "where": np.where,
    "astype": _astype,
    "round": _round,
    "pick": _pick,
    "after": _after,
    "scale": _scale,
    "concat": _concat,
    "working_day": _working_day,
    "table": _table,
}


def _sum(people: People, array: Array, *role: Array, detail: str) -> Array:
    membership = people.memberships[detail]
    values, group_of = people.members(array), membership.group_of
    if role:
        values, group_of = values[role[0]], group_of[role[0]]
    return np.bincount(group_of, weights=values, minlength=membership.groups)


def _size(people: People, detail: str) -> Array:
    return people.memberships[detail].sizes


def _project(people: People, array: Array, detail: str) -> Array:
    return np.asarray(array)[people.memberships[detail].group_of]


def _role(people: People, detail: tuple[str, tuple[int, ...]]) -> Array:
    entity, roles = detail
    role_of = people.memberships[entity].role_of
    found = role_of == roles[0]
    for role in roles[1:]:
        found = found | (role_of == role)
    return np.asarray(found)


def _position(people: People, detail: str) -> Array:
    return people.memberships[detail].position_of


def _nth(people: People, array: Array, detail: tuple[str, int, Any]) -> Array:
    entity, n, default = detail
    membership, values = people.memberships[entity], people.members(array)
    result = np.full(membership.groups, default, dtype=values.dtype)
    chosen = membership.position_of == n
    result[membership.group_of[chosen]] = values[chosen]
    return result


def _unique(people: People, array: Array, role: Array, detail: tuple[str, Any]) -> Array:
    entity, default = detail
    membership, values = people.memberships[entity], people.members(array)
    result = np.full(membership.groups, default, dtype=values.dtype)
    result[membership.group_of[role]] = values[role]
    return result


_REDUCERS = {"max": np.maximum, "min": np.minimum, "all": np.logical_and}
#: What a group has from nobody.
NEUTRAL = {"max": -np.inf, "min": np.inf, "all": True}


def _reduce(people: People, array: Array, *role: Array, detail: tuple[str, str]) -> Array:
    entity, kind = detail
    reducer, neutral = _REDUCERS[kind], NEUTRAL[kind]
    membership, values = people.memberships[entity], people.members(array)
    if role:
        values = np.where(role[0], values, neutral)
    elif kind != "all" and values.dtype.kind != "f":
        values = values.astype(np.float64)
    if not len(values):
        return np.full(membership.groups, neutral)
    if membership.order is not None:
        values = values[membership.order]
    starts = membership.starts[:-1]
    if membership.empty is not None:
        values = np.append(values, neutral)  # (where groups begin that nobody is in)
    result: Array = reducer.reduceat(values, starts)
    return result if membership.empty is None else np.where(membership.empty, neutral, result)


def _rank(people: People, criteria: Array, condition: Array, detail: str) -> Array:
    membership = people.memberships[detail]
    ranked = np.empty(len(membership.group_of) + 1)
    ranked[:-1] = np.where(condition, criteria, np.inf)
    ranked[-1] = np.inf  # (where nobody stands, as the table's -1 says)
    ranks = ranked[membership.table].argsort().argsort()
    return np.where(condition, ranks[membership.group_of, membership.position_of], -1)


RELATIONS: dict[str, Callable[..., Array]] = {
    "sum": _sum,
    "size": _size,
    "project": _project,
    "role": _role,
    "position": _position,
    "nth": _nth,
    "unique": _unique,
    "reduce": _reduce,
    "rank": _rank,
}


def run(op: str, people: People, args: tuple[Any, ...], detail: Any) -> Any:
    """Run one operation."""
    relation = RELATIONS.get(op)
    if relation is not None:
        return relation(people, *args, detail=detail)
    function = ELEMENTWISE[op]
    return function(*args) if detail is None else function(*args, detail=detail)
