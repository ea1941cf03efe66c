"""The engine: what is traced and linked is kept, and belongs to its book."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

import policy
from policy.book import StatuteBook
from policy.errors import PolicyError
from policy.graph.engine import engine_of

FAMILY = {
    "persons": {"mari": {"birth_date": "1990-03-01"}, "juku": {"birth_date": "2020-06-15"}},
    "families": {"tamm": {"parents": ["mari"], "children": ["juku"]}},
}


def test_many_threads_may_ask_at_once(toy_folder):
    law = policy.load(toy_folder)  # (nothing is traced yet)
    months = [f"20{year}-{month:02}" for year in range(20, 24) for month in range(1, 13)]
    situation = {
        "persons": {"ann": {"wage": {month: float(n) for n, month in enumerate(months)}}},
        "households": {"home": {"adults": ["ann"]}},
    }

    def bonus(month):
        return law.calculate(situation, ["household_bonus"], month).value("household_bonus")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(bonus, months))
    assert found == [bonus(month) for month in months]
    assert found == pytest.approx([n / 10 for n in range(len(months))])


def test_an_engine_goes_with_its_book(toy_folder):
    law = StatuteBook(policy.load(toy_folder))
    engine = weakref.ref(engine_of(law))
    del law
    gc.collect()
    assert engine() is None


def test_both_engines_give_the_same():
    book = policy.load("estonia")
    outputs = book.metadata["outputs"]
    one = book.calculate(FAMILY, outputs, "2024-05")
    other = book.calculate(FAMILY, outputs, "2024-05", engine="openfisca")
    assert [row.value for row in one.rows()] == [row.value for row in other.rows()]


def test_an_engine_that_does_not_exist_is_an_error():
    with pytest.raises(PolicyError, match="engine: there is no engine 'grahp'; did you mean 'gra"):
        policy.load("estonia").calculate(FAMILY, ["child_allowance"], "2024-05", engine="grahp")
