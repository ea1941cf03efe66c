"""Results: values, rows and plain data."""

import datetime
import json
import shutil

import pytest

import policy
from policy.errors import PolicyError


@pytest.fixture
def result(toy, home):
    situation = home(
        ann={"wage": 1000, "status": "student", "refugee": True, "birth_date": "1980-01-01"},
        bob={"wage": 500, "nickname": "Õ" * 300, "hours": 8},
    )
    situation["name"] = "Two at home"
    names = ["bonus", "household_bonus", "status", "refugee", "birth_date", "nickname", "hours"]
    return toy.calculate(situation, names)


@pytest.mark.parametrize(
    ("variable", "instance", "value"),
    [
        ("bonus", "ann", 200.0),
        ("bonus", "bob", 50.0),
        ("household_bonus", "home", 250.0),
        ("household_bonus", None, 250.0),
        ("status", "ann", "student"),
        ("status", "bob", "employed"),
        ("refugee", "ann", True),
        ("birth_date", "ann", datetime.date(1980, 1, 1)),
        ("nickname", "bob", "Õ" * 300),
        ("nickname", "ann", ""),
        ("hours", "bob", 8),
    ],
)
def test_a_value_is_a_plain_value_of_python(result, variable, instance, value):
    got = result.value(variable, instance)
    assert (type(got), got) == (type(value), value)


@pytest.mark.parametrize(
    ("variable", "instance", "message"),
    [
        ("bonnus", "ann", "'bonnus' is not among the results; did you mean 'bonus'?"),
        ("wage", "ann", "'wage' is not among the results; valid results: birth_date, bonus"),
        ("bonus", None, "an id is needed of the persons; valid persons: ann, bob"),
        ("bonus", "ana", "'ana' is not an id of the persons; did you mean 'ann'?"),
        ("household_bonus", "ann", "'ann' is not an id of the households; valid households: home"),
    ],
)
def test_what_is_not_there_is_an_error(result, variable, instance, message):
    with pytest.raises(PolicyError) as caught:
        result.value(variable, instance)
    assert str(caught.value).startswith(message)


def test_rows_come_in_the_order_asked_with_label_unit_and_law(result):
    row = result.rows()[0]
    assert (row.variable, row.id, row.label, row.value) == ("bonus", "ann", "Bonus", 200)
    assert (row.unit, row.section, row.reference) == ("EUR", "Act § 1", "https://law.test/act#1")
    assert [row.variable for row in result.rows()][1:3] == ["bonus", "household_bonus"]


def test_plain_data_survives_json(result):
    data = result.to_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["persons"]["ann"]["birth_date"] == {"2024-05": "1980-01-01"}
    assert data["households"] == {"home": {"household_bonus": {"2024-05": 250.0}}}
    assert (data["book"], data["name"], data["period"]) == ("toy", "Two at home", "2024-05")
    assert data["law_version"] == result.law_version


def test_without_outputs_the_book_says_which(toy, home):
    assert list(toy.calculate(home(ann={})).arrays) == ["bonus", "household_bonus"]


def test_an_output_may_be_named_alone_or_twice(toy, home):
    assert list(toy.calculate(home(ann={}), "bonus").arrays) == ["bonus"]
    assert list(toy.calculate(home(ann={}), ["bonus", "bonus"]).arrays) == ["bonus"]


def test_an_unknown_output_is_an_error(toy, home):
    with pytest.raises(PolicyError, match=r"no variable 'bonnus'; did you mean 'bonus'\?"):
        toy.calculate(home(ann={}), ["bonnus"])


def test_a_period_after_the_law_was_read_is_noted(toy, home):
    assert toy.calculate(home(ann={}), period="2024-12").notes == ()
    (note,) = toy.calculate(home(ann={}), period="2025-01").notes
    assert "as it stood on 2024-12-31" in note


def test_the_law_version_changes_with_the_law(toy, toy_folder, tmp_path):
    before = toy.version
    shutil.copytree(toy_folder, tmp_path / "copy")
    assert policy.load(tmp_path / "copy").version == before
    shutil.copytree(toy_folder, tmp_path / "changed")
    file = tmp_path / "changed" / "parameters" / "toy" / "bonus_share.yaml"
    file.write_text(file.read_text().replace("value: 0.2", "value: 0.3"))
    assert policy.load(tmp_path / "changed").version != before


def test_an_answer_that_the_scenario_gives_is_noted(toy, home):
    result = toy.calculate(
        home(ann={"wage": 1000, "bonus": 7}, bob={"wage": 10}), ["bonus", "wage"]
    )
    assert result.notes == ("Bonus of ann is what the scenario gives, not what the law does.",)
    assert toy.calculate(home(ann={"wage": 1000}), ["bonus"]).notes == ()


def test_a_year_has_its_months(toy, home):
    situation = home(ann={"wage": {"2024": 12_000}}, bob={"wage": {"2024-02": 500}})
    result = toy.calculate(situation, ["bonus", "household_bonus"], "2024")
    months = [str(month.period) for month in result.months]
    assert (months[0], months[-1], len(months)) == ("2024-01", "2024-12", 12)
    assert [month.value("bonus", "bob") for month in result.months] == [0, 50] + [0] * 10
    for name, instance in (("bonus", "ann"), ("household_bonus", "home")):
        total = sum(month.value(name, instance) for month in result.months)
        assert total == result.value(name, instance)


def test_months_as_data(toy, home):
    result = toy.calculate(home(ann={"wage": {"2024": 12_000}}), ["household_bonus"], "2024")
    [found] = result.to_dict(monthly=True)["households"].values()
    assert list(found["household_bonus"]) == ["2024", *(f"2024-{n:02}" for n in range(1, 13))]
    assert found["household_bonus"]["2024-07"] == 200
    assert list(result.to_dict()["households"]["home"]["household_bonus"]) == ["2024"]


def test_what_is_not_made_of_months_has_none(home):
    law = policy.load("openfisca_country_template")
    situation = {"person": {"birth": "1980-01-01"}, "household": {"adults": ["person"]}}
    with pytest.raises(PolicyError, match="2024-01-31 is not made of months; ask for a year"):
        _ = law.calculate(situation, ["birth"], "2024-01-31").months
