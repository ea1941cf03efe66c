"""Alternative fuel fee: Neb. Rev. Stat. (NRS) 60-3,191."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Enum,
    ParametersAt,
    Period,
    Population,
    Variable,
    where,
)

from .entities import Vehicle
from .vehicles import STATUTES


class Fuel(Enum):
    """What a vehicle runs on, as far as the fee asks."""

    taxed = "Fuel that bears a motor fuel tax, also natural gas and propane"
    electric = "Electricity or another energy that bears no motor fuel tax"
    plug_in_hybrid = "Plug-in hybrid"


class fuel(Variable):
    """What the vehicle runs on."""

    value_type = Enum
    possible_values = Fuel
    default_value = Fuel.taxed
    entity = Vehicle
    definition_period = ETERNITY
    label = "Fuel"
    section = "NRS 60-306; NRS 60-3,191"
    reference = STATUTES
    documentation = "Where it is not given the vehicle runs on fuel that bears a motor fuel tax."


class alternative_fuel_fee(Variable):
    """Alternative fuel fee of a vehicle in the month of its registration: 60-3,191."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Alternative fuel fee"
    unit = "USD"
    section = "NRS 60-3,191"
    reference = STATUTES
    documentation = "Plug-in hybrids pay a fee of their own from 2025 on, and none before."

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        electric = vehicle("fuel", period) == Fuel.electric
        due = vehicle("is_registered_in_month", period)
        return where(due & electric, parameters(period).alternative_fuel_fee.electric, 0.0)

    def formula_2025_01(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        fee = parameters(period).alternative_fuel_fee
        runs_on = vehicle("fuel", period)
        amount = where(runs_on == Fuel.electric, fee.electric, 0.0)
        amount = where(runs_on == Fuel.plug_in_hybrid, fee.plug_in_hybrid, amount)
        return where(vehicle("is_registered_in_month", period), amount, 0.0)
