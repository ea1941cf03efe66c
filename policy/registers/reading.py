"""Registers on disk: their state as it was known on a day, and who was entered since.

A table is ``REGISTERS/population/persons.parquet``, or a folder of Parquet files of that name. Its
rows are entries, never changed: a later entry takes the place of an earlier one with the same key,
or takes it back. Only the columns asked for are read, and only those that may be.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from policy.errors import Location, PolicyError, Problem
from policy.legislation.parameters import iso_day
from policy.private import duckdb_settings
from policy.registers.sources import RECORDED_ON, WITHDRAWN

try:
    import duckdb
    import pyarrow as pa
    from sqlglot import exp

    from policy.registers.entries import Entries, column, view_of
except ImportError:
    raise PolicyError(
        Problem(
            "duckdb, pyarrow and sqlglot are needed to read registers",
            remedy="pip install 'policy-statutes[registers]'",
        )
    ) from None

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from types import TracebackType

    from policy.registers.sources import Sources, Table

#: The persons whose entries alone are read, in a table of this name and a column of that.
_ASKED, _CODE = "persons asked for", "person_code"


class Registers:
    """The registers of a book in a folder, read through DuckDB.

    Attributes:
        folder: the folder.
        sources: what they hold, and what may be read of it.
        connection: the connection in which the views are.

    Args:
        folder: holds a folder for each register, with a Parquet file or a folder for each table.
        sources: the registers that the book declares.
        consents: the consents by which columns may be read that have no basis in law.
        memory: how much memory DuckDB takes, before it goes on in a private folder on disk.
        threads: how many threads it uses; all processors without it.

    Raises:
        PolicyError: there is no such folder.

    >>> import policy
    >>> from policy.registers.sources import sources_of
    >>> Registers("no/such/folder", sources_of(policy.load("estonia")))
    Traceback (most recent call last):
    ...
    policy.errors.PolicyError: no/such/folder: there is no such folder; name a folder of registers

    """

    def __init__(
        self,
        folder: str | Path,
        sources: Sources,
        *,
        consents: Iterable[str] = (),
        memory: str = "2GB",
        threads: int | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.sources = sources
        self._consents = frozenset(consents)
        self._entries: dict[str, Entries] = {}
        if not self.folder.is_dir():
            raise PolicyError(
                Problem(
                    "there is no such folder", Location(str(folder)), "name a folder of registers"
                )
            )
        self._spill = tempfile.TemporaryDirectory(prefix="policy-")  # (for this user alone)
        settings = duckdb_settings(self._spill.name, memory)
        if threads:
            settings["threads"] = threads
        self.connection = duckdb.connect(config=settings)

    def __enter__(self) -> Registers:
        """Return the registers, to be closed at the end of ``with``."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection, and remove what was written to disk meanwhile."""
        self.connection.close()
        self._spill.cleanup()

    def as_known_on(
        self,
        day: str | date,
        fields: Mapping[str, Iterable[str]],
        persons: Iterable[str] | None = None,
    ) -> dict[str, duckdb.DuckDBPyRelation]:
        """Return tables as they were known on a day: the latest entry of each key, if it stands.

        Each is a view of the connection too, named by the table's path, in the place of that of an
        earlier call: ``SELECT … FROM "population/persons"``. It has the columns of the key, those
        asked for, and ``recorded_on``; entries that were withdrawn are not in it. Its rows have no
        order.

        Args:
            day: entries made later are not known.
            fields: columns to read, by table: ``{"population/persons": ["birth_date"]}``.
            persons: read only the entries that name one of these persons; all without it.

        Raises:
            PolicyError: a table or column does not exist, may not be read or holds something else
                than is declared; an entry lacks a value, or has one that it cannot have; or two
                entries with one key were made on one day.

        """
        if persons is not None:
            self._ask_for(persons)
        found = {}
        for path, asked in fields.items():
            table = self.sources.table(path)
            names = self._readable(table, (*asked, *(table.persons if persons is not None else ())))
            known = (
                exp.select(*map(column, (*names, RECORDED_ON, WITHDRAWN)))
                .from_(view_of(table))
                .where(exp.LTE(this=column(RECORDED_ON), expression=_day(day)))
                .qualify(exp.EQ(this=_latest_first(table.key), expression=exp.Literal.number(1)))
            )
            in_key = [name for name in table.persons if name in table.key]
            if persons is not None and in_key:
                known = known.where(_asked_for(in_key))
            stands = exp.select(*map(column, (*names, RECORDED_ON))).from_(known.subquery("known"))
            stands = stands.where(exp.not_(column(WITHDRAWN)))
            if persons is not None and table.persons and not in_key:
                stands = stands.where(_asked_for(table.persons))
            self.connection.sql(stands.sql("duckdb")).create_view(path, replace=True)
            found[path] = self.connection.view(path)
        return found

    def changed(
        self, since: str | date, until: str | date, tables: Iterable[str] | None = None
    ) -> duckdb.DuckDBPyRelation:
        """Return who is named by entries made after one day and at the latest on another.

        Args:
            since: the day of the last run: its entries were seen then.
            until: the day of this one.
            tables: paths of tables; all that the book declares without it.

        Returns:
            A relation with the columns ``source``, the path of the table, and ``person_code``; each
            pair once, in their order.

        Raises:
            PolicyError: as for :meth:`as_known_on`.

        """
        new = exp.and_(
            exp.GT(this=column(RECORDED_ON), expression=_day(since)),
            exp.LTE(this=column(RECORDED_ON), expression=_day(until)),
        )
        named = []
        for path in self.sources.tables if tables is None else tables:
            table = self.sources.table(path)
            self._readable(table, table.persons)
            source = exp.alias_(exp.Literal.string(path), "source")
            named += [
                exp.select(source, exp.alias_(column(name), _CODE, quoted=True))
                .from_(view_of(table))
                .where(new, exp.not_(exp.Is(this=column(name), expression=exp.null())))
                for name in table.persons
            ]
        if not named:
            raise PolicyError(
                Problem(
                    "no table that names persons is asked about", remedy="name one", key="tables"
                )
            )
        every = exp.union(*named, distinct=True) if len(named) > 1 else named[0].distinct()
        return self.connection.sql(every.sql("duckdb")).order(f"source, {_CODE}")

    def _readable(self, table: Table, asked: Iterable[str]) -> tuple[str, ...]:
        """Return the columns to read of a table, its key first, each once; they are checked.

        Raises:
            PolicyError: there is no such column, it may not be read, or what it holds is wrong.

        """
        names = tuple(dict.fromkeys((*table.key, *asked)))
        for name in names:
            declared = self.sources.column(table.path, name)
            if not declared.readable(self._consents):
                lacks = (
                    f"the consent '{declared.consent}'" if declared.consent else "a basis in law"
                )
                raise PolicyError(
                    Problem(
                        f"the column '{name}' of '{table.path}' cannot be read without {lacks}",
                        remedy="'policy registers plan' says what is read, and by which basis",
                        code="not-readable",
                    )
                )
        if table.path not in self._entries:
            self._entries[table.path] = Entries(self.connection, self.folder, table)
        self._entries[table.path].check(names)
        return names

    def _ask_for(self, persons: Iterable[str]) -> None:
        codes = pa.table({_CODE: pa.array(persons, pa.string())})
        self.connection.register(_ASKED, codes)


def _day(day: str | date) -> exp.Expression:
    return exp.cast(exp.Literal.string(iso_day(day)), "date")


def _latest_first(key: Iterable[str]) -> exp.Window:
    """Return the number of an entry among those with its key, from the latest on."""
    return exp.Window(
        this=exp.RowNumber(),
        partition_by=[column(name) for name in key],
        order=exp.Order(expressions=[exp.Ordered(this=column(RECORDED_ON), desc=True)]),
    )


def _asked_for(names: Iterable[str]) -> exp.Condition:
    """Return the condition that one of some columns names a person asked for."""
    asked = exp.select(column(_CODE)).from_(exp.table_(_ASKED, quoted=True))
    return exp.or_(*(exp.In(this=column(name), query=asked.subquery()) for name in names))
