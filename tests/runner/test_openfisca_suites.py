"""Tests of OpenFisca projects have the verdicts of ``openfisca test``."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import openfisca_country_template
import pytest

from policy.errors import PolicyError
from policy.legislation.packages import Changes, Package
from policy.testing.merging import verdicts
from policy.testing.openfisca_suites import Choice, read_openfisca_cases
from policy.testing.runner import scenario_files

NAME = "openfisca_country_template"
SUITE = Path(openfisca_country_template.__file__).parent / "tests"
REFORMS = f"{NAME}.reforms"

#: Tests, each with whether it passes.
CASES = {
    "variables alone": "input: {salary: 2000}\n  output: {income_tax: 300}",
    "wrong": "input: {salary: 2000}\n  output: {income_tax: 301}",
    "within an absolute margin": (
        "absolute_error_margin: 1\n  input: {salary: 2000}\n  output: {income_tax: 301}"
    ),
    "beyond an absolute margin": (
        "absolute_error_margin: 0.5\n  input: {salary: 2000}\n  output: {income_tax: 301}"
    ),
    "within a relative margin": (
        "relative_error_margin: 0.01\n  input: {salary: 2000}\n  output: {income_tax: 301}"
    ),
    "within one margin of two": (
        "relative_error_margin: 0.01\n  absolute_error_margin: 0.1\n"
        "  input: {salary: 2000}\n  output: {income_tax: 301}"
    ),
    "a margin for one variable": (
        "absolute_error_margin: {income_tax: 2, default: 0}\n"
        "  input: {salary: 2000}\n  output: {income_tax: 301, salary: 2001}"
    ),
    "a person alone": (
        "input: {persons: {a: {salary: 2000}}}\n  output: {persons: {a: {income_tax: 300}}}"
    ),
    "one value for everybody": (
        "input: {persons: {a: {salary: 2000}, b: {salary: 2000}}}\n  output: {income_tax: 300}"
    ),
    "a list of people": "input: {salary: [2000, 4000]}\n  output: {income_tax: [300, 600]}",
    "a list too long": "input: {salary: [2000, 4000]}\n  output: {salary: [2000, 4000, 0]}",
    "a sum": "input: {salary: 1000 + 2 * 500}\n  output: {income_tax: 0.15 * 2000}",
    "text for a number": "input: {salary: much}\n  output: {income_tax: 300}",
    "a date": "input: {birth: 1980-01-01}\n  output: {birth: 1980-01-01, age: 37}",
    "another date": "input: {birth: 1980-01-01}\n  output: {birth: 1980-01-02}",
    "a choice": (
        "input: {household: {adults: [a], housing_occupancy_status: tenant}, persons: {a: {}}}\n"
        "  output: {housing_occupancy_status: tenant}"
    ),
    "another choice": (
        "input: {household: {adults: [a], housing_occupancy_status: tenant}, persons: {a: {}}}\n"
        "  output: {housing_occupancy_status: owner}"
    ),
    "an unknown choice": "input: {housing_occupancy_status: castle}\n  output: {salary: 0}",
    "a group by its plural": (
        "input: {persons: {a: {}}, households: {h: {adults: [a], rent: 100}}}\n"
        "  output: {households: {h: {rent: {2017-01: 100}}}}"
    ),
    "nobody of that name": ("input: {persons: {a: {}}}\n  output: {persons: {b: {salary: 0}}}"),
    "an unknown variable expected": "input: {salary: 1}\n  output: {slary: 1}",
    "an unknown variable given": "input: {slary: 1}\n  output: {salary: 1}",
    "a month of a year": "input: {salary: {2017: 12000}}\n  output: {salary: 1000}",
    "a year of a month": "input: {salary: 1000}\n  output: {salary: {2017: 12000}}",
    "a reform": (
        f"reforms: {REFORMS}.add_new_tax.add_new_tax\n"
        "  input: {salary: 2000, has_car: true}\n  output: {new_tax: 400}"
    ),
    "without the reform": "input: {salary: 2000}\n  output: {new_tax: 400}",
    "a reform of parameters": (
        f"reforms: [{REFORMS}.modify_social_security_taxation.modify_social_security_taxation]\n"
        "  input: {salary: 15000}\n  output: {social_security_contribution: 1336}"
    ),
    "no such reform": "reforms: nowhere.reform\n  output: {salary: 0}",
    "no such extension": "extensions: nowhere\n  output: {salary: 0}",
    "loops in time": "max_spiral_loops: 4\n  input: {salary: 2000}\n  output: {income_tax: 300}",
    "no output": "input: {salary: 1}",
}


def suite(cases):
    return "".join(f"- name: {n}\n  period: 2017-01\n  {text}\n" for n, text in cases.items())


@pytest.fixture(scope="module")
def package():
    return Package(NAME, float32=True)


@pytest.fixture
def written(tmp_path):
    def write(text, name="suite.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def passed_here(path, package, *, isolate=False):
    cases = [
        case for file in scenario_files([path]) for case in read_openfisca_cases(file, package)
    ]
    found = {id(v.case): v.passed for v in verdicts(cases, isolate=isolate)}
    return [found[id(case)] for case in cases]


def passed_by_openfisca(path, tmp_path):
    report = tmp_path / "report.xml"
    subprocess.run(
        [Path(sys.executable).with_name("openfisca"), "test", "-c", NAME, path],
        env={
            "PYTEST_ADDOPTS": f"--junitxml={report} -p no:cacheprovider",
            "PYTHONPATH": str(tmp_path),
        },
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    tests = ElementTree.parse(report).iter("testcase")
    return [test.find("failure") is None and test.find("error") is None for test in tests]


@pytest.mark.parametrize("isolate", [False, True])
def test_the_suite_of_country_template_passes(package, isolate):
    passed = passed_here(SUITE, package, isolate=isolate)
    assert all(passed)
    assert len(passed) >= 30


def test_verdicts_are_those_of_openfisca_test(package, written, tmp_path):
    path = written(suite(CASES))
    theirs = dict(zip(CASES, passed_by_openfisca(path, tmp_path), strict=True))
    assert dict(zip(CASES, passed_here(path, package), strict=True)) == theirs
    assert dict(zip(CASES, passed_here(path, package, isolate=True), strict=True)) == theirs
    assert {True, False} == {*theirs.values()}


SPIRAL = """
from openfisca_core.model_api import MONTH, Reform, Variable
from openfisca_country_template.entities import Person


class savings(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    default_value = 5

    def formula(person, period):
        return person("savings", period.last_month) + person("salary", period)


class spiral(Reform):
    def apply(self):
        self.add_variable(savings)
"""


def test_recursion_into_the_past_ends_where_openfisca_core_ends_it(written, tmp_path, monkeypatch):
    (tmp_path / "spirals.py").write_text(SPIRAL, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    given = "salary: {2016-10: 1, 2016-11: 10, 2016-12: 100, 2017-01: 1000}"
    cases = {
        f"{loops} {expected}".replace(":", ""): f"reforms: spirals.spiral\n  {loops}\n"
        f"  input: {{{given}}}\n  output: {{savings: {expected}}}"
        for loops in ("keywords: []", *(f"max_spiral_loops: {number}" for number in (1, 2, 3)))
        for expected in (1005, 1105, 1115, 1116)
    }
    path = written(suite(cases))
    theirs = dict(zip(cases, passed_by_openfisca(path, tmp_path), strict=True))
    assert sum(theirs.values()) == 4  # (one for each number of loops)
    package = Package(NAME, float32=True)
    assert dict(zip(cases, passed_here(path, package), strict=True)) == theirs


def test_each_failure_says_where_and_what(package, written):
    cases = read_openfisca_cases(written(suite({"wrong": CASES["wrong"]})), package)
    (verdict,) = verdicts(cases)
    (difference,) = verdict.differences
    assert (difference.location.line, difference.variable, difference.entity) == (
        4,
        "income_tax",
        "person",
    )
    assert difference.expected == 301
    assert difference.got == pytest.approx(300)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "imput: {}\n  output: {salary: 0}",
            ":3:3: 'imput' is no key of a test; did you mean 'input'?",
        ),
        (CASES["text for a number"], ":3:11: expected a number, got 'much'; write a number"),
        (
            CASES["an unknown variable expected"],
            ":4:12: 'slary' is neither an entity nor a variable; did you mean 'salary'?",
        ),
        (CASES["an unknown variable given"], "3:11: 'slary' is neither an entity nor a variable;"),
        (CASES["nobody of that name"], "'b' is not one of the persons"),
        (CASES["no output"], "the test has no output, so it cannot fail"),
        (CASES["no such reform"], "the reform nowhere.reform cannot be applied"),
        ("output: 5", ":3:3: names and values belong here, not '5'; write 'name: value'"),
        ("output: {person: 5}", ":3:12: names and values belong here, not '5'"),
        ("output: {persons: 5}", ":3:12: names and values belong here, not '5'"),
        (
            "input: {persons: {a: {}}}\n  output: {persons: {a: 5}}",
            ":4:22: names and values belong here, not '5'",
        ),
        ("output: {salary: {a: 5}}", ":3:21: 'a' is no period; write 2024-05 or 2024"),
        (
            "absolute_error_margin: much\n  output: {salary: 0}",
            ":3:3: the margin 'much' is no number; write 0.01",
        ),
        ("output: {salary: [[0, 0]]}", ":3:12: '[0, 0]' cannot be compared with a value of salary"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(package, written, text, message):
    (verdict,) = verdicts(read_openfisca_cases(written(suite({"one": text})), package))
    (problem,) = verdict.problems
    assert message in str(problem)
    assert "\n" not in str(problem)


def test_a_period_that_is_a_list_is_told(package, written):
    cases = read_openfisca_cases(written("- {period: [2017], output: {salary: 0}}"), package)
    (verdict,) = verdicts(cases)
    assert ":1:3: PeriodError: Expected a period" in str(verdict.problems[0])


def test_a_file_in_another_encoding_is_told(package, tmp_path):
    (tmp_path / "latin.yaml").write_bytes("- name: été".encode("latin-1"))
    with pytest.raises(PolicyError, match=r"latin.yaml: the file is not UTF-8 text; save it as"):
        read_openfisca_cases(tmp_path / "latin.yaml", package)


def test_amounts_are_float64_unless_asked(written):
    text = suite({"cents": "input: {salary: 100}\n  output: {income_tax: 15}"})
    assert passed_here(written(text), Package(NAME)) == [True]
    assert passed_here(written(text), Package(NAME, float32=True)) == [False]


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("", ["Income tax", "Other"]),
        ("Income", ["Income tax"]),
        ("income", []),
        ("suite", ["Income tax", "Other"]),
        ("tax-of-2017", ["Other"]),
        ("tax-of", []),
    ],
)
def test_tests_are_chosen_by_name_file_and_keyword(package, written, word, names):
    text = (
        "- {name: Income tax, period: 2017-01, output: {salary: 0}}\n"
        "- {name: Other, keywords: [tax-of-2017], period: 2017-01, output: {salary: 0}}\n"
    )
    cases = read_openfisca_cases(written(text), package, Choice(word))
    assert [case.name for case in cases] == names


def test_variables_can_be_left_out(package, written):
    path = written(suite({"two": "input: {salary: 1}\n  output: {salary: 2, rent: 1}"}))

    def compared(choice):
        (verdict,) = verdicts(read_openfisca_cases(path, package, choice))
        return {difference.variable for difference in verdict.differences}

    assert compared(Choice()) == {"salary", "rent"}
    assert compared(Choice(ignore_variables=frozenset({"salary"}))) == {"rent"}
    assert compared(Choice(only_variables=frozenset({"salary"}))) == {"salary"}


def test_yaml_runs_no_code(package, written):
    path = written("- output: !!python/object/apply:os.getcwd []\n")
    with pytest.raises(PolicyError, match=r"suite\.yaml:1:11: not well-formed YAML"):
        read_openfisca_cases(path, package)


def test_a_reform_leaves_the_law_it_changes():
    package = Package(NAME)
    before = repr(package.law().system.parameters)
    reform = f"{REFORMS}.modify_social_security_taxation.modify_social_security_taxation"
    assert repr(package.law(Changes((reform,))).system.parameters) != before
    assert repr(package.law().system.parameters) == before


def test_a_reform_that_reads_no_parameters_copies_none(package):
    added = package.law(Changes((f"{REFORMS}.add_new_tax.add_new_tax",))).system
    assert added.parameters is package.law().system.parameters
    assert "new_tax" not in package.law().variables


def test_each_set_of_changes_is_built_once(package):
    changes = Changes((f"{REFORMS}.add_new_tax.add_new_tax",))
    assert package.law(changes) is package.law(Changes(changes.reforms))
