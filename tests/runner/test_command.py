"""``policy test``."""

import json
import re
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from policy.cli import cli

FAMILY = """\
- name: {name}
  book: estonia
  period: 2024-05
  input:
    persons: {{mari: {{birth_date: 1990-03-01}}, juku: {{birth_date: 2020-06-15}}}}
    families: {{tamm: {{parents: [mari], children: [juku]}}}}
  output:
    families: {{tamm: {{child_allowance: {amount}}}}}
"""
EARLY = FAMILY.format(name="Early", amount="{2012-05: 20}")


@pytest.fixture
def tests_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def write(*texts):
        (tmp_path / "family.yaml").write_text("".join(texts), encoding="utf-8")
        return "family.yaml"

    return write


def right(name="Right"):
    return FAMILY.format(name=name, amount=80)


def wrong(name="Wrong"):
    return FAMILY.format(name=name, amount=81)


def test_what_passes_is_counted(policy_command, tests_file):
    output = policy_command("test", tests_file(right("One"), right("Two")))
    assert re.fullmatch(r"2 passed, 0 failed, 0 errors in 1 file, [0-9.]+ s\n", output)


def test_a_failure_says_what_differs_and_why(policy_command, tests_file):
    output = policy_command("test", tests_file(right(), wrong()), code=1)
    assert output.startswith(
        "FAILED Wrong\n  family.yaml:16:23: child_allowance of tamm for 2024-05:"
        " expected 81.0, got 80.0, difference -1 [PHS § 17]\n  because"
    )
    assert re.search(r"└── Child allowance for the child \(juku\): 80\.00 EUR, PHS § 17", output)
    assert "mari" not in output
    assert "1 passed, 1 failed, 0 errors" in output


def test_isolated_cases_are_told_alike(policy_command, tests_file):
    file = tests_file(right(), wrong(), EARLY)
    together = policy_command("test", file, code=2)
    alone = policy_command("test", file, "--isolate", code=2)
    assert together.rpartition(",")[0] == alone.rpartition(",")[0]


def test_what_cannot_be_calculated_is_an_error(policy_command, tests_file):
    output = policy_command("test", tests_file(right(), EARLY), code=2)
    assert "ERROR family.yaml:16:41: period: the estonia book covers the law from" in output
    assert "1 passed, 0 failed, 1 errors" in output


def test_a_name_chooses(policy_command, tests_file):
    file = tests_file(right(), wrong())
    assert "1 passed" in policy_command("test", file, "-k", "rIght")
    assert "1 failed" in policy_command("test", file, "--name", "Wrong", code=1)
    output = policy_command("test", file, "-n", "none", code=2)
    assert "ERROR no test was found; check PATHS and -k" in output


@pytest.mark.parametrize("text", ["", "[]", "# Nothing yet.\n"])
def test_a_file_without_tests_is_an_error(policy_command, tests_file, text):
    output = policy_command("test", tests_file(text), code=2)
    assert "ERROR family.yaml: the file holds no test; write one, or remove the file" in output


def test_json(policy_command, tests_file):
    output = policy_command("test", tests_file(right(), wrong(), EARLY), "--json", code=2)
    told = json.loads(output)
    assert told["passed"] == 1
    ((failed),) = told["failed"]
    (difference,) = failed["differences"]
    assert (difference["entity"], difference["id"], difference["line"]) == ("family", "tamm", 16)
    assert difference["explanation"]["steps"][0]["name"] == "child_allowance_of_child"
    assert difference["engines_differ"] == ""
    assert told["errors"][0]["code"] == "before-the-law"


def test_what_a_formula_prints_is_kept_out_of_the_json(toy_folder, tests_file):
    rules = toy_folder / "variables" / "toy" / "rules.py"
    text = rules.read_text(encoding="utf-8")
    formula = "    def formula(household, period):\n"
    rules.write_text(text.replace(formula, f'{formula}        print("noise")\n'), encoding="utf-8")
    file = tests_file(
        "- period: 2024-05\n"
        "  input: {persons: {a: {wage: 100}}, household: {adults: [a]}}\n"
        "  output: {household: {household_bonus: 10}}\n"
    )
    result = CliRunner().invoke(cli, ["test", file, "--book", str(toy_folder), "--json"])
    assert "noise" in result.stderr
    assert json.loads(result.stdout)["passed"] == 1


def test_junit(policy_command, tests_file, tmp_path):
    policy_command("test", tests_file(right(), wrong(), EARLY), "--junit", "report.xml", code=2)
    root = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")
    (suite,) = root
    assert suite.get("name") == "family.yaml"
    passed, failed, erred = suite
    assert not [*passed]
    assert failed.find("failure").get("message").startswith("family.yaml:16:23: child_allowance")
    assert erred.find("error") is not None


def test_junit_has_files_that_cannot_be_read(policy_command, tests_file, tmp_path):
    policy_command(
        "test", tests_file("- nonsense: 1\n  book: estonia\n"), "--junit", "r.xml", code=2
    )
    root = ElementTree.parse(tmp_path / "r.xml").getroot()
    assert root.find("testsuite/testcase/error").get("message").startswith("family.yaml:1:3:")


def test_a_package_is_tested_with_its_own_suite(policy_command):
    output = policy_command("test", "--package", "openfisca_country_template")
    assert " 0 failed, 0 errors in " in output


def test_a_reform_is_applied_to_a_package(policy_command, tests_file):
    file = tests_file(
        "- {name: New, period: 2017-01, input: {salary: 2000, has_car: true},"
        " output: {new_tax: 400}}\n"
    )
    package = ("test", file, "--package", "openfisca_country_template")
    reform = "openfisca_country_template.reforms.add_new_tax.add_new_tax"
    assert "1 passed" in policy_command(*package, "-r", reform)
    assert "'has_car', but it was not found" in policy_command(*package, code=2)
    assert "the reform no.where cannot be applied" in policy_command(
        *package, "-r", "no.where", code=2
    )


def test_a_package_that_is_not_there_is_an_error(policy_command, tests_file):
    output = policy_command("test", tests_file(right()), "--package", "openfisca_atlantis", code=2)
    assert "there is no package 'openfisca_atlantis'" in output
