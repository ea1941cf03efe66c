"""A plan reads what the law needs, and nothing else."""

import json

import pytest
from click.testing import CliRunner

import policy
from policy import PolicyError
from policy.cli import cli
from policy.graph.engine import engine_of
from policy.legislation.times import slots_asked
from policy.registers.plan import LEFT_OUT, plan
from policy.registers.sources import sources_of
from policy.scenario.times import period_of

LAW = policy.load("estonia")


def read_by(outputs, month):
    slots = [slot for name in outputs for slot in slots_asked(LAW.variable(name), period_of(month))]
    return {name for name, _ in engine_of(LAW).read_by(slots, {})}


@pytest.mark.parametrize("month", ["2019-10", "2023-06", "2024-05", "2026-10", "2025"])
def test_every_fact_needed_is_held_or_asked(month):
    made = plan(LAW, period=month)
    facts = {name for name in read_by(made.outputs, month) if not LAW.variable(name).formulas}
    asked = {each.variable for each in made.questions}
    assert facts <= asked | set(made.facts)
    assert not asked & set(made.facts)


def test_every_field_is_in_one_part():
    made = plan(LAW, ["child_allowance"], "2026-10", without=["education"])
    parts = [each.path for part in (made.read, made.withheld, made.not_needed) for each in part]
    every = [f"{t.path}.{name}" for t in sources_of(LAW).tables.values() for name in t.columns]
    assert sorted(parts) == sorted(every)


def test_no_more_than_child_allowance_needs():
    made = plan(LAW, ["child_allowance"], "2026-10")
    assert {path.partition("/")[0] for path in made.fields} == {
        "board",
        "court",
        "education",
        "population",
    }
    assert "sex" not in made.fields["population/persons"]
    assert "surname" not in made.fields["population/persons"]


def test_what_is_needed_changes_with_the_law():
    """Earnings reduced parental benefit until the end of 2025; after that nobody's are read."""
    before = plan(LAW, ["parental_benefit"], "2025-12")
    after = plan(LAW, ["parental_benefit"], "2026-01")
    assert "earnings" in before.facts
    assert "earnings" not in after.facts


def test_what_is_left_out_can_be_asked_and_says_what_it_changes():
    made = plan(
        LAW,
        ["child_allowance", "birth_allowance", "family_benefits"],
        "2026-10",
        without=["education/studies", "population/persons.death_date"],
    )
    assert {each.path: each.why_not for each in made.withheld} == dict.fromkeys(
        [
            "education/studies.studies_from",
            "education/studies.studies_until",
            "education/studies.level",
            "education/studies.final_class",
            "population/persons.death_date",
        ],
        LEFT_OUT,
    )
    asked = {each.variable: each for each in made.questions}
    assert asked["is_student"].withheld == (
        "education/studies.studies_from",
        "education/studies.studies_until",
        "education/studies.level",
    )
    assert asked["is_student"].changes == ("child_allowance",)
    assert asked["death_date"].changes == ("child_allowance", "birth_allowance")
    assert "education/studies" not in made.fields


def test_a_table_without_its_key_is_not_read():
    made = plan(LAW, ["parental_benefit"], "2026-10", without=["health/pregnancies.person_code"])
    assert "health/pregnancies" not in made.fields
    assert "due_date" in {each.variable for each in made.questions}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"outputs": ["child_alowance"]}, "did you mean 'child_allowance'?"),
        ({"without": ["educaton"]}, "no register, table or field 'educaton'; did you mean 'educ"),
        ({"consents": ["all"]}, "the registers have no consent 'all'"),
        ({"period": "2016-01"}, "covers the law from 2017-01-01"),
        ({"period": "soon"}, "period"),
    ],
)
def test_mistakes(wrong, said):
    with pytest.raises(PolicyError) as error:
        plan(LAW, **wrong)
    assert said in str(error.value)


def test_command():
    asked = ["registers", "plan", "estonia", "--outputs", "birth_allowance", "--period", "2026-10"]
    text = CliRunner().invoke(cli, [*asked, "--without", "court"])
    assert text.exit_code == 0
    for said in ("persons.birth_date", "PHS § 5(2) p 1", "left out", "Stillborn"):
        assert said in text.output
    data = json.loads(CliRunner().invoke(cli, [*asked, "--json"]).output)
    made = plan(LAW, ["birth_allowance"], "2026-10")
    assert data == json.loads(json.dumps(made.to_dict()))
    assert [each["field"] for each in data["read"]] == [each.path for each in made.read]
