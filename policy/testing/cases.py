"""Cases of law: what a test gives and expects, and what comes of running it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openfisca_core.periods import Period

    from policy.book import StatuteBook
    from policy.errors import Location, Problem
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array, Column, People, Slot
    from policy.scenario.answers import Question
    from policy.scenario.situation import Situation

#: Gives the answer to a question asked at a place: an array over the instances of a case.
Answer: TypeAlias = "Callable[[Question, Location], Array]"


@dataclass(frozen=True)
class Difference:
    """One value that is not what the test expects."""

    variable: str
    label: str
    section: str
    entity: str
    id: str
    index: int
    period: Period
    expected: Any
    got: Any
    location: Location

    @property
    def difference(self) -> float | None:
        """How much more the law gives than the test expects, for numbers."""
        numbers = (self.expected, self.got)
        if all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
            return float(self.got - self.expected)
        return None

    def __str__(self) -> str:
        """Say on one line what was expected and what came."""
        more = self.difference
        by = "" if more is None else f", difference {more:+.10g}"
        section = f" [{self.section}]" if self.section else ""
        return (
            f"{self.location}: {self.variable} of {self.id} for {self.period}:"
            f" expected {self.expected}, got {self.got}{by}{section}"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "variable": self.variable,
            "label": self.label,
            "section": self.section,
            "entity": self.entity,
            "id": self.id,
            "period": str(self.period),
            "expected": str(self.expected) if self.difference is None else self.expected,
            "got": str(self.got) if self.difference is None else self.got,
            "difference": self.difference,
            "file": self.location.file,
            "line": self.location.line,
        }


class Case(ABC):
    """A test of law, ready to run."""

    @property
    @abstractmethod
    def law(self) -> Legislation:
        """The law that is tested."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The test's name, or where it stands."""

    @property
    @abstractmethod
    def location(self) -> Location:
        """Where the test stands."""

    @property
    @abstractmethod
    def columns(self) -> tuple[People, Mapping[Slot, Column]]:
        """The people of the case and what is given of them.

        Raises:
            PolicyError: they cannot be read.

        """

    @property
    @abstractmethod
    def situation(self) -> Situation:
        """The same by person and group.

        Raises:
            PolicyError: they cannot be read.

        """

    @property
    @abstractmethod
    def questions(self) -> Mapping[Question, tuple[Slot, ...]]:
        """What the test asks, and the variables and periods that each answer is the sum of.

        Raises:
            PolicyError: something cannot be asked.

        """

    @abstractmethod
    def judge(self, answer: Answer) -> tuple[Difference, ...]:
        """Compare answers with what the test expects; return what differs.

        Raises:
            PolicyError: there is no answer.

        """

    @abstractmethod
    def alone(self) -> Answer:
        """Return what answers questions about this case alone.

        Raises:
            PolicyError: the case cannot be read.

        """

    def under(self, law: StatuteBook) -> Case | None:
        """Return the same test of another law; None where there is no such test."""
        return None

    def run(self) -> tuple[Difference, ...]:
        """Calculate what the test expects, for this case alone; return what differs.

        Raises:
            PolicyError: the law cannot be calculated for the test.

        """
        return self.judge(self.alone())


@dataclass(frozen=True)
class Verdict:
    """What came of running a case: what differs, or why the law could not be calculated."""

    case: Case
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def passed(self) -> bool:
        """Tell whether the law gives what the test expects."""
        return not self.differences and not self.problems
