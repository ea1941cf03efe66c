"""Spark gives what openfisca-core gives, to the last bit, for every variable of a book."""

import numpy as np
import pyarrow.parquet as pq
import pytest
from openfisca_core import periods

import policy
from policy.graph.backends.sql.on_spark import run_on_spark

from ..generated import people_of, population_of
from .tables import asked_of, differences, finite, tables_of

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # (odd values, as in NumPy)
MONTHS = {
    "estonia": "2024-05",
    "nebraska": "2026-03",
    "north_lanarkshire": "2024-05",
    "openfisca_country_template": "2017-01",
}


def views(spark, folder, tables):
    for row in spark.sql("SHOW VIEWS").collect():
        spark.catalog.dropTempView(row.viewName)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
        spark.read.parquet(str(folder / f"{name}.parquet")).createOrReplaceTempView(name)


@pytest.mark.parametrize("book", MONTHS)
def test_every_variable_is_what_openfisca_core_gives(book, spark, tmp_path):
    law, rng = policy.load(book), np.random.default_rng(7)
    people = people_of(law, rng, 80, shuffled=True)
    drawn = population_of(law, people, periods.period(MONTHS[book]), rng, 0.7)
    population = finite(drawn)
    plan = asked_of(law, population)
    tables = tables_of(law, population)
    views(spark, tmp_path, tables)
    frames = run_on_spark(law, plan.wanted, plan.given, spark)
    found = {entity: frame.toArrow() for entity, frame in frames.items()}
    assert differences(law, plan, population, found) == []
    left = [row.viewName for row in spark.sql("SHOW VIEWS").collect()]
    assert sorted(left) == sorted(tables)
