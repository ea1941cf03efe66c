"""Where motor vehicle tax and fee go: Neb. Rev. Stat. (NRS) 60-3,186, 60-3,190."""

from policy.model_api import (
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    round_to_cents,
    select,
    set_input_dispatch_by_period,
    where,
)

from .cities import City
from .entities import Owner, Vehicle

DISTRIBUTION = "https://dmv.nebraska.gov/dvr/reg/registration-fees-and-taxes"


class is_outside_city(Variable):
    """Whether the owner lives outside every city and village."""

    value_type = bool
    entity = Owner
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Outside cities and villages"
    section = "NRS 60-3,186"
    reference = DISTRIBUTION
    documentation = "Where it is not given the owner lives in a city or village."


class is_in_metropolitan_county(Variable):
    """Whether the owner lives in a county that has a city of the metropolitan class."""

    value_type = bool
    entity = Owner
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "In a county with a metropolitan city"
    section = "NRS 60-3,186"
    reference = DISTRIBUTION
    documentation = (
        "That is Douglas County with Omaha. Where it is not given the city says it: Omaha is"
        " in one, other places are not."
    )


class motor_vehicle_tax_to_treasurer(Variable):
    """Motor vehicle tax that the county treasurer keeps."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Motor vehicle tax, county treasurer"
    unit = "USD"
    section = "NRS 60-3,186"
    reference = DISTRIBUTION

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).distribution.motor_vehicle_tax
        return round_to_cents(vehicle("motor_vehicle_tax", period) * law.treasurer)


class motor_vehicle_tax_to_system_fund(Variable):
    """Motor vehicle tax for the fund of the title and registration system."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Motor vehicle tax, system fund"
    unit = "USD"
    section = "NRS 60-3,186"
    reference = DISTRIBUTION

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).distribution.motor_vehicle_tax
        return round_to_cents(vehicle("motor_vehicle_tax", period) * law.system_fund)


class motor_vehicle_tax_shared(Variable):
    """Motor vehicle tax that county, schools and city share."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Motor vehicle tax, shared"
    unit = "USD"
    section = "NRS 60-3,186"
    reference = DISTRIBUTION

    def formula(vehicle: Population, period: Period) -> Array:
        return round_to_cents(
            vehicle("motor_vehicle_tax", period)
            - vehicle("motor_vehicle_tax_to_treasurer", period)
            - vehicle("motor_vehicle_tax_to_system_fund", period)
        )


class motor_vehicle_tax_to_county(Variable):
    """Motor vehicle tax for the county."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Motor vehicle tax, county"
    unit = "USD"
    section = "NRS 60-3,186"
    reference = DISTRIBUTION

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).distribution.motor_vehicle_tax
        metropolitan = vehicle.owner("has_metropolitan_shares", period)
        outside = vehicle.owner("is_outside_city", period)
        part = select(
            [outside, metropolitan],
            [law.county_without_city, law.county_with_metropolitan_city],
            law.county,
        )
        return round_to_cents(vehicle("motor_vehicle_tax_shared", period) * part)


class has_metropolitan_shares(Variable):
    """Whether the shares of a county with a city of the metropolitan class apply."""

    value_type = bool
    entity = Owner
    definition_period = MONTH
    label = "Metropolitan shares"
    section = "NRS 60-3,186"
    reference = DISTRIBUTION

    def formula(owner: Group, period: Period) -> Array:
        return owner("is_in_metropolitan_county", period) | (owner("city", period) == City.omaha)


class motor_vehicle_tax_to_city(Variable):
    """Motor vehicle tax for the city or village."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Motor vehicle tax, city"
    unit = "USD"
    section = "NRS 60-3,186"
    reference = DISTRIBUTION

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).distribution.motor_vehicle_tax
        metropolitan = vehicle.owner("has_metropolitan_shares", period)
        part = where(metropolitan, law.metropolitan_city, law.city)
        share = round_to_cents(vehicle("motor_vehicle_tax_shared", period) * part)
        return where(vehicle.owner("is_outside_city", period), 0.0, share)


class motor_vehicle_tax_to_schools(Variable):
    """Motor vehicle tax for schools: what county and city leave."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Motor vehicle tax, schools"
    unit = "USD"
    section = "NRS 60-3,186"
    reference = DISTRIBUTION
    documentation = "60 percent, with what rounding leaves, so that the parts add up to the tax."

    def formula(vehicle: Population, period: Period) -> Array:
        return round_to_cents(
            vehicle("motor_vehicle_tax_shared", period)
            - vehicle("motor_vehicle_tax_to_county", period)
            - vehicle("motor_vehicle_tax_to_city", period)
        )


class motor_vehicle_fee_to_treasurer(Variable):
    """Motor vehicle fee that the county treasurer keeps."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Motor vehicle fee, county treasurer"
    unit = "USD"
    section = "NRS 60-3,190"
    reference = DISTRIBUTION

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).distribution.motor_vehicle_fee
        return round_to_cents(vehicle("motor_vehicle_fee", period) * law.treasurer)


class motor_vehicle_fee_to_counties(Variable):
    """Motor vehicle fee for counties."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Motor vehicle fee, counties"
    unit = "USD"
    section = "NRS 60-3,190"
    reference = DISTRIBUTION

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).distribution.motor_vehicle_fee
        rest = vehicle("motor_vehicle_fee", period) - vehicle(
            "motor_vehicle_fee_to_treasurer", period
        )
        return round_to_cents(rest * law.counties)


class motor_vehicle_fee_to_municipalities(Variable):
    """Motor vehicle fee for municipalities: what counties leave."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Motor vehicle fee, municipalities"
    unit = "USD"
    section = "NRS 60-3,190"
    reference = DISTRIBUTION

    def formula(vehicle: Population, period: Period) -> Array:
        return round_to_cents(
            vehicle("motor_vehicle_fee", period)
            - vehicle("motor_vehicle_fee_to_treasurer", period)
            - vehicle("motor_vehicle_fee_to_counties", period)
        )
