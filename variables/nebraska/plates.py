"""License plates: Neb. Rev. Stat. (NRS) 60-3,100, 60-3,102."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Enum,
    ParametersAt,
    Period,
    Population,
    Variable,
    date,
    first_day,
    known,
    last_day,
    max_,
    min_,
    month_number,
    not_,
    round_to_cents,
    select,
    set_input_dispatch_by_period,
    where,
)

from .entities import Vehicle
from .motor_vehicle_tax import TaxExemption
from .registration_fee import RegistrationClass
from .rules import MONTHS_OF_A_PERIOD
from .vehicles import STATUTES, VehicleType

TRANSFER = "https://nebraskalegislature.gov/laws/statutes.php?statute=60-3,121"


class plates_issued(Variable):
    """Whether plates are issued with the registration."""

    value_type = bool
    entity = Vehicle
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Plates issued"
    section = "NRS 60-3,101; NRS 60-3,102"
    reference = STATUTES
    documentation = (
        "To a vehicle registered for the first time, and to all every sixth year from 2005 on."
        " Where it is not given the vehicle keeps its plates."
    )


class single_plate(Variable):
    """Whether a passenger car without a front bracket bears one plate, on request."""

    value_type = bool
    entity = Vehicle
    definition_period = ETERNITY
    label = "One plate, on request"
    section = "NRS 60-3,100(2)(c)"
    reference = STATUTES
    documentation = "Where it is not given the car bears two plates."


class is_truck_tractor(Variable):
    """Whether the vehicle is a truck-tractor, made to draw a semitrailer."""

    value_type = bool
    entity = Vehicle
    definition_period = ETERNITY
    label = "Truck-tractor"
    section = "NRS 60-3,100(2)(b)"
    reference = STATUTES
    documentation = "Where it is not given the vehicle is no truck-tractor."


class bears_one_plate(Variable):
    """Whether one plate is issued to the vehicle and not two."""

    value_type = bool
    entity = Vehicle
    definition_period = MONTH
    label = "One plate"
    section = "NRS 60-3,100(2)"
    reference = "https://nebraskalegislature.gov/laws/statutes.php?statute=60-3,100&print=true"
    documentation = (
        "By (2)(b) apportionable vehicles, buses, minitrucks, motorcycles other than autocycles,"
        " trailers and truck-tractors; by (2)(c) a passenger car on request."
    )

    def formula(vehicle: Population, period: Period) -> Array:
        kind = vehicle("vehicle_type", period)
        registered = vehicle("registration_class", period)
        motorcycle = registered == RegistrationClass.motorcycle
        passenger = registered == RegistrationClass.passenger_vehicle
        return (
            (motorcycle & (kind != VehicleType.autocycle))
            | (registered == RegistrationClass.minitruck)
            | (registered == RegistrationClass.school_bus)
            | (registered == RegistrationClass.bus_for_hire)
            | (registered == RegistrationClass.trailer)
            | (registered == RegistrationClass.cabin_trailer)
            | (kind == VehicleType.bus)
            | (kind == VehicleType.semitrailer)
            | vehicle("is_truck_tractor", period)
            | (vehicle("tax_exemption", period) == TaxExemption.apportioned)
            | (passenger & vehicle("single_plate", period))
        )


class SpecialPlate(Enum):
    """Plates other than the standard ones."""

    standard = "Standard plate"
    message = "Message plate of the standard design"
    organizational = "Organizational plate"
    alternate_numbered = "Alternate plate with a number"
    alternate_message = "Alternate plate with a message"
    gold_star_numbered = "Gold Star plate with a number"
    gold_star_message = "Gold Star plate with a message"
    nebraska_150 = "Nebraska 150 plate"
    prisoner_of_war = "Prisoner-of-war plate"
    disabled_veteran = "Disabled veteran plate"
    purple_heart = "Purple Heart plate"
    pearl_harbor = "Pearl Harbor plate"


#: Plates with a yearly fee of their own.
PAID_PLATES = (
    SpecialPlate.message,
    SpecialPlate.organizational,
    SpecialPlate.alternate_numbered,
    SpecialPlate.alternate_message,
    SpecialPlate.gold_star_numbered,
    SpecialPlate.gold_star_message,
    SpecialPlate.nebraska_150,
)


class special_plate(Variable):
    """Which plate the vehicle bears."""

    value_type = Enum
    possible_values = SpecialPlate
    default_value = SpecialPlate.standard
    entity = Vehicle
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Plate"
    section = "NRS 60-3,104"
    reference = STATUTES
    documentation = "Where it is not given the vehicle bears a standard plate."


class special_plate_fee(Variable):
    """Fee a year for a plate that is no standard one."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Special plate fee"
    unit = "USD"
    section = "NRS 60-3,104.01; NRS 60-3,118; NRS 60-3,163.01"
    reference = STATUTES
    documentation = (
        "The same at first and at each renewal. None for prisoners of war, and for plates of which"
        " only the plate fee is waived."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        fees = parameters(period).plates.special
        plate = vehicle("special_plate", period)
        amount = select(
            [plate == each for each in PAID_PLATES],
            [known(fees, each.name) for each in PAID_PLATES],
            0.0,
        )
        return where(vehicle("is_registered_in_month", period), amount, 0.0)


class plate_fee(Variable):
    """Fee for the plates that are issued: 60-3,102."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Plate fee"
    unit = "USD"
    section = "NRS 60-3,100; NRS 60-3,102"
    reference = STATUTES
    documentation = (
        "The windshield decal of a car with one plate is not in it: its cost was not seen."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        plates = parameters(period).plates
        number = where(
            vehicle("bears_one_plate", period),
            plates.plates_of_a_trailer_or_motorcycle,
            plates.plates_of_a_motor_vehicle,
        )
        plate = vehicle("special_plate", period)
        waived = (
            (plate == SpecialPlate.pearl_harbor)
            | (plate == SpecialPlate.gold_star_numbered)
            | (plate == SpecialPlate.gold_star_message)
            | (plate == SpecialPlate.prisoner_of_war)
            | (plate == SpecialPlate.disabled_veteran)
            | (plate == SpecialPlate.purple_heart)
        )
        issued = vehicle("plates_issued", period) & not_(waived)
        due = vehicle("is_registered_in_month", period) & issued
        return where(due, round_to_cents(number * known(plates, "plate_fee")), 0.0)


class single_plate_fee(Variable):
    """Fee a year for bearing one plate: 60-3,100(2)(c)."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Single-plate fee"
    unit = "USD"
    section = "NRS 60-3,100(2)(c)"
    reference = STATUTES

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        passenger = vehicle("registration_class", period) == RegistrationClass.passenger_vehicle
        due = vehicle("is_registered_in_month", period) & vehicle("single_plate", period)
        return where(due & passenger, parameters(period).plates.single_plate_fee, 0.0)


class message_plates_transferred_on(Variable):
    """The day on which message plates of the vehicle are transferred to another of its owner."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Vehicle
    definition_period = ETERNITY
    label = "Message plates transferred on"
    unit = "date"
    section = "NRS 60-3,121(1)"
    reference = TRANSFER
    documentation = "Where it is not given no message plates are transferred."


class message_plate_fee_paid(Variable):
    """Message plate fee paid for the running period."""

    value_type = float
    entity = Vehicle
    definition_period = ETERNITY
    label = "Message plate fee paid"
    unit = "USD"
    section = "NRS 60-3,121(2)"
    reference = TRANSFER
    documentation = "Where it is not given no message plate fee was paid."


class message_plates_transferred_in_month(Variable):
    """Whether message plates are transferred to another vehicle in the month."""

    value_type = bool
    entity = Vehicle
    definition_period = MONTH
    label = "Message plates transferred in the month"
    section = "NRS 60-3,121(1)"
    reference = TRANSFER

    def formula(vehicle: Population, period: Period) -> Array:
        day = vehicle("message_plates_transferred_on", period)
        return (day >= first_day(period)) & (day <= last_day(period))


class message_plate_transfer_fee(Variable):
    """Fee for the transfer of message plates to another vehicle of the owner."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Message plate transfer fee"
    unit = "USD"
    section = "NRS 60-3,121(3)"
    reference = TRANSFER

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        fee = parameters(period).plates.special.message_transfer
        return where(vehicle("message_plates_transferred_in_month", period), fee, 0.0)


class message_plate_credit(Variable):
    """Unused part of the message plate fee that is credited to the vehicle with the plates."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Message plate credit"
    unit = "USD"
    section = "NRS 60-3,121(2)"
    reference = TRANSFER
    documentation = (
        "Eight and one-third percent, a twelfth, for each full month that is left of the"
        " registration period; the month of the transfer is no full one."
    )

    def formula(vehicle: Population, period: Period) -> Array:
        transferred = month_number(vehicle("message_plates_transferred_on", period))
        expires = month_number(vehicle("registration_expires", period))
        left = min_(max_(expires - transferred - 1, 0), MONTHS_OF_A_PERIOD)
        credit = vehicle("message_plate_fee_paid", period) * left / MONTHS_OF_A_PERIOD
        due = vehicle("message_plates_transferred_in_month", period)
        return where(due, round_to_cents(credit), 0.0)
