"""The two allowances of May 2024 in policyengine-core's idiom, on families given as columns."""

from __future__ import annotations

import numpy as np
from policyengine_core.entities import build_entity
from policyengine_core.model_api import (
    ETERNITY,
    MONTH,
    Variable,
    date,
    max_,
    not_,
    where,
)
from policyengine_core.parameters import ParameterNode
from policyengine_core.simulations import Simulation
from policyengine_core.taxbenefitsystems import TaxBenefitSystem

from tests.benchmarks.families import PERIOD, Families
from tests.benchmarks.peers.harness import measured

Person = build_entity(key="person", plural="persons", label="Person", is_person=True)
Family = build_entity(
    key="family",
    plural="families",
    label="Family",
    roles=[{"key": "parent", "plural": "parents"}, {"key": "child", "plural": "children"}],
)


def _values(**values):
    return {name: {"values": {"2024-01-01": value}} for name, value in values.items()}


PARAMETERS = {
    "child_allowance": _values(
        age_limit=19, children_at_lower_rate=2, first_and_second_child=80, third_child=100
    ),
    "large_family_allowance": _values(
        least_children=3, least_at_higher_rate=7, three_to_six=450, seven_or_more=650
    ),
}


def _add_years(days, years):
    months = days.astype("M8[M]")
    later = months + 12 * years
    last = (later + 1).astype("M8[D]") - 1
    return np.minimum(later.astype("M8[D]") + (days - months.astype("M8[D]")), last)


def _first(period):
    return np.datetime64(str(period.start), "D")


def _last(period):
    return np.datetime64(str(period.stop), "D")


def _share_from(period, day):
    days = (_last(period) - max_(day, _first(period))).astype(int) + 1
    return np.clip(days, 0, None) / period.days


def _cents(amounts):
    return np.floor(np.asarray(amounts, dtype=np.float64) * 100 + 0.5 + 1e-9) / 100


class birth_date(Variable):
    """Date of birth."""

    value_type = date
    entity = Person
    definition_period = ETERNITY
    label = "Date of birth"


class is_student(Variable):
    """Whether at school in the month."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "At school"


class right_until(Variable):
    """Last day of the right: before the birthday, or of the school year of turning 19."""

    value_type = date
    entity = Person
    definition_period = MONTH
    label = "Right until"

    def formula(person, period, parameters):
        born = person("birth_date", period)
        birthday = _add_years(born, parameters(period).child_allowance.age_limit)
        in_school_year = birthday.astype("M8[M]") - 8
        school_year = in_school_year.astype("M8[Y]").astype("M8[M]") + 20
        until = (school_year.astype("M8[D]")) - 1
        return where(person("is_student", period), max_(until, birthday - 1), birthday - 1)


class entitled(Variable):
    """Whether the child's allowance is payable for the month."""

    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Entitled"

    def formula(person, period):
        is_child = person.has_role(Family.CHILD)
        born = person("birth_date", period) <= _last(period)
        return is_child & born & (person("right_until", period) >= _first(period))


class position_among_children(Variable):
    """The child's position in the family, from 0 for the eldest; -1 if not entitled."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Position"

    def formula(person, period):
        order = person("birth_date", period).astype("M8[D]").astype(np.float64)
        return person.get_rank(person.family, order, condition=person("entitled", period))


class child_allowance_of_child(Variable):
    """Child allowance for one child."""

    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Child allowance for the child"

    def formula(person, period, parameters):
        rates = parameters(period).child_allowance
        at_lower = person("position_among_children", period) < rates.children_at_lower_rate
        rate = where(at_lower, rates.first_and_second_child, rates.third_child)
        share = _share_from(period, person("birth_date", period))
        return where(person("entitled", period), _cents(rate * share), 0)


class child_allowance(Variable):
    """Child allowance of the family."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Child allowance"

    def formula(family, period):
        return _cents(family.sum(family.members("child_allowance_of_child", period)))


def _share_with(family, period, count):
    people = family.members
    begins = people("birth_date", period).astype("M8[D]").astype(int)
    is_last_needed = people("position_among_children", period) == count - 1
    day = family.sum(where(is_last_needed, begins, 0)).astype(int)
    lasts = people("right_until", period).astype("M8[D]").astype(int) >= family.project(day)
    at_once = family.sum(people("entitled", period) & lasts)
    enough = not_(at_once < count)
    return where(enough, _share_from(period, day.astype("M8[D]")), 0)


class large_family_allowance(Variable):
    """Allowance for families with many children."""

    value_type = float
    entity = Family
    definition_period = MONTH
    label = "Large family allowance"

    def formula(family, period, parameters):
        rates = parameters(period).large_family_allowance
        lower = _share_with(family, period, rates.least_children)
        higher = _share_with(family, period, rates.least_at_higher_rate)
        rise = rates.seven_or_more - rates.three_to_six
        return _cents(lower * rates.three_to_six + higher * rise)


class Estonia(TaxBenefitSystem):
    """The two allowances."""

    entities = [Person, Family]  # noqa: RUF012  (the peer's own convention)
    auto_carry_over_input_variables = False

    def __init__(self):
        super().__init__()
        self.parameters = ParameterNode("", data=PARAMETERS)
        self.add_variables(
            birth_date,
            is_student,
            right_until,
            entitled,
            position_among_children,
            child_allowance_of_child,
            child_allowance,
            large_family_allowance,
        )


SYSTEM = Estonia()


def prepare(made: Families):
    """Return what is measured: the simulation of columns, without its builder."""
    roles = np.array(SYSTEM.entities[1].flattened_roles, dtype=object)[made.role]

    def work():
        populations = SYSTEM.instantiate_entities()
        populations["person"].count = len(made.family)
        populations["person"].ids = np.arange(len(made.family))
        populations["family"].count = made.count
        populations["family"].ids = np.arange(made.count)
        populations["family"].members_entity_id = made.family
        populations["family"].members_role = roles
        simulation = Simulation(tax_benefit_system=SYSTEM, populations=populations)
        simulation.set_input("birth_date", "ETERNITY", made.birth_date)
        simulation.set_input("is_student", PERIOD, made.is_student)
        names = ("child_allowance", "large_family_allowance")
        return {name: simulation.calculate(name, PERIOD) for name in names}

    return {"": work}


if __name__ == "__main__":
    measured("policyengine-core", prepare)
