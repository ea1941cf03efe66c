"""What a night decides: registers and decisions written as YAML, one file a subject.

Each scenario has ``entries`` of registers by table, and ``nights``: the decisions expected in each,
no more and no fewer. Of a decision what is written is compared. Its ``book`` is Estonia's where it
names none.
"""

from pathlib import Path

import pytest
import yaml

import policy
from policy.ledger.ledger import Ledger
from policy.ledger.replaying import replay
from policy.ledger.verifying import verify

from .conftest import text

SCENARIOS = [
    pytest.param(scenario, id=f"{file.stem}: {scenario['name']}")
    for file in sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
    for scenario in yaml.safe_load(file.read_text("utf-8"))
]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_nights_decide(scenario, nights, tmp_path):
    law = policy.load(scenario.get("book", "estonia")).reformed(*scenario.get("reforms", ()))
    found = nights(scenario["entries"], scenario["nights"], law)
    for night, expected in scenario["nights"].items():
        got = found.pop(str(night), [])
        asked = [*expected, *({} for _ in got[len(expected) :])]
        assert [told(each, known) for each, known in zip(got, asked, strict=False)] == [
            {name: plain(value) for name, value in each.items()} for each in expected
        ], [each.to_dict() for each in got]
    assert found == {}
    with Ledger.open(tmp_path / "ledger.duckdb") as ledger:
        assert verify(ledger) == []
        ids = [row["id"] for row in ledger.decided().select(["id"]).to_pylist()]
        assert [each.decision.id for each in replay(ledger, ids) if not each.same] == []


def told(decision, asked):
    """Return of a decision what is asked for."""
    known = {**decision.to_dict(), **decision.reasons}
    return {name: plain(known.get(name)) for name in asked}


def plain(value):
    if isinstance(value, dict):
        return {str(name): float(amount) for name, amount in value.items()}
    if isinstance(value, int | float):
        return float(value)
    return value if isinstance(value, list) else text(value)
