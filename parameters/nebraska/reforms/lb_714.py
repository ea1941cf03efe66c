"""LB 714 (2025): the base fee of a heavy truck rises with each ton."""

import numpy as np

from policy.model_api import MONTH, Array, ParametersAt, Period, Population, Variable, where

from .entities import Vehicle
from .motor_vehicle_fee import base_motor_vehicle_fee as fee_in_force
from .rules import POUNDS_OF_A_TON
from .vehicles import VehicleType


class base_motor_vehicle_fee(Variable):
    """Base motor vehicle fee, before the vehicle's age is taken into account, under LB 714."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Base motor vehicle fee"
    unit = "USD"
    section = "NRS 60-3,190"
    reference = "https://www.billtrack50.com/billdetail/1797910"

    def formula_2026(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).motor_vehicle_fee
        tons = np.floor(vehicle("gross_weight", period) / POUNDS_OF_A_TON)
        above = tons - rules.tons_without_addition
        heavy = vehicle("vehicle_type", period) == VehicleType.truck_over_seven_tons
        addition = where(heavy, above * rules.addition_for_each_ton, 0.0)
        return fee_in_force.formula(vehicle, period, parameters) + addition
