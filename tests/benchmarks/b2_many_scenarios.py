"""B2: ten thousand different scenarios from JSON text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import policy
from tests.benchmarks import reference
from tests.benchmarks.families import PERIOD, families, scenarios
from tests.benchmarks.measure import FEW, Report, Way, in_turns, same_cents

if TYPE_CHECKING:
    from tests.benchmarks.setting import Setting

SAMPLE = 300


def run(setting: Setting) -> list[Report]:
    """Measure reading JSON, calculating, and reading every answer."""
    book = policy.load("estonia")
    names = book.metadata["outputs"]
    count = setting.size(10_000, 100)
    sample = min(SAMPLE, count)
    made = scenarios(families(count))
    text, text_of_sample = json.dumps(made), json.dumps(made[:sample])

    def ours() -> list[list[float]]:
        results = book.calculate_many(json.loads(text), names, PERIOD)
        return [[result.value(name) for name in names] for result in results]

    def theirs() -> list[list[float]]:
        return [reference.of_scenario(book, each, names) for each in json.loads(text_of_sample)]

    runs = setting.runs(FEW)
    timings, answers = in_turns(
        {"policy": ours, "openfisca-core": theirs}, {"policy": runs, "openfisca-core": runs}
    )
    scaled = timings["openfisca-core"].times(count / sample)
    same = same_cents(answers["policy"][:sample], answers["openfisca-core"])
    note = f"a loop; measured on {sample} and scaled to {count:,}"
    report = Report(
        "B2",
        f"{count:,} different scenarios from JSON text, {len(names)} monthly benefits",
        "at least 200 times openfisca-core's speed",
        [
            Way("policy", timings["policy"], note="calculate_many"),
            Way("openfisca-core", scaled, same, note=note),
        ],
    )
    return [report]
