"""The people of Estonia on the first day: families as they are known, and other adults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.registers.sampling.estonian.log import NEVER, Period
from policy.sampling.sampling import children_of_families, single_parents
from policy.sampling.sampling import marginals as families_known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator

    from policy.legislation.people import Array

YEAR = 365.2425
FEMALE, MALE = 0, 1
MOTHER, FATHER, GUARDIAN, ADOPTER = range(4)
#: Children of families are younger than this on the first day.
OF_AGE = 19
#: Days between the births of one mother, at least.
_BETWEEN = 290
#: Ages of a mother: at her first and at her last child.
_YOUNGEST, _OLDEST_AT_FIRST, _OLDEST = 16, 42, 47
#: How much more common the first surnames of the list are.
_COMMON = 1.8
#: By how many years a father is older than the mother: mean, spread, and his least age.
_OLDER, _SPREAD, _YOUNGEST_FATHER = 2.5, 4, 17


@dataclass
class People:
    """Persons by number: what is known of each, and from and until when they are here."""

    born: Array = field(default_factory=lambda: np.empty(0, np.int32))
    sex: Array = field(default_factory=lambda: np.empty(0, np.int8))
    given: Array = field(default_factory=lambda: np.empty(0, np.int32))
    surname: Array = field(default_factory=lambda: np.empty(0, np.int32))
    home: Array = field(default_factory=lambda: np.empty(0, np.int32))
    here_from: Array = field(default_factory=lambda: np.empty(0, np.int32))
    entered: Array = field(default_factory=lambda: np.empty(0, np.int32))
    gone: Array = field(default_factory=lambda: np.empty(0, np.int32))
    #: Adults without children, who may become parents, guardians or spouses.
    free: Array = field(default_factory=lambda: np.empty(0, bool))

    def __len__(self) -> int:
        return len(self.born)

    def add(self, born: Array, **known: Any) -> Array:
        """Add persons; return their numbers."""
        numbers = np.arange(len(self), len(self) + len(born))
        default = {"here_from": NEVER, "gone": np.iinfo(np.int32).max, "free": False}
        for name, values in {"born": born, **default, **known}.items():
            before = getattr(self, name)
            more = np.broadcast_to(np.asarray(values), born.shape).astype(before.dtype)
            setattr(self, name, np.concatenate([before, more]))
        return numbers


@dataclass
class Children:
    """Children by place: who they are, whose, and with whom they grow up."""

    person: Array
    family: Array
    mother: Array
    father: Array
    with_mother: Array
    with_father: Array


@dataclass
class Families:
    """Families on the first day.

    Attributes:
        mother: number of each one's mother.
        partner: number of the man who lives with her, NEVER where there is none.
        father: number of the father of its youngest child, NEVER where none is entered.
        married: whether mother and partner are married.
        single: whether no second parent is entered.
        number: how many children it has.
        youngest: day of birth of the youngest.

    """

    mother: Array
    partner: Array
    father: Array
    married: Array
    single: Array
    number: Array
    youngest: Array


@dataclass
class Country:
    """What the registers are drawn about.

    Attributes:
        known: the marginals, by name.
        names: lists of names: ``female``, ``male``, ``surnames``.
        share: residents drawn for each real one.
        period: the days of the registers.
        random: where chance comes from.
        people: all persons.
        families: the families of the first day.
        children: their children.
        homes: how many dwellings there are.
        settled: numbers of persons who come to live with others, and do not move besides.

    """

    known: Mapping[str, Any]
    names: Mapping[str, list[str]]
    share: float
    period: Period
    random: Generator
    people: People = field(default_factory=People)
    families: Families = field(init=False)
    children: Children = field(init=False)
    homes: int = 0
    settled: list[Array] = field(default_factory=list)

    @property
    def years(self) -> float:
        """How long the period is."""
        return (self.period.last + 1 - self.period.first) / YEAR

    def some(self, count: int, share: float) -> Array:
        """Choose each with a chance."""
        found: Array = self.random.uniform(size=count) < share
        return found

    def days(self, count: int) -> Array:
        """Draw days of the period."""
        return self.random.integers(self.period.first, self.period.last + 1, count)

    def new_homes(self, count: int) -> Array:
        """Return dwellings in which nobody lives yet."""
        self.homes += count
        return np.arange(self.homes - count, self.homes)

    def of_years(self, name: str, first: int, last: int) -> Array:
        """Return how many of something happen on each day, by the counts of years."""
        counts = {int(year): number for year, number in self.known[name].items()}
        days = np.arange(first, last + 1).astype("M8[D]")
        years = days.astype("M8[Y]").astype(int) + 1970
        each = {
            year: counts[min(counts, key=lambda known: abs(known - year))]
            for year in np.unique(years).tolist()
        }
        found: Array = np.array([each[year] for year in years.tolist()]) * (self.share / YEAR)
        return found

    def happen(self, name: str) -> int:
        """Return how many of something happen in the period."""
        known = self.known[name]
        if isinstance(known, dict):
            known = self.of_years(name, self.period.first, self.period.last).sum()
            return round(float(known))
        return round(float(known * self.share * self.years))

    def pick(self, weights: Array, count: int) -> Array:
        """Choose places by weight, each once; fewer where not so many weigh anything."""
        weighing = np.flatnonzero(weights > 0)
        count = min(count, len(weighing))
        if not count:
            return weighing[:0]
        late = self.random.exponential(size=len(weighing)) / weights[weighing]
        return weighing[np.sort(np.argpartition(late, count - 1)[:count])]

    def take_free(self, sex: int, count: int, age: float, spread: float) -> Array:
        """Choose adults without children about an age, who are then no longer free."""
        people = self.people
        years = (self.period.first - people.born) / YEAR
        weights = np.exp(-(((years - age) / spread) ** 2) / 2)
        fits = people.free & (people.sex == sex) & (years >= OF_AGE) & (people.here_from == NEVER)
        chosen = self.pick(np.where(fits, weights, 0), count)
        people.free[chosen] = False
        found: Array = self.random.permutation(chosen)
        return found

    def given_names(self, sex: Array) -> Array:
        """Draw given names: places in the women's and then the men's names."""
        women, men = len(self.names["female"]), len(self.names["male"])
        places = self.random.uniform(size=len(sex)) ** 2 * np.where(sex == FEMALE, women, men)
        found: Array = places.astype(np.int32) + np.where(sex == FEMALE, 0, women)
        return found

    def surnames(self, count: int) -> Array:
        """Draw surnames: places in the list."""
        places = self.random.uniform(size=count) ** _COMMON * len(self.names["surnames"])
        return places.astype(np.int32)


def spread(weights: Array, count: int, random: Generator) -> Array:
    """Spread a number of things over places, as evenly as their weights allow; in order."""
    ends = np.cumsum(weights)
    at = (np.arange(count) + random.uniform(size=count)) / max(count, 1) * ends[-1]
    places: Array = np.minimum(np.searchsorted(ends, at, side="right"), len(ends) - 1)
    return places


def settle(country: Country, residents: int) -> None:
    """Draw the people of the first day: families with children, and other adults.

    Args:
        country: where they are put.
        residents: how many there are in all.

    """
    random, known, people = country.random, country.known, country.people
    counts = {name: each["value"] for name, each in families_known("estonia").items()}
    families = round(counts["groups"] * country.share)
    number = children_of_families(counts, families, random)
    single = single_parents(counts, number, random)
    family = np.repeat(np.arange(families), number)
    begins = np.cumsum(number) - number
    order = np.arange(len(family)) - begins[family]  # (0 is the youngest)
    born = _births(country, number, order)
    eldest, youngest = born[begins + number - 1], born[begins]
    together = ~single & ~country.some(families, known["separated"])
    half = together & (number > 1) & country.some(families, known["half_siblings"])
    mothers = _mothers(country, eldest, youngest)
    fathers = np.full(families, NEVER)
    fathers[~single] = _fathers(country, mothers[~single], eldest[~single])
    others = np.full(families, NEVER)  # (fathers of elder half-siblings)
    others[half] = _fathers(country, mothers[half], eldest[half])
    married = together & country.some(families, known["married"])
    homes = country.new_homes(families)
    people.home[mothers] = homes
    people.home[fathers[together]] = homes[together]
    apart = np.concatenate([fathers[~single & ~together], others[half]])
    people.home[apart] = country.new_homes(len(apart))
    takes = married & country.some(families, known["takes_his_surname"])
    people.surname[mothers[takes]] = people.surname[fathers[takes]]
    cut = random.integers(1, np.maximum(number, 2))
    of_other = half[family] & (order >= cut[family])
    father = np.where(of_other, others[family], fathers[family])
    moved = ~single & ~together & country.some(families, known["with_father"])
    home = np.where(moved, people.home[np.where(moved, fathers, 0)], homes)
    children = people.add(
        born,
        **drawn(country, len(born)),
        surname=childs_surname(country, mothers[family], father),
        home=home[family],
        entered=born + country.random.integers(1, 11, len(born)),
    )
    country.families = Families(
        mothers,
        np.where(together, fathers, NEVER),
        np.where(single, NEVER, fathers),
        married,
        single,
        number,
        youngest,
    )
    country.children = Children(
        children,
        family,
        mothers[family],
        father,
        ~moved[family],
        moved[family] | (together[family] & ~of_other),
    )
    _other_adults(country, residents - len(people))


def drawn(country: Country, count: int, sex: Array | None = None) -> dict[str, Array]:
    """Draw the sex and given names of new people."""
    if sex is None:
        sex = np.where(country.some(count, country.known["boys"]), MALE, FEMALE)
    return {"sex": sex, "given": country.given_names(sex)}


def childs_surname(country: Country, mother: Array, father: Array) -> Array:
    """Draw the surnames of children: the father's or the mother's."""
    his = (father != NEVER) & country.some(len(father), country.known["fathers_surname"])
    surname = country.people.surname
    found: Array = np.where(his, surname[np.where(his, father, 0)], surname[mother])
    return found


def _births(country: Country, number: Array, order: Array) -> Array:
    """Draw the days of birth of families' children, the youngest of each first.

    Ages are drawn by family, and then put in the place of the same rank among all that were born in
    the years; so the years have as many children as were born, and brothers and sisters stay apart.
    """
    random, first = country.random, country.period.first
    begins = np.cumsum(number) - number
    family = np.repeat(np.arange(len(number)), number)
    gap = random.uniform(1.3, np.minimum(5, 18 / np.maximum(number - 1, 1)) + 0.1)
    gaps = np.where(order > 0, gap[family] * random.uniform(0.8, 1.2, len(family)), 0)
    youngest = random.uniform(0, np.maximum(OF_AGE - gap * (number - 1), 1))
    total = np.cumsum(gaps)
    age = youngest[family] + total - total[begins][family]
    from_day = first - int(OF_AGE * YEAR)
    places = spread(country.of_years("births", from_day, first - 1), len(family), random)
    born = np.empty(len(family), np.int32)
    born[np.argsort(-age, kind="stable")] = from_day + places
    same = (order > 0) & country.some(len(family), country.known["twins"])
    for rank in range(1, int(number.max(initial=1))):
        here = np.flatnonzero(order == rank)
        apart = np.minimum(born[here], born[here - 1] - _BETWEEN)
        born[here] = np.where(same[here], born[here - 1], apart)
    return born


def _mothers(country: Country, eldest: Array, youngest: Array) -> Array:
    known, count = country.known, len(eldest)
    mean, deviation = known["age_at_first_birth"], known["spread_of_age_at_first_birth"]
    latest = np.minimum(_OLDEST_AT_FIRST, _OLDEST - (youngest - eldest) / YEAR)
    age = np.clip(country.random.normal(mean, deviation, count), _YOUNGEST, latest)
    age = np.maximum(age, _YOUNGEST)
    born = (eldest - age * YEAR).astype(np.int32)
    sex = np.full(count, FEMALE)
    return country.people.add(
        born,
        **drawn(country, count, sex),
        surname=country.surnames(count),
        home=0,
        entered=born + 5,
    )


def _fathers(country: Country, mothers: Array, eldest: Array) -> Array:
    count = len(mothers)
    older = country.random.normal(_OLDER, _SPREAD, count) * YEAR
    latest = eldest - int(_YOUNGEST_FATHER * YEAR)
    born = np.minimum(country.people.born[mothers] - older, latest).astype(np.int32)
    return country.people.add(
        born,
        **drawn(country, count, np.full(count, MALE)),
        surname=country.surnames(count),
        home=0,
        entered=born + 5,
    )


def _other_adults(country: Country, count: int) -> None:
    """Draw adults without children under age, alone or with another."""
    count = max(count, 0)
    ages = [int(age) for age in country.known["age_of_adults"]]
    shares = np.array([*country.known["age_of_adults"].values()][:-1])
    band = spread(shares, count, country.random)
    low, high = np.array(ages[:-1]), np.array(ages[1:])
    age = country.random.uniform(low[band], high[band])
    born = (country.period.first - age * YEAR).astype(np.int32)
    homes = np.arange(count)
    follows = country.some(count, country.known["residents_in_couples"] / 2)
    follows[:1] = False
    homes[1:][follows[1:]] -= 1  # (with the one before, near in age)
    country.people.add(
        born,
        **drawn(country, count),
        surname=country.surnames(count),
        home=country.new_homes(count)[homes] if count else homes,
        entered=born + 5,
        free=True,
    )
