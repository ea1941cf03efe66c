"""Answers by DuckDB, from tables where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.graph.backends.sql.plan import SqlPlan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    from policy.graph.backends.sql.plan import Fact
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot


def run_on_duckdb(
    law: Legislation,
    wanted: Mapping[str, Sequence[Slot]],
    given: Mapping[Slot, Fact],
    connection: DuckDBPyConnection,
    tables: Mapping[str, str] | None = None,
) -> dict[str, DuckDBPyRelation]:
    """Return answers, in the order of ids, for each entity that some are of.

    Nothing is worked out before a relation is read, and nothing is written to the database.

    Args:
        law: the statute book.
        wanted: answers by the name of their column: variables and periods to add up.
        given: where facts are read, by variable and period; others have their defaults.
        connection: holds the tables.
        tables: names of tables or views, by the key of their entity, or ``memberships``; else
            tables have the names that :mod:`policy.graph.backends.sql.plan` says.

    Returns:
        By the key of the entity: a column of ids named by the key, and the answers. Amounts are
        DOUBLE, counts INTEGER, dates DATE, members of enumerations their names.

    Raises:
        PolicyError: a variable depends on itself.
        UnsupportedError: a formula has no SQL; names variable, file and line.

    >>> import duckdb, policy
    >>> from openfisca_core.periods import period
    >>> from policy.graph.backends.sql.plan import Fact
    >>> connection = duckdb.connect()
    >>> _ = connection.execute("create table vehicles as select 1 as vehicle, 2014 as model_year")
    >>> law, may = policy.load("nebraska"), period("2024-05")
    >>> found = run_on_duckdb(
    ...     law,
    ...     {"year": [("year_of_age", may)]},
    ...     {("model_year", period("ETERNITY")): Fact("model_year")},
    ...     connection,
    ... )
    >>> found["vehicle"].fetchall()
    [(1, 11)]

    """
    plan = SqlPlan(law, wanted, given, tables)
    return {
        entity: connection.sql(plan.statement("duckdb", entity, wide=True).sql(entity))
        for entity in plan.answers_of()
    }
