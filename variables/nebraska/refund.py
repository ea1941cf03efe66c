"""Refunds and credits for months left: Neb. Rev. Stat. (NRS) 60-395, 60-396; 252 NAC 2-010."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Enum,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_days,
    date,
    first_day,
    last_day,
    max_,
    min_,
    month_number,
    round_to_cents,
    where,
)

from .entities import Vehicle
from .rules import MONTHS_OF_A_PERIOD
from .vehicles import STATUTES


class RegistrationEvent(Enum):
    """What ends the use of a registration before its period does."""

    none = "Nothing"
    transfer = "Transfer of ownership"
    loss = "Loss by fire, natural disaster, theft, dismantling or junking"
    salvage = "A title branded as salvage"
    illegal = "Its type declared illegal or ineligible"
    lease_ended = "Trade-in or surrender under a lease"
    moved_away = "Change of situs out of the state"
    disabled = "Disabled and removed from service"


class registration_event(Variable):
    """What ended the use of the registration."""

    value_type = Enum
    possible_values = RegistrationEvent
    default_value = RegistrationEvent.none
    entity = Vehicle
    definition_period = ETERNITY
    label = "Event"
    section = "NRS 60-395; NRS 60-396"
    reference = STATUTES
    documentation = (
        "Natural disasters were added to 60-395(1)(b) by LB 944 (2020), on a day that was not read."
        " Where it is not given nothing ended it."
    )


class registration_event_date(Variable):
    """The day of the event: transfer, loss, registration elsewhere, end of the lease."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Vehicle
    definition_period = ETERNITY
    label = "Day of the event"
    unit = "date"
    section = "252 NAC 2-010.02"
    reference = STATUTES
    documentation = (
        "Of a lost vehicle the day of the loss; of one registered in another state the day of that;"
        " of a lease the day of surrender; of an act the day it takes effect; of a decision its"
        " own; of a salvaged vehicle the day on which it was damaged and out of service. Where it"
        " is not given there was no event."
    )


class refund_claimed_on(Variable):
    """The day on which the refund or credit is claimed."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Vehicle
    definition_period = ETERNITY
    label = "Refund claimed on"
    unit = "date"
    section = "NRS 60-395; NRS 60-396"
    reference = STATUTES
    documentation = "Where it is not given no refund is claimed."


class yearly_charges_paid(Variable):
    """Motor vehicle tax, motor vehicle fee and registration fee paid for the running period."""

    value_type = float
    entity = Vehicle
    definition_period = ETERNITY
    label = "Tax and fees paid"
    unit = "USD"
    section = "NRS 60-395"
    reference = STATUTES
    documentation = "Where it is not given nothing was paid."


class alternative_fuel_fee_paid(Variable):
    """Alternative fuel fee paid for the running period."""

    value_type = float
    entity = Vehicle
    definition_period = ETERNITY
    label = "Alternative fuel fee paid"
    unit = "USD"
    section = "NRS 60-395(1)(d)"
    reference = STATUTES
    documentation = "Where it is not given no alternative fuel fee was paid."


class unexpired_months(Variable):
    """Full months left of the registration period after the month of the event."""

    value_type = int
    entity = Vehicle
    definition_period = MONTH
    label = "Unexpired months"
    unit = "months"
    section = "NRS 60-392; NRS 60-395(2)"
    reference = STATUTES
    documentation = (
        "The month of the event does not count, so that nothing is refunded for it, also not"
        " when the vehicle was acquired in it, and nothing when it is sold in the last month."
        " What was renewed early and ends before its period begins is left whole. None where the"
        " event was before the registration."
    )

    def formula(vehicle: Population, period: Period) -> Array:
        day = vehicle("registration_event_date", period)
        begins = month_number(vehicle("registration_period_begins", period))
        passed = month_number(day) - begins + 1
        left = min_(max_(MONTHS_OF_A_PERIOD - passed, 0), MONTHS_OF_A_PERIOD)
        return where(day >= vehicle("registration_date", period), left, 0)


class refund(Variable):
    """Refund or credit for the unexpired months, in the month in which it is claimed."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Refund or credit"
    unit = "USD"
    section = "NRS 60-395; NRS 60-396; 252 NAC 2-010"
    reference = STATUTES
    documentation = (
        "A refund for the events of 60-395, or a credit on another vehicle acquired at the"
        " same time; for a disabled vehicle a credit that can be used within a year (60-396),"
        " for which no days are set. Plates, the fees for funds, wheel tax and the single-"
        " plate fee are not refunded."
    )

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        law = parameters(period).refund
        event = vehicle("registration_event", period)
        day = vehicle("registration_event_date", period)
        claimed = vehicle("refund_claimed_on", period)
        in_time = (claimed >= day) & (
            (claimed <= add_days(day, law.days_to_claim)) | (event == RegistrationEvent.disabled)
        )
        in_month = (claimed >= first_day(period)) & (claimed <= last_day(period))
        fuel = where(
            event == RegistrationEvent.illegal, vehicle("alternative_fuel_fee_paid", period), 0.0
        )
        paid = vehicle("yearly_charges_paid", period) + fuel
        share = vehicle("unexpired_months", period) / MONTHS_OF_A_PERIOD
        amount = round_to_cents(paid * share)
        due = (event != RegistrationEvent.none) & in_month & in_time & (amount >= law.least)
        return where(due, amount, 0.0)
