"""What a statute book publishes, as plain data: worked out once, rendered by ``pages``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policy.legislation.catalogue import VariableEntry
    from policy.legislation.legislation import Act
    from policy.legislation.parameters import Parameter, Reference, Value
    from policy.site.sections import Citation
    from policy.site.words import Told

#: What a variable is on the site: what the book gives, what it works out on the way, what it asks.
BENEFIT, STEP, FACT = "benefit", "step", "fact"


@dataclass(frozen=True)
class Known:
    """What was known of a parameter from a day to another: its values, and changes then planned.

    Attributes:
        first: the first ISO day; empty for the time before the first act with a date.
        last: the last ISO day; empty while it is still so.
        values: the values, by the day from which they were to hold.
        planned: the names of the book's reforms that were enacted then and not yet repealed.

    """

    first: str
    last: str
    values: tuple[Value, ...]
    planned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Number:
    """A number of the law: a parameter, or a schedule with all its brackets.

    Attributes:
        name: its dotted name.
        parts: its parameters: itself, or the thresholds and values of each bracket.
        brackets: for each bracket its parameters by what they are (threshold, amount, rate).
        used_by: the variables whose formulas use it.
        reforms: the names of reforms that change it, or a formula that uses it.
        known: what was known of it when; empty where all of it always was.

    """

    name: str
    parts: tuple[Parameter, ...]
    brackets: tuple[dict[str, Parameter], ...]
    citations: tuple[Citation, ...]
    used_by: tuple[str, ...]
    reforms: tuple[str, ...]
    known: tuple[Known, ...]

    @property
    def first(self) -> Parameter:
        """The parameter that tells what the number is called."""
        return self.parts[0]

    @property
    def label(self) -> str:
        """Its name in plain words."""
        return self.first.label

    @property
    def starts(self) -> tuple[str, ...]:
        """The days from which it has another value, the oldest first."""
        return tuple(sorted({value.start for part in self.parts for value in part.values}))


@dataclass(frozen=True)
class Why:
    """A step of an explanation, with what it follows from."""

    kind: str
    name: str
    label: str
    text: str
    id: str
    section: str
    hidden: int
    steps: tuple[Why, ...]


@dataclass(frozen=True)
class Edge:
    """A day of a date in an example from which the answer is another.

    Attributes:
        fact: the fact, a date.
        label: in plain words.
        whose: whose fact it is; of several with the same edge, each alone.
        first: the first ISO day with another answer.
        last: the day from which the answer stays; the first one, unless it changes day by day.
        before: the answer of earlier days, in words.
        after: the answer from the last day on.

    """

    fact: str
    label: str
    whose: tuple[str, ...]
    first: str
    last: str
    before: str
    after: str


@dataclass(frozen=True)
class Example:
    """A scenario test, calculated and explained."""

    name: str
    source: str
    period: str
    id: str
    text: str
    scenario: str
    why: Why
    edges: tuple[Edge, ...]
    data: dict[str, Any]


@dataclass(frozen=True)
class Table:
    """Answers along two inputs, calculated; and why for some of them."""

    title: str
    note: str
    corner: str
    unit: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    explained: tuple[tuple[str, int, int, Why], ...]
    data: dict[str, Any]

    @property
    def marked(self) -> set[tuple[int, int]]:
        """The answers that are explained, by row and column."""
        return {(row, column) for _, row, column, _ in self.explained}


@dataclass(frozen=True)
class Change:
    """A change of the law that takes effect on a day.

    Attributes:
        date: the ISO day.
        enacted: the day of the act, where known.
        kind: ``parameter`` or ``variable``.
        name: which.
        label: in plain words.
        before: the value before, in words; empty where there was none.
        after: the value from that day.
        whom: whom it is about: plural labels of entities.
        outputs: the benefits and fees it goes into.
        references: where it stands.

    """

    date: str
    enacted: str
    kind: str
    name: str
    label: str
    before: str
    after: str
    whom: tuple[str, ...]
    outputs: tuple[str, ...]
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class Thing:
    """A variable: a benefit or fee, a step on the way, or a fact to give.

    Attributes:
        kind: ``benefit``, ``step`` or ``fact``.
        entry: what the catalogue says of it.
        whose: of whom it is: the entity's label.
        told: its formulas in words, by their first day.
        variables: the variables its formulas use.
        parameters: the parameters they use.
        used_by: the variables that use it.
        facts: the facts that it rests on in the end.
        headline: the numbers that make its amount.
        changes: what changed of it, and of the numbers and steps it uses.

    """

    kind: str
    entry: VariableEntry
    whose: str
    citations: tuple[Citation, ...]
    told: tuple[tuple[str, Told], ...]
    variables: tuple[str, ...]
    parameters: tuple[str, ...]
    used_by: tuple[str, ...]
    facts: tuple[str, ...]
    headline: tuple[str, ...]
    changes: tuple[Change, ...]
    examples: tuple[Example, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def name(self) -> str:
        """Its name in scenarios."""
        return self.entry.name

    @property
    def label(self) -> str:
        """Its name in plain words."""
        return self.entry.label


@dataclass(frozen=True)
class ReformChange:
    """What a reform sets: a number, with its values before and after by date."""

    name: str
    label: str
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Proposal:
    """A reform that lies with the book."""

    name: str
    title: str
    description: str
    bill: str
    effective: str
    enacted: str
    repealed: str
    requires: tuple[str, ...]
    references: tuple[Reference, ...]
    changes: tuple[ReformChange, ...]
    formulas: tuple[tuple[str, Told], ...]
    outputs: tuple[str, ...]
    report: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Provision:
    """A section of an act with what encodes it."""

    act: str
    name: str
    things: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """What was measured of the book's tests: what, how many of how many."""

    what: str
    share: str
    whole: bool


@dataclass(frozen=True)
class Book:
    """A statute book as it is published."""

    name: str
    title: str
    titles: dict[str, str]
    description: str
    currency: str
    language: str
    languages: tuple[str, ...]
    covers_from: str
    as_of: str
    version: str
    outputs: tuple[str, ...]
    acts: dict[str, Act]
    grades: dict[str, int]
    evidence: tuple[Evidence, ...]
    things: dict[str, Thing]
    numbers: dict[str, Number]
    reforms: dict[str, Proposal]
    provisions: dict[tuple[str, str], Provision]
    changes: tuple[Change, ...]
    guide: str
