"""The registers of Estonia, for as many residents as are asked for, by a seed.

People are drawn from ``marginals/estonia.yaml``: families with their children by the years they
were born in, other adults; then births, deaths, moves, separations, migration of a period, day by
day; and each is entered in the register as it would be: days later, sometimes wrong at first, or
twice. What the registers held on the first day is their entries of before it.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.documents import read_document
from policy.errors import PolicyError, Problem
from policy.legislation.parameters import iso_day
from policy.private import made_whole
from policy.registers.sampling.estonian import answers, births, happenings, lives
from policy.registers.sampling.estonian.country import FATHER, MOTHER, Country, settle
from policy.registers.sampling.estonian.log import NEVER, Period
from policy.registers.sampling.estonian.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

_MARGINALS = Path(__file__).parent / "marginals"
#: Fewer residents have too few births of each kind.
LEAST = 1_000
#: The tables that are written.
TABLES = 12


def marginals() -> dict[str, dict[str, Any]]:
    """Return what the registers are drawn from, with source and grade.

    >>> marginals()["births"]["value"]["2023"]
    10721

    """
    return dict(read_document(_MARGINALS / "estonia.yaml").data)


def sample(
    folder: Path,
    size: int,
    seed: int,
    first_day: str,
    last_day: str,
    progress: Callable[[str, int], None] = lambda _path, _count: None,
) -> None:
    """Write the generated registers of Estonia.

    Args:
        folder: where the registers' folders are written; only their owner can read them.
        size: how many residents on the first day.
        seed: another seed draws others; the same writes the same bytes.
        first_day: entries of before are the state on this ISO day.
        last_day: the last day of entries.
        progress: called with the path of each table and its number of entries, once written.

    Raises:
        PolicyError: there are too few residents or days, there is such a folder already, or a
            file cannot be written.

    """
    period = Period(_number(first_day), _number(last_day))
    if size < LEAST or period.last < period.first:
        what = f"{size:,} residents" if size < LEAST else f"{first_day} to {last_day}"
        remedy = f"ask for {LEAST:,} residents or more, and for a day or more"
        raise PolicyError(Problem(f"registers of {what} cannot be drawn", remedy=remedy))
    with made_whole(folder) as aside:
        registry = draw(size, seed, period)
        for path, count in registry.write(aside):
            progress(path, count)


def expected(name: str, size: int, first_day: str, last_day: str) -> float:
    """Return how many births, deaths and the like the counts of years make of a period."""
    period = Period(_number(first_day), _number(last_day))
    return float(_country(size, 0, period).of_years(name, period.first, period.last).sum())


def draw(size: int, seed: int, period: Period) -> Registry:
    """Draw people, what happens to them, and the entries about it."""
    country = _country(size, seed, period)
    settle(country, size)
    registry = Registry(country)
    born = births.draw_births(country)
    registry.enter(np.arange(int(born.children[0]) if len(born.children) else len(country.people)))
    _enter_families(country, registry)
    births.enter_births(country, registry, born)
    due = births.enter_pregnancies(country, registry, born)
    births.join_families(country, born)
    happenings.die(country, registry, born)
    happenings.leave(country, registry, born)
    happenings.arrive(country, registry)
    happenings.adopt(country, registry)
    happenings.appoint_guardians(country, registry)
    happenings.change_parent(country, registry)
    happenings.marry(country, registry)
    happenings.separate(country, registry)
    happenings.establish_paternity(country, registry)
    happenings.move(country, registry)
    lives.study(country, registry)
    employed = lives.work(country, registry, born)
    lives.be_sick(country, registry, employed)
    lives.serve(country, registry)
    answers.answer(country, registry, born, due, employed)
    registry.finish()
    return registry


def _country(size: int, seed: int, period: Period) -> Country:
    known = {name: each["value"] for name, each in marginals().items()}
    names = dict(read_document(_MARGINALS / "estonia_names.yaml").data)
    parts = product(names.pop("first_parts"), names.pop("second_parts"))
    names["surnames"] = [*names["surnames"], *(first + second for first, second in parts)]
    return Country(known, names, size / known["residents"], period, np.random.default_rng(seed))


def _enter_families(country: Country, registry: Registry) -> None:
    """Enter the parents of the children of the first day."""
    children, people = country.children, country.people
    born, entered = people.born[children.person], people.entered[children.person]
    of = children.person
    registry.enter_parent(of, children.mother, MOTHER, children.with_mother, born, entered)
    has = children.father != NEVER
    registry.enter_parent(
        of[has],
        children.father[has],
        FATHER,
        children.with_father[has],
        born[has],
        entered[has],
    )


def _number(day: str) -> int:
    return int(np.datetime64(iso_day(day)).astype(int))
