"""Cases run side by side have the verdicts that they have alone."""

import pytest

import policy
from policy.testing import merging
from policy.testing.merging import verdicts
from policy.testing.runner import read_cases
from policy.testing.workers import cores

TOY = """\
- name: Passes
  period: 2024-05
  input: {persons: {a: {wage: 100}}, household: {adults: [a]}}
  output: {persons: {a: {bonus: 10}}}
- name: Differs
  period: 2024-05
  input: {persons: {a: {wage: 100}, b: {wage: 50}}, household: {adults: [a, b]}}
  output: {persons: {a: {bonus: 11}, b: {bonus: 5}}, household: {household_bonus: 15}}
- name: Given though there is a formula, of one of two
  period: 2024-05
  input: {persons: {a: {bonus: 77}, b: {wage: 50}}, household: {adults: [a, b]}}
  output: {household: {household_bonus: 82}}
- name: Given, so that there is no circle
  period: 2024-05
  input: {persons: {a: {egg: 1}}, household: {adults: [a]}}
  output: {persons: {a: {chicken: 2}}}
- name: A circle
  period: 2024-05
  input: {persons: {a: {}}, household: {adults: [a]}}
  output: {persons: {a: {chicken: 2}}}
- name: Back in time without end
  period: 2024-05
  input: {persons: {a: {}}, household: {adults: [a]}}
  output: {persons: {a: {savings: 10}}}
- name: A fault in a formula
  period: 2024-05
  input: {persons: {a: {wage: 100}}, household: {adults: [a]}}
  output: {persons: {a: {broken: 10}}}
- name: Before the first value
  period: 2019-05
  input: {persons: {a: {wage: 100}}, household: {adults: [a]}}
  output: {persons: {a: {bonus: 10}}}
- name: A whole year
  period: 2023
  input: {persons: {a: {wage: 1200}}, household: {adults: [a]}}
  output: {persons: {a: {bonus: 120}}}
- name: For a year what is by the month
  period: 2024-05
  input: {persons: {a: {status: retired}}, household: {adults: [a]}}
  output: {persons: {a: {status: {2024: retired}}}}
- name: After a change of the law
  period: 2024-07
  input: {persons: {a: {wage: 100, refugee: true}}, household: {adults: [a]}}
  output: {persons: {a: {bonus: 40}}}
"""


def told(verdict):
    return (
        verdict.case.name,
        [str(difference) for difference in verdict.differences],
        [str(problem) for problem in verdict.problems],
    )


def both_ways(cases):
    together = sorted(told(verdict) for verdict in verdicts(cases))
    alone = sorted(told(verdict) for verdict in verdicts(cases, isolate=True))
    return together, alone


@pytest.fixture
def toy_cases(toy, tmp_path):
    path = tmp_path / "cases.yaml"
    path.write_text(TOY, encoding="utf-8")
    return read_cases(path, toy)


@pytest.mark.parametrize("name", policy.books())
def test_the_verdicts_of_a_book_are_those_of_each_alone(name):
    book = policy.load(name)
    cases = [case for file in book.scenarios for case in read_cases(file, book)][::3]
    together, alone = both_ways(cases)
    assert together == alone
    assert len(together) == len(cases)
    spread = sorted(told(verdict) for verdict in verdicts(cases, processes=cores()))
    assert spread == alone


def test_failing_and_erring_cases_have_the_verdicts_of_each_alone(toy_cases):
    together, alone = both_ways(toy_cases)
    assert together == alone
    passed = {name for name, differences, problems in together if not differences + problems}
    assert passed == {
        "Passes",
        "Given though there is a formula, of one of two",
        "Given, so that there is no circle",
        "A whole year",
        "After a change of the law",
    }
    (differs,) = [differences for name, differences, _ in together if name == "Differs"]
    assert len(differs) == 1
    assert "bonus of a for 2024-05: expected 11.0, got 10.0" in differs[0]


def test_the_order_and_company_of_cases_do_not_matter(toy_cases):
    straight = sorted(told(verdict) for verdict in verdicts(toy_cases))
    assert sorted(told(verdict) for verdict in verdicts(toy_cases[::-1])) == straight
    assert sorted(told(v) for case in toy_cases for v in verdicts([case])) == straight


def test_like_cases_that_pass_are_not_run_alone(monkeypatch):
    book = policy.load("estonia")
    (file,) = [path for path in book.scenarios if path.stem == "child_allowance"]
    cases = read_cases(file, book)
    alone = []
    monkeypatch.setattr(merging, "_alone", lambda case: alone.append(case) or 1 / 0)
    month = [case for case in cases if str(case.scenario.period) == "2024-05"]
    assert len(month) > 1
    assert all(verdict.passed for verdict in verdicts(month))
    assert not alone


UNKNOWN = """
- name: What is not known may be expected
  period: 2026-04
  input:
    persons: {ann: {}, ben: {}}
    households: {home: {householders: [ann, ben]}}
  output:
    households: {home: {water_charge: not known, council_tax: 1554.56}}
- name: A number is expected, and none is known
  period: 2026-04
  input:
    persons: {ann: {}, ben: {}}
    households: {home: {householders: [ann, ben]}}
  output:
    households: {home: {water_charge: 100}}
- name: No number is expected, and one is known
  period: 2025-04
  input:
    persons: {ann: {}, ben: {}}
    households: {home: {householders: [ann, ben]}}
  output:
    households: {home: {water_charge: not known}}
"""


@pytest.mark.parametrize("isolate", [False, True])
def test_a_number_that_is_not_known(tmp_path, isolate):
    path = tmp_path / "cases.yaml"
    path.write_text(UNKNOWN, encoding="utf-8")
    cases = read_cases(path, policy.load("north_lanarkshire"))
    found = {verdict.case.name: verdict for verdict in verdicts(cases, isolate=isolate)}
    known, missing, given = (found[case.name] for case in cases)
    assert known.passed
    assert missing.problems[0].code == "value-not-known"
    assert given.differences[0].to_dict()["expected"] == "not known"
    assert given.differences[0].difference is None
