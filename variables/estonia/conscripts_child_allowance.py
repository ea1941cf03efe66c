"""Conscript's or alternative servant's child allowance: Government regulation, § 5."""

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
    last_day,
    max_,
    round_to_cents,
    where,
)

from .entities import Family, Person
from .rules import lasts_into
from .rules import share_of_first_month as share_of_month_from


class conscription_from(Variable):
    """First day of a parent's conscript or alternative service."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Conscript or alternative service from"
    label_et = "Aja- või asendusteenistus alates"
    unit = "date"
    section = "KVTS määrus § 5"
    reference = "https://www.riigiteataja.ee/akt/104012017030"
    documentation = "Where it is not given the person does not serve."


class conscription_until(Variable):
    """Last day of a parent's conscript or alternative service."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Conscript or alternative service until"
    label_et = "Aja- või asendusteenistus kuni"
    unit = "date"
    section = "KVTS määrus § 5"
    reference = "https://www.riigiteataja.ee/akt/104012017030"
    documentation = "Where it is not given a service that began goes on."


class conscripts_child_allowance_of_child(Variable):
    """The allowance for one child of a serving parent in a month."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Conscript's child allowance for the child"
    label_et = "Ajateenija lapse toetus lapse kohta"
    unit = "EUR"
    section = "KVTS määrus § 5"
    reference = "https://www.riigiteataja.ee/akt/104012017030"
    documentation = (
        "For each child with child allowance during the service. The first month is paid by days"
        " and the last in full, as the Act does for its allowances (§§ 7(1), 31); the regulation"
        " says nothing of parts of months. Two serving parents give one allowance for a child."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        share_of_service = person.family("share_of_conscription", period)
        share = person("share_of_first_month", period)
        amount = parameters(period).conscripts_child_allowance.amount
        return round_to_cents(amount * share * share_of_service)


class share_of_conscription(Variable):
    """Part of the month in which a parent serves: below 1 only in the first month of service."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Share of the month in service"
    label_et = "Teenistuse osa kuust"
    unit = "1"
    section = "KVTS määrus § 5"
    reference = "https://www.riigiteataja.ee/akt/104012017030"

    def formula(family: Group, period: Period) -> Array:
        begins = family.members("conscription_from", period)
        serving = (begins <= last_day(period)) & lasts_into(
            period, family.members("conscription_until", period)
        )
        shares = where(serving, share_of_month_from(period, begins), 0.0)
        return max_(family.max(shares, role=Family.PARENT), 0.0)


class conscripts_child_allowance(Variable):
    """Conscript's or alternative servant's child allowance of a family."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Conscript's child allowance"
    label_et = "Ajateenija või asendusteenistuja lapse toetus"
    unit = "EUR"
    section = "KVTS määrus § 5"
    reference = "https://www.riigiteataja.ee/akt/104012017030"

    def formula(family: Group, period: Period) -> Array:
        return family.sum(family.members("conscripts_child_allowance_of_child", period))
