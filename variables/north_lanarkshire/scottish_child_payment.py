"""Scottish Child Payment: SSI 2020/351."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_years,
    date,
    first_day,
    last_day,
    where,
)

from .entities import Household, Person
from .rules import a_householder

PAYMENT = "https://www.legislation.gov.uk/ssi/2020/351"


class scottish_child_payment_applied_on(Variable):
    """Day of the application for the child's payment."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Scottish Child Payment applied for on"
    unit = "date"
    section = "SSI 2020/351 reg. 18"
    reference = PAYMENT
    documentation = "Where it is not given nobody applied for Scottish Child Payment."


class has_tax_credit(Variable):
    """Whether a householder has a tax credit, while these are paid."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Tax credit"
    section = "SSI 2020/351 reg. 18"
    reference = PAYMENT

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        child = a_householder(household, period, "receives_child_tax_credit")
        working = a_householder(household, period, "receives_working_tax_credit")
        return parameters(period).tax_credits_are_paid & (child | working)


class has_low_income_benefit(Variable):
    """Whether a householder has Universal Credit, Pension Credit or an income-related benefit."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Benefit of low income"
    section = "SSI 2020/351 reg. 14"
    reference = PAYMENT

    def formula(household: Group, period: Period) -> Array:
        return (
            a_householder(household, period, "receives_universal_credit")
            | a_householder(household, period, "receives_pension_credit")
            | a_householder(household, period, "receives_passporting_benefit")
        )


class qualifies_for_scottish_child_payment(Variable):
    """Whether a householder is awarded a benefit that opens Scottish Child Payment."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Qualifies for Scottish Child Payment"
    section = "SSI 2020/351 reg. 18"
    reference = PAYMENT
    documentation = (
        "Child benefit and Housing Benefit do not. The benefit is to be awarded within 14"
        " days of the application: give it for the month."
    )

    def formula(household: Group, period: Period) -> Array:
        return household("has_low_income_benefit", period) | household("has_tax_credit", period)


class scottish_child_payment(Variable):
    """Scottish Child Payment of a child for a week: the rate at the end of the month."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Scottish Child Payment"
    unit = "GBP/week"
    section = "SSI 2020/351 regs 18, 20"
    reference = PAYMENT
    documentation = (
        "Paid every four weeks. For a child born by the end of the month and under the age at"
        " its beginning, from the month of the application on."
    )

    def formula_2021_02(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period.stop).scottish_child_payment
        born = person("birth_date", period)
        of_age = (born <= last_day(period)) & (first_day(period) < add_years(born, law.end_age))
        entitled = (
            person.has_role(Household.CHILD)
            & of_age
            & (person("scottish_child_payment_applied_on", period) <= last_day(period))
            & person.household("qualifies_for_scottish_child_payment", period)
        )
        return where(entitled, law.week, 0.0)
