"""Tables that cannot be read as they are: the error says which, where, and what to do."""

import datetime

import duckdb
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

import policy
from policy.errors import PolicyError
from tests.running.making import answers, write

ROWS = {
    "person": [1, 2, 3],
    "family": [7, 7, 7],
    "family_role": ["parents", "children", "children"],
    "birth_date": [
        datetime.date(1985, 3, 1),
        datetime.date(2012, 5, 15),
        datetime.date(2024, 5, 1),
    ],
}


def refusal(law, source, tmp_path, outputs=("child_allowance",), period="2024-05", **options):
    with pytest.raises(PolicyError) as error:
        law.run_tables(source, tmp_path / "out", period, outputs, **options)
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.part").exists()
    return str(error.value).replace(f"{tmp_path}/", "")


@pytest.fixture
def one(tmp_path):
    """Write one table with some columns changed; None leaves one out."""

    def written(**columns):
        kept = {name: values for name, values in {**ROWS, **columns}.items() if values is not None}
        parquet.write_table(pa.table(kept), tmp_path / "families.parquet")
        return tmp_path / "families.parquet"

    return written


HOSTILE = 'birth_date"; DROP TABLE p; --'
REFUSED = {
    "misspelt": (
        {"brith_date": ROWS["birth_date"]},
        "families.parquet: brith_date: no variable has this name; did you mean 'birth_date'?",
    ),
    "hostile": (
        {HOSTILE: ROWS["birth_date"]},
        f"families.parquet: {HOSTILE}: no variable has this name; leave it out, or rename it",
    ),
    "like none": (
        {"Nachname_ÄÖÜ_日本": ["x", "y", "z"]},
        "families.parquet: Nachname_ÄÖÜ_日本: no variable has this name; leave it out, or rename"
        " it",
    ),
    "of another period": (
        {"is_student@2024-W20": [True, False, True]},
        "families.parquet: is_student@2024-W20: is_student is defined by the month, not for"
        " '2024-W20'; give it for one month at a time, such as {2024-05: …}",
    ),
    "of no period": (
        {"is_student@May": [True, False, True]},
        "families.parquet: is_student@May: 'May' is not a period; write a month as 2024-05, a year"
        " as 2024, a day as 2024-05-31",
    ),
    "given twice": (
        {"is_student": [True, False, True], "is_student@2024-05": [True, False, True]},
        "families.parquet: is_student@2024-05: it is given in the column is_student of the persons"
        " too; keep one",
    ),
    "of another type": (
        {"birth_date": [1985, 2012, 2024]},
        "families.parquet: birth_date: expected dates, got a column of int64; write dates",
    ),
    "no family": (
        {"family": None},
        "families.parquet: there is no column 'family'; add it: it names the family of each person",
    ),
    "no role": (
        {"family_role": None},
        "families.parquet: there is no column 'family_role'; add it: it says the role of each"
        " person: parents, children",
    ),
    "in capitals": (
        {"family": None, "FAMILY": [7, 7, 7]},
        "families.parquet: there is no column 'family'; rename 'FAMILY'",
    ),
    "ids that are no ids": (
        {"person": [1.5, 2.5, 3.5]},
        "families.parquet: person: ids are whole numbers or text, not double; write them as one of"
        " these",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_table_that_is_refused(name, estonia, one, tmp_path):
    columns, message = REFUSED[name]
    assert refusal(estonia, one(**columns), tmp_path) == message


def test_amounts_that_have_lost_cents(one, estonia, tmp_path):
    source = one(earnings=pa.array([1.0, 2.0, 3.0], pa.float32()))
    assert refusal(estonia, source, tmp_path, ["parental_benefit"]) == (
        "families.parquet: earnings: float has lost cents above 167,772; give float64 from the"
        " source on"
    )
    assert estonia.run_tables(source, tmp_path / "out", "2024-05", ["child_allowance"])


def test_a_column_that_no_answer_needs_is_not_read(one, estonia, tmp_path):
    source = one(earnings=["much", "no", "no"], weight=[1.0, 1.0, 1.0], id=["a", "b", "c"])
    done = estonia.run_tables(source, tmp_path / "out", "2024-05", ["child_allowance"])
    assert done.to_dict()["not_read"] == ["persons.earnings", "persons.weight"]
    assert not done.rejected


def test_a_fact_of_another_time_has_a_column_of_its_own(one, estonia, tmp_path):
    born = [datetime.date(1975, 3, 1), datetime.date(2005, 4, 15), datetime.date(2012, 5, 1)]
    gave = {}
    for before, now in ((True, True), (False, True), (True, False)):
        source = one(
            **{"is_student@2024-04": [False, before, False], "is_student": [False, now, False]},
            birth_date=born,
        )
        target = tmp_path / f"{before}-{now}"
        done = estonia.run_tables(source, target, "2024-05", ["child_allowance"])
        assert "is_student" not in [fact.entry.name for fact in done.given.assumed]
        (gave[before, now],) = answers(target, "families")["child_allowance"]
        people = {"f": {"parents": ["1"], "children": ["2", "3"]}}
        facts = {str(n): {"birth_date": day.isoformat()} for n, day in enumerate(born, 1)}
        facts["2"]["is_student"] = {"2024-04": before, "2024-05": now}
        alone = estonia.calculate({"persons": facts, "families": people}, None, "2024-05")
        assert alone.value("child_allowance") == gave[before, now]
    assert len(set(gave.values())) > 1


def test_tables_of_a_folder_that_are_refused(estonia, tmp_path):
    rows = pa.table(ROWS)
    persons, members = rows.select(["person", "birth_date"]), rows.drop_columns(["birth_date"])
    families = pa.table({"family": [7]})
    tables = {"persons": persons, "memberships": members, "families": families}

    def refused(name, table):
        place = tmp_path / f"in-{len([*tmp_path.iterdir()])}"
        write({**tables, name: table}, place)
        return refusal(estonia, place, tmp_path).replace(f"{place.name}/", "")

    assert refused("memberships", rows) == (
        "memberships.parquet: birth_date: it is a fact of a person, and this is another table; move"
        " it to the table of persons"
    )
    assert refused("families", pa.table({"family": ["7"]})) == (
        "families.parquet: family: ids are text here, and whole numbers in memberships.parquet;"
        " write both alike"
    )
    assert refused("families", pa.table({"number": [7]})) == (
        "families.parquet: there is no column 'family'; add it: it is the id of each row"
    )
    assert refused("persons", persons.drop_columns(["person"])) == (
        "persons.parquet: there is no column 'person'; add it: it is the id of each row"
    )
    csv.write_csv(persons, write(tables, tmp_path / "both") / "persons.csv")
    assert refusal(estonia, tmp_path / "both", tmp_path) == (
        "both: there are several tables of persons: persons.csv, persons.parquet; keep one of them"
    )
    write({"memberships": members}, tmp_path / "nobody")
    assert refusal(estonia, tmp_path / "nobody", tmp_path) == (
        "nobody: there is no table of persons; add one, such as persons.parquet; 'policy schema'"
        " tells its columns"
    )


def test_files_that_cannot_be_read(estonia, one, tmp_path):
    assert refusal(estonia, tmp_path / "no.parquet", tmp_path) == (
        "no.parquet: there is no such file; check the path"
    )
    (tmp_path / "people.txt").write_text("x")
    assert refusal(estonia, tmp_path / "people.txt", tmp_path) == (
        "people.txt: it is no kind of table; give .parquet, .arrow, .feather, .csv or .duckdb, or a"
        " folder of such files"
    )
    for kind in ("parquet", "arrow", "duckdb"):
        (tmp_path / f"broken.{kind}").write_text("Mari Maasikas, 48503010000")
        said = refusal(estonia, tmp_path / f"broken.{kind}", tmp_path)
        assert said.startswith(f"broken.{kind}: it cannot be read (")
        assert "Maasikas" not in said
    (tmp_path / "empty.csv").write_text("")
    assert refusal(estonia, tmp_path / "empty.csv", tmp_path) == (
        "empty.csv: the file is empty; name the columns in the first line"
    )
    (tmp_path / "long.csv").write_text("person,family,family_role\n1,7,parents\n2,7,parents,Mari\n")
    said = refusal(estonia, tmp_path / "long.csv", tmp_path)
    assert "a row has 4 cells, and there are 3 columns; write a cell for each column" in said
    assert "Mari" not in said
    (tmp_path / "latin.csv").write_bytes(
        "person,family,family_role\nJõe,7,parents\n".encode("latin-1")
    )
    assert "latin.csv: " in refusal(estonia, tmp_path / "latin.csv", tmp_path)
    (tmp_path / "twice.csv").write_text("person,person,family,family_role\n1,1,7,parents\n")
    assert refusal(estonia, tmp_path / "twice.csv", tmp_path) == (
        "twice.csv: two columns are named 'person'; keep one of them"
    )


def test_questions_that_are_refused(estonia, one, tmp_path):
    assert refusal(estonia, one(), tmp_path, ["child_alowance"]) == (
        "the estonia book has no variable 'child_alowance'; did you mean 'child_allowance'?"
    )
    assert "no period to calculate" in refusal(estonia, one(), tmp_path, period=None)
    assert refusal(estonia, one(), tmp_path, engine="numbo") == (
        "engine: there is no engine 'numbo'; did you mean 'numba'?"
    )


def test_hostile_names_in_duckdb_are_names(estonia, tmp_path):
    file = tmp_path / 'x"; DROP TABLE persons; --.duckdb'
    with duckdb.connect(str(file)) as connection:
        connection.from_arrow(pa.table(ROWS)).create("persons")
        connection.execute('CREATE TABLE "memberships""; DROP TABLE persons; --" (a INTEGER)')
    done = estonia.run_tables(file, tmp_path / "out", "2024-05", ["child_allowance"])
    assert done.to_dict()["rows"]["families"] == {"read": 1, "computed": 1, "rejected": 0}
    with duckdb.connect(str(file)) as connection:
        assert connection.sql("SELECT count(*) FROM persons").fetchall() == [(3,)]


def test_hostile_cells_are_cells(estonia, tmp_path):
    hostile = "'); DROP TABLE p; --"
    rows = {
        "person": ["b", hostile, "a"],
        "family": [hostile, "f", hostile],
        "family_role": ["children", hostile, "parents"],
        "birth_date": ["2012-05-15", "2012-05-15", "1985-03-01"],
    }
    csv.write_csv(pa.table(rows), tmp_path / "people.csv")
    done = estonia.run_tables(
        tmp_path / "people.csv", tmp_path / "out", "2024-05", ["child_allowance"]
    )
    assert done.to_dict()["rows"]["persons"] == {"read": 3, "computed": 2, "rejected": 1}
    assert answers(tmp_path / "out", "families") == {"family": [hostile], "child_allowance": [80.0]}
    (reject, _) = parquet.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()
    assert (reject["id"], reject["value"]) == (hostile, hostile)


def test_csv_may_have_semicolons_marks_and_gaps(estonia, tmp_path):
    text = (
        "person;family;family_role;birth_date;is_student\n"
        " 1 ;7;parents;1985-03-01;\n2;7; children ; 2012-05-15 ;no\n\n3;7;child;2024-05-01;Yes\n"
    )
    (tmp_path / "people.csv").write_text(text, encoding="utf-8-sig")
    done = estonia.run_tables(
        tmp_path / "people.csv", tmp_path / "out", "2024-05", ["child_allowance"]
    )
    assert not done.rejected
    assert answers(tmp_path / "out", "families")["child_allowance"] == [160.0]
    assert done.to_dict()["assumed_where_empty"] == {"is_student": 1}


def test_roles_that_have_several_places(tmp_path):
    """A country package made for openfisca-core, whose adults are a first and a second."""
    law = policy.load("openfisca_country_template")
    entity = law.system.group_entities[0]
    words = [role.plural or role.key for role in entity.roles]
    rows = {
        "person": range(6),
        entity.key: [1, 1, 1, 2, 2, 3],
        f"{entity.key}_role": [words[0], words[0], words[1], words[1], words[0], words[0]],
        "salary": [1000.0, 2500.5, None, 0.0, 4000.0, 10.0],
        "age": [30, 31, 2, 5, 40, 70],
    }
    parquet.write_table(pa.table(rows), tmp_path / "people.parquet")
    for engine in ("numpy", "openfisca"):
        law.run_tables(
            tmp_path / "people.parquet",
            tmp_path / engine,
            "2017-01",
            ["total_taxes", "total_benefits", "disposable_income"],
            engine=engine,
        )
    found = answers(tmp_path / "numpy", entity.plural)
    assert found == answers(tmp_path / "openfisca", entity.plural)
    assert any(found["total_taxes"])
