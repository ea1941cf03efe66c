# ruff: noqa: N801, N805
from policy.model_api import ETERNITY, MONTH, Variable, date, where

from .entities import Household, Person
from .rules import is_exempt


class age(Variable):
    value_type = int
    default_value = 40
    entity = Person
    definition_period = MONTH
    label = "Age"
    label_et = "Vanus"
    unit = "years"
    documentation = "In completed years; 40 where it is not given."


class joined_on(Variable):
    value_type = date
    default_value = date(2019, 1, 1)
    entity = Person
    definition_period = ETERNITY
    label = "Joined on"
    label_et = "Liitunud"
    unit = "date"
    documentation = "1 January 2019 where it is not given."


class days_of_loan(Variable):
    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Days of loan"
    label_et = "Laenutuspäevad"
    unit = "days"
    documentation = "None where it is not given."


class exempt(Variable):
    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Exempt"
    label_et = "Vabastatud"
    section = "LA § 3"
    reference = "https://law.example.org/library"

    def formula(person, period, parameters):
        return is_exempt(person, period, parameters(period).fee.exempt)


class fee(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Fee"
    label_et = "Tasu"
    unit = "EUR"
    section = "LA § 1"
    reference = "https://law.example.org/library"

    def formula_2022(household, period, parameters):
        rules = parameters(period).fee
        share = rules.discount.calc(household.members("days_of_loan", period))
        due = where(household.members("exempt", period), 0.0, rules.amount * share)
        return household.sum(due)


class members_who_pay(Variable):
    value_type = int
    entity = Household
    definition_period = MONTH
    label = "Members who pay"
    label_et = "Maksvad liikmed"
    unit = "persons"
    section = "LA § 1"
    reference = "https://law.example.org/library"

    def formula(household, period):
        return household.sum(~household.members("exempt", period))
