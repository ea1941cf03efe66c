"""What is no expression: the law graph leaves it to openfisca-core, and says where and why.

The line is marked with the reason that is to be given.
"""

import numpy as np
from openfisca_core.taxscales import combine_tax_scales

from .entities import Household, Person, formula_of


@formula_of(Person)
def loop_over_values(person, period):
    wages = person("wage", period)
    return np.array([wage * 2 for wage in wages])  # : the values are looped over


@formula_of(Person)
def branch_on_values(person, period):
    wages = person("wage", period)
    if (wages > 100).all():  # : the array's all is used
        return wages
    return wages * 2


@formula_of(Person)
def holder_of_another(person, period):
    holder = person.get_holder("wage")  # : a holder is used
    return holder.get_array(period) if holder.get_array(period) is not None else 0


@formula_of(Person)
def call_of_others(person, period):
    wages = person("wage", period)
    return np.interp(wages, [0, 1000], [0, 1])  # : numpy.interp is used


@formula_of(Person)
def values_picked_out(person, period):
    wages = person("wage", period)
    return wages[person.household.members_entity_id * 0]  # : the numbers of the groups are used


@formula_of(Person)
def values_overwritten(person, period):
    wages = person("wage", period).copy()
    wages[wages > 100] = 0  # : some of the values are overwritten
    return wages


@formula_of(Person)
def as_many_as_persons(person, period):
    return np.zeros(person.count)  # : the number of persons or groups is asked for


@formula_of(Person)
def order_of_persons(person, period):
    return person.household.ordered_members_map * 0  # : the order of the persons is used


@formula_of(Household)
def reduced_by_another(household, period):
    wages = household.members("wage", period)
    return household.reduce(  # : values are reduced by another function than max, min and all
        wages, np.add, 0
    )


@formula_of(Person)
def scales_combined(person, period, parameters):
    scale = combine_tax_scales(parameters(period).scales)
    return scale.calc(person("wage", period))  # : numpy.tile is used


@formula_of(Person)
def rests_on_others(person, period):
    wages = person("loop_over_values", period) + person("bounds", period)
    return np.cumsum(wages)  # : numpy.cumsum is used


@formula_of(Person)
def read_by_expressions(person, period):
    return person("rests_on_others", period) + 1
