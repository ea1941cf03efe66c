"""What happens to people in the period besides births, and how it is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from policy.registers.sampling.estonian.country import (
    ADOPTER,
    FATHER,
    FEMALE,
    GUARDIAN,
    MALE,
    MOTHER,
    OF_AGE,
    YEAR,
    childs_surname,
    drawn,
)
from policy.registers.sampling.estonian.log import NEVER

if TYPE_CHECKING:
    from policy.legislation.people import Array
    from policy.registers.sampling.estonian.births import Births
    from policy.registers.sampling.estonian.country import Children, Country
    from policy.registers.sampling.estonian.registry import Registry

#: By how much the risk of death grows in a year of age.
_RISK = 0.095
#: Days after which deaths, moves, separations and the like are entered, at most.
_DEATH_KNOWN, _SOON, _LATER, _LATEST = 6, 14, 40, 200
#: Share of departures that are entered months later.
_LATE_DEPARTURES = 0.2
#: Days before the youngest's birth on which its parents married: at least, more, and by family.
_MARRIED_BEFORE, _MARRIED_WITHIN, _STEP = 200, 2500, 37
#: Days from the birth in which a second parent may be entered.
_PATERNITY_WITHIN = 800
#: Ages of guardians and of immigrants: mean and spread, or from and to.
_GUARDIANS, _IMMIGRANTS, _IMMIGRANT_PARENTS = (52, 7), (19, 60), (29, 45)
#: Members of a migrant family, about.
_OF_FAMILY = 3.2
_CHILDREN_OF_MIGRANTS = (1, 4)
#: How much sooner a child that lost its parent gets a guardian than another.
_FIRST_OF_ALL = 1e9
#: Share of marriages of the period between parents who live together.
_OF_PARENTS = 0.6


def die(country: Country, registry: Registry, births: Births) -> None:
    """Enter deaths, by age; those about to have a child do not die."""
    people, random, first = country.people, country.random, country.period.first
    age = (first - people.born) / YEAR
    weights = np.exp(_RISK * age) * (age > 0) * (people.here_from == NEVER)
    weights[births.mother] = 0
    dead = country.pick(weights, country.happen("deaths"))
    day = country.days(len(dead)).astype(np.int32)
    people.gone[dead] = np.minimum(people.gone[dead], day)
    people.free[dead] = False
    entered = day + random.integers(0, _DEATH_KNOWN, len(dead))
    registry.persons.add(entered, person_code=dead, death_date=day)


def leave(country: Country, registry: Registry, births: Births) -> None:
    """Enter departures: of families and of others; some are entered months later."""
    people, random, known = country.people, country.random, country.known
    families, children = country.families, country.children
    total = country.happen("emigrants")
    have_child = np.isin(families.mother, births.mother)
    count = round(total * known["migrants_in_families"] / _OF_FAMILY)
    chosen = country.pick((~have_child & (families.partner != NEVER)).astype(float), count)
    theirs = np.flatnonzero(np.isin(children.family, chosen) & children.with_mother)
    day_of = dict(zip(chosen.tolist(), country.days(len(chosen)).tolist(), strict=True))
    days_of_children = np.array([day_of[each] for each in children.family[theirs].tolist()], int)
    day_of_parents = np.array([day_of[each] for each in chosen.tolist()], int)
    free = np.flatnonzero(people.free & (people.gone > country.period.last))
    alone = random.choice(free, min(len(free), max(0, total - 2 * count - len(theirs))), False)
    alone.sort()
    leaving = np.concatenate(
        [families.mother[chosen], families.partner[chosen], children.person[theirs], alone]
    )
    days = [day_of_parents, day_of_parents, days_of_children, country.days(len(alone))]
    day = np.concatenate(days).astype(np.int32)
    here = day < people.gone[leaving]
    late = country.some(len(day), _LATE_DEPARTURES)
    wait = random.integers(0, np.where(late, _LATEST, _SOON))
    registry.persons.add(day + wait, where=here, person_code=leaving, residence_until=day - 1)
    people.free[alone] = False
    people.gone[leaving] = np.minimum(people.gone[leaving], day)


def arrive(country: Country, registry: Registry) -> None:
    """Enter immigrants: single adults, and families with children."""
    people, random, known = country.people, country.random, country.known
    total = country.happen("immigrants")
    families = round(total * known["migrants_in_families"] / _OF_FAMILY)
    number = random.integers(*_CHILDREN_OF_MIGRANTS, families)
    couples = country.some(families, 0.5)
    count = families + int(couples.sum())
    alone = max(0, total - count - int(number.sum()))
    sexes = np.concatenate(
        [
            np.full(families, FEMALE),
            np.full(count - families, MALE),
            np.where(country.some(alone, 0.5), MALE, FEMALE),
        ]
    )
    day = country.days(families)
    days = np.concatenate([day, day[couples], country.days(alone)])
    surname = country.surnames(families)
    ages = random.uniform(*_IMMIGRANTS, len(days))
    ages[:count] = random.uniform(*_IMMIGRANT_PARENTS, count)
    homes = country.new_homes(families + alone)
    home = np.concatenate([homes[:families], homes[:families][couples], homes[families:]])
    adults = people.add(
        (days - ages * YEAR).astype(np.int32),
        **drawn(country, len(days), sexes),
        surname=np.concatenate([surname, surname[couples], country.surnames(alone)]),
        home=home,
        here_from=days,
        entered=days + random.integers(1, _LATER, len(days)),
    )
    mothers = adults[:families]
    fathers = np.full(families, NEVER)
    fathers[couples] = adults[families:count]
    family = np.repeat(np.arange(families), number)
    rank = np.arange(len(family)) - (np.cumsum(number) - number)[family]
    gap = random.uniform(1.5, 4, families)[family]
    age = random.uniform(0.5, 2, families)[family] + rank * gap
    children = people.add(
        (day[family] - age * YEAR).astype(np.int32),
        **drawn(country, len(family)),
        surname=childs_surname(country, mothers[family], fathers[family]),
        home=homes[family],
        here_from=day[family],
        entered=people.entered[mothers[family]],
    )
    registry.enter_new(np.concatenate([adults, children]))
    for parent, relation in ((mothers, MOTHER), (fathers, FATHER)):
        has = parent[family] != NEVER
        child = children[has]
        days_entered = np.maximum(people.entered[child], people.entered[parent[family][has]])
        registry.enter_parent(
            child, parent[family][has], relation, True, people.born[child], days_entered
        )


def move(country: Country, registry: Registry) -> None:
    """Enter moves of all who live in a dwelling to another."""
    people, random = country.people, country.random
    chosen = country.some(country.homes, country.known["moves"] * country.years)
    chosen[people.home[np.concatenate(country.settled)]] = False
    to, day = np.full(country.homes, 0), country.days(country.homes)
    to[chosen] = country.new_homes(int(chosen.sum()))
    wait = random.integers(0, _SOON, len(day))
    who = np.flatnonzero(chosen[people.home])
    home = people.home[who]
    when = day[home]
    here = (when < people.gone[who]) & (when > people.here_from[who])
    entered = np.maximum(when + wait[home], people.entered[who])
    registry.persons.add(entered, where=here, person_code=who, address_code=to[home])
    people.home[who[here]] = to[home][here]


def separate(country: Country, registry: Registry) -> None:
    """Enter separations: he no longer lives with the children; the married are divorced."""
    people, random, families = country.people, country.random, country.families
    together = (families.partner != NEVER) & (_here(country, families.partner))
    rate = country.known["separations"] * country.years
    chosen = np.flatnonzero(together & country.some(len(together), rate))
    day = np.maximum(country.days(len(chosen)), families.youngest[chosen] + _LATEST)
    day = day.astype(np.int32)
    he = families.partner[chosen]
    entered = day + random.integers(1, _LATER, len(chosen))
    people.home[he] = country.new_homes(len(chosen))
    registry.persons.add(
        entered, where=day < people.gone[he], person_code=he, address_code=people.home[he]
    )
    country.settled += [he, families.mother[chosen]]
    by_family = np.full(len(together), NEVER)
    by_family[chosen] = np.arange(len(chosen))
    children = country.children
    place = by_family[children.family]
    his = children.with_father & (children.father == families.partner[children.family])
    theirs = np.flatnonzero((place != NEVER) & his)
    children.with_father[theirs] = False
    end_raising(registry, children, theirs, FATHER, day[place[theirs]], entered[place[theirs]])
    married = families.married[chosen]
    registry_days = day[married] + random.integers(_SOON, _LATER, int(married.sum()))
    _marriage(
        registry,
        families.mother[chosen][married],
        he[married],
        registry_days + random.integers(1, _SOON, int(married.sum())),
        since=_married_on(country, chosen[married]),
        until=registry_days,
    )
    families.partner[chosen] = NEVER


def change_parent(country: Country, registry: Registry) -> None:
    """Enter that children of separated parents come to live with the other."""
    random, children, families = country.random, country.children, country.families
    rate = country.known["to_the_other_parent"] * country.years
    apart = (families.partner == NEVER) & (families.father != NEVER)
    apart &= families.youngest < country.period.first
    chosen = np.flatnonzero(apart & country.some(len(apart), rate))
    theirs = np.flatnonzero(
        np.isin(children.family, chosen)
        & children.with_mother
        & ~children.with_father
        & (children.father == families.father[children.family])
        & _here(country, families.father[children.family])
        & _here(country, children.mother)
    )
    day = country.days(len(apart))[children.family[theirs]].astype(np.int32)
    entered = day + random.integers(1, _LATER, len(theirs))
    end_raising(registry, children, theirs, MOTHER, day, entered)
    registry.parents.add(
        entered,
        child_code=children.person[theirs],
        parent_code=children.father[theirs],
        raises=np.full(len(theirs), True),
        until=NEVER,
    )
    _come_to(country, registry, children.person[theirs], children.father[theirs], entered)
    children.with_mother[theirs], children.with_father[theirs] = False, True


def establish_paternity(country: Country, registry: Registry) -> None:
    """Enter a second parent of children who had one; he does not live with them."""
    children, known = country.children, country.known
    young = country.people.born[children.person] > country.period.first - _PATERNITY_WITHIN
    young &= _born_before(country, children.person)
    single = np.flatnonzero((children.father == NEVER) & young)
    rate = known["paternity_established"] * country.years
    theirs = single[country.some(len(single), rate)]
    fathers = country.take_free(MALE, len(theirs), 33, 7)
    theirs = theirs[: len(fathers)]
    day = country.days(len(theirs)).astype(np.int32)
    entered = day + country.random.integers(1, _SOON, len(theirs))
    registry.enter_parent(children.person[theirs], fathers, FATHER, False, day, entered)


def appoint_guardians(country: Country, registry: Registry) -> None:
    """Enter guardians of children whose one parent no longer raises them, or has died."""
    people, children = country.people, country.children
    age = (country.period.first - people.born[children.person]) / YEAR
    fits = (age > 0) & (age < OF_AGE - 2) & (children.with_mother ^ children.with_father)
    fits &= _here(country, children.person)
    parent = np.where(children.with_mother, children.mother, children.father)
    orphan = fits & ~_here(country, parent)
    count = max(country.happen("guardianships"), int(orphan.sum()))
    theirs = country.pick(fits * np.where(orphan, _FIRST_OF_ALL, 1), count)
    guardians = country.take_free(FEMALE, len(theirs), *_GUARDIANS)
    theirs = theirs[: len(guardians)]
    child = children.person[theirs]
    alone_from = np.where(orphan[theirs], people.gone[parent[theirs]], 0)
    day = np.maximum(country.days(len(theirs)), alone_from + _SOON).astype(np.int32)
    entered = day + country.random.integers(1, _SOON, len(theirs))
    with_mother, with_father = children.with_mother[theirs], children.with_father[theirs]
    for relation, raises in ((MOTHER, with_mother), (FATHER, with_father)):
        end_raising(registry, children, theirs[raises], relation, day[raises], entered[raises])
    registry.enter_parent(child, guardians, GUARDIAN, True, day, entered)
    _come_to(country, registry, child, guardians, entered)
    registry.guardianship.add(
        entered, child_code=child, guardian_code=guardians, notified_on=day, until=NEVER
    )
    children.with_mother[theirs] = children.with_father[theirs] = False


def adopt(country: Country, registry: Registry) -> None:
    """Enter adoptions of a single parent's child by the parent's new spouse."""
    children = country.children
    single = (children.father == NEVER) & children.with_mother
    single &= _born_before(country, children.person) & _here(country, children.mother)
    _, one = np.unique(children.family, return_index=True)
    only = np.zeros(len(single), bool)  # (one child of each family)
    only[one] = True
    theirs = country.pick((single & only).astype(float), country.happen("adoptions"))
    spouses = country.take_free(MALE, len(theirs), 36, 7)
    theirs = theirs[: len(spouses)]
    day = country.days(len(theirs)).astype(np.int32)
    married = day - country.random.integers(200, 1500, len(theirs))
    mother = children.mother[theirs]
    _marriage(registry, mother, spouses, married + 3, since=married)
    _come_to(country, registry, spouses, mother, married + 3)
    registry.enter_parent(
        children.person[theirs],
        spouses,
        ADOPTER,
        True,
        day,
        day + country.random.integers(1, _SOON, len(theirs)),
    )


def marry(country: Country, registry: Registry) -> None:
    """Enter marriages: of before, and of the period with the names that change by them."""
    people, random, families = country.people, country.random, country.families
    before = np.flatnonzero(families.married & (families.partner != NEVER))
    since = _married_on(country, before)
    _marriage(registry, families.mother[before], families.partner[before], since + 3, since=since)
    total = country.happen("marriages")
    open_to = ~families.married & (families.partner != NEVER)
    open_to &= _here(country, families.partner) & _here(country, families.mother)
    chosen = country.pick(open_to.astype(float), round(total * _OF_PARENTS))
    women = country.take_free(FEMALE, total - len(chosen), 30, 8)
    men = country.take_free(MALE, len(women), 32, 8)
    wife = np.concatenate([families.mother[chosen], women[: len(men)]])
    husband = np.concatenate([families.partner[chosen], men])
    day = country.days(len(wife)).astype(np.int32)
    entered = day + random.integers(1, _SOON, len(wife))
    _marriage(registry, wife, husband, entered, since=day)
    takes = country.some(len(wife), country.known["takes_his_surname"])
    people.surname[wife[takes]] = people.surname[husband[takes]]
    registry.persons.add(entered, where=takes, person_code=wife, surname=registry.surname(wife))


def end_raising(
    registry: Registry,
    children: Children,
    places: Array,
    relation: int,
    day: Array,
    entered: Array,
) -> None:
    """Enter that children no longer grow up with a parent, from a day on."""
    parent = children.mother if relation == MOTHER else children.father
    registry.parents.add(
        entered,
        child_code=children.person[places],
        parent_code=parent[places],
        raises=np.full(len(places), False),
        until=day - 1,
    )


def _come_to(
    country: Country, registry: Registry, persons: Array, others: Array, entered: Array
) -> None:
    """Enter that persons come to live with others, where they stay."""
    people = country.people
    people.home[persons] = people.home[others]
    registry.persons.add(entered, person_code=persons, address_code=people.home[persons])
    country.settled.append(persons)


def _marriage(
    registry: Registry,
    one: Array,
    other: Array,
    recorded_on: Array,
    **dates: Array,
) -> None:
    registry.couples.append((one, other, np.asarray(recorded_on), dates))


def _married_on(country: Country, families: Array) -> Array:
    """Return the day on which parents married, the same each time: before the youngest's birth."""
    before = _MARRIED_BEFORE + families * _STEP % _MARRIED_WITHIN
    found: Array = (country.families.youngest[families] - before).astype(np.int32)
    return found


def _born_before(country: Country, persons: Array) -> Array:
    """Tell which persons are born before the period."""
    found: Array = country.people.born[persons] < country.period.first
    return found


def _here(country: Country, persons: Array) -> Array:
    """Tell which persons there are, alive and in the country to the end of the period."""
    found: Array = (persons != NEVER) & (
        country.people.gone[np.where(persons == NEVER, 0, persons)] > country.period.last
    )
    return found
