"""Rules of the Act's general part that several benefits share, on arrays."""

import numpy as np

from policy.model_api import (
    Array,
    ParametersAt,
    Period,
    add_days,
    add_months,
    add_years,
    days_in,
    days_of_period,
    first_day,
    first_of_month,
    first_of_year,
    last_day,
    max_,
    where,
)

MONTHS_OF_YEAR = 12


def paid_from(right_from: Array, claimed: Array, window: int) -> Array:
    """Return the day from which a monthly benefit is paid: § 28(1) and (2).

    Claimed within the window of months after the right arose (or granted unasked) it is paid from
    the day of the right; later, for at most that many calendar months before the claim's month.
    Those months of a claim in time always reach back to the right, so one rule says both.
    """
    return max_(right_from, first_of_month(add_months(claimed, -window)))


def share_of_first_month(period: Period, start: Array) -> Array:
    """Return the part of the month's days from a start on: 1 in the months after it (§ 7(1)).

    The month in which a right ends is paid in full (§ 31), also when it is the first one.
    """
    return days_of_period(period, start, last_day(period)) / days_in(period)


def share_of_month(period: Period, start: Array, last: Array) -> Array:
    """Return the part of the month paid for a right from a start to a last day: §§ 7(1), 31.

    0 in the months before the start and after the last day, and where the right ends before it
    begins.
    """
    payable = (start <= last) & lasts_into(period, last)
    return where(payable, share_of_first_month(period, start), 0.0)


def lasts_into(period: Period, last: Array) -> Array:
    """Tell whether a right with this last day is still paid in the month: § 31."""
    return last >= first_day(period)


def is_payable(period: Period, start: Array, last: Array) -> Array:
    """Tell whether a right from a start to a last day gives something for the month: § 31."""
    return (start <= last_day(period)) & (start <= last) & lasts_into(period, last)


def day_before_birthday(born: Array, years: int) -> Array:
    """Return the last day before a birthday: a right 'to' an age ends with it."""
    return add_days(add_years(born, years), -1)


def end_of_school_year(days: Array, school_year: ParametersAt) -> Array:
    """Return the last day of the school year (õppeaasta) that days fall in: 31 August."""
    months_to_january = MONTHS_OF_YEAR + 1 - school_year.first_month
    january = first_of_year(add_months(days, months_to_january))
    return add_days(add_months(january, school_year.first_month - 1), -1)


def end_of_final_class(days: Array, school_year: ParametersAt) -> Array:
    """Return the last day of that school year in the final upper secondary class: 30 June."""
    january = first_of_year(end_of_school_year(days, school_year))
    return add_days(add_months(january, school_year.last_month_in_final_class), -1)


def months_between(first: str, last: str) -> list[str]:
    """Return the months from a date's to another's, as formulas ask for them: 2024-05."""
    months = np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + 1)
    return [str(month) for month in months]
