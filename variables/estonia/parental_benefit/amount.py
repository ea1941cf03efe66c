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
from .days import REFORM
from .facts import ANY_DAY

#: Years of birth for which the book holds rates, wages and ceilings.
YEARS = range(2014, 2028)
MONTHS_OF_A_CALENDAR_YEAR = 12
MONTHS_OF_A_QUARTER = 3


def of_year(parameters: ParametersAt, name: str, days: Array) -> Array:
    """Return the amount of parental benefit law that was in force at the start of each day's year.

    A year without a known amount gives no number. What lies before YEARS is taken as their first:
    benefits of that time had run out when the book's law begins.
    """
    years = max_(year_of(days), YEARS.start)
    amount = years * np.nan
    for year in YEARS:
        law = parameters(f"{year}-01-01").parental_benefit
        if name in law:
            amount = where(years == year, law[name], amount)
    return amount


def last_known_of_year(parameters: ParametersAt, name: str, days: Array) -> Array:
    """Return the newest amount known up to each day's year."""
    years = max_(year_of(days), YEARS.start)
    amount = years * np.nan
    for year in YEARS:
        law = parameters(f"{year}-01-01").parental_benefit
        if name in law:
            amount = where(years >= year, law[name], amount)
    return amount


def up_to_ceiling(parameters: ParametersAt, income: Array, days: Array) -> Array:
    """Return incomes, at most the ceiling of the year.

    Where the ceiling of the year is not known an income up to the one before it is certainly below
    it; for a higher one there is no number.
    """
    certain = last_known_of_year(parameters, "ceiling", days)
    return where(income <= certain, income, of_year(parameters, "ceiling", days))


def up_to_ceiling_of_period(parameters: ParametersAt, period: Period, income: Array) -> Array:
    """Return incomes, at most the ceiling of the year of a period."""
    return up_to_ceiling(parameters, income, add_days(first_day(period), 0 * income))


def last_month_of(start: Array, rules: ParametersAt) -> Array:
    """Return the last day of a reference period that begins on a day: § 39(3)-(4)."""
    return add_days(add_months(start, rules.months), -1)


class right_after_maternity_leave(Variable):
    """Day on which the right to parental benefit arose: after maternity leave, the day after it."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Right to parental benefit after maternity leave"
    label_et = "Õigus vanemahüvitisele pärast sünnituspuhkust"
    unit = "date"
    section = "PHS § 63¹(1), (4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "For a working mother whose leave began before April 2022 the day after its 140 days (RaKS"
        " § 58), unless a later day of the right is given: leave begun less than 30 days before"
        " the due date was shorter. For others the day of the right."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        leave = parameters(REFORM).parental_benefit.days.maternity_leave
        right = person("parental_benefit_right_from", period)
        on_leave = person("had_maternity_leave", period) & (
            right <= person.family("benefit_child_birth_date", period)
        )
        return where(on_leave, add_days(person("mothers_benefit_start", period), leave), right)


class reference_period_start(Variable):
    """First day of the months whose social tax counts."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Reference period from"
    label_et = "Arvestusperioodi algus"
    unit = "date"
    section = "PHS § 39(3), § 63¹(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Twelve months from the 21st month before the month of birth; for a right that arose before"
        " September 2019 the calendar year before it."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(ANY_DAY).parental_benefit.reference_period
        born = person.family("benefit_child_birth_date", period)
        right = person("right_after_maternity_leave", period)
        counted = add_months(first_of_month(born), -rules.months_before_birth)
        calendar_year = add_months(first_of_year(right), -MONTHS_OF_A_CALENDAR_YEAR)
        return where(right >= as_date(rules.by_birth_from), counted, calendar_year)


class reference_period_end(Variable):
    """Last day of the months whose social tax counts."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Reference period to"
    label_et = "Arvestusperioodi lõpp"
    unit = "date"
    section = "PHS § 39(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(ANY_DAY).parental_benefit.reference_period
        return last_month_of(person("reference_period_start", period), rules)


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
            person("mother_has_days_before_birth", period),
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
        rules = parameters(ANY_DAY).parental_benefit.reference_period
        return last_month_of(person("mothers_reference_period_start", period), rules)


class adoptive_reference_period_start(Variable):
    """First day of the months that count for adoptive benefit."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Reference period of adoptive benefit from"
    label_et = "Lapsendaja hüvitise arvestusperioodi algus"
    unit = "date"
    section = "PHS § 39(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Twelve months from the 15th month before the month in which the right arises."

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(ANY_DAY).parental_benefit.reference_period
        right = person("parental_benefit_right_from", period)
        return add_months(first_of_month(right), -rules.months_before_adoption)


class adoptive_reference_period_end(Variable):
    """Last day of the months that count for adoptive benefit."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Reference period of adoptive benefit to"
    label_et = "Lapsendaja hüvitise arvestusperioodi lõpp"
    unit = "date"
    section = "PHS § 39(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(ANY_DAY).parental_benefit.reference_period
        return last_month_of(person("adoptive_reference_period_start", period), rules)


def months_counted(days: Array, off: Array, rules: ParametersAt) -> Array:
    """Return the months by which the social tax of a period's days is divided: § 39(6)."""
    months = round_half_up(max_(days - off, 0) / rules.days_of_month, 2)
    most = rules.reference_period.months
    return where(months > 0, min_(months, most), most)


def unemployed_days_counted(
    person: Population, period: Period, parameters: ParametersAt, fact: str
) -> Array:
    """Return the days of registered unemployment that are taken off: § 39(6¹), § 63⁶."""
    rules = parameters(ANY_DAY).parental_benefit.unemployment_exception
    born = person.family("benefit_child_birth_date", period)
    excepted = (born >= as_date(rules.first_birth)) & (born <= as_date(rules.last_birth))
    return where(excepted, person(fact, period), 0)


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
        days = days_between(
            person("reference_period_start", period), person("reference_period_end", period)
        )
        off = person("sick_days_in_reference_period", period) + unemployed_days_counted(
            person, period, parameters, "unemployed_days_in_reference_period"
        )
        return months_counted(days, off, parameters(ANY_DAY).parental_benefit)


class mothers_months_of_income(Variable):
    """Number of months by which the income of the mother's own period is divided: § 39(6)."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Mother's months of income"
    label_et = "Ema tulu arvestamise kuud"
    unit = "months"
    section = "PHS § 39(6)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "As months_of_income, over the mother's own reference period."

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        days = days_between(
            person("mothers_reference_period_start", period),
            person("mothers_reference_period_end", period),
        )
        off = person("sick_days_for_mothers_benefit", period) + unemployed_days_counted(
            person, period, parameters, "unemployed_days_for_mothers_benefit"
        )
        return months_counted(days, off, parameters(ANY_DAY).parental_benefit)


class adoptive_months_of_income(Variable):
    """Number of months by which the income of adoptive benefit is divided: § 39(6)."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Months of income of adoptive benefit"
    label_et = "Lapsendaja tulu arvestamise kuud"
    unit = "months"
    section = "PHS § 39(6)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "As months_of_income, over the reference period of adoptive benefit."

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        days = days_between(
            person("adoptive_reference_period_start", period),
            person("adoptive_reference_period_end", period),
        )
        off = person("sick_days_in_reference_period", period) + unemployed_days_counted(
            person, period, parameters, "unemployed_days_in_reference_period"
        )
        return months_counted(days, off, parameters(ANY_DAY).parental_benefit)


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
    unit = "EUR/month"
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
    unit = "EUR/month"
    section = "PHS § 39(3), (5)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        return average_income(
            person("social_tax_for_mothers_benefit", period),
            person("mothers_months_of_income", period),
            parameters(ANY_DAY).parental_benefit,
        )


class adoptive_average_monthly_income(Variable):
    """Average income of a month of the reference period of adoptive benefit: § 39(4)-(5)."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Average monthly income for adoptive benefit"
    label_et = "Lapsendaja ühe kalendrikuu keskmine tulu"
    unit = "EUR/month"
    section = "PHS § 39(4)-(5)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "From the same facts as the shared benefit: a person draws one or the other (§ 38(4))."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        return average_income(
            person("social_tax_in_reference_period", period),
            person("adoptive_months_of_income", period),
            parameters(ANY_DAY).parental_benefit,
        )


def minimum_wage_on(parameters: ParametersAt, days: Array) -> Array:
    """Return the minimum wage that was in force on days."""
    wage = 0.0
    for year in YEARS:
        for month in range(1, MONTHS_OF_A_CALENDAR_YEAR + 1, MONTHS_OF_A_QUARTER):
            begins = f"{year}-{month:02d}-01"
            wage = where(days >= as_date(begins), parameters(begins).minimum_wage.monthly, wage)
    return wage


class minimum_wage_at_right(Variable):
    """Minimum wage on the day the right arose."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Minimum wage when the right arose"
    label_et = "Töötasu alammäär õiguse tekkimisel"
    unit = "EUR/month"
    section = "PHS § 42(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "The Act does not say which day's wage is compared; it is that of the right."

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        return minimum_wage_on(parameters, person("parental_benefit_right_from", period))


class mothers_benefit_right_from(Variable):
    """Day on which the right to the mother's own benefit arose."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Right to the mother's benefit from"
    label_et = "Õigus ema vanemahüvitisele alates"
    unit = "date"
    section = "PHS § 35(2), (5)-(6), § 46(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "70 days before the due date, or the birth if the child comes before it. For a mother"
        " without the right before the birth the day of her right to parental benefit."
    )

    def formula(person: Population, period: Period) -> Array:
        born = person.family("benefit_child_birth_date", period)
        return where(
            person("mother_has_days_before_birth", period),
            min_(person("mothers_right_from", period), born),
            person("parental_benefit_right_from", period),
        )


class mothers_minimum_wage_at_right(Variable):
    """Minimum wage on the day the right to the mother's own benefit arose."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Minimum wage when the right to the mother's benefit arose"
    label_et = "Töötasu alammäär ema vanemahüvitise õiguse tekkimisel"
    unit = "EUR/month"
    section = "PHS § 42(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "As minimum_wage_at_right, for the mother's own benefit."

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        return minimum_wage_on(parameters, person("mothers_benefit_right_from", period))


def monthly_base(
    person: Population,
    period: Period,
    parameters: ParametersAt,
    average: Array,
    right: Array,
    wage_at_right: Array,
) -> Array:
    """Return the monthly amount without a ceiling: income, floors, earlier child (§§ 39–43, 45)."""
    rate = of_year(parameters, "rate", right)
    granted = where(average == 0, rate, max_(average, wage_at_right))
    wage_now = max_(wage_at_right, parameters(period).minimum_wage.monthly)
    at_wage = (average > 0) & (average < wage_at_right)
    gap = parameters(period).parental_benefit.earlier_child.months
    born = person.family("benefit_child_birth_date", period)
    close = born < add_months(person("earlier_child_birth_date", period), gap)
    earlier = person("earlier_income_base", period)
    return where(close & (granted <= earlier), earlier, where(at_wage, wage_now, granted))


class parental_benefit_monthly_base(Variable):
    """Monthly amount of the father's and shared benefit before any reduction."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Parental benefit by the month"
    label_et = "Vanemahüvitise suurus kuus"
    unit = "EUR/month"
    section = "PHS §§ 39–43, 45"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The average income; the rate where there was none, the minimum wage where it was less;"
        " the income of the earlier benefit where the births are close and it is no lower; at most"
        " the ceiling of the year of birth. A benefit at the minimum wage follows the wage, one at"
        " the rate, the earlier income or the ceiling stays. The ceilings of 2016 and 2022 are not"
        " known: an income above the ceiling before them gives no amount."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        average = person("average_monthly_income", period)
        right = person("parental_benefit_right_from", period)
        wage = person("minimum_wage_at_right", period)
        base = monthly_base(person, period, parameters, average, right, wage)
        born = person.family("benefit_child_birth_date", period)
        return round_to_cents(up_to_ceiling(parameters, base, born))


class adoptive_benefit_monthly_base(Variable):
    """Monthly amount of the adoptive parent's benefit before any reduction."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2022-04-01": "2018-10-17"}
    label = "Adoptive benefit by the month"
    label_et = "Lapsendaja vanemahüvitise suurus kuus"
    unit = "EUR/month"
    section = "PHS §§ 39–43, 45"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "As parental_benefit_monthly_base, from the income of its own reference period and at most"
        " the ceiling of the year in which the right arose (§ 40(1))."
    )

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        average = person("adoptive_average_monthly_income", period)
        right = person("parental_benefit_right_from", period)
        wage = person("minimum_wage_at_right", period)
        base = monthly_base(person, period, parameters, average, right, wage)
        return round_to_cents(up_to_ceiling(parameters, base, right))


class mothers_benefit_monthly_base(Variable):
    """Monthly amount of the mother's own benefit."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2022-04-01": "2018-10-17"}
    label = "Mother's benefit by the month"
    label_et = "Ema vanemahüvitise suurus kuus"
    unit = "EUR/month"
    section = "PHS §§ 39–43, § 63¹⁰"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "No ceiling for children born and due before 2026."

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(ANY_DAY).parental_benefit.mothers_exception
        born = person.family("benefit_child_birth_date", period)
        due = person.family("benefit_child_due_date", period)
        capped = max_(born, due) > as_date(rules.last_birth)
        average = person("mothers_average_monthly_income", period)
        right = person("mothers_benefit_right_from", period)
        wage = person("mothers_minimum_wage_at_right", period)
        base = monthly_base(person, period, parameters, average, right, wage)
        limited = up_to_ceiling(parameters, base, born)
        return round_to_cents(where(capped, limited, base))


class parental_benefit_daily_amount(Variable):
    """Father's or shared benefit for one calendar day: § 39(7)."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Parental benefit by the day"
    label_et = "Vanemahüvitise päevasumma"
    unit = "EUR/day"
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
    enacted = {"2022-04-01": "2018-10-17"}
    label = "Mother's benefit by the day"
    label_et = "Ema vanemahüvitise päevasumma"
    unit = "EUR/day"
    section = "PHS § 39(7)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        days = parameters(period).parental_benefit.days_of_month
        return round_to_cents(person("mothers_benefit_monthly_base", period) / days)


class adoptive_benefit_daily_amount(Variable):
    """Adoptive parent's benefit for one calendar day: § 39(7)."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2022-04-01": "2018-10-17"}
    label = "Adoptive benefit by the day"
    label_et = "Lapsendaja vanemahüvitise päevasumma"
    unit = "EUR/day"
    section = "PHS § 39(7), § 40(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        days = parameters(period).parental_benefit.days_of_month
        return round_to_cents(person("adoptive_benefit_monthly_base", period) / days)
