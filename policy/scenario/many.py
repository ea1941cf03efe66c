"""Many scenarios calculated in one pass, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
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
    calculate_case,
    check_covered,
    names_asked,
    outputs_asked,
    period_asked,
)
from policy.scenario.cases import cases_of
from policy.scenario.columnwise import read_columns
from policy.scenario.reading import document_of, read_scenario, read_scenarios
from policy.scenario.result import Answers, Arrays, Result
from policy.scenario.values import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.scenario.cases import Cases
    from policy.scenario.situation import Scenario

    #: What a caller passes as several scenarios.
    Several = Iterable[Mapping[str, Any] | str | Path | Document] | str | Path | Document


def calculate_many(
    law: Legislation,
    scenarios: Several,
    outputs: Iterable[str] | None = None,
    period: str | Period | None = None,
) -> list[Result]:
    """Calculate a list of scenarios; see ``StatuteBook.calculate_many``."""
    with collection_paused():
        return _calculate_many(law, scenarios, outputs, period)


def _calculate_many(
    law: Legislation,
    scenarios: Several,
    outputs: Iterable[str] | None,
    period: str | Period | None,
) -> list[Result]:
    told = None if period is None else asked_period(period)
    if isinstance(scenarios, str | Path | Document):
        whole = document_of(scenarios)
        several = isinstance(whole.data, list)
        raw = whole.data if several else [whole.data]
        regular = read_columns(law, raw, lambda n: (whole, (n,) if several else ()), told)
        read = read_scenarios(law, whole, told) if regular is None else []
    else:
        raw = _listed(scenarios)
        regular = read_columns(law, raw, lambda n: (Document(raw[n], _named(n), {}), ()), told)
        read = [] if regular else _read_each(law, raw, told)
    names = None if outputs is None else names_asked(outputs)
    if regular is not None:
        cases, when = regular
        with suppress(PolicyError):  # (below it is found where)
            check_covered(law, when)
            return _together(law, cases, outputs_asked(law, [], names, when), when)
        read = [cases.scenario(number) for number in range(len(raw))]
    alike: dict[tuple[Legislation, Period, tuple[str, ...], bool], list[int]] = {}
    for number, scenario in enumerate(read):
        own = scenario.law
        when = period_asked(own, scenario, told)
        asked = tuple(outputs_asked(own, scenario.outputs, names, when))
        by_name = names is not None or bool(scenario.outputs)
        alike.setdefault((own, when, asked, by_name), []).append(number)
    results: dict[int, Result] = {}
    for (own, when, asked, by_name), numbers in alike.items():
        group = [read[number] for number in numbers]
        found = _of_group(own, group, asked, when, by_name=by_name)
        results.update(zip(numbers, found, strict=True))
    return [results[number] for number in range(len(read))]


def _listed(scenarios: Any) -> Sequence[Any]:
    """Return several scenarios; a mapping that comes from an iterator may be changed after."""
    if isinstance(scenarios, Mapping) or not isinstance(scenarios, Iterable):
        raise PolicyError(
            Problem(
                f"expected several scenarios, got {shown(scenarios)}",
                remedy="give a list of them; one alone is for 'calculate'",
            )
        )
    if isinstance(scenarios, list | tuple):
        return list(scenarios)
    return [document_of(each).data if type(each) is dict else each for each in scenarios]


def _read_each(law: Legislation, raw: Sequence[Any], told: Period | None) -> list[Scenario]:
    """Read scenarios that are given one by one; what is wrong in any of them is told together."""
    read: list[Scenario] = []
    problems: list[Problem] = []
    for number, scenario in enumerate(raw):
        try:
            read.append(read_scenario(law, document_of(scenario, _named(number)), told))
        except PolicyError as error:
            problems += error.problems
    if problems:
        raise PolicyError(*problems)
    return read


def _named(number: int) -> str:
    return f"<scenario {number}>"


def _together(law: Legislation, cases: Cases, names: Sequence[str], when: Period) -> list[Result]:
    """Calculate scenarios side by side.

    Raises:
        PolicyError: one of them at least cannot be calculated, or not beside others.

    """
    slots = [slot for name in names for slot in slots_asked(law.variable(name), when)]
    if engine_of(law).looks_at_all(slots, cases.facts):
        raise PolicyError(Problem("a formula looks at all who are asked about"))
    found = answers(law, cases.people, cases.facts, [(name, when) for name in names])
    by_name = Answers(law, cases, {name: found[name, when] for name in names})
    count = len(cases.first[law.system.person_entity.key]) - 1
    return [Result(law, when, Arrays(by_name, number)) for number in range(count)]


def _of_group(
    law: Legislation,
    scenarios: Sequence[Scenario],
    names: Sequence[str],
    when: Period,
    *,
    by_name: bool,
) -> list[Result]:
    """Calculate scenarios side by side; where that cannot be, one by one."""
    with suppress(PolicyError):
        return _together(law, cases_of(law, scenarios), names, when)
    return [
        calculate_case(law, cases_of(law, [each]), names, when, Location(), by_name=by_name)
        for each in scenarios
    ]
