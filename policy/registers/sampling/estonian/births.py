"""Births of the period: in families and of new mothers, and how and when they are entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from policy.registers.sampling.estonian.country import (
    FATHER,
    FEMALE,
    MALE,
    MOTHER,
    YEAR,
    childs_surname,
    drawn,
    spread,
)
from policy.registers.sampling.estonian.log import NEVER

if TYPE_CHECKING:
    from policy.legislation.people import Array
    from policy.registers.sampling.estonian.country import Country
    from policy.registers.sampling.estonian.registry import Registry

#: Days of a pregnancy, from when it is entered to when it is due, and how both differ.
_WEEKS_LEFT, _ENTERED_ABOUT, _DUE_ABOUT = 28 * 7, 10, 8
#: Days by which a premature birth comes early.
_EARLY = (22, 70)
#: The oldest mother of another child, and the years from the birth before: mean and spread.
_OLDEST, _YEARS_BETWEEN, _SPREAD = 43, 2.8, 1.8
#: Age of new fathers: mean and spread.
_FATHERS_AGE, _FATHERS_SPREAD = 31, 6
#: Of mothers without a partner, how much seldomer they have another child.
_ALONE = 0.3
#: Days after the birth on which a birth is entered: at most in time, and at most at all.
_IN_TIME, _AT_LATEST, _LATE_BY = 10, 60, 20


@dataclass
class Births:
    """Births by place: of the period, and those that follow while pregnancies are entered.

    Attributes:
        day: the day of each.
        mother: number of the mother.
        father: number of the father, NEVER where none is entered.
        number: how many children are born.
        family: the place of each one's family; of new mothers after those of the first day.
        again: whether mother and father have a child together already.
        children: numbers of the children of births of the period.
        of: the birth of each child.

    """

    day: Array
    mother: Array
    father: Array
    number: Array
    family: Array
    again: Array
    children: Array
    of: Array


def draw_births(country: Country) -> Births:
    """Draw births: as many children as are known to be born, by the order of births."""
    known, random, people = country.known, country.random, country.people
    horizon = country.period.last + _WEEKS_LEFT + _ENTERED_ABOUT
    weights = country.of_years("births", country.period.first, horizon)
    children = round(weights.sum())
    twins, triplets = (round(children * known[name]) for name in ("twins", "triplets"))
    number = np.ones(max(children - twins - 2 * triplets, 0), np.int64)
    number[:twins] = 2
    number[twins : twins + triplets] = 3
    number = random.permutation(number)
    day = (country.period.first + spread(weights, len(number), random)).astype(np.int32)
    order = random.choice(len(known["order_of_birth"]), len(number), p=known["order_of_birth"])
    mother, father = np.full(len(number), NEVER), np.full(len(number), NEVER)
    again, family = np.zeros(len(number), bool), np.full(len(number), NEVER, np.int64)
    for rank in range(1, len(known["order_of_birth"])):
        last = rank == len(known["order_of_birth"]) - 1
        births, chosen = _in_families(country, np.flatnonzero(order == rank), rank, last)
        alone = country.families.partner[chosen] == NEVER
        mother[births], family[births] = country.families.mother[chosen], chosen
        father[births], again[births] = country.families.partner[chosen], ~alone
        _find_fathers(country, births[alone], mother, father)
    _first(country, np.flatnonzero(mother == NEVER), mother, father)
    has = mother != NEVER
    day, mother, father = day[has], mother[has], father[has]
    number, again, family = number[has], again[has], family[has]
    is_first = family == NEVER
    family[is_first] = len(country.families.mother) + np.arange(int(is_first.sum()))
    people.free[father[father != NEVER]] = False
    in_period = day <= country.period.last
    of = np.repeat(np.flatnonzero(in_period), number[in_period])
    late = country.some(len(day), known["late_births"])
    delay = np.where(
        late,
        np.minimum(_IN_TIME + 1 + random.exponential(_LATE_BY, len(day)), _AT_LATEST),
        random.integers(1, _IN_TIME + 1, len(day)),
    ).astype(np.int32)
    born = people.add(
        day[of],
        **drawn(country, len(of)),
        surname=childs_surname(country, mother[of], father[of]),
        home=people.home[mother[of]],
        entered=(day + delay)[of],
    )
    return Births(day, mother, father, number, family, again, born, of)


def _in_families(country: Country, births: Array, rank: int, last: bool) -> tuple[Array, Array]:
    """Give births to families that have so many children, or more; return which to which."""
    families, people = country.families, country.people
    first = country.period.first
    since = (first - families.youngest) / YEAR
    fits = (families.number >= rank) if last else (families.number == rank)
    fits = fits & (since > 1) & ((first - people.born[families.mother]) / YEAR < _OLDEST)
    weights = np.exp(-(((since - _YEARS_BETWEEN) / _SPREAD) ** 2) / 2) + 0.01
    alone = families.partner == NEVER
    chosen = country.pick(fits * weights * np.where(alone, _ALONE, 1), len(births))
    return births[: len(chosen)], country.random.permutation(chosen)


def _first(country: Country, births: Array, mother: Array, father: Array) -> None:
    """Give births to women without children."""
    known = country.known
    mean, deviation = known["age_at_first_birth"], known["spread_of_age_at_first_birth"]
    mothers = country.take_free(FEMALE, len(births), mean, deviation)
    births = births[: len(mothers)]
    mother[births] = mothers
    _find_fathers(country, births, mother, father)


def _find_fathers(country: Country, births: Array, mother: Array, father: Array) -> None:
    """Find a father for each birth but those without one; he lives with the mother."""
    births = births[~country.some(len(births), country.known["no_second_parent"])]
    fathers = country.take_free(MALE, len(births), _FATHERS_AGE, _FATHERS_SPREAD)
    births = births[: len(fathers)]
    father[births] = fathers
    country.people.home[fathers] = country.people.home[mother[births]]


def enter_births(country: Country, registry: Registry, births: Births) -> None:
    """Enter the children born, and their parents; a few parents weeks later."""
    people, known, child = country.people, country.known, births.children
    registry.enter_new(child)
    mother, father = births.mother[births.of], births.father[births.of]
    entered = people.entered[child]
    registry.enter_parent(child, mother, MOTHER, True, people.born[child], entered)
    later = country.some(len(births.day), known["acknowledged_later"]) & ~births.again
    wait = np.where(later, country.random.integers(20, 200, len(births.day)), 0)[births.of]
    has = father != NEVER
    registry.enter_parent(
        child[has],
        father[has],
        FATHER,
        True,
        (people.born[child] + wait)[has],
        (entered + wait)[has],
    )


def join_families(country: Country, births: Births) -> None:
    """Put the children born with the families, and those of new mothers with new ones."""
    families, children = country.families, country.children
    child, of = births.children, births.of
    old, now = len(families.mother), births.day <= country.period.last
    is_new = births.family >= old
    for name, of_new in (
        ("mother", births.mother),
        ("partner", births.father),
        ("father", births.father),
        ("married", np.zeros(len(now), bool)),
        ("single", births.father == NEVER),
        ("number", births.number),
        ("youngest", births.day),
    ):
        setattr(families, name, np.concatenate([getattr(families, name), of_new[is_new]]))
    has = ~is_new & now & (births.father != NEVER)
    families.partner[births.family[has]] = births.father[has]
    families.father[births.family[has]] = births.father[has]
    families.youngest[births.family[now]] = births.day[now]
    families.number[births.family[~is_new & now]] += births.number[~is_new & now]
    for name, values in (
        ("person", child),
        ("family", births.family[of]),
        ("mother", births.mother[of]),
        ("father", births.father[of]),
        ("with_mother", np.ones(len(of), bool)),
        ("with_father", births.father[of] != NEVER),
    ):
        setattr(children, name, np.concatenate([getattr(children, name), values]))


def enter_pregnancies(country: Country, registry: Registry, births: Births) -> Array:
    """Enter pregnancies with the day the child is due; return that day of each birth.

    Some end before the birth, or in a stillbirth, and are withdrawn.
    """
    random, known, count = country.random, country.known, len(births.day)
    early = country.some(count, known["premature"])
    difference = np.where(
        early, random.integers(*_EARLY, count), random.normal(0, _DUE_ABOUT, count).round()
    )
    due = (births.day + difference).astype(np.int32)
    entered = due - _WEEKS_LEFT + random.integers(-_ENTERED_ABOUT, _ENTERED_ABOUT, count)
    log = registry.pregnancies
    log.add(entered, person_code=births.mother, due_date=due)
    born = country.people.born[country.children.person]
    recent = (born > country.period.first - int(YEAR)) & (born < country.period.first)
    before, born = country.children.mother[recent], born[recent]
    due_before = (born + random.normal(0, _DUE_ABOUT, len(born)).round()).astype(np.int32)
    log.add(due_before - _WEEKS_LEFT, person_code=before, due_date=due_before)
    ends = round(count * known["pregnancies_that_end"])
    still = round(count * known["stillbirths"])
    mean, deviation = known["age_at_first_birth"], known["spread_of_age_at_first_birth"]
    women = country.take_free(FEMALE, ends + still, mean, deviation)
    end = country.days(len(women))
    is_still = np.arange(len(women)) < still
    left = np.where(is_still, 0, random.integers(100, 180, len(women)))
    due_never = (end + left).astype(np.int32)
    started = due_never - _WEEKS_LEFT
    log.add(started, person_code=women, due_date=due_never)
    log.add(np.maximum(end, started + 1) + 1, withdrawn=True, person_code=women, due_date=due_never)
    return due
