"""Worked examples: scenario tests of the book, calculated and explained when the site is built."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from policy.errors import PolicyError, Problem
from policy.explain.explanation import explain_slots
from policy.legislation.openfisca import periods
from policy.legislation.reference import simulation_of
from policy.legislation.times import slots_asked
from policy.legislation.units import shown
from policy.scenario.writing import as_data, as_yaml
from policy.site.edges import edges_of
from policy.site.model import Example, Why
from policy.testing.runner import read_cases, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from policy.book import StatuteBook
    from policy.explain.explanation import Step
    from policy.scenario.situation import Expected
    from policy.site.uses import Uses
    from policy.testing.cases import Case
    from policy.testing.runner import ScenarioCase

#: How deep an explanation is shown on a page; all of it is in the page's data.
_DEEPEST = 2
#: Tests whose source is a section are of the law alone; others are somebody's own example.
_SECTION = re.compile(r"§|\bs\. ?\d|\breg\. ?\d|^(NRS|NAC|\d+ NAC|SSI|SI|LGFA)\b|\bAct\b")


def is_own(book: StatuteBook) -> bool:
    """Tell whether a book is a folder of this library's shape, not an installed package."""
    return (book.sources.variables / "entities.py").exists()


def cases_of(book: StatuteBook) -> list[ScenarioCase]:
    """Return the scenario tests of a book under its own law; a package has none."""
    if not is_own(book):
        return []
    cases = (case for file in book.scenarios for case in read_cases(file, book))
    return [case for case in cases if case.law is book]


class Examples:
    """Picks, calculates and explains scenario tests; what has not changed is kept."""

    def __init__(self, book: StatuteBook, uses: Uses, kept: dict[Any, tuple[Example, ...]]) -> None:
        self.book = book
        self.uses = uses
        self.kept = kept

    @cached_property
    def _digest(self) -> str:
        """A digest of the files of tests."""
        return hashlib.sha256("\0".join(self._texts.values()).encode()).hexdigest()

    @cache  # noqa: B019 (it lives as long as one reading of a book)
    def _cases(self, file: Path) -> list[ScenarioCase]:
        return [case for case in read_cases(file, self.book) if case.law is self.book]

    def _expecting(self, variable: str) -> Iterator[tuple[ScenarioCase, Expected]]:
        """Yield the tests that expect a variable; files that do not name it are not read."""
        if not is_own(self.book):
            return
        for file in self.book.scenarios:
            if variable in self._texts[file]:
                for case in self._cases(file):
                    for expected in case.scenario.expected:
                        if expected.variable == variable:
                            yield case, expected

    @cached_property
    def _texts(self) -> dict[Path, str]:
        return {file: file.read_text(encoding="utf-8") for file in self.book.scenarios}

    def of(self, variable: str, count: int, *, edges: bool = False) -> tuple[Example, ...]:
        """Return examples of a variable: of an official source, with something to pay, the newest.

        With ``edges`` each tells the days of its facts at which the answer jumps.

        Raises:
            PolicyError: one does not give what the test expects.

        """
        key = (self.book.name, variable, count, edges, self.uses.digest(variable), self._digest)
        if key not in self.kept:
            values: list[Any] = []
            found: list[Example] = []
            for case, expected in sorted(self._expecting(variable), key=_rank):
                if expected.value not in values and len(found) < count:
                    values.append(expected.value)
                    found.append(self._worked(case, expected, edges=edges))
            self.kept[key] = tuple(found)
        return self.kept[key]

    def _worked(self, case: ScenarioCase, expected: Expected, *, edges: bool) -> Example:
        scenario, situation = case.scenario, case.scenario.situation
        is_eternal = expected.period.unit == periods.DateUnit.ETERNITY
        when = (scenario.period or expected.period) if is_eternal else expected.period
        slots = slots_asked(self.book.variable(expected.variable), when)
        simulation = simulation_of(self.book, *case.columns)
        answer = explain_slots(self.book, situation, simulation, slots, when, expected.index)
        wanted = getattr(expected.value, "name", expected.value)
        if not same(wanted, answer.value, scenario.margins):
            raise PolicyError(wrong(case, expected.variable, answer.id, wanted, answer.value))
        data = scenario.document.data
        for key in scenario.path:
            data = data[key]
        written = {"name": case.name, "period": str(when), **as_data(self.book, situation, when)}
        facts = self.uses.behind([expected.variable]) if edges and not is_eternal else ()
        return Example(
            name=case.name,
            source=scenario.source,
            period="" if is_eternal else str(when),
            id=answer.id,
            text=shown(answer.value, answer.unit),
            scenario=as_yaml(written),
            why=why_of(answer),
            edges=edges_of(self.book, situation, answer, when, facts) if facts else (),
            data={"scenario": data, "answer": _as_data(answer)},
        )


def wrong(case: Case, variable: str, id_: str, expected: Any, got: Any) -> Problem:
    """Say that a test does not give what it expects."""
    return Problem(
        f"the test '{case.name}' expects {variable} of {id_} to be {expected}, and the law gives"
        f" {got}",
        case.location,
        "correct the test or the law: 'policy test' says why",
        code="wrong-example",
    )


def _rank(pair: tuple[ScenarioCase, Expected]) -> tuple[Any, ...]:
    """Order tests: somebody's own examples first, then with an answer, the newest."""
    case, expected = pair
    source = case.scenario.source
    official = bool(source) and not _SECTION.search(source)
    people = sum(len(ids) for ids in case.scenario.situation.ids.values())
    newest = "".join(chr(0x10FFFF - ord(letter)) for letter in str(expected.period))
    return (not official, not expected.value, newest, people, case.name)


def _as_data(step: Step, depth: int = 0) -> dict[str, Any]:
    """Return an explanation as data, as deep as it is shown."""
    steps = [_as_data(each, depth + 1) for each in step.steps] if depth < _DEEPEST else []
    return {**replace(step, steps=()).to_dict(), "steps": steps}


def why_of(step: Step, depth: int = 0, deepest: int = _DEEPEST) -> Why:
    """Return the steps of an explanation as they are shown."""
    deeper: Iterable[Step] = step.steps if depth < deepest else ()
    return Why(
        kind=step.kind,
        name=step.name,
        label=step.label,
        text=shown(step.value, step.unit),
        id=step.id,
        section=step.section,
        hidden=0 if depth < deepest else sum(1 for _ in step.walk()) - 1,
        steps=tuple(why_of(each, depth + 1, deepest) for each in deeper),
    )
