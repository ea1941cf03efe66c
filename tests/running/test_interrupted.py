"""A run that is killed leaves no half of an output, and goes on where it was."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from policy.errors import PolicyError
from policy.running import folder, run
from tests.running import killed
from tests.running.making import shuffled, write, written

ROOT = Path(__file__).parents[2]


@pytest.fixture
def source(families, tmp_path):
    """Tables in order and not, with a mistake."""
    roles = families["memberships"]["family_role"].to_pylist()
    column = families["memberships"].schema.get_field_index("family_role")
    members = families["memberships"].set_column(
        column, "family_role", pa.array(["neighbours", *roles[1:]])
    )
    tables = {**families, "memberships": members}
    return {
        "in-order": write(tables, tmp_path / "in-order"),
        "mixed": write({n: shuffled(tables[n]) for n in tables}, tmp_path / "mixed"),
    }


@pytest.mark.parametrize(("order", "seed"), [("in-order", 0), ("in-order", 1), ("mixed", 2)])
def test_a_run_killed_at_random_gives_the_same_bytes(
    order, seed, source, estonia, tmp_path, monkeypatch
):
    monkeypatch.setattr(run, "BLOCK", killed.BLOCK)
    whole = tmp_path / "whole"
    estonia.run_tables(source[order], whole, "2024-05", killed.OUTPUTS, engine="numpy")
    target = tmp_path / "out"
    command = [sys.executable, "-m", "tests.running.killed", source[order], target, str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert written(target) == written(whole)
    assert told["killed"]


class Killed(BaseException):
    """Something that no program handles."""


@pytest.fixture
def interrupted(source, estonia, tmp_path, monkeypatch):
    """A run that stopped after three blocks."""
    monkeypatch.setattr(run, "BLOCK", killed.BLOCK)
    keep = folder.Folder.keep

    def stopped(self, number, block):
        if number == 3:
            raise Killed
        keep(self, number, block)

    with monkeypatch.context() as stopping:
        stopping.setattr(folder.Folder, "keep", stopped)
        with pytest.raises(Killed):
            estonia.run_tables(
                source["in-order"], tmp_path / "out", "2024-05", killed.OUTPUTS, engine="numpy"
            )
    assert len([*(tmp_path / "out.part" / "blocks").glob("0*")]) == 3
    assert not (tmp_path / "out").exists()
    return tmp_path / "out"


def numbers_kept(monkeypatch):
    """Return a list of the numbers of blocks that are calculated from now on."""
    numbers, keep = [], folder.Folder.keep

    def told(self, number, block):
        numbers.append(number)
        keep(self, number, block)

    monkeypatch.setattr(folder.Folder, "keep", told)
    return numbers


def test_blocks_that_are_done_are_not_calculated_again(
    interrupted, source, estonia, tmp_path, monkeypatch
):
    numbers = numbers_kept(monkeypatch)
    ask = {"outputs": killed.OUTPUTS, "engine": "numpy"}
    done = estonia.run_tables(source["in-order"], interrupted, "2024-05", **ask)
    assert numbers[0] == 3
    again = estonia.run_tables(source["in-order"], tmp_path / "again", "2024-05", **ask)
    assert written(interrupted) == written(tmp_path / "again")
    assert done.to_dict() == again.to_dict()
    assert not interrupted.with_name("out.part").exists()


@pytest.mark.parametrize(
    "other",
    [{"period": "2024-06"}, {"outputs": ["child_allowance"]}, {"engine": "openfisca"}, {}],
)
def test_another_question_begins_anew(other, interrupted, source, estonia, tmp_path, monkeypatch):
    if not other:  # (the same question, of a table that is no longer the same)
        path = source["in-order"] / "persons.parquet"
        parquet.write_table(parquet.read_table(path), path, compression="none")
    numbers = numbers_kept(monkeypatch)
    ask = {"period": "2024-05", "outputs": killed.OUTPUTS, "engine": "numpy", **other}
    estonia.run_tables(source["in-order"], interrupted, **ask)
    assert numbers[0] == 0
    estonia.run_tables(source["in-order"], tmp_path / "again", **ask)
    assert written(interrupted) == written(tmp_path / "again")


def test_a_strict_run_looks_at_rows_that_one_before_it_rejected(interrupted, source, estonia):
    ask = {"outputs": killed.OUTPUTS, "engine": "numpy", "strict": True}
    with pytest.raises(PolicyError):
        estonia.run_tables(source["in-order"], interrupted, "2024-05", **ask)
    assert not interrupted.exists()


def test_an_output_that_is_there_is_left_alone(source, estonia, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(PolicyError, match="there is something already; name another, or remove"):
        estonia.run_tables(source["mixed"], tmp_path / "out", "2024-05")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
    assert not (tmp_path / "out.part").exists()


@pytest.mark.parametrize("theirs", ["out.part/mine.txt", "out.part"])
def test_what_no_run_made_is_left_alone(theirs, source, estonia, tmp_path):
    (tmp_path / theirs).parent.mkdir(exist_ok=True)
    (tmp_path / theirs).write_text("mine")
    with pytest.raises(PolicyError, match=r"out\.part: there is something that no run made"):
        estonia.run_tables(source["mixed"], tmp_path / "out", "2024-05")
    assert (tmp_path / theirs).read_text() == "mine"


def test_two_runs_do_not_write_the_same_output(source, estonia, tmp_path):
    first = folder.Folder(tmp_path / "out", "question")
    with pytest.raises(PolicyError, match="another run is at work here"):
        estonia.run_tables(source["mixed"], tmp_path / "out", "2024-05")
    first.close()
    estonia.run_tables(source["mixed"], tmp_path / "out", "2024-05", ["child_allowance"])
