"""A column of a table is read as each of its cells would be by itself."""

import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import policy
from policy.population.rows import value_of_cell
from policy.running.values import read_column, refuse_kind
from policy.scenario.values import BadValueError, share

#: Of each kind one, with and without limits.
FACTS = [
    ("nebraska", "value_when_new"),
    ("nebraska", "gross_weight"),
    ("nebraska", "model_year"),
    ("nebraska", "new_tires"),
    ("nebraska", "registration_date"),
    ("nebraska", "vehicle_type"),
    ("nebraska", "is_pickup"),
    ("estonia", "death_date"),
    ("estonia", "children_of_the_birth"),
    ("estonia", "earnings"),
]
NUMBERS = [
    0,
    1,
    -1,
    3,
    7,
    1885,
    1886,
    2100,
    2101,
    9999,
    2**31 - 1,
    2**31,
    2**53,
    2**53 + 1,
    -(2**60),
]
AMOUNTS = [0.0, -0.0, 0.5, 1.0, 1234.56, -3.0, 1e300, 2.0**31, 9999.0]
NOT_FINITE = [float("nan"), float("inf"), float("-inf")]
DAYS = [
    *("0001-01-01", "1849-12-31", "1899-12-31", "1900-01-01", "2024-02-29", "2100-12-31"),
    *("2101-01-01", "9999-12-31"),
]
TEXTS = [
    *(
        "",
        " ",
        "x",
        "true",
        "True",
        "yes",
        "no",
        "FALSE",
        "trailer",
        " trailer ",
        "Trailer",
        "none",
    ),
    *("2023-02-29", "2024-2-1", "01.02.2024", "2024-02-29T00:00:00", "1e5", "0x10", "1_000", "1,5"),
    *(
        "+5",
        "-5",
        "5.",
        ".5",
        "005",
        "12 000",
        "1234567890123456789012",
        "٣",
        "NaN",
        "inf",
        "2000+5",
    ),
    *map(str, NUMBERS),
    *map(str, AMOUNTS),
    *DAYS,
]


def variable_of(name):
    return policy.load(name[0]).variable(name[1])


def one_by_one(variable, cells):
    """Return the value of each cell, None for an empty one, or what is wrong with it."""
    found = []
    for cell in cells:
        text = cell.strip() if isinstance(cell, str) else cell
        try:
            found.append(value_of_cell(variable, None if text == "" else text))
        except BadValueError as error:
            found.append(error.message)
    return found


def in_bulk(variable, array):
    read = read_column(variable, array)
    names = list(getattr(variable, "possible_values", None) or ())
    found = []
    for row, value in enumerate(read.values):
        if row in read.wrong:
            found.append(read.wrong[row][1].message)
        elif read.given is not None and not read.given[row]:
            found.append(None)
        else:
            plain = value.item() if isinstance(value, np.generic) else value
            found.append(names[plain] if names else plain)
    return found


def as_compared(values):
    """Return values with what is not a number, and numbers of either type, made comparable."""
    return [str(float(v)) if type(v) in (int, float) else v for v in values]


def agree(variable, cells, array):
    assert as_compared(in_bulk(variable, array)) == as_compared(one_by_one(variable, cells))


@pytest.mark.parametrize("name", FACTS, ids=lambda name: name[1])
@given(cells=st.lists(st.sampled_from([*TEXTS, None]) | st.text(max_size=6), max_size=30))
def test_texts(name, cells):
    variable = variable_of(name)
    agree(variable, cells, pa.array(cells, pa.string()))
    agree(variable, cells, pa.array(cells, pa.large_string()).dictionary_encode())


@pytest.mark.parametrize("name", FACTS, ids=lambda name: name[1])
@given(data=st.data())
def test_typed_columns(name, data):
    variable = variable_of(name)
    for kind, cells in (
        (pa.int64(), NUMBERS),
        (pa.float64(), [*AMOUNTS, *NOT_FINITE, *map(float, NUMBERS)]),
        (pa.decimal128(20, 2), [Decimal("1.50"), Decimal("-2.00"), Decimal("1234.56")]),
        (pa.bool_(), [True, False]),
        (pa.date32(), [datetime.date.fromisoformat(day) for day in DAYS]),
        (pa.timestamp("s"), [datetime.datetime(2024, 5, 1), datetime.datetime(2024, 5, 1, 12)]),
    ):
        try:
            refuse_kind(variable, kind)
        except BadValueError:
            continue
        drawn = data.draw(st.lists(st.sampled_from([*cells, None]), max_size=20))
        agree(variable, drawn, pa.array(drawn, kind))


def test_dates_beyond_the_calendar():
    variable = policy.load("estonia").variable("death_date")
    days = pa.array([-10_000_000, 0, 10_000_000], pa.int32()).cast(pa.date32())
    read = read_column(variable, days)
    assert sorted(read.wrong) == [0, 2]
    assert str(read.values[1]) == "1970-01-01"


def test_a_moment_of_another_time_zone_is_no_day():
    with pytest.raises(BadValueError, match="expected dates, got a column of timestamp"):
        refuse_kind(policy.load("estonia").variable("death_date"), pa.timestamp("s", "UTC"))


def test_a_year_is_divided_over_its_months():
    class hours:  # noqa: N801
        value_type, unit, formulas, default_value, dtype = int, "hours", {}, 0, np.dtype(np.int32)
        name, definition_period = "hours", "month"

        @staticmethod
        def set_input():
            """Stands for openfisca-core's own."""

    hours.set_input.__name__ = "set_input_divide_by_period"
    read = read_column(hours, pa.array([24, 25, 0, None]), parts=12)
    assert read.values.tolist() == [2, 2, 0, 0]
    with pytest.raises(BadValueError) as error:
        share(hours, 25, 12)
    assert {row: wrong.message for row, (_, wrong) in read.wrong.items()} == {
        1: error.value.message
    }
