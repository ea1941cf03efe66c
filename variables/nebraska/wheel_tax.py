"""Wheel taxes of cities: Neb. Rev. Stat. (NRS) 18-1214, 14-109."""

from policy.model_api import (
    MONTH,
    Array,
    Enum,
    ParametersAt,
    Period,
    Population,
    Variable,
    not_,
    set_input_dispatch_by_period,
    where,
)

from .entities import Owner, Vehicle
from .registration_fee import RegistrationClass
from .vehicles import STATUTES


class City(Enum):
    """Cities whose wheel tax is known."""

    elsewhere = "A place without a wheel tax, or whose wheel tax is not known"
    lincoln = "Lincoln"
    omaha = "Omaha"


class city(Variable):
    """The city in whose limits the owner lives or has a place of business."""

    value_type = Enum
    possible_values = City
    default_value = City.elsewhere
    entity = Owner
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "City"
    section = "NRS 18-1214"
    reference = STATUTES
    documentation = "Where it is not given the owner lives where no wheel tax is due."


class is_pickup(Variable):
    """Whether the vehicle is a pickup, as Lincoln's wheel tax asks."""

    value_type = bool
    entity = Vehicle
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Pickup"
    section = "NRS 18-1214"
    reference = "https://lincoln.ne.gov/wheeltax"
    documentation = "Where it is not given the vehicle is no pickup."


class wheel_tax(Variable):
    """Wheel tax of a passenger car or pickup in the month of its registration."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Wheel tax"
    unit = "USD"
    section = "NRS 18-1214; NRS 14-109"
    reference = STATUTES
    documentation = (
        "Of Lincoln for cars and pickups, of Omaha for cars: the schedules for other vehicles were"
        " not read, and they pay nothing here. It is due also from those exempt from the motor"
        " vehicle tax (350 NAC 40-010.01)."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        tax = parameters(period).wheel_tax
        place = vehicle.owner("city", period)
        pickup = vehicle("is_pickup", period)
        passenger = vehicle("registration_class", period) == RegistrationClass.passenger_vehicle
        lincoln = where(pickup, tax.lincoln.pickup, where(passenger, tax.lincoln.car, 0.0))
        omaha = where(passenger & not_(pickup), tax.omaha.car, 0.0)
        amount = where(place == City.lincoln, lincoln, where(place == City.omaha, omaha, 0.0))
        return where(vehicle("is_registered_in_month", period), amount, 0.0)
