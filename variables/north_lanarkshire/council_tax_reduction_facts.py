"""What council tax reduction asks: SSI 2021/249 (working age) and SSI 2012/319 (pension age)."""

from policy.model_api import MONTH, Variable, set_input_dispatch_by_period

from .entities import Household, Person

REGULATIONS = "https://www.legislation.gov.uk/ssi/2021/249"
PENSION_AGE = "https://www.legislation.gov.uk/ssi/2012/319"


class has_applied_for_council_tax_reduction(Variable):
    """Whether the household has applied for council tax reduction."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Applied for council tax reduction"
    section = "SSI 2021/249"
    reference = REGULATIONS
    documentation = "Where it is not given nobody applied for council tax reduction."


class weekly_income(Variable):
    """Weekly income of the householders, as the regulations assess it."""

    value_type = float
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Weekly income, assessed"
    unit = "GBP/week"
    section = "SSI 2021/249 regs 36 to 65"
    reference = REGULATIONS
    documentation = (
        "After disregards, before the income that capital counts as. Where it is not given"
        " the householders have no income."
    )


class capital(Variable):
    """Capital of the householders, as the regulations assess it."""

    value_type = float
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Capital"
    unit = "GBP"
    section = "SSI 2021/249 reg. 63"
    reference = REGULATIONS
    documentation = "Where it is not given the householders have no capital."


class has_reached_pension_age(Variable):
    """Whether the person has reached the qualifying age for state pension credit."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Pension age reached"
    section = "SSI 2012/319 reg. 2"
    reference = PENSION_AGE
    documentation = "Where it is not given the person has not reached pension age."


class has_full_allowance_under_25(Variable):
    """Whether a single person under 25 has the allowance of the older."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Full allowance under 25"
    section = "SSI 2021/249 sch. 1 para. 1"
    reference = REGULATIONS
    documentation = (
        "In the main phase of employment and support allowance, or with limited capability"
        " for work in Universal Credit. Where it is not given the person has no such"
        " allowance."
    )


class may_have_reduction_as_a_student(Variable):
    """Whether a student may have council tax reduction for a reason that is not computed here."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Student who may have reduction"
    section = "SSI 2021/249 reg. 20(3)"
    reference = "https://legislation.gov.uk/ssi/2021/249/regulation/20/2023-04-01/data.xht"
    documentation = (
        "Such as incapacity for 196 days, or further education begun before 21 and age under 22."
        " Where it is not given the student has no such reason."
    )


class qualifies_for_disabled_child_premium(Variable):
    """Whether the child brings the disabled child premium."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Disabled child"
    section = "SSI 2021/249 sch. 1"
    reference = REGULATIONS
    documentation = "Where it is not given the child brings no disabled child premium."


class qualifies_for_enhanced_disability_premium_of_a_child(Variable):
    """Whether the child brings the enhanced disability premium."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Enhanced disability of a child"
    section = "SSI 2021/249 sch. 1"
    reference = REGULATIONS
    documentation = "Where it is not given the child brings no enhanced disability premium."


class qualifies_for_carer_premium(Variable):
    """Whether the householder qualifies for the carer premium."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Carer premium"
    section = "SSI 2021/249 sch. 1"
    reference = REGULATIONS
    documentation = "Where it is not given the householder has no carer premium."


class qualifies_for_severe_disability_premium(Variable):
    """Whether the householder qualifies for the severe disability premium."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Severe disability premium"
    section = "SSI 2021/249 sch. 1"
    reference = REGULATIONS
    documentation = "Where it is not given the householder has no severe disability premium."


class qualifies_for_disability_premium(Variable):
    """Whether the householders qualify for the disability premium."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Disability premium"
    section = "SSI 2021/249 sch. 1"
    reference = REGULATIONS
    documentation = (
        "One of them does. Where it is not given the householders have no disability premium."
    )


class qualifies_for_enhanced_disability_premium(Variable):
    """Whether the householders qualify for the enhanced disability premium."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Enhanced disability premium"
    section = "SSI 2021/249 sch. 1"
    reference = REGULATIONS
    documentation = (
        "One of them does. Where it is not given the householders have no enhanced disability"
        " premium."
    )


class spares_non_dependant_deductions(Variable):
    """Whether a householder's blindness or disability benefit spares all deductions."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Spares non-dependant deductions"
    section = "SSI 2021/249 reg. 90"
    reference = REGULATIONS
    documentation = (
        "Blind, or with attendance allowance, the care part of disability living allowance or"
        " child disability payment, the daily living part of personal independence payment or"
        " adult disability payment, or a like benefit. Where it is not given the householder"
        " is not blind and has no such benefit."
    )


class gross_weekly_income(Variable):
    """Gross weekly income of a non-dependant, a couple's together."""

    value_type = float
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Gross weekly income"
    unit = "GBP/week"
    section = "SSI 2021/249 reg. 90"
    reference = REGULATIONS
    documentation = (
        "Without disability benefits; of a couple it is given for one of them. Where it is"
        " not given the person has no income."
    )


class is_in_remunerative_work(Variable):
    """Whether a non-dependant works for 16 hours a week or more."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "In remunerative work"
    section = "SSI 2021/249 reg. 90"
    reference = REGULATIONS
    documentation = (
        "Of a couple, if one does. Where it is not given the person is not in remunerative work."
    )


class is_without_non_dependant_deduction(Variable):
    """Whether no deduction is made for a resident of 18 or more."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "No non-dependant deduction"
    section = "SSI 2021/249 reg. 90"
    reference = REGULATIONS
    documentation = (
        "Who normally lives elsewhere, is a patient for over 52 weeks, is on operations with"
        " the armed forces, pays rent as a lodger, or has Universal Credit without earnings;"
        " and of a couple the one whose partner brings the deduction. Where it is not given"
        " the deduction is made for the person."
    )
