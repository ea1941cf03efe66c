"""``policy ledger`` tells a person, or a program, what is in a ledger and what is wrong in one."""

import json
import shutil

import duckdb
import pytest
from click.testing import CliRunner

from policy.cli import cli
from policy.ledger.ledger import Ledger


@pytest.fixture
def ledger(file, tmp_path, monkeypatch):
    """Run a command where the small ledger is; return its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICY_DEBUG", "1")

    def run(command):
        result = CliRunner().invoke(cli, ["ledger", *command.split()], prog_name="policy")
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def head(file):
    with Ledger.open(file, read_only=True) as opened:
        return opened.last_hash


def change(query):
    with duckdb.connect("ledger.duckdb") as connection:
        connection.execute(query)


def test_a_whole_ledger_is_told_with_its_head(ledger, head):
    code, out, _ = ledger("verify ledger.duckdb")
    assert (code, out) == (0, f"As it was written: 2 nights, 4 decisions.\nHead: {head}\n")
    _, out, _ = ledger("verify ledger.duckdb --json")
    assert json.loads(out) == {"broken": [], "nights": 2, "head": head}


@pytest.mark.parametrize("length", [12, 64])
def test_a_head_that_was_noted_down_is_looked_for(ledger, head, length):
    assert ledger(f"verify ledger.duckdb --head {head[:length]}")[0] == 0
    code, out, _ = ledger(f"verify ledger.duckdb --head {'0' * length}")
    assert (code, out) == (1, "nights: none has the seal that was noted down\n")


@pytest.mark.parametrize("head", ["0", "0" * 65, "A" * 12, "%" * 12])
def test_what_cannot_be_a_head_is_refused(ledger, head):
    code, _, error = ledger(f"verify ledger.duckdb --head {head}")
    assert code == 2
    assert "is no seal" in error


def test_a_broken_ledger_is_told(ledger):
    change("UPDATE decisions SET recipient = 'me' WHERE number = 2")
    code, out, _ = ledger("verify ledger.duckdb")
    assert (code, out.split(":")[0]) == (1, "decision 2")
    code, out, _ = ledger("verify ledger.duckdb --json")
    assert (code, json.loads(out)["broken"][0]["where"]) == (1, "decision 2")


def test_a_decision_is_calculated_again(ledger, file):
    with Ledger.open(file, read_only=True) as opened:
        id_ = opened.history("juku", kind="award")[0].id
    code, out, _ = ledger(f"replay {id_} --ledger ledger.duckdb")
    assert code == 0
    assert "award of child_allowance_of_child" in out
    assert "2024-05     80.00   80.00   the same" in out
    code, out, _ = ledger(f"replay {id_} --ledger ledger.duckdb --json")
    (told,) = json.loads(out)
    assert (code, told["now"], told["same"]) == (0, {"2024-05": 80.0}, True)


@pytest.mark.parametrize(
    ("which", "count"), [("--all", 4), ("--since 2024-05-02", 1), ("--until 2024-05-01", 3)]
)
def test_of_several_decisions_those_with_other_cents_are_shown(ledger, which, count):
    code, out, _ = ledger(f"replay {which} --ledger ledger.duckdb --json")
    told = json.loads(out)
    assert len(told) == count
    other = [each for each in told if not each["same"]]
    assert {each["decision"]["benefit"] for each in other} <= {"birth_allowance_of_child"}
    assert code == (1 if other else 0)


@pytest.mark.parametrize("which", ["", "--all --since 2024-05-02", "some-id --all"])
def test_what_to_calculate_again_is_said_in_one_way(ledger, which):
    code, _, error = ledger(f"replay {which} --ledger ledger.duckdb")
    assert code == 2
    assert "Name decisions, or --all, or nights" in error


@pytest.mark.parametrize(("until", "count"), [("2024-04", 0), ("2024-05", 4), ("2024", 4)])
def test_until_a_month_or_a_year_is_until_its_end(ledger, until, count):
    _, out, _ = ledger(f"show ledger.duckdb --until {until} --json")
    assert len(json.loads(out)) == count


@pytest.mark.parametrize("command", ["show ledger.duckdb", "replay --ledger ledger.duckdb"])
def test_nights_that_end_before_they_begin_are_refused(ledger, command):
    code, _, error = ledger(f"{command} --since 2024-05-03 --until 2024-05-02")
    assert code == 2
    assert "--since 2024-05-03 is after --until 2024-05-02" in error


def test_an_unknown_decision_is_told_with_the_nearest(ledger, file):
    with Ledger.open(file, read_only=True) as opened:
        id_ = opened.history("juku")[0].id
    code, _, error = ledger(f"replay {id_[:-1]} --ledger ledger.duckdb")
    assert code == 2
    assert f"did you mean '{id_}'" in error


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("UPDATE inputs SET facts = '{}'", "no facts have the digest"),
        ("UPDATE laws SET files = 'PK'::BLOB", "the law of 2024-05-01 was changed"),
        ("DELETE FROM laws", "the law of 2024-05-01 is not kept in it"),
        ("UPDATE decisions SET amounts = 'x'", "the ledger is broken"),
        ("UPDATE runs SET read = '{'", "the ledger is broken"),
        ("DROP TABLE inputs", "its table 'inputs' was changed or is missing"),
        ("ALTER TABLE runs DROP COLUMN counts", "its table 'runs' was changed or is missing"),
        ("ALTER TABLE ledger RENAME form TO shape", "this DuckDB file is no ledger"),
        ("UPDATE ledger SET form = 2", "is of form 2; this library reads form 1"),
        ("DELETE FROM ledger", "is of form none"),
    ],
)
def test_no_code_is_run_and_nothing_shown_of_what_was_changed(ledger, query, said):
    change(query)
    command = "show ledger.duckdb" if "runs" in query else "replay --all --ledger ledger.duckdb"
    code, out, error = ledger(command)
    assert (code, out) == (2, "")
    assert said in error
    assert not any(name in error for name in ("mari", "juku", "Traceback"))


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("--subject juku", [1, 3, 4]),
        ("--subject mari", [2]),
        ("--kind offer", [3]),
        ("--benefit large_family_allowance", [2]),
        ("--since 2024-05-02", [4]),
        ("--until 2024-05-01", [1, 2, 3]),
        ("--subject juku --kind award --until 2024-05-01", [1]),
        ("--subject x'OR'1'='1", []),
    ],
)
def test_decisions_are_shown_by_what_they_are(ledger, asked, numbers):
    code, out, _ = ledger(f"show ledger.duckdb {asked} --json")
    told = json.loads(out)
    assert code == 0
    assert [each["number"] for each in told] == numbers
    code, out, _ = ledger(f"show ledger.duckdb {asked}")
    assert code == 0
    assert all(each["id"] in out for each in told)
    assert ("No decisions." in out) == (not numbers)


def test_nights_are_shown(ledger, head):
    code, out, _ = ledger("show ledger.duckdb")
    assert code == 0
    assert "2024-05-01   2 award, 1 offer" in out
    assert head[:12] in out
    _, out, _ = ledger("show ledger.duckdb --json")
    assert [each["date"] for each in json.loads(out)] == ["2024-05-01", "2024-05-02"]


@pytest.mark.parametrize("command", ["verify", "show", "replay --all --ledger"])
@pytest.mark.parametrize("name", ["none.duckdb", "folder", "text.txt", "empty", "other.duckdb"])
def test_what_is_no_ledger_is_told_and_left_as_it_is(ledger, tmp_path, command, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.txt").write_text("blocks and locks" * 1000)
    (tmp_path / "empty").touch()
    duckdb.connect("other.duckdb").execute("CREATE TABLE ledger (a INTEGER)").close()
    before = content(tmp_path)
    code, out, error = ledger(f"{command} {name}")
    assert (code, out) == (2, "")
    assert error.startswith(f"{name}: ")
    assert "another process" not in error
    assert content(tmp_path) == before


@pytest.mark.parametrize("at", [0, 12, 4100, 8200, 12400, -4000])
def test_a_corrupt_ledger_is_told_and_left_as_it_is(ledger, file, tmp_path, at):
    damaged = bytearray(file.read_bytes())
    damaged[at] ^= 0xFF
    file.write_bytes(damaged)
    before = content(tmp_path)
    code, out, error = ledger("verify ledger.duckdb")
    assert code in {0, 1, 2}  # (a byte that nothing is written in harms nothing)
    assert (out == "") == (code == 2)
    assert "Traceback" not in error
    assert "another process" not in error
    assert content(tmp_path) == before


def test_looking_writes_nothing(ledger, file, tmp_path):
    shutil.copy(file, tmp_path / "copy.duckdb")
    before = content(tmp_path)
    for command in (
        "verify ledger.duckdb",
        "show ledger.duckdb",
        "replay --all --ledger ledger.duckdb",
    ):
        ledger(command)
    assert content(tmp_path) == before


def content(folder):
    return {
        path.name: (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.iterdir()
        if path.is_file()
    }
