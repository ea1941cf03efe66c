"""A situation: people, their groups, and the facts given about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openfisca_core.periods import Period

    from policy.documents import Document, KeyPath
    from policy.legislation.legislation import Legislation


@dataclass
class Members:
    """Which group each person belongs to, and as what."""

    group_of_person: list[int]
    role_of_person: list[Any]


@dataclass
class Situation:
    """People, groups and given facts, checked against a statute book.

    Attributes:
        ids: the ids of each entity's instances, by entity key.
        members: for each group entity, the group and role of each person.
        facts: given values by variable and definition period, then by index of the instance.
        spread: likewise, of values given for a longer period: that period.

    """

    ids: dict[str, list[str]]
    members: dict[str, Members]
    facts: dict[tuple[str, Period], dict[int, Any]] = field(default_factory=dict)
    spread: dict[tuple[str, Period], dict[int, Period]] = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """One expected value of a scenario test, and where it is written."""

    variable: str
    entity: str
    index: int
    period: Period
    value: Any
    path: KeyPath


@dataclass
class Scenario:
    """A situation with what was said about it.

    Attributes:
        law: the statute book, with the reforms that it names or as known on the day it names.
        name: its name, or an empty string.
        source: where its expected result is stated.
        book: the statute book it names, or an empty string.
        period: the default period, or None.
        situation: people, groups and facts.
        names: the variables that its ``output`` asks for; empty where it expects values.
        expected: the values that its ``output`` expects, in the order written.
        margins: ``absolute_error_margin`` and ``relative_error_margin`` where given.
        document: the document it was read from, for locations.
        path: where in the document it stands.

    """

    law: Legislation
    name: str
    source: str
    book: str
    period: Period | None
    situation: Situation
    names: list[str]
    expected: list[Expected]
    margins: dict[str, float]
    document: Document
    path: KeyPath = ()

    @property
    def outputs(self) -> list[str]:
        """The variables that it asks for, or expects values of."""
        return list(dict.fromkeys([*self.names, *(each.variable for each in self.expected)]))
