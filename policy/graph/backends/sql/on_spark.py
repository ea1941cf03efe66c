"""Answers by Spark, from tables where they are: past one machine, and the same to the last bit."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from policy.graph.backends.sql.plan import SqlPlan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyspark.sql import DataFrame, SparkSession

    from policy.graph.backends.sql.plan import Fact
    from policy.graph.backends.sql.statement import Statement
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot


def run_on_spark(
    law: Legislation,
    wanted: Mapping[str, Sequence[Slot]],
    given: Mapping[Slot, Fact],
    session: SparkSession,
    tables: Mapping[str, str] | None = None,
) -> dict[str, DataFrame]:
    """Return answers, in the order of ids, for each entity that some are of.

    Steps that others use several times are worked out and kept by Spark: on its workers, or in the
    session's checkpoint directory where it has one, so that a lost worker's part is not lost.
    People are spread over machines by their group: what groups gather stays where it is.

    Args:
        law: the statute book.
        wanted: answers by the name of their column: variables and periods to add up.
        given: where facts are read, by variable and period; others have their defaults.
        session: knows the tables, or views.
        tables: names of tables or views, by the key of their entity, or ``memberships``; else
            tables have the names that :mod:`policy.graph.backends.sql.plan` says.

    Returns:
        By the key of the entity: a column of ids named by the key, and the answers. Amounts are
        DOUBLE, counts INT, dates DATE, members of enumerations their names.

    Raises:
        PolicyError: a variable depends on itself.
        UnsupportedError: a formula has no SQL; names variable, file and line.

    """
    plan = SqlPlan(law, wanted, given, tables)
    return _answers(plan.statement("spark", wide=True), session)


def _answers(statement: Statement, session: SparkSession) -> dict[str, DataFrame]:
    """Return the answers of a statement; it is planned part by part."""
    answers: dict[str, DataFrame] = {}
    kept: dict[str, str] = {}
    prefix = f"policy_{uuid4().hex}_"
    reliably = session.sparkContext.getCheckpointDir() is not None
    try:
        for step, sql in statement.parts(kept):
            frame = session.sql(sql)
            if isinstance(step, str):
                answers[step] = frame
                continue
            if step.by:
                frame = frame.repartition(step.by)
            kept[step.name] = f"{prefix}{len(kept)}"
            made = frame.checkpoint() if reliably else frame.localCheckpoint()
            made.createOrReplaceTempView(kept[step.name])
    finally:
        for name in kept.values():
            session.catalog.dropTempView(name)
    return answers
