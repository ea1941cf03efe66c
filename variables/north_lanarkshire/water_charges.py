"""Water and waste water charges that the council bills for Scottish Water, for a financial year."""

from policy.model_api import (
    MONTH,
    NOT_KNOWN,
    Array,
    Group,
    ParametersAt,
    Period,
    Variable,
    known,
    not_,
    round_to_cents,
    select,
    where,
)

from .entities import Household

CHARGES = "https://www.scottishwater.co.uk/Your-Home/Your-Charges"
REDUCTION = "https://scotborders.gov.uk/info/19999/council_tax/954/water_and_waste_water"


class water_charge(Variable):
    """Charge for water of an unmetered dwelling, before discount and reduction."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Water charge of the band"
    unit = "GBP/year"
    section = "Scottish Water charges scheme"
    reference = CHARGES

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).water_charges
        proportion = law.proportion[household("charged_band", period)]
        charge = round_to_cents(known(law, "water") * proportion / law.proportion.d)
        due = household("has_water_service", period) & household("is_billed_for_water", period)
        return where(due, charge, 0.0)


class waste_water_charge(Variable):
    """Charge for waste water of an unmetered dwelling, before discount and reduction."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Waste water charge of the band"
    unit = "GBP/year"
    section = "Scottish Water charges scheme"
    reference = CHARGES

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).water_charges
        proportion = law.proportion[household("charged_band", period)]
        charge = round_to_cents(known(law, "waste_water") * proportion / law.proportion.d)
        due = household("has_waste_water_service", period) & household(
            "is_billed_for_water", period
        )
        return where(due, charge, 0.0)


class is_billed_for_water(Variable):
    """Whether the council bills the dwelling for water: not if it is metered, or exempt."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Billed for water by the council"
    section = "Scottish Water charges scheme"
    reference = CHARGES

    def formula(household: Group, period: Period) -> Array:
        return not_(household("is_metered", period)) & not_(household("is_exempt_dwelling", period))


class water_charges_before_reduction(Variable):
    """Water and waste water charges after the status discount, before the reduction."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Water charges before reduction"
    unit = "GBP/year"
    section = "Scottish Water charges scheme"
    reference = CHARGES
    documentation = "The discount of each charge is rounded to the penny by itself."

    def formula(household: Group, period: Period) -> Array:
        discount = household("status_discount", period)
        water = household("water_charge", period)
        waste = household("waste_water_charge", period)
        off = round_to_cents(water * discount) + round_to_cents(waste * discount)
        return round_to_cents(water + waste - off)


class water_charges_reduction(Variable):
    """What the Water Charges Reduction Scheme takes off beside council tax reduction."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Water charges reduction"
    unit = "GBP/year"
    section = "SSI 2006/72; Water Charges Reduction Scheme"
    reference = REDUCTION
    documentation = (
        "In proportion to the council tax reduction. Beside a status discount of a quarter only the"
        " case of full council tax reduction is known; for a part of it there is no number. Beside"
        " a discount of a half there is none: that follows from the greatest reduction, 35 percent."
    )

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        full = parameters(period).water_charges.reduction.full
        charges = household("water_charge", period) + household("waste_water_charge", period)
        discounted = household("status_discount", period) > 0
        share = household("share_of_council_tax_reduced", period)
        return where(discounted, 0.0, round_to_cents(full * share * charges))

    def formula_2021_04(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).water_charges.reduction
        status = parameters(period).council_tax.discount.status
        charges = household("water_charge", period) + household("waste_water_charge", period)
        discount = household("status_discount", period)
        share = household("share_of_council_tax_reduced", period)
        return select(
            [share == 0, discount == 0, discount > status, share == 1],
            [
                0.0,
                round_to_cents(law.full * share * charges),
                0.0,
                round_to_cents(law.with_status_discount * charges),
            ],
            NOT_KNOWN,
        )


class share_of_council_tax_reduced(Variable):
    """Part of the council tax that council tax reduction takes off."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Share of council tax reduced"
    unit = "1"
    section = "SSI 2006/72 reg. 5"
    reference = "http://www.legislation.gov.uk/ssi/2006/72/body/made"

    def formula(household: Group, period: Period) -> Array:
        tax = household("council_tax_before_reduction", period)
        reduction = household("council_tax_reduction", period)
        return reduction / where(tax > 0, tax, 1.0)


class water_charges(Variable):
    """Water and waste water charges that are payable for a financial year."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Water and waste water charges"
    unit = "GBP/year"
    section = "Scottish Water charges scheme"
    reference = CHARGES

    def formula(household: Group, period: Period) -> Array:
        return round_to_cents(
            household("water_charges_before_reduction", period)
            - household("water_charges_reduction", period)
        )
