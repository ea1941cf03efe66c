"""LB 82 (2021): from the 14th year on the tax is never less than a dollar."""

from policy.model_api import MONTH, Array, ParametersAt, Period, Population, Variable, max_, where

from .entities import Vehicle
from .motor_vehicle_tax import motor_vehicle_tax as tax_in_force


class motor_vehicle_tax(Variable):
    """Motor vehicle tax of a vehicle in the month of its registration, as LB 82 would have it."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Motor vehicle tax"
    unit = "USD"
    section = "NRS 60-3,187"
    reference = "https://fastdemocracy.com/bill-summary/?billsummary_state=ne&billsummary_id=NEB00007173&billsummary_session=107"
    documentation = "Who pays no tax because exempt, or not registered in the month, pays none."

    def formula_2022(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).motor_vehicle_tax
        amount = tax_in_force.formula(vehicle, period, parameters)
        old = vehicle("age_category", period) >= rules.old_vehicle_from
        return where(old & (amount > 0), max_(amount, rules.least_of_old_vehicles), amount)
