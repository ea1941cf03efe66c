"""Persons and groups: roles, sums, projections and their chains, places and ranks."""

import numpy as np

from policy.model_api import Enum, date, where

from .entities import Household, Person, TaxUnit, formula_of
from .facts import Status


@formula_of(Household)
def sum_of_all(household, period):
    return household.sum(household.members("wage", period))


@formula_of(Household)
def sum_of_a_role(household, period):
    return household.sum(household.members("wage", period), role=Household.CHILD)


@formula_of(Household)
def sum_of_a_role_with_subroles(household, period):
    return household.sum(household.members("wage", period), Household.PARENT)


@formula_of(Household)
def sum_of_a_condition(household, period):
    return household.sum(household.members("employed", period) * 1)


@formula_of(Household, bool)
def any_of_all(household, period):
    return household.any(household.members("wage", period) > 1000)


@formula_of(Household, bool)
def any_of_a_role(household, period):
    return household.any(household.members("employed", period), role=Household.LODGER)


@formula_of(Household, bool)
def all_of_all(household, period):
    return household.all(household.members("employed", period))


@formula_of(Household, bool)
def all_of_a_role(household, period):
    return household.all(household.members("wage", period) > 100, role=Household.PARENT)


@formula_of(Household, bool)
def all_of_numbers(household, period):
    return household.all(household.members("wage", period))


@formula_of(Household)
def max_of_all(household, period):
    return household.max(household.members("wage", period))


@formula_of(Household)
def max_of_a_role(household, period):
    return household.max(household.members("age", period), role=Household.CHILD)


@formula_of(Household)
def max_of_conditions(household, period):
    return household.max(household.members("employed", period))


@formula_of(Household)
def min_of_all(household, period):
    return household.min(household.members("age", period))


@formula_of(Household)
def min_of_a_role(household, period):
    return household.min(household.members("wage", period), role=Household.SECOND_PARENT)


@formula_of(Household, int)
def number_of_all(household, period):
    return household.nb_persons()


@formula_of(Household, int)
def number_of_a_role(household, period):
    return household.nb_persons(Household.CHILD)


@formula_of(Household, int)
def number_of_a_role_with_subroles(household, period):
    return household.nb_persons(role=Household.PARENT)


@formula_of(Household)
def wage_of_first_person(household, period):
    return household.first_person("wage", period)


@formula_of(Household)
def wage_of_first_parent(household, period):
    return household.first_parent("wage", period)


@formula_of(TaxUnit, int)
def age_of_declarant(tax_unit, period):
    return tax_unit.declarant("age", period)


@formula_of(TaxUnit, date)
def birth_of_declarant(tax_unit, period):
    return tax_unit.declarant("born", period)


@formula_of(TaxUnit, Enum, possible_values=Status, default_value=Status.employed)
def status_of_declarant(tax_unit, period):
    return tax_unit.declarant("status", period)


@formula_of(TaxUnit, bool)
def declarant_is_retired(tax_unit, period):
    return tax_unit.declarant("status", period) == Status.retired


@formula_of(TaxUnit)
def value_from_person(tax_unit, period):
    wages = tax_unit.members("wage", period) * 2
    return tax_unit.value_from_person(wages, TaxUnit.DECLARANT, default=-1)


@formula_of(Household)
def value_from_person_of_a_subrole(household, period):
    return household.value_from_person(household.members("age", period), Household.SECOND_PARENT)


@formula_of(Household)
def value_nth_person(household, period):
    ages = household.members("age", period)
    return household.value_nth_person(2, ages, default=7)


@formula_of(Household, date)
def date_of_nth_person(household, period):
    return household.value_nth_person(1, household.members("born", period))


@formula_of(Household, Enum, possible_values=Status, default_value=Status.employed)
def status_of_nth_person(household, period):
    return household.value_nth_person(1, household.members("status", period))


@formula_of(Household)
def value_from_first_person(household, period):
    return household.value_from_first_person(household.members("wage", period))


@formula_of(Person)
def rent_of_household(person, period):
    return person.household("rent", period)


@formula_of(Person, Enum, possible_values=Status, default_value=Status.employed)
def status_of_first_parent(person, period):
    return person.household.first_parent("status", period)


@formula_of(Person)
def sum_projected(person, period):
    return person.household.sum(person("wage", period), role=Household.CHILD)


@formula_of(Person, int)
def number_projected(person, period):
    return person.household.nb_persons(Household.LODGER)


@formula_of(Person)
def project_to_all(person, period):
    return person.household.project(person.household.reference_entity("rent", period))


@formula_of(Person)
def project_to_a_role(person, period):
    household = person.household.reference_entity
    return household.project(household("rent", period), role=Household.CHILD)


@formula_of(Person)
def chain_to_another_group(person, period):
    return person.household.first_person.tax_unit("deductions", period.this_year)


@formula_of(Household)
def members_of_another_group(household, period):
    return household.sum(household.members.tax_unit("deductions", period.this_year))


@formula_of(TaxUnit)
def members_in_first_parents(tax_unit, period):
    return tax_unit.sum(tax_unit.members.household.first_parent("wage", period))


@formula_of(TaxUnit)
def declarant_in_a_household(tax_unit, period):
    return tax_unit.declarant.household("rent", period)


@formula_of(Household)
def containing_group(household, period):
    return household.tax_unit("deductions", period.this_year)


@formula_of(Household)
def sum_in_a_containing_group(household, period):
    return household.first_person.tax_unit.sum(household.members("wage", period))


@formula_of(Person, bool)
def has_a_role(person, period):
    return person.has_role(Household.CHILD)


@formula_of(Person, bool)
def has_a_role_with_subroles(person, period):
    return person.has_role(Household.PARENT)


@formula_of(Household, bool)
def role_of_first_person(household, period):
    return household.first_person.has_role(Household.CHILD)


@formula_of(Person, bool)
def role_in_another_group(person, period):
    return person.has_role(TaxUnit.DECLARANT) * person.has_role(Household.LODGER)


@formula_of(Person)
def value_from_partner(person, period):
    return person.value_from_partner(person("wage", period), person.household, Household.PARENT)


@formula_of(Person, int)
def rank_of_all(person, period):
    return person.get_rank(person.household, person("wage", period))


@formula_of(Person, int)
def rank_by_age_of_a_role(person, period):
    eldest_first = -person("age", period)
    return person.get_rank(
        person.household, eldest_first, condition=person.has_role(Household.CHILD)
    )


@formula_of(Person, int)
def rank_by_date(person, period):
    days = person("born", period).astype("datetime64[D]").astype(int)
    return person.get_rank(person.tax_unit, days)


@formula_of(Person, int)
def place_in_household(person, period):
    return person.household.members_position


@formula_of(Household)
def same_value_for_all(household, period):
    return household.filled_array(3.5)


@formula_of(Household, int)
def same_value_of_a_type(household, period):
    return household.filled_array(3.5, dtype=np.int32)


@formula_of(Household)
def zeros_for_all(household, period):
    return household.empty_array()


@formula_of(Household)
def added_to_zeros(household, period):
    total = household.empty_array()
    total += household("rent", period) / 3
    return total


@formula_of(Person)
def share_of_the_household(person, period):
    total = person.household.sum(person("wage", period))
    return where(total > 0, person("wage", period) / total, 0)
