"""Blocks of whole groups, read from tables that stand in order; and whether they do.

Tables stand in order where the rows of each group are together, persons and memberships go row by
row, and groups come as their members do. Then they are read as they stand, a block at a time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.running.values import is_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from policy.legislation.people import Array
    from policy.running.inputs import Input

#: Persons in a block, or a few more: until the group of the last is whole.
BLOCK = 262_144
#: The line of a table's first row, after the names of its columns.
FIRST_LINE = 2


@dataclass
class Block:
    """Rows of whole groups.

    Attributes:
        persons: the columns of persons that are read, by their names.
        ids: the id of each person.
        lines: the line of each person in its table; -1 for one that has no row.
        group_of: the number of each person's group in the block; -1 for none.
        roles: the role of each person, if the tables say it.
        groups: the columns of groups that are read.
        group_ids: the id of each group.
        group_lines: the line of each group in its table, or of its first member.
        faults: of each person, what is wrong with its ids and groups (0 for nothing).
        group_faults: the same of each group.
        member_lines: the line of each person in the table of who is in which group.
        counted: which rows are the first of a person.

    """

    persons: dict[str, Any]
    ids: Any
    lines: Array
    group_of: Array
    roles: Any
    groups: dict[str, Any]
    group_ids: Any
    group_lines: Array
    faults: Array | None = None
    group_faults: Array | None = None
    member_lines: Array | None = None
    counted: Array | None = None


class Rows:
    """Rows of a table that are taken in order, as many as wanted."""

    def __init__(self, batches: Iterator[Any]) -> None:
        self._batches = batches
        self._held: deque[Any] = deque()
        self._rows = 0
        self.taken = 0

    def fill(self, count: int) -> int:
        """Read until there are so many rows, or no more; return how many there are."""
        while self._rows < count:
            batch = next(self._batches, None)
            if batch is None:
                break
            if batch.num_rows:
                self._held.append(batch)
                self._rows += batch.num_rows
        return self._rows

    def column(self, name: str) -> Any:
        """Return a column of the rows that are held."""
        return _joined([batch.column(name) for batch in self._held])

    def take(self, count: int) -> dict[str, Any]:
        """Take rows: an array of each column; fewer where the table ends."""
        self.fill(count)
        parts: list[Any] = []
        left = count
        while left and self._held:
            batch = self._held.popleft()
            parts.append(batch.slice(0, left))
            if batch.num_rows > left:
                self._held.appendleft(batch.slice(left))
            left -= parts[-1].num_rows
        self._rows -= count - left
        self.taken += count - left
        names = parts[0].schema.names if parts else []
        return {name: _joined([part.column(name) for part in parts]) for name in names}


def _joined(chunks: Sequence[Any]) -> Any:
    return chunks[0] if len(chunks) == 1 else pa.chunked_array(chunks).combine_chunks()


def plain_ids(array: Any) -> Any:
    """Return ids as whole numbers of 64 bits, or as text."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return array.cast(pa.string() if is_text(array.type) else pa.int64())


def starts_of(ids: Any) -> Array:
    """Return where runs of the same id begin; nothing is the same as nothing."""
    if not len(ids):
        return np.zeros(0, dtype=np.intp)
    changes = pc.fill_null(pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1)), True)
    return np.flatnonzero(np.concatenate([[True], changes.to_numpy(zero_copy_only=False)]))


@dataclass(frozen=True)
class _Together:
    """Rows of persons, of their memberships and of their groups that belong together."""

    members: dict[str, Any]
    persons: dict[str, Any]
    groups: dict[str, Any] | None
    ids: Any
    starts: Array
    line: int
    group_line: int


def _together(given: Input, size: int, *, facts: bool) -> Iterator[_Together]:
    """Read tables side by side, as if they stood in order, in blocks of whole groups."""
    question = given.question
    group_key = question.group.key
    of_persons = [each.column for each in given.person_facts] if facts else []
    of_groups = [each.column for each in given.group_facts] if facts else []
    own_id = [given.person_id] if given.person_id else []
    in_groups = [group_key, *([given.role] if given.has_roles and facts else [])]
    if given.is_one_table:
        persons = members = Rows(given.persons.read([*own_id, *in_groups, *of_persons]))
    else:
        persons = Rows(given.persons.read([*own_id, *of_persons]))
        members = Rows(given.members.read([question.person.key, *in_groups]))
    groups = Rows(given.groups.read([given.group_id, *of_groups])) if given.groups else None
    while members.fill(size + 1):
        count = whole(members, group_key, size)
        line = members.taken + FIRST_LINE
        group_line = groups.taken + FIRST_LINE if groups else 0
        rows = members.take(count)
        of_each = rows if given.is_one_table else persons.take(count)
        ids = plain_ids(rows[group_key])
        starts = starts_of(ids)
        of_group = groups.take(len(starts)) if groups else None
        yield _Together(rows, of_each, of_group, ids, starts, line, group_line)
    left = [each for each in (persons, groups) if each and each.fill(1)]
    if left:
        raise OutOfOrderError


class OutOfOrderError(Exception):
    """Tables do not stand in order."""


def whole(rows: Rows, column: str, size: int) -> int:
    """Return how many rows are whole groups: as many as wanted, or those of one that is larger."""
    wanted = size + 1
    while (there := rows.fill(wanted)) > size:
        starts = starts_of(plain_ids(rows.column(column)))
        ends = np.append(starts[starts > 0], [there] * (there < wanted))
        if len(ends):
            last = max(int(np.searchsorted(ends, size, side="right")) - 1, 0)
            return int(ends[last])
        wanted *= 2
    return there


@dataclass(frozen=True)
class Survey:
    """What a look at the ids of tables tells.

    Attributes:
        in_order: whether they stand in order, and no id is missing or given twice.
        persons: how many persons there are, where they do.

    """

    in_order: bool
    persons: int = 0


def survey(given: Input, are_distinct: Callable[[Iterator[Any]], bool]) -> Survey:
    """Look at the ids of tables.

    Args:
        given: the tables.
        are_distinct: tells whether no id is there twice, of ids that do not rise.

    """
    persons, rising, groups_rising = 0, _Rising(), _Rising()
    try:
        for part in _together(given, BLOCK, facts=False):
            runs = part.ids.take(pa.array(part.starts))
            if not (_agree(given, part, runs)):
                return Survey(in_order=False)
            if given.person_id:
                rising.look(plain_ids(part.persons[given.person_id]))
            groups_rising.look(runs)
            persons += len(part.ids)
    except OutOfOrderError:
        return Survey(in_order=False)
    if not groups_rising.still and not are_distinct(_runs(given)):
        return Survey(in_order=False)
    if not rising.still and not are_distinct(_ids(given)):
        return Survey(in_order=False)
    return Survey(in_order=True, persons=persons)


def _agree(given: Input, part: _Together, runs: Any) -> bool:
    """Tell whether rows are of the same persons and groups, and all of them are named."""
    if part.ids.null_count:
        return False
    if given.person_id:
        ids = plain_ids(part.persons[given.person_id]) if part.persons else runs.slice(0, 0)
        if ids.null_count:
            return False
        named = part.members[given.question.person.key] if not given.is_one_table else ids
        if not plain_ids(named).equals(ids):
            return False
    if part.groups is not None:
        return bool(part.groups) and plain_ids(part.groups[given.group_id]).equals(runs)
    return True


class _Rising:
    """Whether ids rise from each to the next, so that none is there twice.

    Texts may rise as in a dictionary, or the shorter before the longer, as numbers do.
    """

    def __init__(self) -> None:
        self._orders = [_after, _after_by_length]
        self._last: Any = None

    @property
    def still(self) -> bool:
        """Whether all ids so far rise."""
        return bool(self._orders)

    def look(self, ids: Any) -> None:
        """Look at the next ids."""
        if not self._orders or not len(ids):
            return
        chain = ids if self._last is None else pa.concat_arrays([self._last, ids])
        before, after = chain.slice(0, len(chain) - 1), chain.slice(1)
        self._orders = [
            rises for rises in self._orders if pc.all(rises(after, before)).as_py() is not False
        ]
        self._last = ids.slice(len(ids) - 1)


def _after(ids: Any, before: Any) -> Any:
    return pc.greater(ids, before)


def _after_by_length(ids: Any, before: Any) -> Any:
    if not is_text(ids.type):
        return pc.greater(ids, before)
    lengths, lengths_before = pc.binary_length(ids), pc.binary_length(before)
    alike = pc.and_(pc.equal(lengths, lengths_before), pc.greater(ids, before))
    return pc.or_(pc.greater(lengths, lengths_before), alike)


def _runs(given: Input) -> Iterator[Any]:
    """Yield the id of each run of rows of one group."""
    for part in _together(given, BLOCK, facts=False):
        yield part.ids.take(pa.array(part.starts))


def _ids(given: Input) -> Iterator[Any]:
    for batch in given.persons.read([given.person_id or ""]):
        yield plain_ids(batch.column(0))


def blocks_in_order(given: Input, size: int) -> Iterator[Block]:
    """Read tables that stand in order, a block at a time."""
    for part in _together(given, size, facts=True):
        count = len(part.ids)
        lines = np.arange(part.line, part.line + count)
        group_of = np.zeros(count, dtype=np.intp)
        group_of[part.starts[1:]] = 1
        of_groups = part.groups
        ids = plain_ids(part.persons[given.person_id]) if given.person_id else pa.array(lines)
        yield Block(
            persons=part.persons,
            ids=ids,
            lines=lines,
            group_of=np.cumsum(group_of),
            roles=part.members.get(given.role),
            groups=of_groups or {},
            group_ids=part.ids.take(pa.array(part.starts)),
            group_lines=lines[part.starts]
            if of_groups is None
            else np.arange(part.group_line, part.group_line + len(part.starts)),
        )
