"""Pay for child leave (lapsepuhkus): Employment Contracts Act (TLS) §§ 63–63¹."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_months,
    days_between,
    days_in,
    first_day,
    max_,
    min_,
    round_to_cents,
    where,
)

from .entities import Person
from .parental_benefit.amount import (
    ANY_DAY,
    last_month_of,
    months_counted,
    up_to_ceiling_of_period,
)


class social_tax_for_child_leave(Variable):
    """Social tax recorded in the twelve months that count for child leave."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Social tax in the reference period of child leave"
    label_et = "Lapsepuhkuse arvestusperioodi sotsiaalmaks"
    unit = "EUR"
    section = "TLS § 63(5)"
    reference = "https://www.riigiteataja.ee/akt/13198023"
    documentation = (
        "The total of the 15 months before the month in which the leave begins less the last"
        " three. Where it is not given no social tax was recorded in the reference period of child"
        " leave."
    )


class sick_days_for_child_leave(Variable):
    """Days on a certificate of incapacity for work in the months that count for child leave."""

    value_type = int
    entity = Person
    definition_period = ETERNITY
    label = "Sick days in the reference period of child leave"
    label_et = "Töövõimetuslehe päevad lapsepuhkuse arvestusperioodil"
    unit = "days"
    section = "TLS § 63(8), PHS § 39(6)"
    reference = "https://www.riigiteataja.ee/akt/13198023"
    documentation = (
        "Where it is not given there were no sick days in the reference period of child leave."
    )


class child_leave_days(Variable):
    """Calendar days of child leave that the parent takes in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of child leave taken"
    label_et = "Võetud lapsepuhkuse päevad"
    unit = "days"
    section = "TLS § 63(1)"
    reference = "https://www.riigiteataja.ee/akt/13198023"
    documentation = "Where it is not given no days of child leave are taken."


class child_leave_days_for_disabled_child(Variable):
    """Working days of leave for a disabled child that the parent takes in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of leave for a disabled child taken"
    label_et = "Võetud puudega lapse vanema lapsepuhkuse päevad"
    unit = "days"
    section = "TLS § 63¹"
    reference = "https://www.riigiteataja.ee/akt/13198023"
    documentation = (
        "One working day a month to the child's 18th birthday. Where it is not given no days of"
        " leave for a disabled child are taken."
    )


class child_leave_monthly_income(Variable):
    """Average monthly income for child leave, at most the ceiling of parental benefit."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Average monthly income for child leave"
    label_et = "Lapsepuhkuse hüvitise aluseks olev tulu kuus"
    unit = "EUR/month"
    section = "TLS § 63(5), (8), PHS § 39(4), (6)"
    reference = "https://www.riigiteataja.ee/akt/13198023"
    documentation = (
        "The months are those of adoptive benefit, as if the leave began in the month asked for;"
        " sick days are taken off them."
    )

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(ANY_DAY).parental_benefit
        start = add_months(first_day(period), -rules.reference_period.months_before_adoption)
        days = days_between(start, last_month_of(start, rules.reference_period))
        months = months_counted(days, person("sick_days_for_child_leave", period), rules)
        tax = person("social_tax_for_child_leave", period)
        average = round_to_cents(tax / rules.social_tax_rate / months)
        return up_to_ceiling_of_period(parameters, period, average)


def least_daily_pay(parameters: ParametersAt, period: Period) -> Array:
    """Return the least pay of a day: the minimum wage by the working days of an average month."""
    rules = parameters(period).child_leave
    working_days_a_month = rules.working_days / rules.months_of_year
    return round_to_cents(parameters(period).minimum_wage.monthly / working_days_a_month)


class child_leave_daily_pay(Variable):
    """Pay for one calendar day of child leave."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Pay for a day of child leave"
    label_et = "Lapsepuhkuse ühe kalendripäeva hüvitis"
    unit = "EUR/day"
    section = "TLS § 63(4)-(5)"
    reference = "https://www.riigiteataja.ee/akt/13198023"
    documentation = (
        "Half of the daily parental benefit, at least the minimum wage by working days. Pay is"
        " not computed anew for leave repeated in the same calendar year; the amount here is that"
        " of the month."
    )

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period)
        daily = round_to_cents(
            person("child_leave_monthly_income", period) / rules.parental_benefit.days_of_month
        )
        half = round_to_cents(daily * rules.child_leave.share_of_benefit)
        return max_(half, least_daily_pay(parameters, period))


class child_leave_daily_pay_for_disabled_child(Variable):
    """Pay for one working day of leave for a disabled child."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Pay for a day of leave for a disabled child"
    label_et = "Puudega lapse vanema lapsepuhkuse ühe tööpäeva hüvitis"
    unit = "EUR/day"
    section = "TLS § 63¹"
    reference = "https://www.riigiteataja.ee/akt/13198023"

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).child_leave
        working_days_a_month = rules.working_days / rules.months_of_year
        daily = round_to_cents(person("child_leave_monthly_income", period) / working_days_a_month)
        return max_(daily, least_daily_pay(parameters, period))


def days_without_parental_benefit(person: Population, period: Period) -> Array:
    """Return the days of the month for which a parent is not paid parental benefit: TLS § 63(7)."""
    paid = (
        person("mothers_days_paid", period)
        + person("fathers_days_paid", period)
        + person("shared_days_paid", period)
        + person("adoptive_days_paid", period)
    )
    return max_(days_in(period) - paid, 0)


class child_leave_days_paid(Variable):
    """Calendar days of child leave that are paid in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of child leave paid"
    label_et = "Hüvitatavad lapsepuhkuse päevad"
    unit = "days"
    section = "TLS § 63(1), (7)"
    reference = "https://www.riigiteataja.ee/akt/13198023"
    documentation = (
        "At most 30 calendar days in a calendar year, and none for which the parent is paid"
        " parental benefit."
    )

    def formula_2022_04(person: Population, period: Period, parameters: ParametersAt) -> Array:
        most = parameters(period).child_leave.days_a_year
        earlier = 0
        for months in range(1, period.start.month):
            earlier = earlier + person("child_leave_days", period.offset(-months, "month"))
        left = min_(max_(most - earlier, 0), days_without_parental_benefit(person, period))
        return min_(person("child_leave_days", period), left)


class child_leave_days_for_disabled_child_paid(Variable):
    """Working days of leave for a disabled child that are paid in the month."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of leave for a disabled child paid"
    label_et = "Hüvitatavad puudega lapse vanema lapsepuhkuse päevad"
    unit = "days"
    section = "TLS § 63¹(1), (7)"
    reference = "https://www.riigiteataja.ee/akt/13198023"
    documentation = "One day, on which the parent is not paid parental benefit."

    def formula_2022_04(person: Population, period: Period) -> Array:
        left = min_(1, days_without_parental_benefit(person, period))
        return min_(person("child_leave_days_for_disabled_child", period), left)


class child_leave_pay(Variable):
    """Pay for the child leave of a month."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Pay for child leave"
    label_et = "Lapsepuhkuse hüvitis"
    unit = "EUR"
    section = "TLS § 63, § 63¹"
    reference = "https://www.riigiteataja.ee/akt/13198023"

    def formula_2022_04(person: Population, period: Period) -> Array:
        days = person("child_leave_days_paid", period)
        days_for_disabled = person("child_leave_days_for_disabled_child_paid", period)
        daily = person("child_leave_daily_pay", period)
        daily_for_disabled = person("child_leave_daily_pay_for_disabled_child", period)
        return where(days > 0, round_to_cents(daily * days), 0.0) + where(
            days_for_disabled > 0, round_to_cents(daily_for_disabled * days_for_disabled), 0.0
        )
