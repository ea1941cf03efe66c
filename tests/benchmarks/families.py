"""Families made up for the benchmarks: as columns, and as scenarios in OpenFisca's format.

Needs NumPy alone, so that peers can read it in environments of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

PERIOD = "2024-05"
NO_DAY = np.datetime64("9999-12-31")
PARENT, CHILD = 0, 1

_ASKED = np.datetime64("2024-05-15")
#: How many of a hundred families have 0, 1, 2 … children.
_CHILDREN = (4, 46, 35, 10, 2, 1, 1, 0.6, 0.4)
#: Shares of families with two parents, of single parents without another parent in law, of
#: births of three children or more, and of children who have turned seven that are at school.
_COUPLES, _SOLE, _TRIPLETS, _AT_SCHOOL = 0.6, 0.3, 0.003, 0.95


@dataclass(frozen=True)
class Families:
    """Families as columns: a row for each person, family by family.

    Attributes:
        count: how many families.
        family: the number of each person's family, from 0, rising.
        role: 0 for a parent, 1 for a child.
        birth_date: days.
        is_student: whether at school in the month.
        children_of_the_birth: 1, or 3 for triplets.
        sole_parent_from: the day from which the child has one parent in law; 9999-12-31 for never.

    """

    count: int
    family: np.ndarray
    role: np.ndarray
    birth_date: np.ndarray
    is_student: np.ndarray
    children_of_the_birth: np.ndarray
    sole_parent_from: np.ndarray

    @property
    def facts(self) -> dict[str, np.ndarray]:
        """The columns that are facts, by variable."""
        names = ("birth_date", "is_student", "children_of_the_birth", "sole_parent_from")
        return {name: getattr(self, name) for name in names}


def families(count: int, seed: int = 2024) -> Families:
    """Make up families, always the same for a count and a seed.

    Children are up to 20 years old, so that all ages the law looks at occur; some were born within
    the month.
    """
    rng = np.random.default_rng(seed)
    parents = 1 + (rng.random(count) < _COUPLES)
    shares = np.array(_CHILDREN) / sum(_CHILDREN)
    children = rng.choice(len(shares), count, p=shares)
    sizes = parents + children
    family = np.repeat(np.arange(count), sizes)
    place = np.arange(len(family)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    is_child = place >= parents[family]
    age = np.where(
        is_child, rng.integers(-16, 20 * 365, len(family)), rng.integers(7300, 18250, len(family))
    )
    birth_date = _ASKED - age
    triplet = is_child & (rng.random(len(family)) < _TRIPLETS)
    sole = is_child & (parents[family] == 1) & (rng.random(count) < _SOLE)[family]
    return Families(
        count=count,
        family=family,
        role=np.where(is_child, CHILD, PARENT),
        birth_date=birth_date,
        is_student=is_child & (age > 7 * 365) & (rng.random(len(family)) < _AT_SCHOOL),
        children_of_the_birth=np.where(triplet, 3, 1).astype(np.int32),
        sole_parent_from=np.where(sole, birth_date, NO_DAY),
    )


def scenarios(made: Families) -> list[dict[str, Any]]:
    """Return each family as a scenario of its own, in the format openfisca-core reads too."""
    first = np.searchsorted(made.family, np.arange(made.count + 1))
    return [_scenario(made, start, stop) for start, stop in pairwise(first)]


def _scenario(made: Families, start: int, stop: int) -> dict[str, Any]:
    persons: dict[str, Any] = {}
    members: dict[str, list[str]] = {"parents": [], "children": []}
    for row in range(start, stop):
        name = f"p{row - start}"
        is_child = made.role[row] == CHILD
        members["children" if is_child else "parents"].append(name)
        persons[name] = {"birth_date": {"ETERNITY": str(made.birth_date[row])}}
        if is_child:
            persons[name] |= {
                "is_student": {PERIOD: bool(made.is_student[row])},
                "children_of_the_birth": {"ETERNITY": int(made.children_of_the_birth[row])},
                "sole_parent_from": {"ETERNITY": str(made.sole_parent_from[row])},
            }
    return {"persons": persons, "families": {"family": members}}
