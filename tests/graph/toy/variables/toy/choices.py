"""Choices: enumerations, conditions, thresholds, texts."""

import numpy as np
from openfisca_core.commons import concat, switch

from policy.model_api import Enum, apply_thresholds, not_, select, where

from .entities import Household, Person, formula_of
from .facts import Status, Zone

ENUM = {"possible_values": Status, "default_value": Status.employed}


@formula_of(Person, bool)
def is_a_member(person, period):
    return person("status", period) == Status.retired


@formula_of(Person, bool)
def is_not_a_member(person, period):
    return person("status", period) != Status.retired


@formula_of(Person, bool)
def is_a_possible_value(person, period):
    status = person("status", period)
    return status == status.possible_values.student


@formula_of(Person, bool)
def is_one_of_two(person, period):
    status = person("status", period)
    return (status == Status.retired) + (status == Status.student)


@formula_of(Person, Enum, **ENUM)
def chosen_member(person, period):
    return where(person("age", period) > 30, Status.retired, Status.student)


@formula_of(Person, Enum, **ENUM)
def chosen_member_or_fact(person, period):
    employed = person("employed", period)
    return where(
        employed, Status.employed, where(person("age", period) > 6, Status.student, Status.retired)
    )


@formula_of(Person, Enum, **ENUM)
def selected_member(person, period):
    age = person("age", period)
    return select([age < 7, age < 31], [Status.student, Status.employed], default=Status.retired)


@formula_of(Person, Enum, **ENUM)
def selected_name(person, period):
    age = person("age", period)
    return select([age < 7, age < 31], ["student", "employed"], default="retired")


@formula_of(Person, Enum, **ENUM)
def the_same_member_for_all(person, period):
    return person.filled_array(Status.retired)


@formula_of(Person, Enum, **ENUM)
def member_as_it_is(person, period):
    return person("status", period.last_month)


@formula_of(Household, Enum, possible_values=Zone, default_value=Zone.country)
def member_of_the_group(household, period):
    return where(household("rent", period) > 30, Zone.town, Zone.country)


@formula_of(Person, str)
def name_of_a_member(person, period):
    return person("status", period).decode_to_str()


@formula_of(Person, str)
def text_as_it_is(person, period):
    return person("nickname", period)


@formula_of(Person, bool)
def text_is(person, period):
    return person("nickname", period) == "Nemo"


@formula_of(Person)
def where_(person, period):
    return where(person("employed", period), person("wage", period), -1)


@formula_of(Person)
def where_with_whole_numbers(person, period):
    return where(person("employed", period), person("age", period), person("wage", period)) / 7


@formula_of(Person)
def select_without_default(person, period):
    age = person("age", period)
    return select([age < 7, age < 31, age < 80], [person("wage", period), 2, 3.5])


@formula_of(Person)
def select_of_conditions(person, period):
    age = person("age", period)
    return select([age < 7, age < 31], [age > 3, age > 30], default=0)


@formula_of(Person)
def switch_by_number(person, period):
    return switch(person("age", period), {1: 80, 2: 90.5, 30: -1})


@formula_of(Person)
def switch_by_member(person, period):
    return switch(person("status", period), {Status.student: 1.5, Status.retired: 2})


@formula_of(Person)
def thresholds(person, period):
    return apply_thresholds(person("wage", period), [30, 500, 2000], [1, 2, 3.5])


@formula_of(Person)
def thresholds_and_above(person, period):
    wage = person("wage", period)
    return apply_thresholds(wage, [30, 500], [0.1 * wage, 2, 3.5])


@formula_of(Person, bool)
def logic(person, period):
    employed, old = person("employed", period), person("age", period) > 20
    return (employed & ~old) | (not_(employed) ^ old)


@formula_of(Person, bool)
def logic_of_functions(person, period):
    employed, old = person("employed", period), person("age", period) > 20
    return np.logical_and(employed, np.logical_not(old)) | np.logical_xor(employed, old)


@formula_of(Person, bool)
def product_of_conditions(person, period):
    return (
        person("employed", period) * (person("wage", period) > 500) * (person("age", period) < 30)
    )


@formula_of(Person, bool)
def is_in(person, period):
    return np.isin(person("age", period), [1, 2, 30])


@formula_of(Person)
def known_condition(person, period, parameters):
    if parameters(period).flag:
        return person("wage", period)
    return person("age", period) / 3


@formula_of(Person)
def known_loop(person, period, parameters):
    total = person("wage", period)
    for _ in range(parameters(period).count):
        total = total * 1.5
    return total


@formula_of(Person, str)
def texts_joined(person, period):
    return concat(person("nickname", period), concat("-", person("status", period).decode_to_str()))


@formula_of(Person, str)
def text_and_number_joined(person, period):
    return concat(person("nickname", period), person("age", period))


@formula_of(Person, str)
def chosen_text(person, period):
    return where(person("age", period) > 7, "of age", person("nickname", period))
