"""Maintenance support (elatisabi): PHS § 47.

The State pays for a parent who owes maintenance and does not. A child may have two such debtors
(under guardianship); each has the same facts and the same rule.
"""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Enum,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_days,
    add_months,
    as_date,
    date,
    days_in,
    days_of_period,
    first_day,
    first_of_month,
    max_,
    min_,
    not_,
    round_to_cents,
    select,
    set_input_dispatch_by_period,
    where,
)

from .entities import Family, Person
from .rules import day_before_birthday, is_payable, lasts_into, paid_from


class MaintenanceStage(Enum):
    """The proceedings against a debtor in which maintenance support is paid."""

    none = "None"
    court = "Court proceedings (kohtumenetlusaegne elatisabi)"
    enforcement = "Enforcement proceedings (täitemenetlusaegne elatisabi)"
    bankruptcy = "Bankruptcy proceedings (pankrotimenetlusaegne elatisabi)"


class third_person_pays_maintenance(Variable):
    """Whether a third person pays maintenance for the child."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "A third person pays maintenance"
    label_et = "Elatist maksab kolmas isik"
    section = "PHS § 48(2)"
    reference = "https://sotsiaalkindlustusamet.ee/perehuvitised-ja-muud-toetused/elatisabi"
    documentation = (
        "For instance a grandparent under an order. Where it is not given no third person pays"
        " maintenance."
    )


class first_debtor_stage(Variable):
    """The proceedings against the first debtor in the month."""

    value_type = Enum
    possible_values = MaintenanceStage
    default_value = MaintenanceStage.none
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Proceedings against the first debtor"
    label_et = "Menetlus esimese võlgniku vastu"
    section = "PHS § 47"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Facts of the month; where they are not given there are no proceedings against the first"
        " debtor."
    )


class first_debtor_claimed_on(Variable):
    """The day on which support for the first debtor was claimed."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Support for the first debtor claimed on"
    label_et = "Elatisabi taotlemise kuupäev, esimene võlgnik"
    unit = "date"
    section = "PHS § 51, § 52"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Where it is not given no support was claimed for the first debtor's maintenance."
    )


class first_debtor_order_date(Variable):
    """The day of the court's order in the court stage, or on which enforcement began."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Order or enforcement against the first debtor on"
    label_et = "Kohtumääruse või täitemenetluse algus, esimene võlgnik"
    unit = "date"
    section = "PHS § 49(2), § 50(2), § 50¹"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "In the court stage the day of the payment proposal or interim order; in the enforcement"
        " stage the day on which enforcement began; in the bankruptcy stage the day of the"
        " declaration. Where it is not given"
        " there is no order against the first debtor."
    )


class first_debtor_enforcement_suspended_on(Variable):
    """The day on which enforcement was suspended because of a petition for bankruptcy."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Enforcement against the first debtor suspended on"
    label_et = "Täitemenetluse peatamise kuupäev, esimene võlgnik"
    unit = "date"
    section = "PHS § 50¹(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "In the bankruptcy stage. Where it is not given enforcement was not suspended before"
        " bankruptcy was declared."
    )


class first_debtor_ordered(Variable):
    """Maintenance a month that the first debtor is ordered to pay."""

    value_type = float
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Maintenance ordered from the first debtor"
    label_et = "Väljamõistetud elatis kuus, esimene võlgnik"
    unit = "EUR"
    section = "PHS § 50(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Where it is not given the first debtor is not ordered to pay maintenance, and no support"
        " is due."
    )


class first_debtor_paid(Variable):
    """Maintenance that the first debtor paid for the month."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Maintenance paid by the first debtor"
    label_et = "Tasutud elatis, esimene võlgnik"
    unit = "EUR"
    section = "PHS § 50(3), (5)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Received in the calendar month (§ 50(5)). Where it is not given the first debtor paid no"
        " maintenance."
    )


class second_debtor_stage(Variable):
    """The proceedings against the second debtor in the month."""

    value_type = Enum
    possible_values = MaintenanceStage
    default_value = MaintenanceStage.none
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Proceedings against the second debtor"
    label_et = "Menetlus teise võlgniku vastu"
    section = "PHS § 47"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Facts of the month; where they are not given there are no proceedings against the second"
        " debtor."
    )


class second_debtor_claimed_on(Variable):
    """The day on which support for the second debtor was claimed."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Support for the second debtor claimed on"
    label_et = "Elatisabi taotlemise kuupäev, teine võlgnik"
    unit = "date"
    section = "PHS § 51, § 52"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Where it is not given no support was claimed for the second debtor's maintenance."
    )


class second_debtor_order_date(Variable):
    """The day of the court's order in the court stage, or on which enforcement began."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Order or enforcement against the second debtor on"
    label_et = "Kohtumääruse või täitemenetluse algus, teine võlgnik"
    unit = "date"
    section = "PHS § 49(2), § 50(2), § 50¹"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "In the court stage the day of the payment proposal or interim order; in the enforcement"
        " stage the day on which enforcement began; in the bankruptcy stage the day of the"
        " declaration. Where it is not given"
        " there is no order against the second debtor."
    )


class second_debtor_enforcement_suspended_on(Variable):
    """The day on which enforcement was suspended because of a petition for bankruptcy."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Enforcement against the second debtor suspended on"
    label_et = "Täitemenetluse peatamise kuupäev, teine võlgnik"
    unit = "date"
    section = "PHS § 50¹(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "In the bankruptcy stage. Where it is not given enforcement was not suspended before"
        " bankruptcy was declared."
    )


class second_debtor_ordered(Variable):
    """Maintenance a month that the second debtor is ordered to pay."""

    value_type = float
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Maintenance ordered from the second debtor"
    label_et = "Väljamõistetud elatis kuus, teine võlgnik"
    unit = "EUR"
    section = "PHS § 50(4)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Where it is not given the second debtor is not ordered to pay maintenance, and no"
        " support is due."
    )


class second_debtor_paid(Variable):
    """Maintenance that the second debtor paid for the month."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Maintenance paid by the second debtor"
    label_et = "Tasutud elatis, teine võlgnik"
    unit = "EUR"
    section = "PHS § 50(3), (5)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Received in the calendar month (§ 50(5)). Where it is not given the second debtor paid"
        " no maintenance."
    )


class has_right_to_maintenance_support(Variable):
    """Whether the child is of an age, or in studies, for which maintenance support is paid."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Of age for maintenance support"
    label_et = "Elatisabi eas"
    section = "PHS § 48"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "A minor, or in studies up to 21; no support while a third person pays."

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).maintenance_support
        born = person("birth_date", period)
        is_minor = lasts_into(period, day_before_birthday(born, rules.age_limit))
        studies = person("is_student", period) | person("is_in_higher_education", period)
        below = lasts_into(period, day_before_birthday(born, rules.age_limit_in_studies))
        raised = is_payable(
            period,
            person("child_allowance_from", period),
            person("raised_in_family_until", period),
        )
        suspended = person("suspended_by_academic_leave", period)
        paid_by_third = person("third_person_pays_maintenance", period)
        of_age = is_minor | (studies & below)
        return of_age & raised & not_(suspended | paid_by_third)


def court_stage_support(
    period: Period, rules: ParametersAt, claimed: Array, order_date: Array
) -> Array:
    """Return the support of the court stage: § 49(3), § 52(1), by days from the order on."""
    last = add_days(order_date, rules.court_stage.days - 1)
    in_time = claimed <= add_days(order_date, rules.court_stage.claim_days)
    share = days_of_period(period, order_date, last) / days_in(period)
    return where(in_time, round_to_cents(rules.monthly_maximum * share), 0.0)


def shortfall(rules: ParametersAt, ordered: Array, paid: Array) -> Array:
    """Return what is missing to the order, or to the maximum if that is less: § 50¹."""
    return round_to_cents(max_(min_(ordered, rules.monthly_maximum) - paid, 0.0))


def waited_until(period: Period, parameters: ParametersAt, began: Array) -> Array:
    """Return the day on which the waiting time of enforcement ends: § 50(2).

    A waiting time of four months that was not over on 1 July 2020 became one of one month, also
    for the months before: § 62.
    """
    rules = parameters(period).maintenance_support.enforcement_stage
    shorter = parameters(rules.shorter_wait_from).maintenance_support.enforcement_stage
    waited = add_months(began, rules.waiting_months)
    over = waited < as_date(rules.shorter_wait_from)
    return where(over, waited, add_months(began, shorter.waiting_months))


def support_for_debtor(
    period: Period,
    parameters: ParametersAt,
    stage: Array,
    claimed: Array,
    order_date: Array,
    suspended: Array,
    ordered: Array,
    paid: Array,
) -> Array:
    """Return the support accounted for a month because of one debtor."""
    rules = parameters(period).maintenance_support
    waited = max_(claimed, waited_until(period, parameters, order_date))
    month = first_day(period)
    missing = shortfall(rules, ordered, paid)
    window = parameters(period).general.claim_window
    in_time = claimed <= add_months(order_date, window)
    right_from = min_(order_date, suspended)
    start = where(in_time, right_from, paid_from(right_from, claimed, window))
    in_bankruptcy = (
        (stage == MaintenanceStage.bankruptcy)
        & (first_of_month(start) <= month)
        & (month >= as_date(rules.bankruptcy_stage.in_force_from))
    )
    in_enforcement = (stage == MaintenanceStage.enforcement) & (first_of_month(waited) < month)
    return select(
        [stage == MaintenanceStage.court, in_enforcement | in_bankruptcy],
        [court_stage_support(period, rules, claimed, order_date), missing],
        0.0,
    )


class maintenance_support_accounted(Variable):
    """Maintenance support for one child, accounted for the month."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Maintenance support accounted for the month"
    label_et = "Kuu eest arvestatud elatisabi"
    unit = "EUR"
    section = "PHS § 49, § 50, § 50¹"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "Court stage: the maximum for 150 days from the court's order, that day included, the first"
        " and last month by days; paid whatever the order says, as the Act names a fixed amount."
        " Enforcement stage: whole calendar months from the month after the claim and the waiting"
        " time; the one month of July 2020 also where four were not over then (§ 62). Bankruptcy"
        " stage: whole calendar months from that of the declaration, or of the suspension of"
        " enforcement before it (§ 50¹(3)); if claimed later than six months after the declaration"
        " at most from six before the month of the claim (§ 52(1¹)); the Act prescribes no parts of"
        " months. What the debtor paid is taken off. Each of two debtors is accounted separately;"
        " with one in bankruptcy both give at most the maximum (§ 50¹(4))."
    )

    def formula(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).maintenance_support
        first = support_for_debtor(
            period,
            parameters,
            person("first_debtor_stage", period),
            person("first_debtor_claimed_on", period),
            person("first_debtor_order_date", period),
            person("first_debtor_enforcement_suspended_on", period),
            person("first_debtor_ordered", period),
            person("first_debtor_paid", period),
        )
        second = support_for_debtor(
            period,
            parameters,
            person("second_debtor_stage", period),
            person("second_debtor_claimed_on", period),
            person("second_debtor_order_date", period),
            person("second_debtor_enforcement_suspended_on", period),
            person("second_debtor_ordered", period),
            person("second_debtor_paid", period),
        )
        one_bankrupt = (person("first_debtor_stage", period) == MaintenanceStage.bankruptcy) != (
            person("second_debtor_stage", period) == MaintenanceStage.bankruptcy
        )
        both = where(
            one_bankrupt,
            min_(first + second, rules.monthly_maximum),
            round_to_cents(first + second),
        )
        return where(person("has_right_to_maintenance_support", period), both, 0.0)


class maintenance_support(Variable):
    """Maintenance support of a family for a month."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Maintenance support"
    label_et = "Elatisabi"
    unit = "EUR"
    section = "PHS § 47"
    reference = "https://www.riigiteataja.ee/akt/111072026059"

    def formula(family: Group, period: Period) -> Array:
        paid = family.members("maintenance_support_accounted", period)
        return round_to_cents(family.sum(paid))


class maintenance_support_paid(Variable):
    """Maintenance support paid to a family in a month: that of the calendar month before."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Maintenance support paid in the month"
    label_et = "Kuus makstav elatisabi"
    unit = "EUR"
    section = "PHS § 53(2)-(3)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "So it is in the enforcement and bankruptcy stages (§ 53(2)-(3)). In the court stage the"
        " first payment, at the latest in the month after the claim, is for all days up to then"
        " and each later one for its own month (§ 53(1)): that order of payment is not encoded."
        " The Act began on 1 January 2017, so the first payments came in February 2017."
    )

    def formula_2017_02(family: Group, period: Period) -> Array:
        return family("maintenance_support", period.last_month)
