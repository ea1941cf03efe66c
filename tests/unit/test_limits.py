"""Limits of facts: given in the law's files, and kept wherever values are read."""

import pytest

import policy
from policy import PolicyError

BOOK = policy.load("nebraska")


@pytest.mark.parametrize(("year", "right"), [(1885, False), (1886, True), (2100, True)])
def test_the_limits_themselves_are_right(year, right):
    given = {"vehicles": {"car": {"model_year": year}}, "owners": {"me": {"vehicles": ["car"]}}}
    if right:
        BOOK.calculate(given, ["motor_vehicle_tax"], "2026-03")
    else:
        with pytest.raises(PolicyError, match="model_year cannot be under 1886, got 1885"):
            BOOK.calculate(given, ["motor_vehicle_tax"], "2026-03")


def test_what_is_assumed_where_nothing_is_given_can_be_given():
    given = {"vehicles": {"car": {"model_year": 9999}}, "owners": {"me": {"vehicles": ["car"]}}}
    result = BOOK.calculate(given, ["motor_vehicle_tax"], "2026-03")
    del given["vehicles"]["car"]["model_year"]
    without = BOOK.calculate(given, ["motor_vehicle_tax"], "2026-03")
    assert result.value("motor_vehicle_tax") == without.value("motor_vehicle_tax")


def test_a_cell_of_a_table_is_held_to_them(tmp_path):
    table = tmp_path / "fleet.csv"
    table.write_text("model_year,new_tires\n22,0\n2022,-1\n2022,0\n", encoding="utf-8")
    result = BOOK.calculate_table(table, ["motor_vehicle_tax"], "2026-03")
    assert [str(problem).partition(":")[2] for problem in result.problems] == [
        "2:1: model_year: model_year cannot be under 1886, got 22; give one from 1886 to 2100",
        "3:2: new_tires: new_tires cannot be under 0, got -1; give 0 or more",
    ]
    assert result.good == [2]
