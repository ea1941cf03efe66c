"""Date arithmetic of legislation, on whole arrays of dates.

Dates are ``datetime64[D]``; every function takes arrays or single dates (NumPy's) and is pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from openfisca_core.periods import Period

#: Arrays of any type, or what stands for them when a formula is traced.
Array: TypeAlias = Any
Dates: TypeAlias = Any


def as_date(value: str) -> np.datetime64:
    """Return an ISO date of the law (a parameter under unit ``date``) as ``datetime64[D]``.

    >>> as_date("2024-08-31")
    np.datetime64('2024-08-31')
    """
    return np.datetime64(value, "D")


def first_day(period: Period) -> np.datetime64:
    """Return the first day of a period.

    >>> from openfisca_core.periods import period
    >>> first_day(period("2024-02"))
    np.datetime64('2024-02-01')
    """
    return np.datetime64(str(period.start), "D")


def last_day(period: Period) -> np.datetime64:
    """Return the last day of a period.

    >>> from openfisca_core.periods import period
    >>> last_day(period("2024-02"))
    np.datetime64('2024-02-29')
    """
    return np.datetime64(str(period.stop), "D")


def days_in(period: Period) -> int:
    """Return the number of calendar days in a period.

    >>> from openfisca_core.periods import period
    >>> days_in(period("2024-02"))
    29
    """
    return int(period.size_in_days)


def add_days(dates: Dates, days: Array | int) -> Array:
    """Move dates by whole days.

    >>> add_days(np.datetime64("2024-02-28"), 2)
    np.datetime64('2024-03-01')
    """
    return dates + days * np.timedelta64(1, "D")


def add_months(dates: Dates, months: Array | int) -> Array:
    """Move dates by calendar months; a day that the target month lacks becomes its last day.

    >>> add_months(np.array(["2024-01-31", "2024-03-15"], "M8[D]"), 1)
    array(['2024-02-29', '2024-04-15'], dtype='datetime64[D]')
    """
    day_of_month = dates - first_of_month(dates)
    target = dates.astype("datetime64[M]") + months * np.timedelta64(1, "M")
    last = last_of_month(target.astype("datetime64[D]"))
    return np.minimum(target.astype("datetime64[D]") + day_of_month, last)


def add_years(dates: Dates, years: Array | int) -> Array:
    """Move dates by years: a birthday; 29 February becomes 28 February in a common year.

    >>> add_years(np.array(["2004-02-29", "2005-07-01"], "M8[D]"), 19)
    array(['2023-02-28', '2024-07-01'], dtype='datetime64[D]')
    """
    return add_months(dates, years * 12)


def first_of_month(dates: Dates) -> Array:
    """Return the first day of each date's month.

    >>> first_of_month(np.array(["2024-02-29"], "M8[D]"))
    array(['2024-02-01'], dtype='datetime64[D]')
    """
    return dates.astype("datetime64[M]").astype("datetime64[D]")


def last_of_month(dates: Dates) -> Array:
    """Return the last day of each date's month.

    >>> last_of_month(np.array(["2024-02-01"], "M8[D]"))
    array(['2024-02-29'], dtype='datetime64[D]')
    """
    following = dates.astype("datetime64[M]") + np.timedelta64(1, "M")
    return following.astype("datetime64[D]") - np.timedelta64(1, "D")


def first_of_year(dates: Dates) -> Array:
    """Return 1 January of each date's year.

    >>> first_of_year(np.array(["2024-02-01"], "M8[D]"))
    array(['2024-01-01'], dtype='datetime64[D]')
    """
    return dates.astype("datetime64[Y]").astype("datetime64[D]")


def year_of(dates: Dates) -> Array:
    """Return the calendar year of each date.

    >>> year_of(np.array(["2024-02-01"], "M8[D]"))
    array([2024])
    """
    return dates.astype("datetime64[Y]").astype(np.int64) + 1970


def month_number(dates: Dates) -> Array:
    """Return the number of each date's month (months since January 1970), to count months.

    >>> month_number(np.array(["1970-02-28", "1971-01-01"], "M8[D]"))
    array([ 1, 12])
    """
    return dates.astype("datetime64[M]").astype(np.int64)


def day_number(dates: Dates) -> Array:
    """Return dates as numbers (days since 1970-01-01), to rank or aggregate them.

    >>> day_number(np.array(["1970-01-02"], "M8[D]"))
    array([1])
    """
    return dates.astype("datetime64[D]").astype(np.int64)


def date_of(numbers: Array) -> Array:
    """Return the dates of day numbers: the inverse of :func:`day_number`.

    >>> date_of(np.array([1]))
    array(['1970-01-02'], dtype='datetime64[D]')
    """
    return numbers.astype(np.int64).astype("datetime64[D]")


def days_between(start: Dates, end: Dates) -> Array:
    """Count the days from ``start`` to ``end``, both included; 0 where ``end`` is earlier.

    >>> days_between(np.datetime64("2024-01-30"), np.array(["2024-02-01", "2024-01-01"], "M8[D]"))
    array([3, 0])
    """
    return np.maximum(day_number(end) - day_number(start) + 1, 0)


def working_day_on_or_before(dates: Dates, holidays: list[str]) -> Array:
    """Return each date, or the last working day before it: no weekend, none of the holidays.

    >>> working_day_on_or_before(np.datetime64("2023-04-08"), ["2023-04-07"])
    np.datetime64('2023-04-06')
    """
    free = np.array(holidays, dtype="datetime64[D]")
    return np.busday_offset(dates, 0, roll="backward", holidays=free)


def days_of_period(period: Period, start: Dates, end: Dates) -> Array:
    """Count the days of ``period`` that lie from ``start`` to ``end``, both included.

    >>> from openfisca_core.periods import period
    >>> days_of_period(period("2024-02"), np.datetime64("2024-02-20"), np.datetime64("2024-12-31"))
    np.int64(10)
    """
    return days_between(np.maximum(start, first_day(period)), np.minimum(end, last_day(period)))
