"""Time: moves of periods, sums and shares over periods, what begins or ends."""

import datetime

import numpy as np
from openfisca_core.periods import instant
from openfisca_core.periods import period as period_of

from policy.model_api import ADD, DAY, DIVIDE, ETERNITY, MONTH, YEAR, Variable, date, where

from .entities import Household, Person, formula_of


@formula_of(Person)
def last_month(person, period):
    return person("wage", period.last_month)


@formula_of(Person)
def some_months_before(person, period):
    return person("wage", period.offset(-2)) + person("wage", period.offset(-1, "year"))


@formula_of(Person)
def this_year(person, period):
    return person("dividends", period.this_year)


@formula_of(Person)
def last_year_and_the_one_before(person, period):
    return person("dividends", period.last_year) - person("dividends", period.n_2)


@formula_of(Person)
def first_month_of_the_year(person, period):
    return person("wage", period.this_year.first_month)


@formula_of(Person)
def named_period(person, period):
    return person("wage", "2020-03") + person("wage", period_of("2020-01"))


@formula_of(Person)
def sum_of_last_3_months(person, period):
    return person("wage", period.last_3_months, options=[ADD])


@formula_of(Person, unit=YEAR)
def sum_of_a_year(person, period):
    return person("wage", period, options=[ADD])


@formula_of(Person, unit=YEAR)
def months_of_two_years(person, period):
    before = person("wage", period.last_year.first_month.offset(11, "month"))
    return person("wage", period.first_month) - before


@formula_of(Person, int, unit=YEAR)
def sum_of_whole_numbers(person, period):
    return person("age", period, options=[ADD])


@formula_of(Household, unit=YEAR)
def sum_of_a_year_of_members(household, period):
    return household.sum(household.members("wage", period, options=[ADD]))


@formula_of(Person)
def sum_of_days(person, period):
    return person("hours", period, options=[ADD])


@formula_of(Person, int, unit=DAY)
def days_before(person, period):
    return person("hours", period.offset(-1)) + person("hours", period.first_day)


@formula_of(Person)
def sum_of_a_week(person, period):
    return person("hours", period.first_week, options=[ADD])


@formula_of(Person)
def twelfth_of_a_year(person, period):
    return person("dividends", period, options=[DIVIDE])


@formula_of(Person, unit=DAY)
def day_of_a_year(person, period):
    return person("dividends", period, options=[DIVIDE])


@formula_of(Person, unit=DAY)
def day_of_a_month(person, period):
    return person("wage", period, options=[DIVIDE])


@formula_of(Person, unit=YEAR)
def loop_over_months(person, period):
    total = 0
    for month in period.get_subperiods(MONTH):
        total += where(person("employed", month), person("wage", month), 0)
    return total


@formula_of(Person)
def parts_of_the_period(person, period):
    return period.start.year * 100 + period.start.month + period.days + period.size_in_months


@formula_of(Person, int)
def full_years(person, period):
    born = person("born", period)
    year = born.astype("datetime64[Y]").astype(int) + 1970
    month = born.astype("datetime64[M]").astype(int) % 12 + 1
    day = (born - born.astype("datetime64[M]") + 1).astype(int)
    not_yet = (month > period.start.month) | (
        (month == period.start.month) & (day > period.start.day)
    )
    return period.start.year - year - not_yet


@formula_of(Person, int)
def months_since(person, period):
    start = np.datetime64(period.start, "M")
    return (start - person("born", period).astype("datetime64[M]")).astype(int)


@formula_of(Person)
def years_since(person, period):
    return (np.datetime64(period.start) - person("born", period)) / np.timedelta64(365, "D")


@formula_of(Person, date)
def a_month_later(person, period):
    born = person("born", period)
    return born.astype("datetime64[M]") + np.timedelta64(1, "M") + (born - born.astype("M8[M]"))


@formula_of(Person, date)
def thirty_days_later(person, period):
    return person("born", period) + np.timedelta64(30, "D")


@formula_of(Person, date)
def later_of_dates(person, period):
    return np.maximum(person("born", period), np.datetime64(period.start.date))


@formula_of(Person, bool)
def before_a_date(person, period):
    return person("born", period) <= datetime.date(1990, 1, 1)


@formula_of(Person, date)
def chosen_date(person, period):
    return where(person("employed", period), person("born", period), np.datetime64("2020-02-29"))


@formula_of(Person, bool)
def date_is_missing(person, period):
    return np.isnat(person("born", period))


@formula_of(Person, date, unit=ETERNITY)
def eternal(person, period):
    return person("born", period) + 1


@formula_of(Household, bool, unit=ETERNITY)
def eternal_zone(household, period):
    return household.any(household.members("eternal", period) > np.datetime64("1980-03-01"))


@formula_of(Household, bool, unit=ETERNITY)
def eternal_by_a_parameter_of_one_value(household, period, parameters):
    return household("eternal_zone", period) & parameters(period).always


@formula_of(Person)
def parameters_of_another_time(person, period, parameters):
    then = parameters(instant("2019-06-01")).share + parameters("2023-01-01").share
    return person("wage", period) * (then + parameters(period.last_year).share)


class dated(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    default_value = 3.0

    def formula_2019_07(person, period):
        return person("wage", period)

    def formula_2020(person, period, parameters):
        return person("wage", period) * parameters(period).share

    def formula_2021_02_15(person, period):
        return -person("wage", period)


class ended(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    end = "2020-06-30"
    default_value = 8.0

    def formula(person, period):
        return person("wage", period) + 1


@formula_of(Person)
def after_the_end(person, period):
    return (
        person("ended", period)
        + person("ended", period.offset(-1, "year"))
        + person("dated", period)
    )
