"""Bounds of values: between which numbers an expression lies, whatever the facts are.

They are found while a graph is built, from those of the arguments. What lies between two equal
numbers is known; what is never negative needs no check against zero. A value has bounds only if it
is always a number, and never the negative zero: then what is left out cannot change a bit. Days are
the numbers that they are in memory.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

#: The least and the greatest value; None where a value may be no number, or a negative zero.
Bounds: TypeAlias = "tuple[Any, Any] | None"

#: More people than there can be in a group.
_PEOPLE = 2**40
_WHOLE = "biu"


def of_constant(value: Any) -> Bounds:
    """Return the bounds of a number that is known.

    >>> of_constant(np.float64(2.5)), of_constant(-0.0), of_constant(np.datetime64("2024-05-01"))
    ((2.5, 2.5), None, (19844, 19844))
    """
    dtype = np.asarray(value).dtype
    if is_in_days(dtype):
        return None if np.isnat(value) else (int(value.astype(np.int64)),) * 2
    if dtype.kind not in "biuf" or math.isnan(value):
        return None
    number = value.item() if isinstance(value, np.generic) else value
    return None if number == 0 and math.copysign(1, number) < 0 else (number, number)


def of_type(dtype: np.dtype[Any]) -> Bounds:
    """Return the bounds of whatever has a type: those of whole numbers and truth values.

    >>> of_type(np.dtype(bool)), of_type(np.dtype("i4")), of_type(np.dtype(float))
    ((False, True), (-2147483648, 2147483647), None)
    """
    if dtype.kind == "b":
        return False, True
    if dtype.kind in _WHOLE:
        return int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
    return None


def is_in_days(dtype: np.dtype[Any]) -> bool:
    """Tell whether values are days, or numbers of days.

    >>> is_in_days(np.dtype("M8[D]")), is_in_days(np.dtype("M8[M]")), is_in_days(np.dtype(int))
    (True, False, False)
    """
    return dtype.kind in "mM" and np.datetime_data(dtype) == ("D", 1)


def of_operation(op: str, args: list[Bounds], detail: Any, dtype: np.dtype[Any]) -> Bounds:
    """Return the bounds of what an operation gives, from those of what it works on.

    >>> of_operation("maximum", [(-3, 5), (0, 0)], None, np.dtype(int))
    (0, 5)
    >>> of_operation("greater_equal", [(1, 5), (0, 0)], None, np.dtype(bool))
    (True, True)
    """
    rule = _RULES.get(op)
    of_days = is_in_days(dtype) and op in _OF_DAYS
    if rule is None or not (of_days or dtype.kind in "biuf"):
        return of_type(dtype)
    known = args[1:] if op == "where" else args
    if any(each is None for each in known):
        return of_type(dtype)
    found = rule(dtype, *known) if op in _BY_TYPE else rule(*known)
    limits = of_type(dtype)
    if found is None or (limits and not (limits[0] <= found[0] and found[1] <= limits[1])):
        return limits
    return found if all(map(math.isfinite, found)) else None


def _add(one: Any, other: Any) -> Bounds:
    return one[0] + other[0], one[1] + other[1]


def _subtract(one: Any, other: Any) -> Bounds:
    return one[0] - other[1], one[1] - other[0]


def _multiply(dtype: np.dtype[Any], one: Any, other: Any) -> Bounds:
    corners = [left * right for left in one for right in other]
    never_negative = one[0] >= 0 and other[0] >= 0
    # (a product of fractions may be the negative zero, even between whole numbers)
    return (min(corners), max(corners)) if dtype.kind in _WHOLE or never_negative else None


def _divide(one: Any, other: Any) -> Bounds:
    return (one[0] / other[1], one[1] / other[0]) if one[0] >= 0 and other[0] > 0 else None


def _minimum(one: Any, other: Any) -> Bounds:
    return min(one[0], other[0]), min(one[1], other[1])


def _maximum(one: Any, other: Any) -> Bounds:
    return max(one[0], other[0]), max(one[1], other[1])


def _either(one: Any, other: Any) -> Bounds:
    return min(one[0], other[0]), max(one[1], other[1])


def _down(one: Any) -> Bounds:
    return math.floor(one[0]), math.floor(one[1])


def _towards_zero(one: Any) -> Bounds:
    return _down(one) if one[0] >= 0 else None


def _copysign(size: Any, sign: Any) -> Bounds:
    most = max(abs(size[0]), abs(size[1]))
    least = min(abs(size[0]), abs(size[1])) if size[0] >= 0 or size[1] <= 0 else 0
    if sign[0] >= 0:
        return least, most
    return (-most, most) if least > 0 else None


def _total(one: Any, *_role: Any) -> Bounds:
    return min(one[0] * _PEOPLE, 0), max(one[1] * _PEOPLE, 0)


def _place(*_who: Any) -> Bounds:
    return -1, _PEOPLE


def _same(one: Any) -> Bounds:
    return one[0], one[1]


def _astype(dtype: np.dtype[Any], one: Any) -> Bounds:
    if dtype.kind == "b":
        return None
    if dtype.kind in _WHOLE or is_in_days(dtype):
        return math.trunc(one[0]), math.trunc(one[1])
    return float(dtype.type(one[0])), float(dtype.type(one[1]))


def _compared(decided: Callable[[Any, Any], bool | None]) -> Callable[[Any, Any], Bounds]:
    def bounds(one: Any, other: Any) -> Bounds:
        answer = decided(one, other)
        return None if answer is None else (answer, answer)

    return bounds


def _less(one: Any, other: Any) -> bool | None:
    return True if one[1] < other[0] else False if one[0] >= other[1] else None


def _less_equal(one: Any, other: Any) -> bool | None:
    return True if one[1] <= other[0] else False if one[0] > other[1] else None


def _greater(one: Any, other: Any) -> bool | None:
    return _less(other, one)


def _greater_equal(one: Any, other: Any) -> bool | None:
    return _less_equal(other, one)


def _equal(one: Any, other: Any) -> bool | None:
    if one[1] < other[0] or one[0] > other[1]:
        return False
    return True if one[0] == one[1] == other[0] == other[1] else None


def _not_equal(one: Any, other: Any) -> bool | None:
    answer = _equal(one, other)
    return None if answer is None else not answer


_RULES: dict[str, Callable[..., Bounds]] = {
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "minimum": _minimum,
    "maximum": _maximum,
    "where": _either,
    "floor": _down,
    "trunc": _towards_zero,
    "copysign": _copysign,
    "sum": _total,
    "project": _same,
    "rank": _place,
    "astype": _astype,
    "less": _compared(_less),
    "less_equal": _compared(_less_equal),
    "greater": _compared(_greater),
    "greater_equal": _compared(_greater_equal),
    "equal": _compared(_equal),
    "not_equal": _compared(_not_equal),
}
#: Operations that do with days what they do with numbers.
_OF_DAYS = frozenset({"add", "subtract", "minimum", "maximum", "where", "project", "astype"})
#: Rules that also look at the type of the result.
_BY_TYPE = frozenset({"astype", "multiply"})
