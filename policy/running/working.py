"""A block calculated: what the law gives those without a mistake, what is wrong with the others.

A group is calculated whole or not at all: without one of its members its answer would be wrong.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.errors import did_you_mean
from policy.legislation.people import Column, Membership, People
from policy.running.faults import SAID, Fault
from policy.running.schema import MEMBERSHIPS
from policy.running.values import Values, read_column
from policy.scenario.answers import lacks_numbers
from policy.scenario.columns import blank
from policy.scenario.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policy.legislation.people import Array, Slot
    from policy.running.blocks import Block
    from policy.running.engines import Answers, Asked
    from policy.running.inputs import Given, Input
    from policy.running.schema import Question

REJECTS, LINE = "rejects", "line"
_REJECTS = pa.schema(
    {
        "table": pa.string(),
        LINE: pa.int64(),
        "id": pa.string(),
        "column": pa.string(),
        "value": pa.string(),
        "reason": pa.string(),
        "remedy": pa.string(),
    }
)
_NOWHERE = -1


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a row.

    Attributes:
        column: where it stands; empty where it stands in another row.
        value: what stands there.
        reason: what is wrong.
        remedy: what to do.
        told: what is wrong, without what stands there: nothing of a person is printed.

    """

    column: str
    value: str
    reason: str
    remedy: str
    told: str = "what stands here cannot be taken"


@dataclass(frozen=True)
class Reject:
    """A row that is not calculated, and why.

    Attributes:
        table: the table.
        line: the row's line, after the line of the names of columns; None where it has none.
        id: the id of the row.
        mistake: what is wrong in it, or in the row that it goes with.

    """

    table: str
    line: int | None
    id: str
    mistake: Mistake


@dataclass
class Tally:
    """What is counted: in one block, and in all.

    Attributes:
        read: rows, by table.
        computed: rows calculated, by table.
        rejected: rows that were not, by table.
        reasons: rows by table, column and remedy.
        totals: the sum of each output that is an amount or a number.
        not_known: for how many the law gives no number, by output.
        empty: for how many a cell was empty and the default was taken, by column.

    """

    read: Counter[str] = field(default_factory=Counter)
    computed: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    totals: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    not_known: Counter[str] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add what was counted in another block."""
        for name, counted in vars(other).items():
            mine = getattr(self, name)
            for key, value in counted.items():
                mine[key] += value

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        plain = {name: dict(counted) for name, counted in vars(self).items()}
        return {**plain, "reasons": [[*key, count] for key, count in self.reasons.items()]}

    @staticmethod
    def from_dict(plain: dict[str, Any]) -> Tally:
        """Return what :meth:`to_dict` wrote."""
        found = Tally()
        for name, counted in plain.items():
            pairs = [(tuple(key), n) for *key, n in counted] if name == "reasons" else counted
            getattr(found, name).update(dict(pairs))
        return found


@dataclass(frozen=True)
class Done:
    """A block that is done.

    Attributes:
        tables: the answers by the plural of the entity, and the rejects; each with its lines.
        tally: what was counted.
        rejects: the rows that were rejected; none where the block was kept by an earlier run.

    """

    tables: dict[str, Any]
    tally: Tally
    rejects: tuple[Reject, ...] = ()


def schemas_of(given: Input) -> dict[str, Any]:
    """Return the columns of the tables that are written, with a line for each row."""
    question = given.question
    found = {}
    for entity, source, column in (
        (question.person, given.persons, given.person_id),
        (question.group, given.members, question.group.key),
    ):
        names = question.of(entity)
        kind = pa.int64() if column is None else _id_type(source.types[column])
        fields = {name: _type_of(question.law.variable(name)) for name in names}
        if names:
            found[entity.plural] = pa.schema({LINE: pa.int64(), entity.key: kind, **fields})
    return {**found, REJECTS: _REJECTS}


def _id_type(kind: Any) -> Any:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return pa.int64() if pa.types.is_integer(inner) else pa.string()


def _type_of(variable: Any) -> Any:
    return _ANSWERS.get(variable.value_type, pa.string())


#: The types of Arrow that answers are written in, by the type of the variable; others are text.
_ANSWERS = {
    float: pa.float64(),
    int: pa.int32(),
    bool: pa.bool_(),
    datetime.date: pa.date32(),
}


class Work:
    """One block: who is right, and what is wrong with the others.

    Attributes:
        rejects: the rows that are not calculated.

    """

    def __init__(self, given: Input, block: Block) -> None:
        self.given = given
        self.question = given.question
        self.block = block
        self.rejects: list[Reject] = []
        count, groups = len(block.lines), len(block.group_ids)
        self.bad = np.zeros(count, dtype=bool)
        self.bad_groups = np.zeros(groups, dtype=bool)
        #: Of each group, the table and the line of the first row that is wrong.
        self.first_wrong: dict[int, str] = {}
        self._look_at_ids()
        self.role_of = self._roles()
        self.columns = [*self._of_persons(), *self._of_groups()]
        self._reject_others()
        self.keep = {
            self.question.person.key: _kept(self.bad),
            self.question.group.key: _kept(self.bad_groups),
        }

    def _wrong_person(self, row: int, table: str, mistake: Mistake) -> None:
        lines = self.block.lines
        if table == MEMBERSHIPS and self.block.member_lines is not None:
            lines = self.block.member_lines
        line = int(lines[row])
        name = str(self.block.ids[row].as_py() or "")
        self.rejects.append(Reject(table, line, name, mistake))
        self.bad[row] = True
        self.first_wrong.setdefault(int(self.block.group_of[row]), f"{table} {line}")

    def _wrong_group(self, group: int, mistake: Mistake) -> None:
        self._add_group(group, mistake)
        table = self.question.group.plural
        self.first_wrong.setdefault(group, f"{table} {self.block.group_lines[group]}")

    def _add_group(self, group: int, mistake: Mistake) -> None:
        self.bad_groups[group] = True
        line: int | None = int(self.block.group_lines[group])
        if line == _NOWHERE:  # (it is named, and has no row)
            return
        name = str(self.block.group_ids[group].as_py() or "")
        line = line if self.given.groups is not None else None
        self.rejects.append(Reject(self.question.group.plural, line, name, mistake))

    def _said(self, fault: Fault) -> tuple[str, str, str, str]:
        """Return table, column, reason and remedy of a fault, in the book's words."""
        person, group = self.question.person, self.question.group
        words = {
            "person": person.key,
            "persons": person.plural,
            "group": group.key,
            "groups": group.plural,
        }
        said = SAID[fault]
        members = person.plural if self.given.is_one_table else MEMBERSHIPS
        table = {"members": members}.get(said.table) or words[said.table]
        return table, words[said.column], said.reason.format(**words), said.remedy.format(**words)

    def _look_at_ids(self) -> None:
        block = self.block
        if block.faults is not None:
            for row in np.flatnonzero(block.faults).tolist():
                table, column, reason, remedy = self._said(Fault(block.faults[row]))
                ids = block.group_ids if column == self.question.group.key else block.ids
                place = block.group_of[row] if ids is block.group_ids else row
                value = "" if place == _NOWHERE else str(ids[int(place)].as_py() or "")
                self._wrong_person(row, table, Mistake(column, value, reason, remedy, reason))
        if block.group_faults is not None:
            for group in np.flatnonzero(block.group_faults).tolist():
                _, column, reason, remedy = self._said(Fault(block.group_faults[group]))
                value = str(block.group_ids[group].as_py() or "")
                self._wrong_group(group, Mistake(column, value, reason, remedy, reason))

    def _roles(self) -> Array:
        """Return the place of each person's role; where the role has several, of the first free."""
        kind, column = self.question.group, self.given.role
        flat = list(kind.flattened_roles)
        numbers = {word: n for n, r in enumerate(kind.roles) for word in (r.key, r.plural) if word}
        count = len(self.block.lines)
        if self.block.roles is None or not count:
            role_of = np.zeros(count, dtype=np.intp)
        else:
            role_of = self._roles_named(column, numbers)
        for number, role in enumerate(kind.roles):
            most = len(role.subroles or []) or role.max
            if most:
                self._refuse_more(role_of, number, most, role.plural or role.key)
        first = [flat.index(role.subroles[0] if role.subroles else role) for role in kind.roles]
        found = np.array(first, dtype=np.intp)[role_of]
        if any(role.subroles for role in kind.roles):
            several = np.array([bool(role.subroles) for role in kind.roles])[role_of]
            found += np.where(several, self._place_in_role(role_of), 0)
        return found

    def _roles_named(self, column: str, numbers: dict[str, int]) -> Array:
        table = self.given.members.name
        coded = self.block.roles
        if not pa.types.is_dictionary(coded.type):
            coded = coded.dictionary_encode()
        words = [None if word is None else word.strip() for word in coded.dictionary.to_pylist()]
        only = 0 if len(self.question.group.roles) == 1 else _NOWHERE
        known = np.array(
            [numbers.get(w or "", only if not w else _NOWHERE) for w in [*words, None]]
        )
        codes = pc.fill_null(coded.indices.cast(pa.int64()), len(words)).to_numpy()
        role_of: Array = known[codes]
        for row in np.flatnonzero((role_of == _NOWHERE) & ~self.bad).tolist():
            word = [*words, None][codes[row]]
            if word:
                remedy = did_you_mean(word, numbers, kind="roles")
                mistake = Mistake(column, word, f"{shown(word)} is no role", remedy)
            else:
                remedy = f"give one of {', '.join(sorted(numbers))}"
                reason = "no role is given"
                mistake = Mistake(column, "", reason, remedy, reason)
            self._wrong_person(row, table, mistake)
        role_of[role_of == _NOWHERE] = 0
        return role_of

    def _place_in_role(self, role_of: Array) -> Array:
        """Return each person's place among those of its group and role."""
        keys = self.block.group_of * len(self.question.group.roles) + role_of
        order = np.argsort(keys, kind="stable")
        ranked = keys[order]
        starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
        places = np.empty(len(keys), dtype=np.intp)
        sizes = np.diff(np.append(starts, len(keys)))
        places[order] = np.arange(len(keys)) - np.repeat(starts, sizes)
        return places

    def _refuse_more(self, role_of: Array, number: int, most: int, plural: str) -> None:
        held = (role_of == number) & (self.block.group_of != _NOWHERE) & ~self.bad
        sizes = np.bincount(self.block.group_of[held], minlength=len(self.block.group_ids))
        if not (sizes > most).any():
            return
        over = np.flatnonzero(held & (self._place_in_role(role_of) >= most))
        kind, table = self.question.group, self.given.members.name
        for row in over.tolist():
            reason = f"at most {most} {plural} in one {kind.key}"
            remedy = f"use another role or {kind.key}"
            self._wrong_person(row, table, Mistake(self.given.role, plural, reason, remedy, reason))

    def _of_persons(self) -> Iterator[tuple[Given, Values]]:
        """Yield the columns of the table of persons; what it says of groups, once for each."""
        table = self.given.persons.name
        for each in self.given.person_facts if len(self.block.lines) else ():
            found = read_column(each.variable, self.block.persons[each.column], len(each.periods))
            for row, (cell, error) in sorted(found.wrong.items()):
                if self.block.lines[row] != _NOWHERE:
                    mistake = Mistake(each.column, cell, error.message, error.remedy)
                    self._wrong_person(row, table, mistake)
            if each.variable.entity.key == self.question.group.key:
                found = self._once_for_each(each, found)
            yield each, found

    def _once_for_each(self, each: Given, found: Values) -> Values:
        """Return what rows say of their groups; where they say different things, that is wrong."""
        group_of, count = self.block.group_of, len(self.block.group_ids)
        said = group_of != _NOWHERE if found.given is None else found.given & (group_of != _NOWHERE)
        rows = np.flatnonzero(said)
        first = np.full(count, len(group_of), dtype=np.intp)
        np.minimum.at(first, group_of[rows], rows)
        odd = rows[found.values[rows] != found.values[first[group_of[rows]]]]
        kind = self.question.group
        for row in odd.tolist():
            if not self.bad[row]:
                reason = f"the rows of one {kind.key} say different things"
                remedy = f"say the same in all rows of a {kind.key}"
                cell = str(self.block.persons[each.column][row].as_py())
                mistake = Mistake(each.column, cell, reason, remedy, reason)
                self._wrong_person(row, self.given.persons.name, mistake)
        known = first < len(group_of)
        values = blank(each.variable, count)
        values[known] = found.values[first[known]]
        return Values(values, None if known.all() else known)

    def _of_groups(self) -> Iterator[tuple[Given, Values]]:
        for each in self.given.group_facts if self.block.groups else ():
            found = read_column(each.variable, self.block.groups[each.column], len(each.periods))
            for group, (cell, error) in sorted(found.wrong.items()):
                if self.block.group_lines[group] != _NOWHERE:
                    mistake = Mistake(each.column, cell, error.message, error.remedy)
                    self._wrong_group(group, mistake)
            yield each, found

    def _reject_others(self) -> None:
        """Reject the members of groups of which something is wrong, and those groups."""
        if not self.first_wrong:
            return
        group_of = self.block.group_of
        wrong = np.zeros(len(self.bad_groups), dtype=bool)
        wrong[[group for group in self.first_wrong if group != _NOWHERE]] = True
        table, _, reason, remedy = self._said(Fault.OTHERS)
        in_wrong = (group_of != _NOWHERE) & wrong[group_of] if len(group_of) else self.bad
        for row in np.flatnonzero(in_wrong & ~self.bad).tolist():
            why = f"{reason}: {self.first_wrong[int(group_of[row])]}"
            self._wrong_person(row, table, Mistake("", "", why, remedy))
        for group in np.flatnonzero(wrong & ~self.bad_groups).tolist():
            why = f"{reason}: {self.first_wrong[group]}"
            self._add_group(group, Mistake("", "", why, remedy))

    def asked(self) -> Asked | None:
        """Return what an engine is asked: about those who are right, where there are some."""
        people = self._people()
        if not people.counts[self.question.person.key]:
            return None
        facts: dict[Slot, Column] = {}
        for each, found in self.columns:
            rows = self.keep[each.variable.entity.key]
            column = Column(found.values if rows is None else found.values[rows])
            facts.update({(each.variable.name, when): column for when in each.periods})
        return self.question, people, facts

    def done(self, engine: Answers) -> Done:
        """Calculate what is right, and say what is not.

        Raises:
            PolicyError: a formula fails.

        """
        block, question, tally = self.block, self.question, Tally()
        asked = self.asked()
        answers = engine(*asked) if asked else {}
        tables = {REJECTS: self._rejected()}
        for entity, ids, lines in (
            (question.person, block.ids, block.lines),
            (question.group, block.group_ids, block.group_lines),
        ):
            schema = schemas_of(self.given).get(entity.plural)
            if schema is not None:
                rows = self.keep[entity.key]
                tables[entity.plural] = _written(question, schema, ids, lines, rows, answers, tally)
        self._count(tally)
        return Done(tables, tally, tuple(self.rejects))

    def _people(self) -> People:
        person, group = self.question.person.key, self.question.group.key
        group_of, role_of = self.block.group_of, self.role_of
        rows = self.keep[person]
        if rows is not None:
            group_of, role_of = group_of[rows], role_of[rows]
        groups = int((~self.bad_groups).sum())
        if groups < len(self.bad_groups):
            group_of = (np.cumsum(~self.bad_groups) - 1)[group_of]
        counts = {person: len(group_of), group: groups}
        return People(counts, {group: Membership(groups, group_of, role_of)})

    def _rejected(self) -> Any:
        said = [each.mistake for each in self.rejects]
        rows = [
            (each.table, each.line, each.id, why.column, why.value, why.reason, why.remedy)
            for each, why in zip(self.rejects, said, strict=True)
        ]
        columns = list(zip(*rows, strict=True)) or [()] * len(_REJECTS)
        arrays = [pa.array(c, f.type) for c, f in zip(columns, _REJECTS, strict=True)]
        return pa.table(arrays, schema=_REJECTS)

    def _count(self, tally: Tally) -> None:
        block, question = self.block, self.question
        persons, groups = question.person.plural, question.group.plural
        mine = np.ones(len(self.bad), dtype=bool) if block.counted is None else block.counted
        tally.read[persons] = int(mine.sum())
        tally.rejected[persons] = int((mine & self.bad).sum())
        there = block.group_lines != _NOWHERE
        tally.read[groups] = int(there.sum())
        tally.rejected[groups] = int((there & self.bad_groups).sum())
        for name in (persons, groups):
            tally.computed[name] = tally.read[name] - tally.rejected[name]
        tally.reasons.update(
            (each.table, each.mistake.column, each.mistake.remedy) for each in self.rejects
        )
        for each, found in self.columns:
            if found.given is not None:
                rows = self.keep[each.variable.entity.key]
                there = found.given if rows is None else found.given[rows]
                tally.empty[each.column] += len(there) - int(there.sum())


def _kept(bad: Array) -> Array | None:
    """Return the places of those who are right; none where all are."""
    return np.flatnonzero(~bad) if bad.any() else None


def _written(
    question: Question,
    schema: Any,
    ids: Any,
    lines: Array,
    rows: Array | None,
    answers: Mapping[str, Array],
    tally: Tally,
) -> Any:
    """Return the answers of an entity as they are written."""
    if rows is not None:
        ids, lines = ids.take(pa.array(rows)), lines[rows]
    columns = [pa.array(lines, pa.int64()), ids.cast(schema.types[1])]
    for field_ in list(schema)[2:]:
        array = answers.get(field_.name)
        if array is None:
            columns.append(pa.array([], field_.type))
            continue
        cells = _cells(question.law.variable(field_.name), array)
        columns.append(cells)
        if array.dtype.kind == "f":
            tally.totals[field_.name] += float(
                np.nansum(array) if cells.null_count else array.sum()
            )
            tally.not_known[field_.name] += cells.null_count
    return pa.table(columns, schema=schema)


def _cells(variable: Any, array: Array) -> Any:
    """Return answers as Arrow has them: nothing where the law gives no number."""
    if hasattr(variable, "possible_values"):
        names = pa.array([member.name for member in variable.possible_values])
        return pa.DictionaryArray.from_arrays(pa.array(array), names).cast(pa.string())
    if array.dtype.kind == "f":
        return pa.array(array, mask=np.isnan(array) if lacks_numbers(array) else None)
    if array.dtype.kind in "OSU":
        return pa.array([str(each) for each in array.tolist()], pa.string())
    return pa.array(array).cast(_type_of(variable))
