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
    as_date,
    date,
    date_of,
    day_number,
    last_day,
    max_,
    min_,
    round_to_cents,
    where,
)

from .entities import Family, Person
from .persons import LONG_AGO, NEVER
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
    documentation = "Where it is not given the person is not in conscript service."


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
    documentation = "Where it is not given a conscript service that began goes on."


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
        start = max_(
            person.family("conscription_begins", period),
            person("child_allowance_paid_from", period),
        )
        until = min_(
            person.family("conscription_ends", period), person("child_allowance_until", period)
        )
        right = person("entitled_to_child_allowance", period) & (start <= until)
        amount = parameters(period).conscripts_child_allowance.amount
        return where(right, round_to_cents(amount * share_of_month_from(period, start)), 0.0)


class conscription_begins(Variable):
    """First day of the service that a parent of the family is in during the month."""

    value_type = date
    entity = Family
    definition_period = MONTH
    label = "A parent serves from"
    label_et = "Vanem on teenistuses alates"
    unit = "date"
    section = "KVTS määrus § 5"
    reference = "https://www.riigiteataja.ee/akt/104012017030"

    def formula(family: Group, period: Period) -> Array:
        people = family.members
        ends = min_(people("conscription_until", period), people("death_date", period))
        begins = where(
            lasts_into(period, ends), people("conscription_from", period), as_date(NEVER)
        )
        first = family.min(day_number(begins), role=Family.PARENT)
        return date_of(min_(first, day_number(as_date(NEVER))))


class conscription_ends(Variable):
    """Last day of the service that a parent of the family is in during the month."""

    value_type = date
    entity = Family
    definition_period = MONTH
    label = "A parent serves until"
    label_et = "Vanem on teenistuses kuni"
    unit = "date"
    section = "KVTS määrus § 5"
    reference = "https://www.riigiteataja.ee/akt/104012017030"

    def formula(family: Group, period: Period) -> Array:
        people = family.members
        ends = min_(people("conscription_until", period), people("death_date", period))
        serving = where(
            people("conscription_from", period) <= last_day(period), ends, as_date(LONG_AGO)
        )
        last = family.max(day_number(serving), role=Family.PARENT)
        return date_of(max_(last, day_number(as_date(LONG_AGO))))


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
        paid = family.members("conscripts_child_allowance_of_child", period)
        return round_to_cents(family.sum(paid))
