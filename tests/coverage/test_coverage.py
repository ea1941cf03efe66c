"""Coverage and mutation on a law whose conditions are known."""

import json
import re
from html.parser import HTMLParser

import pytest

import policy
from policy.coverage.accepted import read_accepted
from policy.coverage.coverage import cover
from policy.coverage.mutation import Suite, accept
from policy.coverage.telling import Herd
from policy.errors import PolicyError
from policy.testing.runner import read_cases, scenario_files

ENTITIES = """\
from policy.model_api import build_entity

Person = build_entity(key="person", plural="persons", label="Person", is_person=True)
entities = [Person]
"""
RULES = """\
from policy.model_api import MONTH, Variable, where
from .entities import Person


class age(Variable):
    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Age"
    unit = "years"


class resident(Variable):
    value_type = bool
    entity = Person
    definition_period = MONTH
    label = "Resident"


class grant(Variable):
    value_type = float
    entity = Person
    definition_period = MONTH
    label = "Grant"
    unit = "EUR"
    section = "Act § 1"

    def formula(person, period, parameters):
        rules = parameters(period)
        old_enough = person("age", period) >= rules.least_age
        return where(old_enough & person("resident", period), rules.amount, 0)
"""
PARAMETER = """\
description: {label}
metadata: {{label: {label}, unit: {unit}, section: Act § 1}}
values:
  2020-01-01: {{value: {value}}}
"""
CASE = """\
- name: {name}
  book: {book}
  period: 2024-05
  input: {{persons: {{ann: {{age: {age}, resident: {resident}}}}}}}
  output: {{grant: {grant}}}
"""


@pytest.fixture
def book(tmp_path):
    """A grant for residents from an age on."""
    for folder in ("parameters/grants", "variables/grants", "tests/scenarios/grants"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "variables/grants/entities.py").write_text(ENTITIES)
    (tmp_path / "variables/grants/rules.py").write_text(RULES, encoding="utf-8")
    for name, unit, value in (("least_age", "years", 18), ("amount", "EUR", 100)):
        (tmp_path / f"parameters/grants/{name}.yaml").write_text(
            PARAMETER.format(label=name, unit=unit, value=value), encoding="utf-8"
        )
    return tmp_path


def cases(book, *rows):
    """Write scenario tests (age, whether resident, the grant expected) and read them."""
    law = policy.load(book)
    text = "".join(
        CASE.format(name=f"case {n}", book=book, age=age, resident=str(r).lower(), grant=grant)
        for n, (age, r, grant) in enumerate(rows)
    )
    file = book / "tests/scenarios/grants/grant.yaml"
    file.write_text(text.replace(f"  book: {book}\n", ""), encoding="utf-8")
    return law, read_cases(file, law)


def lacks(coverage):
    return {each.place.text: each.lacks for each in coverage.conditions.values()}


def test_each_condition_is_seen_both_ways_and_shown_to_matter(book):
    coverage = cover(*cases(book, (18, True, 100), (17, True, 0), (18, False, 0)))
    assert lacks(coverage) == {"age >= least_age": (), "resident": ()}
    assert coverage.share == 1
    assert coverage.values == {("amount", "2020-01-01"): True, ("least_age", "2020-01-01"): True}
    assert coverage.sections == {"Act § 1": True}


def test_a_day_from_which_no_value_is_known_is_no_value_to_be_used(book):
    with (book / "parameters/grants/amount.yaml").open("a", encoding="utf-8") as file:
        file.write("  2022-01-01: {value: null}\n  2023-01-01: {value: 120}\n")
    coverage = cover(*cases(book, (18, True, 120)))
    assert coverage.values == {
        ("amount", "2020-01-01"): False,
        ("amount", "2023-01-01"): True,
        ("least_age", "2020-01-01"): True,
    }


def test_what_tests_do_not_show_is_named(book):
    coverage = cover(*cases(book, (18, True, 100)))
    assert lacks(coverage) == {"age >= least_age": ("false",), "resident": ("false",)}
    assert coverage.share == 0


def test_a_condition_that_another_hides_is_not_shown_to_matter(book):
    coverage = cover(*cases(book, (18, False, 0), (17, False, 0)))
    assert lacks(coverage)["age >= least_age"] == ("matters",)
    assert lacks(coverage)["resident"] == ("true",)


def test_a_variable_that_no_test_reaches_counts_as_not_covered(book):
    law, _ = cases(book, (18, True, 100))
    coverage = cover(law, [])
    assert coverage.variables == {"grant": False}
    assert coverage.share == 0


def survivors(law, tests):
    suite = Suite(law, tests)
    mutants = suite.mutants()
    return len(mutants), sorted(m.change for m in mutants if suite.killer(m) is None)


def test_tests_on_both_sides_of_every_limit_notice_every_change(book):
    made, left = survivors(*cases(book, (18, True, 100), (17, True, 0), (18, False, 0)))
    assert made == 9  # (two numbers up and down; one comparison; two terms; always and never)
    assert left == []


def test_a_change_that_no_test_notices_survives(book):
    _, left = survivors(*cases(book, (30, True, 100), (3, True, 0), (30, False, 0)))
    assert left == [
        "age >= least_age: greater_equal becomes greater",
        "least_age from 2020-01-01: 18 becomes 17",
        "least_age from 2020-01-01: 18 becomes 19",
    ]


def test_a_failing_test_notices_nothing(book):
    law, tests = cases(book, (18, True, 99))
    assert Suite(law, tests).walks == []


def test_the_commands(book, policy_command):
    cases(book, (30, True, 100), (3, True, 0), (30, False, 0))
    output = policy_command("coverage", str(book), "--fail-under", "100")
    assert "3 tests: 2 of 2 conditions (100.0%), 1 of 1 variables, 2 of 2 values" in output
    output = policy_command("mutate", str(book))
    assert "least_age from 2020-01-01: 18 becomes 19" in output
    assert "3 tests notice 6 of 9 changes (66.7%)" in output
    assert policy_command("mutate", str(book), "--fail-under", "70", code=1)
    found = json.loads(policy_command("mutate", str(book), "--json"))
    assert (found["changes"], found["noticed"], len(found["survivors"])) == (9, 6, 3)
    one = policy_command("mutate", str(book), "--variable", "grant")
    assert "3 tests notice 4 of 5 changes" in one
    assert "did you mean 'grant'" in policy_command(
        "mutate", str(book), "--variable", "grnt", code=2
    )


def test_a_change_after_which_there_is_no_number_is_told_apart(book):
    rules = book / "variables/grants/rules.py"
    guarded = """number = where(person("resident", period), 0.0, float("nan"))
        return where(old_enough, number, 0.0)"""
    old = 'return where(old_enough & person("resident", period), rules.amount, 0)'
    rules.write_text(rules.read_text(encoding="utf-8").replace(old, guarded), encoding="utf-8")
    law, tests = cases(book, (17, False, 0), (18, True, 0))
    (mutant,) = [
        each
        for each in Suite(law, tests).mutants()
        if each.change.startswith("where(age") and each.change.endswith("always so")
    ]
    assert "grant: 0.0" in Herd(law, tests).scenario(mutant)


ESTONIA = policy.load("estonia")


def test_no_family_shows_a_change_that_is_accepted_as_the_same():
    every = (case for file in ESTONIA.scenarios for case in read_cases(file, ESTONIA))
    cases = [case for case in every if case.law is ESTONIA]  # (others are of the law as known once)
    accepted = [each for each in read_accepted([ESTONIA.sources.scenarios]) if not each.lacks]
    said = {(each.name, each.words) for each in accepted}
    suite = Suite(ESTONIA, cases)
    mutants = [m for m in suite.mutants() if ((m.variable or m.parameter), m.change) in said]
    survivors = [mutant for mutant in mutants if suite.killer(mutant) is None]
    assert accept(survivors, accepted) == ([], [])
    herd = Herd(ESTONIA, cases, variants=20)
    assert [mutant.change for mutant in survivors if herd.tells(mutant)] == []


ACCEPTED = """\
- variable: grant
  change: "age >= least_age: greater_equal becomes greater"
  reason: Nobody is counted on that day.
- variable: grant
  condition: resident
  lacks: [false]
  reason: All are.
"""


def accepted_in(book, text):
    file = book / "tests/scenarios/grants/grant.accepted.yaml"
    file.write_text(text, encoding="utf-8")
    return read_accepted([book / "tests/scenarios/grants"])


def test_what_no_test_can_show_is_set_aside_with_its_reason(book):
    law, tests = cases(book, (30, True, 100), (3, True, 0))
    coverage = cover(law, tests)
    change, condition = accepted_in(book, ACCEPTED)
    assert coverage.share == 0.5
    assert coverage.accept([condition]) == []
    assert coverage.share == 1
    suite = Suite(law, tests)
    left, stale = accept([m for m in suite.mutants() if suite.killer(m) is None], [change])
    assert stale == []
    assert "age >= least_age: greater_equal becomes greater" not in {m.change for m in left}


def test_what_tests_do_show_cannot_be_accepted(book, policy_command):
    cases(book, (18, True, 100), (17, True, 0), (18, False, 0))
    accepted_in(book, ACCEPTED)
    for command, line in (("coverage", "4"), ("mutate", "1")):
        output = policy_command(command, str(book), code=2)
        assert f"grant.accepted.yaml:{line}:3: " in output
        assert "tests show it, or the law has changed" in output


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "reason: All are.",
            "reson: All are.",
            "7:3: [1].reson: unknown key 'reson'; did you mean",
        ),
        ("  reason: All are.\n", "", "4:3: [1]: 'reason' is missing; add it"),
        ("lacks: [false]", "lacks: [no]", "6:"),
        ("  lacks: [false]\n", "", "4:3: [1]: 'change' or 'condition' or 'lacks' is missing"),
        ("variable: grant\n  condition", "condition", "4:3: [1]: 'variable' or 'parameter' is"),
    ],
)
def test_a_file_of_what_is_accepted_is_checked(book, old, new, message):
    assert ACCEPTED.count(old) == 1
    with pytest.raises(PolicyError, match=re.escape(f"grant.accepted.yaml:{message}")):
        accepted_in(book, ACCEPTED.replace(old, new))


def test_files_of_what_is_accepted_are_no_tests(book):
    law, _ = cases(book, (18, True, 100))
    accepted_in(book, ACCEPTED)
    assert [file.name for file in scenario_files([law.sources.scenarios])] == ["grant.yaml"]


def test_the_smallest_scenario_shows_a_change_and_passes_as_it_is(book):
    law, tests = cases(book, (30, True, 100), (3, True, 0), (30, False, 0))
    suite = Suite(law, tests)
    herd = Herd(law, tests)
    survivors = [mutant for mutant in suite.mutants() if suite.killer(mutant) is None]
    text = "".join(herd.scenario(mutant) for mutant in survivors)
    assert text.count("age: 18") == 2
    assert text.count("age: 17") == 1
    file = book / "tests/scenarios/grants/told.yaml"
    file.write_text(text, encoding="utf-8")
    told = read_cases(file, law)
    assert all(not case.run() for case in told)
    suite = Suite(law, told)
    assert all(suite.killer(mutant) for mutant in survivors)
    assert herd.scenario(suite.mutants()[0]) == herd.scenario(suite.mutants()[0])


def test_of_a_change_that_shows_nowhere_there_is_no_scenario(book):
    rules = book / "variables/grants/rules.py"
    text = rules.read_text(encoding="utf-8")
    both = 'person("resident", period) & (person("age", period) > 3)'
    rules.write_text(text.replace('person("resident", period)', both), encoding="utf-8")
    law, tests = cases(book, (18, True, 100), (17, True, 0), (18, False, 0))
    suite = Suite(law, tests)
    left = [mutant for mutant in suite.mutants() if suite.killer(mutant) is None]
    assert [mutant.change for mutant in left if "age > 3" in mutant.change]
    assert not any(Herd(law, tests).scenario(mutant) for mutant in left)


class _Lines(HTMLParser):
    """The marked lines of formulas, and the text of table cells."""

    def __init__(self):
        super().__init__()
        self.lines, self.cells, self._into = [], [], None

    def handle_starttag(self, tag, attrs):
        if tag in {"span", "td"}:
            self._into = self.lines if tag == "span" else self.cells
            self._into.append("")

    def handle_endtag(self, tag):
        if tag in {"span", "td"}:
            self._into = None

    def handle_data(self, data):
        if self._into:
            self._into[-1] += data


def test_the_page_marks_each_line_of_a_formula(book, policy_command, tmp_path):
    cases(book, (18, True, 100), (17, True, 0))
    file = tmp_path / "coverage.html"
    policy_command("coverage", str(book), "--html", str(file))
    text = file.read_text(encoding="utf-8")
    assert re.search(r">. def formula\(", text)
    assert re.search(r">.     return ", text), "the body stands under its formula, indented"
    found = _Lines()
    found.feed(file.read_text(encoding="utf-8"))
    marks = {line[2:].strip(): line[0] for line in found.lines}
    assert marks['old_enough = person("age", period) >= rules.least_age'] == "✓"
    assert marks['return where(old_enough & person("resident", period), rules.amount, 0)'] == "~"
    assert marks["rules = parameters(period)"] == " "
    assert found.cells[1:3] == ["resident", "false"]


def test_a_page_that_cannot_be_written_is_an_error(book, policy_command):
    cases(book, (18, True, 100))
    output = policy_command("coverage", str(book), "--html", str(book), code=2)
    assert "is a directory" in output
    output = policy_command("coverage", str(book), "--html", str(book / "no/page.html"), code=2)
    assert "page.html: cannot be written: No such file or directory" in output
