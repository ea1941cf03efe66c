"""License plates: Neb. Rev. Stat. (NRS) 60-3,100, 60-3,102."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    ParametersAt,
    Period,
    Population,
    Variable,
    round_to_cents,
    set_input_dispatch_by_period,
    where,
)

from .entities import Vehicle
from .registration_fee import RegistrationClass
from .vehicles import STATUTES


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
        kind = vehicle("registration_class", period)
        one_by_kind = (
            (kind == RegistrationClass.motorcycle)
            | (kind == RegistrationClass.minitruck)
            | (kind == RegistrationClass.school_bus)
            | (kind == RegistrationClass.trailer)
            | (kind == RegistrationClass.cabin_trailer)
        )
        number = where(
            one_by_kind | vehicle("single_plate", period),
            plates.plates_of_a_trailer_or_motorcycle,
            plates.plates_of_a_motor_vehicle,
        )
        due = vehicle("is_registered_in_month", period) & vehicle("plates_issued", period)
        return where(due, round_to_cents(number * plates.plate_fee), 0.0)


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
