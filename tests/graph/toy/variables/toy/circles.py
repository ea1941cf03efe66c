"""Variables that depend on themselves."""

from policy.model_api import where

from .entities import Household, Person, formula_of


@formula_of(Person)
def chicken(person, period):
    return person("egg", period) + 1


@formula_of(Person)
def egg(person, period):
    return person("chicken", period) + 1


@formula_of(Person)
def itself(person, period):
    return where(person("wage", period) > 0, 1, person("itself", period))


@formula_of(Person)
def savings(person, period):
    return person("savings", period.last_month) + person("wage", period)


@formula_of(Household)
def wealth(household, period):
    return household.sum(household.members("share_of_wealth", period.last_month))


@formula_of(Person)
def share_of_wealth(person, period):
    return person.household("wealth", period) / 2


@formula_of(Person)
def after_a_circle(person, period):
    return person("egg", period) + person("savings", period)
