"""Single parent's child allowance (üksikvanema lapse toetus): PHS § 19."""

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
from .rules import paid_from, share_of_month


class sole_parent_from(Variable):
    """The day from which the law knows of no other parent of the child."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "No other parent from"
    label_et = "Teist vanemat ei ole alates"
    unit = "date"
    section = "PHS § 19"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The day of birth where the birth record names no father or other parent, or the day on"
        " which the other parent was declared wanted. Where it is not given the child has two"
        " parents."
    )


class sole_parent_until(Variable):
    """The last day on which the law knows of no other parent of the child."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "No other parent until"
    label_et = "Teist vanemat ei ole kuni"
    unit = "date"
    section = "PHS § 19"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The last day before paternity is established, a second parent adopts the child or is"
        " entered in the register, the search ends, or a survivor's pension or allowance is"
        " granted for the same parent. Where it is not given the child still has no"
        " other parent."
    )


class single_parent_claim_date(Variable):
    """Day on which the single parent's allowance was claimed."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Single parent's allowance claimed on"
    label_et = "Üksikvanema lapse toetust taotletud"
    unit = "date"
    section = "PHS § 28(1)-(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given it was claimed with child allowance."

    def formula(person: Population, period: Period) -> Array:
        return person("claim_date", period)


class single_parent_allowance_of_child(Variable):
    """Single parent's child allowance for one child in a month: § 19."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Single parent's child allowance for the child"
    label_et = "Üksikvanema lapse toetus lapse kohta"
    unit = "EUR"
    section = "PHS § 19"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Paid for each child to whom § 19 applies, and for no sibling by its side."

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        right_from = max_(
            person("sole_parent_from", period), person("child_allowance_from", period)
        )
        window = parameters(period).general.claim_window
        start = paid_from(right_from, person("single_parent_claim_date", period), window)
        until = min_(person("sole_parent_until", period), person("child_allowance_until", period))
        payable = person("entitled_to_child_allowance", period) & not_(
            person("only_child_allowance", period)
        )
        amount = parameters(period).single_parent_allowance.amount
        return where(payable, round_to_cents(amount * share_of_month(period, start, until)), 0.0)


class single_parent_allowance(Variable):
    """Single parent's child allowance of a family: § 19."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Single parent's child allowance"
    label_et = "Üksikvanema lapse toetus"
    unit = "EUR"
    section = "PHS § 19"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        paid = family.members("single_parent_allowance_of_child", period)
        return round_to_cents(family.sum(paid))
