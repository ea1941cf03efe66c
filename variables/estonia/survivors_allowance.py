"""Survivor's allowance (toitjakaotustoetus), from 1 October 2026: PHS § 19¹ and § 63¹¹."""

import numpy as np

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    add_years,
    as_date,
    date,
    max_,
    min_,
    not_,
    round_to_cents,
    where,
)

from .entities import Family, Person
from .persons import NEVER
from .rules import (
    day_before_birthday,
    lasts_into,
    months_between,
    paid_from,
    share_of_month,
)


class first_parent_lost_on(Variable):
    """The day a parent died, or the day from which the police searched for it, after a year."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "A parent died or went missing on"
    label_et = "Vanema surma või kadumise kuupäev"
    unit = "date"
    section = "PHS § 19¹"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = (
        "The day of death, or the day a police search began that has lasted twelve months. Where"
        " it is not given the child has lost no parent."
    )


class first_parent_lost_until(Variable):
    """The last day of the allowance for that parent."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Allowance for the lost parent until"
    label_et = "Toetus kaotatud vanema eest kuni"
    unit = "date"
    section = "PHS § 19¹"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = (
        "The last day before the parent is found, a second parent adopts the child, or a survivor's"
        " pension under another law is paid for the same parent. Where it is not given the"
        " allowance for the lost parent has not ended; that for a missing one ends by itself five"
        " years after the search began."
    )


class second_parent_lost_on(Variable):
    """The day the other parent died or went missing."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "The other parent died or went missing on"
    label_et = "Teise vanema surma või kadumise kuupäev"
    unit = "date"
    section = "PHS § 19¹"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = "Where it is not given the child has not lost a second parent."


class second_parent_lost_until(Variable):
    """The last day of the allowance for the other parent."""

    value_type = date
    default_value = date(9999, 12, 31)
    entity = Person
    definition_period = ETERNITY
    label = "Allowance for the other lost parent until"
    label_et = "Toetus teise kaotatud vanema eest kuni"
    unit = "date"
    section = "PHS § 19¹"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = (
        "As for the first parent. Where it is not given the allowance for the other lost parent"
        " has not ended."
    )


class residence_test_for_survivors(Variable):
    """Whether the 36 of 48 months in Estonia are met."""

    value_type = bool
    default_value = True
    entity = Person
    definition_period = ETERNITY
    label = "36 of 48 months in Estonia"
    label_et = "36 kuud 48-st Eestis"
    section = "PHS § 4(1²)"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = (
        "Of the 48 months before the application the applicant or the child, or of those before"
        " the death the parent, lived 36 in Estonia. Where it is not given the 36 of 48 months in"
        " Estonia are met."
    )


class first_parent_is_missing(Variable):
    """Whether that parent is missing and searched for by the police, not dead."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "First lost parent is missing"
    label_et = "Esimene kaotatud vanem on teadmata kadunud"
    section = "PHS § 19¹(1), § 28(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "A late claim then gives twelve months back, not six, and the allowance ends five years"
        " after the search began. Where it is not given the first lost parent is dead, not missing."
    )


class second_parent_is_missing(Variable):
    """Whether the other parent is missing and searched for by the police, not dead."""

    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Second lost parent is missing"
    label_et = "Teine kaotatud vanem on teadmata kadunud"
    section = "PHS § 19¹(1), § 28(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = (
        "As for the first parent. Where it is not given the second lost parent is dead, not"
        " missing."
    )


class survivors_claim_date(Variable):
    """Day on which survivor's allowance was claimed."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Survivor's allowance claimed on"
    label_et = "Toitjakaotustoetust taotletud"
    unit = "date"
    section = "PHS § 28(1)-(2)"
    reference = "https://www.riigiteataja.ee/akt/111072026059"
    documentation = "Where it is not given it was claimed with child allowance."

    def formula(person: Population, period: Period) -> Array:
        return person("claim_date", period)


class survivors_pension_before(Variable):
    """The survivor's pension of 30 September 2026."""

    value_type = float
    entity = Person
    definition_period = ETERNITY
    label = "Survivor's pension on 30 September 2026"
    label_et = "Toitjakaotuspension 30.09.2026"
    unit = "EUR"
    section = "PHS § 63¹¹(1)"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = "Where it is not given the child drew no survivor's pension."


class survivors_allowance_by_formula(Variable):
    """The amount by the formula of § 19¹: indexed base and share of the average wage."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2026-10-01": "2025-03-19"}
    label = "Survivor's allowance by its formula"
    label_et = "Toitjakaotustoetus valemi järgi"
    unit = "EUR"
    section = "PHS § 19¹(4)-(9)"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = (
        "The published amount is what is paid; this one shows how it is made. Each of the two"
        " sums is rounded to the cent."
    )

    def formula_2026_10(person: Population, period: Period, parameters: ParametersAt) -> Array:
        index = parameters(period).survivors_allowance.index
        coefficient = max_(index.consumer_price_coefficient, index.least_coefficient)
        indexed = round_to_cents(index.base * coefficient)
        return indexed + round_to_cents(index.average_wage * index.share_of_wage)


class in_education_for_survivors_allowance(Variable):
    """Whether the child studies at school, on a course or in higher education."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "In education for survivor's allowance"
    label_et = "Õpib toitjakaotustoetuse mõttes"
    section = "PHS § 19¹"
    reference = "https://www.riigiteataja.ee/akt/108042025001"

    def formula(person: Population, period: Period) -> Array:
        return (
            person("is_student", period)
            | person("is_on_course", period)
            | person("is_in_higher_education", period)
        )


class of_age_for_survivors_allowance(Variable):
    """Whether the child is of an age, or in education, for which the month is paid."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    enacted = {"2026-10-01": "2025-03-19"}
    label = "Of age for survivor's allowance"
    label_et = "Toitjakaotustoetuse eas"
    section = "PHS § 19¹, § 63¹¹(2)"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = (
        "To 19; in education to 21. Of those who drew a survivor's pension when the allowance"
        " began: under 18 then, to 21 in education only if it studied by 1 February 2027; of age"
        " then and in education, to 24; one who leaves school and studies again is paid again. The"
        " right ends with the day before the birthday, and the month of that day is paid in full."
    )

    def formula_2026_10(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).survivors_allowance
        transition = rules.transition
        born = person("birth_date", period)
        first_month, *following = months_between(rules.in_force_from, transition.studies_begin_by)
        pensioner = person("survivors_pension_before", period) > 0
        was_of_age = day_before_birthday(born, transition.least_age) < as_date(rules.in_force_from)
        studied_then = person("in_education_for_survivors_allowance", first_month)
        studied_by = studied_then
        for month in following:
            studied_by = studied_by | person("in_education_for_survivors_allowance", month)
        to_21 = lasts_into(period, day_before_birthday(born, rules.age_limit_in_studies))
        to_24 = lasts_into(period, day_before_birthday(born, transition.age_limit_in_studies))
        of_pensioner = where(was_of_age, studied_then & to_24, studied_by & to_21)
        below = lasts_into(period, day_before_birthday(born, rules.age_limit))
        studies = person("in_education_for_survivors_allowance", period)
        return below | (studies & where(pensioner, of_pensioner, to_21))


def share_for_lost_parent(
    person: Population,
    period: Period,
    parameters: ParametersAt,
    lost_on: Array,
    lost_until: Array,
    is_missing: Array,
) -> Array:
    """Return the part of the month for which the loss of one parent is paid.

    For a missing parent the right lasts five years from the start of the search: § 19¹(3) p 3.
    """
    rules = parameters(period).survivors_allowance
    began = as_date(rules.in_force_from)
    windows = parameters(period).general
    window = where(is_missing, windows.claim_window_for_missing_parent, windows.claim_window)
    right_from = max_(
        max_(lost_on, began), max_(person("residence_from", period), person("birth_date", period))
    )
    start = paid_from(right_from, person("survivors_claim_date", period), window)
    searched = where(is_missing, add_years(lost_on, rules.years_of_search), as_date(NEVER))
    until = min_(
        min_(lost_until, searched),
        min_(person("residence_until", period), person("death_date", period)),
    )
    return share_of_month(period, start, until)


class survivors_allowance_for_first_parent(Variable):
    """Survivor's allowance for the parent lost first."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2026-10-01": "2025-03-19"}
    label = "Survivor's allowance for the first parent"
    label_et = "Toitjakaotustoetus esimese vanema eest"
    unit = "EUR"
    section = "PHS § 19¹, § 28, § 31"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = (
        "For a missing parent the right ends with the same day five years after the search began"
        " (§ 19¹(3)); the month of that day is paid in full."
    )

    def formula_2026_10(person: Population, period: Period, parameters: ParametersAt) -> Array:
        share = share_for_lost_parent(
            person,
            period,
            parameters,
            person("first_parent_lost_on", period),
            person("first_parent_lost_until", period),
            person("first_parent_is_missing", period),
        )
        return round_to_cents(parameters(period).survivors_allowance.amount * share)


class survivors_allowance_for_second_parent(Variable):
    """Survivor's allowance for the other parent."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2026-10-01": "2025-03-19"}
    label = "Survivor's allowance for the other parent"
    label_et = "Toitjakaotustoetus teise vanema eest"
    unit = "EUR"
    section = "PHS § 19¹, § 28, § 31"
    reference = "https://www.riigiteataja.ee/akt/108042025001"

    def formula_2026_10(person: Population, period: Period, parameters: ParametersAt) -> Array:
        share = share_for_lost_parent(
            person,
            period,
            parameters,
            person("second_parent_lost_on", period),
            person("second_parent_lost_until", period),
            person("second_parent_is_missing", period),
        )
        return round_to_cents(parameters(period).survivors_allowance.amount * share)


def arose_before(
    person: Population, period: Period, parameters: ParametersAt, lost_on: Array
) -> Array:
    """Tell whether the right for a lost parent arose before the allowance began."""
    lives_here = max_(person("birth_date", period), person("residence_from", period))
    began = as_date(parameters(period).survivors_allowance.in_force_from)
    return max_(lost_on, lives_here) < began


class survivors_allowance_of_before(Variable):
    """Survivor's allowance for the parents lost before the allowance began."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2026-10-01": "2025-03-19"}
    label = "Survivor's allowance for rights of before October 2026"
    label_et = "Toitjakaotustoetus enne oktoobrit 2026 tekkinud õiguste eest"
    unit = "EUR"
    section = "PHS § 63¹¹(1), (4)"
    reference = "https://www.riigiteataja.ee/akt/108042025001"

    def formula_2026_10(person: Population, period: Period, parameters: ParametersAt) -> Array:
        first = arose_before(person, period, parameters, person("first_parent_lost_on", period))
        second = arose_before(person, period, parameters, person("second_parent_lost_on", period))
        return where(first, person("survivors_allowance_for_first_parent", period), 0.0) + where(
            second, person("survivors_allowance_for_second_parent", period), 0.0
        )


class survivors_amount_by_pension_law(Variable):
    """Whether the amount follows the pension law, which is not encoded."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    enacted = {"2026-10-01": "2025-03-19"}
    label = "Survivor's amount by the pension law"
    label_et = "Toitjakaotustoetuse suurus pensioniseaduse järgi"
    section = "PHS § 63¹¹(4)"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = "For rights of before 1 October 2026 claimed in the year after it."

    def formula_2026_10(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).survivors_allowance
        claimed = person("survivors_claim_date", period)
        return (
            (person("survivors_allowance_of_before", period) > 0)
            & (claimed >= as_date(rules.in_force_from))
            & (claimed <= as_date(rules.transition.last_claim_under_pension_law))
        )


class survivors_allowance_of_child(Variable):
    """Survivor's allowance for one child in a month: one for each lost parent."""

    value_type = float
    entity = Person
    definition_period = MONTH
    enacted = {"2026-10-01": "2025-03-19"}
    label = "Survivor's allowance for the child"
    label_et = "Toitjakaotustoetus lapse kohta"
    unit = "EUR"
    section = "PHS § 19¹, § 63¹¹(1)"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = (
        "A survivor's pension of 30 September 2026 that is larger than what is due for the parents"
        " lost before the allowance began is paid on instead of it; a parent lost later gives an"
        " allowance beside it. Where the amount follows the pension law there is no answer. A child"
        " in substitute care is paid, one in prison is not: give residence_until for it (§ 30(2))."
    )

    def formula_2026_10(person: Population, period: Period) -> Array:
        for_both = person("survivors_allowance_for_first_parent", period) + person(
            "survivors_allowance_for_second_parent", period
        )
        of_before = person("survivors_allowance_of_before", period)
        pension = person("survivors_pension_before", period)
        kept = where(of_before > 0, max_(of_before, pension), 0.0)
        right = (
            person("of_age_for_survivors_allowance", period)
            & person("residence_test_for_survivors", period)
            & not_(person("suspended_by_academic_leave", period))
            & not_(person("only_child_allowance", period))
        )
        not_encoded = person("survivors_amount_by_pension_law", period)
        amount = where(not_encoded, np.nan, kept + (for_both - of_before))
        return where(right, round_to_cents(amount), 0.0)


class survivors_allowance(Variable):
    """Survivor's allowance of a family: § 19¹."""

    value_type = float
    entity = Family
    definition_period = MONTH
    enacted = {"2026-10-01": "2025-03-19"}
    label = "Survivor's allowance"
    label_et = "Toitjakaotustoetus"
    unit = "EUR"
    section = "PHS § 19¹"
    reference = "https://www.riigiteataja.ee/akt/108042025001"

    def formula_2026_10(family: Group, period: Period) -> Array:
        return round_to_cents(family.sum(family.members("survivors_allowance_of_child", period)))
