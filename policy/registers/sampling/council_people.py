"""Who lives in a council's dwellings: families, their children, sons named as their fathers."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator

    from policy.legislation.people import Array

_YEAR = 365.2425
#: Ages: of the youngest children drawn, of school, and of adults; of parents of grown-up children.
_FIRST, _SCHOOL, _LEAVING = 3, 5, 18
_ADULT, _OLD_PARENT, _OLDEST = 20, 45, 88
_YEARS_TO_FIRST_CHILD, _YEARS_TO_SON = (20, 38), (20, 24)
_YEARS_BETWEEN_COUPLES = 4


@dataclass(frozen=True)
class People:
    """Everybody, a row each, and families by the rows of their members.

    Attributes:
        given, middle, surname: names; ``middle`` is empty without one.
        other_surname: an earlier one of married women, the other parent's of children.
        born: dates of birth.
        home, former: numbers of the dwellings, now and before.
        namesake_home: the dwelling of who gave them their name, -1 for most.
        adults, children, grown_up: rows; those grown up live with a parent of the same name.
        first, second: of each family the rows of its adults, -1 without a second.
        family: of each child the number of its family.

    """

    given: Array
    middle: Array
    surname: Array
    other_surname: Array
    born: Array
    home: Array
    former: Array
    namesake_home: Array
    adults: Array
    children: Array
    grown_up: Array
    first: Array
    second: Array
    family: Array


@dataclass
class _Names:
    """Names, drawn the more seldom the later they stand in their list."""

    lists: Mapping[str, Any]
    random: Generator

    def given(self, female: Array) -> Array:
        """Draw first names."""
        count = len(female)
        return np.where(female, self._drawn("female", count), self._drawn("male", count))

    def surnames(self, count: int) -> Array:
        """Draw surnames."""
        return self._drawn("surnames", count)

    def near(self, name: str, female: bool) -> str:
        """Return another name with nearly the same letters."""
        others: list[str] = [
            each for each in self.lists["female" if female else "male"] if each != name
        ]
        return str(get_close_matches(name, others, n=1, cutoff=0)[0])

    def _drawn(self, kind: str, count: int) -> Array:
        names = np.array(self.lists[kind], object)
        shares = 1 / (np.arange(len(names)) + 8) ** 0.9
        return self.random.choice(names, count, p=shares / shares.sum())


def people(
    known: Mapping[str, Any],
    lists: Mapping[str, Any],
    size: int,
    random: Generator,
    day: np.datetime64,
) -> People:
    """Draw those who live in ``size`` dwellings on a day."""
    names = _Names(lists, random)
    homes, of_two, number = _families(known, size, random)
    family = np.repeat(np.arange(len(homes)), number)
    years, twin = _ages_of_children(known, family, random)
    eldest = np.zeros(len(homes))
    np.maximum.at(eldest, family, years)
    to_child = random.uniform(*_YEARS_TO_FIRST_CHILD, len(homes))
    age = np.where(number > 0, eldest + to_child, random.uniform(_ADULT, _OLDEST, len(homes)))

    female = _some(random, len(homes), 0.5)
    given, surname = names.given(female), names.surnames(len(homes))
    namesakes = np.full(len(homes), -1)
    sons = np.flatnonzero(_some(random, len(homes), known["sons_elsewhere"]) & (age < _OLD_PARENT))
    old = np.flatnonzero(age >= _OLD_PARENT)
    if len(old):
        fathers = random.choice(old, len(sons))
        namesakes[sons] = homes[fathers]
        for part in (given, surname, female):
            part[sons] = part[fathers]
    married = of_two & _some(random, len(homes), known["share_married"])
    of_second = np.where(married, surname, names.surnames(len(homes)))

    second = np.flatnonzero(of_two)
    by_second = of_two & _some(random, len(homes), known["share_of_fathers_surname"])
    of_child = np.where(by_second, of_second, surname)
    of_other = np.where(of_two, np.where(by_second, surname, of_second), of_second)
    girls = _some(random, len(family), 0.5)
    grown = np.flatnonzero(
        of_two
        & (number == 0)
        & (age >= _OLD_PARENT)
        & _some(random, len(homes), known["fathers_and_sons"])
    )
    maiden = np.where(married, names.surnames(len(homes)), surname)
    groups = [
        (np.arange(len(homes)), given, surname, np.where(female, maiden, surname), age),
        (
            second,
            names.given(~female)[second],
            of_second[second],
            np.where(married & ~female, maiden, of_second)[second],
            (age + random.uniform(-_YEARS_BETWEEN_COUPLES, _YEARS_BETWEEN_COUPLES, len(age)))[
                second
            ],
        ),
        (
            family,
            _names_of_children(known, names, family, girls, twin),
            of_child[family],
            of_other[family],
            years,
        ),
        (
            grown,
            given[grown],
            surname[grown],
            surname[grown],
            age[grown] - random.uniform(*_YEARS_TO_SON, len(grown)),
        ),
    ]
    of, all_given, all_surnames, all_others, all_years = map(
        np.concatenate, zip(*groups, strict=True)
    )
    starts = np.cumsum([0, *(len(group[0]) for group in groups)])
    row_of_second = np.full(len(homes), -1)
    row_of_second[second] = starts[1] + np.arange(len(second))
    children, grown_up = np.arange(starts[2], starts[3]), np.arange(starts[3], starts[4])
    middle = names.given(_some(random, starts[4], 0.5))
    return People(
        given=all_given,
        middle=np.where(_some(random, starts[4], known["has_middle_name"]), middle, ""),
        surname=all_surnames,
        other_surname=all_others,
        born=day - (all_years * _YEAR).astype("m8[D]"),
        home=homes[of],
        former=random.integers(0, size, len(homes))[of],
        namesake_home=np.concatenate([namesakes, np.full(starts[4] - len(homes), -1)]),
        adults=np.concatenate([np.arange(starts[2]), grown_up]),
        children=children,
        grown_up=grown_up,
        first=np.arange(len(homes)),
        second=row_of_second,
        family=family,
    )


def _some(random: Generator, count: int, share: float) -> Array:
    return random.uniform(size=count) < share


def _families(known: Mapping[str, Any], size: int, random: Generator) -> tuple[Array, Array, Array]:
    """Draw families: the dwelling of each, whether it has two adults, and how many children."""
    occupied = np.flatnonzero(~_some(random, size, known["share_empty"]))
    guests = random.choice(occupied, round(size * known["share_shared"]))
    homes = np.concatenate([occupied, guests])
    is_guest = np.arange(len(homes)) >= len(occupied)
    shares = np.array(known["children_of_a_family"])
    at_school = (_LEAVING - _SCHOOL) / (_LEAVING - _FIRST) * known["share_at_council_schools"]
    each = float(shares @ np.arange(1, len(shares) + 1)) * at_school
    share = known["pupils"] / known["groups"] / each - known["share_shared"]
    with_children = _some(random, len(homes), share) | is_guest
    number = random.choice(len(shares), len(homes), p=shares) + 1
    of_two = ~_some(random, len(homes), known["share_with_one_adult"]) & ~is_guest
    return homes, of_two, np.where(with_children, number, 0)


def _ages_of_children(
    known: Mapping[str, Any], family: Array, random: Generator
) -> tuple[Array, Array]:
    """Draw ages, and who is born on one day with the child before."""
    years = random.uniform(_FIRST, _LEAVING, len(family))
    follows = np.zeros(len(family), bool)
    follows[1:] = family[1:] == family[:-1]
    twin = follows & _some(random, len(family), known["twins"] / max(follows.mean(), 1e-9))
    for row in np.flatnonzero(twin).tolist():
        years[row] = years[row - 1]
    return years, twin


def _names_of_children(
    known: Mapping[str, Any], names: _Names, family: Array, girls: Array, twin: Array
) -> Array:
    """Name children, those of a family differently; some twins with nearly the same name."""
    given = names.given(girls)
    for _ in range(5):
        again = np.zeros(len(family), bool)
        for before in range(1, 5):
            again[before:] |= (family[before:] == family[:-before]) & (
                given[before:] == given[:-before]
            )
        given = np.where(again, names.given(girls), given)
    like = twin & _some(names.random, len(family), known["twins_of_like_names"])
    for row in np.flatnonzero(like).tolist():
        given[row] = names.near(given[row - 1], bool(girls[row]))
    return given
