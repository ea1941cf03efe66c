"""B1, B2 and B3 for Nebraska: one owner, many owners, and a year's registrations of the state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

import policy
from tests.benchmarks import fleets, reference
from tests.benchmarks.fleets import PERIOD, fleet, scenarios
from tests.benchmarks.measure import FEW, MANY, SOME, TURN, Report, Way, in_turns, same_cents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.benchmarks.setting import Setting

#: The vehicles that the state registers in a year.
VEHICLES, FEW_VEHICLES = 2_500_000, 5_000
SAMPLE = 300
OURS = {"policy, Numba": "numba", "policy, NumPy": "numpy"}
CORE, BY_NUMBA = "openfisca-core", "hand-written Numba"
AIM = "at least 10 times openfisca-core's speed, at most 1.5 times the hand-written kernel's time"


def run(setting: Setting) -> list[Report]:
    """Measure one owner's bill, ten thousand owners', and all vehicles of a year."""
    return [_one_owner(setting), _many_owners(setting), _all_vehicles(setting)]


def _one_owner(setting: Setting) -> Report:
    book = policy.load("nebraska")
    names = book.metadata["outputs"]
    owner = next(each for each in scenarios(fleet(100)) if len(each["vehicles"]) > 1)

    def ours() -> list[float]:
        result = book.calculate(owner, names, PERIOD)
        first = next(iter(owner["vehicles"]))
        return [
            result.value(name, first if book.variable(name).entity.is_person else None)
            for name in names
        ]

    ways = {
        "policy": ours,
        CORE: lambda: reference.of_scenario(book, owner, names, PERIOD),
    }
    runs = {"policy": setting.runs(MANY), CORE: setting.runs(MANY // 5)}
    timings, answers = in_turns(ways, runs, TURN)
    found = [
        Way(name, timings[name], same_cents(answers["policy"], answers[name])) for name in ways
    ]
    work = f"one owner of several vehicles, {len(names)} charges, warm"
    return Report("NE B1", work, "at least 20 times openfisca-core's speed", found)


def _many_owners(setting: Setting) -> Report:
    book = policy.load("nebraska")
    names = book.metadata["outputs"]
    count = setting.size(10_000, 100)
    sample = min(SAMPLE, count)
    made = scenarios(fleet(2 * count))[:count]
    text, text_of_sample = json.dumps(made), json.dumps(made[:sample])

    def ours() -> list[list[float]]:
        results = book.calculate_many(json.loads(text), names, PERIOD)
        return [[float(result.arrays[name][0]) for name in names] for result in results]

    def theirs() -> list[list[float]]:
        told = json.loads(text_of_sample)
        return [reference.of_scenario(book, each, names, PERIOD) for each in told]

    runs = setting.runs(FEW)
    timings, answers = in_turns({"policy": ours, CORE: theirs}, {"policy": runs, CORE: runs})
    same = same_cents(answers["policy"][:sample], answers[CORE])
    note = f"a loop; measured on {sample} and scaled to {count:,}"
    found = [
        Way("policy", timings["policy"], note="calculate_many"),
        Way(CORE, timings[CORE].times(count / sample), same, note=note),
    ]
    work = f"{count:,} different owners from JSON text, {len(names)} charges"
    return Report("NE B2", work, "at least 200 times openfisca-core's speed", found)


def _all_vehicles(setting: Setting) -> Report:
    book = policy.load("nebraska")
    names = book.metadata["outputs"]
    made = fleet(setting.size(VEHICLES, FEW_VEHICLES))
    members = {"owner": (made.owner, np.zeros(len(made.owner), dtype=np.intp))}
    roles = np.full(len(made.owner), book.entities["owner"].flattened_roles[0], dtype=object)

    def ours(backend: str) -> Callable[[], Mapping[str, Any]]:
        return lambda: book.calculate_arrays(made.columns, members, names, PERIOD, backend=backend)

    def theirs() -> Mapping[str, Any]:
        return reference.of_members(
            book, made.owners, made.owner, roles, names, made.columns, PERIOD
        )

    ways = {
        **{name: ours(backend) for name, backend in OURS.items()},
        CORE: theirs,
        BY_NUMBA: lambda: fleets.by_numba(made),
    }
    runs = dict.fromkeys(ways, setting.runs(SOME)) | {CORE: setting.runs(FEW)}
    timings, answers = in_turns(ways, runs)
    first = answers[next(iter(OURS))]
    found = [Way(name, timings[name], _same(first, answers[name])) for name in ways]
    work = (
        f"{len(made.owner):,} vehicles of {made.owners:,} owners as columns, {len(names)} charges"
    )
    return Report("NE B3", work, AIM, found)


def _same(expected: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return all(same_cents(expected[name], found[name]) for name in expected)
