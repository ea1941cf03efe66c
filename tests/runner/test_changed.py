"""Only the cases that a change can affect are run."""

import subprocess

import pytest

import policy
from policy.errors import PolicyError
from policy.testing.changed import affected
from policy.testing.runner import read_cases

from ..unit.conftest import BONUS_SHARE

CASES = """\
- name: Bonus
  period: 2024-05
  input: {persons: {a: {wage: 100}}, household: {adults: [a]}}
  output: {persons: {a: {bonus: 10}}}
- name: Bonus of the household
  period: 2024-05
  input: {persons: {a: {bonus: 10}}, household: {adults: [a]}}
  output: {household: {household_bonus: 10}}
- name: Wage
  period: 2024-05
  input: {persons: {a: {wage: 100}}, household: {adults: [a]}}
  output: {persons: {a: {wage: 100}}}
- name: A circle
  period: 2024-05
  input: {persons: {a: {}}, household: {adults: [a]}}
  output: {persons: {a: {egg: 1}}}
"""
ALL = ["Bonus", "Bonus of the household", "Wage", "A circle"]
EXTRA = """\
from policy.model_api import MONTH, Variable
from .entities import Person

class extra(Variable):
    \"\"\"Of no use.\"\"\"
    value_type = float
    entity = Person
    definition_period = MONTH
"""


def git(folder, *arguments):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(toy_folder):
    """The toy book with scenario tests, committed."""
    file = toy_folder / "tests" / "scenarios" / "toy" / "cases.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(CASES, encoding="utf-8")
    (toy_folder / "variables" / "toy" / "extra.py").write_text(EXTRA, encoding="utf-8")
    (toy_folder / "variables" / "toy" / "__init__.py").touch()
    git(toy_folder, "init", "-q")
    git(toy_folder, "add", ".")
    git(toy_folder, "commit", "-qm", "The law")
    return toy_folder


def chosen(repository, since="HEAD"):
    file = repository / "tests" / "scenarios" / "toy" / "cases.yaml"
    return [case.name for case in affected(read_cases(file, policy.load(repository)), since)]


def change(repository, name, text="\n# changed\n"):
    with (repository / name).open("a", encoding="utf-8") as file:
        file.write(text)


def test_nothing_changed(repository):
    assert chosen(repository) == []


def test_a_value_of_the_law_affects_what_is_computed_from_it(repository):
    change(repository, "parameters/toy/bonus_share.yaml")
    assert chosen(repository) == ["Bonus", "A circle"]


def test_formulas_affect_what_needs_them(repository):
    change(repository, "variables/toy/rules.py")
    assert chosen(repository) == ["Bonus", "Bonus of the household", "A circle"]


def test_a_file_affects_those_that_import_it(repository):
    change(repository, "variables/toy/facts.py")
    assert chosen(repository) == ALL


def test_what_no_case_needs_affects_none_but_those_in_doubt(repository):
    change(repository, "variables/toy/extra.py")
    assert chosen(repository) == ["A circle"]


def test_a_changed_file_of_cases_is_run_whole(repository):
    change(repository, "tests/scenarios/toy/cases.yaml")
    assert chosen(repository) == ALL


@pytest.mark.parametrize("name", ["README.md", "tests/helper.py", "docs/example.py"])
def test_what_is_no_law_affects_none(repository, name):
    (repository / name).parent.mkdir(exist_ok=True)
    change(repository, name)
    assert chosen(repository) == []


@pytest.mark.parametrize(
    "name",
    [
        "engine.py",
        "variables/toy/new.py",
        "parameters/toy/new.yaml",
        "parameters/toy/index.yaml",
        "variables/toy/entities.py",
    ],
)
def test_what_is_not_certain_affects_all(repository, name):
    text = BONUS_SHARE if name.endswith("new.yaml") else "# changed\n"
    change(repository, name, text)
    assert chosen(repository) == ALL


def test_changes_are_counted_since_a_commit(repository):
    change(repository, "parameters/toy/bonus_share.yaml")
    git(repository, "commit", "-qam", "A change")
    assert chosen(repository) == []
    assert chosen(repository, "HEAD~1") == ["Bonus", "A circle"]


def test_an_unknown_commit_is_an_error(repository):
    with pytest.raises(PolicyError, match=r"git cannot say what changed: .*; run in a git repo"):
        chosen(repository, "nowhere")


def test_no_repository_is_an_error(toy_folder, toy):
    file = toy_folder / "cases.yaml"
    file.write_text(CASES, encoding="utf-8")
    with pytest.raises(PolicyError, match="not a git repository"):
        affected(read_cases(file, toy))
