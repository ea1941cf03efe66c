"""Columns of a population in, columns of answers out."""

import decimal

import numpy as np
import pyarrow
import pytest

import policy
from policy.errors import PolicyError
from policy.population import arrays, texts

BACKENDS = pytest.mark.parametrize("backend", ["numpy", "numba"])
HOMES = (np.array([0, 0, 1]), np.array(["adult", "child", "adult"]))
WAGES = np.array([1000.0, 0.0, 500.0])


def calculate(law, columns, outputs=("bonus",), period="2024-05", homes=HOMES, **options):
    return law.calculate_arrays(columns, {"household": homes}, outputs, period, **options)


def refused(law, columns, **options):
    with pytest.raises(PolicyError) as caught:
        calculate(law, columns, **options)
    return str(caught.value)


def test_columns_give_what_scenarios_give(toy):
    found = calculate(toy, {"wage": WAGES}, ["bonus", "household_bonus"])
    assert found["bonus"].tolist() == [100, 0, 50]
    assert found["household_bonus"].tolist() == [100, 50]


def test_a_mapping_gives_columns_for_several_periods(toy):
    columns = {"wage": {"2024-05": WAGES, "2024-06": WAGES * 2}}
    assert calculate(toy, columns, ["bonus"], "2024-06")["bonus"].tolist() == [200, 0, 100]
    assert calculate(toy, columns, ["wage"], "2024")["wage"].tolist() == [3000, 0, 1500]


def test_a_year_is_divided_over_its_months(toy):
    columns = {"wage": {"2024": WAGES * 12}, "hours": {"2024": np.array([12, 24, 0])}}
    found = calculate(toy, columns, ["wage", "hours"])
    assert found["wage"].tolist() == WAGES.tolist()
    assert found["hours"].tolist() == [1, 2, 0]
    columns = {"hours": {"2024": np.array([12, 25, 0])}}
    assert "25 cannot be divided over 12 months" in refused(toy, columns, outputs=["hours"])


@BACKENDS
def test_persons_may_stand_in_any_order(toy, backend):
    for roles in (np.array(["adult"] * 4), np.zeros(4, dtype=int)):
        homes = (np.array([1, 0, 1, 0]), roles)
        wages = {"wage": np.array([1.0, 20.0, 300.0, 4000.0])}
        found = calculate(toy, wages, ["household_bonus", "bonus"], homes=homes, backend=backend)
        assert found["household_bonus"] == pytest.approx([402, 30.1])
        assert found["bonus"] == pytest.approx([0.1, 2, 30, 400])


def test_roles_may_be_given_by_number(toy):
    homes = (HOMES[0], np.array([0, 1, 0]))
    by_name = calculate(toy, {"wage": WAGES}, ["household_bonus"])
    by_number = calculate(toy, {"wage": WAGES}, ["household_bonus"], homes=homes)
    assert by_name["household_bonus"].tolist() == by_number["household_bonus"].tolist()


def test_members_of_an_enumeration_go_in_and_out_by_name(toy):
    given = np.array(["retired", "student", "employed"])
    assert calculate(toy, {"status": given}, ["status"])["status"].tolist() == given.tolist()
    assert "row 1: 'studnt' is none of the values; did you mean 'student'" in refused(
        toy, {"status": np.array(["retired", "studnt", "employed"])}
    )


def test_blocks_change_nothing(monkeypatch):
    law = policy.load("estonia")
    rng = np.random.default_rng(1)
    family = np.repeat(np.arange(300), rng.integers(0, 6, 300))  # (some families are empty)
    role = np.where(rng.random(len(family)) < 0.3, "parent", "child")
    born = np.datetime64("2024-05-20") - rng.integers(0, 22 * 365, len(family))
    columns = {"birth_date": born.astype("M8[D]")}
    outputs = ["child_allowance", "large_family_allowance", "number_of_entitled_children"]
    whole = law.calculate_arrays(columns, {"family": (family, role)}, outputs, "2024-05")
    monkeypatch.setattr(arrays, "_BLOCK", 64)
    cut = law.calculate_arrays(columns, {"family": (family, role)}, outputs, "2024-05")
    for name in outputs:
        assert whole[name].any()
        assert cut[name].tolist() == whole[name].tolist()


def test_arrow_columns_are_taken_as_they_are(toy):
    homes = (pyarrow.array([0, 0, 1]), pyarrow.array(["adult", "child", "adult"]))
    columns = {"wage": pyarrow.array(WAGES), "status": pyarrow.array(["employed"] * 3)}
    found = calculate(toy, columns, ["bonus", "status"], homes=homes)
    assert found["bonus"].tolist() == [100, 0, 50]
    assert found["status"].tolist() == ["employed"] * 3
    missing = pyarrow.array([1.0, None, 2.0])
    assert "row 1: nan is not a number" in refused(toy, {"wage": missing})


def test_decimals_and_whole_numbers_are_numbers(toy):
    given = [decimal.Decimal("1000.10"), decimal.Decimal(0), decimal.Decimal(5)]
    assert calculate(toy, {"wage": given}, ["wage"])["wage"].tolist() == [1000.1, 0, 5]
    assert calculate(toy, {"wage": [1, 2, 3]}, ["wage"])["wage"].tolist() == [1, 2, 3]


def test_what_is_given_is_not_changed_and_may_be_written_afterwards(toy):
    wages = WAGES.copy()
    found = calculate(toy, {"wage": wages}, ["wage"])
    wages[0] = 7
    assert found["wage"][0] == 1000


def test_nobody_is_no_error(toy):
    nobody = (np.array([], dtype=int), np.array([], dtype=str))
    found = calculate(toy, {"wage": np.array([])}, ["bonus", "household_bonus"], homes=nobody)
    assert [len(array) for array in found.values()] == [0, 0]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"wagee": WAGES}, "no variable 'wagee'; did you mean 'wage'"),
        ({"wage": WAGES[:2]}, "columns.wage: expected 3 values, got 2; give one for each person"),
        ({"wage": np.array(["a", "b", "c"])}, "columns.wage: row 0: expected a number, got 'a'"),
        ({"wage": np.array([1.0, np.nan, 2.0])}, "columns.wage: row 1: nan is not a number"),
        ({"wage": np.array([1.0, 2.0, np.inf])}, "columns.wage: row 2: inf is not a number"),
        ({"wage": np.array([1.0, -2.0, 0.0])}, "columns.wage: row 1: wage cannot be negative"),
        ({"wage": WAGES.astype(np.float32)}, "columns.wage: float32 has lost cents"),
        ({"wage": [True, False, True]}, "columns.wage: row 0: expected a number, got true"),
        ({"hours": np.array([1.5, 2.0, 3.0])}, "columns.hours: row 0: expected a whole number"),
        ({"hours": np.array([1, 2**31, 3])}, "columns.hours: row 1: the number is too large"),
        ({"hours": np.array([1, 2, -3])}, "columns.hours: row 2: hours cannot be negative"),
        ({"refugee": np.array([1, 0, 1])}, "columns.refugee: row 0: expected true or false"),
        (
            {"birth_date": np.array(["2020-01-01", "NaT", "2020-01-01"], "M8[D]")},
            "columns.birth_date: row 1",
        ),
        (
            {"birth_date": np.array(["2020-01-01T12"] * 3, "M8[h]")},
            "columns.birth_date: row 0",
        ),
        ({"status": np.array([0, 1, 9])}, "columns.status: row 2: 9 is not a value of status"),
        ({"wage": {"2024-13": WAGES}}, "columns.wage: '2024-13' is not a period that exists"),
        ({"wage": {"2024-05": WAGES, "2024": WAGES}}, "columns.wage: 2024-05 is given twice"),
    ],
)
@BACKENDS
def test_columns_that_are_refused(toy, columns, message, backend):
    read = [name for name in columns if name in toy.variables]
    assert message in refused(toy, columns, backend=backend)
    assert message in refused(toy, columns, outputs=["bonus", *read], backend=backend)


@pytest.mark.parametrize(
    ("homes", "message"),
    [
        ((HOMES[0], np.array(["adult", "chil", "adult"])), "row 1: 'chil' is none of the roles"),
        ((HOMES[0], np.array([0, 1, 7])), "row 2: there is no role 7"),
        ((HOMES[0][:2], HOMES[1]), "groups and roles are of different lengths"),
        ((np.array([0, -1, 1]), HOMES[1]), "row 1 has a negative number"),
        ((np.array([0.0, 0.5, 1.0]), HOMES[1]), "the groups are not whole numbers"),
        (HOMES[0], "expected two arrays"),
    ],
)
@BACKENDS
def test_memberships_that_are_refused(toy, homes, message, backend):
    told = refused(toy, {"wage": WAGES}, outputs=["household_bonus"], homes=homes, backend=backend)
    assert f"memberships.household: {message}" in told


def test_groups_that_are_missing_or_unknown_are_named(toy):
    with pytest.raises(PolicyError, match="nothing is said of each person's household"):
        toy.calculate_arrays({"wage": WAGES}, {}, ["bonus"], "2024-05")
    with pytest.raises(PolicyError, match="no groups 'houshold'; did you mean 'household'"):
        toy.calculate_arrays({"wage": WAGES}, {"houshold": HOMES}, ["bonus"], "2024-05")


def test_what_is_asked_is_checked(toy):
    assert "no variable 'bonnus'" in refused(toy, {"wage": WAGES}, outputs=["bonnus"])
    assert "period: 'May' is not a period" in refused(toy, {"wage": WAGES}, period="May")
    message = refused(toy, {"wage": WAGES}, backend="nunba")
    assert "there is no backend 'nunba'; did you mean 'numba'?" in message


def test_texts_are_found_among_names_alike_few_and_many():
    names = ["rye", "barley", "oats", "durum wheat"]
    words = np.random.default_rng(3).choice([*names, "rice", "oat", ""], 250_000)
    many = texts.places_of(words, names)
    few = np.concatenate([texts.places_of(part, names) for part in np.split(words, 50)])
    assert np.array_equal(many, few)
    place = {name: number for number, name in enumerate(names)}
    assert many.tolist() == [place.get(word, texts.NO_NAME) for word in words]
