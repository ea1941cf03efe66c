"""Rules that several charges and grants share, on arrays."""

import numpy as np

from policy.model_api import (
    Array,
    Group,
    Period,
    add_days,
    add_months,
    add_years,
    days_between,
    first_day,
    first_of_year,
    last_day,
)

from .entities import Household

DAYS_OF_A_WEEK = 7
MONTHS_OF_YEAR = 12
#: From the last period before it to the birth, as midwives count.
WEEKS_OF_A_PREGNANCY = 40
#: Months from January to April, the first of the financial year.
MONTHS_TO_APRIL = 3


def has_reached(period: Period, born: Array, years: int) -> Array:
    """Tell who has reached an age by the first day of the period."""
    return add_years(born, years) <= first_day(period)


def falls_into(period: Period, days: Array) -> Array:
    """Tell which days lie in the period."""
    return (days >= first_day(period)) & (days <= last_day(period))


def a_householder(household: Group, period: Period, name: str) -> Array:
    """Tell in which households a householder has what a variable of persons says."""
    return household.any(household.members(name, period), role=Household.HOUSEHOLDER)


def days_of_financial_year(period: Period) -> Array:
    """Return the number of days of the financial year, from April to March, of a month."""
    year = first_of_year(add_months(first_day(period), -MONTHS_TO_APRIL))
    april = add_months(year, MONTHS_TO_APRIL)
    return days_between(april, add_days(add_years(april, 1), -1))


def started(amounts: Array) -> Array:
    """Return whole units of an amount, where a part of one counts as one."""
    return np.ceil(amounts)
