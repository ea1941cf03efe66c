"""All blocks answered by Spark at once: it plans a long law for longer than it calculates it.

What is right in each block is written as Parquet first, whole groups in each file. Spark reads the
files, spreads people over machines by their group, once, and writes the answers as Parquet; then
each block has its own from there. Ids are numbers of rows, so that all stay in their order.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from py4j.protocol import Py4JError
from pyarrow import parquet
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession

from policy.errors import PolicyError, Problem
from policy.graph.backends.sql.on_spark import run_on_spark
from policy.private import open_private
from policy.running.blocks import Rows
from policy.running.in_sql import arrays_of, tables_of, with_sql
from policy.running.schema import MEMBERSHIPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from policy.graph.backends.sql.plan import Fact
    from policy.legislation.people import Array, Column, People, Slot
    from policy.running.engines import Answers, Asked
    from policy.running.schema import Question

#: Persons that one task works on at most, or about so many.
_PART = 500_000


@contextmanager
def by_spark(scratch: Path, blocks: Iterable[Asked]) -> Iterator[Answers]:
    """Give the answers to all blocks, which are then asked for one after the other.

    It works in the session that there is; else in one of its own: where Spark's own settings say
    (``spark-defaults.conf``, ``MASTER``), or on all processors of this machine.

    Args:
        scratch: a folder that only this user can read, the same on all of Spark's machines.
        blocks: all that will be asked.

    Raises:
        PolicyError: Spark does not start, or cannot calculate this.

    """
    job = _Job(scratch.absolute() / "spark")
    for asked in blocks:
        job.add(*asked)
    if job.rows:
        theirs = SparkSession.getActiveSession()
        session = theirs or _started(job.folder)
        try:
            job.run(session)
        except (PySparkException, Py4JError) as error:  # (its text may show what a table holds)
            is_named = isinstance(error, PySparkException) and error.getCondition()
            message = f"Spark cannot calculate this: {is_named or type(error).__name__}"
            remedy = "take another engine (--engine numba)"
            raise PolicyError(Problem(message, remedy=remedy, key="engine")) from None
        finally:
            if theirs is None:
                session.stop()
    yield job.answers


def _started(folder: Path) -> SparkSession:
    """Start Spark; what it has to say goes to a file."""
    conf = (
        SparkConf()
        .setAppName("policy")
        .set("spark.ui.enabled", "false")
        .set("spark.ui.showConsoleProgress", "false")
        .set("spark.local.dir", str(folder / "local"))
        .set("spark.sql.warehouse.dir", str(folder / "warehouse"))
    )
    try:
        with open_private(folder / "spark.log") as log:
            said = {"stdout": log, "stderr": log}
            # (one of Java's processes serves all sessions, and ends with this one)
            gateway = SparkContext._gateway or launch_gateway(conf, said)  # type: ignore[no-untyped-call]
        SparkContext(conf=conf, gateway=gateway)
        return SparkSession.builder.getOrCreate()
    except (PySparkException, Py4JError) as error:
        remedy = "install Java 17 or later, and see that JAVA_HOME names it"
        problem = Problem(f"Spark does not start: {error}", remedy=remedy, key="engine")
        raise PolicyError(problem) from None


class _Job:
    """What is asked of all blocks, and answered.

    Attributes:
        folder: the private folder of its files.
        rows: how many persons, and groups, are asked about.

    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: Counter[str] = Counter()
        self._parts = 0
        self._question: Question
        self._given: dict[Slot, Fact]
        self._found: dict[str, Rows] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add(self, question: Question, people: People, facts: Mapping[Slot, Column]) -> None:
        """Write what is asked about a block: persons with the groups they are in, and groups."""
        self._question = question
        tables, self._given = tables_of(question.law, people, facts, self.rows)
        members = tables.pop(MEMBERSHIPS)
        person = question.person.key
        for name in members.column_names[1:]:
            tables[person] = tables[person].append_column(name, members[name])
        for key, table in tables.items():
            (self.folder / key).mkdir(mode=0o700, exist_ok=True)
            parquet.write_table(table, self.folder / key / f"{self._parts:07}.parquet")
            self.rows[key] += table.num_rows
        self._parts += 1

    def run(self, session: SparkSession) -> None:
        """Have Spark write the answers."""
        own, question = session.newSession(), self._question
        person = question.person.key
        parts = self.rows[person] // _PART + 1
        parts = max(parts, own.sparkContext.defaultParallelism)
        own.conf.set("spark.sql.shuffle.partitions", str(parts))
        for key in self.rows:
            own.read.parquet(str(self.folder / key)).createOrReplaceTempView(key)
        names = {**{key: key for key in self.rows}, MEMBERSHIPS: person}
        with with_sql():
            frames = run_on_spark(question.law, question.asked, self._given, own, names)
        for key, frame in frames.items():
            target = self.folder / "answers" / key
            frame.write.parquet(str(target))
            self._found[key] = Rows(_batches(target))

    def answers(
        self, question: Question, people: People, _: Mapping[Slot, Column]
    ) -> Mapping[str, Array]:
        """Return the answers to the next block."""
        found: dict[str, Array] = {}
        for key, rows in self._found.items():
            first = rows.taken
            table = pa.table(rows.take(people.counts[key]))
            if not np.array_equal(table[key].to_numpy(), first + np.arange(people.counts[key])):
                problem = Problem("Spark's answers are not of the rows it was asked about")
                raise PolicyError(problem)
            found |= arrays_of(question.law, table)
        return found


def _batches(folder: Path) -> Iterator[Any]:
    """Yield the rows of the files of a folder, which are in the order of their names."""
    for path in sorted(folder.glob("part-*.parquet")):
        yield from parquet.ParquetFile(path).iter_batches()
