"""DuckDB and Spark answer tables as the other engines do, to the last bit."""

import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from openfisca_core.periods import period
from pyarrow import parquet
from pyspark.sql import SparkSession

import policy
from policy.errors import PolicyError
from policy.legislation.people import Column, Membership, People
from policy.running import folder, on_duckdb, run
from policy.running.engines import engine_named
from policy.running.schema import question_of
from tests.running.conftest import PERIODS
from tests.running.making import tables_of, write, written

#: A question to each book that Spark plans in seconds.
FEW = {
    "estonia": ["adoption_allowance", "child_allowance_of_child"],
    "nebraska": ["wheel_tax", "sales_tax_interest"],
    "north_lanarkshire": ["free_school_meals", "school_age_payment"],
}
MAIN = "from policy.cli import main; main()"


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Return a session of Spark that all runs work in."""
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    yield session
    session.stop()


def asked(question, source, target, engine, **options):
    return question.law.run_tables(
        source, target, question.period, question.outputs, engine=engine, **options
    )


def bits(target):
    """Return the tables of an output; numbers as their bits, dates as their days."""
    found = {}
    for path in sorted(target.glob("*.parquet")):
        table = parquet.read_table(path)
        for name in table.column_names:
            column = table[name].combine_chunks()
            kind = {pa.float64(): pa.int64(), pa.date32(): pa.int32()}.get(column.type, column.type)
            found[path.name, name] = column.view(kind).to_pylist()
    return found


def spoilt(tables, question):
    """Return tables in which one is in no group, and one in a group that is not there."""
    members = tables["memberships"].to_pydict()
    members[question.group.key][40:42] = [None, -1]
    return {**tables, "memberships": pa.table(members)}


def test_duckdb_answers_to_the_last_bit(question, tmp_path):
    source = write(spoilt(tables_of(question, 60), question), tmp_path / "in")
    for engine in ("duckdb", "openfisca"):
        assert asked(question, source, tmp_path / engine, engine).rejected
    found = bits(tmp_path / "duckdb")
    assert found == bits(tmp_path / "openfisca")
    names = question.of(question.group)
    assert any(any(found[f"{question.group.plural}.parquet", name]) for name in names)


@pytest.mark.parametrize("book", FEW)
def test_spark_answers_to_the_last_bit(book, session, tmp_path):
    question = question_of(policy.load(book), FEW[book], PERIODS[book])
    source = write(spoilt(tables_of(question, 60), question), tmp_path / "in")
    for engine in ("spark", "numba"):
        assert asked(question, source, tmp_path / engine, engine).rejected
    assert bits(tmp_path / "spark") == bits(tmp_path / "numba")
    assert not session.catalog.listTables()


@pytest.mark.parametrize(
    ("book", "month", "names", "some_unknown"),
    [
        ("north_lanarkshire", "2026-09", ["water_charges", "charged_band"], True),
        ("nebraska", "2026-03", ["registration_expires", "registration_class"], False),
    ],
)
def test_no_number_and_dates_and_words_stay_what_they_are(
    book, month, names, some_unknown, tmp_path
):
    question = question_of(policy.load(book), names, month)
    source = write(tables_of(question, 400), tmp_path / "in")
    for engine in ("duckdb", "numpy"):
        done = asked(question, source, tmp_path / engine, engine)
        assert (done.tally.not_known[names[0]] > 0) is some_unknown
    assert bits(tmp_path / "duckdb") == bits(tmp_path / "numpy")


def test_what_is_known_of_some_is_computed_for_the_others(estonia, tmp_path):
    may = period("2024-05")
    question = question_of(estonia, ["family_benefits"], may)
    people = People(
        {"person": 3, "family": 2}, {"family": Membership(2, np.array([1, 0, 1]), np.zeros(3, int))}
    )
    some = Column(np.array([12.5, 0.0]), np.array([True, False]))
    facts = {("family_benefits", may): some}
    with engine_named("duckdb").opened(tmp_path, []) as answers:
        found = answers(question, people, facts)
    with engine_named("openfisca").opened(tmp_path, []) as answers:
        assert found["family_benefits"].tolist() == [12.5, 0.0]
        assert answers(question, people, facts)["family_benefits"].tolist() == [12.5, 0.0]


@pytest.fixture
def source(families, tmp_path):
    """Tables whose ids are texts that SQL would understand."""
    persons, members = families["persons"], families["memberships"]
    ids = pa.array([f"{n:03}'; DROP TABLE persons; --\"" for n in range(persons.num_rows)])
    named = {
        "persons": persons.set_column(0, "person", ids),
        "memberships": members.set_column(0, "person", ids),
        "families": families["families"],
    }
    return write(named, tmp_path / "in")


def test_blocks_are_gone_on_with_and_give_the_same_bytes(source, allowances, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "BLOCK", 6)
    asked(allowances, source, tmp_path / "whole", "duckdb")
    keep, kept = folder.Folder.keep, []

    def stopped(self, number, block):
        if number == 3 and not kept:
            raise KeyboardInterrupt
        keep(self, number, block)

    monkeypatch.setattr(folder.Folder, "keep", stopped)
    with pytest.raises(KeyboardInterrupt):
        asked(allowances, source, tmp_path / "out", "duckdb")
    assert not (tmp_path / "out").exists()
    kept = [*(tmp_path / "out.part" / "blocks").glob("0*")]
    assert len(kept) == 3
    asked(allowances, source, tmp_path / "out", "duckdb")
    assert written(tmp_path / "out") == written(tmp_path / "whole")
    asked(allowances, source, tmp_path / "numpy", "numpy")
    assert bits(tmp_path / "out") == bits(tmp_path / "numpy")


def test_strict_stops_at_the_first(allowances, families, tmp_path):
    source = write(spoilt(families, allowances), tmp_path / "in")
    for engine in ("numpy", "duckdb"):
        with pytest.raises(PolicyError, match=r"memberships.parquet:4[23]"):
            asked(allowances, source, tmp_path / engine, engine, strict=True)


@pytest.mark.parametrize(
    ("engine", "module", "extra"),
    [
        ("duckdb", "duckdb", "scale"),
        ("duckdb", "sqlglot", "scale"),
        ("spark", "pyspark.sql", "spark"),
    ],
)
def test_what_is_missing_is_named(engine, module, extra, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(PolicyError, match=rf"needs {module.split('.')[0]}(.|\n)*\[{extra}\]"):
        engine_named(engine).opened(tmp_path, [])


def test_spark_without_java_says_so(allowances, families, tmp_path):
    source = write(families, tmp_path / "in")
    command = [sys.executable, "-c", MAIN, "run", "estonia", "--input", source, "--output"]
    command += [tmp_path / "out", "--period", "2024-05", "--engine", "spark"]
    env = {**os.environ, "JAVA_HOME": str(tmp_path / "nowhere")}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "install Java 17" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith("out")]


def test_errors_of_the_database_show_nothing_of_a_person(
    allowances, families, tmp_path, monkeypatch
):
    source = write(families, tmp_path / "in")
    monkeypatch.setattr(on_duckdb, "tables_of", lambda *_: ({"person": pa.table({"f": ["x"]})}, {}))
    with pytest.raises(PolicyError, match=r"DuckDB cannot calculate this: [A-Za-z]*Exception"):
        asked(allowances, source, tmp_path / "out", "duckdb")
    assert not (tmp_path / "out.part").exists()
