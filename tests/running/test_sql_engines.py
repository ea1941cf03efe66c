"""DuckDB and Spark answer tables as the other engines do, to the last bit."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from openfisca_core.periods import period
from pyarrow import parquet

import policy
from policy.errors import PolicyError
from policy.legislation.people import Column, Membership, People
from policy.running import folder, on_duckdb, on_spark, run
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


def tables_written(target):
    """Return the bytes of the tables of an output."""
    return {name: file for name, file in written(target).items() if name.endswith(".parquet")}


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


@pytest.fixture
def in_parts(spark, monkeypatch):
    """Spark spreads 60 persons over several tasks, from several files."""
    monkeypatch.setattr(run, "BLOCK", 50)
    monkeypatch.setattr(on_spark, "_PART", 20)
    return spark


@pytest.mark.parametrize("book", FEW)
def test_spark_gives_the_same_bytes(book, in_parts, tmp_path):
    question = question_of(policy.load(book), FEW[book], PERIODS[book])
    source = write(spoilt(tables_of(question, 60), question), tmp_path / "in")
    for engine in ("spark", "numba"):
        assert asked(question, source, tmp_path / engine, engine).rejected
    assert tables_written(tmp_path / "spark") == tables_written(tmp_path / "numba")
    assert not in_parts.catalog.listTables()


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


@pytest.fixture
def stopped_once(monkeypatch):
    """A run stops before its fourth block is kept; the next does not."""
    keep, stops = folder.Folder.keep, [True]

    def stopped(self, number, block):
        if number == 3 and stops:
            stops.clear()
            raise KeyboardInterrupt
        keep(self, number, block)

    monkeypatch.setattr(folder.Folder, "keep", stopped)


def gone_on_with(question, source, target, engine):
    """Return the tables of a run that stopped, and went on where it was."""
    with pytest.raises(KeyboardInterrupt):
        asked(question, source, target, engine)
    assert not target.exists()
    assert len([*(target.with_name(f"{target.name}.part") / "blocks").glob("0*")]) == 3
    asked(question, source, target, engine)
    return written(target)


def test_duckdb_goes_on_where_it_was(source, allowances, tmp_path, monkeypatch, stopped_once):
    monkeypatch.setattr(run, "BLOCK", 6)
    found = gone_on_with(allowances, source, tmp_path / "out", "duckdb")
    asked(allowances, source, tmp_path / "whole", "duckdb")
    assert found == written(tmp_path / "whole")
    asked(allowances, source, tmp_path / "numpy", "numpy")
    assert bits(tmp_path / "out") == bits(tmp_path / "numpy")


def test_spark_goes_on_where_it_was(in_parts, tmp_path, stopped_once):
    question = question_of(policy.load("nebraska"), FEW["nebraska"], PERIODS["nebraska"])
    source = write(tables_of(question, 100), tmp_path / "in")
    gone_on_with(question, source, tmp_path / "spark", "spark")
    asked(question, source, tmp_path / "numpy", "numpy")
    assert tables_written(tmp_path / "spark") == tables_written(tmp_path / "numpy")


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


@pytest.fixture
def wheel_tax(tmp_path):
    """Return a question that Spark plans at once, and a folder of tables."""
    question = question_of(policy.load("nebraska"), ["wheel_tax"], PERIODS["nebraska"])
    return question, write(tables_of(question, 20), tmp_path / "in")


def command_of(question, source, target):
    """Return a command that has Spark calculate, in a process of its own."""
    command = [sys.executable, "-c", MAIN, "run", question.law.name, "--engine", "spark"]
    command += ["--input", source, "--output", target]
    return [*command, "--period", str(question.period), "--outputs", ",".join(question.outputs)]


def test_spark_without_java_says_so(wheel_tax, tmp_path):
    env = {**os.environ, "JAVA_HOME": str(tmp_path / "nowhere")}
    command = command_of(*wheel_tax, tmp_path / "out")
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "install Java 17" in done.stderr
    assert "Traceback" not in done.stderr
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith("out")]


def children_of(process):
    """Return the processes that a process has started."""
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


@pytest.mark.skipif(shutil.which("java") is None, reason="needs Java, which Spark runs on")
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc, to see processes in")
def test_spark_of_ones_own_says_nothing_and_ends_with_the_run(wheel_tax, tmp_path):
    target = tmp_path / "out"
    command = command_of(*wheel_tax, target)
    killed = subprocess.Popen(command)
    local = target.with_name("out.part") / "scratch" / "spark" / "local"
    while not local.exists():  # (Spark is at work)
        assert killed.poll() is None
        time.sleep(0.05)
    (java,) = children_of(killed.pid)
    killed.kill()
    killed.wait()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert not Path(f"/proc/{java}").exists()
    asked(*wheel_tax, tmp_path / "numpy", "numpy")
    assert tables_written(target) == tables_written(tmp_path / "numpy")


def test_errors_of_the_database_show_nothing_of_a_person(
    allowances, families, tmp_path, monkeypatch
):
    source = write(families, tmp_path / "in")
    monkeypatch.setattr(on_duckdb, "tables_of", lambda *_: ({"person": pa.table({"f": ["x"]})}, {}))
    with pytest.raises(PolicyError, match=r"DuckDB cannot calculate this: [A-Za-z]*Exception"):
        asked(allowances, source, tmp_path / "out", "duckdb")
    assert not (tmp_path / "out.part").exists()
