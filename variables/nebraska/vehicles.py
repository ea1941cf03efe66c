"""What is known of a vehicle: its kind, value, weight and age, and when it is registered."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Enum,
    Period,
    Population,
    Variable,
    date,
    first_day,
    last_day,
    max_,
    year_of,
)

from .entities import Vehicle

STATUTES = "https://nebraskalegislature.gov/laws/browse-chapters.php?chapter=60"

#: In place of the end of a registration that is not renewed.
NOT_RENEWED = date(1900, 1, 1)


class VehicleType(Enum):
    """Kinds of vehicle that the schedules tell apart."""

    automobile = "Automobile: passenger car, utility vehicle, van or truck of at most seven tons"
    autocycle = "Autocycle"
    motorcycle = "Motorcycle"
    assembled_automobile = "Assembled automobile"
    assembled_motorcycle = "Assembled motorcycle"
    low_speed_vehicle = "Low-speed vehicle"
    minitruck = "Minitruck"
    truck_over_seven_tons = "Truck over seven tons"
    bus = "Bus"
    recreational_vehicle = "Recreational vehicle"
    cabin_trailer = "Cabin trailer"
    trailer = "Trailer other than a semitrailer"
    semitrailer = "Semitrailer"


class vehicle_type(Variable):
    """Which kind of vehicle it is."""

    value_type = Enum
    possible_values = VehicleType
    default_value = VehicleType.automobile
    entity = Vehicle
    definition_period = ETERNITY
    label = "Kind of vehicle"
    section = "NRS 60-3,187(3); NRS 60-3,190"
    reference = STATUTES
    documentation = (
        "An automobile is a passenger car, truck, utility vehicle or van up to and including seven"
        " tons (60-3,184(1)). Where it is not given the vehicle is an automobile."
    )


class model_year(Variable):
    """The model year that the manufacturer gives; of an assembled vehicle the year it was made."""

    value_type = int
    default_value = 9999
    minimum = 1886
    maximum = 2100
    entity = Vehicle
    definition_period = ETERNITY
    label = "Model year"
    unit = "years"
    section = "252 NAC 2-002"
    reference = "https://www.law.cornell.edu/regulations/nebraska/title-252"
    documentation = "Where it is not given the vehicle is in its first year."


class value_when_new(Variable):
    """The manufacturer's suggested retail price when the vehicle was new."""

    value_type = float
    entity = Vehicle
    definition_period = ETERNITY
    label = "Value when new (MSRP)"
    unit = "USD"
    section = "NRS 60-3,188"
    reference = STATUTES
    documentation = (
        "It is fixed for the vehicle's life: what was paid, or what a conversion added, does not"
        " count. Where it is not given the value is the least."
    )


class gross_weight(Variable):
    """The weight that schedules ask for: gross vehicle weight, or a trailer's own."""

    value_type = float
    minimum = 0
    entity = Vehicle
    definition_period = ETERNITY
    label = "Gross weight"
    unit = "lb"
    section = "NRS 60-3,147; NRS 60-3,151"
    reference = STATUTES
    documentation = (
        "Of a commercial truck with that of any trailer it draws, and the load: 60-3,147(2). Where"
        " it is not given the vehicle stands in the lightest class."
    )


class weight_rating(Variable):
    """Gross vehicle weight rating of a truck, as its manufacturer gives it."""

    value_type = float
    entity = Vehicle
    definition_period = ETERNITY
    label = "Gross vehicle weight rating"
    unit = "lb"
    section = "NRS 60-3,188; 252 NAC 2-007"
    reference = "https://regulations.justia.com/states/nebraska/motor-vehicles-department-of/title-252/chapter-2/"
    documentation = (
        "The motor vehicle tax of trucks over seven tons goes by it, and not by the weight with"
        " which the truck is registered. Where it is not given it is the gross weight."
    )

    def formula(vehicle: Population, period: Period) -> Array:
        return vehicle("gross_weight", period)


class registration_date(Variable):
    """The day on which the vehicle is registered."""

    value_type = date
    default_value = date(9999, 12, 31)
    minimum = date(1900, 1, 1)
    maximum = date(2100, 12, 31)
    entity = Vehicle
    definition_period = ETERNITY
    label = "Registered on"
    unit = "date"
    section = "NRS 60-392"
    reference = STATUTES
    documentation = (
        "What is due falls into the month of this day. Where it is not given the vehicle is not"
        " registered."
    )


class renews_registration_expiring(Variable):
    """The day on which the registration that is renewed expires, or expired."""

    value_type = date
    default_value = NOT_RENEWED
    entity = Vehicle
    definition_period = ETERNITY
    label = "Renews the registration expiring on"
    unit = "date"
    section = "NRS 60-392(1)"
    reference = STATUTES
    documentation = "Where it is not given the vehicle is registered anew."


class registration_period_begins(Variable):
    """The first day of the registration period that is paid for."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Vehicle
    definition_period = ETERNITY
    label = "Registration period begins"
    unit = "date"
    section = "NRS 60-392(2); NRS 60-3,184(5)"
    reference = STATUTES
    documentation = (
        "The day of registration; of a registration that is renewed early, within 30 days before"
        " it expires, the day on which it does. That a late renewal begins on its own day is a"
        " choice: no text read says otherwise."
    )

    def formula(vehicle: Population, period: Period) -> Array:
        return max_(
            vehicle("registration_date", period), vehicle("renews_registration_expiring", period)
        )


class is_registered_in_month(Variable):
    """Whether the vehicle is registered, or renewed, in the month."""

    value_type = bool
    entity = Vehicle
    definition_period = MONTH
    label = "Registered in the month"
    section = "NRS 60-392"
    reference = STATUTES

    def formula(vehicle: Population, period: Period) -> Array:
        day = vehicle("registration_date", period)
        return (day >= first_day(period)) & (day <= last_day(period))


class year_of_registration(Variable):
    """The calendar year in which the registration period begins."""

    value_type = int
    entity = Vehicle
    definition_period = MONTH
    label = "Year of registration"
    unit = "years"
    section = "NRS 60-392; 252 NAC 2-002.05"
    reference = STATUTES
    documentation = "The year of the month; of an early renewal the year of the day it begins."

    def formula(vehicle: Population, period: Period) -> Array:
        return max_(period.start.year, year_of(vehicle("renews_registration_expiring", period)))


class year_of_age(Variable):
    """In which year of its age the vehicle is registered: 1 in the year of its model."""

    value_type = int
    entity = Vehicle
    definition_period = MONTH
    label = "Year of age"
    unit = "years"
    section = "NRS 60-3,187(2); 252 NAC 2-002.05"
    reference = STATUTES
    documentation = (
        "Counted from the model year to the calendar year in which the registration period begins:"
        " a renewal in December of what expires in January counts in the new year. A vehicle newer"
        " than the current model year is in its first. That this day sets the year is a choice: no"
        " text read says it, but the tax is paid for the period that follows (60-3,190(5))."
    )

    def formula(vehicle: Population, period: Period) -> Array:
        year = vehicle("year_of_registration", period)
        return max_(year - vehicle("model_year", period) + 1, 1)
