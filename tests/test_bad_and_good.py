"""Broken scenarios are refused with a message that helps; near misses are accepted.

Each ``tests/bad/NAME.yaml`` is calculated from the command line in its folder, and
``tests/bad/NAME.txt`` is what a user then reads. Each ``tests/good/NAME.yaml`` says itself, under
``output``, what it gives. A first line ``# policy calculate FILE …`` gives options.

After a change of messages read them, and write the ``.txt`` files anew with::

    POLICY_WRITE_MESSAGES=1 pytest tests/test_bad_and_good.py
"""

import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from policy.cli import cli

HERE = Path(__file__).parent
BAD = sorted((HERE / "bad").glob("*.yaml"))
GOOD = sorted((HERE / "good").glob("*.yaml"))
COMMAND = re.compile(rb"# policy calculate FILE (.*)")


@pytest.fixture
def run(monkeypatch):
    """Run ``policy`` with arguments in a folder, in this process; return code and output."""

    def in_folder(folder, *arguments):
        monkeypatch.chdir(folder)
        result = CliRunner().invoke(cli, arguments, prog_name="policy")
        return result.exit_code, result.output

    return in_folder


def options(path):
    found = COMMAND.match(path.read_bytes()) if path.is_file() else None
    return shlex.split(found[1].decode()) if found else []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_broken_scenario_is_refused(path, run):
    code, message = run(path.parent, "calculate", path.name, *options(path))
    pinned = path.with_suffix(".txt")
    if os.environ.get("POLICY_WRITE_MESSAGES") == "1":
        pinned.write_text(message, encoding="utf-8")
    assert message == pinned.read_text(encoding="utf-8")
    assert "Traceback" not in message
    assert code == 2
    in_file = [line.startswith(f"{path.name}:") for line in message.splitlines()]
    assert all(in_file) or (options(path) and not any(in_file))


def test_every_pinned_message_has_its_file():
    assert {path.stem for path in (HERE / "bad").glob("*.txt")} == {path.stem for path in BAD}


def test_nothing_was_executed():
    assert not (HERE / "bad" / "executed").exists()


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_near_miss_is_accepted(path, run):
    code, output = run(path.parent, "calculate", path.name, *options(path))
    assert code == 0, output
    code, output = run(path.parent, "test", path.name)
    assert code == 0, output


def test_a_missing_file(run, tmp_path):
    assert run(tmp_path, "calculate", "family.yml") == (
        2,
        "family.yml: there is no such file; check the path and the working folder\n",
    )


def test_a_file_too_large_is_not_read(run, tmp_path):
    with (tmp_path / "large.yaml").open("wb") as file:
        file.truncate(100_000_000)
    assert run(tmp_path, "calculate", "large.yaml") == (
        2,
        "large.yaml: the file has 100,000,000 bytes; the largest read is 50,000,000;"
        " split it into several files\n",
    )
