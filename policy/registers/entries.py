"""The entries of a register's table: its files opened, and what they hold checked once.

What is wrong is told by how many entries and from which day on, never by what they say: an error
may be seen by people who may not see the register.
"""

from __future__ import annotations

import glob
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from policy.errors import Location, PolicyError, Problem, did_you_mean
from policy.registers.sources import BOOL, DATE, NUMBER, RECORDED_ON, TEXT, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import duckdb

    from policy.registers.sources import Column, Table

#: The types of DuckDB that hold a column's values, and what they are called.
_HOLDS = {
    TEXT: ({"VARCHAR"}, "texts"),
    DATE: ({"DATE"}, "dates"),
    BOOL: ({"BOOLEAN"}, "true and false"),
    NUMBER: ({"DOUBLE", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"}, "numbers"),
}
_OF_ENTRY = {RECORDED_ON: DATE, WITHDRAWN: BOOL}


def column(name: str) -> exp.Column:
    """Return a column for SQL, its name quoted."""
    return exp.column(name, quoted=True)


def view_of(table: Table) -> exp.Table:
    """Return the view of all entries of a table."""
    return exp.table_(f"{table.path} entries", quoted=True)


class Entries:
    """The entries of a table, as a view of a connection.

    Args:
        connection: of DuckDB.
        folder: the folder of registers.
        table: the table.

    Raises:
        PolicyError: there is no file, no ``recorded_on`` or ``withdrawn`` in it, or two entries
            with one key were made on one day.

    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, table: Table) -> None:
        self._connection = connection
        self.table = table
        place = folder / table.register / table.name
        file = place.with_name(f"{table.name}.parquet")
        files = sorted(place.glob("*.parquet")) if place.is_dir() else [file]
        self._at = Location(str(place if place.is_dir() else file))
        if not files or not files[0].exists():
            self._fail(
                f"there is no table '{table.path}'",
                f"put {table.name}.parquet, or a folder {table.name} of such files, there",
            )
        try:
            opened = connection.read_parquet([glob.escape(str(each)) for each in files])
        except Exception as error:  # (of DuckDB, many kinds)
            self._fail(f"cannot be read: {str(error).splitlines()[0]}", "write it as Parquet")
        opened.create_view(view_of(table).name, replace=True)
        kinds = map(str, opened.types)
        self._kinds = dict(zip(opened.columns, kinds, strict=True))
        self._checked: set[str] = set()
        self._refuse_types(_OF_ENTRY)
        self._refuse(
            {f"'{name}' is empty": _is_empty(name) for name in _OF_ENTRY}, "give each entry one"
        )
        self._refuse_doubles()

    def check(self, names: Iterable[str]) -> None:
        """Check columns that were not checked before.

        Raises:
            PolicyError: one is missing, holds something else than is declared, or an entry lacks a
                value or has one that it cannot have.

        """
        columns = [self.table.columns[name] for name in names if name not in self._checked]
        if not columns:
            return
        self._refuse_types({each.name: each.type for each in columns})
        self._refuse(
            {
                f"'{each.name}' is empty": _is_empty(each.name)
                for each in columns
                if not each.optional
            },
            "correct them, or declare the column 'optional: true'",
        )
        self._refuse(
            {
                f"'{each.name}' is none of {', '.join(each.values)}": _is_other(each)
                for each in columns
                if each.values
            },
            "correct them, or declare the value",
        )
        self._checked.update(each.name for each in columns)

    def _refuse_types(self, wanted: Mapping[str, str]) -> None:
        problems = []
        for name, kind in wanted.items():
            held = self._kinds.get(name)
            types, called = _HOLDS[kind]
            if held is None:
                others = [each for each in self._kinds if each not in self.table.columns]
                remedy = did_you_mean(name, others, otherwise="add it")
                problems.append(self._problem(f"there is no column '{name}'", remedy))
            elif held.partition("(")[0] not in types:
                message = f"the column '{name}' holds {held}, not {called}"
                problems.append(self._problem(message, f"write it as {min(types)}"))
        if problems:
            raise PolicyError(*problems)

    def _refuse(self, wrong: Mapping[str, exp.Expression], remedy: str) -> None:
        """Refuse entries for which a condition holds."""
        if not wrong:
            return
        counted = [_counted(exp.Count(this=exp.Star()), each) for each in wrong.values()]
        first = [_counted(exp.Min(this=column(RECORDED_ON)), each) for each in wrong.values()]
        found = self._row(exp.select(*counted, *first).from_(view_of(self.table)))
        problems = [
            self._problem(f"{said} in {_entries(number, day)}", remedy)
            for said, number, day in zip(
                wrong, found[: len(wrong)], found[len(wrong) :], strict=True
            )
            if number
        ]
        if problems:
            raise PolicyError(*problems)

    def _refuse_doubles(self) -> None:
        """Refuse entries with one key made on one day: nobody could tell which is the later."""
        self._refuse_types({name: self.table.columns[name].type for name in self.table.key})
        same = (
            exp.select(column(RECORDED_ON))
            .from_(view_of(self.table))
            .group_by(*map(column, (*self.table.key, RECORDED_ON)))
            .having(exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1)))
        )
        counts = exp.Count(this=exp.Star()), exp.Min(this=column(RECORDED_ON))
        number, day = self._row(exp.select(*counts).from_(same.subquery("same")))
        if number:
            key = " and ".join(self.table.key)
            self._fail(
                f"{number:,} times several entries have one {key} on one day, first on {day}",
                "keep the last of them",
            )

    def _row(self, query: exp.Select) -> tuple[Any, ...]:
        (row,) = self._connection.sql(query.sql("duckdb")).fetchall()
        found: tuple[Any, ...] = row
        return found

    def _problem(self, message: str, remedy: str) -> Problem:
        return Problem(message, self._at, remedy, code="register")

    def _fail(self, message: str, remedy: str) -> None:
        raise PolicyError(self._problem(message, remedy))


def _is_empty(name: str) -> exp.Expression:
    return exp.Is(this=column(name), expression=exp.null())


def _is_other(declared: Column) -> exp.Expression:
    values = [exp.Literal.string(each) for each in declared.values]
    return exp.not_(exp.In(this=column(declared.name), expressions=values))


def _counted(what: exp.Expression, condition: exp.Expression) -> exp.Filter:
    return exp.Filter(this=what, expression=exp.Where(this=condition))


def _entries(number: int, day: object) -> str:
    return f"{number:,} entries, the first of {day}" if number > 1 else f"the entry of {day}"
