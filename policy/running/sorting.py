"""Tables that do not stand in order, or whose ids are not right: sorted and matched by DuckDB.

It works in a private folder within a limit of memory, and writes there what does not fit. Columns
are handed to it under names of its own (``c0``, ``c1`` …): no text of a file is ever part of SQL.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.population.tables import library
from policy.private import duckdb_settings
from policy.running.blocks import FIRST_LINE, Block, Rows, starts_of, whole
from policy.running.faults import Fault
from policy.running.values import is_text
from policy.running.working import LINE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from policy.legislation.people import Array
    from policy.running.inputs import Input
    from policy.running.sources import Source

#: Rows that are read of an answer at a time.
_BATCH = 65_536
_NOWHERE = -1


class Sorter:
    """A DuckDB of one's own, in a folder that only this user can read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _connection(self) -> Any:
        duckdb = library("duckdb", self._folder, "sorting tables", "scale")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return duckdb.connect(
            str(self._folder / "sorting.duckdb"),
            config=duckdb_settings(self._folder / "spilled"),
        )

    def close(self) -> None:
        """Let go of the files."""
        if "_connection" in vars(self):
            self._connection.close()

    def are_distinct(self, arrays: Iterator[Any]) -> bool:
        """Tell whether no id is there twice."""
        first = next(arrays, None)
        if first is None:
            return True
        self._keep("ids", _chained(first, arrays))
        (count, distinct) = self._connection.sql(
            "SELECT (SELECT count(*) FROM ids),"
            " (SELECT count(*) FROM (SELECT DISTINCT c0 FROM ids))"
        ).fetchall()[0]
        self._connection.sql("DROP TABLE ids")
        return bool(count == distinct)

    def _keep(self, name: str, reader: Any) -> None:
        self._connection.from_arrow(reader).create(name)

    def blocks(self, given: Input, size: int) -> Iterator[Block]:
        """Sort tables, and yield them in blocks of whole groups; last, groups that nobody is in."""
        rows = Rows(self._batches(_rows_of(given)))
        while rows.fill(size + 1):
            yield _block(given, rows.take(whole(rows, "first", size)))
        if given.groups:
            for batch in self._batches(_LOOSE_GROUPS):
                yield _loose(given, batch)

    def _batches(self, query: str) -> Iterator[Any]:
        yield from self._connection.sql(query).to_arrow_reader(_BATCH)

    def load(self, given: Input) -> int:
        """Load tables, and return how many persons there are."""
        group, own_id = given.question.group.key, given.person_id
        of_group = {"g": group, **({"role": given.role} if given.has_roles else {})}
        facts = {f"c{n}": each.column for n, each in enumerate(given.person_facts)}
        ids = {"id": own_id} if own_id else {}
        if given.is_one_table:
            self._keep("p", _renamed(given.persons, {**ids, **of_group, **facts}))
        else:
            self._keep("p", _renamed(given.persons, {**ids, **facts}))
            person = {"id": given.question.person.key}
            self._keep("m", _renamed(given.members, {**person, **of_group}))
        if given.groups:
            facts = {f"d{n}": each.column for n, each in enumerate(given.group_facts)}
            self._keep("g", _renamed(given.groups, {"id": given.group_id, **facts}))
        for query in _prepared(given):
            self._connection.execute(query)
        (persons,) = self._connection.sql("SELECT count(*) FROM p").fetchall()[0]
        return int(persons)

    def by_lines(self, batches: Iterator[Any]) -> Iterator[Any]:
        """Sort rows by their line; those of one line stay in their order."""
        first = next(batches, None)
        if first is None:
            return
        names = {f"c{n}": name for n, name in enumerate(first.schema.names)}
        fields = [field.with_name(f"c{n}") for n, field in enumerate(first.schema)]
        schema = pa.schema([pa.field("place", pa.int64()), *fields])
        place = 0

        def numbered() -> Iterator[Any]:
            nonlocal place
            for batch in chain([first], batches):
                places = pa.array(np.arange(place, place + batch.num_rows))
                place += batch.num_rows
                yield pa.record_batch([places, *batch.columns], schema=schema)

        self._keep("by_line", pa.RecordBatchReader.from_batches(schema, numbered()))
        line = next(short for short, name in names.items() if name == LINE)
        chosen = ", ".join(names)
        query = f"SELECT {chosen} FROM by_line ORDER BY {line} NULLS LAST, place"
        for batch in self._batches(query):
            yield batch.rename_columns(list(names.values()))
        self._connection.sql("DROP TABLE by_line")


#: What is found out of the tables before their rows are matched: ids that are there more than once.
_SAME = (
    "CREATE TABLE {table}_same AS SELECT id, min(line) AS first, {several} AS several FROM {table}"
    " WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1"
)
_FIRST = (
    "CREATE TABLE first_of AS SELECT g, min(line) AS first FROM {members} WHERE g IS NOT NULL"
    " GROUP BY g"
)
_ONE_OF_EACH = (
    "CREATE VIEW g_one AS SELECT g.* FROM g LEFT JOIN g_same ON g_same.id = g.id"
    " WHERE g_same.id IS NULL OR g.line = g_same.first"
)
_LOOSE_GROUPS = f"""
SELECT g.line, g.id, CASE
    WHEN g.id IS NULL THEN {Fault.NO_GROUP_ID:d}
    WHEN g_same.id IS NOT NULL THEN {Fault.SAME_GROUP:d}
    ELSE {Fault.EMPTY_GROUP:d} END AS fault
FROM g
LEFT JOIN g_same ON g_same.id = g.id
LEFT JOIN first_of ON first_of.g = g.id
WHERE first_of.g IS NULL OR g.line <> g_same.first
ORDER BY g.line"""


def _prepared(given: Input) -> Iterator[str]:
    one = given.is_one_table
    yield _SAME.format(table="p", several="count(DISTINCT g) > 1" if one else "false")
    if not one:
        yield _SAME.format(table="m", several="count(DISTINCT g) > 1")
    if given.groups:
        yield _SAME.format(table="g", several="false")
        yield _ONE_OF_EACH
    yield _FIRST.format(members="p" if one else "m")


def _rows_of(given: Input) -> str:
    """Return the query for the rows of all groups, group by group, and what is wrong with each."""
    one = given.is_one_table
    m = "p" if one else "m"
    faults = [("p.id IS NULL", Fault.NO_ID)]
    joins = ["LEFT JOIN p_same ON p_same.id = p.id"]
    counted = "p.line IS NOT NULL"
    if not one:
        faults.insert(0, ("p.line IS NULL", Fault.UNKNOWN_PERSON))
        joins.append("LEFT JOIN m_same ON m_same.id = m.id")
        counted += " AND coalesce(m.line = m_same.first, true)"
    faults += [
        ("p_same.several", Fault.IN_SEVERAL),
        ("p_same.id IS NOT NULL", Fault.SAME_ID),
    ]
    if not one:
        faults += [
            ("m.line IS NULL", Fault.IN_NONE),
            ("m_same.several", Fault.IN_SEVERAL),
            ("m_same.id IS NOT NULL", Fault.TWICE_IN_ONE),
        ]
    faults.append((f"{m}.g IS NULL", Fault.NO_GROUP))
    joins.append(f"LEFT JOIN first_of ON first_of.g = {m}.g")
    columns = {
        "line": "p.line",
        "member_line": f"{m}.line",
        "id": "p.id" if one else "coalesce(p.id, m.id)",
        "g": f"{m}.g",
        "first": "first_of.first",
        "group_line": "first_of.first",
        "group_fault": "0",
        "counted": counted,
        **({"role": f"{m}.role"} if given.has_roles else {}),
        **{f"c{n}": f"p.c{n}" for n in range(len(given.person_facts))},
    }
    if given.groups:
        joins += [
            f"LEFT JOIN g_same ON g_same.id = {m}.g",
            f"LEFT JOIN g_one AS g ON g.id = {m}.g",
        ]
        faults.append(("g.id IS NULL", Fault.UNKNOWN_GROUP))
        columns |= {
            "group_line": "g.line",
            "group_fault": f"CASE WHEN g_same.id IS NULL THEN 0 ELSE {Fault.SAME_GROUP:d} END",
            **{f"d{n}": f"g.d{n}" for n in range(len(given.group_facts))},
        }
    cases = " ".join(f"WHEN {test} THEN {fault:d}" for test, fault in faults)
    columns["fault"] = f"CASE {cases} ELSE 0 END"
    chosen = ", ".join(f"{what} AS {name}" for name, what in columns.items())
    tables = "p" if one else "m FULL JOIN p ON m.id = p.id"
    order = f"first_of.first NULLS LAST, p.line NULLS LAST, {m}.line"
    return f"SELECT {chosen} FROM {tables} {' '.join(joins)} ORDER BY {order}"


def _block(given: Input, rows: dict[str, Any]) -> Block:
    in_group = len(rows["g"]) - rows["first"].null_count
    starts = starts_of(rows["first"].slice(0, in_group))
    group_of = np.full(len(rows["g"]), _NOWHERE, dtype=np.intp)
    group_of[:in_group] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, in_group)))
    at = pa.array(starts)
    return Block(
        persons={each.column: rows[f"c{n}"] for n, each in enumerate(given.person_facts)},
        ids=rows["id"],
        lines=_lines(rows["line"]),
        group_of=group_of,
        roles=rows.get("role"),
        groups={each.column: rows[f"d{n}"].take(at) for n, each in enumerate(given.group_facts)},
        group_ids=rows["g"].take(at),
        group_lines=_lines(rows["group_line"].take(at)),
        faults=rows["fault"].to_numpy(),
        group_faults=rows["group_fault"].take(at).to_numpy(),
        member_lines=_lines(rows["member_line"]),
        counted=rows["counted"].to_numpy(zero_copy_only=False),
    )


def _loose(given: Input, rows: Any) -> Block:
    """Return groups that have no members, or that another row has the id of."""
    nobody = np.zeros(0, dtype=np.intp)
    return Block(
        persons={},
        ids=rows.column("id").slice(0, 0),
        lines=nobody,
        group_of=nobody,
        roles=None,
        groups={},
        group_ids=rows.column("id"),
        group_lines=rows.column("line").to_numpy(),
        faults=nobody,
        group_faults=rows.column("fault").to_numpy(),
        member_lines=nobody,
        counted=nobody.astype(bool),
    )


def _lines(array: Any) -> Array:
    lines: Array = pc.fill_null(array, _NOWHERE).to_numpy(zero_copy_only=False)
    return lines


def _renamed(source: Source, names: dict[str, str]) -> Any:
    """Return a reader of columns under other names, with the line of each row.

    A table without a column of ids has its lines for ids.
    """
    first = FIRST_LINE

    def batches() -> Iterator[Any]:
        nonlocal first
        for batch in source.read(list(names.values())):
            lines = pa.array(np.arange(first, first + batch.num_rows))
            first += batch.num_rows
            found = {"line": lines, "id": lines}
            for name, column in names.items():
                found[name] = batch.column(column).cast(schema.field(name).type)
            yield pa.record_batch([found[name] for name in schema.names], schema=schema)

    fields = {
        name: _kept(source.types[column], is_id=name in {"id", "g"})
        for name, column in names.items()
    }
    schema = pa.schema({"line": pa.int64(), "id": pa.int64(), **fields})
    return pa.RecordBatchReader.from_batches(schema, batches())


def _kept(kind: Any, *, is_id: bool) -> Any:
    """Return the type in which DuckDB keeps a column."""
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    if is_id and not is_text(inner):
        return pa.int64()
    return pa.string() if is_text(inner) or pa.types.is_null(inner) else inner


def _chained(first: Any, rest: Iterator[Any]) -> Any:
    """Return a reader of arrays as one column."""
    schema = pa.schema([("c0", first.type)])

    def batches() -> Iterator[Any]:
        yield pa.record_batch([first], schema=schema)
        for array in rest:
            yield pa.record_batch([array.cast(first.type)], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())
