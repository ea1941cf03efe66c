"""What a family is due in a month: family allowances, and all family benefits (PHS § 3, § 16)."""

from policy.model_api import MONTH, Array, Group, Period, Variable, round_to_cents

from .entities import Family


class family_allowances(Variable):
    """Family allowances (peretoetused) of a family for a month: §§ 16–24."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Family allowances"
    label_et = "Peretoetused"
    unit = "EUR"
    section = "PHS § 16"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Several benefits may be paid at once (§ 8(2))."

    def formula(family: Group, period: Period) -> Array:
        return round_to_cents(
            family("child_allowance", period)
            + family("single_parent_allowance", period)
            + family("survivors_allowance", period)
            + family("guardianship_allowance", period)
            + family("large_family_allowance", period)
            + family("large_family_exit_allowance", period)
            + family("large_family_parent_allowance", period)
            + family("triplets_allowance", period)
            + family("childcare_allowance", period)
            + family("birth_allowance", period)
            + family("adoption_allowance", period)
            + family("start_in_independent_life_allowance", period)
        )


class family_benefits(Variable):
    """Family benefits (perehüvitised) of a family for a month: § 3."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Family benefits in all"
    label_et = "Perehüvitised kokku"
    unit = "EUR"
    section = "PHS § 3"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Family allowances, parental benefit before tax and maintenance support for the month,"
        " whenever they are paid. The conscript's child allowance and pay for child leave stand in"
        " other acts and are not in it."
    )

    def formula(family: Group, period: Period) -> Array:
        return round_to_cents(
            family("family_allowances", period)
            + family("parental_benefit", period)
            + family("maintenance_support", period)
        )
