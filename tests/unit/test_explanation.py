"""Explanations: from the answer down to facts and the law."""

import json

import pytest

import policy
from policy.errors import PolicyError


def outline(step):
    return (step.kind, step.name, step.id, step.value, [outline(child) for child in step.steps])


def test_an_answer_follows_from_facts_assumptions_and_the_law(toy, home):
    situation = home(ann={"wage": 1000, "refugee": True})
    explanation = toy.explain(situation, "bonus", everything=True)
    assert outline(explanation.answer) == (
        "computed",
        "bonus",
        "ann",
        200.0,
        [
            ("assumed", "status", "ann", "employed", []),
            ("given", "refugee", "ann", True, []),
            ("given", "wage", "ann", 1000.0, []),
            ("parameter", "bonus_share", "", 0.1, []),
        ],
    )


@pytest.mark.parametrize(
    ("period", "value", "since", "source", "title"),
    [
        ("2024-06", 0.1, "2020-01-01", "law", "Act of 2019"),
        ("2024-07", 0.2, "2024-07-01", "official", "Act of 2024"),
    ],
)
def test_a_parameter_is_the_one_in_force(toy, home, period, value, since, source, title):
    situation = home(ann={"wage": {period: 1000}})
    answer = toy.explain(situation, "bonus", period=period).answer
    (step,) = [step for step in answer.walk() if step.kind == "parameter"]
    assert (step.value, step.period, step.source) == (value, since, source)
    assert (step.label, step.section) == ("Share of the bonus", "Act § 1(2)")
    assert [reference.title for reference in step.references] == [title]


def test_the_step_of_a_variable_has_its_law(toy, home):
    answer = toy.explain(home(ann={"wage": 1000}), "bonus").answer
    assert (answer.label, answer.section, answer.unit, answer.period) == (
        "Bonus",
        "Act § 1",
        "EUR",
        "2024-05",
    )
    assert [(r.title, r.href) for r in answer.references] == [("Act § 1", "https://law.test/act#1")]


def test_only_members_who_add_something_are_told_of(toy, home):
    situation = home(ann={"wage": 1000}, bob={"wage": 0})
    told = toy.explain(situation, "household_bonus").answer
    assert [(step.name, step.id) for step in told.steps] == [("bonus", "ann")]
    told = toy.explain(situation, "household_bonus", everything=True).answer
    assert [(step.name, step.id) for step in told.steps] == [("bonus", "ann"), ("bonus", "bob")]


def test_a_date_that_changes_nothing_is_not_told_of():
    persons = {
        "mari": {"birth_date": "1985-03-01"},
        "kati": {"birth_date": "2012-05-15"},
        "mart": {"birth_date": "2014-09-30"},
        "liis": {"birth_date": "2024-05-10"},
    }
    families = {"tamm": {"parents": ["mari"], "children": ["kati", "mart", "liis"]}}
    situation = {"period": "2024-05", "persons": persons, "families": families}
    book = policy.load("estonia")
    share = book.explain(situation, "share_with_many_children").answer
    assert share.value == 22 / 31
    told = {(step.name, step.id) for step in share.steps}
    assert ("child_allowance_paid_from", "liis") in told  # (the third right: it decides the day)
    assert ("child_allowance_paid_from", "kati") not in told
    assert {i for name, i in told if name == "child_allowance_until"} == {"kati", "mart", "liis"}
    everything = book.explain(situation, "share_with_many_children", everything=True).answer
    assert ("child_allowance_until", "mari") in {(s.name, s.id) for s in everything.steps}


def test_a_year_is_explained_month_by_month(toy, home):
    situation = home(ann={"wage": {"2024": 12_000}})
    answer = toy.explain(situation, "bonus", period="2024").answer
    assert answer.value == pytest.approx(6 * 100 + 6 * 200)
    assert [step.period for step in answer.steps] == [f"2024-{n:02}" for n in range(1, 13)]
    assert sum(step.value for step in answer.steps) == pytest.approx(answer.value)


def test_a_given_value_of_a_computed_variable_needs_no_reasons(toy, home):
    answer = toy.explain(home(ann={"wage": 1000, "bonus": 5}), "bonus").answer
    assert outline(answer) == ("replaced", "bonus", "ann", 5.0, [])


def test_one_of_several_is_named_by_its_id(toy, home):
    situation = home(ann={"wage": 1000}, bob={"wage": 500})
    assert toy.explain(situation, "bonus", "bob").answer.value == 50
    with pytest.raises(
        PolicyError, match=r"there are 2 persons: say which one \(--for ID\); valid persons: ann"
    ):
        toy.explain(situation, "bonus")
    with pytest.raises(PolicyError, match=r"'bop' is not one of the persons; did you mean 'bob'\?"):
        toy.explain(situation, "bonus", "bop")


def test_the_explanation_agrees_with_the_calculation_and_survives_json(toy, home):
    situation = home(ann={"wage": 1234.56, "refugee": True}, bob={"wage": 7})
    explanation = toy.explain(situation, "household_bonus")
    result = toy.calculate(situation, ["household_bonus"])
    assert explanation.answer.value == result.value("household_bonus")
    assert explanation.assumptions == result.assumptions
    assert explanation.law_version == result.law_version
    data = explanation.to_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_of_a_schedule_the_bracket_reached_is_told():
    told = policy.load("nebraska").explain("docs/examples/nebraska-car.yaml", "base_tax")
    numbers = [(step.label, step.value) for step in told.answer.steps if step.kind == "parameter"]
    assert numbers == [("Base tax by value when new, from 30,000 USD", 500)]


def test_what_follows_from_a_formula_that_holds_for_ever_is_told():
    scenario = {
        "period": "2026-05",
        "persons": {"ann": {"birth_date": "1990-01-01"}, "bob": {"birth_date": "2026-05-03"}},
        "families": {"home": {"parents": ["ann"], "children": ["bob"]}},
    }
    told = policy.load("estonia").explain(scenario, "birth_allowance", "home")
    right = next(step for step in told.answer.walk() if step.name == "birth_allowance_from")
    assert [step.name for step in right.steps] == ["birth_date"]


def test_a_number_that_the_law_does_not_give_is_not_known_in_json_too():
    scenario = {
        "period": "2026-05",
        "vehicles": {
            "van": {"registration_class": "school_bus", "registration_date": "2026-05-10"}
        },
        "owners": {"firm": {"vehicles": ["van"], "city": "elsewhere"}},
    }
    told = policy.load("nebraska").explain(scenario, "wheel_tax", everything=True).to_dict()
    assert [step["value"] for step in told["answer"]["steps"] if "of_lincoln" in step["name"]] == [
        "not known"
    ]
    json.dumps(told, allow_nan=False)


def test_numbers_of_branches_not_taken_are_not_told():
    book = policy.load("north_lanarkshire")
    scenario = {
        "period": "2024-04",
        "persons": {"ann": {}},
        "households": {"home": {"householders": ["ann"], "valuation_band": "g"}},
    }
    told = book.explain(scenario, "personal_allowance")
    assert [step.name for step in told.answer.walk() if step.kind == "parameter"] == [
        "council_tax_reduction.end_age_of_young_persons",
        "council_tax_reduction.allowance.age_of_full_allowance",
        "council_tax_reduction.allowance.single",
    ]
    charge = book.explain(scenario, "council_tax_charge")
    assert {step.name for step in charge.answer.steps if step.kind == "parameter"} == {
        "council_tax.band_d",
        "council_tax.proportion.g",
        "council_tax.proportion.d",
    }


def test_what_holds_at_all_times_is_explained_by_its_formula_too():
    scenario = {
        "period": "2024-08",
        "persons": {
            "mari": {"parental_benefit_role": "mother", "shared_days": 31},
            "kati": {"birth_date": "2024-03-01"},
        },
        "families": {"tamm": {"parents": ["mari"], "children": ["kati"]}},
    }
    book = policy.load("estonia")
    benefit = book.explain(scenario, "parental_benefit").answer
    assert benefit.value == 749.27  # (31 days of a thirtieth of 725)
    end = book.explain(scenario, "mothers_benefit_end", "mari").answer
    assert str(end.value) == "2024-03-30"
    assert ("parental_benefit.days.mother", 100) in {(s.name, s.value) for s in end.walk()}


def test_a_dated_formula_of_a_fact_for_all_time_is_told():
    later = {"single_parent_allowance.amount": {"set": 120, "from": "2027-01-01"}}
    book = policy.load("estonia").reformed({"title": "A later rate", "parameters": later})
    scenario = {
        "period": "2026-09",
        "persons": {"mari": {"birth_date": "1985-03-01"}, "kati": {"birth_date": "2012-05-15"}},
        "families": {"tamm": {"parents": ["mari"], "children": ["kati"]}},
    }
    told = book.explain(scenario, "family_benefits")  # (of a law that was asked nothing before)
    assert told.answer.value == 80
