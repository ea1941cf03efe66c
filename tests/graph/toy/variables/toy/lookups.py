"""Parameters: names, keys, and keys that are chosen for each person or group."""

import numpy as np

from policy.model_api import where

from .entities import Household, Person, formula_of


@formula_of(Person)
def by_name(person, period, parameters):
    return person("wage", period) * parameters(period).by_status.student


@formula_of(Person)
def by_text_in_brackets(person, period, parameters):
    return person("wage", period) * parameters(period)["by_status"]["student"]


@formula_of(Person)
def by_member(person, period, parameters):
    return parameters(period).by_status[person("status", period)]


@formula_of(Person)
def by_member_of_the_group(person, period, parameters):
    return parameters(period).by_zone[person.household("zone", period)].base


@formula_of(Household)
def by_member_then_by_name(household, period, parameters):
    return parameters(period).by_zone[household("zone", period)].extra * household("rent", period)


@formula_of(Person)
def by_members_nested(person, period, parameters):
    zone, status = person.household("zone", period), person("status", period)
    return parameters(period).nested[zone][status]


@formula_of(Person)
def by_member_name_member(person, period, parameters):
    zone, status = person.household("zone", period), person("status", period)
    return parameters(period).deep[zone].rates[status]


@formula_of(Person)
def by_texts(person, period, parameters):
    names = where(person("employed", period), "employed", "retired")
    return parameters(period).by_status[names]


@formula_of(Household)
def by_whole_number(household, period, parameters):
    size = np.clip(household.nb_persons(), 1, 3)
    return parameters(period).by_size[size]


@formula_of(Household)
def by_texts_made_of_numbers(household, period, parameters):
    size = np.clip(household.nb_persons(), 1, 3)
    return parameters(period).by_size[size.astype(str)]


@formula_of(Person)
def by_date(person, period, parameters):
    return parameters(period).by_birth[person("born", period)]


@formula_of(Person)
def whole_numbers_by_member(person, period, parameters):
    return parameters(period).whole_by_status[person("status", period)] / 7


@formula_of(Person)
def sum_of_children_of_parameters(person, period, parameters):
    node = parameters(period).by_status
    return sum(node[name] for name in node) * person("wage", period)


@formula_of(Person)
def children_are_asked_for(person, period, parameters):
    node = parameters(period)
    return (node.by_status.student if "by_status" in node else 0) + person("wage", period)


@formula_of(Person)
def children_as_a_mapping(person, period, parameters):
    law = parameters(period)
    children = law.by_status._children
    assert "nobody" not in children
    assert "nobody" not in law.by_status
    return (sum(children.values()) + children.get("nobody", len(children))) * person("wage", period)


@formula_of(Person)
def parameter_changed_in_place(person, period, parameters):
    share = parameters(period).share
    share *= 2
    share += parameters(period).share
    return share * person("wage", period)


@formula_of(Person, bool)
def in_a_list_of_the_law(person, period, parameters):
    return np.isin(person("age", period), parameters(period).ages)


@formula_of(Person)
def number_of_a_list_of_the_law(person, period, parameters):
    return person("wage", period) * len(parameters(period).ages)


@formula_of(Household)
def by_numbers_that_may_have_no_parameter(household, period, parameters):
    return parameters(period).by_size[household.nb_persons()]


@formula_of(Person, int)
def by_member_that_may_have_no_parameter(person, period, parameters):
    return parameters(period).by_some_status[person("status", period)]
