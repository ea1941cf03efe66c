"""The bill: council tax with water and waste water charges."""

from policy.model_api import MONTH, Array, Group, Period, Variable, round_to_cents

from .dwellings import LGFA
from .entities import Household


class council_tax_bill(Variable):
    """What a household pays on its council tax bill for a financial year."""

    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Council tax bill"
    unit = "GBP/year"
    section = "LGFA s. 70"
    reference = LGFA

    def formula(household: Group, period: Period) -> Array:
        return round_to_cents(household("council_tax", period) + household("water_charges", period))
