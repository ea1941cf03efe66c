"""Calculating a table: a row for each person or thing, columns named as variables.

A row that holds a mistake is named and left out; all others are calculated. Groups are told apart
by a column with the name of their entity, such as ``owner``; without it all rows are one group.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import Location, PolicyError, Problem, did_you_mean
from policy.legislation.people import Column, Membership, People
from policy.population.frame import WEIGHT
from policy.scenario.answers import arrays
from policy.scenario.calculation import asked_period, check_covered, names_asked
from policy.scenario.columns import blank
from policy.scenario.result import scalar
from policy.scenario.times import definition_periods
from policy.scenario.values import BadValueError, checked, divides, has_no_number, share, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array, Slot
    from policy.population.tables import Table

#: Columns of ids that any book understands, beside the name of its person entity.
_ID = "id"
#: What to do about the column of a population that tells how many a row stands for.
_OF_A_WEIGHT = "it is for 'policy compare --population'; leave the column out"
_WORDS = {"true": True, "yes": True, "false": False, "no": False}
_WHOLE = re.compile(r"[-+]?\d+")
_DECIMAL = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)")


@dataclass
class RowsResult:
    """What the law gives for the rows of a table.

    Attributes:
        law: the statute book.
        period: what was asked about.
        table: the rows.
        outputs: the variables asked for.
        good: the places of the rows that were calculated.
        ids: the id of each of these.
        groups: ids of the groups, by the key of their entity.
        answers: by variable, an array over the rows calculated or over the groups.
        problems: what was wrong, with the line and the column.

    """

    law: Legislation
    period: Period
    table: Table
    outputs: tuple[str, ...]
    good: list[int]
    ids: list[str]
    groups: dict[str, list[str]]
    answers: dict[str, Array]
    problems: list[Problem] = field(default_factory=list)

    @property
    def of_rows(self) -> list[str]:
        """The variables that are answered for each row."""
        person = self.law.system.person_entity.key
        return [name for name in self.outputs if self.law.variable(name).entity.key == person]

    @property
    def of_groups(self) -> list[str]:
        """The variables that are answered for each group."""
        return [name for name in self.outputs if name not in self.of_rows]

    def value(self, name: str, index: int) -> Any:
        """Return an answer as a cell: None where the law gives no number.

        Raises:
            PolicyError: the variable was not asked for, or has no such answer.

        """
        answers = self._answers(name)
        if not 0 <= index < len(answers):
            key = self.law.variable(name).entity.plural
            message = f"there is no answer {index}: {name} has {len(answers)} for the {key}"
            raise PolicyError(Problem(message, remedy="they are counted from 0"))
        found = scalar(self.law.variable(name), answers, index)
        return None if has_no_number(found) else found

    def total(self, name: str) -> float:
        """Return the sum of an answer over all rows or groups that have a number."""
        return float(np.nansum(self._answers(name)))

    def missing(self, name: str) -> int:
        """Count the rows or groups for which the law gives no number."""
        array = self._answers(name)
        return int(np.isnan(array).sum()) if array.dtype.kind == "f" else 0

    def _answers(self, name: str) -> Array:
        if name not in self.answers:
            remedy = did_you_mean(name, self.answers, kind="results")
            raise PolicyError(Problem(f"'{name}' is not among the results", remedy=remedy))
        return self.answers[name]

    def rows(self) -> list[list[Any]]:
        """Return the rows of the table with the answers, and with what was wrong, beside them."""
        place = {row: number for number, row in enumerate(self.good)}
        wrong: dict[int, list[str]] = {}
        for problem in self.problems:
            wrong.setdefault(problem.location.line, []).append(problem.message)
        lines = []
        for row, cells in enumerate(self.table.rows):
            found = [
                self.value(name, place[row]) if row in place else None for name in self.of_rows
            ]
            lines.append([*cells, *found, "; ".join(wrong.get(self.table.lines[row], []))])
        return lines

    def columns(self) -> list[str]:
        """Return the names of the columns of :meth:`rows`."""
        return [*self.table.columns, *self.of_rows, "problems"]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        entity = self.law.system.person_entity
        groups = {each.key: each for each in self.law.system.group_entities}
        return {
            "book": self.law.name,
            "period": str(self.period),
            "law_version": self.law.version,
            entity.plural: {
                name: {each: _json(self.value(each, index)) for each in self.of_rows}
                for index, name in enumerate(self.ids)
            },
            **{
                groups[key].plural: {
                    name: {
                        each: _json(self.value(each, index))
                        for each in self.of_groups
                        if self.law.variable(each).entity.key == key
                    }
                    for index, name in enumerate(ids)
                }
                for key, ids in self.groups.items()
            },
            "totals": {
                name: self.total(name) for name in self.outputs if _adds_up(self.answers[name])
            },
            "not_known": {name: self.missing(name) for name in self.outputs if self.missing(name)},
            "problems": [problem.to_dict() for problem in self.problems],
        }


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _adds_up(array: Array) -> bool:
    return array.dtype.kind == "f"


def calculate_rows(
    law: Legislation, table: Table, outputs: Iterable[str] | None, period: str | Period | None
) -> RowsResult:
    """Calculate variables for each row of a table, and for their groups.

    Args:
        law: the statute book.
        table: the rows; columns are named as variables, as the entity of a row (or ``id``), and
            as groups.
        outputs: names of variables; else the book's own list.
        period: a month or a year.

    Raises:
        PolicyError: there is no period, it or an output cannot be calculated, or no row is right.

    """
    if period is None:
        remedy = "ask for a month or a year (--period 2026-03)"
        problem = Problem("no period to calculate", Location(table.file), remedy, key="period")
        raise PolicyError(problem)
    when = asked_period(period)
    check_covered(law, when)
    listed = [str(name) for name in law.metadata.get("outputs", [])]
    names = tuple(names_asked(listed if outputs is None else outputs))
    for name in names:
        law.variable(name)
    reader = _Reader(law, table, when)
    rows = reader.good_rows()
    if not rows:
        raise PolicyError(*reader.problems)
    people, facts = reader.people(rows), reader.facts(rows)
    found = arrays(law, people, facts, [(name, when) for name in names])
    return RowsResult(
        law,
        when,
        table,
        names,
        rows,
        people.ids[law.system.person_entity.key],
        {group.key: people.ids[group.key] for group in law.system.group_entities},
        {name: found[name, when] for name in names},
        sorted(reader.problems, key=lambda problem: problem.location),
    )


class _Reader:
    """Reads the cells of a table, and keeps what is wrong."""

    def __init__(self, law: Legislation, table: Table, when: Period) -> None:
        self.law = law
        self.table = table
        self.when = when
        self.problems: list[Problem] = []
        self.person = law.system.person_entity
        self.groups = list(law.system.group_entities)
        self.place = {name: number for number, name in enumerate(table.columns)}
        self.variables = self._variables()
        self.values: dict[str, list[Any]] = {}

    def _variables(self) -> dict[str, Any]:
        """Return the variables that columns name; report columns that name nothing."""
        keys = {_ID, self.person.key}
        for group in self.groups:
            keys |= {group.key, self.role_column(group)}
        found = {}
        for name in self.table.columns:
            if name in keys:
                continue
            variable = self.law.system.variables.get(name)
            if variable is None or variable.is_neutralized:
                words = [*self.law.system.variables, *keys]
                remedy = _OF_A_WEIGHT if name == WEIGHT else did_you_mean(name, words)
                self._report(None, name, "no variable has this name", remedy)
                continue
            try:
                definition_periods(variable, self.when)
            except BadValueError as error:
                self._report(None, name, error.message, error.remedy)
                continue
            found[name] = variable
        return found

    def role_column(self, group: Any) -> str:
        """Return the name of the column that says in which role a row is in its group."""
        return f"{group.key}_role"

    def _report(self, row: int | None, column: str, message: str, remedy: str = "") -> None:
        where = self.table.where(row, column)
        self.problems.append(Problem(f"{column}: {message}", where, remedy))

    def cell(self, row: int, column: str) -> Any:
        """Return a cell; None where there is no such column, or nothing in it."""
        if column not in self.place:
            return None
        found = self.table.rows[row][self.place[column]]
        if isinstance(found, str):
            found = found.strip()
        return None if found == "" else found

    def id_of(self, row: int) -> str:
        """Return the id of a row: given, or its line in the file."""
        given = self.cell(row, self.person.key) or self.cell(row, _ID)
        return str(self.table.lines[row] if given is None else given)

    def group_id(self, row: int, group: Any) -> str:
        """Return the id of a row's group; one for all where there is no such column."""
        return str(self.cell(row, group.key) or group.key)

    def good_rows(self) -> list[int]:
        """Return the rows without a mistake; report the others."""
        bad: set[int] = set()
        for name, variable in self.variables.items():
            column = []
            for row in range(len(self.table.rows)):
                try:
                    column.append(value_of_cell(variable, self.cell(row, name)))
                except BadValueError as error:
                    self._report(row, name, error.message, error.remedy)
                    bad.add(row)
                    column.append(None)
            self.values[name] = column
        bad |= self._bad_ids() | self._bad_groups()
        rows = [row for row in range(len(self.table.rows)) if row not in bad]
        bad |= self._at_odds(rows) | self._too_many(rows)
        return [row for row in rows if row not in bad]

    def _bad_ids(self) -> set[int]:
        seen: dict[str, int] = {}
        bad = set()
        for row in range(len(self.table.rows)):
            first = seen.setdefault(self.id_of(row), row)
            if first != row:
                line = self.table.lines[first]
                message = f"'{self.id_of(row)}' is the id of line {line} too"
                self._report(row, self.person.key, message, "give each row its own id")
                bad.add(row)
        return bad

    def _bad_groups(self) -> set[int]:
        bad = set()
        for group in self.groups:
            roles = {word for role in group.roles for word in (role.key, role.plural)}
            column = self.role_column(group)
            for row in range(len(self.table.rows)):
                given = self.cell(row, column)
                if group.key in self.place and self.cell(row, group.key) is None:
                    self._report(row, group.key, "no value is given", f"name the {group.key}")
                    bad.add(row)
                elif given is None and len(group.roles) > 1:
                    remedy = f"add a column '{column}' with one of {', '.join(sorted(roles))}"
                    self._report(row, column, "no role is given", remedy)
                    bad.add(row)
                elif given is not None and given not in roles:
                    self._report(row, column, f"'{given}' is no role", did_you_mean(given, roles))
                    bad.add(row)
        return bad

    def _at_odds(self, rows: list[int]) -> set[int]:
        """Report rows that say of their group something else than an earlier one."""
        bad: set[int] = set()
        groups = {group.key: group for group in self.groups}
        for name, variable in self.variables.items():
            group = groups.get(variable.entity.key)
            if group is None:
                continue
            first: dict[str, tuple[int, Any]] = {}
            for row in rows:
                value = self.values[name][row]
                if value is None:
                    continue
                key = self.group_id(row, group)
                line, other = first.setdefault(key, (self.table.lines[row], value))
                if other != value:
                    said, before = (getattr(each, "name", each) for each in (value, other))
                    message = f"{shown(said)} for {key}, and {shown(before)} in line {line}"
                    self._report(row, name, message, f"say the same in all rows of {key}")
                    bad.add(row)
        return bad

    def _too_many(self, rows: list[int]) -> set[int]:
        """Report rows for whom a role of their group has no room."""
        bad: set[int] = set()
        for group in self.groups:
            taken: dict[tuple[str, str], int] = {}
            for row in rows:
                role = self.role_of(row, group)
                key = (self.group_id(row, group), role.key)
                taken[key] = taken.get(key, 0) + 1
                most = len(role.subroles or []) or role.max
                if most and taken[key] > most:
                    message = f"at most {most} {role.plural or role.key} in {key[0]}"
                    self._report(row, self.role_column(group), message, "use another role or group")
                    bad.add(row)
        return bad

    def role_of(self, row: int, group: Any) -> Any:
        """Return the role of a row in its group; the only one where none is given."""
        word = self.cell(row, self.role_column(group)) or group.roles[0].key
        return next(role for role in group.roles if word in (role.key, role.plural))

    def people(self, rows: list[int]) -> People:
        """Return who the rows are, and their groups."""
        counts, members = {self.person.key: len(rows)}, {}
        ids = {self.person.key: [self.id_of(row) for row in rows]}
        for group in self.groups:
            numbers: dict[str, int] = {}
            of_row = [numbers.setdefault(self.group_id(r, group), len(numbers)) for r in rows]
            flat = list(group.flattened_roles)
            held = [self.role_of(row, group) for row in rows]
            taken: dict[tuple[int, str], int] = {}
            role_of = []
            for number, role in zip(of_row, held, strict=True):
                place = taken.get((number, role.key), 0)
                taken[number, role.key] = place + 1
                role_of.append(flat.index(role.subroles[place] if role.subroles else role))
            counts[group.key] = len(numbers)
            members[group.key] = Membership(
                len(numbers), np.array(of_row, dtype=np.intp), np.array(role_of, dtype=np.intp)
            )
            ids[group.key] = list(numbers)
        return People(counts, members, ids)

    def facts(self, rows: list[int]) -> dict[Slot, Column]:
        """Return what is given of the rows and their groups, in columns."""
        facts: dict[Slot, Column] = {}
        groups = {group.key: group for group in self.groups}
        for name, variable in self.variables.items():
            given = [self.values[name][row] for row in rows]
            if variable.entity.key in groups:
                group = groups[variable.entity.key]
                of_group: dict[str, Any] = {}
                for row, value in zip(rows, given, strict=True):
                    key = self.group_id(row, group)
                    of_group[key] = value if of_group.get(key) is None else of_group[key]
                given = list(of_group.values())
            known = np.array([value is not None for value in given])
            if not known.any():
                continue
            values = blank(variable, len(given))
            chosen = [value for value in given if value is not None]
            enumerated = hasattr(variable, "possible_values")
            values[known] = [value.index if enumerated else value for value in chosen]
            periods = definition_periods(variable, self.when)
            if len(periods) > 1 and divides(variable):
                values = share(variable, values, len(periods))
            partly = None if known.all() or not variable.formulas else known
            column = Column(values, partly)
            facts.update({(name, own): column for own in periods})
        return facts


def value_of_cell(variable: Any, cell: Any) -> Any:
    """Return a cell as the variable holds it; None where it is empty.

    Raises:
        BadValueError: the cell holds something else.

    """
    if cell is None:
        return None
    if isinstance(cell, str):
        return checked(variable, _of_text(variable, cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return checked(variable, cell.date())
    if variable.value_type is int and isinstance(cell, float) and cell.is_integer():
        return checked(variable, int(cell))
    return checked(variable, cell)


def _of_text(variable: Any, text: str) -> Any:
    """Read the text of a cell as a value of the variable's kind; else leave it to be refused.

    >>> class wage:
    ...     value_type = float
    >>> _of_text(wage, "1200.50"), _of_text(wage, "1,200")
    (1200.5, '1,200')
    """
    kind = variable.value_type
    if kind is bool:
        return _WORDS.get(text.lower(), text)
    if kind in (int, float) and _WHOLE.fullmatch(text):
        return int(text)
    if kind is float and _DECIMAL.fullmatch(text):
        return float(text)
    return text
