"""B7: a whole country package, openfisca-tunisia: a year's disposable income of households."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.b4_suites import TUNISIA, tunisia
from tests.benchmarks.environments import PeerError
from tests.benchmarks.measure import FEW, MANY, Report, Timing, Way

if TYPE_CHECKING:
    from tests.benchmarks.environments import Environment
    from tests.benchmarks.setting import Setting

OURS, CORE = "policy", "openfisca-core"
HOUSEHOLDS, FEW_HOUSEHOLDS = 100_000, 100
#: The package's amounts are float32 in openfisca-core: seven digits, of which additions lose some.
DIGITS = 1e-5


def run(setting: Setting) -> list[Report]:
    """Measure one household, and many as columns, each way in a process of its own."""
    environment = tunisia(setting)
    one = {OURS: setting.runs(MANY), CORE: setting.runs(MANY // 5)}
    many = dict.fromkeys(one, setting.runs(FEW))
    size = setting.size(HOUSEHOLDS, FEW_HOUSEHOLDS)
    return [
        _report(environment, "one household", 1, one, "at least 30 times openfisca-core's speed"),
        _report(
            environment,
            f"{size:,} households of four as columns",
            size,
            many,
            "at least 10 times openfisca-core's speed, with less memory",
        ),
    ]


def _report(
    environment: Environment, what: str, households: int, runs: dict[str, int], aim: str
) -> Report:
    work = f"{TUNISIA}: {what}, disposable income of 2019"
    answers: dict[str, Any] = {}
    ways = []
    with tempfile.TemporaryDirectory() as folder:
        for name, times in runs.items():
            file = Path(folder) / f"{name}.npy"
            try:
                told = environment.answer(
                    "tunisia.py", name, str(households), str(times), str(file)
                )
            except PeerError as error:
                ways.append(Way(name, note=f"not measured: {error}"))
                continue
            answers[name] = np.load(file)
            same = np.allclose(answers[name], answers.get(OURS, np.nan), rtol=DIGITS)
            note = "" if name == CORE else _traced(*told["traced"])
            ways.append(Way(name, Timing.of(told["seconds"]), same, told["memory"], note))
    return Report("B7", work, aim, ways)


def _traced(formulas: int, opaque: int) -> str:
    return f"{formulas - opaque} of {formulas} formulas are expressions"
