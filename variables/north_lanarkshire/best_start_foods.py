"""Best Start Foods: SSI 2019/193."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_days,
    add_years,
    date,
    first_day,
    last_day,
    not_,
    set_input_dispatch_by_period,
    where,
)

from .entities import Household, Person
from .rules import DAYS_OF_A_WEEK, WEEKS_OF_A_PREGNANCY, a_householder

FOODS = "https://www.legislation.gov.uk/ssi/2019/193"


class best_start_foods_applied_on(Variable):
    """Day of the application for the child's Best Start Foods."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Best Start Foods applied for on"
    unit = "date"
    section = "SSI 2019/193"
    reference = FOODS
    documentation = "Where it is not given nobody applied for Best Start Foods."


class is_over_best_start_foods_income(Variable):
    """Whether the income is over the limit that Best Start Foods had until January 2024."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Over the income limit"
    section = "SSI 2019/193"
    reference = FOODS
    documentation = "Where it is not given the income is within the limit."


class qualifies_for_best_start_foods(Variable):
    """Whether a householder has a benefit that opens Best Start Foods, or needs none."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Qualifies for Best Start Foods"
    section = "SSI 2019/193 reg. 10"
    reference = FOODS
    documentation = "Working Tax Credit without Child Tax Credit does since February 2024."

    def formula_2019_08(household: Group, period: Period, parameters: ParametersAt) -> Array:
        by_working = parameters(period.stop).best_start_foods.working_tax_credit_opens
        child = a_householder(household, period, "receives_child_tax_credit")
        working = a_householder(household, period, "receives_working_tax_credit") & by_working
        return (
            household("has_low_income_benefit", period)
            | a_householder(household, period, "receives_housing_benefit")
            | (parameters(period).tax_credits_are_paid & (child | working))
            | a_householder(household, period, "needs_no_qualifying_benefit")
        )


class best_start_foods(Variable):
    """Best Start Foods of a child for a week: the rate at the end of the month."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Best Start Foods"
    unit = "GBP/week"
    section = "SSI 2019/193 reg. 13"
    reference = FOODS
    documentation = (
        "Paid every four weeks: once in pregnancy and from the first to the third birthday,"
        " twice before the first. The anniversary of the day an early child was due is not"
        " looked at. The birth date of a child that is not born yet is the day it is due."
    )

    def formula_2019_08(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period.stop).best_start_foods
        born = person("birth_date", period)
        conceived = add_days(born, -DAYS_OF_A_WEEK * WEEKS_OF_A_PREGNANCY)
        is_born = born <= last_day(period)
        baby = is_born & (first_day(period) < add_years(born, law.age_of_single_rate))
        first = person("order_in_multiple_birth", period) == 1
        expected = first & (conceived <= last_day(period))
        young = first_day(period) < add_years(born, law.end_age)
        rate = where(baby, law.multiple_before_first_birthday, 1.0) * law.week
        refused = person.household("is_over_best_start_foods_income", period) & law.has_income_limit
        entitled = (
            person.has_role(Household.CHILD)
            & (is_born | expected)
            & young
            & (person("best_start_foods_applied_on", period) <= last_day(period))
            & person.household("qualifies_for_best_start_foods", period)
            & not_(refused)
        )
        return where(entitled, rate, 0.0)
