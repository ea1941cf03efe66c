"""What an owner pays at registration: all charges of a vehicle, and of all vehicles."""

from policy.model_api import MONTH, Array, Group, Period, Population, Variable, round_to_cents

from .entities import Owner, Vehicle
from .vehicles import STATUTES


class registration_charges(Variable):
    """All that is due for a vehicle when it is registered."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Charges at registration"
    unit = "USD"
    section = "252 NAC 2-004.03; NRS 60-3,190(5)"
    reference = STATUTES
    documentation = (
        "Tax, fees, plates, wheel tax and fine are paid to the county treasurer together."
    )

    def formula(vehicle: Population, period: Period) -> Array:
        return round_to_cents(
            vehicle("motor_vehicle_tax", period)
            + vehicle("motor_vehicle_fee", period)
            + vehicle("registration_fee", period)
            + vehicle("fund_fees", period)
            + vehicle("plate_fee", period)
            + vehicle("single_plate_fee", period)
            + vehicle("special_plate_fee", period)
            + vehicle("alternative_fuel_fee", period)
            + vehicle("message_plate_transfer_fee", period)
            + vehicle("wheel_tax", period)
            + vehicle("late_registration_fine", period)
        )


class registration_bill(Variable):
    """What the owner pays for all vehicles registered in the month."""

    value_type = float
    entity = Owner
    definition_period = MONTH
    label = "Registration bill"
    unit = "USD"
    section = "252 NAC 2-004.03; NRS 60-3,190(5)"
    reference = STATUTES

    def formula(owner: Group, period: Period) -> Array:
        return round_to_cents(owner.sum(owner.members("registration_charges", period)))


class title_charges(Variable):
    """All that is due for the purchase and title of a vehicle."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Charges at title"
    unit = "USD"
    section = "NRS 60-154; 316 NAC 1-020"
    reference = STATUTES

    def formula(vehicle: Population, period: Period) -> Array:
        return round_to_cents(
            vehicle("title_fees", period)
            + vehicle("state_sales_tax", period)
            + vehicle("local_sales_tax", period)
            + vehicle("tire_fee", period)
            + vehicle("sales_tax_penalty", period)
            + vehicle("sales_tax_interest", period)
        )


class title_bill(Variable):
    """What the owner pays for purchases and titles of the month."""

    value_type = float
    entity = Owner
    definition_period = MONTH
    label = "Title bill"
    unit = "USD"
    section = "NRS 60-154; 316 NAC 1-020"
    reference = STATUTES

    def formula(owner: Group, period: Period) -> Array:
        return round_to_cents(owner.sum(owner.members("title_charges", period)))


class bill(Variable):
    """All that the owner pays in the month: titles and registrations."""

    value_type = float
    entity = Owner
    definition_period = MONTH
    label = "Bill"
    unit = "USD"
    section = "252 NAC 2-004.03; NRS 60-154"
    reference = STATUTES

    def formula(owner: Group, period: Period) -> Array:
        return round_to_cents(owner("title_bill", period) + owner("registration_bill", period))
