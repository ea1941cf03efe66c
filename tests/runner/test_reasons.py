"""Why a test fails: where the two engines part ways is told, if they do."""

from policy.testing import reasons
from policy.testing.merging import verdicts
from policy.testing.reasons import reason_of
from policy.testing.runner import read_cases

CASE = """\
- name: Wrong
  period: 2024-05
  input: {persons: {a: {wage: 100}, b: {}}, household: {adults: [a, b]}}
  output: {household: {household_bonus: 12}}
"""


def reason(toy, tmp_path):
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    (verdict,) = verdicts(read_cases(path, toy))
    (difference,) = verdict.differences
    return reason_of(verdict.case, difference)


def test_steps_of_no_weight_are_cut(toy, tmp_path):
    told = reason(toy, tmp_path)
    assert told.parting == ""
    assert [(step.name, step.id) for step in told.answer.walk()] == [
        ("household_bonus", "household"),
        ("bonus", "a"),
        ("wage", "a"),
        ("bonus_share", ""),
    ]


def test_the_first_variable_that_the_engines_calculate_differently_is_named(
    toy, tmp_path, monkeypatch
):
    engine = reasons.engine_of(toy)
    real = engine.calculate

    def calculate(people, facts, wanted, *rest):
        found = dict(real(people, facts, wanted, *rest))
        return {
            slot: array + 1 if slot[0] in {"bonus", "household_bonus"} else array
            for slot, array in found.items()
        }

    monkeypatch.setattr(engine, "calculate", calculate)
    assert reason(toy, tmp_path).parting == (
        "bonus of a for 2024-05 is 11.0 by the law graph and 10.0 by openfisca-core"
    )
