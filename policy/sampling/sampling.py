"""Synthetic populations of the books: drawn from published counts, by a seed.

The counts stand in ``marginals/BOOK.yaml`` with the source and the grade of each; what stands in no
source is graded ``assumed``. They are drawn from, and not fitted to what the law then costs.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.documents import read_document
from policy.errors import PolicyError, Problem, did_you_mean
from policy.legislation.parameters import iso_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator

    from policy.legislation.people import Array

_MARGINALS = Path(__file__).parent / "marginals"
_DAYS_OF_YEAR = 365.2425
#: Children of the largest families drawn.
_MOST, _SEVEN, _SIX, _THREE = 10, 7, 6, 3


def marginals(book: str) -> dict[str, dict[str, Any]]:
    """Return the counts that a book's population is drawn from, with source and grade.

    Raises:
        PolicyError: there are none for the book.

    >>> marginals("estonia")["groups"]["value"]
    155000

    """
    if book not in _SAMPLERS:
        raise PolicyError(
            Problem(
                f"there is no synthetic population for '{book}'",
                remedy=did_you_mean(book, _SAMPLERS, kind="books"),
            )
        )
    return dict(read_document(_MARGINALS / f"{book}.yaml").data)


def sample(book: str, count: int, seed: int = 0, day: str = "2023-03-31") -> dict[str, Array]:
    """Draw a population.

    Args:
        book: the book's name.
        count: how many families, vehicles or households.
        seed: another seed draws others; the same draws the same.
        day: the ISO day on which the ages are counted.

    Returns:
        Columns of a table with a row for each person or vehicle; ``weight`` makes the sample stand
        for all there are.

    Raises:
        PolicyError: there is no population for the book, no such day, or nothing to draw.

    >>> families = sample("estonia", 100, seed=1)
    >>> len(set(families["family"])), round(float(families["weight"][0]))
    (100, 1550)

    """
    if count < 1:
        raise PolicyError(Problem(f"{count} cannot be drawn", remedy="ask for 1 or more"))
    known = {name: each["value"] for name, each in marginals(book).items()}
    columns = _SAMPLERS[book](
        known, count, np.random.default_rng(seed), np.datetime64(iso_day(day))
    )
    rows = len(next(iter(columns.values())))
    return {**columns, "weight": np.full(rows, known["groups"] / count)}


def _estonia(
    known: Mapping[str, Any], count: int, random: Generator, day: np.datetime64
) -> dict[str, Array]:
    """Draw families on child allowance: parents and children."""
    number = children_of_families(known, count, random)
    single = single_parents(known, number, random)
    family = np.repeat(np.arange(count), number)
    order = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    most = known["oldest_child"] / np.maximum(number - 1, 1)
    gap = random.uniform(1, np.minimum(known["years_between_children"], most), count)
    youngest = random.uniform(0, known["oldest_child"] - gap * (number - 1), count)
    age = youngest[family] + order * gap[family]
    eldest = np.zeros(count)
    np.maximum.at(eldest, family, age)
    parents = np.where(single, 1, 2)
    of_parent = np.repeat(np.arange(count), parents)
    at_birth = random.uniform(known["youngest_parent"], known["oldest_parent"], len(of_parent))
    of_all = np.concatenate([of_parent, family])
    ages = np.concatenate([eldest[of_parent] + at_birth, age])
    is_parent = np.arange(len(of_all)) < len(of_parent)
    lone = np.concatenate([np.zeros(len(of_parent), bool), single[family]])
    studies = ~is_parent & (ages >= known["studies_from"])
    sort = np.argsort(of_all, kind="stable")
    born = day - (ages * _DAYS_OF_YEAR).astype("m8[D]")
    return {
        "person": np.arange(len(of_all)),
        "family": of_all[sort],
        "family_role": np.where(is_parent, "parents", "children")[sort],
        "birth_date": born[sort],
        "is_student": studies[sort],
        "sole_parent_from": np.where(lone, born, np.datetime64("NaT"))[sort],
    }


def children_of_families(known: Mapping[str, Any], count: int, random: Generator) -> Array:
    """Draw the number of children of each family, so that families and children are as known."""
    to_six, from_seven = known["large_families_to_six"], known["large_families_from_seven"]
    small = known["groups"] - to_six - from_seven
    in_small = known["children"] - known["children_in_large_families"]
    two = (in_small - small) / known["groups"]
    many = _falling(_MOST - _SEVEN + 1, 0.5)
    in_most = from_seven * (_SEVEN + float(many @ np.arange(len(many))))
    mean = (known["children_in_large_families"] - in_most) / to_six
    few = _with_mean(_SIX - _THREE + 1, mean - _THREE)
    shares = np.zeros(_MOST + 1)
    shares[1], shares[2] = small / known["groups"] - two, two
    shares[_THREE : _SIX + 1] = few * to_six / known["groups"]
    shares[_SEVEN:] = many * from_seven / known["groups"]
    return random.choice(len(shares), count, p=shares / shares.sum())


def single_parents(known: Mapping[str, Any], number: Array, random: Generator) -> Array:
    """Draw single parents: of families with one or two children, as many of each as is known."""
    two = known["children_of_single_parents"] - known["single_parents"]
    one = known["single_parents"] - two
    shares = {1: one / known["groups"], 2: two / known["groups"]}
    chance = random.uniform(size=len(number))
    single = np.zeros(len(number), bool)
    for children, share in shares.items():
        of = number == children
        single |= of & (chance < share / max(of.mean(), share))
    return single


def _falling(size: int, ratio: float) -> Array:
    shares = ratio ** np.arange(size)
    found: Array = shares / shares.sum()
    return found


def _with_mean(size: int, mean: float) -> Array:
    """Return the geometrically falling shares of 0, 1, 2 … that have a mean."""
    low, high = 1e-9, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        if _falling(size, middle) @ np.arange(size) < mean:
            low = middle
        else:
            high = middle
    return _falling(size, low)


def _nebraska(
    known: Mapping[str, Any], count: int, random: Generator, day: np.datetime64
) -> dict[str, Array]:
    """Draw vehicles, each with an owner of its own."""
    age = np.minimum(random.geometric(1 / known["mean_age"], count) - 1, known["oldest"])
    chance = random.uniform(size=count)
    motorcycles = chance < known["share_of_motorcycles"]
    trailers = (chance >= known["share_of_motorcycles"]) & (
        chance < known["share_of_motorcycles"] + known["share_of_trailers"]
    )
    kind = np.where(motorcycles, "motorcycle", np.where(trailers, "trailer", "automobile"))
    electric = (kind == "automobile") & (random.uniform(size=count) < known["share_of_electric"])
    year = int(str(day.astype("M8[Y]")))
    value = known["median_value"] * np.exp(known["spread_of_value"] * random.normal(size=count))
    days = random.integers(0, 365, count).astype("m8[D]")
    return {
        "vehicle": np.arange(count),
        "owner": np.arange(count),
        "vehicle_type": kind,
        "model_year": year - age,
        "value_when_new": value.round(-2),
        "fuel": np.where(electric, "electric", "taxed"),
        "registration_date": day.astype("M8[Y]").astype("M8[D]") + days,
    }


def _north_lanarkshire(
    known: Mapping[str, Any], count: int, random: Generator, day: np.datetime64
) -> dict[str, Array]:
    """Draw households, each with a dwelling in a band, and their householders."""
    del day
    groups = {"ab": "bands_a_and_b", "cd": "bands_c_and_d", "efgh": "bands_e_to_h"}
    bands = np.array([band for group in groups for band in group])
    shares = np.array([known[name] / len(group) for group, name in groups.items() for _ in group])
    band = random.choice(bands, count, p=shares / shares.sum())
    one = random.uniform(size=count) < known["share_with_one_adult"]
    household = np.repeat(np.arange(count), np.where(one, 1, 2))
    return {
        "person": np.arange(len(household)),
        "household": household,
        "household_role": np.full(len(household), "householders"),
        "valuation_band": band[household],
    }


_SAMPLERS = {
    "estonia": _estonia,
    "nebraska": _nebraska,
    "north_lanarkshire": _north_lanarkshire,
}
