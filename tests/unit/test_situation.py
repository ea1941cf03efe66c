"""Situations: the same facts, however they are written."""

import datetime
import decimal

import numpy as np
import pytest

from policy.documents import Document, parse_document
from policy.errors import PolicyError
from policy.scenario.reading import document_of, read_scenario, read_scenarios

LONG = """\
period: 2024-05
persons:
  ann: {wage: 1000, birth_date: 1980-01-01}
households:
  home: {adults: [ann], rent: 300}
"""


def read(law, scenario):
    return read_scenario(law, document_of(scenario))


def facts(situation):
    return {(name, str(period)): given for (name, period), given in situation.facts.items()}


def refused(law, scenario):
    with pytest.raises(PolicyError) as caught:
        read(law, scenario)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        "period: 2024-05\ninput:\n  persons: {ann: {wage: 1000, birth_date: 1980-01-01}}\n"
        "  households: {home: {adults: [ann], rent: 300}}\n",
        "period: 2024-05\nperson: {wage: 1000, birth_date: 1980-01-01}\n"
        "household: {adults: [person], rent: 300}\n",
        "period: 2024-05\nperson: {wage: 1000, birth_date: 1980-01-01}\n"
        "household: {adult: person, rent: 300}\n",
        "period: 2024-05\nwage: 1000\nbirth_date: 1980-01-01\nrent: 300\n",
        "persons: {ann: {wage: {2024-05: 1000}, birth_date: 1980-01-01}}\n"
        "households: {home: {adults: ann, rent: {2024-05: 300}}}\n",
        '{"period": "2024-05", "persons": {"ann": {"wage": 1e3, "birth_date": "1980-01-01"}},'
        ' "households": {"home": {"adults": ["ann"], "rent": 300.0}}}',
    ],
)
def test_long_and_short_forms_give_the_same_facts(toy, text):
    situation = read(toy, text).situation
    assert facts(situation) == {
        ("wage", "2024-05"): {0: 1000.0},
        ("birth_date", "ETERNITY"): {0: datetime.date(1980, 1, 1)},
        ("rent", "2024-05"): {0: 300.0},
    }
    members = situation.members["household"]
    assert members.group_of_person == [0]
    assert [role.key for role in members.role_of_person] == ["adult"]
    assert [len(ids) for ids in situation.ids.values()] == [1, 1]


def test_a_mapping_a_path_text_and_a_document_are_read_alike(toy, tmp_path):
    path = tmp_path / "family.yaml"
    path.write_text(LONG)
    document = parse_document(LONG)
    wanted = read(toy, document).situation
    for scenario in (document.data, LONG, path, str(path)):
        assert read(toy, scenario).situation == wanted


@pytest.mark.parametrize("scenario", [5, None, [1], b"period: 2024"])
def test_anything_else_is_refused(toy, scenario):
    assert refused(toy, scenario).startswith("a scenario is a mapping, a path or YAML text, not")


def test_people_and_groups_keep_the_order_and_the_roles_written(toy):
    situation = read(
        toy,
        "period: 2024-05\n"
        "persons: {c: {}, a: {}, b: {}}\n"
        "households: {second: {adults: [b]}, first: {adults: [a], children: [c]}}\n",
    ).situation
    assert situation.ids == {"person": ["c", "a", "b"], "household": ["second", "first"]}
    members = situation.members["household"]
    assert members.group_of_person == [1, 1, 0]
    assert [role.key for role in members.role_of_person] == ["child", "adult", "adult"]


def test_a_fact_belongs_to_the_person_it_is_written_under(toy, home):
    situation = read(toy, home(ann={}, bob={"wage": 5}, eve={"wage": {"2024-04": 7}})).situation
    assert facts(situation) == {("wage", "2024-05"): {1: 5.0}, ("wage", "2024-04"): {2: 7.0}}


def test_a_year_is_divided_over_its_months(toy, home):
    given = facts(read(toy, home(ann={"wage": {"2024": 1200}})).situation)
    assert given == {("wage", f"2024-{month:02}"): {0: 100.0} for month in range(1, 13)}


def test_a_state_holds_in_every_month_of_a_year(toy, home):
    situation = read(toy, home(ann={"status": {"2024": "retired"}})).situation
    values = [given[0].name for given in situation.facts.values()]
    assert values == ["retired"] * 12


def test_a_whole_number_that_months_cannot_share_is_refused(toy, home):
    assert facts(read(toy, home(ann={"hours": {"2024": 24}})).situation)["hours", "2024-07"] == {
        0: 2
    }
    message = refused(toy, home(ann={"hours": {"2024": 25}}))
    assert "25 cannot be divided over 12 months in whole numbers" in message


def test_values_of_python_are_taken_as_they_are(toy, home):
    given = facts(
        read(
            toy,
            home(
                ann={
                    "wage": np.float64(1.5),
                    "hours": np.int64(7),
                    "refugee": np.True_,
                    "birth_date": datetime.date(1980, 1, 1),
                    "nickname": "x" * 1000,
                }
            ),
        ).situation
    )
    assert given == {
        ("wage", "2024-05"): {0: 1.5},
        ("hours", "2024-05"): {0: 7},
        ("refugee", "ETERNITY"): {0: True},
        ("birth_date", "ETERNITY"): {0: datetime.date(1980, 1, 1)},
        ("nickname", "ETERNITY"): {0: "x" * 1000},
    }


def test_a_decimal_of_python_is_the_nearest_double(toy, home):
    given = facts(read(toy, home(ann={"wage": decimal.Decimal("1250.55")})).situation)
    assert given["wage", "2024-05"] == {0: 1250.55}


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ({"wage": float("nan")}, "nan is not a number"),
        ({"wage": np.float64("inf")}, "inf is not a number"),
        ({"wage": 10**400}, "too large to be kept exactly"),
        ({"wage": -(2**53) - 1}, "too large to be kept exactly"),
        ({"wage": -0.01}, "wage cannot be negative, got -0.01"),
        ({"wage": decimal.Decimal("NaN")}, "NaN is not a number that can be calculated with"),
        ({"wage": True}, "expected a number, got true"),
        ({"wage": None}, "no value is given"),
        ({"wage": np.array([1.0, 2.0])}, "expected a number, got"),
        ({"hours": 29.9}, "expected a whole number, got 29.9"),
        ({"hours": float("nan")}, "expected a whole number, got nan"),
        ({"hours": 2**31}, "too large for a whole number"),
        ({"hours": -1}, "hours cannot be negative, got -1"),
        ({"refugee": 0}, "expected true or false, got 0"),
        ({"birth_date": datetime.datetime(1980, 1, 1, 12)}, "expected a date, got 1980-01-01 12"),
        ({"birth_date": 1980}, "expected a date, got 1980"),
        ({"birth_date": "19800101"}, "'19800101' is not a date"),
        ({"birth_date": "1980-W01-1"}, "'1980-W01-1' is not a date"),
        ({"nickname": 5}, "expected text, got 5"),
        ({"status": 0}, "0 is not a value of status; valid values: employed, retired, student"),
        ({"status": "Retired"}, "'Retired' is not a value of status; did you mean 'retired'?"),
    ],
)
def test_values_that_a_variable_cannot_take(toy, home, fact, message):
    text = refused(toy, home(ann=fact))
    assert text.startswith(f"<scenario>: persons.ann.{next(iter(fact))}")
    assert message in text


@pytest.mark.parametrize("margin", [float("inf"), float("nan"), -1, True, "1"])
@pytest.mark.parametrize("key", ["absolute_error_margin", "relative_error_margin"])
def test_a_margin_that_would_let_everything_pass_is_refused(toy, home, key, margin):
    message = refused(toy, home(ann={}) | {key: margin})
    assert message.startswith(f"<scenario>: {key}: a margin is a number of 0 or more, got ")


def test_a_value_of_a_neutralised_variable_is_refused_not_dropped(toy, home):
    toy.system.neutralize_variable("wage")
    message = refused(toy, home(ann={"wage": 5}))
    assert "wage is neutralised: a value given for it has no effect" in message


def test_every_problem_is_reported_from_the_top_down(toy):
    text = LONG.replace("wage: 1000", "wage: x, hours: y").replace("[ann]", "[bob]")
    with pytest.raises(PolicyError) as caught:
        read(toy, text)
    assert [problem.location.line for problem in caught.value.problems] == [3, 3, 5]


def test_one_problem_in_the_head_is_not_followed_by_others_it_causes(toy):
    message = refused(toy, LONG.replace("2024-05", "May"))
    assert message.splitlines() == [
        "<text>:1:1: period: 'May' is not a period; write a month as 2024-05 or a year as 2024"
    ]


def test_the_problems_of_all_scenarios_of_a_file_are_reported(toy):
    one = "- {period: 2024-05, persons: {ann: {wage: x}}, households: {home: {adults: ann}}}\n"
    with pytest.raises(PolicyError) as caught:
        read_scenarios(toy, parse_document(one * 3))
    assert [problem.location.line for problem in caught.value.problems] == [1, 2, 3]


def test_a_document_without_places_names_the_key(toy):
    document = Document({"period": "2024-05", "wage": "x"}, "<request>", {})
    assert refused(toy, document).startswith("<request>: wage: expected a number, got 'x'")
