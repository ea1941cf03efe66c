"""Council tax of a dwelling for a financial year: Local Government Finance Act 1992, part II.

Amounts are those of a whole financial year, April to March, in which things stay as they are on the
first day of the month that is asked for.
"""

from itertools import pairwise

from policy.model_api import (
    MONTH,
    Array,
    Enum,
    Group,
    ParametersAt,
    Period,
    Variable,
    add_months,
    first_day,
    not_,
    round_to_cents,
    select,
    where,
)

from .dwellings import COUNCIL, LGFA, SECOND_HOMES, UNOCCUPIED, DwellingUse, ValuationBand
from .entities import Household


class ChargedBand(Enum):
    """Bands that a dwelling can be charged in."""

    below_a = "Below A: Band A with the reduction for disabilities"
    a = "A"
    b = "B"
    c = "C"
    d = "D"
    e = "E"
    f = "F"
    g = "G"
    h = "H"


class charged_band(Variable):
    """Band in which the dwelling is charged: a lower one with a reduction for disabilities."""

    value_type = Enum
    possible_values = ChargedBand
    default_value = ChargedBand.d
    entity = Household
    definition_period = MONTH
    label = "Band charged"
    section = "SI 1992/1335 reg. 4"
    reference = "https://beta.bailii.org/uk/legis/num_reg/1999/uksi_1999756_en.html"

    def formula(household: Group, period: Period) -> Array:
        band = household("valuation_band", period)
        reduced = household("has_reduction_for_disabilities", period)
        return select(
            [band == own for own in ValuationBand],
            [where(reduced, lower, same) for lower, same in pairwise(ChargedBand)],
        )


class council_tax_charge(Variable):
    """Council tax of the dwelling's band for a financial year, before anything is taken off."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Council tax of the band"
    unit = "GBP/year"
    section = "LGFA s. 74(1)"
    reference = "https://legislation.gov.uk/ssi/2016/368/data.html"
    documentation = "Rounded to the penny, as the official tables of 2020-21 and 2022-23 are."

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_tax
        proportion = law.proportion[household("charged_band", period)]
        return round_to_cents(law.band_d * proportion / law.proportion.d)


class is_exempt_dwelling(Variable):
    """Whether the dwelling is exempt from council tax and water charges."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Exempt dwelling"
    section = "SI 1997/728 sch. 1 paras 4, 10, 26"
    reference = "https://legislation.gov.uk/uksi/1997/728/schedule/1/paragraph/10?view=plain"

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        unoccupied = parameters(period).council_tax.unoccupied
        use = household("dwelling_use", period)
        exempt_until = add_months(household("last_lived_in", period), unoccupied.exempt_months)
        just_left = (use == DwellingUse.unoccupied_unfurnished) & (first_day(period) < exempt_until)
        kinds = household.sum(household.members("is_of_an_exempt_kind", period))
        residents = household.sum(household.members("is_resident", period))
        all_of_exempt_kind = (
            (use == DwellingUse.main_residence) & (residents > 0) & (kinds == residents)
        )
        return just_left | all_of_exempt_kind | household("is_exempt_on_another_ground", period)


class status_discount(Variable):
    """Part of the charges taken off because one resident counts, or none does."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Status discount"
    unit = "1"
    section = "LGFA s. 79"
    reference = COUNCIL
    documentation = "It applies to council tax, water and waste water alike."

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        percentage = parameters(period).council_tax.discount.status
        resident = household.members("is_resident", period)
        residents = household.sum(resident)
        counted = household.sum(resident & not_(household.members("is_disregarded", period)))
        lived_in = household("dwelling_use", period) == DwellingUse.main_residence
        return select(
            [
                lived_in & (residents > 0) & (counted == 0),
                lived_in & (counted == 1),
            ],
            [2 * percentage, percentage],
            0.0,
        )


class unoccupied_dwelling_discount(Variable):
    """Part of the council tax taken off a dwelling that nobody has as sole or main residence."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Discount of an unoccupied dwelling"
    unit = "1"
    section = "SSI 2013/45"
    reference = UNOCCUPIED
    documentation = "The council's policy. It does not apply to water and waste water."

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_tax.unoccupied
        use = household("dwelling_use", period)
        today = first_day(period)
        left = household("last_lived_in", period)
        unfurnished = use == DwellingUse.unoccupied_unfurnished
        furnished = use == DwellingUse.unoccupied_furnished
        first_year = today < add_months(left, law.months_to_increase)
        return select(
            [
                unfurnished & first_year,
                furnished & first_year,
                (unfurnished | furnished) & household("is_spared_for_marketing", period),
                use == DwellingUse.second_home,
                (use == DwellingUse.holiday_home) | (use == DwellingUse.job_related),
            ],
            [
                law.unfurnished_discount,
                law.furnished_discount,
                law.marketed_discount,
                law.second_home_discount,
                law.holiday_home_discount,
            ],
            0.0,
        )


class unoccupied_dwelling_increase(Variable):
    """Part of the council tax added for a dwelling unoccupied for over a year, or a second home."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Increase of an unoccupied dwelling"
    unit = "1"
    section = "SSI 2013/45; SSI 2023/389"
    reference = SECOND_HOMES
    documentation = (
        "The council's policy. Not in the months of marketing, nor since 1 April 2024 while who"
        " bought the dwelling renovates it; what is due then is the tax without discount. It does"
        " not apply to water and waste water."
    )

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).council_tax.unoccupied
        use = household("dwelling_use", period)
        unoccupied = (use == DwellingUse.unoccupied_unfurnished) | (
            use == DwellingUse.unoccupied_furnished
        )
        over_a_year = first_day(period) >= add_months(
            household("last_lived_in", period), law.months_to_increase
        )
        spared = household("is_spared_for_marketing", period) | household(
            "is_spared_for_renovation", period
        )
        return select(
            [unoccupied & over_a_year & not_(spared), use == DwellingUse.second_home],
            [law.increase, law.second_home_increase],
            0.0,
        )


class is_spared_for_marketing(Variable):
    """Whether an unoccupied dwelling is not increased because it is marketed for sale or let."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Spared the increase for marketing"
    section = "SSI 2013/45"
    reference = UNOCCUPIED

    def formula(household: Group, period: Period, parameters: ParametersAt) -> Array:
        months = parameters(period).council_tax.unoccupied.months_of_marketing
        lately_left = first_day(period) < add_months(household("last_lived_in", period), months)
        return household("is_marketed", period) & lately_left


class is_spared_for_renovation(Variable):
    """Whether an unoccupied dwelling is not increased because who bought it renovates it."""

    value_type = bool
    entity = Household
    definition_period = MONTH
    label = "Spared the increase for renovation"
    section = "SSI 2023/389"
    reference = "https://www.legislation.gov.uk/sdsi/2023/9780111058497/note/data.html"

    def formula_2024_04(household: Group, period: Period, parameters: ParametersAt) -> Array:
        months = parameters(period).council_tax.unoccupied.months_of_renovation
        recently_bought = first_day(period) < add_months(household("bought_on", period), months)
        return household("is_under_renovation", period) & recently_bought


class council_tax_before_reduction(Variable):
    """Council tax after exemption, discount or increase, before council tax reduction."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Council tax before council tax reduction"
    unit = "GBP/year"
    section = "LGFA ss. 72, 79"
    reference = LGFA
    documentation = (
        "What is taken off or added is rounded to the penny, half up, as in Stirling's table of"
        " 2024-25; the council's own rounding was not seen."
    )

    def formula(household: Group, period: Period) -> Array:
        charge = household("council_tax_charge", period)
        discount = household("status_discount", period) + household(
            "unoccupied_dwelling_discount", period
        )
        increase = household("unoccupied_dwelling_increase", period)
        due = charge - round_to_cents(charge * discount) + round_to_cents(charge * increase)
        return where(household("is_exempt_dwelling", period), 0.0, round_to_cents(due))


class council_tax(Variable):
    """Council tax that is payable for a financial year."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Council tax"
    unit = "GBP/year"
    section = "LGFA s. 70; SSI 2021/249"
    reference = LGFA

    def formula(household: Group, period: Period) -> Array:
        return round_to_cents(
            household("council_tax_before_reduction", period)
            - household("council_tax_reduction", period)
        )
