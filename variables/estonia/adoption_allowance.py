"""Adoption allowance (lapsendamistoetus): PHS § 23."""

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
    first_day,
    last_day,
    not_,
    round_to_cents,
    where,
)

from .birth_allowance import resident_parent
from .entities import Family, Person
from .persons import JoinedFamilyBy


class birth_allowance_paid_to_family(Variable):
    """Whether this family was paid birth allowance for the child it adopted later."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Birth allowance paid to this family"
    label_et = "Sünnitoetus on makstud sellele perele"
    section = "PHS § 23"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Where it is not given the adopting family was paid no birth allowance for the child."
    )


class adoption_allowance_of_child(Variable):
    """Adoption allowance for one child, in the month the ruling takes effect: § 23."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Adoption allowance for the child"
    label_et = "Lapsendamistoetus lapse kohta"
    unit = "EUR"
    section = "PHS § 23"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The child does not descend from the adopter, who is neither spouse nor registered partner"
        " of its parent, and the family"
        " was not paid birth allowance for the child. Claimed within six months (§ 28(3))."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        ruling = person("in_family_since", period)
        takes_effect = (ruling >= first_day(period)) & (ruling <= last_day(period))
        adopted = person("joined_family_by", period) == JoinedFamilyBy.adoption
        birth_allowance_paid = person("birth_allowance_paid_to_family", period) | (
            person("birth_allowance_of_child", period) > 0
        )
        resides = resident_parent(person, period, ruling)
        in_time = person("claim_date", period) <= add_months(
            ruling, parameters(period).general.claim_window
        )
        right = person.has_role(Family.CHILD) & adopted & resides & not_(birth_allowance_paid)
        return where(
            takes_effect & right & in_time, parameters(period).adoption_allowance.amount, 0.0
        )


class adoption_allowance(Variable):
    """Adoption allowance of a family in the month the ruling takes effect: § 23."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Adoption allowance"
    label_et = "Lapsendamistoetus"
    unit = "EUR"
    section = "PHS § 23"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        return round_to_cents(family.sum(family.members("adoption_allowance_of_child", period)))
