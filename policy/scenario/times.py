"""Periods as people write them, and the periods a variable is defined for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from policy.legislation.openfisca import periods
from policy.scenario.values import BadValueError, shown

if TYPE_CHECKING:
    from openfisca_core.periods import Period

_WRITTEN = re.compile(
    r"eternity|((year|month|day|week|weekday):)?\d{4}(-(\d{2}(-\d{2})?|W\d{2}(-\d)?))?(:\d+)?",
    re.IGNORECASE,
)
_REMEDY = "write a month as 2024-05, a year as 2024, a day as 2024-05-31"


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
    if not isinstance(written, str) or not _WRITTEN.fullmatch(written):
        raise BadValueError(f"{shown(text)} is not a period", _REMEDY)
    if written.upper() == "ETERNITY":
        written = "ETERNITY"
    try:
        period: Period = periods.period(written)
    except Exception:  # (openfisca-core raises its own, pendulum's and ValueError)
        raise BadValueError(f"{shown(text)} is not a period that exists", _REMEDY) from None
    return period


def own_period(variable: Any, period: Period) -> Period:
    """Return the period a value is kept under: the one eternity for an eternal variable."""
    eternal = variable.definition_period == periods.DateUnit.ETERNITY
    return periods.period("ETERNITY") if eternal else period


def definition_periods(variable: Any, period: Period) -> list[Period]:
    """Return the periods of the variable's own length that a given period stands for.

    Raises:
        BadValueError: the variable is not defined for such periods.

    """
    unit = variable.definition_period
    if unit == periods.DateUnit.ETERNITY:
        return [periods.period("ETERNITY")]
    if period.unit == unit and period.size == 1:
        return [period]
    spreads = variable.set_input is not None
    if (
        spreads
        and periods.unit_weight(period.unit) >= periods.unit_weight(unit)
        and (period.unit != periods.DateUnit.ETERNITY)
    ):
        return list(period.get_subperiods(unit))
    raise BadValueError(
        f"{variable.name} is defined by the {unit}, not for '{period}'",
        f"give it for one {unit} at a time, such as {_example(unit, period)}",
    )


def _example(unit: Any, period: Period) -> str:
    eternal = period.unit == periods.DateUnit.ETERNITY
    start = "2024-01-01" if eternal else str(period.start)
    cut = {periods.DateUnit.YEAR: 4, periods.DateUnit.MONTH: 7}.get(unit, 10)
    return f"{{{start[:cut]}: …}}"
