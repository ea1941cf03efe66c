"""Assumptions: the facts not given that make a difference."""

import re

import policy

#: How a fact's documentation says what holds where it is not given; ``policy calculate`` prints it.
NOT_GIVEN = re.compile(r"[Ww]here (?:it is|they are) not given,? (.+)\.$")


def assumed(law, situation, *outputs, period=None):
    result = law.calculate(situation, outputs, period)
    return {(a.variable, a.id): a.value for a in result.assumptions}


def test_facts_that_make_a_difference_are_assumed(toy, home):
    assert assumed(toy, home(ann={"wage": 1000}), "bonus") == {
        ("status", "ann"): "employed",
        ("refugee", "ann"): False,
    }


def test_a_fact_given_is_not_assumed_even_with_its_default(toy, home):
    given = home(ann={"wage": 1000, "status": "employed", "refugee": False})
    assert assumed(toy, given, "bonus") == {}


def test_a_fact_that_changes_nothing_is_not_assumed(toy, home):
    assert assumed(toy, home(ann={"wage": 0}), "bonus") == {}
    retired = home(ann={"wage": 1000, "status": "retired"})
    assert assumed(toy, retired, "bonus") == {}


def test_a_fact_that_no_formula_reads_is_not_assumed(toy, home):
    names = {variable for variable, _ in assumed(toy, home(ann={"wage": 1000}), "bonus")}
    assert "owns_a_boat" not in names


def test_a_fact_is_assumed_of_those_it_was_not_given_for(toy, home):
    situation = home(ann={"wage": 1, "refugee": True, "status": "student"}, bob={"wage": 1})
    assert assumed(toy, situation, "household_bonus") == {
        ("status", "bob"): "employed",
        ("refugee", "bob"): False,
    }


def test_a_fact_given_for_another_month_is_assumed_in_this_one(toy, home):
    situation = home(ann={"wage": 1, "refugee": False, "status": {"2024-04": "retired"}})
    assert assumed(toy, situation, "bonus") == {("status", "ann"): "employed"}


def test_each_month_of_a_year_is_looked_at(toy, home):
    situation = home(ann={"wage": {"2024": 12}, "refugee": False, "status": {"2024-05": "student"}})
    found = toy.calculate(situation, ["bonus"], "2024").assumptions
    assert {a.period for a in found} == {f"2024-{n:02}" for n in range(1, 13)} - {"2024-05"}


def test_an_assumption_says_what_it_means_and_where_the_law_says_so(toy, home):
    (assumption,) = toy.calculate(home(ann={"wage": 1, "status": "student"}), ["bonus"]).assumptions
    assert assumption.to_dict() == {
        "variable": "refugee",
        "label": "Refugee",
        "entity": "person",
        "id": "ann",
        "period": "",
        "value": False,
        "section": "Act § 9",
        "meaning": "Where it is not given the person did not flee.",
    }


def test_looking_for_assumptions_changes_no_answer(toy, home):
    result = toy.calculate(home(ann={"wage": 1000}), ["bonus"])
    before = result.rows()
    assert result.assumptions
    assert result.rows() == before


def test_each_fact_of_estonia_says_what_is_assumed_in_words_of_its_own():
    facts = [each for each in policy.load("estonia").variables.values() if not each.formulas]
    said = {each.name: NOT_GIVEN.search(each.documentation.strip()) for each in facts}
    assert [name for name, found in said.items() if not found] == []
    assert len({found[1] for found in said.values()}) == len(facts)
