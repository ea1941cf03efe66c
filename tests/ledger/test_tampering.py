"""Whoever changes, adds or takes away a row of a ledger is found out."""

import shutil

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.errors import PolicyError
from policy.ledger.ledger import Ledger, Run
from policy.ledger.rows import TABLES, digest_of
from policy.ledger.verifying import verify

from .conftest import FACTS, decision, inputs, table

ROWS = {"laws": 1, "inputs": 1, "decisions": 4, "runs": 2}
COLUMNS = [(table, column) for table in ROWS for column in TABLES[table]]


def broken(file, tmp_path_factory, *changes):
    """Return what is found in a copy of a ledger after changes."""
    copy = tmp_path_factory.mktemp("copy") / "ledger.duckdb"
    shutil.copy(file, copy)
    with duckdb.connect(copy) as connection:
        connection.execute("CREATE TEMP TABLE t AS SELECT 1")
        for query, values in changes:
            connection.execute(query, values)
    with Ledger.open(copy, read_only=True) as ledger:
        return verify(ledger)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, law):
    path = tmp_path_factory.mktemp("whole") / "ledger.duckdb"
    with Ledger.open(path) as ledger:
        first = [
            decision(answer_by="2024-05-15", previous="p", period_until="2024-05"),
            decision(kind="offer", benefit="birth_allowance_of_child"),
            decision(subject="mari", benefit="large_family_allowance", amounts="{}"),
        ]
        ledger.append(Run("2024-05-01", {"a": 2}), law, inputs(FACTS), table(*first))
        ledger.append(Run("2024-05-02", {"a": 0}), law, inputs(), table(decision(kind="void")))
    return path


def test_a_whole_ledger_has_nothing_broken(whole, tmp_path_factory):
    assert broken(whole, tmp_path_factory) == []


VALUES = {
    "VARCHAR": st.text("ab'0-{}", max_size=3) | st.none(),
    "BIGINT": st.integers(-(2**63), 2**63 - 1) | st.sampled_from([-1, 0, 1, 2, 3, 4]) | st.none(),
    "BLOB": st.binary(max_size=3) | st.none(),
}


@given(st.sampled_from(COLUMNS), st.integers(0, 3), st.data())
def test_a_changed_value_is_found(whole, tmp_path_factory, where, row, data):
    table, column = where
    kind, *key = TABLES[table][column].split()
    before = rows(whole, f"SELECT {column} FROM {table} ORDER BY rowid")[row % ROWS[table]][0]
    value = data.draw(VALUES[kind].filter(lambda value: value != before))
    if key and value is None:
        return  # (DuckDB itself does not let a key be empty)
    change = f"UPDATE {table} SET {column} = ? WHERE rowid = ?"
    assert broken(whole, tmp_path_factory, (change, (value, row % ROWS[table])))


@given(st.permutations(range(1, 5)), st.booleans())
def test_decisions_in_another_order_are_found(whole, tmp_path_factory, order, with_ids):
    """Their contents change places; their numbers, and the seals or not, stay."""
    stays = "number" if with_ids else "number, hash"
    copied = f"CREATE TEMP TABLE moved AS SELECT * EXCLUDE ({stays}), number AS was FROM decisions"
    columns = [name for name in TABLES["decisions"] if name not in stays.split(", ")]
    sets = ", ".join(f"{name} = moved.{name}" for name in columns)
    changes = [
        (f"UPDATE decisions SET {sets} FROM moved WHERE number = ? AND was = ?", (place, number))
        for place, number in enumerate(order, 1)
    ]
    found = broken(whole, tmp_path_factory, (copied, ()), *changes)
    assert bool(found) == (order != [1, 2, 3, 4])


@given(st.sampled_from([*ROWS]), st.integers(0, 3))
def test_a_ledger_that_was_cut_off_is_found(whole, tmp_path_factory, table, rows):
    change = f"DELETE FROM {table} WHERE rowid >= ?", (rows,)
    assert bool(broken(whole, tmp_path_factory, change)) == (rows < ROWS[table])


def rows(file, query):
    with duckdb.connect(file, read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("table", ROWS)
def test_a_row_taken_away_is_found(whole, tmp_path_factory, table):
    for row in range(ROWS[table]):
        change = (f"DELETE FROM {table} WHERE rowid = ?", (row,))
        assert broken(whole, tmp_path_factory, change), (table, row)


@pytest.mark.parametrize("table", ["inputs", "decisions", "runs"])
def test_a_row_added_is_found(whole, tmp_path_factory, table):
    assert broken(whole, tmp_path_factory, (f"INSERT INTO {table} FROM {table} LIMIT 1", ()))


def test_facts_or_a_law_that_nothing_rests_on_are_found(whole, tmp_path_factory):
    digest = digest_of("{}")
    assert broken(whole, tmp_path_factory, ("INSERT INTO inputs VALUES (?, '{}')", (digest,)))
    assert broken(whole, tmp_path_factory, ("INSERT INTO laws VALUES (?, 'x', ?)", (digest, b"{}")))


def test_files_of_the_law_that_were_changed_are_found(whole, tmp_path_factory):
    found = broken(whole, tmp_path_factory, ("UPDATE laws SET files = ?", (b"other",)))
    assert [each.why for each in found] == ["its files were changed"]


def test_a_night_taken_from_the_end_is_found_by_its_seal(whole, tmp_path_factory):
    with Ledger.open(whole, read_only=True) as ledger:
        seal = ledger.last_hash
        assert verify(ledger, seal) == []
    changes = [
        ("DELETE FROM decisions WHERE run_date = '2024-05-02'", ()),
        ("DELETE FROM runs WHERE run_date = '2024-05-02'", ()),
    ]
    assert broken(whole, tmp_path_factory, *changes) == []
    copy = tmp_path_factory.mktemp("copy") / "ledger.duckdb"
    shutil.copy(whole, copy)
    with duckdb.connect(copy) as connection:
        for query, _ in changes:
            connection.execute(query)
    with Ledger.open(copy, read_only=True) as ledger:
        assert [each.where for each in verify(ledger, seal)] == ["nights"]


def test_a_ledger_written_anew_from_a_night_on_is_found_by_its_head(whole, tmp_path, law):
    """Whoever computes all seals again makes a ledger that is whole, but another."""
    with Ledger.open(whole, read_only=True) as ledger:
        first, last = ledger.runs()
    other = tmp_path / "ledger.duckdb"
    shutil.copy(whole, other)
    with duckdb.connect(other) as connection:
        for name in ("decisions", "runs"):
            connection.execute(f"DELETE FROM {name} WHERE run_date = ?", (last.date,))
    with Ledger.open(other) as ledger:
        ledger.append(Run(last.date, last.read), law, inputs(), table(decision(recipient="me")))
        assert verify(ledger) == []
        assert verify(ledger, first.hash) == []
        assert [each.where for each in verify(ledger, last.hash)] == ["nights"]


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_byte_changed_in_the_file_never_gives_other_decisions(whole, tmp_path_factory, place, by):
    content = bytearray(whole.read_bytes())
    at = place % len(content)
    content[at] = (content[at] + by) % 256
    copy = tmp_path_factory.mktemp("copy") / "ledger.duckdb"
    copy.write_bytes(content)
    try:
        with Ledger.open(copy, read_only=True) as ledger:
            found = verify(ledger)
            assert found or ledger.history() == decisions(whole)
    except PolicyError:
        pass  # (DuckDB finds most by itself)


def decisions(file):
    with Ledger.open(file, read_only=True) as ledger:
        return ledger.history()
