"""Variables that never change, with formulas that depend on the period they are run for."""

from policy.model_api import ETERNITY, Variable

from .entities import Household, Person, formula_of


@formula_of(Person, unit=ETERNITY)
def year_first_asked_for(person, period):
    return period.start.year


@formula_of(Person, unit=ETERNITY)
def wage_for_ever(person, period):
    return person("wage", period)


@formula_of(Household, unit=ETERNITY)
def share_for_ever(household, period, parameters):
    return household("eternal_zone", period) * parameters(period).share


class from_a_day_on(Variable):
    value_type = float
    entity = Person
    definition_period = ETERNITY

    def formula_2020_03(person, period):
        return 1.0


class until_a_day(Variable):
    value_type = float
    entity = Person
    definition_period = ETERNITY
    end = "2023-12-31"

    def formula(person, period):
        return 1.0


@formula_of(Household)
def rests_on_what_changes(household, period):
    return household("share_for_ever", period) + 1
