"""The periods that variables are defined for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from policy.errors import Location, PolicyError, Problem
from policy.legislation.openfisca import periods

if TYPE_CHECKING:
    from openfisca_core.periods import Period

    from policy.legislation.people import Slot

_UNITS = periods.DateUnit
_PAYMENT = re.compile(r"(currency-)?[A-Z]{3}")
#: The units of period that begin and end with a unit, by that unit.
_MADE_OF: dict[Any, tuple[Any, ...]] = {
    _UNITS.YEAR: (_UNITS.YEAR,),
    _UNITS.MONTH: (_UNITS.MONTH, _UNITS.YEAR),
    _UNITS.WEEK: (_UNITS.WEEK,),
    _UNITS.WEEKDAY: (_UNITS.WEEKDAY, _UNITS.WEEK),
    _UNITS.DAY: (_UNITS.DAY, _UNITS.MONTH, _UNITS.YEAR, _UNITS.WEEK),
}
#: The period of what never changes.
ETERNITY = periods.period("ETERNITY")


def own_period(variable: Any, period: Period) -> Period:
    """Return the period a value is kept under: the one eternity for an eternal variable."""
    return ETERNITY if variable.definition_period == _UNITS.ETERNITY else period


@lru_cache(4096)
def parts_of(period: Period, unit: Any) -> tuple[Period, ...]:
    """Return the periods of a unit that a longer one is made of.

    >>> from openfisca_core.periods import period
    >>> len(parts_of(period("2024"), "month"))
    12
    """
    return tuple(period.get_subperiods(unit))


def is_made_of(unit: Any, period: Period) -> bool:
    """Tell whether a period is one or several whole units: calendar years, months, weeks or days.

    >>> from openfisca_core.periods import period
    >>> is_made_of("month", period("2024")), is_made_of("month", period("2024-W20"))
    (True, False)
    >>> is_made_of("year", period("year:2024-04"))
    False
    """
    january = period.unit != _UNITS.ETERNITY and period.start.month == 1
    return period.unit in _MADE_OF.get(unit, ()) and (unit != _UNITS.YEAR or january)


def is_one(unit: Any, period: Period) -> bool:
    """Tell whether a period is one whole unit."""
    return period.unit == unit and period.size == 1 and is_made_of(unit, period)


def adds_up(variable: Any) -> bool:
    """Tell whether a variable's months make a sum: payments do, not counts, shares or rates.

    A payment's unit is a currency alone. What is given by the year and divided over the months adds
    up again; so does a number without a unit, of which nothing is known.
    """
    unit = variable.unit or ""
    spread = getattr(variable.set_input, "__name__", "")
    number = variable.value_type in (float, int)
    divides = spread == "set_input_divide_by_period"
    return number and (divides or not unit or bool(_PAYMENT.fullmatch(unit)))


def slots_asked(
    variable: Any,
    period: Period,
    where: Location = Location(),  # noqa: B008  (immutable)
) -> tuple[Slot, ...]:
    """Return the variable's own periods that an answer for a period is the sum of.

    Args:
        variable: the variable.
        period: one of the variable's own periods, or a longer one.
        where: where the period is asked for, for errors.

    Raises:
        PolicyError: the variable cannot be calculated for such a period.

    """
    unit = variable.definition_period
    if unit == _UNITS.ETERNITY or is_one(unit, period):
        return ((variable.name, period),)
    longer = is_made_of(unit, period)
    if longer and adds_up(variable):
        return tuple((variable.name, part) for part in parts_of(period, unit))
    what = "summed over" if longer else "calculated for"
    raise PolicyError(
        Problem(
            f"{variable.name} is defined by the {unit} and cannot be {what} {period}",
            where,
            f"ask for one {unit}",
            code="wrong-period",
        )
    )
