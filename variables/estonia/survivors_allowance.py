"""Survivor's allowance (toitjakaotustoetus), from 1 October 2026: PHS § 19¹ and § 63¹¹."""

from policy.model_api import (
    ETERNITY,
    MONTH,
    Array,
    Group,
    ParametersAt,
    Period,
    Population,
    Variable,
    as_date,
    date,
    last_day,
    max_,
    round_to_cents,
    set_input_dispatch_by_period,
    where,
)

from .entities import Family, Person
from .rules import day_before_birthday, lasts_into, paid_from
from .rules import share_of_first_month as share_of_month_from


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
        "The last day before the parent is found, five years have passed after the procedure of a"
        " missing person, a second parent adopts the child, or a survivor's pension under a"
        " special law is granted for the same parent. Where it is not given nothing of the kind"
        " happened."
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
    documentation = "As for the first parent."


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
        " the death the parent, lived 36 in Estonia. Where it is not given the test is met."
    )


class is_in_education(Variable):
    """Whether the child is in education that survivor's allowance and maintenance support count."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "In higher education or another course that counts"
    label_et = "Õpib kõrgkoolis või muul arvestataval kursusel"
    section = "PHS § 19¹, § 47"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = (
        "Studies in higher education, or on another course of at least 1000 hours, on a day of"
        " the month; school itself is is_student. Where it is not given there is no such education."
    )


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


class of_age_for_survivors_allowance(Variable):
    """Whether the child is of an age, or in education, for which the month is paid."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Of age for survivor's allowance"
    label_et = "Toitjakaotustoetuse eas"
    section = "PHS § 19¹, § 63¹¹(2)"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = (
        "To 19; in education to 21; a survivor's pensioner who was of age and in education when"
        " the allowance began, to 24. The right ends with the day before the birthday, and the"
        " month of that day is paid in full."
    )

    def formula_2026_10(person: Population, period: Period, parameters: ParametersAt) -> Array:
        rules = parameters(period).survivors_allowance
        born = person("birth_date", period)
        studies = person("is_student", period) | person("is_in_education", period)
        began = as_date(rules.in_force_from)
        pensioner_of_age = (person("survivors_pension_before", period) > 0) & (
            day_before_birthday(born, rules.transition.least_age) < began
        )
        below = lasts_into(period, day_before_birthday(born, rules.age_limit))
        below_in_studies = lasts_into(period, day_before_birthday(born, rules.age_limit_in_studies))
        below_in_transition = pensioner_of_age & lasts_into(
            period, day_before_birthday(born, rules.transition.age_limit_in_studies)
        )
        return below | (studies & (below_in_studies | below_in_transition))


def share_for_lost_parent(
    person: Population, period: Period, parameters: ParametersAt, lost_on: Array, until: Array
) -> Array:
    """Return the part of the month for which the loss of one parent is paid."""
    began = as_date(parameters(period).survivors_allowance.in_force_from)
    window = parameters(period).general.claim_window
    right_from = max_(max_(lost_on, began), person("residence_from", period))
    start = paid_from(right_from, person("claim_date", period), window)
    ends = lasts_into(period, until) & lasts_into(period, person("residence_until", period))
    alive = lasts_into(period, person("death_date", period))
    payable = (start <= last_day(period)) & ends & alive
    return where(payable, share_of_month_from(period, start), 0.0)


class survivors_allowance_of_child(Variable):
    """Survivor's allowance for one child in a month: one for each lost parent."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Survivor's allowance for the child"
    label_et = "Toitjakaotustoetus lapse kohta"
    unit = "EUR"
    section = "PHS § 19¹, § 63¹¹(1)"
    reference = "https://www.riigiteataja.ee/akt/108042025001"
    documentation = (
        "A survivor's pension of 30 September 2026 that is larger than the allowance is paid on"
        " instead of it. Rights that arose before 1 October 2026 and are granted later are"
        " computed under the pension law, which is not encoded."
    )

    def formula_2026_10(person: Population, period: Period, parameters: ParametersAt) -> Array:
        first = share_for_lost_parent(
            person,
            period,
            parameters,
            person("first_parent_lost_on", period),
            person("first_parent_lost_until", period),
        )
        second = share_for_lost_parent(
            person,
            period,
            parameters,
            person("second_parent_lost_on", period),
            person("second_parent_lost_until", period),
        )
        amount = parameters(period).survivors_allowance.amount
        allowance = round_to_cents(amount * first) + round_to_cents(amount * second)
        pension = person("survivors_pension_before", period)
        right = (
            person.has_role(Family.CHILD)
            & person("of_age_for_survivors_allowance", period)
            & person("residence_test_for_survivors", period)
            & (allowance > 0)
        )
        return where(right, max_(allowance, pension), 0.0)


class survivors_allowance(Variable):
    """Survivor's allowance of a family: § 19¹."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Survivor's allowance"
    label_et = "Toitjakaotustoetus"
    unit = "EUR"
    section = "PHS § 19¹"
    reference = "https://www.riigiteataja.ee/akt/108042025001"

    def formula_2026_10(family: Group, period: Period) -> Array:
        return family.sum(family.members("survivors_allowance_of_child", period))
