"""Fees of the council's cemeteries, for the person who is buried or remembered."""

from policy.model_api import (
    MONTH,
    Array,
    Enum,
    ParametersAt,
    Period,
    Population,
    Variable,
    known,
    not_,
    round_to_cents,
    select,
    set_input_dispatch_by_period,
    where,
)

from .entities import Person
from .rules import has_reached

FEES = (
    "https://www.northlanarkshire.gov.uk/births-marriages-and-deaths/deaths/cemeteries/"
    "cemeteries-service/cemeteries-service-fees"
)


def residents_fee(person: Population, period: Period, fee: ParametersAt) -> Array:
    """Return a fee as residents, or others, pay it."""
    resident = person("lived_in_north_lanarkshire", period)
    return where(resident, known(fee, "resident"), known(fee, "non_resident"))


def several(number: Array, fees: ParametersAt, name: str) -> Array:
    """Return a fee for each of a number of things."""
    return where(number > 0, number * known(fees, name), 0.0)


class Interment(Enum):
    """What is interred."""

    none = "Nothing"
    coffin = "A coffin"
    cremation_casket = "A cremation casket"
    scattering = "Ashes are scattered: no charge"


class Lair(Enum):
    """Which lair is bought."""

    none = "None"
    lair = "A lair"
    kilsyth_lair = "A lair in Kilsyth"
    baby_garden_lair = "A lair in the baby garden, Cambusnethan"


class interment(Variable):
    """What is interred of the person in the month."""

    value_type = Enum
    possible_values = Interment
    default_value = Interment.none
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Interment"
    section = "Cemeteries service fees"
    reference = FEES
    documentation = "Where it is not given nothing is interred."


class is_on_saturday_or_public_holiday(Variable):
    """Whether the interment is on a Saturday or public holiday."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Saturday or public holiday"
    section = "Cemeteries service fees"
    reference = FEES
    documentation = "Where it is not given the interment is on another day."


class lived_in_north_lanarkshire(Variable):
    """Whether the person was a resident of North Lanarkshire."""

    value_type = bool
    default_value = True
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Resident of North Lanarkshire"
    section = "Cemeteries service fees"
    reference = FEES
    documentation = "Where it is not given the person was a resident of North Lanarkshire."


class lair_bought(Variable):
    """Which lair is bought for the person in the month."""

    value_type = Enum
    possible_values = Lair
    default_value = Lair.none
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Lair bought"
    section = "Cemeteries service fees"
    reference = FEES
    documentation = "Where it is not given no lair is bought."


class memorial_permits(Variable):
    """How many memorial permits including foundation."""

    value_type = int
    minimum = 0
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Memorial permits including foundation"
    unit = "1"
    section = "Cemeteries service fees"
    reference = FEES
    documentation = "Where it is not given no memorial permit is issued."


class baby_garden_plaques(Variable):
    """How many plaque permits in the baby garden."""

    value_type = int
    minimum = 0
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Plaque permits in the baby garden"
    unit = "1"
    section = "Cemeteries service fees"
    reference = FEES
    documentation = "Where it is not given no plaque permit is issued."


class certificate_transfers(Variable):
    """How many lair certificates transferred or copied, and permits without foundation."""

    value_type = int
    minimum = 0
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Lair certificates transferred or copied"
    unit = "1"
    section = "Cemeteries service fees"
    reference = FEES
    documentation = "Where it is not given no lair certificate is transferred."


class searches_of_records(Variable):
    """How many searches of the records."""

    value_type = int
    minimum = 0
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Searches of the records"
    unit = "1"
    section = "Cemeteries service fees"
    reference = FEES
    documentation = "Where it is not given no records are searched."


class interment_fee(Variable):
    """Fee for an interment: nothing for a person of 17 or under."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Interment fee"
    unit = "GBP"
    section = "Cemeteries service fees"
    reference = FEES

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        fees = parameters(period).council_fees.cemeteries
        weekend = person("is_on_saturday_or_public_holiday", period)
        kind = person("interment", period)
        return where(
            person("has_adult_cemetery_fees", period),
            select(
                [
                    (kind == Interment.coffin) & weekend,
                    kind == Interment.coffin,
                    (kind == Interment.cremation_casket) & weekend,
                    kind == Interment.cremation_casket,
                ],
                [
                    known(fees, "interment_on_saturday_or_holiday"),
                    residents_fee(person, period, fees.interment),
                    known(fees, "cremation_casket_on_saturday_or_holiday"),
                    residents_fee(person, period, fees.cremation_casket),
                ],
                0.0,
            ),
            0.0,
        )


class lair_fee(Variable):
    """Fee for a lair: nothing for a person of 17 or under."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Lair fee"
    unit = "GBP"
    section = "Cemeteries service fees"
    reference = FEES
    documentation = "The baby garden's lair has its own fee."

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        fees = parameters(period).council_fees.cemeteries
        lair = person("lair_bought", period)
        return select(
            [
                lair == Lair.baby_garden_lair,
                not_(person("has_adult_cemetery_fees", period)),
                lair == Lair.lair,
                lair == Lair.kilsyth_lair,
            ],
            [
                known(fees, "baby_garden_lair"),
                0.0,
                residents_fee(person, period, fees.lair),
                residents_fee(person, period, fees.kilsyth_lair),
            ],
            0.0,
        )


class memorial_fee(Variable):
    """Fees for permits and searches; no memorial permit fee for who is 17 or under."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Permits and searches, fee"
    unit = "GBP"
    section = "Cemeteries service fees"
    reference = FEES

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        fees = parameters(period).council_fees.cemeteries
        adult = person("has_adult_cemetery_fees", period)
        permits = where(adult, person("memorial_permits", period), 0)
        return (
            several(permits, fees, "memorial_permit")
            + several(person("baby_garden_plaques", period), fees, "baby_garden_plaque")
            + several(person("certificate_transfers", period), fees, "certificate_transfer")
            + several(person("searches_of_records", period), fees, "search_of_records")
        )


class has_adult_cemetery_fees(Variable):
    """Whether the person was old enough to be charged for."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Charged as an adult"
    section = "Cemeteries service fees"
    reference = FEES

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        age = parameters(period).council_fees.cemeteries.adult_age
        return has_reached(period, person("birth_date", period), age)


class cemetery_fees(Variable):
    """All fees of the council's cemeteries for a person."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Cemetery fees"
    unit = "GBP"
    section = "Cemeteries service fees"
    reference = FEES
    documentation = "Known for 2024/25 only."

    def formula(person: Population, period: Period) -> Array:
        return round_to_cents(
            person("interment_fee", period)
            + person("lair_fee", period)
            + person("memorial_fee", period)
        )
