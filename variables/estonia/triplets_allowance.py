"""Allowance for triplets and higher multiples (kolmikute toetus): PHS § 21¹."""

from policy.model_api import (
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_days,
    add_months,
    not_,
    round_to_cents,
    where,
)

from .entities import Family, Person
from .rules import share_of_month


class share_for_triplets(Variable):
    """Part of the month for which the child, one of triplets or more, gives the allowance."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2018-03-01": "2017-12-06"}
    label = "Share of the month as one of triplets"
    label_et = "Osa kuust kolmiku eest"
    unit = "1"
    section = "PHS § 21¹, § 7(1)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula_2018_03(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).triplets_allowance
        least = parameters(period).multiple_birth.least_children
        multiple = person("children_of_the_birth", period) >= least
        last = add_days(add_months(person("birth_date", period), rules.age_limit), -1)
        start = person("child_allowance_paid_from", period)
        payable = (
            person("entitled_to_child_allowance", period)
            & not_(person("only_child_allowance", period))
            & multiple
        )
        return where(payable, share_of_month(period, start, last), 0.0)


class triplets_allowance(Variable):
    """Allowance of a family raising triplets or more: § 21¹."""

    value_type = float
    entity = Family
    definition_period = MONTH
    enacted = {"2018-03-01": "2017-12-06"}
    label = "Allowance for triplets and higher multiples"
    label_et = "Kolmikute või enamaarvuliste mitmike toetus"
    unit = "EUR"
    section = "PHS § 21¹"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "One amount for the family to the day before the children are 18 months old (the Act says"
        " 'to the day'); the month of that last day is paid in full (§ 31). One of the children is"
        " enough. Two sets of triplets at once give one amount: the Act names the family, not the"
        " set."
    )

    def formula_2018_03(family: Group, period: Period, parameters: ParametersAt) -> Array:
        share = family.max(family.members("share_for_triplets", period))
        return round_to_cents(share * parameters(period).triplets_allowance.amount)
