"""Council tax reduction: SSI 2021/249 for working age, SSI 2012/319 for pension age.

Weekly amounts are compared; what is taken off is a sum a day, for every day of the financial year.
"""

from policy.model_api import (
    MONTH,
    NOT_KNOWN,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    first_day,
    max_,
    not_,
    round_to_cents,
    select,
    where,
)

from .council_tax_reduction_facts import PENSION_AGE, REGULATIONS
from .dwellings import ValuationBand
from .entities import Household, Person
from .rules import DAYS_OF_A_WEEK, a_householder, days_of_financial_year, has_reached, started


class is_couple(Variable):
    """Whether the householders are a couple."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Couple"
    section = "SSI 2021/249 reg. 5"
    reference = REGULATIONS

    def formula(household: Group, period: Period) -> Array:
        return household.nb_persons(Household.HOUSEHOLDER) > 1


class is_child_of_the_family(Variable):
    """Whether the person is a child, or a young person, for whom a householder is responsible."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Child of the family"
    section = "SSI 2021/249 reg. 35; SSI 2012/319 reg. 4"
    reference = REGULATIONS
    documentation = "Born by the first of the month, and under 20."

    def formula_2021_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_tax_reduction
        born = person("birth_date", period)
        return (
            person.has_role(Household.CHILD)
            & (born <= first_day(period))
            & not_(has_reached(period, born, law.end_age_of_young_persons))
        )


class children_of_the_family(Variable):
    """How many children and young persons the householders are responsible for."""

    value_type = int
    entity = Household
    definition_period = MONTH
    label = "Children of the family"
    unit = "children"
    section = "SSI 2021/249 reg. 35"
    reference = REGULATIONS

    def formula(household: Group, period: Period) -> Array:
        return household.sum(household.members("is_child_of_the_family", period))


class is_assessed_in_pension_age(Variable):
    """Whether the regulations of pension age apply, and not those of working age."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Assessed in pension age"
    section = "SSI 2021/249 reg. 3; SSI 2012/319 reg. 12"
    reference = PENSION_AGE
    documentation = (
        "One householder has reached pension age, and neither has Universal Credit, income support,"
        " income-based jobseeker's allowance or income-related employment and support allowance."
    )

    def formula(household: Group, period: Period) -> Array:
        working_age = a_householder(household, period, "receives_universal_credit") | a_householder(
            household, period, "receives_passporting_benefit"
        )
        return a_householder(household, period, "has_reached_pension_age") & not_(working_age)


class personal_allowance(Variable):
    """Personal allowance of the householders: schedule 1."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Personal allowance"
    unit = "GBP/week"
    section = "SSI 2021/249 sch. 1 para. 1; SSI 2012/319 sch. 1 para. 2"
    reference = REGULATIONS

    def formula_2021_04(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_tax_reduction.allowance
        couple = household("is_couple", period)
        pensioner = household("is_assessed_in_pension_age", period)
        born = household.members("birth_date", period)
        older = has_reached(period, born, law.age_of_full_allowance)
        full = household.any(
            older | household.members("has_full_allowance_under_25", period),
            role=Household.HOUSEHOLDER,
        )
        lone_parent = household("children_of_the_family", period) > 0
        return select(
            [
                pensioner & couple,
                pensioner,
                couple,
                full | lone_parent,
            ],
            [
                law.pensioner_couple,
                law.pensioner_single,
                law.couple,
                law.single,
            ],
            law.single_under_25,
        )


class premiums(Variable):
    """Premiums for children, care and disability: schedule 1."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Premiums"
    unit = "GBP/week"
    section = "SSI 2021/249 sch. 1"
    reference = REGULATIONS
    documentation = "Pension age has neither the disability nor the enhanced disability premium."

    def formula_2021_04(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_tax_reduction.premium
        couple = household("is_couple", period)
        working_age = not_(household("is_assessed_in_pension_age", period))

        child = household.members("is_child_of_the_family", period)

        def of_children(name: str) -> Array:
            return household.sum(child & household.members(name, period))

        def of_householders(name: str) -> Array:
            return household.sum(household.members(name, period), role=Household.HOUSEHOLDER)

        disability = where(
            working_age & household("qualifies_for_disability_premium", period),
            where(couple, law.disability_couple, law.disability_single),
            0.0,
        )
        enhanced = where(
            working_age & household("qualifies_for_enhanced_disability_premium", period),
            where(couple, law.enhanced_disability_couple, law.enhanced_disability_single),
            0.0,
        )
        return (
            household("children_of_the_family", period) * law.child
            + of_children("qualifies_for_disabled_child_premium") * law.disabled_child
            + of_children("qualifies_for_enhanced_disability_premium_of_a_child")
            * law.enhanced_disability_of_a_child
            + of_householders("qualifies_for_carer_premium") * law.carer
            + of_householders("qualifies_for_severe_disability_premium") * law.severe_disability
            + disability
            + enhanced
        )


class applicable_amount(Variable):
    """Weekly amount that a household is taken to need."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Applicable amount"
    unit = "GBP/week"
    section = "SSI 2021/249 sch. 1"
    reference = REGULATIONS
    documentation = (
        "Without the work-related activity and support components, whose amounts after 2022-23"
        " were not found, and without transitional additions. With Universal Credit it is not known"
        " before April 2022."
    )

    def formula_2021_04(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_tax_reduction
        by_award = a_householder(household, period, "receives_universal_credit") & not_(
            law.amounts_for_universal_credit
        )
        amount = household("personal_allowance", period) + household("premiums", period)
        return where(by_award, NOT_KNOWN, amount)


class income_with_tariff_income(Variable):
    """Weekly income with what capital counts as: regulation 63, and 27 in pension age."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Weekly income with tariff income"
    unit = "GBP/week"
    section = "SSI 2021/249 reg. 63; SSI 2012/319 reg. 27"
    reference = REGULATIONS

    def formula_2021_04(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_tax_reduction.capital
        pensioner = household("is_assessed_in_pension_age", period)
        free = where(pensioner, law.free_in_pension_age, law.free)
        step = where(pensioner, law.step_in_pension_age, law.step)
        over = max_(household("capital", period) - free, 0.0)
        return household("weekly_income", period) + started(over / step) * law.income_of_a_step


class non_dependant_deduction(Variable):
    """Weekly deduction for a resident of 18 or more who is no householder: regulation 90."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Non-dependant deduction"
    unit = "GBP/week"
    section = "SSI 2021/249 reg. 90"
    reference = REGULATIONS
    documentation = (
        "None for who is disregarded for council tax, as students and minors are, or has pension"
        " credit, income support, income-based jobseeker's allowance or income-related employment"
        " and support allowance."
    )

    def formula_2021_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        schedule = parameters(period).council_tax_reduction.non_dependant_deduction
        income = where(
            person("is_in_remunerative_work", period), person("gross_weekly_income", period), 0.0
        )
        spared = (
            person("is_without_non_dependant_deduction", period)
            | person("is_disregarded", period)
            | person("receives_pension_credit", period)
            | person("receives_passporting_benefit", period)
        )
        other = person.has_role(Household.OTHER_RESIDENT)
        return where(other & not_(spared), schedule.calc(income), 0.0)


class receives_passporting_benefit(Variable):
    """Whether the person has an income-related benefit that gives the whole reduction."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Income-related benefit"
    section = "SSI 2021/249 reg. 13(11)"
    reference = REGULATIONS
    documentation = (
        "Income support, income-based jobseeker's allowance, income-related employment and support"
        " allowance. Universal Credit is not one: its income is compared."
    )

    def formula(person: Population, period: Period) -> Array:
        return (
            person("receives_income_support", period)
            | person("receives_income_based_jobseekers_allowance", period)
            | person("receives_income_related_employment_and_support_allowance", period)
        )


class has_maximum_council_tax_reduction(Variable):
    """Whether an income-related benefit gives the greatest reduction, whatever the income."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Greatest reduction by a benefit"
    section = "SSI 2021/249 reg. 13(11); SSI 2012/319"
    reference = PENSION_AGE
    documentation = "Guarantee pension credit gives it in pension age."

    def formula(household: Group, period: Period) -> Array:
        guarantee = a_householder(household, period, "receives_guarantee_credit")
        return guarantee | a_householder(household, period, "receives_passporting_benefit")


class non_dependant_deductions(Variable):
    """Weekly deductions for all non-dependants of the household: regulation 90."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Non-dependant deductions"
    unit = "GBP/week"
    section = "SSI 2021/249 reg. 90"
    reference = REGULATIONS

    def formula(household: Group, period: Period) -> Array:
        spared = a_householder(household, period, "spares_non_dependant_deductions")
        deductions = household.sum(household.members("non_dependant_deduction", period))
        return where(spared, 0.0, deductions)


class council_tax_reduction_by_income(Variable):
    """Reduction of the whole council tax by need: regulations 13 and 79(1)."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Council tax reduction by income"
    unit = "GBP/year"
    section = "SSI 2021/249 regs 13, 79(1)"
    reference = REGULATIONS

    def formula_2021_04(household: Group, period: Period, parameters: ParametersAt) -> Array:
        taper = parameters(period).council_tax_reduction.taper
        weeks = days_of_financial_year(period) / DAYS_OF_A_WEEK
        most = max_(
            household("council_tax_before_reduction", period)
            - household("non_dependant_deductions", period) * weeks,
            0.0,
        )
        excess = max_(
            household("income_with_tariff_income", period) - household("applicable_amount", period),
            0.0,
        )
        by_income = max_(most - taper * excess * weeks, 0.0)
        return where(household("has_maximum_council_tax_reduction", period), most, by_income)


class council_tax_reduction_for_upper_bands(Variable):
    """Reduction of what the proportions of 2017 added in Bands E to H: regulations 14, 79(2)."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Council tax reduction, Bands E to H"
    unit = "GBP/year"
    section = "SSI 2021/249 regs 14, 79(2)"
    reference = REGULATIONS
    documentation = (
        "The formula of regulation 79(2) is printed as an image; it is read as (A - A/C)/B. C goes"
        " by the band of the valuation list, also where a lower one is charged."
    )

    def formula_2021_04(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_tax_reduction
        upper = law.upper_bands
        weeks = days_of_financial_year(period) / DAYS_OF_A_WEEK
        tax = household("council_tax_before_reduction", period)
        band = household("valuation_band", period)
        added = select(
            [
                band == ValuationBand.e,
                band == ValuationBand.f,
                band == ValuationBand.g,
                band == ValuationBand.h,
            ],
            [
                tax - tax / upper.factor.e,
                tax - tax / upper.factor.f,
                tax - tax / upper.factor.g,
                tax - tax / upper.factor.h,
            ],
            0.0,
        )
        family = household("is_couple", period) | (household("children_of_the_family", period) > 0)
        limit = where(family, upper.income_family, upper.income_single)
        excess = max_(household("income_with_tariff_income", period) - limit, 0.0)
        deductions = household("non_dependant_deductions", period)
        return max_(added - (deductions + law.taper * excess) * weeks, 0.0)


class is_excluded_as_student(Variable):
    """Whether the person is a student who may not have council tax reduction: regulation 20."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Student without council tax reduction"
    section = "SSI 2021/249 reg. 20"
    reference = "https://legislation.gov.uk/ssi/2021/249/regulation/20/2023-04-01/data.xht"
    documentation = (
        "A student is not excluded who has Universal Credit or an income-related benefit, has a"
        " child, or a disability premium or severe disability premium, or is assessed in pension"
        " age. A student's partner may have the reduction for both."
    )

    def formula(person: Population, period: Period) -> Array:
        not_excluded = (
            person("receives_universal_credit", period)
            | person("receives_passporting_benefit", period)
            | (person.household("children_of_the_family", period) > 0)
            | person.household("qualifies_for_disability_premium", period)
            | person("qualifies_for_severe_disability_premium", period)
            | person("may_have_reduction_as_a_student", period)
            | person.household("is_assessed_in_pension_age", period)
        )
        return person("is_student", period) & not_(not_excluded)


class council_tax_reduction(Variable):
    """Council tax reduction for a financial year: the greater of regulations 13 and 14."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Council tax reduction"
    unit = "GBP/year"
    section = "SSI 2021/249 regs 13, 14, 20, 66"
    reference = REGULATIONS
    documentation = (
        "For households that applied, with capital up to the limit, and not all householders of"
        " which are excluded as students. With guarantee credit capital does not count. Rounded to"
        " the penny once. Before 1 April 2021 the amounts were not found: give the reduction that"
        " was awarded. The second adult rebate is not compared."
    )

    def formula(household: Group, period: Period) -> Array:
        return where(household("has_applied_for_council_tax_reduction", period), NOT_KNOWN, 0.0)

    def formula_2021_04(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_tax_reduction
        householders = household.nb_persons(Household.HOUSEHOLDER)
        students = household.sum(
            household.members("is_excluded_as_student", period), role=Household.HOUSEHOLDER
        )
        entitled = (
            household("has_applied_for_council_tax_reduction", period)
            & (students < householders)
            & (
                (household("capital", period) <= law.capital.limit)
                | a_householder(household, period, "receives_guarantee_credit")
            )
        )
        reduction = max_(
            household("council_tax_reduction_by_income", period),
            household("council_tax_reduction_for_upper_bands", period),
        )
        return where(entitled, round_to_cents(reduction), 0.0)
