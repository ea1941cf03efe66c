"""When benefits are paid: the 8th, or the working day before it."""

from policy.model_api import (
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Variable,
    add_days,
    date,
    first_day,
    working_day_on_or_before,
)

from .entities import Family


class payment_date(Variable):
    """The day of the month on which family benefits are paid."""

    value_type = date
    entity = Family
    definition_period = MONTH
    label = "Payment date"
    label_et = "Maksepäev"
    unit = "date"
    section = "PHS § 28(5), § 46(6)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Family allowances are paid for the same month, parental benefit and maintenance support"
        " for the month before."
    )

    def formula(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).payment
        day = add_days(first_day(period), rules.day - 1)
        return working_day_on_or_before(day, rules.public_holidays)
