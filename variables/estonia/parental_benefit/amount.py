"""What a day of parental benefit is worth: income, floors, earlier child, ceiling (§§ 39–45)."""

import numpy as np

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_days,
    add_months,
    as_date,
    date,
    days_between,
    first_day,
    first_of_month,
    first_of_year,
    max_,
    min_,
    round_half_up,
    round_to_cents,
    where,
    year_of,
)

from ..entities import Person
from .facts import ParentalBenefitRole

#: Years of birth for which the book holds rates, wages and ceilings.
YEARS = range(2014, 2028)
#: An instant at which the rules that have not changed since 2014 can be read.
ANY_DAY = "2017-01-01"
MONTHS_OF_A_CALENDAR_YEAR = 12


def of_year(parameters: ParametersAt, name: str, days: Array) -> Array:
    """Return the amount of parental benefit law that was in force at the start of each day's year.

    A year without a known amount gives no number.
    """
    amount = year_of(days) * np.nan
    for year in YEARS:
        law = parameters(f"{year}-01-01").parental_benefit
        if name in law:
            amount = where(year_of(days) == year, law[name], amount)
    return amount


def last_known_of_year(parameters: ParametersAt, name: str, days: Array) -> Array:
    """Return the newest amount known up to each day's year."""
    amount = year_of(days) * np.nan
    for year in YEARS:
        law = parameters(f"{year}-01-01").parental_benefit
        if name in law:
            amount = where(year_of(days) >= year, law[name], amount)
    return amount


def up_to_ceiling(parameters: ParametersAt, income: Array, days: Array) -> Array:
    """Return incomes, at most the ceiling of the year.

    Where the ceiling of the year is not known an income up to the one before it is certainly below
    it; for a higher one there is no number.
    """
    ceiling = of_year(parameters, "ceiling", days)
    certain = last_known_of_year(parameters, "ceiling", days)
    in_gap = ceiling != ceiling  # noqa: PLR0124  (only "no number" differs from itself)
    return where(in_gap & (income <= certain), income, min_(income, ceiling))


def up_to_ceiling_of_period(parameters: ParametersAt, period: Period, income: Array) -> Array:
    """Return incomes, at most the ceiling of the year of a period."""
    return up_to_ceiling(parameters, income, add_days(first_day(period), 0 * income))


class reference_period_start(Variable):
    """First day of the months whose social tax counts."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Reference period from"
    label_et = "Arvestusperioodi algus"
    unit = "date"
    section = "PHS § 39(3)-(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Twelve months: from the 21st month before the month of birth; for adoptive benefit from"
        " the 15th before the month the right arises; for births before September 2019 the"
        " calendar year before the right."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(ANY_DAY).parental_benefit.reference_period
        born = person.family("benefit_child_birth_date", period)
        right = person("parental_benefit_right_from", period)
        adopts = person("parental_benefit_role", period) == ParentalBenefitRole.adopter
        counted = where(
            adopts,
            add_months(first_of_month(right), -rules.months_before_adoption),
            add_months(first_of_month(born), -rules.months_before_birth),
        )
        calendar_year = add_months(first_of_year(right), -MONTHS_OF_A_CALENDAR_YEAR)
        return where(born >= as_date(rules.by_birth_from), counted, calendar_year)


class reference_period_end(Variable):
    """Last day of the months whose social tax counts."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Reference period to"
    label_et = "Arvestusperioodi lõpp"
    unit = "date"
    section = "PHS § 39(3)-(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        months = parameters(ANY_DAY).parental_benefit.reference_period.months
        return add_days(add_months(person("reference_period_start", period), months), -1)


class mothers_reference_period_start(Variable):
    """First day of the months that count for the mother's own benefit."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Mother's reference period from"
    label_et = "Ema arvestusperioodi algus"
    unit = "date"
    section = "PHS § 39(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Counted from the month the child is due, for a mother with benefit before birth."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(ANY_DAY).parental_benefit.reference_period
        due = person.family("benefit_child_due_date", period)
        return where(
            person("works_before_birth", period),
            add_months(first_of_month(due), -rules.months_before_birth),
            person("reference_period_start", period),
        )


class mothers_reference_period_end(Variable):
    """Last day of the months that count for the mother's own benefit."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Mother's reference period to"
    label_et = "Ema arvestusperioodi lõpp"
    unit = "date"
    section = "PHS § 39(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        months = parameters(ANY_DAY).parental_benefit.reference_period.months
        return add_days(add_months(person("mothers_reference_period_start", period), months), -1)


class months_of_income(Variable):
    """Number of months by which the income of the reference period is divided: § 39(6)."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Months of income"
    label_et = "Tulu arvestamise kuud"
    unit = "months"
    section = "PHS § 39(6)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The days of the period without sick days (for births of 2021 to 2023 also without"
        " registered unemployment), divided by 30, to two decimals, at most 12; twelve where no"
        " day is left."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(ANY_DAY).parental_benefit
        born = person.family("benefit_child_birth_date", period)
        excepted = (born >= as_date(rules.unemployment_exception.first_birth)) & (
            born <= as_date(rules.unemployment_exception.last_birth)
        )
        days = days_between(
            person("reference_period_start", period), person("reference_period_end", period)
        )
        off = person("sick_days_in_reference_period", period) + where(
            excepted, person("unemployed_days_in_reference_period", period), 0
        )
        months = round_half_up(max_(days - off, 0) / rules.days_of_month, 2)
        most = rules.reference_period.months
        return where(months > 0, min_(months, most), most)


def average_income(social_tax: Array, months: Array, rules: ParametersAt) -> Array:
    """Return the average monthly income on which social tax was recorded: § 39(2), (5)."""
    return round_to_cents(social_tax / rules.social_tax_rate / months)


class average_monthly_income(Variable):
    """Average income of a month of the reference period: § 39(5)."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Average monthly income"
    label_et = "Ühe kalendrikuu keskmine tulu"
    unit = "EUR"
    section = "PHS § 39(2), (5)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        return average_income(
            person("social_tax_in_reference_period", period),
            person("months_of_income", period),
            parameters(ANY_DAY).parental_benefit,
        )


class mothers_average_monthly_income(Variable):
    """Average income of a month of the mother's own reference period: § 39(3), (5)."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Mother's average monthly income"
    label_et = "Ema ühe kalendrikuu keskmine tulu"
    unit = "EUR"
    section = "PHS § 39(3), (5)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        return average_income(
            person("social_tax_for_mothers_benefit", period),
            person("months_of_income", period),
            parameters(ANY_DAY).parental_benefit,
        )


class minimum_wage_at_right(Variable):
    """Minimum wage on the day the right arose."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Minimum wage when the right arose"
    label_et = "Töötasu alammäär õiguse tekkimisel"
    unit = "EUR"
    section = "PHS § 42(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "The Act does not say which day's wage is compared; it is that of the right."

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        right = person("parental_benefit_right_from", period)
        wage = 0.0
        for year in YEARS:
            for month in range(1, MONTHS_OF_A_CALENDAR_YEAR + 1, 3):
                begins = f"{year}-{month:02d}-01"
                wage = where(
                    right >= as_date(begins), parameters(begins).minimum_wage.monthly, wage
                )
        return wage


def monthly_base(
    person: Population, period: Period, parameters: ParametersAt, average: Array, capped: Array
) -> Array:
    """Return the monthly amount: average, floors, earlier child, ceiling, floor (§§ 39–43, 45).

    A right that arose before the first of YEARS had run out when the book's law begins: 0.
    """
    right = person("parental_benefit_right_from", period)
    wage_at_right = person("minimum_wage_at_right", period)
    wage_now = max_(wage_at_right, parameters(period).minimum_wage.monthly)
    rate = of_year(parameters, "rate", right)
    floor = where(average == 0, rate, where(average < wage_at_right, wage_now, wage_at_right))
    base = where(average < wage_at_right, floor, average)
    gap = parameters(period).parental_benefit.earlier_child.months
    born = person.family("benefit_child_birth_date", period)
    close = born < add_months(person("earlier_child_birth_date", period), gap)
    earlier = person("earlier_income_base", period)
    substituted = where(close & (base <= earlier), earlier, base)
    limited = where(capped, up_to_ceiling(parameters, substituted, right), substituted)
    return where(year_of(right) >= YEARS.start, max_(limited, min_(floor, substituted)), 0.0)


class parental_benefit_monthly_base(Variable):
    """Monthly amount of the father's, shared and adoptive benefit before any reduction."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Parental benefit by the month"
    label_et = "Vanemahüvitise suurus kuus"
    unit = "EUR"
    section = "PHS §§ 39–43, 45"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The average income; the rate where there was none, the minimum wage where it was less;"
        " the income of the earlier benefit where the births are close and it is no lower; at most"
        " the ceiling of the year the right arose. A benefit at the minimum wage follows the wage,"
        " one at the rate or the ceiling stays. The ceilings of 2016 and 2022 are not known: an"
        " income above the ceiling before them gives no amount."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        average = person("average_monthly_income", period)
        base = monthly_base(person, period, parameters, average, average >= 0)
        return round_to_cents(base)


class mothers_benefit_monthly_base(Variable):
    """Monthly amount of the mother's own benefit."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Mother's benefit by the month"
    label_et = "Ema vanemahüvitise suurus kuus"
    unit = "EUR"
    section = "PHS §§ 39–43, § 63¹⁰"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "No ceiling for children born from April 2022 to December 2025."

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(ANY_DAY).parental_benefit.mothers_exception
        born = person.family("benefit_child_birth_date", period)
        due = person.family("benefit_child_due_date", period)
        last = max_(born, due)
        capped = (born < as_date(rules.first_birth)) | (last > as_date(rules.last_birth))
        average = person("mothers_average_monthly_income", period)
        return round_to_cents(monthly_base(person, period, parameters, average, capped))


class parental_benefit_daily_amount(Variable):
    """Father's, shared or adoptive benefit for one calendar day: § 39(7)."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Parental benefit by the day"
    label_et = "Vanemahüvitise päevasumma"
    unit = "EUR"
    section = "PHS § 39(7), § 40(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        days = parameters(period).parental_benefit.days_of_month
        return round_to_cents(person("parental_benefit_monthly_base", period) / days)


class mothers_benefit_daily_amount(Variable):
    """Mother's benefit for one calendar day: § 39(7)."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Mother's benefit by the day"
    label_et = "Ema vanemahüvitise päevasumma"
    unit = "EUR"
    section = "PHS § 39(7)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        days = parameters(period).parental_benefit.days_of_month
        return round_to_cents(person("mothers_benefit_monthly_base", period) / days)
