"""Running scenario tests: what the law gives against what the test expects.

Amounts are compared in float64, within half a cent unless the test gives its own margin; everything
else exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from policy.documents import Document, read_document
from policy.errors import Location, PolicyError, Problem, did_you_mean
from policy.legislation.legislation import ACCEPTED, section_of
from policy.legislation.openfisca import periods
from policy.legislation.times import slots_asked
from policy.loading import books, load_for_file
from policy.scenario.answers import arrays, numbers
from policy.scenario.calculation import check_covered
from policy.scenario.columns import facts_of, people_of
from policy.scenario.reading import read_scenario, read_scenarios
from policy.scenario.result import scalar
from policy.scenario.values import NOT_KNOWN, has_no_number
from policy.testing.cases import Case, Difference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policy.book import StatuteBook
    from policy.legislation.people import Array, Column, People, Slot
    from policy.scenario.answers import Question
    from policy.scenario.situation import Scenario, Situation
    from policy.testing.cases import Answer

#: Half a cent: what two amounts may differ by and still be the same when paid.
HALF_A_CENT = 0.005
#: Room for the last bits of a double where a test gives margins of its own.
_LAST_BITS = 1e-9


@dataclass(frozen=True)
class ScenarioCase(Case):
    """A scenario test of a statute book."""

    book: StatuteBook
    scenario: Scenario

    @property
    def law(self) -> StatuteBook:
        """The statute book that is tested."""
        return self.book

    @property
    def name(self) -> str:
        """The test's name, or where it stands."""
        return self.scenario.name or str(self.location)

    @property
    def location(self) -> Location:
        """Where the test stands."""
        return self.scenario.document.where(*self.scenario.path)

    @property
    def situation(self) -> Situation:
        """The people of the scenario and what is given of them."""
        return self.scenario.situation

    @cached_property
    def columns(self) -> tuple[People, dict[Slot, Column]]:
        """The same in columns."""
        return people_of(self.book, [self.situation]), facts_of(self.book, [self.situation])

    @cached_property
    def questions(self) -> dict[Question, tuple[Slot, ...]]:
        """What the test asks."""
        return {
            (each.variable, each.period): slots_asked(
                self.book.variable(each.variable),
                each.period,
                self.scenario.document.where(*each.path),
            )
            for each in self.scenario.expected
        }

    def alone(self) -> Answer:
        """Answer by the law graph, one question at a time."""

        def answer(question: Question, where: Location) -> Array:
            return arrays(self.book, *self.columns, [question], where)[question]

        return answer

    def under(self, law: StatuteBook) -> ScenarioCase | None:
        """Return the same test of another law; None where it cannot be read with it."""
        data = self.scenario.document.data
        for key in self.scenario.path:
            data = data[key]
        try:
            read = read_scenario(law, Document(data, self.location.file, {}))
            return ScenarioCase(cast("StatuteBook", read.law), read)
        except PolicyError:
            return None

    def judge(self, answer: Answer) -> tuple[Difference, ...]:
        """Compare answers with what the test expects; return what differs."""
        return tuple(self._differences(answer))

    def _differences(self, answer: Answer) -> Iterator[Difference]:
        for expected in self.scenario.expected:
            variable = self.book.variable(expected.variable)
            period = expected.period
            where = self.scenario.document.where(*expected.path)
            if period.unit != periods.DateUnit.ETERNITY:
                check_covered(self.book, period, where)
            given = answer((expected.variable, period), where)
            got = scalar(variable, given, expected.index)
            wanted = getattr(expected.value, "name", expected.value)
            if has_no_number(got) and not has_no_number(wanted):
                numbers(self.book, self.columns[0], expected.variable, period, given)
            if not same(wanted, got, self.scenario.margins):
                yield Difference(
                    variable=expected.variable,
                    label=variable.label or expected.variable,
                    section=section_of(variable),
                    entity=expected.entity,
                    id=self.scenario.situation.ids[expected.entity][expected.index],
                    index=expected.index,
                    period=period,
                    expected=NOT_KNOWN if has_no_number(wanted) else wanted,
                    got=got,
                    location=where,
                )


def same(expected: Any, got: Any, margins: dict[str, float]) -> bool:
    """Tell whether a value is what was expected.

    With both margins a number passes if it is within either; with a relative margin alone the
    absolute one is that of the last bits of a double.

    >>> same(100.0, 100.004, {}), same(100.0, 100.006, {}), same(0.1, 0.1 + 1e-12, {})
    (True, False, True)
    >>> same(float("nan"), float("nan"), {}), same(0.0, float("nan"), {})
    (True, False)
    >>> same(1000.0, 1009.0, {"relative_error_margin": 0.01})
    True
    """
    if not isinstance(got, float):
        return bool(expected == got) and isinstance(expected, bool) == isinstance(got, bool)
    if has_no_number(got) or has_no_number(expected):
        return has_no_number(got) and has_no_number(expected)
    if not isinstance(expected, int | float):
        return False
    default = _LAST_BITS if margins else HALF_A_CENT
    absolute = margins.get("absolute_error_margin", default)
    relative = margins.get("relative_error_margin", 0.0) * abs(expected)
    return abs(got - expected) <= max(absolute, relative) + _LAST_BITS


def read_cases(
    path: str | Path,
    book: StatuteBook | None = None,
    changed: Callable[[StatuteBook], StatuteBook] = lambda book: book,
) -> list[ScenarioCase]:
    """Read the scenario tests of a file.

    The book is the one given, else the one each file names (``book:`` in its first test), else the
    folder under ``scenarios`` that bears a book's name; ``changed`` lays changes over it.

    Raises:
        PolicyError: with every problem in the file; a test without ``output``, or with the name
            of another, is one.

    """
    document = read_document(path)
    if not document.data:
        raise PolicyError(
            Problem("the file holds no test", Location(str(path)), "write one, or remove the file")
        )
    law = changed(book or load_for_file(_book_of(document.data, Path(path))))
    scenarios = read_scenarios(law, document)
    problems: list[Problem] = []
    seen: dict[str, Location] = {}
    for scenario in scenarios:
        if not scenario.expected:
            where, lacks = scenario.path, "the test has no output"
            if scenario.names:
                where, lacks = (
                    (*where, "output"),
                    "the output names variables, and no value of them",
                )
            problems.append(
                document.problem(
                    where,
                    f"{lacks}, so it cannot fail",
                    "write 'output: {families: {tamm: {child_allowance: 80}}}'",
                )
            )
        if scenario.name in seen and scenario.name:
            problems.append(
                document.problem(
                    (*scenario.path, "name"),
                    f"another test is named '{scenario.name}', on line {seen[scenario.name].line}",
                    "give each test its own name",
                )
            )
        seen.setdefault(scenario.name, document.where(*scenario.path, "name"))
    if problems:
        raise PolicyError(*problems)
    return [ScenarioCase(cast("StatuteBook", each.law), each) for each in scenarios]


def _book_of(data: Any, path: Path) -> str:
    first = data[0] if isinstance(data, list) and data else data
    named = first.get("book") if isinstance(first, dict) else None
    if isinstance(named, str) and named:
        return named
    known = books()
    parts = path.resolve().parts
    found = next((part for part in reversed(parts) if part in known), None)
    if found:
        return found
    raise PolicyError(
        Problem(
            "no statute book is named",
            Location(str(path)),
            "add 'book: NAME' to the first test, or --book; "
            + did_you_mean("", known, kind="books"),
        )
    )


def scenario_files(paths: Iterable[str | Path]) -> list[Path]:
    """Return the YAML files among paths and in folders.

    Raises:
        PolicyError: a path does not exist, or a folder holds no YAML file.

    """
    found: list[Path] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = (*path.rglob("*.yaml"), *path.rglob("*.yml"))
            files = sorted(file for file in inside if not file.name.endswith(ACCEPTED))
            if not files:
                raise PolicyError(Problem("the folder holds no YAML file", Location(str(path))))
            found += files
        elif path.exists():
            found.append(path)
        else:
            raise PolicyError(Problem("there is no such file or folder", Location(str(path))))
    return found
