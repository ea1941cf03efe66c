"""B6: from a cold process to the first answer, after a first one that compiles and keeps."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.benchmarks.environments import own_python
from tests.benchmarks.environments import run as run_command
from tests.benchmarks.measure import SOME, Report, Timing, Way, same_cents

if TYPE_CHECKING:
    from tests.benchmarks.setting import Setting

PERSON = {
    "persons": {"bob": {"salary": {"2024-05": 2500}}},
    "households": {"home": {"adults": ["bob"]}},
}
IMPORTS = {"policy": "import policy", "openfisca-core": "import openfisca_country_template"}
ANSWERS = {
    "policy": f"""
import policy
book = policy.load("openfisca_country_template")
print(book.calculate({PERSON}, ["income_tax"], "2024-05").value("income_tax"))
""",
    "openfisca-core": f"""
from openfisca_core.simulations import SimulationBuilder
from openfisca_country_template import CountryTaxBenefitSystem
simulation = SimulationBuilder().build_from_entities(CountryTaxBenefitSystem(), {PERSON})
print(simulation.calculate("income_tax", "2024-05")[0])
""",
}
CHILD = """
import policy
family = {
    "persons": {"juku": {"birth_date": {"ETERNITY": "2020-06-15"}}},
    "families": {"tamm": {"children": ["juku"]}},
}
book = policy.load("estonia")
"""
ESTONIA = {
    "policy": f"""{CHILD}
print(book.calculate(family, None, "2024-05").value("family_benefits"))
""",
    "openfisca-core on the same book": f"""{CHILD}
from openfisca_core.simulations import SimulationBuilder
simulation = SimulationBuilder().build_from_entities(book.system, family)
print([simulation.calculate(name, "2024-05")[0] for name in book.metadata["outputs"]][-2])
""",
}


def run(setting: Setting) -> list[Report]:
    """Measure whole processes: the import alone, and the import and one answer."""
    return [
        _measured(setting, "B6", "a cold process to the first answer, country-template", ANSWERS),
        _measured(setting, "B6 import", "a cold process that only imports", IMPORTS),
        _measured(setting, "B6 estonia", "the same, 16 benefits of the Estonian book", ESTONIA),
    ]


def _measured(setting: Setting, number: str, work: str, scripts: dict[str, str]) -> Report:
    seconds: dict[str, list[float]] = {name: [] for name in scripts}
    said = {name: _process(script)[1].strip() for name, script in scripts.items()}
    for _ in range(setting.runs(SOME)):
        for name, script in scripts.items():
            seconds[name].append(_process(script)[0])
    ways = [
        Way(name, Timing.of(seconds[name]), _same(said["policy"], said[name])) for name in scripts
    ]
    return Report(number, work, "not slower than openfisca-core", ways)


def _process(script: str) -> tuple[float, str]:
    start = time.perf_counter()
    done = run_command([own_python(), "-c", script])
    return time.perf_counter() - start, done.stdout


def _same(one: str, other: str) -> bool | None:
    return same_cents(float(one), float(other)) if one and other else None
