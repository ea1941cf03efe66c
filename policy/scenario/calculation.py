"""Calculating a scenario: from what a caller passes to a result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from policy.errors import Location, PolicyError, Problem
from policy.legislation.openfisca import periods
from policy.scenario.answers import GRAPH, arrays, lacks_numbers, numbers
from policy.scenario.columns import facts_of, people_of
from policy.scenario.reading import document_of, read_scenario
from policy.scenario.result import Result
from policy.scenario.times import ASK_FOR, period_of
from policy.scenario.values import BadValueError, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from openfisca_core.periods import Period

    from policy.documents import Document
    from policy.legislation.legislation import Legislation
    from policy.scenario.situation import Scenario


def calculate(
    law: Legislation,
    scenario: Mapping[str, Any] | str | Path | Document,
    outputs: Iterable[str] | None = None,
    period: str | Period | None = None,
    engine: str = GRAPH,
) -> Result:
    """Calculate a scenario; see ``StatuteBook.calculate``."""
    asked = None if period is None else asked_period(period)
    read = read_scenario(law, document_of(scenario), asked)
    law = read.law
    when = period_asked(law, read, asked)
    names = outputs_asked(law, read, outputs, when)
    by_name = outputs is not None or bool(read.outputs)
    return calculate_read(
        law, read, names, when, place_asked(read, period), engine, by_name=by_name
    )


def calculate_read(
    law: Legislation,
    scenario: Scenario,
    names: Iterable[str],
    when: Period,
    where: Location,
    engine: str = GRAPH,
    *,
    by_name: bool = True,
) -> Result:
    """Calculate variables of a scenario that has been read.

    What is not asked for by name, but stands in the book's own list, may lack a number of the law:
    then the result says so. If all do, or what is asked for by name does, that is an error.
    """
    people, facts = people_of(law, [scenario.situation]), facts_of(law, [scenario.situation])
    asked = [(name, when) for name in names]
    found = arrays(law, people, facts, asked, where, engine)
    lacking = [] if by_name else [name for name, _ in asked if lacks_numbers(found[name, when])]
    known = [name for name, _ in asked if name not in lacking] or lacking
    answers = {name: numbers(law, people, name, when, found[name, when]) for name in known}
    return Result(law, scenario, when, answers, tuple(lacking))


def period_asked(law: Legislation, scenario: Scenario, asked: Period | None) -> Period:
    """Return the period to calculate: the one asked for, or the scenario's.

    Raises:
        PolicyError: there is none, or it is before the law of the book.

    """
    when = asked or scenario.period
    if when is None:
        raise PolicyError(
            scenario.document.problem(
                scenario.path,
                "no period to calculate",
                "add 'period: 2024-05', or ask for a period",
            )
        )
    check_covered(law, when, place_asked(scenario, asked))
    return when


def asked_period(period: str | Period) -> Period:
    """Return a period that a caller asks for.

    Raises:
        PolicyError: it is no period.

    """
    try:
        return period_of(period)
    except BadValueError as error:
        raise PolicyError(Problem(error.message, remedy=ASK_FOR, key="period")) from None


def check_covered(
    law: Legislation,
    when: Period,
    where: Location = Location(),  # noqa: B008  (immutable)
) -> None:
    """Refuse a period that the law of the book does not cover.

    Raises:
        PolicyError: it is eternity, or before the law of the book.

    """
    if when.unit == periods.DateUnit.ETERNITY:
        raise PolicyError(
            Problem(
                "eternity cannot be calculated", where, "ask for a month or a year", key="period"
            )
        )
    if law.covers_from and str(when.start) < law.covers_from:
        raise PolicyError(
            Problem(
                f"the {law.name} book covers the law from {law.covers_from}, not {when}",
                where,
                "ask for a later period",
                key="period",
                code="before-the-law",
            )
        )


def place_asked(scenario: Scenario, period: str | Period | None) -> Location:
    """Return where the period is asked for: in the scenario, or by the caller, at no place."""
    if period is not None:
        return Location()
    return scenario.document.where(*scenario.path, "period")


def outputs_asked(
    law: Legislation, scenario: Scenario, outputs: Iterable[str] | None, period: Period
) -> list[str]:
    """Return the variables to calculate: asked for, expected, or else the book's own list."""
    if outputs is not None:
        names = names_asked(outputs)
        for name in names:
            law.variable(name)
        return names
    if scenario.outputs:
        return scenario.outputs
    listed = [str(name) for name in law.metadata.get("outputs", [])]
    if listed:
        return listed
    return [
        name
        for name, variable in law.variables.items()
        if variable.formulas and variable.definition_period == period.unit
    ]


def names_asked(outputs: Iterable[str]) -> list[str]:
    """Return the names that a caller asks for, each once.

    Raises:
        PolicyError: they are no names, or there are none.

    """
    names = [outputs] if isinstance(outputs, str) else outputs
    found = list(names) if isinstance(names, Iterable) else []
    wrong = [name for name in found if not isinstance(name, str)]
    if wrong or not found:
        got = wrong[0] if wrong else outputs
        raise PolicyError(
            Problem(
                f"outputs are names of variables, got {shown(got)}",
                remedy="give a list such as ['child_allowance']",
                key="outputs",
            )
        )
    return list(dict.fromkeys(found))
