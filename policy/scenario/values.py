"""Checking one value against the variable it is given for."""

from __future__ import annotations

import datetime
import math
import re
from decimal import Decimal
from typing import Any

import numpy as np

from policy.errors import did_you_mean
from policy.legislation.variable import limits_of

_NOT_NEGATIVE = frozenset({"years", "months", "days", "hours", "children", "persons"})
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CURRENCY = re.compile(r"[A-Z]{3}(/.+)?")
_INT32 = np.iinfo(np.int32)
_EXACT = 2**53  # the largest range of whole numbers that a double holds exactly


#: What a test expects where the law gives no number, because a value of it is not known.
NOT_KNOWN = "not known"


class BadValueError(ValueError):
    """A value that the variable cannot take; carries message and remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy


def checked(variable: Any, value: Any) -> Any:
    """Return a given value as the variable holds it.

    Nothing is converted but ISO text to dates, names to enum members, and whole numbers and
    decimals of Python to floats.

    Raises:
        BadValueError: wrong type, unknown enum member, impossible date, not finite, negative count,
            beyond the variable's limits.

    """
    if isinstance(value, np.generic):
        value = value.item()
    found = _of_its_type(variable, value)
    _refuse_beyond_limits(variable, found)
    return found


def _of_its_type(variable: Any, value: Any) -> Any:
    kind = variable.value_type
    if kind is bool:
        return _boolean(value)
    if kind is int:
        return _integer(variable, value)
    if kind is float:
        return _number(variable, value)
    if kind is datetime.date:
        return date_of_text(value)
    if kind is str:
        return _text(variable, value)
    return _member(variable, value)


def expected_value(variable: Any, value: Any) -> Any:
    """Return a value that a test expects; NaN for an amount that is not known.

    Raises:
        BadValueError: as in :func:`checked`.

    """
    if variable.value_type is float and value == NOT_KNOWN:
        return math.nan
    return checked(variable, value)


def has_no_number(value: Any) -> bool:
    """Tell whether a value is NaN: the law gives no number.

    >>> has_no_number(float("nan")), has_no_number(1.5), has_no_number("not known")
    (True, False, False)
    """
    return isinstance(value, float) and math.isnan(value)


def share(variable: Any, value: Any, count: int) -> Any:
    """Divide a value, or a column of values, evenly over several periods.

    Raises:
        BadValueError: a whole number that does not divide.

    """
    if variable.value_type is not int:
        return value / count
    if np.any(value % count):
        wrong = np.ravel(value)[np.flatnonzero(value % count)[0]]
        raise BadValueError(
            f"{wrong} cannot be divided over {count} {variable.definition_period}s in whole"
            " numbers",
            f"give it for one {variable.definition_period} at a time",
        )
    return value // count


def divides(variable: Any) -> bool:
    """Tell whether a value given for a longer period is divided over the variable's own."""
    return bool(variable.set_input.__name__ == "set_input_divide_by_period")


def shown(value: Any) -> str:
    """Write a value as it stands in a scenario file.

    >>> shown(True), shown("mari"), shown(None)
    ('true', "'mari'", 'nothing')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise BadValueError(
        f"expected true or false, got {shown(value)}", "write true or false, without quotes"
    )


def _number(variable: Any, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadValueError(
            f"expected a number, got {shown(value)}",
            "write a plain decimal number, without quotes, such as 1250.50",
        )
    if isinstance(value, Decimal) and value.is_finite():
        value = float(value)
    if isinstance(value, int) and abs(value) > _EXACT:
        raise BadValueError("the number is too large to be kept exactly", "give a smaller number")
    if isinstance(value, Decimal) or not math.isfinite(value):
        raise BadValueError(
            f"{value} is not a number that can be calculated with", "give a finite number"
        )
    number = float(value)
    _refuse_negative(variable, number)
    return number


def _integer(variable: Any, value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        fraction = isinstance(value, float)
        raise BadValueError(
            f"expected a whole number, got {shown(value)}",
            "round it yourself, as the law says; fractions are never cut off"
            if fraction
            else "write digits alone, without quotes, such as 3",
        )
    if not _INT32.min <= value <= _INT32.max:
        raise BadValueError(
            "the number is too large for a whole number", "give a number under 2147483648"
        )
    _refuse_negative(variable, value)
    return value


def cannot_be_negative(variable: Any) -> bool:
    """Tell whether a variable counts something, is an age, or an amount that somebody gives."""
    unit = variable.unit or ""
    age = variable.name == "age" or variable.name.endswith("_age")
    amount_given = bool(_CURRENCY.fullmatch(unit)) and not variable.formulas
    return unit in _NOT_NEGATIVE or age or amount_given


def _refuse_negative(variable: Any, number: float) -> None:
    if number < 0 and cannot_be_negative(variable):
        raise BadValueError(f"{variable.name} cannot be negative, got {number}", "give 0 or more")


def _refuse_beyond_limits(variable: Any, value: Any) -> None:
    """Refuse what is beyond the limits that the law's files give; the default is always right."""
    least, most = limits_of(variable)
    too_small, too_great = least is not None and value < least, most is not None and value > most
    if not (too_small or too_great) or value == variable.default_value:
        return
    less, more = ("before", "after") if variable.value_type is datetime.date else ("under", "over")
    limit = f"{less} {least}" if too_small else f"{more} {most}"
    remedy = f"{least} or {'later' if less == 'before' else 'more'}" if most is None else ""
    remedy = remedy or (f"at most {most}" if least is None else f"one from {least} to {most}")
    raise BadValueError(f"{variable.name} cannot be {limit}, got {value}", f"give {remedy}")


def date_of_text(value: Any) -> datetime.date:
    """Read an ISO date.

    Raises:
        BadValueError: not a date, or one that does not exist.

    >>> date_of_text("2024-02-29")
    datetime.date(2024, 2, 29)

    """
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    remedy = "write a date that exists, as YYYY-MM-DD"
    if not isinstance(value, str):
        raise BadValueError(f"expected a date, got {shown(value)}", remedy)
    try:
        if not _DATE.fullmatch(value):
            raise ValueError
        return datetime.date.fromisoformat(value)
    except ValueError:
        exists = " that exists" if _DATE.fullmatch(value) else ""
        raise BadValueError(f"{shown(value)} is not a date{exists}", remedy) from None


def _text(variable: Any, value: Any) -> str:
    if not isinstance(value, str):
        raise BadValueError(f"expected text, got {shown(value)}", "put it in quotes")
    if variable.max_length and len(value) > variable.max_length:
        raise BadValueError(
            f"{shown(value)} is longer than {variable.max_length} characters", "shorten it"
        )
    return value


def _member(variable: Any, value: Any) -> Any:
    if isinstance(value, variable.possible_values):
        return value
    member = variable.possible_values.__members__.get(value) if isinstance(value, str) else None
    if member is not None and member.name == value:
        return member
    names = [member.name for member in variable.possible_values]
    word = value if isinstance(value, str) else shown(value)
    raise BadValueError(
        f"{shown(value)} is not a value of {variable.name}",
        did_you_mean(word, names, kind="values"),
    )
