"""Families drawn for Estonia, calculated by SQL where they are, and by arrays.

``python -m tests.benchmarks.sql duckdb 1000000 child_allowance`` prints seconds, and how many
answers differ; ``spark`` may stand in the place of ``duckdb``.
"""

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow as pa
from pyarrow import parquet
from pyspark.sql import SparkSession

import policy
from policy.compiling.question import question_of
from policy.graph.backends.sql.on_duckdb import run_on_duckdb
from policy.graph.backends.sql.on_spark import run_on_spark
from policy.sampling.sampling import sample

MONTH = "2024-05"
#: The facts that are drawn, and what they are where they are not.
DRAWN = {"birth_date": "1900-01-01", "is_student": "false", "sole_parent_from": "9999-12-31"}
TABLES = {"memberships": "persons"}


def draw(families, folder):
    """Draw families into Parquet files of people and of families."""
    columns = sample("estonia", families, seed=1, day="2024-05-31")
    rows = pa.table({name: pa.array(each, from_pandas=True) for name, each in columns.items()})
    connection = duckdb.connect()
    connection.register("rows", rows)
    facts = ", ".join(f"coalesce({name}, '{value}') as {name}" for name, value in DRAWN.items())
    connection.execute(
        f"create table persons as select (row_number() over ()) - 1 as person,"
        f" dense_rank() over (order by family) - 1 as family, family_role, {facts} from rows"
    )
    connection.execute(f"copy (from persons order by person) to '{folder}/persons.parquet'")
    connection.execute(
        f"copy (select distinct family from persons order by family) to '{folder}/families.parquet'"
    )


@contextmanager
def took(what):
    begin = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - begin:.1f} s", flush=True)


def on_duckdb(book, plan, folder):
    connection = duckdb.connect()
    for name in ("persons", "families"):
        connection.execute(f"create table {name} as from '{folder}/{name}.parquet'")
    with took("DuckDB"):
        found = run_on_duckdb(book, plan.wanted, plan.given, connection, TABLES)
        return found["family"].to_arrow_table()


def on_spark(book, plan, folder):
    session = SparkSession.builder.master("local[2]").config("spark.driver.memory", "4g")
    spark = session.config("spark.sql.shuffle.partitions", "8").getOrCreate()
    for name in ("persons", "families"):
        spark.read.parquet(f"{folder}/{name}.parquet").createOrReplaceTempView(name)
    with took("Spark"):
        return run_on_spark(book, plan.wanted, plan.given, spark, TABLES)["family"].toArrow()


def by_arrays(book, folder, outputs):
    table = parquet.read_table(folder / "persons.parquet")
    columns = {name: table.column(name).to_numpy() for name in DRAWN}
    columns = {name: each.astype(book.variable(name).dtype) for name, each in columns.items()}
    parents = np.char.startswith(table.column("family_role").to_numpy().astype(str), "parent")
    members = (table.column("family").to_numpy(), np.where(parents, "parent", "child"))
    for turn in ("the first time", "again"):
        with took(f"arrays, {turn}"):
            found = book.calculate_arrays(columns, {"family": members}, outputs, MONTH)
    return found


def main(engine, families, outputs):
    book = policy.load("estonia")
    question = question_of(book, outputs, MONTH)
    given = [each.column for each in question.inputs if each.column in DRAWN]
    plan = question_of(book, outputs, MONTH, given).plan
    with TemporaryDirectory() as name:
        folder = Path(name)
        draw(families, folder)
        made = {"duckdb": on_duckdb, "spark": on_spark}[engine](book, plan, folder)
        right = by_arrays(book, folder, outputs)
    for output in outputs:
        wrong = int((made.column(output).to_numpy() != right[output]).sum())
        print(f"{output}: {wrong:,} of {made.num_rows:,} differ")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
