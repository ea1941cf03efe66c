"""Reforms laid over the law: what they change, what they leave, and what is wrong in them."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policy
from policy import PolicyError
from policy.legislation.parameters import parameters_of

BOOK = policy.load("estonia")
RATE = "child_allowance.first_and_second_child"
FAMILY = {
    "persons": {
        "mari": {"birth_date": "1990-03-01"},
        "juku": {"birth_date": "2015-06-15"},
        "anu": {"birth_date": "2016-06-15"},
        "ott": {"birth_date": "2018-06-15"},
    },
    "families": {"tamm": {"parents": ["mari"], "children": ["juku", "anu", "ott"]}},
}
DAYS = st.dates(datetime.date(2017, 1, 1), datetime.date(2027, 12, 31)).map(str)
MONEY = st.integers(0, 100_000).map(lambda cents: cents / 100)
NUMBERS = sorted(
    name
    for name, each in BOOK.parameters.items()
    if each.unit.startswith("EUR") and all(isinstance(v.value, int | float) for v in each.values)
)


def reform(**keys):
    return {"title": "A reform", "effective": "2025-01-01", **keys}


def rate(book, day):
    return book.parameter(RATE).at(day).value


def snapshot(book):
    return {each.name: each for each in parameters_of(book.system.parameters)}


def test_an_empty_reform_changes_nothing():
    empty = BOOK.reformed({"title": "Nothing"})
    assert snapshot(empty) == snapshot(BOOK)
    for period in ("2018-05", "2023-02", "2025-06"):
        before, after = (book.calculate(FAMILY, period=period) for book in (BOOK, empty))
        assert {k: v.tolist() for k, v in before.arrays.items()} == {
            k: v.tolist() for k, v in after.arrays.items()
        }


def write(folder, name, text):
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / f"{name}.yaml"


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NUMBERS), DAYS, DAYS, MONEY)
def test_a_reform_and_its_inverse_are_the_baseline(tmp_path_factory, name, one, other, value):
    folder = tmp_path_factory.mktemp("reforms")
    before = BOOK.parameter(name)
    first, last = sorted((max(one, before.values[0].start), max(other, before.values[0].start)))
    write(
        folder,
        "there",
        f"title: there\nparameters: {{{name}: {{set: {value}, from: {first}, until: {last}}}}}",
    )
    old = {each.start: each.value for each in before.values if first < each.start <= last}
    dates = "".join(
        f"{day}: {each}, " for day, each in {first: before.at(first).value, **old}.items()
    )
    back = write(
        folder,
        "back",
        f"title: back\nrequires: [there]\nparameters: {{{name}: {{dates: {{{dates}}}}}}}",
    )
    after = BOOK.reformed(back).parameter(name)
    for day in days_around(before, first, last):
        assert before.at(day) == after.at(day) or before.at(day).value == after.at(day).value


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NUMBERS), DAYS, DAYS, MONEY)
def test_a_value_for_a_time_holds_then_and_at_no_other_time(name, one, other, value):
    before = BOOK.parameter(name)
    first, last = sorted((one, other))
    change = {name: {"set": value, "from": first, "until": last}}
    after = BOOK.reformed({"title": "for a time", "parameters": change}).parameter(name)
    for day in days_around(before, first, last):
        if first <= day <= last:
            assert after.at(day).value == value
        else:
            known, now = before.at(day), after.at(day)
            assert (known and known.value) == (now and now.value)


def days_around(parameter, *more):
    days = {*more, *(each.start for each in parameter.values)}
    steps = (datetime.timedelta(step) for step in (-1, 0, 1))
    return sorted({str(datetime.date.fromisoformat(day) + step) for step in steps for day in days})


def test_the_baseline_is_never_touched():
    law, variables = snapshot(BOOK), dict(BOOK.system.variables)
    before = BOOK.calculate(FAMILY, period="2025-06")
    reforms = [
        BOOK.reformed(reform(parameters={RATE: {"scale": 1 + n / 100}})) for n in range(1, 21)
    ]
    ended = BOOK.reformed(reform(variables={"child_allowance": {"neutralise": True}}))
    for book in (*reforms, ended, BOOK.as_known_on("2018-01-01"), BOOK.reformed("indexation")):
        book.calculate(FAMILY, ["child_allowance"], "2023-06")
    assert snapshot(BOOK) == law
    assert BOOK.system.variables == variables
    after = BOOK.calculate(FAMILY, period="2025-06")
    assert {k: v.tolist() for k, v in before.arrays.items()} == {
        k: v.tolist() for k, v in after.arrays.items()
    }


def test_a_law_shares_what_it_does_not_change():
    made = BOOK.reformed(reform(parameters={RATE: {"set": 100}}))
    assert (
        made.system.variables["large_family_allowance"]
        is BOOK.system.variables["large_family_allowance"]
    )
    old, new = BOOK.system.parameters.children, made.system.parameters.children
    assert {name for name in old if old[name] is not new[name]} == {"child_allowance"}


def test_reforms_answer_in_both_engines():
    made = BOOK.reformed(reform(parameters={RATE: {"set": 100}}))
    for engine in ("graph", "openfisca"):
        result = made.calculate(FAMILY, ["child_allowance"], "2025-06", engine=engine)
        assert result.value("child_allowance") == 300
    assert made.calculate(FAMILY, ["child_allowance"], "2024-12").value("child_allowance") == 260


def test_values_of_a_reform_cite_it():
    source = [{"title": "Bill 1", "href": "https://example.org/1"}]
    made = BOOK.reformed(
        reform(bill="Bill 1", source="secondary", reference=source, parameters={RATE: {"set": 100}})
    )
    value = made.parameter(RATE).at("2025-01-01")
    assert (value.source, value.references[0].href) == ("secondary", "https://example.org/1")
    result = made.calculate(FAMILY, ["child_allowance"], "2025-06")
    assert "The law with reforms laid over it: A reform." in result.notes
    assert result.to_dict()["reforms"] == ["A reform"]
    assert result.law_version.startswith(BOOK.version + "+reform-")


@pytest.mark.parametrize(
    ("edit", "day", "value"),
    [
        ({"set": 100}, "2024-12-31", 80),
        ({"set": 100}, "2025-01-01", 100),
        ({"set": 100, "from": "2022-06-01"}, "2023-06-01", 100),
        ({"set": 100, "from": "2022-06-01", "until": "2022-12-31"}, "2023-01-01", 80),
        ({"set": 100, "from": "2022-06-01", "until": "2022-12-30"}, "2022-12-31", 60),
        ({"scale": 1.039}, "2025-01-01", 83.12),
        ({"scale": 1.5, "from": "2022-06-01"}, "2022-12-31", 90),
        ({"scale": 1.5, "from": "2022-06-01"}, "2023-01-01", 120),
        ({"add": 0.1}, "2025-01-01", 80.1),
        ({"dates": {"2022-06-01": 70}}, "2022-12-31", 70),
        ({"dates": {"2022-06-01": 70}}, "2023-01-01", 80),
        ({"remove": ["2023-01-01"]}, "2025-01-01", 60),
        ([{"set": 90, "until": "2025-12-31"}, {"set": 95, "from": "2026-01-01"}], "2025-12-31", 90),
        ([{"set": 90, "until": "2025-12-31"}, {"set": 95, "from": "2026-01-01"}], "2026-01-01", 95),
    ],
)
def test_edits(edit, day, value):
    assert rate(BOOK.reformed(reform(parameters={RATE: edit})), day) == value


def test_a_table_takes_the_place_of_all_brackets_for_its_time():
    law = policy.load("nebraska")
    name = "motor_vehicle_fee.value_when_new"
    made = law.reformed(
        {
            "title": "One bracket",
            "effective": "2026-01-01",
            "parameters": {name: {"table": [{"threshold": 0, "amount": 7}], "until": "2026-12-31"}},
        }
    )
    values = np.array([0.0, 20000.0, 50000.0])
    at = made.system.get_parameters_at_instant
    amounts = {
        day: at(day).motor_vehicle_fee.value_when_new.calc(values).tolist()
        for day in ("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01")
    }
    assert amounts == {
        "2025-12-31": [5, 20, 30],
        "2026-01-01": [7, 7, 7],
        "2026-12-31": [7, 7, 7],
        "2027-01-01": [5, 20, 30],
    }


WRONG = [
    (
        {"parameters": {"child_alowance.age_limit": {"set": 1}}},
        "did you mean 'child_allowance.age_limit'",
    ),
    ({"parameters": {"child_allowance": {"set": 1}}}, "holds several parameters"),
    ({"parameters": {RATE: {"sett": 1}}}, "did you mean 'set'?"),
    ({"parameters": {RATE: {}}}, "nothing says what is changed"),
    ({"parameters": {RATE: {"set": 1, "add": 1}}}, "'set' and 'add' are two changes"),
    ({"parameters": {RATE: {"set": "much"}}}, "is a number, got 'much'"),
    ({"parameters": {RATE: {"set": True}}}, "is a number, got True"),
    ({"parameters": {RATE: {"scale": "1,1"}}}, "expected a factor"),
    (
        {"parameters": {RATE: {"set": 1, "until": "2024-12-31"}}},
        "ends on 2024-12-31, before it begins",
    ),
    ({"parameters": {RATE: {"set": 1, "from": "2025-02-30"}}}, "expected a date that exists"),
    (
        {"parameters": {"survivors_allowance.amount": {"scale": 2, "from": "2017-01-01"}}},
        "its first value is in force from",
    ),
    (
        {"parameters": {RATE: {"set": 1, "from": "1990-01-01"}}},
        f"<reform>: parameters.{RATE}.from: the estonia book covers the law from 2017-01-01, and"
        " the change holds from 1990-01-01; give 2017-01-01 or a later day",
    ),
    (
        {"effective": "1990-01-01", "parameters": {RATE: {"set": 1}}},
        "effective: the estonia book covers the law from 2017-01-01",
    ),
    ({"parameters": {RATE: {"set": -100}}}, "is an amount of 0 or more, got -100; its unit is"),
    ({"parameters": {RATE: {"add": -80.5}}}, "is an amount of 0 or more, got -0.5"),
    (
        {"parameters": {RATE: {"dates": {"2025-01-01": -1}}}},
        "dates.2025-01-01: child_allowance.first_and_second_child is an amount of 0 or more",
    ),
    ({"parameters": {RATE: {"remove": ["2024-01-01"]}}}, "has no value that begins on 2024-01-01"),
    ({"parameters": {RATE: {"table": [{"threshold": 0, "amount": 1}]}}}, "is a single value"),
    ({"parameters": {"child_allowance.age_limit": {"set": 18.5}}}, "is a whole number"),
    ({"parameters": {"child_allowance.age_limit": {"set": -1}}}, "is a whole number"),
    ({"parameters": {"parental_benefit.days.reform": {"scale": 2}}}, "is no number"),
    (
        {"parameters": {f"{RATE}.x": {"values": {"2025-01-01": {"value": 1, "metadata": {}}}}}},
        "'description' is missing",
    ),
    (
        {"parameters": {"child_allowance.x": {"values": {"2025-01-01": {"value": 1}}}}},
        "needs a source; give the values 'metadata', or the reform 'source' and 'reference'",
    ),
    ({"parameters": {RATE: {"value": 100}}}, "unknown key 'value'; valid names: add, dates"),
    (
        {"parameters": {"child_allowance.lower_rate_children": {"set": 3}}},
        "did you mean 'child_allowance.children_at_lower_rate'?",
    ),
    ({"parameters": {"child_allowance.first": {"set": 3}}}, f"did you mean '{RATE}'?"),
    ({"variables": {"child_alowance": {"end": "2025-01-01"}}}, "did you mean 'child_allowance'?"),
    ({"variables": {"birth_date": {"end": "2025-01-01"}}}, "is a fact to give"),
    ({"variables": {"child_allowance": {"neutralise": False}}}, "expected true"),
    ({"formulas": "nowhere.py"}, "there is no file nowhere.py"),
    ({"formulas": "../x.py"}, "expected the name of a Python file"),
    ({"requires": ["nowhere"]}, "there is no reform 'nowhere'"),
    ({"book": "nebraska"}, "is for the book 'nebraska', not 'estonia'"),
    ({"effective": "soon"}, "expected a date that exists"),
    ({"tilte": "x"}, "did you mean 'title'?"),
]


@pytest.mark.parametrize(("keys", "message"), WRONG)
def test_what_is_wrong_is_told(keys, message):
    with pytest.raises(PolicyError) as error:
        BOOK.reformed(reform(**keys))
    assert message in str(error.value)


def test_a_file_is_told_by_line(tmp_path):
    file = write(
        tmp_path, "wrong", f"title: x\neffective: 2025-01-01\nparameters:\n  {RATE}: {{set: a}}\n"
    )
    with pytest.raises(PolicyError) as error:
        BOOK.reformed(file)
    assert f"{file}:4:" in str(error.value)


def test_reforms_of_one_thing_at_one_time_exclude_each_other(tmp_path):
    one = write(
        tmp_path,
        "one",
        f"title: one\nparameters: {{{RATE}: {{set: 90, from: 2025-01-01, until: 2025-06-30}}}}",
    )
    two = write(
        tmp_path, "two", f"title: two\nparameters: {{{RATE}: {{set: 95, from: 2025-06-30}}}}"
    )
    with pytest.raises(PolicyError) as error:
        BOOK.reformed(one, two)
    assert all(
        text in str(error.value) for text in ("'two' and 'one'", "one.yaml:2:", "two.yaml:2:")
    )
    after = write(
        tmp_path, "after", f"title: after\nparameters: {{{RATE}: {{set: 95, from: 2025-07-01}}}}"
    )
    both = BOOK.reformed(one, after)
    assert [rate(both, day) for day in ("2025-06-30", "2025-07-01")] == [90, 95]
    over = write(
        tmp_path,
        "over",
        f"title: over\nrequires: [one]\nparameters: {{{RATE}: {{add: 1, from: 2025-06-01}}}}",
    )
    laid = BOOK.reformed(over)
    assert [rate(laid, day) for day in ("2025-05-31", "2025-06-30", "2025-07-01")] == [90, 91, 81]
    assert rate(BOOK.reformed(one).reformed(over), "2025-06-30") == 91


def test_reforms_that_require_each_other_are_refused(tmp_path):
    one = write(tmp_path, "one", "title: one\nrequires: [two]")
    write(tmp_path, "two", "title: two\nrequires: [one]")
    with pytest.raises(PolicyError, match="require each other"):
        BOOK.reformed(one)


def test_a_variable_ends_or_gives_its_default():
    ended = BOOK.reformed(reform(variables={"child_allowance": {"end": "2025-06-30"}}))
    amounts = [
        ended.calculate(FAMILY, ["child_allowance"], m).value("child_allowance")
        for m in ("2025-06", "2025-07")
    ]
    assert amounts == [260, 0]
    nothing = BOOK.reformed(reform(variables={"child_allowance": {"neutralise": True}}))
    assert nothing.calculate(FAMILY, ["child_allowance"], "2020-06").value("child_allowance") == 0


def test_openfisca_reforms_work_too():
    law = policy.load("openfisca_country_template")
    path = "openfisca_country_template.reforms.add_new_tax.add_new_tax"
    made = law.reformed(path)
    assert "new_tax" in made.variables
    assert "new_tax" not in law.variables
    assert "+add_new_tax-" in made.version
    with pytest.raises(PolicyError, match="there is no reform"):
        law.reformed("openfisca_country_template.nowhere.x")


def test_load_takes_reforms_and_a_day():
    made = policy.load("estonia", reforms=["bill_of_autumn_2022"], as_known_on="2022-12-30")
    name = "large_family_allowance.three_to_six_children"
    assert made.parameter(name).at("2023-05-01").value == 600
    assert made.parameter(name).at("2024-05-01").value == 650
    assert policy.load("estonia").version == BOOK.version
    assert BOOK.as_known_on("2023-03-01") is BOOK.as_known_on(datetime.date(2023, 3, 1))
    with pytest.raises(PolicyError, match="is not a date"):
        policy.load("estonia", as_known_on="soon")


def test_what_later_acts_compute_is_not_assumed():
    scenario = {
        "period": "2024-06",
        "persons": {"mari": {"birth_date": "1985-03-01"}, "kati": {"birth_date": "2012-05-15"}},
        "families": {"tamm": {"parents": ["mari"], "children": ["kati"]}},
    }
    told = BOOK.as_known_on("2023-03-01").calculate(scenario).assumptions
    assert {each.variable for each in told if BOOK.variable(each.variable).formulas} == set()


def test_as_known_far_in_the_future_is_the_law():
    assert snapshot(BOOK.as_known_on("2999-01-01")) == snapshot(BOOK)


@pytest.mark.parametrize("day", ["2017-01-01", "2018-12-01", "2021-01-01", "2024-01-01"])
def test_the_law_as_known_on_any_day_can_be_calculated_then(day):
    book = BOOK.as_known_on(day)
    period = max(day[:7], "2017-01")
    then, now = (each.calculate(FAMILY, ["family_benefits"], period) for each in (book, BOOK))
    assert then.value("family_benefits") >= 0
    assert any(f"as it was known on {day}" in note for note in then.notes)
    assert now.notes == tuple(note for note in then.notes if "as it was known" not in note)


def test_a_scenario_names_its_reforms_and_its_day():
    asked = {**FAMILY, "period": "2023-05", "reforms": ["bill_of_autumn_2022"]}
    assert BOOK.calculate(asked, ["large_family_allowance"]).value("large_family_allowance") == 600
    known = {**FAMILY, "period": "2023-05", "as_known_on": "2022-06-01"}
    both = BOOK.calculate_many(
        [asked, known, {**FAMILY, "period": "2023-05"}], ["large_family_allowance"]
    )
    assert [each.value("large_family_allowance") for each in both] == [600, 300, 650]
    for wrong, message in (
        ({"reforms": ["bill_of_autum_2022"]}, "did you mean 'bill_of_autumn_2022'?"),
        ({"reforms": "indexation"}, "expected a list of names"),
        ({"reforms": ["../estonia/reforms/indexation.yaml"]}, "has no reform"),
        ({"as_known_on": "soon"}, "is not a date"),
        ({"as_known_on": 2023.5}, "is not a date"),
    ):
        with pytest.raises(PolicyError) as error:
            BOOK.calculate({**FAMILY, "period": "2023-05", **wrong}, ["child_allowance"])
        assert message in str(error.value)
