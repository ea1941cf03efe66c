"""Rules that several charges and grants share, on arrays."""

import numpy as np

from policy.model_api import (
    Array,
    Group,
    ParametersAt,
    Period,
    add_years,
    first_day,
    last_day,
)

from .entities import Household

DAYS_OF_A_WEEK = 7


def known(law: ParametersAt, name: str) -> Array:
    """Return a value of the law, or no number where it is not known."""
    return law[name] if name in law else np.nan


def has_reached(period: Period, born: Array, years: int) -> Array:
    """Tell who has reached an age by the first day of the period."""
    return add_years(born, years) <= first_day(period)


def falls_into(period: Period, days: Array) -> Array:
    """Tell which days lie in the period."""
    return (days >= first_day(period)) & (days <= last_day(period))


def a_householder(household: Group, period: Period, name: str) -> Array:
    """Tell in which households a householder has what a variable of persons says."""
    return household.any(household.members(name, period), role=Household.HOUSEHOLDER)
