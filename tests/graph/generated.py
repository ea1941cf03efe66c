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
#: Sums of them over the months and members of a family hold in 32 bits: what NumPy gives for a
#: number beyond is not defined.
_ODD_COUNTS = [-1, 1000, 10**6]
_ODD_AMOUNTS = [-0.0, -50, 1e12, 1e-9, np.nan, np.inf]
_TEXTS = ["", "a", "Tamm", "a rather long name"]
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
    people = people_of(law, rng, families, shuffled=draw(st.booleans()))
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
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    share_given = draw(st.floats(0, 1))
    people = people_of(law, rng, families, shuffled=draw(st.booleans()))
    return population_of(law, people, periods.period(f"{year}-{month:02}"), rng, share_given)


def population_of(law, people, month, rng, share_given):
    """Make up facts about people, for a share of the variables that have no formula."""
    facts = {}
    for variable in law.variables.values():
        share = 0.05 if variable.formulas else share_given
        if variable.is_neutralized or rng.random() > share:
            continue
        for period in _periods(variable, month, rng):
            facts[variable.name, period] = _column(variable, people, month, rng)
    return Population(people, facts, month)


def people_of(law, rng, families, *, shuffled):
    """Make up groups of people, one of them large."""
    sizes = rng.integers(1, 9, families)
    sizes[rng.integers(0, families)] = 30
    family_of = np.repeat(np.arange(families), sizes)
    if shuffled:
        family_of = rng.permutation(family_of)
    memberships = {}
    for number, entity in enumerate(law.system.group_entities, start=1):
        group_of = family_of // number  # (each kind of group is made of more families)
        role_of = _roles(entity, rng, group_of)
        memberships[entity.key] = Membership(int(group_of.max()) + 1, group_of, role_of)
    counts = {key: each.groups for key, each in memberships.items()}
    return People({law.system.person_entity.key: len(family_of), **counts}, memberships)


def _roles(entity, rng, group_of):
    """Give everybody a role; one that a group has once goes to one person."""
    roles = entity.flattened_roles
    role_of = rng.integers(0, len(roles), len(group_of))
    others = [number for number, role in enumerate(roles) if role.max != 1]
    for number in set(range(len(roles))) - set(others):
        having = np.flatnonzero(role_of == number)
        _, first = np.unique(group_of[having], return_index=True)
        too_many = np.delete(having, first)
        role_of[too_many] = rng.choice(others, len(too_many))
    return role_of


def _periods(variable, when, rng):
    unit = variable.definition_period
    if unit == "eternity":
        return [ETERNITY]
    if _yearly(variable):
        drawn = [when.this_year, when.this_year.offset(-1)]
    elif unit == "day":
        drawn = [when.first_day.offset(n) for n in range(-8, 32) if rng.random() < 0.5]
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
        return _with(_ODD_COUNTS, rng.choice(_COUNTS, count), rng)
    if kind is float:
        amounts = rng.choice(_AMOUNTS, count) * rng.choice([1, 1, rng.random()], count)
        return _with(_ODD_AMOUNTS, np.round(amounts, 2), rng)
    if kind is datetime.date:
        middle = np.datetime64(str(when.start), "D") + 14
        return middle - rng.choice(_DAYS_AGO, count) + rng.integers(-16, 17, count)
    return rng.choice(np.array(_TEXTS, dtype=object), count)


def _with(odd, values, rng):
    """Put in odd values here and there, in one column of two."""
    rows = rng.random(len(values)) < rng.choice([0, 0.02])
    return np.where(rows, rng.choice(odd, len(values)), values)


def alone(population, law, entity, row):
    """Return the family that a row is about, as a population of its own."""
    person = law.system.person_entity.key
    memberships = population.people.memberships
    in_it = memberships[entity].group_of == row if entity in memberships else None
    rows = {person: np.array([row]) if in_it is None else np.flatnonzero(in_it)}
    for _ in memberships:  # (all who are in a group with one of them)
        for key, each in memberships.items():
            rows[key] = np.unique(each.group_of[rows[person]])
            rows[person] = np.flatnonzero(np.isin(each.group_of, rows[key]))
    own = {
        key: Membership(
            len(rows[key]),
            np.searchsorted(rows[key], each.group_of[rows[person]]),
            each.role_of[rows[person]],
        )
        for key, each in memberships.items()
    }
    people = People({key: len(each) for key, each in rows.items()}, own)
    facts = {}
    for slot, column in population.facts.items():
        mine = rows[law.variable(slot[0]).entity.key]
        known = None if column.known is None else column.known[mine]
        facts[slot] = Column(column.values[mine], known)
    return Population(people, facts, population.month)
