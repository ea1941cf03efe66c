"""B3: a million families as columns in, all their monthly benefits as columns out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import policy
from tests.benchmarks import kernels, reference
from tests.benchmarks.environments import PeerError, answer, own_python
from tests.benchmarks.families import PERIOD, Families, families
from tests.benchmarks.measure import FEW, SOME, Report, Timing, Way, in_turns, same_cents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.benchmarks.environments import Environment
    from tests.benchmarks.setting import Setting

MILLION, FEW_FAMILIES = 1_000_000, 2_000
AIM = "at least 10 times openfisca-core's speed, at most 1.5 times the hand-written kernel's time"
#: What the other engines are given rules for, and from which facts.
SUBSET = ("child_allowance", "large_family_allowance")
SUBSET_FACTS = ("birth_date", "is_student")
OURS = {"policy, Numba": "numba", "policy, NumPy": "numpy"}
CORE, BY_NUMBA, BY_NUMPY = "openfisca-core", "hand-written Numba", "hand-written NumPy"


def run(setting: Setting) -> list[Report]:
    """Measure all benefits, and those that peers were given the rules of."""
    made = families(setting.size(MILLION, FEW_FAMILIES))
    return [_all_benefits(setting, made), _with_peers(setting, made)]


def _all_benefits(setting: Setting, made: Families) -> Report:
    names = policy.load("estonia").metadata["outputs"]
    ways = {
        **_own_ways(made, names, tuple(made.facts)),
        BY_NUMBA: lambda: kernels.by_numba(made),
        BY_NUMPY: lambda: kernels.by_numpy(made),
    }
    runs = dict.fromkeys(ways, setting.runs(SOME)) | {CORE: setting.runs(FEW)}
    timings, answers = in_turns(ways, runs)
    first = next(iter(OURS))
    memory = {name: _peak_memory(name, made.count) for name in (*OURS, CORE)}
    found = [
        Way(name, timings[name], _same(answers[first], answers[name]), memory.get(name))
        for name in ways
    ]
    people = f"{made.count:,} families ({len(made.family):,} people)"
    return Report("B3", f"{people} as columns, {len(names)} monthly benefits", AIM, found)


def _with_peers(setting: Setting, made: Families) -> Report:
    ways = _own_ways(made, SUBSET, SUBSET_FACTS)
    runs = dict.fromkeys(ways, setting.runs(SOME)) | {CORE: setting.runs(FEW)}
    timings, answers = in_turns(ways, runs)
    expected = answers[next(iter(OURS))]
    found = [Way(name, timings[name], _same(expected, answers[name])) for name in ways]
    peers = {
        "policyengine-core": ("policyengine_estonia.py", "policyengine-core"),
        "ttsim": ("ttsim_estonia.py", "ttsim-backend"),
    }
    for name, (script, package) in peers.items():
        found += _peer(setting, name, setting.environment(name, package), script, made, expected)
    work = f"{made.count:,} families, child allowance and large family allowance alone"
    return Report("B3 peers", work, "for comparison", found)


def _own_ways(
    made: Families, names: Any, facts: tuple[str, ...]
) -> dict[str, Callable[[], Mapping[str, np.ndarray]]]:
    """Return the graph's ways and openfisca-core's."""
    book = policy.load("estonia")
    columns = {name: made.facts[name] for name in facts}
    roles = reference.roles_of(book, made)

    def ours(backend: str) -> Callable[[], Mapping[str, np.ndarray]]:
        members = {"family": (made.family, made.role)}
        return lambda: book.calculate_arrays(columns, members, names, PERIOD, backend=backend)

    ways = {name: ours(backend) for name, backend in OURS.items()}
    return {**ways, CORE: lambda: reference.of_columns(book, made, roles, names, columns)}


def _peer(
    setting: Setting,
    name: str,
    environment: Environment,
    script: str,
    made: Families,
    expected: Mapping[str, np.ndarray],
) -> Iterator[Way]:
    runs = str(setting.runs(FEW))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers"
        try:
            told = environment.answer(script, str(made.count), runs, str(file))
        except PeerError as error:
            yield Way(name, note=f"not measured: {error}")
            return
        for part, seconds in told["seconds"].items():
            found = np.load(f"{file}{part}.npz")
            same = _same(expected, found)
            yield Way(name + part, Timing.of(seconds), same, note=f"version {told['version']}")


def _peak_memory(name: str, count: int) -> float:
    told: float = answer(own_python(), "peak_memory.py", OURS.get(name, ""), str(count))
    return told


def _same(expected: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return all(same_cents(expected[name], found[name]) for name in expected)
