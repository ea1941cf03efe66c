"""Blocks answered by DuckDB, in memory."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from policy.errors import PolicyError, Problem
from policy.graph.backends.sql.plan import SqlPlan
from policy.private import duckdb_settings
from policy.running.in_sql import arrays_of, tables_of, with_sql
from policy.running.schema import MEMBERSHIPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from policy.graph.backends.sql.plan import Fact
    from policy.legislation.people import Array, Column, People, Slot
    from policy.running.engines import Answers
    from policy.running.schema import Question

#: Memory that DuckDB may use before it writes to the disk.
_MEMORY = "4GB"


@contextmanager
def by_duckdb(scratch: Path) -> Iterator[Answers]:
    """Give an engine that is ready for one run.

    Args:
        scratch: a folder, which only this user can read, for what does not fit in memory.

    """
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    with duckdb.connect(config=duckdb_settings(scratch / "spilled", _MEMORY)) as connection:
        yield _Answers(connection)


class _Answers:
    """Answers by a database; what it is asked is written once for the same facts."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._known: dict[tuple[Any, ...], list[duckdb.Statement]] = {}

    def __call__(
        self, question: Question, people: People, facts: Mapping[Slot, Column]
    ) -> Mapping[str, Array]:
        """Return the answers to a question."""
        law = question.law
        tables, given = tables_of(law, people, facts)
        names = {each.key: each.plural for each in law.system.entities}
        found: dict[str, Array] = {}
        try:
            for key, table in tables.items():
                self._connection.register(names.get(key, MEMBERSHIPS), table)
            for statement in self._written(question, given):
                found |= arrays_of(law, self._connection.sql(statement).to_arrow_table())
        except duckdb.Error as error:  # (its text may show what a table holds)
            message = f"DuckDB cannot calculate this: {type(error).__name__}"
            remedy = "take another engine (--engine numba)"
            raise PolicyError(Problem(message, remedy=remedy, key="engine")) from None
        return found

    def _written(self, question: Question, given: Mapping[Slot, Fact]) -> list[duckdb.Statement]:
        asked = (question.law.version, question.period, question.outputs, *given.items())
        if asked not in self._known:
            with with_sql():
                sql = SqlPlan(question.law, question.asked, given).sql("duckdb")
            self._known[asked] = self._connection.extract_statements(sql)
        return self._known[asked]
