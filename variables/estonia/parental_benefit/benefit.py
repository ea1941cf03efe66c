"""Parental benefit of a month: days times amount, less the reduction for earnings (§§ 44, 46)."""

from policy.model_api import (
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    days_in,
    max_,
    min_,
    round_to_cents,
    where,
)

from ..entities import Family, Person
from .amount import up_to_ceiling_of_period


class mothers_benefit(Variable):
    """Mother's benefit (ema vanemahüvitis) for the days of a month: § 35."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2022-04-01": "2018-10-17"}
    label = "Mother's parental benefit"
    label_et = "Ema vanemahüvitis"
    unit = "EUR"
    section = "PHS § 35"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula_2022_04(person: Population, period: Period) -> Array:
        days = person("mothers_days_paid", period)
        daily = person("mothers_benefit_daily_amount", period)
        return where(days > 0, round_to_cents(daily * days), 0.0)


class fathers_benefit(Variable):
    """Father's benefit (isa vanemahüvitis) for the days of a month: § 36."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2020-07-01": "2017-12-06"}
    label = "Father's parental benefit"
    label_et = "Isa vanemahüvitis"
    unit = "EUR"
    section = "PHS § 36"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula_2020_07(person: Population, period: Period) -> Array:
        days = person("fathers_days_paid", period)
        daily = person("parental_benefit_daily_amount", period)
        return where(days > 0, round_to_cents(daily * days), 0.0)


class shared_benefit_before_reduction(Variable):
    """Shared and adoptive benefit for the days of a month, before any reduction for earnings."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2022-04-01": "2018-10-17"}
    label = "Shared and adoptive benefit before reduction"
    label_et = "Jagatav ja lapsendaja vanemahüvitis enne vähendamist"
    unit = "EUR"
    section = "PHS § 7(2), § 37, § 38"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "From April 2022 by calendar days; before that a whole month gave the monthly amount"
        " whatever its length, and part of a month its days' share (§ 7(2))."
    )

    def formula(person: Population, period: Period) -> Array:
        days = person("shared_days_paid", period)
        monthly = person("parental_benefit_monthly_base", period)
        return where(days > 0, round_to_cents(monthly * days / days_in(period)), 0.0)

    def formula_2022_04(person: Population, period: Period) -> Array:
        days = person("shared_days_paid", period)
        daily = person("parental_benefit_daily_amount", period)
        shared = where(days > 0, round_to_cents(daily * days), 0.0)
        adoptive_days = person("adoptive_days_paid", period)
        adoptive_daily = person("adoptive_benefit_daily_amount", period)
        adoptive = where(adoptive_days > 0, round_to_cents(adoptive_daily * adoptive_days), 0.0)
        return shared + adoptive


class shared_benefit(Variable):
    """Shared and adoptive benefit of a month after the reduction for earnings: § 44."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2018-03-01": "2017-12-06", "2026-01-01": "2024-11-20"}
    label = "Shared and adoptive parental benefit"
    label_et = "Jagatav ja lapsendaja vanemahüvitis"
    unit = "EUR"
    section = "PHS § 37, § 38, § 44 (repealed)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "To February 2018 half of what was earned above the rate was taken off, but half the"
        " benefit and the rate were always paid. From March 2018 half of what was earned above"
        " half the ceiling of the year, never below the rate. From 2026 earnings take off nothing."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).parental_benefit
        full = person("shared_benefit_before_reduction", period)
        above = max_(person("earnings", period) - rules.rate, 0.0)
        reduced = full - above * rules.earnings.reduction
        guaranteed = max_(full * rules.earnings.guaranteed_share, rules.rate)
        return round_to_cents(min_(full, max_(reduced, guaranteed)))

    def formula_2018_03(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).parental_benefit
        full = person("shared_benefit_before_reduction", period)
        share = rules.earnings.share_of_ceiling
        earned = person("earnings", period)
        free = share * up_to_ceiling_of_period(parameters, period, earned / share)
        reduced = max_(full - (earned - free) * rules.earnings.reduction, rules.rate)
        return where(full > 0, round_to_cents(min_(full, reduced)), 0.0)

    def formula_2026(person: Population, period: Period) -> Array:
        return person("shared_benefit_before_reduction", period)


class parental_benefit_of_parent(Variable):
    """Parental benefit of one parent for a month."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Parental benefit of the parent"
    label_et = "Vanema vanemahüvitis"
    unit = "EUR"
    section = "PHS § 32"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Before income tax."

    def formula(person: Population, period: Period) -> Array:
        own = person("mothers_benefit", period) + person("fathers_benefit", period)
        benefit = own + person("shared_benefit", period)
        return where(person.has_role(Family.PARENT), benefit, 0.0)


class parental_benefit(Variable):
    """Parental benefit (vanemahüvitis) of a family for a month: §§ 32–46."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Parental benefit"
    label_et = "Vanemahüvitis"
    unit = "EUR"
    section = "PHS § 32"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        return family.sum(family.members("parental_benefit_of_parent", period))


class parental_benefit_paid(Variable):
    """Parental benefit paid to a family in a month: that of the month before (§ 46(6))."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Parental benefit paid in the month"
    label_et = "Kuus makstav vanemahüvitis"
    unit = "EUR"
    section = "PHS § 46(6)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "The book's law begins in January 2017, so what was paid in that month is not in it. Days"
        " of the father before the birth are paid within 30 working days of it (§ 46(4)); here"
        " they are paid in the month after they were taken."
    )

    def formula_2017_02(family: Group, period: Period) -> Array:
        return family("parental_benefit", period.last_month)
