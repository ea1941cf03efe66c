"""The command itself: help, errors, exit codes, start."""

import os
import re
import subprocess
import sys

import pytest

import policy
from policy.cli import COMMANDS, cli

RUN = [sys.executable, "-c", "from policy.cli import main; main()"]


def test_help_names_every_command(policy_command):
    output = policy_command("--help")
    assert all(f"  {name}" in output for name in COMMANDS)
    assert "Examples:" in output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_examples(policy_command, name):
    output = policy_command(name, "--help")
    assert "Examples:" in output
    assert f"policy {name}" in output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_defined_where_the_table_says(name):
    assert cli.get_command(None, name).callback.__module__ == f"policy.cli.{name}"


def test_version(policy_command):
    assert policy.__version__ in policy_command("--version")


def test_unknown_command_suggests_the_nearest(policy_command):
    assert "There is no command 'calc'; did you mean 'calculate'?" in policy_command("calc", code=2)


def test_unknown_option_is_a_usage_error(policy_command, family):
    assert "--outputs" in policy_command("calculate", family, "--outputs", "x", code=2)


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_starts_without_openfisca(option):
    program = (
        "import sys\n"
        "from policy.cli import cli\n"
        f"cli(['{option}'], standalone_mode=False)\n"
        "assert not {'openfisca_core', 'numpy', 'rich'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_bad_input_goes_to_standard_error_with_code_2(family):
    done = subprocess.run(
        [*RUN, "explain", family, "child_alowance"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "the estonia book has no variable 'child_alowance'; did you mean 'child_allowance'?\n"
    )


def test_ends_quietly_when_the_reader_of_a_pipe_goes_away():
    reader = subprocess.Popen(
        [*RUN, "list", "--book", "estonia", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    reader.stdout.read(1)
    reader.stdout.close()
    assert reader.stderr.read() == b""
    reader.stderr.close()
    reader.wait()


def test_a_terminal_that_lacks_letters_shows_the_rest(family):
    env = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [*RUN, "calculate", family], env=env, capture_output=True, text=True, check=True
    )
    assert re.search(r"136\.77 EUR\W+PHS \? 17", done.stdout)
    assert done.stderr == ""


@pytest.fixture
def fault(monkeypatch):
    def fail(_name):
        raise RuntimeError("boom")

    monkeypatch.setattr("policy.cli.options.load_for_file", fail)


def test_a_fault_of_the_library_is_one_to_report(policy_command, family, fault, monkeypatch):
    monkeypatch.delenv("POLICY_DEBUG", raising=False)
    output = policy_command("calculate", family, code=3)
    assert "RuntimeError: boom" in output
    assert "Please report it" in output
    assert "Traceback" not in output


def test_the_traceback_is_shown_for_debugging(policy_command, family, fault):
    output = policy_command("calculate", family, code=3, env={"POLICY_DEBUG": "1"})
    assert "Traceback" in output


def test_stopping_is_no_error_message(policy_command, family, monkeypatch):
    def stop(_name):
        raise KeyboardInterrupt

    monkeypatch.setattr("policy.cli.options.load_for_file", stop)
    assert policy_command("calculate", family, code=130) == ""


def test_stopping_a_query_of_duckdb_is_no_error_message(policy_command, family, monkeypatch):
    def stop(_name):
        raise RuntimeError("Query interrupted")  # (so duckdb tells of Ctrl-C)

    monkeypatch.setattr("policy.cli.options.load_for_file", stop)
    assert policy_command("calculate", family, code=130) == ""


def test_shell_completion_completes_commands():
    env = {"_POLICY_COMPLETE": "bash_complete", "COMP_WORDS": "policy cal", "COMP_CWORD": "1"}
    done = subprocess.run(RUN, env=env, capture_output=True, text=True, check=False)
    assert "calculate" in done.stdout
