"""Whole populations made up for a book: any facts, any groups, any time the book covers.

They are columns, so that hundreds of families are calculated at once. Values are drawn around what
the law looks at: dates near the period asked and near birthdays, counts and amounts near limits.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from openfisca_core import periods

from policy.legislation.people import Column, Membership, People
from policy.legislation.times import ETERNITY, own_period
from policy.scenario.columns import blank

_COUNTS = [0, 1, 2, 3, 5, 7, 10, 20, 30, 31, 62, 100]
_AMOUNTS = [0, 1, 30, 500, 584.5, 1234.56, 2000, 6000, 20000]
_DAYS_AGO = [0, 1, -3, -10, 20, 40, 100, 200, 400, 700, 1100, 2500, 6000, 6560, 6600, 6940, 7000]
_DAYS_AGO += [9000, 12000, -20, -60]


@dataclass
class Population:
    """People with facts, and the month to ask about."""

    people: People
    facts: dict
    month: periods.Period


@st.composite
def columns_of(draw, law, month, names, families=500):
    """Draw a population with the facts named given for everybody, in a month."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    people = _people(law, rng, families, shuffled=draw(st.booleans()))
    facts = {}
    for name in names:
        variable = law.variable(name)
        period = own_period(variable, month.this_year if _yearly(variable) else month)
        count = people.counts[variable.entity.key]
        values = blank(variable, count)
        values[:] = _values(variable, count, month, rng)
        facts[name, period] = Column(values)
    return Population(people, facts, month)


def _yearly(variable):
    return variable.definition_period == "year"


@st.composite
def populations(draw, law, first, last, families=250):
    """Draw a population of a book, and a month between two years."""
    year, month = draw(st.integers(first, last)), draw(st.integers(1, 12))
    when = periods.period(f"{year}-{month:02}")
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    share_given = draw(st.floats(0, 1))
    people = _people(law, rng, families, shuffled=draw(st.booleans()))
    facts = {}
    for variable in law.variables.values():
        if rng.random() > (0.05 if variable.formulas else share_given):
            continue
        for period in _periods(variable, when, rng):
            facts[variable.name, period] = _column(variable, people, when, rng)
    return Population(people, facts, when)


def _people(law, rng, families, *, shuffled):
    sizes = rng.integers(1, 9, families)
    sizes[rng.integers(0, families)] = 30
    group_of = np.repeat(np.arange(families), sizes)
    if shuffled:
        group_of = rng.permutation(group_of)
    memberships = {
        entity.key: Membership(
            families, group_of, rng.integers(0, len(entity.flattened_roles), len(group_of))
        )
        for entity in law.system.group_entities
    }
    counts = {law.system.person_entity.key: len(group_of)}
    return People({**counts, **dict.fromkeys(memberships, families)}, memberships)


def _periods(variable, when, rng):
    unit = variable.definition_period
    if unit == "eternity":
        return [ETERNITY]
    if _yearly(variable):
        drawn = [when.this_year, when.this_year.offset(-1)]
    else:
        drawn = [when.offset(-n, "month") for n in range(26) if rng.random() < 0.5]
    return [p for p in drawn if not variable.end or p.start.date <= variable.end]


def _column(variable, people, when, rng):
    count = people.counts[variable.entity.key]
    values, known = blank(variable, count), rng.random(count) < 0.6
    values[known] = _values(variable, count, when, rng)[known]
    return Column(values, known if variable.formulas and rng.random() < 0.5 else None)


def _values(variable, count, when, rng):
    kind = variable.value_type
    if hasattr(variable, "possible_values"):
        return rng.integers(0, len(list(variable.possible_values)), count)
    if kind is bool:
        return rng.random(count) < 0.4
    if kind is int:
        return rng.choice(_COUNTS, count)
    if kind is float:
        return np.round(rng.choice(_AMOUNTS, count) * rng.choice([1, 1, rng.random()], count), 2)
    if kind is datetime.date:
        middle = np.datetime64(str(when.start), "D") + 14
        return middle - rng.choice(_DAYS_AGO, count) + rng.integers(-16, 17, count)
    return np.array(["text"] * count, dtype=object)


def alone(population, law, entity, row):
    """Return the family that a row is about, as a population of its own."""
    person = law.system.person_entity.key
    memberships = population.people.memberships
    first = next(iter(memberships.values()))
    group = int(first.group_of[row]) if entity == person else row
    persons = np.flatnonzero(first.group_of == group)
    rows = {person: persons, **dict.fromkeys(memberships, np.array([group]))}
    people = People(
        {key: len(each) for key, each in rows.items()},
        {
            key: Membership(1, np.zeros(len(persons), dtype=np.intp), each.role_of[persons])
            for key, each in memberships.items()
        },
    )
    facts = {}
    for slot, column in population.facts.items():
        mine = rows[law.variable(slot[0]).entity.key]
        known = None if column.known is None else column.known[mine]
        facts[slot] = Column(column.values[mine], known)
    return Population(people, facts, population.month)
