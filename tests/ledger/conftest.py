"""A small ledger of two nights."""

import json
from hashlib import sha256

import pyarrow as pa
import pytest

import policy
from policy.ledger.law import kept
from policy.ledger.ledger import Ledger, Run
from policy.ledger.rows import SAID

FAMILY = {
    "persons": {"mari": {"birth_date": "1990-03-01"}, "juku": {"birth_date": "2020-06-15"}},
    "families": {"family": {"parents": ["mari"], "children": ["juku"]}},
}
FACTS = json.dumps({"2024-05": FAMILY})
DIGEST = sha256(FACTS.encode()).hexdigest()


@pytest.fixture(scope="session")
def book():
    return policy.load("estonia")


@pytest.fixture(scope="session")
def law(book):
    return kept(book)


def decision(**said):
    """Return a decision as it is written."""
    return {
        "kind": "award",
        "subject": "juku",
        "benefit": "child_allowance_of_child",
        "period_from": "2024-05",
        "amounts": '{"2024-05":80.00}',
        "recipient": "mari",
        "input_digest": DIGEST,
        "reasons": '{"why":"law"}',
        **said,
    }


def table(*decisions):
    """Return decisions as a ledger takes them."""
    return pa.table(
        {name: pa.array([each.get(name) for each in decisions], pa.string()) for name in SAID}
    )


def inputs(*facts):
    digests = [sha256(each.encode()).hexdigest() for each in facts]
    return pa.table(
        {"digest": pa.array(digests, pa.string()), "facts": pa.array(facts, pa.string())}
    )


@pytest.fixture
def file(tmp_path, law):
    """A ledger of two nights: three decisions, and one."""
    path = tmp_path / "ledger.duckdb"
    with Ledger.open(path) as ledger:
        first = [
            decision(),
            decision(kind="offer", benefit="birth_allowance_of_child", answer_by="2024-05-15"),
            decision(subject="mari", benefit="large_family_allowance", amounts="{}"),
        ]
        ledger.append(
            Run("2024-05-01", {"population/persons": 2}), law, inputs(FACTS), table(*first)
        )
        ledger.append(
            Run("2024-05-02", {"population/persons": 0}),
            law,
            inputs(),
            table(decision(kind="void")),
        )
    return path
