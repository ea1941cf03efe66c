"""B1: one family of five, all its monthly benefits, warm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import policy
from tests.benchmarks import reference
from tests.benchmarks.families import PERIOD
from tests.benchmarks.measure import MANY, TURN, Report, Way, in_turns, same_cents

if TYPE_CHECKING:
    from tests.benchmarks.setting import Setting

FAMILY = {
    "persons": {
        "mari": {"birth_date": {"ETERNITY": "1985-03-01"}},
        "jaan": {"birth_date": {"ETERNITY": "1983-11-20"}},
        "kati": {"birth_date": {"ETERNITY": "2005-05-15"}, "is_student": {PERIOD: True}},
        "mart": {"birth_date": {"ETERNITY": "2012-09-30"}},
        "liis": {"birth_date": {"ETERNITY": "2024-05-10"}},
    },
    "families": {"tamm": {"parents": ["mari", "jaan"], "children": ["kati", "mart", "liis"]}},
}


def run(setting: Setting) -> list[Report]:
    """Measure a scenario as a dict, calculated and each answer read."""
    book = policy.load("estonia")
    names = book.metadata["outputs"]

    def ours() -> list[float]:
        result = book.calculate(FAMILY, names, PERIOD)
        return [result.value(name) for name in names]

    def theirs() -> list[float]:
        return reference.of_scenario(book, FAMILY, names)

    ways = {"policy": ours, "openfisca-core": theirs}
    runs = {"policy": setting.runs(MANY), "openfisca-core": setting.runs(MANY // 5)}
    timings, answers = in_turns(ways, runs, TURN)
    report = Report(
        "B1",
        f"one family of five, {len(names)} monthly benefits, warm",
        "at least 20 times openfisca-core's speed",
        [Way(name, timings[name], same_cents(answers["policy"], answers[name])) for name in ways],
    )
    return [report]
