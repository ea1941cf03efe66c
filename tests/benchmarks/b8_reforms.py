"""B8: a change of one number of the law: laying it over the law, and many changes at once."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING, Any

import policy
from policy.legislation.openfisca import periods
from policy.legislation.parameters import parameters_of
from tests.benchmarks.environments import PeerError
from tests.benchmarks.measure import MANY, SOME, Report, Timing, Way, in_turns

if TYPE_CHECKING:
    from tests.benchmarks.setting import Setting

OURS, CORE, ENGINE = "policy", "openfisca-core's Reform", "policyengine-core's Reform"
RATE = "child_allowance.first_and_second_child"
DAY = "2025-01-01"
REFORMS, FEW_REFORMS = 1_000, 10
#: Numbers no two of which are the same, so that no law is laid twice.
_amounts = iter(range(100, 1_000_000))


def _reform() -> dict[str, Any]:
    change = {RATE: {"set": next(_amounts)}}
    return {"title": "Another amount", "effective": DAY, "parameters": change}


def run(setting: Setting) -> list[Report]:
    """Measure one change of the Estonian book, and a thousand kept at once."""
    return [_one(setting), _many(setting)]


def _one(setting: Setting) -> Report:
    book = policy.load("estonia")
    before = list(parameters_of(book.system.parameters))
    core = _core_reform()
    ways = {OURS: lambda: book.reformed(_reform()), CORE: lambda: core(book.system)}
    runs = {OURS: setting.runs(MANY), CORE: setting.runs(SOME)}
    timings, answers = in_turns(ways, runs)
    untouched = list(parameters_of(book.system.parameters)) == before
    assert answers[OURS].parameter(RATE).at(DAY).value != book.parameter(RATE).at(DAY).value
    note = "the book is as it was" if untouched else "THE BOOK IS CHANGED"
    found = [Way(OURS, timings[OURS], untouched, note=note), Way(CORE, timings[CORE])]
    return Report("B8", "estonia: one number changed", "under 10 ms", [*found, _peer(setting)])


def _core_reform() -> Any:
    """Return openfisca-core's way: a class whose apply changes the parameters."""
    from openfisca_core.reforms import Reform  # noqa: PLC0415 (the peer)

    class AnotherAmount(Reform):
        """Changes one number."""

        def apply(self) -> None:
            self.modify_parameters(modifier_function=_modify)

    return AnotherAmount


def _modify(parameters: Any) -> Any:
    rate = parameters.child_allowance.first_and_second_child
    rate.update(start=periods.instant(DAY), value=next(_amounts))
    return parameters


def _peer(setting: Setting) -> Way:
    """Measure policyengine-core on its version of two allowances, a law of six numbers."""
    environment = setting.environment("policyengine-core", "policyengine-core", "numpy")
    try:
        told = environment.answer("policyengine_reform.py", str(setting.runs(SOME)))
    except PeerError as error:
        return Way(ENGINE, note=f"not measured: {error}")
    return Way(ENGINE, Timing.of(told["seconds"]), note="on a law of six numbers, not of this book")


def _many(setting: Setting) -> Report:
    size = setting.size(REFORMS, FEW_REFORMS)
    book = policy.load("estonia")
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kept: list[Any] = []

    def lay() -> None:
        kept[:] = [book.reformed(_reform()) for _ in range(size)]

    timings, _ = in_turns({OURS: lay}, {OURS: setting.runs(1)})
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) / 1024**2
    different = {law.parameter(RATE).at(DAY).value for law in kept}
    note = f"{grown:.2f} GB more memory for {size:,} laws"
    way = Way(OURS, timings[OURS], len(different) == size, note=note)
    return Report("B8", f"estonia: {size:,} changes kept at once", "fit in memory", [way])
