"""When benefits are paid, and what may be set off against what was paid too much."""

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
    round_down_to_cents,
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
        "Family allowances are paid for the same month, parental benefit for the month before."
        " Maintenance support has another day, the 10th by the Ministry of Justice's portal."
    )

    def formula(family: Group, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).payment
        day = add_days(first_day(period), rules.day - 1)
        return working_day_on_or_before(day, rules.public_holidays)


class largest_set_off(Variable):
    """What may be set off in a month against benefits that were paid too much: § 14(2)."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Largest amount set off"
    label_et = "Suurim tasaarveldatav summa"
    unit = "EUR"
    section = "PHS § 14(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "A part of the family allowances and the maintenance support granted for the month"
        " together, in whole cents, never more than the part. What may be set off from parental"
        " benefit is not in it, nor that support in enforcement or bankruptcy that was paid too"
        " much is not set off against such support (§ 56(2)). The text was read as in force from"
        " 2026-10-01; before, the amount is 0."
    )

    def formula_2026_10(family: Group, period: Period, parameters: ParametersAt) -> Array:
        part = parameters(period).payment.largest_set_off
        granted = family("family_allowances", period) + family("maintenance_support", period)
        return round_down_to_cents(part * granted)
