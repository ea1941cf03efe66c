"""A ledger keeps whole nights, each once, in their order, for its owner alone."""

import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

import policy
from policy.errors import PolicyError
from policy.ledger.law import kept
from policy.ledger.ledger import Ledger, Run
from policy.ledger.replaying import replay
from policy.ledger.rows import SAID, digest_of
from policy.ledger.verifying import verify

from .conftest import FACTS, decision, inputs, table

ROOT = Path(__file__).parents[2]


def test_a_night_that_is_there_is_not_added_again(file, law):
    with Ledger.open(file) as ledger:
        before = ledger.runs()
        again = ledger.append(
            Run("2024-05-02", {"population/persons": 0}), law, inputs(), table(decision())
        )
        assert again == before[-1]
        assert ledger.runs() == before
        assert ledger.decided().num_rows == 4


@pytest.mark.parametrize(
    ("night", "said"),
    [
        ("2024-05-02", "was run with other entries in population/persons"),
        ("2024-04-30", "is before the last one, 2024-05-02"),
    ],
)
def test_a_night_with_other_entries_or_out_of_order_is_refused(file, law, night, said):
    with Ledger.open(file) as ledger, pytest.raises(PolicyError, match=said):
        ledger.append(Run(night, {"population/persons": 7}), law, inputs(), table(decision()))


def test_a_night_is_added_whole_or_not_at_all(file, law, monkeypatch):
    with Ledger.open(file) as ledger:
        seal = ledger.last_hash
        broken = inputs(FACTS).rename_columns(["digest", "other"])
        with pytest.raises(KeyError):
            ledger.append(Run("2024-05-03", {}), law, broken, table(decision()))
        assert ledger.last_hash == seal
        assert ledger.decided().num_rows == 4
        assert verify(ledger) == []


def test_decisions_of_a_night_stand_in_one_order_however_they_come(tmp_path, law):
    rows = [decision(subject=name, kind=kind) for name in "cab" for kind in ("offer", "award")]
    seals = []
    for number, order in enumerate((rows, rows[::-1])):
        with Ledger.open(tmp_path / f"{number}.duckdb") as ledger:
            seals.append(ledger.append(Run("2024-05-01", {}), law, inputs(FACTS), table(*order)))
    assert seals[0] == seals[1]


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_the_owner_can_read_it(tmp_path, law, mask):
    before = os.umask(mask)
    try:
        with Ledger.open(tmp_path / "ledger.duckdb") as ledger:
            for night in ("2024-05-01", "2024-05-02"):
                ledger.append(Run(night, {}), law, inputs(FACTS), table(decision()))
                files = {
                    path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()
                }
                assert files == {"ledger.duckdb": 0o600, "ledger.duckdb.wal": 0o600}
            ((spill,),) = ledger.connection.sql(
                "SELECT current_setting('temp_directory')"
            ).fetchall()
            assert stat.S_IMODE(Path(spill).stat().st_mode) == 0o700
    finally:
        assert os.umask(before) == mask  # (what else the process writes is its own affair)
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.duckdb"]
    assert not Path(spill).exists()


@pytest.mark.parametrize(
    "evil",
    [
        "'; DROP TABLE decisions; --",
        '"; DELETE FROM runs; --',
        "' OR '1'='1",
        "$1 $subject ? :x {} %s \\ \\' /*",
        "Õnne-Ülo\n\t\x00 💶",
    ],
)
def test_texts_are_never_sql(tmp_path, law, evil):
    name = re.sub(r"[/\\\x00]", "_", evil)
    said = {each: evil for each in SAID if each not in {"kind", "input_digest"}}
    row = decision(**{**said, "amounts": "{}", "reasons": json.dumps({evil: evil})})
    facts = json.dumps({evil: evil})
    row["input_digest"] = digest_of(facts)
    with Ledger.open(tmp_path / f"{name}.duckdb") as ledger:
        ledger.append(Run("2024-05-01", {evil: evil}), law, inputs(facts), table(row, decision()))
        (found,) = ledger.history(evil)
        assert {name: getattr(found, name) for name in said} == {
            **said,
            "amounts": {},
            "reasons": {evil: evil},
        }
        assert ledger.decision(found.id) == found
        assert ledger.facts(found.input_digest) == facts
        assert ledger.history(kind=evil) == ledger.history(since=f"9{evil}") == []
        assert ledger.of_night(evil).num_rows == 0
        assert ledger.runs()[0].read == {evil: evil}
        assert ledger.decided(pa.array([evil])).num_rows == 1
        assert ledger.cases(pa.array([evil]), pa.array([evil])).num_rows == 1
        assert verify(ledger)[0].why == "its facts are missing"  # (of the other decision)
        for ask in (ledger.decision, ledger.facts, ledger.law_of):
            with pytest.raises(PolicyError):
                ask(evil)


def test_the_id_of_a_decision_is_always_the_same(tmp_path, law):
    ids = set()
    for name in ("a", "b"):
        with Ledger.open(tmp_path / name) as ledger:
            ledger.append(Run("2024-05-01", {}), law, inputs(FACTS), table(decision()))
            ids.add(ledger.history()[0].id)
    assert ids == {"2024-05-01-6d4cf7f736bb40e2"}


def test_many_decisions_of_a_night_are_added(tmp_path, law):
    many = 120_000  # (more than are looked through at once)
    rows = {name: pa.array([value] * many, pa.string()) for name, value in decision().items()}
    rows["subject"] = pa.array([f"{number:06}" for number in range(many)])
    rows |= {name: pa.nulls(many, pa.string()) for name in SAID if name not in rows}
    with Ledger.open(tmp_path / "ledger.duckdb") as ledger:
        run = ledger.append(Run("2024-05-01", {}), law, inputs(FACTS), pa.table(rows).select(SAID))
        assert run.counts == {"award": many}
        assert verify(ledger, run.hash) == []


def test_a_night_for_which_there_is_no_room_leaves_what_was_there(file, law):
    """A limit on the size of files stands for a disk that is full."""
    before = decisions(file)
    night = (
        "import resource, sys\n"
        "from policy.ledger.ledger import Ledger, Run\n"
        "from policy.errors import PolicyError\n"
        "from tests.ledger.conftest import *\n"
        "law = kept(policy.load('estonia'))\n"
        f"ledger = Ledger.open({str(file)!r})\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "rows = [decision(subject=str(n), reasons=json.dumps(list(range(n, n + 99))))"
        " for n in range(20_000)]\n"
        "try:\n"
        "    ledger.append(Run('2024-05-03', {}), law, inputs(FACTS), table(*rows))\n"
        "except PolicyError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", night], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert "the night cannot be written" in done.stdout, done.stderr
    assert "juku" not in done.stdout + done.stderr
    assert decisions(file) == before
    with Ledger.open(file) as ledger:
        assert verify(ledger) == []


def decisions(file):
    with Ledger.open(file, read_only=True) as ledger:
        return ledger.history()


def test_what_is_no_ledger_is_told(tmp_path):
    text = tmp_path / "text.duckdb"
    text.write_text("no ledger" * 2000)
    other = tmp_path / "other.duckdb"
    duckdb.connect(other).execute("CREATE TABLE t (a INTEGER)").close()
    later = tmp_path / "later.duckdb"
    Ledger.open(later).close()
    duckdb.connect(later).execute("UPDATE ledger SET form = 99").close()
    for path, said in {
        text: "no ledger, or it is broken",
        other: "is no ledger",
        later: "is of form 99; this library reads form 1",
        tmp_path: "this is a folder",
        tmp_path / "none.duckdb": "there is no such file",
    }.items():
        with pytest.raises(PolicyError, match=said):
            Ledger.open(path, read_only=True)


def test_processes_that_begin_one_ledger_do_not_hinder_each_other(tmp_path):
    opening = """
import sys
from policy.errors import PolicyError
from policy.ledger.ledger import Ledger
print("ready", flush=True)
sys.stdin.readline()
for number in range(10):
    try:
        Ledger.open(f"{sys.argv[1]}/{number}.duckdb").close()
    except PolicyError as error:
        print(error, flush=True)
"""
    words = [sys.executable, "-c", opening, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(words, **pipes) for _ in range(3)]
    assert [each.stdout.readline() for each in processes] == ["ready\n"] * 3
    for each in processes:
        each.stdin.write("\n")
        each.stdin.flush()
    told = [line for each in processes for line in each.communicate()[0].splitlines()]
    assert all("the ledger is open in another process" in line for line in told)
    assert {path.name for path in tmp_path.iterdir()} == {f"{n}.duckdb" for n in range(10)}
    for path in tmp_path.iterdir():
        with Ledger.open(path, read_only=True) as ledger:
            assert ledger.runs() == []


def test_a_ledger_that_another_process_has_open_is_told(file):
    held = (
        "import sys; from policy.ledger.ledger import Ledger\n"
        f"ledger = Ledger.open({str(file)!r}); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"open\n"
        with pytest.raises(PolicyError, match="open in another process"):
            Ledger.open(file)
        process.stdin.close()


def test_the_very_law_is_applied_again(tmp_path, book):
    change = {"child_allowance.first_and_second_child": {"set": 85}}
    reform = {"title": "85 euros", "effective": "2024-05-01", "parameters": change}
    reformed = book.reformed(reform)
    known = book.as_known_on("2023-03-01")
    with Ledger.open(tmp_path / "ledger.duckdb") as ledger:
        ledger.append(
            Run("2024-05-01", {}),
            kept(reformed),
            inputs(FACTS),
            table(decision(amounts='{"2024-05":85.00}')),
        )
        ledger.append(
            Run("2024-05-02", {}), kept(known), inputs(), table(decision(kind="correction"))
        )
        ids = ledger.decided().column("id").to_pylist()
        found = [*replay(ledger, ids)]
        assert [each.now for each in found] == [{"2024-05": 85.0}, {"2024-05": 80.0}]
        assert all(each.same for each in found)
        assert {each.decision.law_version for each in found} == {reformed.version, known.version}
        assert verify(ledger) == []


def test_the_law_that_was_kept_is_applied_where_the_installed_one_differs(
    tmp_path, book, law, monkeypatch
):
    folder = tmp_path / "book"
    with zipfile.ZipFile(io.BytesIO(law.files)) as archive:
        archive.extractall(folder)
    amount = folder / "parameters/estonia/child_allowance/first_and_second_child.yaml"
    amount.write_text(amount.read_text("utf-8").replace("value: 80", "value: 81"), "utf-8")
    other = policy.load(str(folder))
    assert other.version != book.version
    with Ledger.open(tmp_path / "ledger.duckdb") as ledger:
        row = decision(amounts='{"2024-05":81.00}')
        ledger.append(Run("2024-05-01", {}), kept(other), inputs(FACTS), table(row))
    shutil.rmtree(folder)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with Ledger.open(tmp_path / "ledger.duckdb", read_only=True) as ledger:
        (found,) = replay(ledger, ledger.history())
    assert (found.now, found.same) == ({"2024-05": 81.0}, True)
    assert found.decision.law_version == other.version


def test_a_law_that_is_not_of_files_is_refused():
    with pytest.raises(PolicyError, match="is an installed package"):
        kept(policy.load("openfisca_country_template"))


def test_other_cents_are_told(tmp_path, law):
    with Ledger.open(tmp_path / "ledger.duckdb") as ledger:
        ledger.append(
            Run("2024-05-01", {}), law, inputs(FACTS), table(decision(amounts='{"2024-05":80.01}'))
        )
        (found,) = replay(ledger, ledger.decided().column("id").to_pylist())
        assert not found.same
        assert found.now == {"2024-05": 80.0}
