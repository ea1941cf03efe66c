"""Rows with a mistake: each kind is found, its family is left out, and the counts add up."""

import datetime
import json

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from policy.errors import PolicyError
from policy.running import sorting
from tests.running.making import answers, shuffled, write

OUTPUTS = ["child_allowance", "child_allowance_of_child", "childcare_allowance"]
FAMILIES = 6
#: The row of the first child of the third family, and its id; the third family.
ROW, CHILD, FAMILY = 10, "p10", "f2"


@pytest.fixture
def register():
    """Six families of two parents and two children, a row for each person, in order."""
    rows = range(4 * FAMILIES)
    born = [datetime.date(1985 + row % 4 // 2 * 30, 1 + row % 12, 5) for row in rows]
    people = [f"p{row:02}" for row in rows]
    return {
        "persons": pa.table(
            {
                "person": people,
                "birth_date": born,
                "is_student": [row % 3 == 0 for row in rows],
                "children_of_the_birth": pa.array([1] * len(rows), pa.int32()),
                "joined_family_by": ["birth"] * len(rows),
            }
        ),
        "memberships": pa.table(
            {
                "person": people,
                "family": [f"f{row // 4}" for row in rows],
                "family_role": ["children" if row % 4 // 2 else "parents" for row in rows],
            }
        ),
        "families": pa.table(
            {
                "family": [f"f{number}" for number in range(FAMILIES)],
                "childcare_allowance_claimed": [False] * FAMILIES,
            }
        ),
    }


def cell(table, column, value, row=ROW):
    """Return a change of one cell; a text makes the column one of texts."""

    def change(tables):
        old = tables[table][column]
        cells, kind = old.to_pylist(), old.type
        if isinstance(value, str) and not pa.types.is_string(kind):
            cells, kind = [str(each).lower() for each in cells], pa.string()
        if isinstance(value, float):
            kind = pa.float64()
        cells[row] = value
        place = tables[table].schema.get_field_index(column)
        return {**tables, table: tables[table].set_column(place, column, pa.array(cells, kind))}

    return change


def added(table, row, **cells):
    """Return a change that adds a row, like another but for some cells."""

    def change(tables):
        old = tables[table]
        new = {**old.slice(row, 1).to_pylist()[0], **cells}
        return {**tables, table: pa.concat_tables([old, pa.Table.from_pylist([new], old.schema)])}

    return change


def removed(table, row):
    def change(tables):
        old = tables[table]
        return {**tables, table: pa.concat_tables([old.slice(0, row), old.slice(row + 1)])}

    return change


LAST, LAST_FAMILY = 4 * FAMILIES, FAMILIES
#: By what is wrong: the change; the table, the row, the column, the cell, part of the reason; the
#: families that are not calculated.
MISTAKES = {
    "a date that does not exist": (
        cell("persons", "birth_date", "2015-02-30"),
        ("persons", ROW, "birth_date", "2015-02-30", "is not a date that exists"),
        {FAMILY},
    ),
    "a date written otherwise": (
        cell("persons", "birth_date", "5.1.2015"),
        ("persons", ROW, "birth_date", "5.1.2015", "is not a date"),
        {FAMILY},
    ),
    "a date before all others": (
        cell("persons", "birth_date", datetime.date(1700, 1, 1)),
        ("persons", ROW, "birth_date", "1700-01-01", "cannot be before 1850-01-01"),
        {FAMILY},
    ),
    "a word that is none of a choice": (
        cell("persons", "joined_family_by", "brith"),
        ("persons", ROW, "joined_family_by", "brith", "is not a value of joined_family_by"),
        {FAMILY},
    ),
    "neither yes nor no": (
        cell("persons", "is_student", "perhaps"),
        ("persons", ROW, "is_student", "perhaps", "expected true or false"),
        {FAMILY},
    ),
    "a negative count": (
        cell("persons", "children_of_the_birth", -1),
        ("persons", ROW, "children_of_the_birth", "-1", "cannot be negative"),
        {FAMILY},
    ),
    "half a child": (
        cell("persons", "children_of_the_birth", 1.5),
        ("persons", ROW, "children_of_the_birth", "1.5", "expected a whole number"),
        {FAMILY},
    ),
    "not a number": (
        cell("persons", "children_of_the_birth", float("nan")),
        ("persons", ROW, "children_of_the_birth", "nan", "expected a whole number"),
        {FAMILY},
    ),
    "text for a number": (
        cell("persons", "children_of_the_birth", "two"),
        ("persons", ROW, "children_of_the_birth", "two", "expected a whole number"),
        {FAMILY},
    ),
    "a number beyond any": (
        cell("persons", "children_of_the_birth", "99999999999999999999"),
        ("persons", ROW, "children_of_the_birth", "99999999999999999999", "too large"),
        {FAMILY},
    ),
    "a fact of a family": (
        cell("families", "childcare_allowance_claimed", "maybe", 2),
        ("families", 2, "childcare_allowance_claimed", "maybe", "expected true or false"),
        {FAMILY},
    ),
    "an unknown role": (
        cell("memberships", "family_role", "childs"),
        ("memberships", ROW, "family_role", "childs", "is no role"),
        {FAMILY},
    ),
    "no role": (
        cell("memberships", "family_role", None),
        ("memberships", ROW, "family_role", "", "no role is given"),
        {FAMILY},
    ),
    "a third parent": (
        cell("memberships", "family_role", "parents"),
        ("memberships", ROW, "family_role", "parents", "at most 2 parents in one family"),
        {FAMILY},
    ),
    "no family": (
        cell("memberships", "family", None),
        ("memberships", ROW, "family", "", "no family is given"),
        set(),
    ),
    "a family that is missing": (
        cell("memberships", "family", "f99"),
        ("memberships", ROW, "family", "f99", "there is no such family"),
        set(),
    ),
    "a person that is missing": (
        added("memberships", ROW, person="p99"),
        ("memberships", LAST, "person", "p99", "there is no such person"),
        {FAMILY},
    ),
    "a membership of nobody": (
        added("memberships", ROW, person=None),
        ("memberships", LAST, "person", "", "there is no such person"),
        {FAMILY},
    ),
    "in no family": (
        removed("memberships", ROW),
        ("persons", ROW, "person", CHILD, "the person is in no family"),
        set(),
    ),
    "in two families": (
        added("memberships", ROW, family="f4"),
        ("memberships", ROW, "person", CHILD, "the person is in two families"),
        {FAMILY, "f4"},
    ),
    "twice in one": (
        added("memberships", ROW),
        ("memberships", ROW, "person", CHILD, "the person is twice in one family"),
        {FAMILY},
    ),
    "an id that two have": (
        added("persons", ROW),
        ("persons", LAST, "person", CHILD, "another row has the same id"),
        {FAMILY},
    ),
    "no id": (
        cell("persons", "person", None),
        ("persons", ROW, "person", "", "no id is given"),
        {FAMILY},
    ),
    "a family that is there twice": (
        added("families", 2),
        ("families", LAST_FAMILY, "family", FAMILY, "another row has the same id"),
        {FAMILY},
    ),
    "a family without id": (
        added("families", 2, family=None),
        ("families", LAST_FAMILY, "family", "", "no id is given"),
        set(),
    ),
    "a family of nobody": (
        added("families", 2, family="f9"),
        ("families", LAST_FAMILY, "family", "f9", "nobody is in the family"),
        {"f9"},
    ),
}


#: Mistakes by which nobody knows which family the child is in: it alone is not calculated.
ALONE = {"no family", "a family that is missing", "in no family"}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_found_and_all_others_are_calculated(name, estonia, register, tmp_path):
    change, (table, row, column, value, reason), families = MISTAKES[name]
    source = write(change(register), tmp_path / "in")
    done = estonia.run_tables(source, tmp_path / "out", "2024-05", OUTPUTS)
    rejects = parquet.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()
    found = [e for e in rejects if e["column"] and (e["table"], e["line"]) == (table, row + 2)]
    assert [(each["column"], each["value"]) for each in found] == [(column, value)]
    assert reason in found[0]["reason"]
    assert found[0]["remedy"]
    right = write(left(register, families, name in ALONE), tmp_path / "right")
    assert not estonia.run_tables(right, tmp_path / "expected", "2024-05", OUTPUTS).rejected
    for each in ("persons", "families"):
        assert answers(tmp_path / "out", each) == answers(tmp_path / "expected", each)
    check_counts(done, change(register), rejects, tmp_path / "out")


def left(tables, families, alone):
    """Return tables without some families, and without the child where it alone is left out."""
    members = tables["memberships"].to_pylist()
    gone = {each["person"] for each in members if each["family"] in families}
    gone |= {CHILD} if alone else set()
    return {
        name: pa.Table.from_pylist(
            [
                row
                for row in table.to_pylist()
                if row.get("person") not in gone and row.get("family") not in families
            ],
            table.schema,
        )
        for name, table in tables.items()
    }


def check_counts(done, tables, rejects, folder):
    """Each row that was read is in the answers or among the rejects, and in one of them."""
    rows = done.to_dict()["rows"]
    assert rows == json.loads((folder / "run.json").read_text())["rows"]
    for name in ("persons", "families"):
        counts = rows[name]
        assert counts["read"] == tables[name].num_rows
        assert counts["read"] == counts["computed"] + counts["rejected"]
        assert counts["computed"] == parquet.read_metadata(folder / f"{name}.parquet").num_rows
        lines = {each["line"] for each in rejects if each["table"] == name}
        lines |= lines_of(tables, name, rejects)
        assert len(lines) == counts["rejected"]
    assert sum(each["rows"] for each in done.to_dict()["mistakes"]) == len(rejects)


def lines_of(tables, name, rejects):
    """Return the lines of persons whose mistake stands in the memberships."""
    if name == "families":
        return set()
    ids = {each["id"] for each in rejects if each["table"] == "memberships"}
    people = tables["persons"]["person"].to_pylist()
    return {line for line, each in enumerate(people, 2) if each in ids}


def test_others_of_the_family_are_told_which_row_was_wrong(estonia, register, tmp_path):
    source = write(MISTAKES["neither yes nor no"][0](register), tmp_path / "in")
    estonia.run_tables(source, tmp_path / "out", "2024-05", OUTPUTS)
    rejects = parquet.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()
    others = {each["id"]: each["reason"] for each in rejects if not each["column"]}
    assert set(others) == {"p08", "p09", "p11", FAMILY}
    assert set(others.values()) == {"another row of the family was rejected: persons 12"}


@pytest.mark.parametrize("name", MISTAKES)
def test_strict_stops_at_the_mistake_and_tells_nothing_of_the_person(
    name, estonia, register, tmp_path
):
    change, (table, row, column, value, _), _ = MISTAKES[name]
    source = write(change(register), tmp_path / "in")
    with pytest.raises(PolicyError) as error:
        estonia.run_tables(source, tmp_path / "out", "2024-05", OUTPUTS, strict=True)
    (problem,) = error.value.problems
    twice = {"an id that two have", "a family that is there twice", "twice in one"}
    lines = {row + 2} | ({ROW + 2, 4} if name in twice | {"no id", "in two families"} else set())
    assert problem.location.file.endswith(f"{table}.parquet") or name == "no id"
    assert problem.location.line in lines or name == "no id"
    assert problem.message.startswith(f"{column}: ") or name == "no id"
    assert problem.remedy
    private = [value, CHILD, FAMILY, "p99"] if column not in {"family_role"} else [CHILD, FAMILY]
    assert not [word for word in private if word and f"'{word}'" in str(problem)]
    assert list(tmp_path.iterdir()) == [source]


def test_several_mistakes_at_once_in_csv_and_in_any_order(estonia, register, tmp_path):
    for change in (
        cell("persons", "birth_date", "2015-02-30", 2),
        cell("persons", "is_student", "", 3),
        cell("persons", "is_student", "perhaps", 9),
        cell("memberships", "family_role", "childs", 9),
        added("memberships", 21, family="f0"),
        removed("memberships", 4),
        added("families", 2, family="f9"),
    ):
        register = change(register)
    for name in ("in-order", "mixed"):
        tables = register if name == "in-order" else {n: shuffled(register[n]) for n in register}
        (tmp_path / name).mkdir()
        for table, rows in tables.items():
            csv.write_csv(rows, tmp_path / name / f"{table}.csv")
        done = estonia.run_tables(tmp_path / name, tmp_path / f"out-{name}", "2024-05", OUTPUTS)
        rejects = parquet.read_table(tmp_path / f"out-{name}" / "rejects.parquet").to_pylist()
        check_counts(done, tables, rejects, tmp_path / f"out-{name}")
        assert set(answers(tmp_path / f"out-{name}", "families")["family"]) == {"f1", "f3", "f4"}
        assert done.tally.empty["is_student"] == 0
    assert len(rejects) > 10


def test_rows_of_one_table_that_say_different_things_of_their_family(estonia, register, tmp_path):
    rows = register["persons"].append_column("family", register["memberships"]["family"])
    rows = rows.append_column("family_role", register["memberships"]["family_role"])
    claimed = [None, True, None, None] + [None] * 4 + [True, None, False, True] + [False] * 12
    rows = rows.append_column("childcare_allowance_claimed", pa.array(claimed))
    parquet.write_table(rows, tmp_path / "persons.parquet")
    done = estonia.run_tables(tmp_path / "persons.parquet", tmp_path / "out", "2024-05", OUTPUTS)
    (mistake,) = [each for each in done.to_dict()["mistakes"] if each["column"]]
    assert mistake["column"] == "childcare_allowance_claimed"
    assert mistake["remedy"] == "say the same in all rows of a family"
    assert answers(tmp_path / "out", "families")["family"] == ["f0", "f1", "f3", "f4", "f5"]


def test_what_the_law_computes_is_given_for_all_or_none(estonia, register, tmp_path):
    given = [10.0] * (4 * FAMILIES)
    given[ROW] = None
    persons = register["persons"].append_column("child_allowance_of_child", pa.array(given))
    source = write({**register, "persons": persons}, tmp_path / "in")
    done = estonia.run_tables(source, tmp_path / "out", "2024-05", ["child_allowance"])
    assert done.to_dict()["rows"]["families"]["rejected"] == 1
    assert set(answers(tmp_path / "out", "families")["child_allowance"]) == {40.0}
    assert [fact.entry.name for fact in done.given.assumed] == []


def test_nothing_is_kept_that_others_could_read(estonia, register, tmp_path, monkeypatch):
    modes = set()
    kept = sorting.Sorter.by_lines

    def watched(self, batches):
        made = [
            path for path in (tmp_path / "out.part").rglob("*") if path.parent.name != "scratch"
        ]
        modes.update(mode_of(path) for path in [tmp_path / "out.part", *made])
        return kept(self, batches)

    monkeypatch.setattr(sorting.Sorter, "by_lines", watched)
    source = write({name: shuffled(table) for name, table in register.items()}, tmp_path / "in")
    estonia.run_tables(source, tmp_path / "out", "2024-05", OUTPUTS)
    modes.update(mode_of(path) for path in [tmp_path / "out", *(tmp_path / "out").iterdir()])
    assert modes == {("folder", 0o700), ("file", 0o600)}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


def mode_of(path):
    return "folder" if path.is_dir() else "file", path.stat().st_mode & 0o777
