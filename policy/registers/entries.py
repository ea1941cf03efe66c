"""The entries of a register's table: its files opened, and what they hold checked once.

What is wrong is told by how many entries and from which day on, never by what they say: an error
may be seen by people who may not see the register.
"""

from __future__ import annotations

import glob
from itertools import product
from typing import TYPE_CHECKING, Any, NoReturn

import duckdb
from sqlglot import exp

from policy.errors import Location, PolicyError, Problem, did_you_mean
from policy.registers.sources import BOOL, DATE, NUMBER, RECORDED_ON, TEXT, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from policy.registers.sources import Column, Table

#: The types of DuckDB that hold a column's values, and what they are called.
_HOLDS = {
    TEXT: ({"VARCHAR"}, "texts"),
    DATE: ({"DATE"}, "dates"),
    BOOL: ({"BOOLEAN"}, "true and false"),
    NUMBER: ({"DOUBLE", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"}, "numbers"),
}
#: What a value of some types can be that no amount, and no day, is.
_ENDLESS = {DATE: "infinite", NUMBER: "infinite, or no number"}
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
        PolicyError: there is no file, or one beside a folder; one cannot be read, or has no
            ``recorded_on`` or ``withdrawn``; or two entries with one key were made on one day.

    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, table: Table) -> None:
        self._connection = connection
        self.table = table
        place = folder / table.register / table.name
        file = place.with_name(f"{table.name}.parquet")
        files = sorted(place.glob("*.parquet")) if place.is_dir() else [file]
        self._at = Location(str(place if place.is_dir() else file))
        if place.is_dir() and file.exists():
            self._fail(f"there is '{file.name}' beside it, too", "keep one of the two")
        if not files or not files[0].exists():
            self._fail(
                f"there is no table '{table.path}'",
                f"put {table.name}.parquet, or a folder {table.name} of such files, there",
            )
        self._kinds: dict[Path, dict[str, str]] = {}
        try:
            for each in files:
                held = connection.read_parquet(glob.escape(str(each)))
                self._kinds[each] = dict(zip(held.columns, map(str, held.types), strict=True))
            opened = connection.read_parquet([glob.escape(str(each)) for each in files])
        except duckdb.Error as error:
            self._fail(f"cannot be read: {str(error).splitlines()[0]}", "write it as Parquet")
        opened.create_view(view_of(table).name, replace=True)
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
                f"'{each.name}' is {_ENDLESS[each.type]}": _is_endless(each.name)
                for each in columns
                if each.type in _ENDLESS
            },
            "correct them",
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
        for file, (name, kind) in product(self._kinds, wanted.items()):
            at, kinds = Location(str(file)), self._kinds[file]
            held = kinds.get(name)
            types, called = _HOLDS[kind]
            if held is None:
                others = [each for each in kinds if each not in self.table.columns]
                remedy = did_you_mean(name, others, otherwise="add it")
                problems.append(self._problem(f"there is no column '{name}'", remedy, at))
            elif held.partition("(")[0] not in types:
                message = f"the column '{name}' holds {held}, not {called}"
                problems.append(self._problem(message, f"write it as {min(types)}", at))
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
        try:
            (row,) = self._connection.sql(query.sql("duckdb")).fetchall()
        except duckdb.Error:  # (whose message could tell what an entry says)
            self._fail("cannot be read: it is damaged", "write it as Parquet again")
        found: tuple[Any, ...] = row
        return found

    def _problem(self, message: str, remedy: str, at: Location | None = None) -> Problem:
        return Problem(message, at or self._at, remedy, code="register")

    def _fail(self, message: str, remedy: str) -> NoReturn:
        raise PolicyError(self._problem(message, remedy))


def _is_empty(name: str) -> exp.Expression:
    return exp.Is(this=column(name), expression=exp.null())


def _is_endless(name: str) -> exp.Expression:
    return exp.not_(exp.func("isfinite", column(name)))


def _is_other(declared: Column) -> exp.Expression:
    values = [exp.Literal.string(each) for each in declared.values]
    return exp.not_(exp.In(this=column(declared.name), expressions=values))


def _counted(what: exp.Expression, condition: exp.Expression) -> exp.Filter:
    return exp.Filter(this=what, expression=exp.Where(this=condition))


def _entries(number: int, day: object) -> str:
    return f"{number:,} entries, the first of {day}" if number > 1 else f"the entry of {day}"
