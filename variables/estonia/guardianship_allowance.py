"""Guardianship allowance (eestkostetava lapse toetus): PHS § 20."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    date,
    max_,
    min_,
    not_,
    round_to_cents,
    where,
)

from .entities import Family, Person
from .persons import JoinedFamilyBy
from .rules import day_before_birthday, lasts_into, paid_from, share_of_month


class guardianship_notified(Variable):
    """The day on which the court's ruling on guardianship was notified."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Guardianship ruling notified on"
    label_et = "Eestkoste määruse teatavakstegemise kuupäev"
    unit = "date"
    section = "PHS § 20"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given the child has no guardian."


class guardianship_until(Variable):
    """The last day of the guardianship."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Guardianship until"
    label_et = "Eestkoste kuni"
    unit = "date"
    section = "PHS § 20"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Where it is not given the guardianship ends by age alone: what follows it after 18 is"
        " the right of § 20(3)."
    )


class guardianship_claim_date(Variable):
    """Day on which the guardianship allowance was claimed."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Guardianship allowance claimed on"
    label_et = "Eestkostetava lapse toetust taotletud"
    unit = "date"
    section = "PHS § 28(1)-(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given it was claimed with child allowance."

    def formula(person: Population, period: Period) -> Array:
        return person("claim_date", period)


def guardianship_amount(
    person: Population, period: Period, parameters: ParametersAt, right_from: Array
) -> Array:
    """Return the allowance of each child whose right arose on a day."""
    rules = parameters(period).guardianship_allowance
    window = parameters(period).general.claim_window
    resides = max_(person("residence_from", period), person.family("family_residence_from", period))
    claimed = person("guardianship_claim_date", period)
    start = paid_from(max_(right_from, resides), claimed, window)
    until = min_(person("guardianship_until", period), person("raised_in_family_until", period))
    below_age = lasts_into(
        period, day_before_birthday(person("birth_date", period), rules.age_limit)
    )
    of_age = below_age | person("studies_in_school_year_of_nineteen", period)
    suspended = person("suspended_by_academic_leave", period)
    payable = person.has_role(Family.CHILD) & of_age & not_(suspended)
    return where(payable, round_to_cents(rules.amount * share_of_month(period, start, until)), 0.0)


class guardianship_allowance_of_child(Variable):
    """Guardianship allowance for one child in a month: § 20."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2018-01-01": "2017-11-15"}
    label = "Guardianship allowance for the child"
    label_et = "Eestkostetava lapse toetus lapse kohta"
    unit = "EUR"
    section = "PHS § 20"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "To the end of the month in which guardianship ends; after 18 while the child studies, to"
        " the end of the school year of turning 19. In 2017 also for a child in foster care by"
        " contract, from the day of the contract."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        by_contract = person("joined_family_by", period) == JoinedFamilyBy.foster_contract
        notified = person("guardianship_notified", period)
        contract = where(by_contract, person("in_family_since", period), notified)
        return guardianship_amount(person, period, parameters, min_(contract, notified))

    def formula_2018(person: Population, period: Period, parameters: ParametersAt) -> Array:
        notified = person("guardianship_notified", period)
        return guardianship_amount(person, period, parameters, notified)


class guardianship_allowance(Variable):
    """Guardianship allowance of a family: § 20."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Guardianship allowance"
    label_et = "Eestkostetava lapse toetus"
    unit = "EUR"
    section = "PHS § 20"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        paid = family.members("guardianship_allowance_of_child", period)
        return round_to_cents(family.sum(paid))
