"""Education maintenance allowance for pupils and students of 16 to 19."""

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
    add_months,
    add_years,
    date,
    first_day,
    first_of_year,
    last_day,
    not_,
    round_to_cents,
    set_input_dispatch_by_period,
    where,
)

from .entities import Household, Person
from .rules import MONTHS_OF_YEAR, has_reached
from .school import SchoolStage

ALLOWANCE = (
    "https://www.northlanarkshire.gov.uk/schools-and-learning/"
    "additional-support-families-and-children/education-maintenance-allowance"
)


class maintenance_allowance_applied_on(Variable):
    """Day of the student's application for the school year."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Maintenance allowance applied for on"
    unit = "date"
    section = "Education maintenance allowance"
    reference = ALLOWANCE
    documentation = (
        "A new application is needed each year. Where it is not given nobody applied for the"
        " education maintenance allowance."
    )


class weeks_of_full_attendance(Variable):
    """Weeks of term in the month that the student attended in full."""

    value_type = int
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Weeks of full attendance"
    unit = "weeks"
    section = "Education maintenance allowance"
    reference = ALLOWANCE
    documentation = (
        "Of the month of a late application, those from the week of its receipt on. Where it"
        " is not given the student attended no week in full."
    )


class is_in_full_time_education(Variable):
    """Whether a child of 16 or more is in full-time further or higher education."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "In full-time education"
    section = "Education maintenance allowance"
    reference = ALLOWANCE
    documentation = (
        "Where it is not given the person is not in full-time further or higher education."
    )


class income_of_last_tax_year(Variable):
    """Gross taxable income of the household in the last tax year."""

    value_type = float
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Income of the last tax year"
    unit = "GBP/year"
    section = "Education maintenance allowance"
    reference = ALLOWANCE
    documentation = "Where it is not given the household had no taxable income."


class is_dependent_child(Variable):
    """Whether the person is a child under 16, or one up to 25 in full-time education."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Dependent child"
    section = "Education maintenance allowance"
    reference = ALLOWANCE
    documentation = "From 16 on at school, or in full-time further or higher education."

    def formula_2016_08(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).education_maintenance_allowance
        born = person("birth_date", period)
        at_school = person("school_stage", period) != SchoolStage.none
        student = (at_school | person("is_in_full_time_education", period)) & not_(
            has_reached(period, born, law.end_age_of_dependent_students)
        )
        dependent = not_(has_reached(period, born, law.age)) | student
        return person.has_role(Household.CHILD) & (born <= first_day(period)) & dependent


class dependent_children(Variable):
    """How many dependent children there are in the household."""

    value_type = int
    entity = Household
    definition_period = MONTH
    label = "Dependent children"
    unit = "children"
    section = "Education maintenance allowance"
    reference = ALLOWANCE

    def formula_2016_08(household: Group, period: Period) -> Array:
        return household.sum(household.members("is_dependent_child", period))


class is_within_maintenance_allowance_income(Variable):
    """Whether the household's income is within the limit of the student's allowance."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Within the income limit"
    section = "Education maintenance allowance"
    reference = ALLOWANCE
    documentation = (
        "Up to the limit, as the council says; one council says less than it. The student counts as"
        " a dependent child, with whom the council's table begins."
    )

    def formula_2016_08(person: Population, period: Period, parameters: ParametersAt) -> Array:
        limit = parameters(period).education_maintenance_allowance.income_limit
        others = person.household("dependent_children", period) - person(
            "is_dependent_child", period
        )
        income = person.household("income_of_last_tax_year", period)
        return income <= where(others > 0, limit.more_children, limit.one_child)


class education_maintenance_allowance(Variable):
    """Education maintenance allowance of a month, for its weeks of full attendance."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Education maintenance allowance"
    unit = "GBP"
    section = "Education maintenance allowance"
    reference = ALLOWANCE
    documentation = (
        "From August for who is 16 by 30 September, from January for who is 16 by the end of"
        " February. Applied for by those days it is backdated, later from the application on,"
        " and not after 31 March."
    )

    def formula_2016_08(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).education_maintenance_allowance
        to_august = parameters(period).school.first_month - 1
        today = first_day(period)
        born = person("birth_date", period)
        january = first_of_year(add_months(today, -to_august))
        next_january = add_months(january, MONTHS_OF_YEAR)
        autumn = add_days(add_months(january, law.summer_intake_month), -1)
        winter = add_days(add_months(next_january, law.winter_intake_month), -1)
        close = add_days(add_months(next_january, law.last_month_of_applications), -1)
        of_age = add_years(born, law.age)
        from_august = of_age <= autumn
        from_january = (of_age <= winter) & (today >= next_january)
        applied = person("maintenance_allowance_applied_on", period)
        opens = add_months(january, law.last_month_of_applications)
        in_time = applied <= where(from_august, autumn, winter)
        by_now = (applied >= opens) & (applied <= close) & (in_time | (applied <= last_day(period)))
        entitled = (
            (from_august | from_january)
            & not_(has_reached(period, born, law.end_age))
            & by_now
            & person("is_within_maintenance_allowance_income", period)
        )
        weeks = person("weeks_of_full_attendance", period)
        return where(entitled, round_to_cents(law.week * weeks), 0.0)
