"""Periods as people write them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from policy.legislation.openfisca import periods
from policy.legislation.times import ETERNITY, is_made_of, is_one, parts_of
from policy.scenario.values import BadValueError, shown

if TYPE_CHECKING:
    from openfisca_core.periods import Period

_WRITTEN = re.compile(
    r"eternity|((year|month|day|week|weekday):)?\d{4}(-(\d{2}(-\d{2})?|W\d{2}(-\d)?))?(:\d+)?",
    re.IGNORECASE,
)
_UNITS = periods.DateUnit
_REMEDY = "write a month as 2024-05, a year as 2024, a day as 2024-05-31"
#: What to do about a period to calculate that is none.
ASK_FOR = "write a month as 2024-05 or a year as 2024"


def period_of(text: Any) -> Period:
    """Read a period as people write it: ``2024-05``, ``2024``, ``month:2024-05:3``, ``ETERNITY``.

    Raises:
        BadValueError: not a period, or one that does not exist.

    >>> str(period_of("2024-05"))
    '2024-05'

    """
    if isinstance(text, periods.Period):
        return text
    written = str(text) if isinstance(text, int) and not isinstance(text, bool) else text
    if not isinstance(written, str):
        raise BadValueError(f"{shown(text)} is not a period", _REMEDY)
    return _parsed(written)


@lru_cache(4096)
def _parsed(text: str) -> Period:
    if not _WRITTEN.fullmatch(text):
        raise BadValueError(f"{shown(text)} is not a period", _REMEDY)
    written = text
    if written.upper() == "ETERNITY":
        written = "ETERNITY"
    try:
        period: Period = periods.period(written)
    except Exception:  # (openfisca-core raises its own, pendulum's and ValueError)
        raise BadValueError(f"{shown(text)} is not a period that exists", _REMEDY) from None
    if period.unit in (_UNITS.YEAR, _UNITS.MONTH) and period.start.day != 1:
        raise BadValueError(f"{shown(text)} does not begin with the first day of a month", _REMEDY)
    return period


def definition_periods(variable: Any, period: Period) -> list[Period]:
    """Return the periods of the variable's own length that a given period stands for.

    Raises:
        BadValueError: the variable is not defined for such periods.

    """
    unit = variable.definition_period
    if unit == _UNITS.ETERNITY:
        return [ETERNITY]
    if is_one(unit, period):
        return [period]
    if variable.set_input is not None and is_made_of(unit, period):
        return list(parts_of(period, unit))
    raise BadValueError(
        f"{variable.name} is defined by the {unit}, not for '{period}'",
        f"give it for one {unit} at a time, such as {_example(unit, period)}",
    )


def _example(unit: Any, period: Period) -> str:
    eternal = period.unit == _UNITS.ETERNITY
    start = "2024-01-01" if eternal else str(period.start)
    cut = {_UNITS.YEAR: 4, _UNITS.MONTH: 7}.get(unit, 10)
    return f"{{{start[:cut]}: …}}"
