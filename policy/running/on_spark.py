"""Blocks answered by Spark."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from policy.errors import PolicyError, Problem
from policy.graph.backends.sql.on_spark import run_on_spark
from policy.running.in_sql import arrays_of, tables_of, with_sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from policy.legislation.people import Array, Column, People, Slot
    from policy.running.engines import Answers
    from policy.running.schema import Question

#: What the names of its tables begin with, in a session that may have others.
_OURS = "policy_run_"


@contextmanager
def by_spark(scratch: Path) -> Iterator[Answers]:
    """Give an engine that is ready for one run.

    It works in the session that there is; else in one of its own: where Spark's own settings say
    (``MASTER``, ``SPARK_REMOTE``, ``spark-defaults.conf``), or on all processors of this machine.

    Args:
        scratch: a folder, which only this user can read, for what does not fit in memory.

    Raises:
        PolicyError: Spark does not start.

    """
    theirs = SparkSession.getActiveSession()
    session = theirs or _started(scratch)
    try:
        yield _answers(session)
    finally:
        if theirs is None:
            session.stop()


def _started(scratch: Path) -> SparkSession:
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    builder = SparkSession.builder.appName("policy")
    if "SPARK_REMOTE" not in os.environ:  # (a server has its own settings)
        builder = (
            builder.config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.log.level", "ERROR")
            .config("spark.local.dir", str(scratch.absolute()))
            .config("spark.sql.warehouse.dir", str(scratch.absolute() / "warehouse"))
        )
    try:
        return builder.getOrCreate()
    except PySparkException as error:
        remedy = "install Java 17 or later, and see that JAVA_HOME names it"
        problem = Problem(f"Spark does not start: {error}", remedy=remedy, key="engine")
        raise PolicyError(problem) from None


def _answers(session: SparkSession) -> Answers:
    def answers(
        question: Question, people: People, facts: Mapping[Slot, Column]
    ) -> Mapping[str, Array]:
        law = question.law
        tables, given = tables_of(law, people, facts)
        names = {key: f"{_OURS}{key}" for key in tables}
        found: dict[str, Array] = {}
        try:
            for key, table in tables.items():
                session.createDataFrame(table).createOrReplaceTempView(names[key])
            with with_sql():
                frames = run_on_spark(law, question.asked, given, session, names)
            for frame in frames.values():
                found |= arrays_of(law, frame.toArrow())
        except PySparkException as error:  # (its text may show what a table holds)
            message = f"Spark cannot calculate this: {error.getCondition()}"
            remedy = "take another engine (--engine numba)"
            raise PolicyError(Problem(message, remedy=remedy, key="engine")) from None
        finally:
            for name in names.values():
                session.catalog.dropTempView(name)
        return found

    return answers
