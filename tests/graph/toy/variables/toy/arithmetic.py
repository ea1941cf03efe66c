"""Arithmetic: operators, functions, types, arrays changed in place, values that are no arrays."""

import numpy as np
from openfisca_core.commons import average_rate

from policy.model_api import max_, min_, round_to_cents

from .entities import Person, formula_of


@formula_of(Person)
def operators(person, period):
    wage, age = person("wage", period), person("age", period)
    return (wage + 1) * 2 - (3 - age) / 7 + (-wage) ** 2 + abs(+age)


@formula_of(Person)
def operators_the_other_way(person, period):
    wage = person("wage", period)
    return 1 / (2 + wage) + 3 * (4 - wage) + 2**0.5 + 2 ** (wage / 10000) + 7 // (wage + 1)


@formula_of(Person)
def whole_numbers(person, period):
    age = person("age", period)
    return age // 7 + age % 7 + (age & 1) + (7 // (age + 1)) + 100 % (age + 1)


@formula_of(Person)
def division_by_nothing(person, period):
    return person("wage", period) / person("age", period)


@formula_of(Person, int)
def whole_of_a_fraction(person, period):
    return person("age", period) * 1.7


@formula_of(Person, bool)
def condition_of_a_number(person, period):
    return person("age", period) - 1


@formula_of(Person)
def number_of_a_condition(person, period):
    return person("wage", period) > 100


@formula_of(Person)
def difference_of_conditions(person, period):
    return 1 - (person("wage", period) > 100) * 0.3


@formula_of(Person)
def bounds(person, period):
    return max_(min_(person("wage", period), 1000), 10.5)


@formula_of(Person)
def clipped(person, period):
    wage = person("wage", period)
    return np.clip(wage, 100, 1000) + wage.clip(0, 10) + np.clip(wage, None, 3)


@formula_of(Person)
def rounded(person, period):
    wage = person("wage", period) / 7
    return np.round(wage, 2) + np.around(wage) + wage.round(1) + np.floor(wage) + np.ceil(wage)


@formula_of(Person)
def rounded_to_hundreds(person, period):
    return np.round(person("wage", period), -2)


@formula_of(Person)
def rounded_to_cents(person, period):
    return round_to_cents(person("wage", period) / 7)


@formula_of(Person)
def functions(person, period):
    wage = np.abs(person("wage", period)) + 1
    return np.sqrt(wage) + np.log(wage) + np.exp(-wage) + np.trunc(wage) + np.sign(wage)


@formula_of(Person)
def types(person, period):
    wage = person("wage", period)
    return wage.astype(int) / 3 + wage.astype("float32") + (wage > 3).astype(float)


@formula_of(Person)
def filled_like_others(person, period):
    wage = person("wage", period)
    return np.zeros_like(wage) + np.ones_like(wage) * wage + np.full_like(wage, 2.5)


@formula_of(Person)
def changed_in_place(person, period):
    total = person("wage", period) * 2
    total += 3
    total -= person("age", period)
    total *= 1.5
    total /= 7
    return total


@formula_of(Person)
def copy_changed_in_place(person, period):
    first = person("wage", period) * 2
    second = first.copy()
    second += 1
    return first * second


@formula_of(Person)
def copy_of_a_fact_changed_in_place(person, period):
    wage = person("wage", period).copy()
    wage += 1
    return wage * person("wage", period)


@formula_of(Person)
def another_name_changed_in_place(person, period):
    first = person("wage", period) * 2
    second = first
    second += 1
    return first * second


@formula_of(Person)
def zeros_changed_in_place(person, period):
    total = np.zeros_like(person("wage", period))
    same = total
    total += person("wage", period)
    return total + same


@formula_of(Person)
def type_changed_in_place(person, period):
    total = person("age", period).astype(float)
    total += 0.5
    return total


@formula_of(Person)
def one_value_for_all(person, period):
    return 3.25


@formula_of(Person)
def one_value_of_the_law(person, period, parameters):
    return parameters(period).share


@formula_of(Person, bool)
def one_truth_for_all(person, period):
    return True


@formula_of(Person)
def nothing(person, period):
    return None


@formula_of(Person)
def sum_of_a_list(person, period):
    return sum([person("wage", period), person("age", period), 1])


@formula_of(Person)
def sum_of_generated(person, period):
    return sum(person(name, period) for name in ("wage", "age", "bounds"))


@formula_of(Person)
def no_number(person, period):
    wage = person("wage", period)
    return np.where(np.isnan(wage), -1, np.where(np.isfinite(wage), wage, 5))


@formula_of(Person)
def rests_on_neutralised(person, period):
    return person("neutralised", period) + 1


@formula_of(Person, default_value=4.5)
def neutralised(person, period):
    return person("wage", period)


@formula_of(Person)
def average_rates(person, period):
    wage = np.abs(person("wage", period)) + 1
    return average_rate(target=person("age", period), varying=wage, trim=[-1, 0.5])
