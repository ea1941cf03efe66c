"""School clothing grant: the council's, with its award without application to who consented."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    NOT_KNOWN,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    date,
    known,
    not_,
    select,
    set_input_dispatch_by_period,
    where,
)

from .entities import Household, Person
from .persons import BENEFITS
from .rules import a_householder, falls_into
from .school import SchoolStage

GRANT = (
    "https://northlanarkshire.gov.uk/schools-and-learning/school-meals/"
    "free-school-meals-and-clothing-grants/free-school-meals"
)


class clothing_grant_applied_on(Variable):
    """Day of the application for the pupil's school clothing grant."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Clothing grant applied for on"
    unit = "date"
    section = "School clothing grant"
    reference = GRANT
    documentation = "Where it is not given nobody applied for the school clothing grant."


class clothing_grant_was_paid(Variable):
    """Whether the pupil's grant of this school year has been paid in an earlier month."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Clothing grant already paid"
    section = "School clothing grant"
    reference = GRANT
    documentation = (
        "Where it is not given no school clothing grant has been paid in this school year."
    )


class consents_to_record_checks(Variable):
    """Whether the family permits the council to check its records for education benefits."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Consent to record checks"
    section = "School clothing grant"
    reference = GRANT
    documentation = (
        "Consent can be withdrawn. Where it is not given the family has not consented to"
        " record checks."
    )


class applied_for_clothing_grant_before(Variable):
    """Whether the family applied for the grant in an earlier school year."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Applied in an earlier school year"
    section = "School clothing grant"
    reference = GRANT
    documentation = (
        "Where it is not given the family never applied for the school clothing grant before."
    )


class clothing_grant_amount(Variable):
    """School clothing grant of a pupil at the stage of school: for a school year, if it is due."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Clothing grant of the stage"
    unit = "GBP/year"
    section = "School clothing grant"
    reference = GRANT

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).school_clothing_grant
        stage = person("school_stage", period)
        return select(
            [
                stage == SchoolStage.early_years,
                stage == SchoolStage.primary,
                stage == SchoolStage.secondary,
            ],
            [known(law, "early_years"), known(law, "primary"), known(law, "secondary")],
            0.0,
        )


class has_a_claim_of_the_council(Variable):
    """Whether a householder has Housing Benefit, or the household council tax reduction."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Housing Benefit or council tax reduction"
    section = "School clothing grant"
    reference = GRANT
    documentation = (
        "A discount is no reduction, and the housing element of Universal Credit no Housing"
        " Benefit."
    )

    def formula(household: Group, period: Period) -> Array:
        reduced = household("council_tax_reduction", period) > 0
        return reduced | a_householder(household, period, "receives_housing_benefit")


class has_reduction_of_unknown_amount(Variable):
    """Whether there may be council tax reduction, and its amount is not known."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Council tax reduction, amount not known"
    section = "School clothing grant"
    reference = GRANT
    documentation = (
        "Before April 2021, and with Universal Credit before April 2022, where it was applied for"
        " and the award is not given."
    )

    def formula(household: Group, period: Period) -> Array:
        return not_(household("council_tax_reduction", period) >= 0)


class qualifies_for_clothing_grant(Variable):
    """Whether a benefit of the householders opens the school clothing grant."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Qualifies for the clothing grant"
    section = "School clothing grant"
    reference = BENEFITS
    documentation = (
        "The benefits are those of the council's table of 2021-22. Tax credits do not open it."
    )

    def formula(household: Group, period: Period) -> Array:
        return (
            household("has_a_claim_of_the_council", period)
            | a_householder(household, period, "receives_passporting_benefit")
            | household("has_universal_credit_within_limit", period)
        )


class could_have_clothing_grant_unasked(Variable):
    """Whether the pupil's grant could be awarded without application, if the family consents."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Clothing grant possible without application"
    section = "School clothing grant"
    reference = GRANT
    documentation = "Also where it is not known whether there is council tax reduction."

    def formula(person: Population, period: Period) -> Array:
        claim = person.household("has_a_claim_of_the_council", period) | person.household(
            "has_reduction_of_unknown_amount", period
        )
        return (
            person.household("applied_for_clothing_grant_before", period)
            & claim
            & person("is_on_the_claim", period)
            & (person("school_stage", period) != SchoolStage.none)
        )


class has_clothing_grant_unasked(Variable):
    """Whether the council awards the pupil's grant without an application."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Clothing grant without application"
    section = "School clothing grant"
    reference = GRANT

    def formula(person: Population, period: Period) -> Array:
        consent = person.household("consents_to_record_checks", period)
        return consent & person("could_have_clothing_grant_unasked", period)


class school_clothing_grant(Variable):
    """School clothing grant of a pupil, in the month in which it is awarded."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "School clothing grant"
    unit = "GBP"
    section = "School clothing grant"
    reference = GRANT
    documentation = (
        "Once for a school year: without application in August, else in the month of the"
        " application, from August to 31 March. Not for another resident, for whom the householders"
        " are not responsible."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        school = parameters(period).school
        month = period.start.month
        unasked = person("has_clothing_grant_unasked", period) & (school.first_month == month)
        claim = person.household("has_a_claim_of_the_council", period)
        qualifies = person.household("qualifies_for_clothing_grant", period)
        not_known = person.household(
            "has_universal_credit_of_unknown_limit", period
        ) | person.household("has_reduction_of_unknown_amount", period)
        open_ = (school.first_month <= month) | (month <= school.last_month_of_applications)
        applied = (
            falls_into(period, person("clothing_grant_applied_on", period))
            & open_
            & (person("school_stage", period) != SchoolStage.none)
            & not_(person.has_role(Household.OTHER_RESIDENT))
        )
        sure = (unasked & claim) | (applied & qualifies)
        possible = unasked | (applied & not_known)
        amount = select([sure, possible], [person("clothing_grant_amount", period), NOT_KNOWN], 0.0)
        return where(person("clothing_grant_was_paid", period), 0.0, amount)


class clothing_grant_with_consent(Variable):
    """School clothing grant that the family's consent to record checks would bring."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Clothing grant that consent would bring"
    unit = "GBP"
    section = "School clothing grant"
    reference = GRANT
    documentation = (
        "Without consent nothing is awarded unasked. This says what consent would change; it"
        " is no award."
    )

    def formula(person: Population, period: Period) -> Array:
        consent = person.household("consents_to_record_checks", period)
        missed = person("could_have_clothing_grant_unasked", period) & not_(consent)
        claim = person.household("has_a_claim_of_the_council", period)
        amount = where(claim, person("clothing_grant_amount", period), NOT_KNOWN)
        return where(missed, amount, 0.0)
