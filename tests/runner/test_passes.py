"""A failure tells what is not as it was when the test last passed."""

import json
import os
from xml.etree import ElementTree

import pytest

from policy.book import StatuteBook
from policy.legislation.legislation import read_folder
from policy.loading import _load, find
from policy.testing.merging import verdicts
from policy.testing.passes import Passes
from policy.testing.reasons import reason_of
from policy.testing.runner import read_cases

CASES = """\
- name: Bonus of two
  period: 2024-05
  input:
    persons: {a: {}, b: {wage: 100, status: retired}, c: {wage: 100}}
    household: {adults: [a, b, c]}
  output: {household: {household_bonus: 10}}
"""
SHARE, RULES = "parameters/toy/bonus_share.yaml", "variables/toy/rules.py"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "policy" / "passed"


@pytest.fixture
def book(toy_folder):
    """Run the cases with the law as it is now, change it, and run them again."""
    file = toy_folder / "cases.yaml"
    file.write_text(CASES, encoding="utf-8")

    class Book:
        def run(self):
            law = StatuteBook(read_folder(*find(str(toy_folder))))
            return [*verdicts(read_cases(file, law))]

        def change(self, name, old, new):
            text = (toy_folder / name).read_text(encoding="utf-8")
            assert text.count(old) == 1
            (toy_folder / name).write_text(text.replace(old, new), encoding="utf-8")

        def line_of(self, text):
            lines = (toy_folder / RULES).read_text(encoding="utf-8").splitlines()
            start = next(number for number, line in enumerate(lines) if text in line)
            return (
                start + 1 + next(n for n, line in enumerate(lines[start:]) if "def formula" in line)
            )

    return Book()


def why(run):
    (verdict,) = run
    (difference,) = verdict.differences
    return reason_of(verdict.case, difference, Passes().before(verdict.case))


def test_the_first_variable_that_changed_is_named(book, toy_folder):
    Passes().record(book.run())
    book.change(SHARE, "value: 0.1\n", "value: 0.3\n")
    told = why(book.run())
    assert told.changed == (
        "bonus of c for 2024-05 was 10.0 when the test last passed and is 30.0 now"
    )
    assert told.place.file == str(toy_folder / RULES)
    assert told.place.line == book.line_of("class bonus(")


def test_a_changed_formula_is_named_with_its_line(book):
    Passes().record(book.run())
    sum_ = 'household.sum(household.members("bonus", period))'
    book.change(RULES, sum_, f"{sum_} * 2")
    told = why(book.run())
    assert told.changed == (
        "household_bonus of household for 2024-05 was 10.0 when the test last passed and is 20.0"
        " now"
    )
    assert told.place.line == book.line_of("class household_bonus(")


def test_nothing_is_said_where_the_law_is_as_it_was(book):
    run = book.run()
    Passes().record(run)
    assert Passes().before(run[0].case) is None


def test_nothing_is_said_of_a_test_that_never_passed(book):
    book.change(SHARE, "value: 0.1\n", "value: 0.3\n")
    Passes().record(book.run())
    book.change(SHARE, "value: 0.3\n", "value: 0.4\n")
    assert why(book.run()).changed == ""


def test_each_pass_takes_the_place_of_the_one_before(book, cache):
    Passes().record(book.run())
    book.change(RULES, '"""A tenth of the wage', '"""One tenth of the wage')
    Passes().record(book.run())
    (folder,) = cache.iterdir()
    assert len([*folder.glob("*.zip")]) == 1
    book.change(SHARE, "value: 0.1\n", "value: 0.3\n")
    assert "was 10.0" in why(book.run()).changed


def test_a_failure_does_not_take_the_place_of_a_pass(book):
    Passes().record(book.run())
    book.change(SHARE, "value: 0.1\n", "value: 0.3\n")
    for _ in range(2):
        run = book.run()
        assert "was 10.0" in why(run).changed
        Passes().record(run)


def test_a_law_that_cannot_be_read_any_more_is_left_alone(book, cache):
    Passes().record(book.run())
    (kept,) = cache.rglob("*.zip")
    kept.write_bytes(b"no archive")
    book.change(SHARE, "value: 0.1\n", "value: 0.3\n")
    assert why(book.run()).changed == ""


def test_a_test_that_the_law_of_then_cannot_read_is_left_alone(book, toy_folder):
    Passes().record(book.run())
    book.change(SHARE, "value: 0.1\n", "value: 0.3\n")
    book.change("variables/toy/facts.py", "class hours(", "class working_hours(")
    (toy_folder / "cases.yaml").write_text(CASES.replace("a: {}", "a: {working_hours: 1}"))
    assert why(book.run()).changed == ""


def test_what_was_kept_of_files_that_are_gone_is_let_go(book, cache, toy_folder):
    Passes().record(book.run())
    (folder,) = cache.iterdir()
    gone = {"/gone.yaml": {"A test": "toy-0"}}
    known = json.loads((folder / "passed.json").read_text())
    (folder / "passed.json").write_text(json.dumps(known | gone))
    Passes().record(book.run())
    assert json.loads((folder / "passed.json").read_text()) == known


def test_files_may_be_of_any_age(book, toy_folder):
    os.utime(toy_folder / SHARE, (0, 0))
    Passes().record(book.run())
    book.change(SHARE, "value: 0.1\n", "value: 0.3\n")
    assert "was 10.0" in why(book.run()).changed


def test_a_cache_that_cannot_be_written_to_is_left_alone(book, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    run = book.run()
    Passes().record(run)
    assert Passes().before(run[0].case) is None


def test_the_command_tells_it_to_people_and_programs(book, toy_folder, policy_command, monkeypatch):
    monkeypatch.chdir(toy_folder)
    command = ("test", "cases.yaml", "--book", str(toy_folder))
    assert "1 passed" in policy_command(*command)
    book.change(SHARE, "value: 0.1\n", "value: 0.3\n")
    _load.cache_clear()
    said = "bonus of c for 2024-05 was 10.0 when the test last passed and is 30.0 now"
    line = book.line_of("class bonus(")
    output = policy_command(*command, "--junit", "report.xml", code=1)
    assert f"  {said}; {RULES}:{line}\n" in output
    failure = ElementTree.parse("report.xml").getroot().find("testsuite/testcase/failure")
    assert f"\n  {said}" in failure.text
    ((failed,),) = [json.loads(policy_command(*command, "--json", code=1))["failed"]]
    (difference,) = failed["differences"]
    assert difference["changed_since_it_passed"] == said
    assert difference["changed_file"] == str(toy_folder / RULES)
    assert difference["changed_line"] == line
