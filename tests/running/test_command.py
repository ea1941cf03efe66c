"""``policy run`` and ``policy schema``, as they are typed."""

import json

import pytest
from click.testing import CliRunner

import policy
from policy.cli import cli
from policy.running.schema import question_of


def typed(*words):
    result = CliRunner().invoke(cli, [*map(str, words)], prog_name="policy")
    return result.output, result.exit_code


@pytest.fixture
def people(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text(
        "person,family,family_role,birth_date\n"
        "mari,kask,parents,1985-03-01\njuku,kask,children,2012-05-15\n"
        "anu,tamm,parents,1985-03-01\nliis,tamm,children,2012-05-15\n"
    )
    return file


def test_all_rows_are_calculated(people, tmp_path):
    ask = ("run", "estonia", "--input", people, "--period", "2024-05", "--outputs")
    said, code = typed(*ask, "child_allowance, birth_allowance", "--output", tmp_path / "out")
    assert code == 0
    assert "families      2          2          0" in said
    assert "Child allowance   160.00 EUR   PHS § 17" in said
    lines = [line.split("  ")[0] for line in said.splitlines()]
    assert "one parent draws child allowance for all children of the family" in lines
    assert said.rstrip().splitlines()[-2] == f"Written: {tmp_path / 'out'}"
    told, code = typed(*ask, "child_allowance", "--output", tmp_path / "json", "--json")
    assert code == 0
    assert json.loads(told) == json.loads((tmp_path / "json" / "run.json").read_text())
    assert json.loads(told)["totals"] == {"child_allowance": 160.0}


def test_some_rows_are_rejected_and_nothing_of_them_is_printed(people, tmp_path):
    people.write_text(people.read_text().replace("liis,tamm,children,2012-05-15", "liis,tamm,x,no"))
    ask = ("run", "estonia", "--input", people, "--period", "2024-05", "--outputs")
    said, code = typed(*ask, "child_allowance", "--output", tmp_path / "out")
    assert code == 1
    assert "families      2          1          1" in said
    assert "persons    birth_date       1   write a date that exists, as YYYY-MM-DD" in said
    assert "liis" not in said
    told, code = typed(*ask, "child_allowance", "--output", tmp_path / "strict", "--strict")
    assert code == 2
    assert told == (
        f"{people}:5:3: family_role: what stands here cannot be taken; valid roles: child,"
        " children, parent, parents\n"
    )
    assert not (tmp_path / "strict").exists()


def test_a_reform_and_the_law_of_a_day(people, tmp_path):
    reform = tmp_path / "raised.yaml"
    reform.write_text(
        "title: A hundred euros\neffective: 2024-01-01\n"
        "parameters: {child_allowance.first_and_second_child: {set: 100}}\n"
    )
    ask = ("run", "estonia", "--input", people, "--period", "2024-05", "--json")
    ask += ("--outputs", "child_allowance", "--output")
    told = json.loads(typed(*ask, tmp_path / "raised", "--reform", reform)[0])
    assert told["totals"] == {"child_allowance": 200.0}
    assert told["reforms"] == ["A hundred euros"]
    told = json.loads(typed(*ask, tmp_path / "known", "--as-known-on", "2022-06-01")[0])
    assert told["totals"] == {"child_allowance": 120.0}
    assert told["as_known_on"] == "2022-06-01"


def test_what_is_needed_is_asked_for(people, tmp_path):
    for words in (
        ("run", "estonia", "--input", people, "--output", tmp_path / "out"),
        ("run", "estonia", "--input", people, "--period", "2024-05"),
        ("run", "estonia", "--output", tmp_path / "out", "--period", "2024-05"),
        ("schema", "estonia"),
    ):
        said, code = typed(*words)
        assert "Missing option" in said
        assert code == 2


def test_the_schema_has_what_outputs_read_and_no_more():
    ask = ("schema", "nebraska", "--outputs", "wheel_tax", "--period", "2026-03")
    said, code = typed(*ask)
    assert code == 0
    assert said.startswith("Nebraska vehicle charges, 2026-03\nNeeded for wheel_tax\n\nvehicles\n")
    tables = json.loads(typed(*ask, "--json")[0])["tables"]
    columns = {
        name: [each["column"] for part in ("keys", "facts") for each in table[part]]
        for name, table in tables.items()
    }
    assert columns["memberships"] == ["vehicle", "owner", "owner_role"]
    assert columns["owners"] == ["owner", "city"]
    assert {"vehicle", "vehicle_type", "registration_date"} <= set(columns["vehicles"])
    assert not {"value_when_new", "model_year", "sales_price"} & set(columns["vehicles"])
    for name, words in columns.items():
        assert f"\n{name}\n" in said
        assert all(f"\n{word} " in said for word in words)


@pytest.mark.parametrize("name", policy.books())
def test_the_schema_in_json_describes_every_column(name):
    periods = {"estonia": "2024-05", "nebraska": "2026-03", "north_lanarkshire": "2025-09"}
    told, code = typed("schema", name, "--period", periods[name], "--json")
    schema = json.loads(told)
    law = policy.load(name)
    assert code == 0
    assert schema["outputs"] == law.metadata["outputs"]
    read = {slot for slot, _ in question_of(law, None, periods[name]).read()}
    named = set()
    for table, columns in schema["tables"].items():
        assert columns["keys"]
        for fact in columns["facts"]:
            variable = law.variable(fact["column"].partition("@")[0])
            named.add(variable.name)
            assert variable.entity.plural == table
            assert not variable.formulas
            assert fact["label"]
            assert fact["type"]
            assert fact["default"] is not None
            assert bool(fact["values"]) == (fact["type"] == "Enum")
    assert named == {each for each in read if not law.variable(each).formulas}
