"""Tables in, tables out: a row for each vehicle or person."""

import csv
import json
import re
import sys

import pytest

import policy
from policy.errors import PolicyError
from policy.population.rows import calculate_rows
from policy.population.tables import read_table, write_table

FLEET = "docs/examples/nebraska-fleet.csv"
WRONG = """\
vehicle;model_yaer;value_when_new;registration_date;fuel;city;owner
a;2020;30,000;2026-03-01;electric;lincoln;x
b;2020;30000;2026-03-41;electric;lincoln;x

c;2020;30000;2026-03-11;elektric;lincoln;x
a;2020;30000;2026-03-11;electric;omaha;x
d;2020;30000;2026-03-11;electric;omaha;x
e;2020;30000;2026-03-11;electric;lincoln;x
f;2020;;2026-03-11;electric;;
"""
MISTAKES = """\
wrong.csv:1:2: model_yaer: no variable has this name; did you mean 'model_year'?
wrong.csv:2:3: value_when_new: expected a number, got '30,000'; write a plain decimal number, \
without quotes, such as 1250.50
wrong.csv:3:4: registration_date: '2026-03-41' is not a date that exists; write a date that \
exists, as YYYY-MM-DD
wrong.csv:5:5: fuel: 'elektric' is not a value of fuel; did you mean 'electric'?
wrong.csv:6:1: vehicle: 'a' is the id of line 2 too; give each row its own id
wrong.csv:8:6: city: 'lincoln' for x, and 'omaha' in line 7; say the same in all rows of x
wrong.csv:9:7: owner: no value is given; name the owner
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_fleet_is_what_its_vehicles_are_alone():
    book = policy.load("nebraska")
    table = read_table(FLEET)
    result = calculate_rows(book, table, None, "2026-03")
    assert not result.problems
    for index, cells in enumerate(table.rows):
        facts = dict(zip(table.columns, cells, strict=True))
        city = facts.pop("city")
        name = facts.pop("vehicle")
        for each in ("model_year", "value_when_new", "gross_weight"):
            facts[each] = int(facts[each])
        alone = book.calculate(
            {
                "period": "2026-03",
                "vehicles": {name: facts},
                "owners": {"owner": {"vehicles": [name], "city": city}},
            },
            result.of_rows,
        )
        for output in result.of_rows:
            assert result.value(output, index) == alone.value(output), (name, output)
    bill = sum(result.value("registration_charges", index) for index in range(len(table.rows)))
    assert result.value("registration_bill", 0) == pytest.approx(bill)


def test_the_terminal_shows_rows_and_totals(policy_command):
    output = policy_command("calculate", FLEET, "--period", "2026-03")
    assert "van_1" in output
    assert "Total" in output
    assert "3179.30 USD" in output


def test_mistakes_are_named_and_good_rows_are_calculated(policy_command, folder):
    (folder / "wrong.csv").write_text(WRONG, encoding="utf-8")
    output = policy_command("calculate", "wrong.csv", "--period", "2026-03", code=1)
    assert MISTAKES in output
    assert "740.50 USD" in output


def test_nothing_of_a_table_is_lost(policy_command, folder):
    (folder / "wrong.csv").write_text(WRONG, encoding="utf-8")
    policy_command("calculate", "wrong.csv", "--period", "2026-03", "--to", "out.csv", code=1)
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["vehicle"] for row in rows] == ["a", "b", "c", "a", "d", "e", "f"]
    assert [bool(row["problems"]) for row in rows] == [True, True, True, True, False, True, True]
    assert rows[4]["registration_charges"] == "740.5"
    assert rows[0]["value_when_new"] == "30,000"
    assert [path.name for path in folder.iterdir()].count("out.csv") == 1
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_what_is_written_can_be_read(policy_command, tmp_path, suffix):
    target = tmp_path / f"bills.{suffix}"
    policy_command("calculate", FLEET, "--period", "2026-03", "--to", str(target))
    again = read_table(target)
    result = calculate_rows(policy.load("nebraska"), again, ["registration_charges"], "2026-03")
    assert result.total("registration_charges") == pytest.approx(3179.30)
    assert [problem.message for problem in result.problems] == [
        "problems: no variable has this name"
    ]


def test_json_has_rows_groups_and_totals(policy_command):
    found = json.loads(policy_command("calculate", FLEET, "--period", "2026-03", "--json"))
    assert found["vehicles"]["van_3"]["motor_vehicle_tax"] == 165
    assert found["owners"]["owner"]["registration_bill"] == 3179.30
    assert found["totals"]["wheel_tax"] == 406
    assert found["problems"] == []


def test_a_number_that_is_not_known_is_an_empty_cell(tmp_path):
    table = tmp_path / "fleet.csv"
    table.write_text(
        "registration_class,registration_date,city\nmotorcycle,2026-03-01,omaha\n"
        "passenger_vehicle,2026-03-01,omaha\n",
        encoding="utf-8",
    )
    result = calculate_rows(policy.load("nebraska"), read_table(table), ["wheel_tax"], "2026-03")
    assert [row[-2] for row in result.rows()] == [None, 50]
    assert (result.missing("wheel_tax"), result.total("wheel_tax")) == (1, 50)


def test_an_answer_that_was_not_asked_for_is_an_error():
    fleet = policy.load("nebraska").calculate_table(FLEET, ["bill"], "2026-03")
    for ask in (fleet.total, fleet.missing, lambda name: fleet.value(name, 0)):
        with pytest.raises(PolicyError, match="'wheel_tax' is not among the results; valid"):
            ask("wheel_tax")


@pytest.mark.parametrize("index", [99, -1])
def test_an_answer_of_a_row_that_there_is_not_is_an_error(index):
    fleet = policy.load("nebraska").calculate_table(FLEET, ["bill"], "2026-03")
    with pytest.raises(PolicyError, match=f"there is no answer {index}: bill has 1 for the owners"):
        fleet.value("bill", index)


def test_a_library_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(PolicyError) as error:
        write_table(tmp_path / "bills.xlsx", ["vehicle"], [["van_1"]])
    message = "reading and writing .xlsx files needs openpyxl"
    assert str(error.value) == f"{message}; run: pip install 'policy-statutes[tables]'"
    assert list(tmp_path.iterdir()) == []


def test_the_weight_of_a_population_is_no_fact(policy_command, tmp_path):
    table = tmp_path / "fleet.csv"
    table.write_text("model_year,weight\n2020,500\n", encoding="utf-8")
    output = policy_command("calculate", str(table), "--period", "2026-03", code=1)
    assert "weight: no variable has this name; it is for 'policy compare --population'" in output


def test_roles_are_a_column(tmp_path):
    table = tmp_path / "families.csv"
    table.write_text(
        "id,family,family_role,birth_date\nmari,tamm,parent,1985-03-01\nkati,tamm,child,2014-02-01\n"
        "juku,kask,child,2015-02-01\nliis,kask,chlid,2015-02-01\n"
        + "".join(f"p{n},mets,parent,1980-01-01\n" for n in range(3)),
        encoding="utf-8",
    )
    result = calculate_rows(
        policy.load("estonia"), read_table(table), ["child_allowance"], "2024-05"
    )
    assert [result.value("child_allowance", index) for index in range(3)] == [80, 80, 0]
    assert [str(problem) for problem in result.problems] == [
        f"{table}:5:3: family_role: 'chlid' is no role; did you mean 'child'?",
        f"{table}:8:3: family_role: at most 2 parents in mets; use another role or group",
    ]


def test_a_role_is_needed_where_there_are_several(tmp_path):
    table = tmp_path / "families.csv"
    table.write_text("birth_date\n2014-02-01\n", encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        calculate_rows(policy.load("estonia"), read_table(table), ["child_allowance"], "2024-05")
    assert "add a column 'family_role' with one of child, children, parent, parents" in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty; name the columns in the first line"),
        ("a,b\n", "the table has no rows; write a row for each person or thing"),
        ("a,b,a\n1,2,3\n", "column 3 is named 'a' as another is; give each column its own name"),
        ("a,,b\n1,2,3\n", "column 2 is without a name; give each column its own name"),
        ("a,b\n1,2,3\n", "line 2 has more cells than there are columns; name them all"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, text, message):
    file = tmp_path / "table.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_table(file)
    assert str(caught.value) == f"{file}: {message}"


@pytest.mark.parametrize("name", ["no.xlsx", "no.parquet"])
def test_a_file_of_another_kind_is_refused(tmp_path, name):
    (tmp_path / name).write_text("not a table", encoding="utf-8")
    with pytest.raises(PolicyError, match="it cannot be read"):
        read_table(tmp_path / name)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_letters_that_are_not_in_utf_8_are_said_so(tmp_path, encoding):
    file = tmp_path / "fleet.csv"
    file.write_text("vehicle,city\nkäru,omaha\n", encoding=encoding)
    with pytest.raises(PolicyError, match="its letters are not in UTF-8; save it as UTF-8; Excel"):
        read_table(file)


def test_one_mistake_is_one(policy_command, tmp_path):
    file = tmp_path / "fleet.csv"
    file.write_text("vehicle,model_yr\ncar,2022\n", encoding="utf-8")
    output = policy_command(
        "calculate", str(file), "--book", "nebraska", "--period", "2026-03", code=1
    )
    said = "a column that cannot be used is left out, and rows are calculated without it"
    assert f"\n1 mistake; {said}:\n" in output
    file.write_text("vehicle,model_year\ncar,2022\nvan,x\n", encoding="utf-8")
    output = policy_command(
        "calculate", str(file), "--book", "nebraska", "--period", "2026-03", code=1
    )
    assert "\n1 mistake; rows that hold one are not calculated:\n" in output
    file.write_text("vehicle,model_yr,model_year\ncar,1,2022\nvan,1,x\n", encoding="utf-8")
    output = policy_command(
        "calculate", str(file), "--book", "nebraska", "--period", "2026-03", code=1
    )
    assert f"\n2 mistakes; rows that hold one are not calculated; {said}:\n" in output


def test_a_total_says_how_many_it_leaves_out(policy_command, tmp_path):
    table = tmp_path / "fleet.csv"
    table.write_text(
        "registration_class,registration_date,city\nmotorcycle,2026-03-01,omaha\n"
        "passenger_vehicle,2026-03-01,omaha\n",
        encoding="utf-8",
    )
    asked = ("calculate", str(table), "--period", "2026-03", "--output", "wheel_tax")
    output = policy_command(*asked)
    assert re.search(r"\nTotal +50\.00 USD, without 1 not known\n", output)
    told = json.loads(policy_command(*asked, "--json"))
    assert (told["totals"], told["not_known"]) == ({"wheel_tax": 50}, {"wheel_tax": 1})


def test_a_table_is_not_written_to_another_kind_of_file(tmp_path):
    with pytest.raises(PolicyError, match=r"name it with one of \.csv, \.xlsx, \.parquet"):
        write_table(tmp_path / "out.txt", ["a"], [[1]])


def test_options_for_tables_and_for_scenarios(policy_command):
    output = policy_command("calculate", FLEET, code=2)
    remedy = "ask for a month or a year (--period 2026-03)"
    assert output == f"{FLEET}: period: no period to calculate; {remedy}\n"
    assert "--monthly is for scenarios" in policy_command(
        "calculate", FLEET, "--period", "2026", "--monthly", code=2
    )
    assert "--to is for tables" in policy_command(
        "calculate", "docs/examples/estonia-family.yaml", "--to", "x.csv", code=2
    )


def test_a_column_of_another_time_is_named(tmp_path):
    table = tmp_path / "fleet.csv"
    table.write_text("registration_date,city\n2026-03-01,lincoln\n", encoding="utf-8")
    result = calculate_rows(policy.load("nebraska"), read_table(table), ["wheel_tax"], "2026")
    assert not result.problems
    assert result.value("wheel_tax", 0) == 74
