"""Motor vehicle tax: Neb. Rev. Stat. (NRS) 60-3,184 to 60-3,188; 252 NAC 2."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Enum,
    ParametersAt,
    Period,
    Population,
    Variable,
    not_,
    round_to_cents,
    select,
    set_input_dispatch_by_period,
    where,
)

from .entities import Vehicle
from .rules import POUNDS_OF_A_TON
from .vehicles import STATUTES, VehicleType

EXEMPTIONS = "https://law.justia.com/codes/nebraska/2021/chapter-60/statute-60-3-185"


class previous_salvage(Variable):
    """Whether the title bears the brand of previous salvage."""

    value_type = bool
    entity = Vehicle
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Previous salvage"
    section = "252 NAC 2-006.02"
    reference = "https://www.law.cornell.edu/regulations/nebraska/title-252"
    documentation = "The brand of 60-175. Where it is not given the title bears no such brand."


class registered_before_its_model_year(Variable):
    """Whether the same owner registered or leased the vehicle in the year before its model year."""

    value_type = bool
    entity = Vehicle
    definition_period = ETERNITY
    label = "Registered before its model year"
    section = "252 NAC 2-006.01"
    reference = "https://www.law.cornell.edu/regulations/nebraska/title-252"
    documentation = (
        "A vehicle newer than the current model year pays the whole tax in its first period and 95"
        " percent in its second. Where it is not given the vehicle was new in its model year, or"
        " had another owner."
    )


class is_assembled(Variable):
    """Whether a cabin trailer, recreational vehicle or bus was assembled, not manufactured."""

    value_type = bool
    entity = Vehicle
    definition_period = ETERNITY
    label = "Assembled"
    section = "252 NAC 2-002.01; 252 NAC 2-006.03"
    reference = "https://www.law.cornell.edu/regulations/nebraska/title-252"
    documentation = (
        "Also where it was specially constructed; its model year is the year of assembly."
        " Assembled automobiles and motorcycles are kinds of their own. Where it is not given the"
        " vehicle was manufactured."
    )


class age_category(Variable):
    """Which year of age the schedule of the motor vehicle tax takes the vehicle to be in."""

    value_type = int
    entity = Vehicle
    definition_period = MONTH
    label = "Age category"
    unit = "years"
    section = "NRS 60-3,187(2); 252 NAC 2-006.03"
    reference = "https://www.law.cornell.edu/regulations/nebraska/title-252"
    documentation = (
        "Assembled cabin trailers, recreational vehicles and buses are in their sixth year when"
        " they are first registered; that they go on from there year by year is a choice. The"
        " motor vehicle fee knows no such rule."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        kind = vehicle("vehicle_type", period)
        ahead = vehicle("is_assembled", period) & (
            (kind == VehicleType.cabin_trailer)
            | (kind == VehicleType.recreational_vehicle)
            | (kind == VehicleType.bus)
        )
        first = parameters(period).motor_vehicle_tax.first_year_of_assembled
        return vehicle("year_of_age", period) + where(ahead, first - 1, 0)


class TaxExemption(Enum):
    """Grounds of exemption from motor vehicle tax and motor vehicle fee: 60-3,185."""

    none = "None"
    exempt_from_registration_fee = "A vehicle exempt from the registration fee under 60-3,160"
    disabled_veteran = "The one vehicle of a disabled or blind veteran"
    tribal_member = "A vehicle of a member of an Indian tribe"
    servicemember = "A vehicle of a servicemember, or spouse, resident of another state"
    government = "A vehicle of the state or a governmental subdivision"
    qualified_organisation = "A vehicle of a qualified organisation, used exclusively by it"
    apportioned = "A truck, trailer or combination registered under 60-3,198"


class tax_exemption(Variable):
    """On which ground the vehicle is exempt from motor vehicle tax."""

    value_type = Enum
    possible_values = TaxExemption
    default_value = TaxExemption.none
    entity = Vehicle
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Ground of exemption"
    section = "NRS 60-3,185"
    reference = EXEMPTIONS
    documentation = (
        "A veteran has one vehicle exempt, on application (Form 453), an organisation on"
        " yearly application (Form 457). The spouse of a servicemember was added by LB 909"
        " (2018). Where it is not given the vehicle is not exempt."
    )


class exempt_from_motor_vehicle_tax(Variable):
    """Whether the vehicle is exempt from motor vehicle tax and motor vehicle fee."""

    value_type = bool
    entity = Vehicle
    definition_period = MONTH
    label = "Exempt from motor vehicle tax"
    section = "NRS 60-3,185; NRS 60-3,190(1)"
    reference = EXEMPTIONS
    documentation = (
        "Registration fee, fund fees, plates, wheel tax and sales tax stay due (350 NAC 40-010.01)."
    )

    def formula(vehicle: Population, period: Period) -> Array:
        return vehicle("tax_exemption", period) != TaxExemption.none


class base_tax(Variable):
    """Base tax of a vehicle, before its age is taken into account: 60-3,187(3)."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Base tax"
    unit = "USD"
    section = "NRS 60-3,187(3); 252 NAC 2-005"
    reference = STATUTES
    documentation = (
        "By the value when new, whatever was paid and whatever a conversion added; by weight for"
        " recreational vehicles and cabin trailers, by the manufacturer's rating for trucks over"
        " seven tons."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        tax = parameters(period).motor_vehicle_tax
        base = tax.base_tax
        kind = vehicle("vehicle_type", period)
        weight = vehicle("gross_weight", period)
        rating = vehicle("weight_rating", period)
        return select(
            [
                kind == VehicleType.assembled_automobile,
                kind == VehicleType.assembled_motorcycle,
                kind == VehicleType.low_speed_vehicle,
                kind == VehicleType.minitruck,
                kind == VehicleType.truck_over_seven_tons,
                kind == VehicleType.bus,
                kind == VehicleType.recreational_vehicle,
                kind == VehicleType.cabin_trailer,
                kind == VehicleType.trailer,
                kind == VehicleType.semitrailer,
            ],
            [
                base.assembled_automobile,
                base.assembled_motorcycle,
                base.low_speed_vehicle,
                base.minitruck,
                base.truck_over_seven_tons.calc(rating / POUNDS_OF_A_TON),
                base.bus,
                base.recreational_vehicle.calc(weight),
                base.cabin_trailer.calc(weight),
                base.trailer,
                base.semitrailer,
            ],
            tax.value_when_new.calc(vehicle("value_when_new", period)),
        )


class motor_vehicle_tax(Variable):
    """Motor vehicle tax of a vehicle in the month of its registration: 60-3,187."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Motor vehicle tax"
    unit = "USD"
    section = "NRS 60-3,187"
    reference = STATUTES
    documentation = (
        "Rounded to the cent, once: no source gives a rule, and every official example is in whole"
        " dollars."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        tax = parameters(period).motor_vehicle_tax
        age = vehicle("age_category", period)
        second_period = vehicle("registered_before_its_model_year", period) & (
            vehicle("model_year", period) == vehicle("year_of_registration", period)
        )
        fraction = where(second_period, tax.newer_model_second_period, tax.age_fraction.calc(age))
        reduction = where(vehicle("previous_salvage", period), tax.previous_salvage_reduction, 0.0)
        due = vehicle("is_registered_in_month", period) & not_(
            vehicle("exempt_from_motor_vehicle_tax", period)
        )
        amount = vehicle("base_tax", period) * fraction * (1 - reduction)
        return where(due, round_to_cents(amount), 0.0)
