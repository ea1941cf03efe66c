"""Birth allowance (sünnitoetus): PHS § 22."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_months,
    as_date,
    date,
    first_day,
    last_day,
    max_,
    not_,
    round_to_cents,
    where,
)

from .entities import Family, Person
from .persons import JoinedFamilyBy


class birth_allowance_paid_before(Variable):
    """Whether somebody was paid birth allowance for the child before it came into this family."""

    value_type = bool
    default_value = True
    entity = Person
    definition_period = ETERNITY
    label = "Birth allowance paid before"
    label_et = "Sünnitoetus on varem makstud"
    section = "PHS § 22, § 23"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Asked for a child that came by adoption, guardianship or a foster contract. Where it is"
        " not given birth allowance was paid at the birth."
    )


class birth_allowance_claim_date(Variable):
    """Day on which birth allowance was claimed."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Birth allowance claimed on"
    label_et = "Sünnitoetust taotletud"
    unit = "date"
    section = "PHS § 28(3)-(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given it was claimed with child allowance."

    def formula(person: Population, period: Period) -> Array:
        return person("claim_date", period)


class birth_allowance_from(Variable):
    """The day on which the right to birth allowance arises in this family."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Right to birth allowance from"
    label_et = "Õigus sünnitoetusele alates"
    unit = "date"
    section = "PHS § 22, § 28(3)-(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The day of birth; for an adoptive parent, guardian or foster parent the day the ruling"
        " or contract took effect."
    )

    def formula(person: Population, period: Period) -> Array:
        return max_(person("birth_date", period), person("in_family_since", period))


def resident_parent(person: Population, period: Period, day: Array) -> Array:
    """Tell whether a parent of each person's family lives in Estonia on a day."""
    begins = person.family("family_residence_from", period)
    return (begins <= day) & (person.family("family_residence_until", period) >= day)


class birth_allowance_of_child(Variable):
    """Birth allowance for one child, in the month the right arises: § 22."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Birth allowance for the child"
    label_et = "Sünnitoetus lapse kohta"
    unit = "EUR"
    section = "PHS § 22"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Claimed later than six months after the right arose, it is lost (§ 28(3)). For a guardian"
        " and foster parent the months run from the ruling or contract (§ 28(4)); for an adoptive"
        " parent from the birth."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rates = parameters(period).birth_allowance
        right_from = person("birth_allowance_from", period)
        arises = (right_from >= first_day(period)) & (right_from <= last_day(period))
        way = person("joined_family_by", period)
        born_here = (way == JoinedFamilyBy.birth) & (
            person("in_family_since", period) <= person("birth_date", period)
        )
        adopted = (way == JoinedFamilyBy.adoption) | (
            way == JoinedFamilyBy.adoption_by_relative_or_spouse
        )
        taken_in = (
            adopted | (way == JoinedFamilyBy.guardianship) | (way == JoinedFamilyBy.foster_contract)
        ) & not_(person("birth_allowance_paid_before", period))
        stillbirth_counts = right_from >= as_date(rates.stillbirth_from)
        born = not_(person("stillborn", period)) | stillbirth_counts
        resides = resident_parent(person, period, right_from)
        window_from = where(adopted, person("birth_date", period), right_from)
        claimed = max_(person("birth_allowance_claim_date", period), right_from)
        in_time = claimed <= add_months(window_from, parameters(period).general.claim_window)
        least = parameters(period).multiple_birth.least_children
        amount = where(
            person("children_of_the_birth", period) >= least,
            rates.amount_for_triplets,
            rates.amount,
        )
        right = person.has_role(Family.CHILD) & (born_here | taken_in) & born & resides
        return where(arises & right & in_time, amount, 0.0)


class birth_allowance(Variable):
    """Birth allowance of a family in the month the right arises: § 22."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Birth allowance"
    label_et = "Sünnitoetus"
    unit = "EUR"
    section = "PHS § 22"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        return round_to_cents(family.sum(family.members("birth_allowance_of_child", period)))
