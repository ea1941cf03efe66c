"""What a change of the law changes for scenarios: each answer before and after, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy.comparing.causes import Cause, causes_of
from policy.comparing.nothing import why_nothing
from policy.errors import PolicyError, Problem
from policy.legislation.legislation import section_of
from policy.legislation.reforms.changed import first_day_changed
from policy.legislation.times import ETERNITY, slots_asked
from policy.scenario.answers import arrays
from policy.scenario.calculation import outputs_asked, period_asked
from policy.scenario.columns import facts_of, people_of
from policy.scenario.reading import read_scenarios
from policy.scenario.result import scalar
from policy.scenario.values import NOT_KNOWN, has_no_number
from policy.scenario.writing import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from openfisca_core.periods import Period

    from policy.documents import Document
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array
    from policy.scenario.answers import Question
    from policy.scenario.situation import Scenario


@dataclass(frozen=True)
class Change:
    """An answer that is another under the other law.

    Attributes:
        case: the scenario's name, or where it stands.
        variable: the variable.
        label: its name in plain words.
        section: where the law says it.
        unit: EUR, months …
        id: the person or group.
        period: the period asked about.
        before: the answer of the one law.
        after: the answer of the other.
        causes: why they differ.

    """

    case: str
    variable: str
    label: str
    section: str
    unit: str
    id: str
    period: str
    before: Any
    after: Any
    causes: tuple[Cause, ...]

    @property
    def difference(self) -> float | None:
        """How much more the other law gives, for numbers."""
        both = (self.before, self.after)
        if all(isinstance(n, int | float) and not isinstance(n, bool) for n in both):
            return round(float(self.after - self.before), 10)
        return None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            **vars(self),
            "before": plain(self.before),
            "after": plain(self.after),
            "difference": self.difference,
            "causes": [each.to_dict() for each in self.causes],
        }


@dataclass(frozen=True)
class Comparison:
    """What is another for some scenarios.

    Attributes:
        cases: how many scenarios were compared.
        last: the last ISO day that was asked about.
        changes: the answers that differ, the greatest difference first.
        problems: what one of the laws could not calculate.
        notes: why nothing changes, and what a reader should know about the law.

    """

    cases: int
    last: str
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()

    @property
    def totals(self) -> dict[str, float]:
        """The sum of the differences of each variable."""
        sums: dict[str, float] = {}
        for each in self.changes:
            if each.difference is not None:
                sums[each.variable] = round(sums.get(each.variable, 0) + each.difference, 10)
        return sums

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "cases": self.cases,
            "changes": [each.to_dict() for each in self.changes],
            "totals": self.totals,
            "problems": [each.to_dict() for each in self.problems],
            "notes": list(self.notes),
        }


def compare_cases(
    before: Legislation,
    after: Legislation,
    documents: Iterable[Document],
    outputs: Sequence[str] | None = None,
    period: Period | None = None,
) -> Comparison:
    """Compare the answers of two laws for the scenarios of documents.

    Args:
        before: one law; a scenario that names reforms of its own has them in both.
        after: the other.
        documents: each with a scenario, or a list of them.
        outputs: names of variables; else what each scenario asks for or expects, or else the
            outputs that the book lists.
        period: the period; else each scenario's own.

    Raises:
        PolicyError: a document cannot be read under the law before.

    """
    changes: list[Change] = []
    problems: list[Problem] = []
    asked: list[tuple[Scenario, dict[Question, Array]]] = []
    cases, last = 0, ""
    for document in documents:
        pairs = zip(
            read_scenarios(before, document, period),
            read_scenarios(after, document, period),
            strict=True,
        )
        for old, new in pairs:
            cases += 1
            try:
                questions = _questions(old, outputs, period)
                last = max([last, *(_last_day(when) for _, when in questions)])
                both = _answers(old, new, questions)
                changes += _changes(old, new, *both)
                asked.append((new, both[1]))
            except PolicyError as error:
                problems += error.problems
    changes.sort(key=lambda each: -abs(each.difference or 0))
    notes = _notes(after, last, [] if changes or problems else asked)
    return Comparison(cases, last, tuple(changes), tuple(problems), tuple(notes))


def _notes(
    law: Legislation, last: str, unchanged: list[tuple[Scenario, dict[Question, Array]]]
) -> Iterator[str]:
    """Say why nothing changes, and until when the law was read."""
    first = first_day_changed(law)
    if "" < last < first:
        later = f"ask for a later period, such as --period {first[:4]}"
        yield f"What is changed holds from {first}, after {last}: {later}."
    elif unchanged:
        yield why_nothing(unchanged)
    old = law.read_before(last)
    if old:
        yield old


def _questions(
    scenario: Scenario, outputs: Sequence[str] | None, period: Period | None
) -> list[Question]:
    """Return what is asked of a scenario."""
    if scenario.expected and outputs is None:
        return list(dict.fromkeys((each.variable, each.period) for each in scenario.expected))
    when = period_asked(scenario.law, scenario, period)
    return [(name, when) for name in outputs_asked(scenario.law, scenario.outputs, outputs, when)]


def _last_day(period: Period) -> str:
    return "" if period == ETERNITY else str(period.stop)


def _answers(
    old: Scenario, new: Scenario, questions: list[Question]
) -> tuple[dict[Question, Array], dict[Question, Array]]:
    """Return the answers of both laws."""
    situation = new.situation
    people, facts = people_of(new.law, [situation]), facts_of(new.law, [situation])
    was, now = (arrays(each.law, people, facts, questions) for each in (old, new))
    return was, now


def _changes(
    old: Scenario, new: Scenario, was: dict[Question, Array], now: dict[Question, Array]
) -> Iterator[Change]:
    situation = new.situation
    people, facts = people_of(new.law, [situation]), facts_of(new.law, [situation])
    for (name, when), answer in now.items():
        variable = new.law.variable(name)
        ids = situation.ids[variable.entity.key]
        pairs = [
            (
                _said(old.law.variable(name), was[name, when], row),
                _said(variable, answer, row),
            )
            for row in range(len(ids))
        ]
        if all(one == other for one, other in pairs):
            continue
        slots = slots_asked(variable, when)
        causes = tuple(causes_of(old.law, new.law, people, facts, slots))
        for instance, (one, other) in zip(ids, pairs, strict=True):
            if one != other:
                yield Change(
                    case=new.name or str(new.document.where(*new.path)),
                    variable=name,
                    label=variable.label or name,
                    section=section_of(variable),
                    unit=variable.unit or "",
                    id=instance,
                    period=str(when),
                    before=one,
                    after=other,
                    causes=causes,
                )


def _said(variable: Any, array: Any, row: int) -> Any:
    value = scalar(variable, array, row)
    if has_no_number(value):
        return NOT_KNOWN
    return round(value, 10) if isinstance(value, float) else value
