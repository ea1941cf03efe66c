"""Motor vehicle fee: Neb. Rev. Stat. (NRS) 60-3,190."""

from policy.model_api import (
    MONTH,
    Array,
    ParametersAt,
    Period,
    Population,
    Variable,
    not_,
    round_to_cents,
    select,
    where,
)

from .entities import Vehicle
from .vehicles import STATUTES, VehicleType


class base_motor_vehicle_fee(Variable):
    """Base motor vehicle fee, before the vehicle's age is taken into account."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Base motor vehicle fee"
    unit = "USD"
    section = "NRS 60-3,190"
    reference = STATUTES

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        fee = parameters(period).motor_vehicle_fee
        base = fee.base_fee
        kind = vehicle("vehicle_type", period)
        two_wheels = (
            (kind == VehicleType.motorcycle)
            | (kind == VehicleType.autocycle)
            | (kind == VehicleType.assembled_motorcycle)
        )
        camping = (kind == VehicleType.recreational_vehicle) | (kind == VehicleType.cabin_trailer)
        return select(
            [
                kind == VehicleType.assembled_automobile,
                two_wheels,
                camping,
                kind == VehicleType.truck_over_seven_tons,
                kind == VehicleType.bus,
                kind == VehicleType.trailer,
                kind == VehicleType.semitrailer,
                kind == VehicleType.minitruck,
                kind == VehicleType.low_speed_vehicle,
            ],
            [
                base.assembled_automobile,
                base.motorcycle,
                base.recreational_vehicle,
                base.truck_over_seven_tons,
                base.bus,
                base.trailer,
                base.semitrailer,
                base.minitruck,
                base.low_speed_vehicle,
            ],
            fee.value_when_new.calc(vehicle("value_when_new", period)),
        )


class motor_vehicle_fee(Variable):
    """Motor vehicle fee of a vehicle in the month of its registration: 60-3,190."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Motor vehicle fee"
    unit = "USD"
    section = "NRS 60-3,190"
    reference = STATUTES
    documentation = (
        "The fee of automobiles with a value when new under 20,000 dollars and of assembled ones"
        " stays the same at every age; 252 NAC 2-009 does not repeat this, and the statute"
        " controls. A vehicle newer than its model year pays the first fee for six periods (252 NAC"
        " 2-009.03), as its age gives it already. Not due from the exempt (60-3,190(1))."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        fee = parameters(period).motor_vehicle_fee
        kind = vehicle("vehicle_type", period)
        low_value = (kind == VehicleType.automobile) & (
            vehicle("value_when_new", period) < fee.fraction_from_value
        )
        flat = low_value | (kind == VehicleType.assembled_automobile)
        fraction = where(flat, 1.0, fee.age_fraction.calc(vehicle("year_of_age", period)))
        due = vehicle("is_registered_in_month", period) & not_(
            vehicle("exempt_from_motor_vehicle_tax", period)
        )
        amount = vehicle("base_motor_vehicle_fee", period) * fraction
        return where(due, round_to_cents(amount), 0.0)
