"""Answers by Spark, from tables where they are: past one machine, and the same to the last bit."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from policy.graph.backends.sql.plan import SqlPlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pyspark.sql import DataFrame, SparkSession

    from policy.graph.backends.sql.building import Statement
    from policy.graph.backends.sql.plan import Fact
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot


@contextmanager
def answers_on_spark(
    law: Legislation,
    wanted: Mapping[str, Sequence[Slot]],
    given: Mapping[Slot, Fact],
    session: SparkSession,
    tables: Mapping[str, str] | None = None,
) -> Iterator[dict[str, DataFrame]]:
    """Give answers, in the order of ids, for each entity that some are of.

    Steps that others use several times are kept by Spark, in memory or on disk, until the answers
    have been read: read, or write, them inside the ``with``. People are partitioned by their group,
    so that what groups gather moves nothing between machines.

    Args:
        law: the statute book.
        wanted: answers by the name of their column: variables and periods to add up.
        given: where facts are read, by variable and period; others have their defaults.
        session: knows the tables, or views.
        tables: names of tables or views, by the key of their entity, or ``memberships``; else
            tables have the names that :mod:`policy.graph.backends.sql.plan` says.

    Yields:
        By the key of the entity: a column of ids named by the key, and the answers. Amounts are
        DOUBLE, counts INT, dates DATE, members of enumerations their names.

    Raises:
        PolicyError: a variable depends on itself.
        UnsupportedError: a formula has no SQL; names variable, file and line.

    """
    plan = SqlPlan(law, wanted, given, tables)
    run = _Run(session)
    try:
        yield {entity: run.answers(plan.statement(entity, "spark")) for entity in plan.answers_of()}
    finally:
        run.forget()


class _Run:
    """The steps that are kept while answers are read."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._kept: dict[str, DataFrame] = {}

    def answers(self, statement: Statement) -> DataFrame:
        """Return the answers of a statement; its steps are planned part by part."""
        prefix = f"policy_{uuid4().hex}_"
        kept: dict[str, str] = {}
        for step, sql in statement.parts(kept):
            frame = self._session.sql(sql)
            if step is None:
                return frame
            if step.by:
                frame = frame.repartition(step.by)
            kept[step.name] = f"{prefix}{len(kept)}"
            frame = frame.persist()
            frame.createOrReplaceTempView(kept[step.name])
            self._kept[kept[step.name]] = frame
        raise AssertionError("a statement ends with its answers")

    def forget(self) -> None:
        """Let Spark forget the steps that were kept."""
        for name, frame in self._kept.items():
            self._session.catalog.dropTempView(name)
            frame.unpersist()
