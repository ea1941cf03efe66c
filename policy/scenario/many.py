"""Many scenarios calculated in one pass, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy.documents import Document
from policy.errors import Location, PolicyError, Problem
from policy.garbage import collection_paused
from policy.graph.engine import engine_of
from policy.legislation.times import slots_asked
from policy.scenario.answers import answers
from policy.scenario.calculation import (
    asked_period,
    calculate_read,
    names_asked,
    outputs_asked,
    period_asked,
)
from policy.scenario.columns import facts_of, people_of
from policy.scenario.reading import document_of, read_scenario, read_scenarios
from policy.scenario.result import Result
from policy.scenario.values import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.scenario.situation import Scenario


def calculate_many(
    law: Legislation,
    scenarios: Iterable[Mapping[str, Any] | str | Path | Document] | str | Path | Document,
    outputs: Iterable[str] | None = None,
    period: str | Period | None = None,
) -> list[Result]:
    """Calculate a list of scenarios; see ``StatuteBook.calculate_many``."""
    with collection_paused():
        return _calculate_many(law, scenarios, outputs, period)


def _calculate_many(
    law: Legislation,
    scenarios: Iterable[Mapping[str, Any] | str | Path | Document] | str | Path | Document,
    outputs: Iterable[str] | None,
    period: str | Period | None,
) -> list[Result]:
    told = None if period is None else asked_period(period)
    if isinstance(scenarios, str | Path | Document):
        read = read_scenarios(law, document_of(scenarios), told)
    elif isinstance(scenarios, Mapping) or not isinstance(scenarios, Iterable):
        raise PolicyError(
            Problem(
                f"expected several scenarios, got {shown(scenarios)}",
                remedy="give a list of them; one alone is for 'calculate'",
            )
        )
    else:
        read = _read_each(law, scenarios, told)
    names = None if outputs is None else names_asked(outputs)
    alike: dict[tuple[Legislation, Period, tuple[str, ...], bool], list[int]] = {}
    for number, scenario in enumerate(read):
        own = scenario.law
        when = period_asked(own, scenario, told)
        asked = tuple(outputs_asked(own, scenario, names, when))
        by_name = names is not None or bool(scenario.outputs)
        alike.setdefault((own, when, asked, by_name), []).append(number)
    results: dict[int, Result] = {}
    for (own, when, asked, by_name), numbers in alike.items():
        group = [read[number] for number in numbers]
        results.update(zip(numbers, _together(own, group, when, asked, by_name), strict=True))
    return [results[number] for number in range(len(read))]


def _read_each(
    law: Legislation,
    scenarios: Iterable[Mapping[str, Any] | str | Path | Document],
    told: Period | None,
) -> list[Scenario]:
    """Read scenarios that are given one by one; what is wrong in any of them is told together."""
    read: list[Scenario] = []
    problems: list[Problem] = []
    for number, scenario in enumerate(scenarios):
        try:
            read.append(read_scenario(law, document_of(scenario, f"<scenario {number}>"), told))
        except PolicyError as error:
            problems += error.problems
    if problems:
        raise PolicyError(*problems)
    return read


def _together(
    law: Legislation,
    scenarios: Sequence[Scenario],
    when: Period,
    names: tuple[str, ...],
    by_name: bool,
) -> list[Result]:
    situations = [scenario.situation for scenario in scenarios]
    facts = facts_of(law, situations)
    try:
        slots = [slot for name in names for slot in slots_asked(law.variable(name), when)]
        if engine_of(law).looks_at_all(slots, facts):
            return _one_by_one(law, scenarios, when, names, by_name)
        asked = [(name, when) for name in names]
        found = answers(law, people_of(law, situations), facts, asked)
    except PolicyError:  # one of them at least cannot be calculated: which, and where it says so
        return _one_by_one(law, scenarios, when, names, by_name)
    keys = {name: law.variable(name).entity.key for name in names}
    first = dict.fromkeys(law.entities, 0)
    results = []
    for scenario in scenarios:
        last = {key: first[key] + len(ids) for key, ids in scenario.situation.ids.items()}
        arrays = {name: found[name, when][first[key] : last[key]] for name, key in keys.items()}
        results.append(Result(law, scenario, when, arrays))
        first = last
    return results


def _one_by_one(
    law: Legislation,
    scenarios: Sequence[Scenario],
    when: Period,
    names: tuple[str, ...],
    by_name: bool,
) -> list[Result]:
    return [
        calculate_read(law, each, names, when, Location(), by_name=by_name) for each in scenarios
    ]
