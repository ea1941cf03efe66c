"""A toy statute book, written to a folder as its author would."""

import pytest

import policy

ENTITIES = """\
from policy.model_api import build_entity

Person = build_entity(key="person", plural="persons", label="Person", is_person=True)
Household = build_entity(
    key="household",
    plural="households",
    label="Household",
    roles=[
        {"key": "adult", "plural": "adults", "label": "Adult"},
        {"key": "child", "plural": "children", "label": "Child"},
    ],
)
entities = [Person, Household]
"""

FACTS = '''\
from policy.model_api import (
    ETERNITY, MONTH, Enum, Variable, date,
    set_input_dispatch_by_period, set_input_divide_by_period,
)
from .entities import Household, Person


class wage(Variable):
    """Wage."""
    value_type = float
    entity = Person
    definition_period = MONTH
    set_input = set_input_divide_by_period
    label = "Wage"
    unit = "EUR"
    documentation = "Where it is not given there is none."


class hours(Variable):
    """Hours of work."""
    value_type = int
    entity = Person
    definition_period = MONTH
    set_input = set_input_divide_by_period
    label = "Hours"
    unit = "hours"


class birth_date(Variable):
    """Date of birth."""
    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Date of birth"


class nickname(Variable):
    """What the person is called."""
    value_type = str
    entity = Person
    definition_period = ETERNITY
    label = "Nickname"


class Status(Enum):
    employed = "Employed"
    student = "Student"
    retired = "Retired"


class status(Variable):
    """What the person does."""
    value_type = Enum
    possible_values = Status
    default_value = Status.employed
    entity = Person
    definition_period = MONTH
    set_input = set_input_dispatch_by_period
    label = "Status"


class refugee(Variable):
    """Whether the person fled."""
    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Refugee"
    section = "Act § 9"
    documentation = "Where it is not given the person did not flee."


class owns_a_boat(Variable):
    """A fact that no formula reads."""
    value_type = bool
    entity = Person
    definition_period = ETERNITY
    label = "Owns a boat"


class rent(Variable):
    """Rent of the household."""
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Rent"
    unit = "EUR"
'''

RULES = '''\
from policy.model_api import MONTH, Variable, max_, where
from .entities import Household, Person
from .facts import Status


class bonus(Variable):
    """A tenth of the wage; for the retired nothing, for refugees twice as much."""
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Bonus"
    label_et = "Lisatasu"
    unit = "EUR"
    section = "Act § 1"
    reference = "https://law.test/act#1"

    def formula(person, period, parameters):
        share = parameters(period).bonus_share
        retired = person("status", period) == Status.retired
        factor = where(person("refugee", period), 2, 1)
        return where(retired, 0, person("wage", period) * share * factor)


class household_bonus(Variable):
    """The bonuses of all members."""
    value_type = float
    entity = Household
    definition_period = MONTH
    label = "Bonus of the household"
    unit = "EUR"
    section = "Act § 2"

    def formula(household, period):
        return household.sum(household.members("bonus", period))


class same_as_household_bonus(Variable):
    """Another name for the same amount."""
    value_type = float
    entity = Household
    definition_period = MONTH

    def formula(household, period):
        return household("household_bonus", period)


class chicken(Variable):
    """Comes from the egg."""
    value_type = float
    entity = Person
    definition_period = MONTH

    def formula(person, period):
        return person("egg", period) + 1


class egg(Variable):
    """Comes from the chicken."""
    value_type = float
    entity = Person
    definition_period = MONTH

    def formula(person, period):
        return person("chicken", period) + 1


class savings(Variable):
    """The savings of last month, and what was added: back in time without end."""
    value_type = float
    entity = Person
    definition_period = MONTH

    def formula(person, period):
        return person("savings", period.last_month) + 10


class vandal(Variable):
    """Changes the array of another variable in place."""
    value_type = float
    entity = Person
    definition_period = MONTH

    def formula(person, period):
        wage = person("wage", period)
        wage += 1
        return wage


class broken(Variable):
    """A formula with a fault."""
    value_type = float
    entity = Person
    definition_period = MONTH

    def formula(person, period):
        return person("wage", period) + "1"
'''

INDEX = """\
description: Toy law
metadata:
  title: Toy law
  currency: EUR
  outputs: [bonus, household_bonus]
  law_read_on: 2024-12-31
"""

BONUS_SHARE = """\
description: Share of the wage that is paid as bonus.
metadata:
  label: Share of the bonus
  unit: 1
  section: Act § 1(2)
values:
  2020-01-01:
    value: 0.1
    metadata: {source: law, reference: [{title: Act of 2019, href: 'https://law.test/2019'}]}
  2024-07-01:
    value: 0.2
    metadata: {source: official, reference: [{title: Act of 2024, href: 'https://law.test/2024'}]}
"""


@pytest.fixture
def toy_folder(tmp_path):
    """The folder of the toy book."""
    folder = tmp_path / "toy-law"
    files = {
        "variables/toy/entities.py": ENTITIES,
        "variables/toy/facts.py": FACTS,
        "variables/toy/rules.py": RULES,
        "parameters/toy/index.yaml": INDEX,
        "parameters/toy/bonus_share.yaml": BONUS_SHARE,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def toy(toy_folder):
    """The toy book, loaded."""
    return policy.load(toy_folder)


@pytest.fixture
def home():
    """Write a situation of one household; facts by person."""

    def situation(period="2024-05", **facts):
        return {
            "period": period,
            "persons": facts,
            "households": {"home": {"adults": list(facts)}},
        }

    return situation
