"""Another project runs its own scenario tests with pytest."""

import os

import pytest

import policy.testing.runner  # noqa: F401  (pytester unloads what is first loaded inside it)
from policy.testing import merging

pytest_plugins = ["pytester"]

SETTINGS = """\
[pytest]
policy_scenarios = scenarios
policy_book = estonia
"""

FAMILY = """\
  period: 2024-05
  input:
    persons: {{mari: {{birth_date: 1990-03-01}}, juku: {{birth_date: 2020-06-15}}}}
    families: {{tamm: {{parents: [mari], children: [juku]}}}}
  output:
    families: {{tamm: {{child_allowance: {amount}}}}}
"""


def scenario(name, amount):
    return f"- name: {name}\n{FAMILY.format(amount=amount)}"


@pytest.fixture
def project(pytester):
    """Write scenario tests and run pytest on them."""
    pytester.makefile(".ini", pytest=SETTINGS)

    def run(text, *arguments, name="family.yaml"):
        (pytester.path / "scenarios").mkdir(exist_ok=True)
        (pytester.path / "scenarios" / name).write_text(text, encoding="utf-8")
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", *arguments)

    return run


def lines(result):
    return result.stdout.str()


def test_a_scenario_that_holds_passes(project):
    result = project(scenario("One child", 80), "-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["scenarios/family.yaml::One child PASSED*"])
    assert result.ret == pytest.ExitCode.OK


def test_a_scenario_that_does_not_hold_says_what_differs(project):
    result = project(scenario("One child", 81.5))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*One child*",
            "*scenarios/family.yaml:7:*: child_allowance of tamm for 2024-05:"
            " expected 81.5, got 80.0, difference -1.5 [[]PHS § 17[]]",
            "FAILED scenarios/family.yaml::One child*",
        ]
    )
    assert "Traceback" not in lines(result)
    assert "runner.py" not in lines(result)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_each_scenario_of_a_file_is_a_test(project):
    text = scenario("Right", 80) + scenario("Wrong", 0) + scenario("Also right", 80.00)
    result = project(text)
    result.assert_outcomes(passed=2, failed=1)
    assert "FAILED scenarios/family.yaml::Wrong" in lines(result)


def test_every_value_that_differs_is_told(project):
    text = scenario("Two values", 81).replace(
        "child_allowance: 81", "child_allowance: {2024-05: 81, 2024-06: 80, 2023-12: 1}"
    )
    result = project(text)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*for 2024-05: expected 81*", "*for 2023-12: expected 1*"])
    assert "for 2024-06" not in lines(result)


@pytest.mark.parametrize(
    ("amount", "outcome"), [("80.004", "passed"), ("80.006", "failed"), ("79.994", "failed")]
)
def test_amounts_are_the_same_within_half_a_cent(project, amount, outcome):
    project(scenario("Half a cent", amount)).assert_outcomes(**{outcome: 1})


@pytest.mark.parametrize(
    ("margin", "amount", "outcome"),
    [
        ("absolute_error_margin: 0", "80.004", "failed"),
        ("absolute_error_margin: 0", "80", "passed"),
        ("absolute_error_margin: 5", "85", "passed"),
        ("absolute_error_margin: 5", "85.01", "failed"),
        ("relative_error_margin: 0.1", "88.8", "passed"),
        ("relative_error_margin: 0.1", "89", "failed"),
        ("relative_error_margin: 0.1", "0", "failed"),
    ],
)
def test_a_test_may_have_a_margin_of_its_own(project, margin, amount, outcome):
    text = scenario("Margin", amount).replace("  period:", f"  {margin}\n  period:")
    project(text).assert_outcomes(**{outcome: 1})


def test_large_amounts_are_compared_exactly(project):
    text = """\
- name: Large
  period: 2024-05
  input:
    persons: {{mari: {{survivors_pension_before: 200000001}}}}
    families: {{tamm: {{parents: [mari]}}}}
  output:
    persons: {{mari: {{survivors_pension_before: {amount}}}}}
"""
    project(text.format(amount=200_000_001)).assert_outcomes(passed=1)
    project(text.format(amount=200_000_000)).assert_outcomes(failed=1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "period: 2024-05",
            "perod: 2024-05",
            "family.yaml:2:3: [0].perod: 'perod' is neither an entity nor a key of a scenario;"
            " did you mean 'period'?",
        ),
        (
            "families: {tamm: {child",
            "families: {tam: {child",
            "family.yaml:7:16: [0].output.families.tam: 'tam' is not one of the families;"
            " did you mean 'tamm'?",
        ),
        (
            "child_allowance",
            "child_alowance",
            "family.yaml:7:23: [0].output.families.tamm.child_alowance: there is no role or"
            " variable 'child_alowance' of a family; did you mean 'child_allowance'?",
        ),
        (
            "{tamm: {child_allowance: 80}}",
            "{tamm: {}}",
            "family.yaml:7:16: [0].output.families.tamm: output expects nothing here;"
            " name a variable and its value",
        ),
        (
            "  output:\n    families: {tamm: {child_allowance: 80}}\n",
            "  output: {}\n",
            "family.yaml:6:3: [0].output: output names nothing; write 'output: {variable: value}'",
        ),
        (
            "  output:\n    families: {tamm: {child_allowance: 80}}\n",
            "  output: [child_allowance]\n",
            "family.yaml:6:3: [0].output: the output names variables, and no value of them, so it"
            " cannot fail; write 'output: {families: {tamm: {child_allowance: 80}}}'",
        ),
        (
            "  output:\n    families: {tamm: {child_allowance: 80}}\n",
            "",
            "family.yaml:1:3: [0]: the test has no output, so it cannot fail; write 'output:",
        ),
        ("2020-06-15", "2020-06-31", "'2020-06-31' is not a date that exists"),
        ("[mari]", "[mari", "family.yaml:5:*: not well-formed YAML"),
        ("80", "!!python/object/apply:os.getcwd []", "the tag 'tag:yaml.org*' is not allowed"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_of_that_file(project, old, new, message, pytester):
    text = scenario("One child", 80)
    assert text.count(old) == 1
    (pytester.path / "scenarios").mkdir()
    (pytester.path / "scenarios" / "good.yaml").write_text(scenario("Good", 80))
    result = project(text.replace(old, new), "--continue-on-collection-errors")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"*{message.replace('[', '[[]')}*"])
    assert "Traceback" not in lines(result)


def test_two_tests_of_one_name_are_an_error(project):
    result = project(scenario("Same", 80) + scenario("Same", 0))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*another test is named 'Same', on line 1; give each test its*"])


def test_a_period_before_the_law_fails_where_it_is_expected(project):
    text = scenario("Early", "{2016-12: 40}")
    result = project(text)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*family.yaml:7:*the estonia book covers the law from 2017-01-01, not 2016-12*"]
    )


def test_a_file_may_name_its_book(project):
    text = """\
- name: Tax
  book: openfisca_country_template
  period: 2017-01
  input: {person: {salary: 2000}, household: {adults: [person]}}
  output: {income_tax: 300}
"""
    project(text, "-o", "policy_book=").assert_outcomes(passed=1)
    result = project(text)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*the scenario is for the book 'openfisca_country_template', not 'estonia'*"]
    )


def test_without_a_book_the_file_says_what_to_do(project):
    result = project(scenario("One child", 80), "-o", "policy_book=")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*family.yaml: no statute book is named; add 'book: NAME'*"])


def test_an_unknown_book_is_an_error(project):
    result = project(scenario("One child", 80), "-o", "policy_book=estonja")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*there is no statute book 'estonja'; did you mean 'estonia'?*"])
    assert "Traceback" not in lines(result)


def test_a_test_is_chosen_by_its_name(project):
    text = scenario("Right", 80) + scenario("Wrong", 0)
    project(text, "-k", "Right").assert_outcomes(passed=1, deselected=1)


def test_other_yaml_files_are_left_alone(project, pytester):
    (pytester.path / "elsewhere").mkdir()
    (pytester.path / "elsewhere" / "data.yaml").write_text("not: a scenario\n")
    (pytester.path / "data.yaml").write_text("not: a scenario\n")
    (pytester.path / "scenarios").mkdir()
    (pytester.path / "scenarios" / "notes.txt").write_text("not a scenario\n")
    project(scenario("One child", 80), name="family.yml").assert_outcomes(passed=1)


def test_nothing_is_collected_without_the_setting(pytester):
    (pytester.path / "scenarios").mkdir()
    (pytester.path / "scenarios" / "family.yaml").write_text("not: a scenario\n")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_in_a_process_of_its_own(pytester):
    """The plugin is found by its entry point; openfisca-core adds no warning."""
    pytester.makefile(".ini", pytest=SETTINGS)
    (pytester.path / "scenarios").mkdir()
    (pytester.path / "scenarios" / "family.yaml").write_text(scenario("One child", 80))
    result = pytester.runpytest_subprocess("-W", "error", "-p", "no:cacheprovider", "-v")
    result.assert_outcomes(passed=1)
    assert os.fspath(pytester.path) in lines(result)


def test_the_chosen_tests_of_a_file_are_run_together(project, monkeypatch):
    ran = []

    def verdicts(cases):
        ran.append([case.name for case in cases])
        return real(cases)

    real = merging.verdicts
    monkeypatch.setattr(merging, "verdicts", verdicts)
    text = scenario("Right", 80) + scenario("Wrong", 0) + scenario("Also right", 80)
    project(text, "-k", "right").assert_outcomes(passed=2, deselected=1)
    assert ran == [["Right", "Also right"]]


def test_what_no_test_can_show_is_no_test(project, pytester):
    (pytester.path / "scenarios").mkdir()
    accepted = "- {variable: age, change: one, reason: another}"
    (pytester.path / "scenarios" / "family.accepted.yaml").write_text(accepted)
    project(scenario("One child", 80)).assert_outcomes(passed=1)
