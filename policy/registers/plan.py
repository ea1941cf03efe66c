"""What is read of registers for some benefits, and why: no more than the law needs.

The law graph knows which facts an answer is computed from, at a period. A column is read if it
feeds one of them and the law, or a consent, lets it be read. A fact that no register holds, or none
that may be read, can be asked of the people themselves.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy.errors import PolicyError, Problem, did_you_mean
from policy.graph.engine import engine_of
from policy.legislation.legislation import section_of
from policy.legislation.times import slots_asked
from policy.registers.sources import sources_of
from policy.scenario.calculation import asked_period, check_covered, outputs_asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.registers.sources import Column, Sources, Table

#: Why a column that is needed is not read.
NO_BASIS, NO_CONSENT, LEFT_OUT = "no basis", "no consent", "left out"


@dataclass(frozen=True)
class Field:
    """A column of a table, and what it is needed for.

    Attributes:
        table: its table.
        column: the column.
        feeds: the facts, and kinds of groups, needed here that it feeds; none where it only says
            whose entry it is, or which.
        why_not: why it is not read; an empty string where it is.
        changes: the answers that it can change.

    """

    table: Table
    column: Column
    feeds: tuple[str, ...] = ()
    why_not: str = ""
    changes: tuple[str, ...] = ()

    @property
    def joins(self) -> bool:
        """Whether it says which entry it is, or whose."""
        return bool(self.column.identifies) or self.column.name in self.table.key

    @property
    def path(self) -> str:
        """Its name with its table's: ``"population/persons.birth_date"``."""
        return f"{self.table.path}.{self.column.name}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "field": self.path,
            "description": self.column.description,
            "feeds": {name: self.column.feeds[name] for name in self.feeds},
            "basis": self.column.basis,
            "consent": self.column.consent,
            "why_not": self.why_not,
            "changes": list(self.changes),
        }


@dataclass(frozen=True)
class Question:
    """A fact that no register holds, or none that may be read: people can be asked for it.

    Attributes:
        variable: the fact.
        label: what it is called.
        section: the section that asks for it.
        entity: of whom it is asked.
        changes: the answers that it can change.
        withheld: the fields that would hold it and are not read.

    """

    variable: str
    label: str
    section: str
    entity: str
    changes: tuple[str, ...]
    withheld: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return vars(self) | {"changes": list(self.changes), "withheld": list(self.withheld)}


@dataclass(frozen=True)
class Plan:
    """What is read of registers, and what is not.

    Attributes:
        book: the name of the statute book.
        law_version: the version of its law.
        outputs: the answers it is read for.
        period: their period.
        sources: the registers.
        read: the fields that are read.
        withheld: the fields that are needed and not read, and why.
        not_needed: the fields that registers hold and these answers do not need.
        facts: for each fact held by fields that are read, the answers that it can change.
        questions: the facts that can be asked for.

    """

    book: str
    law_version: str
    outputs: tuple[str, ...]
    period: str
    sources: Sources
    read: tuple[Field, ...]
    withheld: tuple[Field, ...]
    not_needed: tuple[Field, ...]
    facts: Mapping[str, tuple[str, ...]]
    questions: tuple[Question, ...]

    @property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """The columns that are read, by table, as ``Registers.as_known_on`` takes them."""
        found: dict[str, tuple[str, ...]] = {}
        for field in self.read:
            found[field.table.path] = (*found.get(field.table.path, ()), field.column.name)
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "book": self.book,
            "law_version": self.law_version,
            "outputs": list(self.outputs),
            "period": self.period,
            "read": [each.to_dict() for each in self.read],
            "withheld": [each.to_dict() for each in self.withheld],
            "not_needed": [each.path for each in self.not_needed],
            "facts": {name: list(changes) for name, changes in self.facts.items()},
            "questions": [each.to_dict() for each in self.questions],
        }


def plan(
    law: Legislation,
    outputs: Iterable[str] | None = None,
    period: str | Period | None = None,
    *,
    consents: Iterable[str] = (),
    without: Iterable[str] = (),
) -> Plan:
    """Return which fields of which registers some answers need, and may be read.

    Args:
        law: the statute book.
        outputs: names of variables; without them the outputs that the book lists.
        period: ``"2026-10"`` or ``"2026"``; without it this month.
        consents: the consents that are given, for fields without a basis in law.
        without: registers, tables or fields that are left out: ``"tax"``, ``"tax/social_tax"``,
            ``"population/persons.death_date"``.

    Raises:
        PolicyError: the book declares no registers, or has no such variable; there is no such
            period, consent or field; or a formula is no expression, so that what it needs is not
            known.

    >>> import policy
    >>> made = plan(policy.load("estonia"), ["birth_allowance"], "2026-10")
    >>> made.fields["population/persons"]
    ('person_code', 'birth_date', 'death_date', 'residence_from', 'residence_until')
    >>> made.questions[-1].variable, made.questions[-1].changes
    ('stillborn', ('birth_allowance',))

    """
    sources = sources_of(law)
    when = asked_period(period or f"{datetime.date.today():%Y-%m}")
    check_covered(law, when)
    names = tuple(outputs_asked(law, [], outputs, when))
    permitted = _Permitted(sources, frozenset(consents), frozenset(without))
    changes = _changes(law, names, when)
    fields = [
        Field(
            table,
            column,
            tuple(name for name in column.feeds if name in changes),
            permitted.why_not(table, column),
            _all(changes, column.feeds),
        )
        for table in sources.tables.values()
        for column in table.columns.values()
    ]
    of_use = {each.table.path for each in fields if each.feeds and not each.why_not}
    needed = [each for each in fields if each.feeds or (each.table.path in of_use and each.joins)]
    withheld = [each for each in needed if each.why_not]
    questions = _questions(law, changes, sources, withheld)
    asked = {each.variable for each in questions}
    return Plan(
        book=law.name,
        law_version=law.version,
        outputs=names,
        period=str(when),
        sources=sources,
        read=tuple(each for each in needed if not each.why_not),
        withheld=tuple(withheld),
        not_needed=tuple(each for each in fields if each not in needed),
        facts={
            name: outputs
            for name, outputs in changes.items()
            if name in sources.feeding and name not in asked
        },
        questions=questions,
    )


def _changes(
    law: Legislation, outputs: tuple[str, ...], period: Period
) -> dict[str, tuple[str, ...]]:
    """Return the variables, and kinds of groups, that answers need, with the answers of each.

    An answer that only adds up others is not named beside them.

    Raises:
        PolicyError: a formula is no expression.

    """
    reads: dict[str, dict[str, None]] = {}
    for output in outputs:
        slots = engine_of(law).read_by(slots_asked(law.variable(output), period), {})
        if slots is None:
            raise PolicyError(
                Problem(
                    f"not all that '{output}' needs is known: a formula is no expression",
                    remedy=f"'policy graph --opaque {law.name}' says which, and why",
                )
            )
        reads[output] = dict.fromkeys(name for name, _ in slots)
        kinds = [law.variable(name).entity for name in reads[output]]
        reads[output] |= dict.fromkeys(each.key for each in kinds if not each.is_person)
    found: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(name for read in reads.values() for name in read):
        by = [output for output in outputs if name in reads[output]]
        found[name] = tuple(
            each for each in by if not any(part != each and part in reads[each] for part in by)
        )
    return found


def _all(changes: Mapping[str, tuple[str, ...]], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for name in names for each in changes.get(name, ())))


def _questions(
    law: Legislation,
    changes: Mapping[str, tuple[str, ...]],
    sources: Sources,
    withheld: Iterable[Field],
) -> tuple[Question, ...]:
    """Return the facts needed that no register holds, or of which something is not read."""
    kept: dict[str, list[str]] = {}
    for field in withheld:
        for name in field.feeds:
            kept.setdefault(name, []).append(field.path)
    found = []
    for name, outputs in changes.items():
        variable = law.system.variables.get(name)
        if variable is None or (variable.formulas and name not in kept):
            continue
        if name in kept or name not in sources.feeding:
            found.append(
                Question(
                    name,
                    variable.label or name,
                    section_of(variable),
                    variable.entity.key,
                    outputs,
                    tuple(kept.get(name, ())),
                )
            )
    return tuple(sorted(found, key=lambda each: each.variable))


class _Permitted:
    """What may be read: by law, by the consents given, and of what is not left out.

    Raises:
        PolicyError: there is no such consent, or nothing of a name that is left out.

    """

    def __init__(self, sources: Sources, consents: frozenset[str], without: frozenset[str]) -> None:
        self._consents, self._without = consents, without
        columns = [
            (table, column)
            for table in sources.tables.values()
            for column in table.columns.values()
        ]
        known = {column.consent for _, column in columns} - {""}
        _refuse_unknown("consent", consents, known)
        named = {name for table, column in columns for name in self._names(table, column)}
        _refuse_unknown("register, table or field", without, named)

    @staticmethod
    def _names(table: Table, column: Column) -> tuple[str, str, str]:
        return table.register, table.path, f"{table.path}.{column.name}"

    def why_not(self, table: Table, column: Column) -> str:
        """Say why a column is not read; without its key no column is."""
        for each in (column, *(table.columns[name] for name in table.key)):
            if self._without & set(self._names(table, each)):
                return LEFT_OUT
            if not each.readable(self._consents):
                return NO_CONSENT if each.consent else NO_BASIS
        return ""


def _refuse_unknown(kind: str, given: Iterable[str], known: Iterable[str]) -> None:
    valid = sorted(known)
    problems = [
        Problem(
            f"the registers have no {kind} '{name}'",
            remedy=did_you_mean(
                name, valid, otherwise="'policy registers plan' lists what they have"
            ),
            code="unknown-field",
        )
        for name in sorted(given)
        if name not in valid
    ]
    if problems:
        raise PolicyError(*problems)
