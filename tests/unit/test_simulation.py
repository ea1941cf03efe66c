"""Calculation on openfisca-core, without its silences."""

from pathlib import Path

import numpy as np
import pytest

import policy
from policy.errors import PolicyError


def refused(law, scenario, output, period=None):
    with pytest.raises(PolicyError) as caught:
        law.calculate(scenario, [output], period)
    return caught.value.problems[0]


def line_at(location):
    return Path(location.file).read_text(encoding="utf-8").splitlines()[location.line - 1].strip()


def test_a_computed_value_given_for_one_is_kept_and_the_others_are_computed(toy, home):
    result = toy.calculate(
        home(ann={"wage": 1000}, bob={"wage": 1000, "bonus": 7}, eve={"wage": 500}),
        ["bonus", "household_bonus"],
    )
    assert [row.value for row in result.rows()] == [100, 7, 50, 157]


def test_a_computed_value_given_for_everybody_is_kept(toy, home):
    situation = home(ann={"wage": 1000, "bonus": 1}, bob={"wage": 1000, "bonus": 2})
    assert toy.calculate(situation, ["household_bonus"]).value("household_bonus") == 3


def test_a_computed_value_is_given_for_its_own_period_alone(toy, home):
    situation = home(
        ann={"wage": {"2024-05": 100, "2024-06": 100}, "bonus": {"2024-05": 1}},
        bob={"wage": {"2024-06": 100}},
    )
    result = toy.calculate(situation, ["household_bonus"], "2024-05")
    assert result.value("household_bonus") == 1
    result = toy.calculate(situation, ["household_bonus"], "2024-06")
    assert result.value("household_bonus") == 20


@pytest.mark.parametrize(("asked", "wage"), [(None, 30), ("2024-05", 30), ("2025-01", 30)])
def test_facts_without_a_period_are_those_of_the_period_asked_for(toy, home, asked, wage):
    situation = home(ann={"wage": 30}, bob={"wage": {"2024-05": 7}})
    assert toy.calculate(situation, ["wage"], asked).value("wage", "ann") == wage
    assert toy.calculate_many([situation], ["wage"], asked)[0].value("wage", "ann") == wage
    assert toy.explain(situation, "wage", "ann", asked).answer.value == wage
    dated = toy.calculate(situation, ["wage"], asked).value("wage", "bob")
    assert dated == (0 if asked == "2025-01" else 7)


def test_over_a_year_a_fact_without_a_period_is_that_of_the_year(toy, home):
    situation = home(ann={"wage": 1200, "refugee": True})
    assert toy.calculate(situation, ["wage"], "2024-05").value("wage") == 1200
    assert toy.calculate(situation, ["wage"], "2024").value("wage") == 1200


def test_a_value_given_for_one_may_be_0(toy, home):
    situation = home(ann={"wage": 1000, "bonus": 0}, bob={"wage": 1000})
    assert toy.calculate(situation, ["household_bonus"]).value("household_bonus") == 100


def test_a_circle_is_an_error_that_names_the_way(toy, home):
    problem = refused(toy, home(ann={}), "chicken")
    assert problem.code == "cycle"
    assert problem.message == (
        "chicken depends on itself: chicken 2024-05 → egg 2024-05 → chicken 2024-05"
    )


def test_a_circle_is_broken_by_a_value_given(toy, home):
    assert toy.calculate(home(ann={"egg": 41}), ["chicken"]).value("chicken") == 42


def test_a_circle_stands_for_those_whose_value_is_not_given(toy, home):
    problem = refused(toy, home(ann={"egg": 41}, bob={}), "chicken")
    assert problem.code == "cycle"


def test_going_back_without_end_is_an_error_not_a_default(toy, home):
    problem = refused(toy, home(ann={}), "savings")
    assert problem.code == "cycle"
    assert problem.message.startswith(
        "savings depends on itself: savings 2024-05 → savings 2024-04"
    )


def test_going_back_ends_at_a_value_given(toy, home):
    situation = home(ann={"savings": {"2024-04": 100}})
    assert toy.calculate(situation, ["savings"]).value("savings") == 110


def test_an_answer_does_not_depend_on_what_was_asked_before(toy, home):
    situation = home(ann={"wage": 1000})
    names = ["household_bonus", "bonus", "same_as_household_bonus"]
    first = {row.variable: row.value for row in toy.calculate(situation, names).rows()}
    again = {row.variable: row.value for row in toy.calculate(situation, names[::-1]).rows()}
    assert first == again == dict.fromkeys(names, 100)


@pytest.mark.parametrize("amount", [16_777_217, 9_007_199_254_740_991, 33_333.33, 0.1])
def test_amounts_are_exact_to_the_last_bit_of_a_double(toy, home, amount):
    assert toy.calculate(home(ann={"wage": amount}), ["wage"]).value("wage") == amount


def test_twelve_months_add_up_to_the_cent(toy, home):
    situation = home(ann={"wage": {f"2024-{month:02}": 33_333.33 for month in range(1, 13)}})
    assert toy.calculate(situation, ["wage"], "2024").value("wage") == pytest.approx(
        399_999.96, rel=0, abs=1e-9
    )
    single = sum([np.float32(33_333.33)] * 12)
    assert round(float(single), 2) != 399_999.96  # (what openfisca-core's float32 would give)


def test_a_share_of_a_large_amount_is_exact_to_the_cent(toy, home):
    situation = home(ann={"wage": 60_000_000.10})
    assert toy.calculate(situation, ["bonus"]).value("bonus") == pytest.approx(
        6_000_000.01, abs=1e-8
    )


def test_amounts_of_a_country_package_are_doubles():
    law = policy.load("openfisca_country_template")
    situation = {
        "period": "2017-01",
        "person": {"salary": 16_777_217, "birth": "1980-01-01"},
        "household": {"adults": ["person"]},
    }
    assert law.calculate(situation, ["salary"]).value("salary") == 16_777_217


def test_a_result_cannot_be_edited_in_place(toy, home):
    result = toy.calculate(home(ann={"wage": 1000}), ["household_bonus", "same_as_household_bonus"])
    for array in result.arrays.values():
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
    assert [row.value for row in result.rows()] == [100, 100]


def test_an_answer_cannot_be_replaced(toy, home):
    situation = home(ann={"wage": 1000})
    before = toy.calculate(situation, ["bonus", "household_bonus"])
    with pytest.raises(TypeError):
        before.arrays["bonus"] = np.array([5.0])
    assert before.value("household_bonus") == 100
    assert toy.calculate(situation, ["bonus"]).value("bonus") == 100
    assert toy.explain(situation, "bonus").answer.value == 100


def test_a_formula_cannot_change_what_others_read(toy, home):
    problem = refused(toy, home(ann={"wage": 1000}), "vandal")
    assert "the formula of vandal for 2024-05 failed: ValueError" in problem.message
    assert "read-only" in problem.message
    assert line_at(problem.location) == "wage += 1"


def test_a_fault_in_a_formula_is_reported_at_its_line(toy, home):
    problem = refused(toy, home(ann={"wage": 1000}), "broken")
    assert line_at(problem.location) == 'return person("wage", period) + "1"'
    assert problem.code == "formula-failed"


def test_if_on_data_leads_to_where(toy_folder, home):
    file = toy_folder / "variables" / "toy" / "rules.py"
    file.write_text(file.read_text().replace("where(retired, 0,", "(0 if retired else"))
    problem = refused(policy.load(toy_folder), home(ann={"wage": 1}, bob={"wage": 1}), "bonus")
    assert str(problem).endswith(
        "failed: 'if', 'and', 'or' or 'not' takes one answer, and there is one for each;"
        " write where(condition, a, b), &, | or not_(…)"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            ".bonus_share",
            ".bonus_shar",
            "there is no parameter 'bonus_shar'; did you mean 'bonus_s",
        ),
        ('"refugee"', '"refuge"', "there is no variable 'refuge'; did you mean 'refugee'?"),
    ],
)
def test_a_name_that_a_formula_has_wrong_is_said_as_by_check(toy_folder, home, old, new, message):
    file = toy_folder / "variables" / "toy" / "rules.py"
    file.write_text(file.read_text().replace(old, new))
    problem = refused(policy.load(toy_folder), home(ann={"wage": 1000}), "bonus")
    assert message in str(problem)
    assert new in line_at(problem.location)


def test_a_month_before_the_first_value_of_a_parameter_is_an_error(toy, home):
    problem = refused(toy, home(ann={"wage": 1000}), "bonus", "2019-12")
    assert problem.code == "no-parameter-value"
    assert problem.location.file.endswith("rules.py")
    assert "bonus_share" in line_at(problem.location)
    assert toy.calculate(home(ann={}), ["bonus"], "2020-01").value("bonus") == 0


@pytest.mark.parametrize(
    ("output", "period", "message"),
    [
        ("status", "2024", "status is defined by the month and cannot be summed over 2024"),
        ("wage", "2024-05-31", "wage is defined by the month and cannot be calculated for"),
        ("wage", "2024-W20", "wage is defined by the month and cannot be calculated for"),
        ("wage", "eternity", "eternity cannot be calculated"),
        ("wage", "month:2024-05-02", "does not begin with the first day of a month"),
    ],
)
def test_periods_that_cannot_be_calculated(toy, home, output, period, message):
    assert message in str(refused(toy, home(ann={}), output, period))


@pytest.mark.parametrize(
    "name",
    ["number_of_entitled_children", "position_among_children", "parental_benefit_daily_amount"],
)
def test_counts_and_rates_make_no_sum_over_a_year(name):
    family = {
        "persons": {"mari": {"birth_date": "1990-03-01"}, "juku": {"birth_date": "2020-06-15"}},
        "families": {"tamm": {"parents": ["mari"], "children": ["juku"]}},
    }
    problem = refused(policy.load("estonia"), family, name, "2024")
    assert problem.message == f"{name} is defined by the month and cannot be summed over 2024"
    assert problem.remedy == "ask for one month"


@pytest.mark.parametrize(
    ("period", "total"),
    [("2024-06", 1), ("2024", 12), ("month:2024-05:3", 3), ("year:2024-07", 6), ("2025", 0)],
)
def test_a_longer_period_is_the_sum_of_its_months(toy, home, period, total):
    situation = home(ann={"wage": {"2024": 12}})
    assert toy.calculate(situation, ["wage"], period).value("wage") == total


def test_the_last_group_may_be_one_whose_members_come_first(toy):
    situation = {
        "period": "2024-05",
        "persons": {"ann": {"wage": 1000}, "bob": {"wage": 500}},
        "households": {"second": {"adults": ["bob"]}, "first": {"children": ["ann"]}},
    }
    result = toy.calculate(situation, ["household_bonus"])
    assert result.value("household_bonus", "first") == 100
    assert result.value("household_bonus", "second") == 50
