"""Registration fee and the fees for funds: Neb. Rev. Stat. (NRS) 60-3,141 to 60-3,156."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    NOT_KNOWN,
    Array,
    Enum,
    ParametersAt,
    Period,
    Population,
    Variable,
    max_,
    round_to_cents,
    select,
    set_input_dispatch_by_period,
    where,
)

from .entities import Vehicle
from .motor_vehicle_tax import TaxExemption
from .rules import POUNDS_OF_A_TON, started
from .vehicles import STATUTES, VehicleType


class RegistrationClass(Enum):
    """Classes of registration that pay by different rules."""

    passenger_vehicle = "Passenger vehicle"
    commercial_truck = "Commercial truck"
    local_truck = "Local truck"
    soil_and_water_vehicle = "Soil and water conservation vehicle"
    school_bus = "Bus for schools only"
    bus_for_hire = "Bus for hire, for more than ten persons"
    low_speed_vehicle = "Low-speed vehicle"
    minitruck = "Minitruck"
    motorcycle = "Motorcycle"
    cabin_trailer = "Cabin trailer"
    recreational_vehicle = "Recreational vehicle"
    trailer = "Trailer"


#: The class of vehicles of a kind that is registered in one class only.
CLASS_OF_TYPE = {
    VehicleType.motorcycle: RegistrationClass.motorcycle,
    VehicleType.assembled_motorcycle: RegistrationClass.motorcycle,
    VehicleType.low_speed_vehicle: RegistrationClass.low_speed_vehicle,
    VehicleType.minitruck: RegistrationClass.minitruck,
    VehicleType.recreational_vehicle: RegistrationClass.recreational_vehicle,
    VehicleType.cabin_trailer: RegistrationClass.cabin_trailer,
    VehicleType.trailer: RegistrationClass.trailer,
}


class registration_class(Variable):
    """In which class the vehicle is registered."""

    value_type = Enum
    possible_values = RegistrationClass
    default_value = RegistrationClass.passenger_vehicle
    entity = Vehicle
    definition_period = ETERNITY
    label = "Class of registration"
    section = "NRS 60-3,143; NRS 60-3,144; NRS 60-3,145; NRS 60-3,147; NRS 60-3,149; NRS 60-3,151"
    reference = STATUTES
    documentation = (
        "A truck of at most seven tons is an automobile for the tax, and a commercial or local"
        " truck here. Where it is not given a motorcycle, low-speed vehicle, minitruck,"
        " recreational vehicle or trailer is registered as what it is, and another vehicle as a"
        " passenger vehicle: of a bus, a truck over seven tons, an autocycle or a semitrailer the"
        " registration fee is then not known."
    )

    def formula(vehicle: Population, period: Period) -> Array:
        kind = vehicle("vehicle_type", period)
        return select(
            [kind == each for each in CLASS_OF_TYPE],
            list(CLASS_OF_TYPE.values()),
            RegistrationClass.passenger_vehicle,
        )


class is_pickup(Variable):
    """Whether the vehicle is a pickup."""

    value_type = bool
    entity = Vehicle
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Pickup"
    section = "NRS 60-3,145(1)(c); NRS 18-1214"
    reference = STATUTES
    documentation = (
        "Asked for local trucks and for the wheel taxes of Lincoln and Omaha. Where it is not given"
        " the vehicle is no pickup."
    )


class is_rated_to_one_ton(Variable):
    """Whether the factory-rated capacity of a truck is one ton or less."""

    value_type = bool
    entity = Vehicle
    definition_period = ETERNITY
    label = "Rated for one ton or less"
    section = "NRS 60-3,145(1)(b)"
    reference = STATUTES
    documentation = "Where it is not given the truck is rated for more than one ton."


class commercial_truck_fee(Variable):
    """What the vehicle would pay as a commercial truck: 60-3,147."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Fee of a commercial truck of this weight"
    unit = "USD"
    section = "NRS 60-3,147"
    reference = "http://statutes.laws.com/nebraska/Chapter60/60-3_147"

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        fee = parameters(period).registration_fee
        weight = vehicle("gross_weight", period)
        further = started(max_(weight / POUNDS_OF_A_TON - fee.heaviest_bracket, 0))
        return fee.commercial_truck.calc(weight) + further * fee.each_further_ton


class local_truck_fee(Variable):
    """What the vehicle would pay as a local truck: 60-3,145."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Fee of a local truck of this weight"
    unit = "USD"
    section = "NRS 60-3,145(1)"
    reference = "https://nebraskalegislature.gov/laws/statutes.php?statute=60-3,145&print=true"
    documentation = (
        "A part of the commercial fee, and never less than the least fee; rated for one ton or less"
        " the least fee; a pickup with a gross load over three tons the commercial fee, however it"
        " is rated: that this comes first is a choice, as (1)(c) is the narrower rule."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        fee = parameters(period).registration_fee
        commercial = vehicle("commercial_truck_fee", period)
        tons = vehicle("gross_weight", period) / POUNDS_OF_A_TON
        heavy_pickup = vehicle("is_pickup", period) & (tons > fee.local_pickup_to)
        return select(
            [heavy_pickup, vehicle("is_rated_to_one_ton", period)],
            [commercial, fee.least_truck_fee],
            max_(commercial * fee.local_truck_share, fee.least_truck_fee),
        )


class seating_capacity(Variable):
    """How many passengers a bus for hire seats."""

    value_type = int
    entity = Vehicle
    definition_period = ETERNITY
    label = "Seats"
    unit = "persons"
    section = "NRS 60-3,144(2)"
    reference = STATUTES
    documentation = "Where it is not given the bus has no seats."


class bus_for_hire_fee(Variable):
    """What the vehicle would pay as a bus for hire: the fee of a truck of its tonnage."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Fee of a bus for hire of this weight"
    unit = "USD"
    section = "NRS 60-3,144(2)"
    reference = STATUTES
    documentation = "Weight and 200 lb for each seat; from 34,000 lb on no tonnage was read."

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        fee = parameters(period).registration_fee
        bus = fee.bus_for_hire
        seats = vehicle("seating_capacity", period)
        weight = vehicle("gross_weight", period) + seats * bus.pounds_of_a_seat
        tons = bus.tonnage.calc(weight)
        further = max_(tons - fee.heaviest_bracket, 0)
        amount = fee.commercial_truck.calc(tons * POUNDS_OF_A_TON) + further * fee.each_further_ton
        return where(weight < bus.end_of_table, amount, NOT_KNOWN)


class is_no_passenger_vehicle(Variable):
    """Whether the vehicle is of a kind that is not registered as a passenger vehicle."""

    value_type = bool
    entity = Vehicle
    definition_period = ETERNITY
    label = "No passenger vehicle"
    section = "NRS 60-3,143; NRS 60-3,144; NRS 60-3,147"
    reference = STATUTES

    def formula(vehicle: Population, period: Period) -> Array:
        kind = vehicle("vehicle_type", period)
        return (
            (kind == VehicleType.autocycle)
            | (kind == VehicleType.truck_over_seven_tons)
            | (kind == VehicleType.bus)
            | (kind == VehicleType.semitrailer)
        )


class registration_fee(Variable):
    """Registration fee of a vehicle in the month of its registration."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Registration fee"
    unit = "USD"
    section = "NRS 60-3,143; NRS 60-3,144; NRS 60-3,145; NRS 60-3,147; NRS 60-3,149; NRS 60-3,151"
    reference = STATUTES
    documentation = (
        "Not due from a vehicle that 60-3,160 exempts. Of a vehicle registered under 60-3,198 it is"
        " apportioned among states, and not in the book."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        fee = parameters(period).registration_fee
        kind = vehicle("registration_class", period)
        exemption = vehicle("tax_exemption", period)
        weight = vehicle("gross_weight", period)
        commercial = vehicle("commercial_truck_fee", period)
        thousands = max_(started(weight / fee.pounds_of_a_unit), 1)
        amount = select(
            [
                exemption == TaxExemption.exempt_from_registration_fee,
                exemption == TaxExemption.apportioned,
                kind == RegistrationClass.commercial_truck,
                kind == RegistrationClass.local_truck,
                kind == RegistrationClass.soil_and_water_vehicle,
                kind == RegistrationClass.school_bus,
                kind == RegistrationClass.bus_for_hire,
                kind == RegistrationClass.low_speed_vehicle,
                kind == RegistrationClass.minitruck,
                kind == RegistrationClass.motorcycle,
                kind == RegistrationClass.cabin_trailer,
                kind == RegistrationClass.recreational_vehicle,
                kind == RegistrationClass.trailer,
            ],
            [
                0.0,
                NOT_KNOWN,
                commercial,
                vehicle("local_truck_fee", period),
                max_(commercial * fee.soil_and_water_share, fee.least_truck_fee),
                fee.school_bus,
                vehicle("bus_for_hire_fee", period),
                fee.low_speed_vehicle,
                fee.minitruck,
                fee.motorcycle,
                fee.cabin_trailer.calc(weight),
                fee.recreational_vehicle.calc(weight),
                thousands * fee.trailer_each_thousand_pounds,
            ],
            where(vehicle("is_no_passenger_vehicle", period), NOT_KNOWN, fee.passenger_vehicle),
        )
        return where(vehicle("is_registered_in_month", period), round_to_cents(amount), 0.0)


class fund_fees(Variable):
    """Fees for funds that are added to each registration: 60-3,141, 60-3,156."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Fund fees"
    unit = "USD"
    section = "NRS 60-3,141; NRS 60-3,156"
    reference = STATUTES

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        due = vehicle("is_registered_in_month", period)
        return where(due, parameters(period).registration_fee.fund_fees, 0.0)
