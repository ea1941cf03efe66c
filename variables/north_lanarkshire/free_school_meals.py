"""Free school meals: Education (Scotland) Act 1980, section 53."""

from policy.model_api import (
    MONTH,
    Array,
    Enum,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    known,
    not_,
    select,
)

from .entities import Household, Person
from .persons import BENEFITS
from .rules import a_householder
from .school import EDUCATION, SchoolStage


class MealsGround(Enum):
    """Grounds for free school meals."""

    none = "No free school meals"
    by_class = "By class or special school"
    by_income = "By a benefit of the householders"
    by_scottish_child_payment = "By Scottish Child Payment"
    not_known = "Not known: the limit of earned income was not found"


class has_free_meals_by_class(Variable):
    """Whether all pupils of the class, or of the school, have free school meals."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Free school meals by class"
    section = "Education (Scotland) Act 1980 s. 53"
    reference = EDUCATION

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        last = parameters(period).free_school_meals.last_universal_class
        stage = person("school_stage", period)
        low_class = (stage == SchoolStage.primary) & (person("primary_class", period) <= last)
        special = person("attends_special_school", period) & (stage != SchoolStage.none)
        return low_class | special


class has_universal_credit_within_limit(Variable):
    """Whether Universal Credit comes with earned income up to the limit."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    end = "2026-03-31"
    label = "Universal Credit within the limit"
    section = "Education (Scotland) Act 1980 s. 53"
    reference = EDUCATION

    def formula_2017_08(household: Group, period: Period, parameters: ParametersAt) -> Array:
        limit = parameters(period).free_school_meals.earned_income_limit
        universal_credit = a_householder(household, period, "receives_universal_credit")
        return universal_credit & (household("monthly_earned_income", period) <= limit)


class has_universal_credit_of_unknown_limit(Variable):
    """Whether there is Universal Credit, and the limit of earned income is not known."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Universal Credit, limit not known"
    section = "Education (Scotland) Act 1980 s. 53"
    reference = EDUCATION
    documentation = "Before August 2017, and from April 2026 on."

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        limit = known(parameters(period).free_school_meals, "earned_income_limit")
        universal_credit = a_householder(household, period, "receives_universal_credit")
        return universal_credit & not_(limit > 0)


class has_free_meals_by_tax_credits(Variable):
    """Whether tax credits of the householders open free school meals."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Free school meals by tax credits"
    section = "Education (Scotland) Act 1980 s. 53"
    reference = BENEFITS

    def formula_2017_08(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).free_school_meals
        income = household("gross_yearly_income", period)
        child = a_householder(household, period, "receives_child_tax_credit")
        working = a_householder(household, period, "receives_working_tax_credit")
        alone = child & not_(working) & (income <= law.limit_of_child_tax_credit)
        both = child & working & (income <= law.limit_of_both_tax_credits)
        return parameters(period).tax_credits_are_paid & (alone | both)


class has_free_meals_by_income(Variable):
    """Whether a benefit of the householders opens free school meals."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Free school meals by income"
    section = "Education (Scotland) Act 1980 s. 53"
    reference = BENEFITS
    documentation = "Housing Benefit and council tax reduction do not."

    def formula(household: Group, period: Period) -> Array:
        return (
            a_householder(household, period, "receives_passporting_benefit")
            | a_householder(household, period, "receives_asylum_support")
            | household("has_universal_credit_within_limit", period)
            | household("has_free_meals_by_tax_credits", period)
        )


class free_school_meals(Variable):
    """On which ground the pupil has free school meals."""

    value_type = Enum
    possible_values = MealsGround
    default_value = MealsGround.none
    entity = Person
    definition_period = MONTH
    label = "Free school meals"
    section = "Education (Scotland) Act 1980 s. 53"
    reference = EDUCATION
    documentation = (
        "From 1 April 2026 the limit of earned income was not found: with Universal Credit"
        " the ground may be not known. A benefit of the householders does not count for another"
        " resident, for whom they are not responsible."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).free_school_meals
        stage = person("school_stage", period)
        by_payment = (stage == SchoolStage.primary) & (person("scottish_child_payment", period) > 0)
        pupil = ((stage == SchoolStage.primary) | (stage == SchoolStage.secondary)) & not_(
            person.has_role(Household.OTHER_RESIDENT)
        )
        unknown = person.household("has_universal_credit_of_unknown_limit", period)
        return select(
            [
                person("has_free_meals_by_class", period),
                pupil & person.household("has_free_meals_by_income", period),
                by_payment & law.scottish_child_payment_opens,
                pupil & unknown,
            ],
            [
                MealsGround.by_class,
                MealsGround.by_income,
                MealsGround.by_scottish_child_payment,
                MealsGround.not_known,
            ],
            MealsGround.none,
        )
