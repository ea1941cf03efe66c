"""Indexation of the large family allowance, enacted in 2022 and taken back in 2023."""

from policy.model_api import (
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Variable,
    known,
    round_to_cents,
)

from .entities import Family


class large_family_allowance(Variable):
    """Allowance for a family with many children for one month, raised by the pension index."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Allowance for families with many children"
    label_et = "Lasterikka pere toetus"
    unit = "EUR"
    section = "PHS § 21"
    reference = "https://www.riigiteataja.ee/akt/111012023002"
    documentation = "From 1 May 2024 on raised by the pension index of the year."

    def formula_2024_05(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rates = parameters(period).large_family_allowance
        index = known(rates, "pension_index")
        for_many = round_to_cents(rates.three_to_six_children * index)
        for_most = round_to_cents(rates.seven_or_more_children * index)
        lower = family("share_with_many_children", period)
        higher = family("share_with_most_children", period)
        return round_to_cents(lower * for_many + higher * (for_most - for_many))
