"""Registration periods, their due dates, and the alignment of several: NRS 60-392, 60-393."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_days,
    add_months,
    date,
    first_of_month,
    month_number,
    round_to_cents,
    where,
)

from .entities import Owner, Vehicle
from .rules import MONTHS_OF_A_PERIOD
from .vehicles import STATUTES


class registration_expires(Variable):
    """The day on which the registration expires and its renewal is due."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Vehicle
    definition_period = MONTH
    label = "Registration expires"
    unit = "date"
    section = "NRS 60-392"
    reference = STATUTES
    documentation = (
        "The first day of the month one year from the month of issuance; of an early renewal one"
        " year from the day on which the registration before it expires."
    )

    def formula(vehicle: Population, period: Period) -> Array:
        begins = first_of_month(vehicle("registration_period_begins", period))
        return add_months(begins, MONTHS_OF_A_PERIOD)


class renewal_is_delinquent_from(Variable):
    """The day from which a registration that was not renewed is delinquent."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Vehicle
    definition_period = MONTH
    label = "Renewal delinquent from"
    unit = "date"
    section = "NRS 60-392"
    reference = STATUTES

    def formula(vehicle: Population, period: Period) -> Array:
        return add_months(vehicle("registration_expires", period), 1)


class renewal_possible_from(Variable):
    """The first day on which the registration can be renewed."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Vehicle
    definition_period = MONTH
    label = "Renewal possible from"
    unit = "date"
    section = "NRS 60-392"
    reference = STATUTES

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        days = parameters(period).registration_period.days_to_renew_early
        return add_days(vehicle("registration_expires", period), -days)


class aligned_expiry_date(Variable):
    """The day on which the registrations of all vehicles of the owner shall expire."""

    value_type = date
    default_value = date(1900, 1, 1)
    entity = Owner
    definition_period = ETERNITY
    label = "All expire on"
    unit = "date"
    section = "NRS 60-393"
    reference = STATUTES
    documentation = "Where it is not given the registrations are not aligned."


class months_of_alignment(Variable):
    """Months by which the registration is extended to the common month; negative if it is cut."""

    value_type = int
    entity = Vehicle
    definition_period = MONTH
    label = "Months of alignment"
    unit = "1"
    section = "NRS 60-393"
    reference = STATUTES

    documentation = "Only an owner of two or more vehicles may align them."

    def formula(vehicle: Population, period: Period, parameters: ParametersAt) -> Array:
        common = vehicle.owner("aligned_expiry_date", period)
        expires = vehicle("registration_expires", period)
        several = vehicle.owner.nb_persons() >= parameters(period).registration_period.to_align
        aligned = several & (common >= vehicle("registration_date", period))
        return where(aligned, month_number(common) - month_number(expires), 0)


class alignment_charge(Variable):
    """What the extension to the common month costs, or the credit for months that are cut."""

    value_type = float
    entity = Vehicle
    definition_period = MONTH
    label = "Charge for alignment"
    unit = "USD"
    section = "NRS 60-393"
    reference = STATUTES
    documentation = (
        "Registration fee, motor vehicle tax, motor vehicle fee and alternative fuel fee of"
        " the running period, a twelfth for each month."
    )

    def formula(vehicle: Population, period: Period) -> Array:
        paid = vehicle("yearly_charges_paid", period) + vehicle("alternative_fuel_fee_paid", period)
        return round_to_cents(paid * vehicle("months_of_alignment", period) / MONTHS_OF_A_PERIOD)
