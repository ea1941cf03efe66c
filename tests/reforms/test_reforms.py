"""Reforms laid over the law: what they change, what they leave, and what is wrong in them."""

from __future__ import annotations

import copy
import datetime
from pathlib import Path

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


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NUMBERS), DAYS, DAYS, MONEY)
def test_a_reform_and_its_inverse_are_the_baseline(name, one, other, value):
    first, last = sorted((one, other))
    before = BOOK.parameter(name)
    if before.at(first) is None:
        first = before.values[0].start
        last = max(first, last)
    there = BOOK.reformed({"title": "there", "parameters": {name: {"set": value, "from": first, "until": last}}})
    changes = {each.start: each.value for each in before.values if first <= each.start <= last}
    changes = {first: before.at(first).value, **changes}
    back = there.reformed(
        {"title": "back", "requires": [], "parameters": {name: {"dates": changes}}}
        if False
        else Path(_written(there, name, changes))
    )
    for day in _days_around(first, last, before):
        assert (back.parameter(name).at(day) or before.at(day)).value == (before.at(day) or back.parameter(name).at(day)).value


def _days_around(first, last, parameter):
    days = {first, last, *(each.start for each in parameter.values)}
    return sorted(
        {
            str(datetime.date.fromisoformat(day) + datetime.timedelta(step))
            for day in days
            for step in (-1, 0, 1)
        }
    )
