"""Nights are run once, in their order, on registers that are not written to behind their back."""

import stat
from pathlib import Path

import duckdb
import pytest
import yaml
from click.testing import CliRunner

import policy
from policy.cli import cli
from policy.errors import PolicyError
from policy.ledger.ledger import Ledger
from policy.ledger.verifying import verify
from policy.proactive.estonia import _COUPLES
from policy.proactive.night import run_nights

from .conftest import decisions, write_registers

DAYS = ["2026-05-01", "2026-05-12"]
EVIL = """'; DROP TABLE decisions; --"\\{}$1 Ü"""


@pytest.fixture(scope="module")
def entries():
    """What the scenario of a second child enters."""
    file = Path(__file__).parent / "scenarios" / "births.yaml"
    return yaml.safe_load(file.read_text("utf-8"))[0]["entries"]


@pytest.fixture
def registers(entries, tmp_path, book):
    return write_registers(tmp_path / "registers", entries, book)


def test_a_night_run_twice_is_in_the_ledger_once(registers, tmp_path, book):
    ledger = tmp_path / "ledger.duckdb"
    first = [*run_nights(book, registers, ledger, DAYS)]
    again = [*run_nights(book, registers, ledger, DAYS)]
    assert [each.is_new for each in first] == [True, True]
    assert [each.is_new for each in again] == [False, False]
    assert [each.run.hash for each in again] == [each.run.hash for each in first]


def test_a_night_before_the_last_is_refused(registers, tmp_path, book):
    ledger = tmp_path / "ledger.duckdb"
    with pytest.raises(PolicyError, match="2026-05-11 is before the last one, 2026-05-12"):
        list(run_nights(book, registers, ledger, [*DAYS, "2026-05-11"]))


def test_the_ledger_of_another_book_is_refused_and_left_as_it_is(registers, tmp_path, book):
    ledger, council = tmp_path / "ledger.duckdb", policy.load("north_lanarkshire")
    list(run_nights(book, registers, ledger, DAYS[:1]))
    before = ledger.read_bytes()
    folder = write_registers(tmp_path / "council", {}, council)
    with pytest.raises(PolicyError) as error:
        list(run_nights(council, folder, ledger, DAYS))
    assert str(error.value) == (
        f"{ledger}: this is the ledger of 'estonia', and the night is one of 'north_lanarkshire';"
        " name another ledger: each book has its own; one that is not there is made"
    )
    assert ledger.read_bytes() == before


def test_where_the_first_night_cannot_be_run_no_ledger_is_left(registers, tmp_path, book):
    ledger = tmp_path / "ledger.duckdb"
    with pytest.raises(PolicyError, match="covers the law from 2017-01-01"):
        list(run_nights(book, registers, ledger, ["1950-01-01"]))
    assert {path.name for path in tmp_path.iterdir()} == {"registers"}


def test_entries_added_later_for_a_day_that_was_run_are_refused(entries, tmp_path, book):
    ledger, folder = tmp_path / "ledger.duckdb", tmp_path / "registers"
    list(run_nights(book, write_registers(folder, entries, book), ledger, DAYS))
    late = {"recorded_on": "2026-05-02", "person_code": "late", "birth_date": "2026-05-01"}
    persons = [*entries["population/persons"], late]
    write_registers(folder, {**entries, "population/persons": persons}, book)
    with pytest.raises(PolicyError, match=r"'population/persons' has \+1 entries for days up to"):
        list(run_nights(book, folder, ledger, ["2026-05-13"]))
    with pytest.raises(PolicyError, match="was run with other entries in population/persons"):
        list(run_nights(book, folder, ledger, ["2026-05-12"]))


def test_another_law_can_decide_from_a_night_on(registers, tmp_path, book):
    ledger = tmp_path / "ledger.duckdb"
    list(run_nights(book, registers, ledger, DAYS[:1]))
    change = {"child_allowance.first_and_second_child": {"set": 90}}
    raised = book.reformed({"title": "90", "effective": "2026-05-01", "parameters": change})
    list(run_nights(raised, registers, ledger, DAYS[1:]))
    made = decisions(ledger)["2026-05-12"]
    assert {each.law_version for each in made} == {raised.version}
    assert {
        each.subject: each.amounts["2026-06"] for each in made if "2026-06" in each.amounts
    } == {"liis": 90.0}


def test_texts_of_registers_are_never_sql(entries, tmp_path, book):
    """Every text that a register does not restrict is one that would be SQL."""

    def evil(value):
        return value if value is None else f"{value}{EVIL}"

    names = ("person_code", "child_code", "parent_code", "answer_id", "value", "case_id", "benefit")
    answer = {
        "recorded_on": "2026-05-14",
        "answered_on": "2026-05-14",
        "answer": "accept",
        "answer_id": "a",
        "person_code": "mari",
        "child_code": "liis",
        "value": "x",
    }
    other = {**answer, "answer_id": "b", "case_id": "x", "benefit": "y", "child_code": None}
    rows = {**entries, "board/answers": [answer, other]}
    strange = {
        path: [
            {name: evil(value) if name in names else value for name, value in row.items()}
            for row in table
        ]
        for path, table in rows.items()
    }
    for table in strange.values():
        for row in table:
            row |= {"given_names": EVIL, "surname": EVIL, "address_code": EVIL}
    ledger, target = tmp_path / "ledger.duckdb", tmp_path / "out"
    days = [*DAYS, "2026-05-14"]
    folder = write_registers(tmp_path / "registers", strange, book)
    list(run_nights(book, folder, ledger, days, target))
    made = decisions(ledger)
    assert {each.subject for each in made["2026-05-12"]} == {evil("liis")}
    assert [(each.kind, each.benefit) for each in made["2026-05-14"]] == [
        ("award", "birth_allowance_of_child")
    ]
    with Ledger.open(ledger, read_only=True) as opened:
        assert verify(opened) == []
    award = made["2026-05-12"][0]
    result = CliRunner().invoke(cli, ["proactive", "explain", award.id, "--ledger", str(ledger)])
    assert result.exit_code == 0
    assert evil("liis") in result.output


def test_only_the_owner_can_read_what_is_written(registers, tmp_path, book):
    ledger, target = tmp_path / "ledger.duckdb", tmp_path / "out"
    list(run_nights(book, registers, ledger, DAYS, target))
    files = [ledger, *(path for path in target.rglob("*") if path.is_file())]
    assert len(files) == 5
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    folders = [target, *(path for path in target.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_errors_tell_nobodys_data(entries, tmp_path, book):
    broken = [{**row, "birth_date": None} for row in entries["population/persons"]]
    folder = write_registers(
        tmp_path / "registers", {**entries, "population/persons": broken}, book
    )
    with pytest.raises(PolicyError) as told:
        list(run_nights(book, folder, tmp_path / "ledger.duckdb", DAYS))
    assert "'birth_date' is empty in 4 entries" in str(told.value)
    assert not any(code in str(told.value) for code in ("mari", "jaan", "juku", "liis"))
    assert not (tmp_path / "ledger.duckdb").exists() or decisions(tmp_path / "ledger.duckdb") == {}


@pytest.fixture(scope="module")
def expecting():
    """What the scenario of a working mother enters."""
    file = Path(__file__).parent / "scenarios" / "mothers.yaml"
    return yaml.safe_load(file.read_text("utf-8"))[0]["entries"]


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("insurance/sick_leave", {"sick_from": "2025-06-10", "sick_until": "2025-06-01"}),
        ("tax/social_tax", {"month_from": "2025-02-01", "social_tax": -123456.0}),
    ],
)
def test_what_cannot_be_a_mothers_income_is_told_without_her(expecting, tmp_path, book, path, row):
    wrong = {"recorded_on": "2026-01-20", "person_code": "mari", **row}
    entries = {**expecting, path: [*expecting[path], wrong]}
    folder = write_registers(tmp_path / "registers", entries, book)
    with pytest.raises(PolicyError) as told:
        list(run_nights(book, folder, tmp_path / "ledger.duckdb", ["2026-05-01", "2026-05-13"]))
    assert str(told.value) == (
        f"what '{path}' says of a mother in all is less than 0; correct her entries"
    )


def test_no_code_is_taken_for_another_persons_name(expecting, nights):
    """In the facts of a mother her child has a name, too."""
    entries = {
        path: [
            {**row, "person_code": "child"} if row.get("person_code") == "mari" else row
            for row in rows
        ]
        for path, rows in expecting.items()
    }
    (offer,) = nights(entries, ["2026-05-01", "2026-05-13"])["2026-05-13"]
    assert (offer.subject, offer.amounts["2026-06"]) == ("child", 1969.8)


def test_a_book_without_the_service_is_told(tmp_path):
    result = CliRunner().invoke(
        cli,
        [
            "proactive",
            "run",
            "nebraska",
            "--registers",
            ".",
            "--ledger",
            "x",
            "--date",
            "2026-05-01",
        ],
    )
    assert result.exit_code == 2
    assert "the book 'nebraska' has no proactive service" in result.output


def test_of_two_marriages_on_one_day_the_same_counts_in_every_run():
    """Each of many adults has two: with several threads DuckDB takes any, where nothing orders."""
    with duckdb.connect(config={"threads": 2}) as db:
        db.execute("""
            CREATE TABLE raised (child BIGINT, adult BIGINT, born DATE);
            CREATE TABLE parents (child_code BIGINT, parent_code BIGINT);
            CREATE TABLE persons AS SELECT i AS person_code, NULL::DATE AS death_date
            FROM range(600000) t(i);
            CREATE TABLE marriages AS SELECT i % 200000 AS person_code, i + 200000 AS spouse_code,
                DATE '2020-01-01' AS since, NULL::DATE AS until FROM range(400000) t(i);
        """)
        db.execute(_COUPLES, {"first": "2026-05-01"})
        found = db.sql("SELECT DISTINCT abs(other - adult), count(*) FROM couples GROUP BY ALL")
        assert found.fetchall() == [(400_000, 400_000)]


def test_a_night_that_was_run_is_told_with_the_law_it_was_run_by(registers, tmp_path, book):
    list(run_nights(book, registers, tmp_path / "ledger.duckdb", DAYS[:1]))
    change = "title: '90'\neffective: 2026-05-01\nparameters:\n"
    change += "  child_allowance.first_and_second_child: {set: 90}\n"
    (tmp_path / "raised.yaml").write_text(change)
    words = ["proactive", "run", "estonia", "--date", DAYS[0], "--registers", str(registers)]
    words += ["--ledger", str(tmp_path / "ledger.duckdb")]
    result = CliRunner().invoke(cli, [*words, "--reform", str(tmp_path / "raised.yaml")])
    assert result.output.splitlines()[-1] == f"Law: {book.version}"


def test_the_commands(registers, tmp_path):
    ledger = str(tmp_path / "ledger.duckdb")

    def run(*words, code=0):
        result = CliRunner().invoke(cli, [*words])
        assert result.exit_code == code, result.output
        return result.output

    nights = ["--registers", str(registers), "--ledger", ledger]
    out = run("proactive", "run", "estonia", *nights, "--date", "2026-05-11", "--nights", "2")
    assert "2026-05-12" in out
    assert "run before" in run("proactive", "run", "estonia", *nights, "--date", "2026-05-12")
    assert "1 award" in run("ledger", "show", ledger)
    assert '"kind": "award"' in run("ledger", "show", ledger, "--subject", "liis", "--json")
    assert "No decisions." in run("ledger", "show", ledger, "--since", "2026-05-13")
    assert "2 nights, 3 decisions" in run("ledger", "verify", ledger)
    assert "none has the seal" in run("ledger", "verify", ledger, "--head", "0" * 64, code=1)
    with Ledger.open(ledger, read_only=True) as opened:
        award = opened.history("liis")[0].id
    assert "the same" in run("ledger", "replay", award, "--ledger", ledger)
    assert "is granted without application" in run(
        "proactive", "explain", award, "--ledger", ledger
    )
    assert '"why": "law"' in run("proactive", "explain", award, "--ledger", ledger, "--json")
    run("ledger", "replay", "none", "--ledger", ledger, code=2)
    run("proactive", "run", "estonia", *nights, "--date", "yesterday", code=2)
