"""Calculating a scenario: from what a caller passes to a result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from policy.documents import Document
from policy.errors import Location, PolicyError, Problem
from policy.legislation.openfisca import periods
from policy.scenario.answers import GRAPH, in_order, lacks_numbers, numbers
from policy.scenario.cases import cases_of
from policy.scenario.columnwise import read_columns
from policy.scenario.reading import NAMELESS, document_of, read_scenario
from policy.scenario.result import Answers, Arrays, Result
from policy.scenario.times import ASK_FOR, period_of
from policy.scenario.values import BadValueError, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from openfisca_core.periods import Period

    from policy.documents import KeyPath
    from policy.legislation.legislation import Legislation
    from policy.scenario.cases import Cases
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
    plain = type(scenario) is dict  # (what is read column by column need not be copied)
    document = Document(scenario, NAMELESS, {}) if plain else document_of(scenario)
    regular = read_columns(law, [document.data], lambda _: (document, ()), asked)
    if regular is not None:
        cases, when = regular
        where = place_asked(document, (), period)
        check_covered(law, when, where)
        listed: list[str] = []
    else:
        read = read_scenario(law, document_of(scenario) if plain else document, asked)
        law, listed = read.law, read.outputs
        where = place_asked(read.document, read.path, period)
        when = period_asked(law, read, asked)
        cases = cases_of(law, [read])
    names = outputs_asked(law, listed, outputs, when)
    by_name = outputs is not None or bool(listed)
    return calculate_case(law, cases, names, when, where, engine, by_name=by_name)


def calculate_case(
    law: Legislation,
    case: Cases,
    names: Iterable[str],
    when: Period,
    where: Location,
    engine: str = GRAPH,
    *,
    by_name: bool = True,
) -> Result:
    """Calculate variables of one scenario that has been read.

    What is not asked for by name, but stands in the book's own list, may lack a number of the law:
    then the result says so. If all do, or what is asked for by name does, that is an error.
    """
    asked = tuple((name, when) for name in names)
    arrays = in_order(law, case.people, case.facts, asked, where, engine)
    found = {name: array for (name, _), array in zip(asked, arrays, strict=True)}
    lacking = [] if by_name else [name for name, array in found.items() if lacks_numbers(array)]
    if len(lacking) < len(found):
        found = {name: array for name, array in found.items() if name not in lacking}
    answers = {name: numbers(law, case.people, name, when, array) for name, array in found.items()}
    return Result(law, when, Arrays(Answers(law, case, answers), 0), tuple(lacking))


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
    check_covered(law, when, place_asked(scenario.document, scenario.path, asked))
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


def place_asked(document: Document, path: KeyPath, period: str | Period | None) -> Location:
    """Return where the period is asked for: in the scenario, or by the caller, at no place."""
    return Location() if period is not None else document.where(*path, "period")


def outputs_asked(
    law: Legislation, listed: list[str], outputs: Iterable[str] | None, period: Period
) -> list[str]:
    """Return the variables to calculate: asked for, listed by the scenario, or else by the book."""
    if outputs is not None:
        names = names_asked(outputs)
        for name in names:
            law.variable(name)
        return names
    own = [str(name) for name in law.metadata.get("outputs", [])]
    return (
        listed
        or own
        or [
            name
            for name, variable in law.variables.items()
            if variable.formulas and variable.definition_period == period.unit
        ]
    )


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
