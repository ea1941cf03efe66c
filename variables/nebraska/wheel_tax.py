"""Wheel taxes of cities: Neb. Rev. Stat. (NRS) 18-1214, 14-109."""

from policy.model_api import (
    MONTH,
    NOT_KNOWN,
    Array,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_months,
    first_of_month,
    known,
    not_,
    select,
    where,
)

from .cities import City
from .entities import Vehicle
from .registration_fee import RegistrationClass
from .rules import POUNDS_OF_A_TON
from .vehicles import NOT_RENEWED, STATUTES

LATE = (
    "https://journalstar.com/news/local/govt-and-politics/wheel-tax-increase-third-in-a-row-goes"
    "-for-streets/article_1218a510-b43d-54f3-a57b-95dc58cad154.html"
)


class wheel_tax_of_lincoln(Variable):
    """What a vehicle pays for a year in Lincoln."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Wheel tax of Lincoln"
    unit = "USD"
    section = "NRS 18-1214"
    reference = "https://lincoln.ne.gov/wheeltax"
    documentation = (
        "Of cars, pickups, motorcycles and trucks of eight tons or more; the schedule for other"
        " vehicles was not read, and there is no number for them."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        tax = parameters(period).wheel_tax.lincoln
        kind = vehicle("registration_class", period)
        tons = vehicle("gross_weight", period) / POUNDS_OF_A_TON
        large = (kind == RegistrationClass.commercial_truck) & (tons >= tax.large_truck_from)
        return select(
            [
                vehicle("is_pickup", period),
                kind == RegistrationClass.passenger_vehicle,
                kind == RegistrationClass.motorcycle,
                large,
            ],
            [tax.pickup, tax.car, tax.motorcycle, tax.truck_of_eight_tons],
            NOT_KNOWN,
        )


class wheel_tax_of_omaha(Variable):
    """What a vehicle pays for a year in Omaha."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Wheel tax of Omaha"
    unit = "USD"
    section = "NRS 14-109"
    reference = (
        "https://www.dctreasurer.org/motor-vehicles/registrations/explanation-of-registration-fees"
    )
    documentation = (
        "Of passenger cars, and of trucks up to five tons, pickups and local trucks among them:"
        " ordinance 38203 of 2008 lets gross weight alone decide. The page that was read is cut"
        " off there, and there is no number for other vehicles."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        tax = parameters(period).wheel_tax.omaha
        kind = vehicle("registration_class", period)
        tons = vehicle("gross_weight", period) / POUNDS_OF_A_TON
        truck = (
            vehicle("is_pickup", period)
            | (kind == RegistrationClass.commercial_truck)
            | (kind == RegistrationClass.local_truck)
        )
        return select(
            [
                truck & (tons <= tax.four_tons),
                truck & (tons <= tax.five_tons),
                not_(truck) & (kind == RegistrationClass.passenger_vehicle),
            ],
            [tax.truck_to_four_tons, tax.truck_of_five_tons, tax.car],
            NOT_KNOWN,
        )


class wheel_tax(Variable):
    """Wheel tax of the owner's city in the month of the vehicle's registration."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Wheel tax"
    unit = "USD"
    section = "NRS 18-1214; NRS 14-109"
    reference = STATUTES
    documentation = (
        "Due also from those exempt from the motor vehicle tax (350 NAC 40-010.01). Of Farnam,"
        " Hastings and Arlington the one amount that was read is taken for passenger vehicles;"
        " Grand Island's, repealed from May 2019, was not seen."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        tax = parameters(period).wheel_tax
        place = vehicle.owner("city", period)
        passenger = vehicle("registration_class", period) == RegistrationClass.passenger_vehicle
        amount = select(
            [
                place == City.lincoln,
                place == City.omaha,
                place == City.grand_island,
                place == City.farnam,
                place == City.hastings,
                place == City.arlington,
                place == City.another,
            ],
            [
                vehicle("wheel_tax_of_lincoln", period),
                vehicle("wheel_tax_of_omaha", period),
                known(tax, "grand_island"),
                where(passenger, tax.farnam, NOT_KNOWN),
                where(passenger, tax.hastings, NOT_KNOWN),
                where(passenger, tax.arlington, NOT_KNOWN),
                NOT_KNOWN,
            ],
            0.0,
        )
        return where(vehicle("is_registered_in_month", period), amount, 0.0)


class late_registration_fine(Variable):
    """What Omaha collects from an owner who renews after the registration is delinquent."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Late registration fine"
    unit = "USD"
    section = "NRS 14-109"
    reference = LATE
    documentation = (
        "The source says after the plates expired; that this is when the renewal is delinquent, and"
        " not yet in the month in which it is due (60-392(3)), is a choice."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        expired = vehicle("renews_registration_expiring", period)
        renewed = expired > NOT_RENEWED
        delinquent = vehicle("registration_date", period) >= add_months(first_of_month(expired), 1)
        late = vehicle("is_registered_in_month", period) & renewed & delinquent
        in_omaha = vehicle.owner("city", period) == City.omaha
        return where(late & in_omaha, parameters(period).wheel_tax.omaha.late_registration, 0.0)
