"""What is given: a variable of each type, of each entity and for each period."""

from policy.model_api import (
    DAY,
    ETERNITY,
    MONTH,
    YEAR,
    Enum,
    Variable,
    date,
    set_input_dispatch_by_period,
    set_input_divide_by_period,
)

from .entities import Household, Person, TaxUnit


class Status(Enum):
    employed = "Employed"
    student = "Student"
    retired = "Retired"


class Zone(Enum):
    town = "Town"
    country = "Country"


class wage(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    set_input = set_input_divide_by_period


class age(Variable):
    value_type = int
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    default_value = 40


class employed(Variable):
    value_type = bool
    entity = Person
    definition_period = MONTH
    default_value = True


class born(Variable):
    value_type = date
    entity = Person
    definition_period = ETERNITY
    default_value = date(1980, 2, 29)


class nickname(Variable):
    value_type = str
    entity = Person
    definition_period = ETERNITY
    default_value = "Nemo"


class status(Variable):
    value_type = Enum
    possible_values = Status
    default_value = Status.student
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period


class dividends(Variable):
    value_type = float
    entity = Person
    definition_period = YEAR


class hours(Variable):
    value_type = int
    entity = Person
    definition_period = DAY


class rent(Variable):
    value_type = float
    entity = Household
    definition_period = MONTH
    default_value = 12.5


class zone(Variable):
    value_type = Enum
    possible_values = Zone
    default_value = Zone.country
    entity = Household
    definition_period = MONTH


class rooms(Variable):
    value_type = int
    entity = Household
    definition_period = MONTH


class deductions(Variable):
    value_type = float
    entity = TaxUnit
    definition_period = YEAR
