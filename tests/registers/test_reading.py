"""Registers are read as they were known on a day, only what may be read, and nothing unseen."""

import re
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from policy import PolicyError
from policy.registers.reading import Registers
from policy.registers.sources import Register, Sources, Table

PERSONS, PARENTS = "population/persons", "population/parents"
FIELDS = {PERSONS: ["birth_date", "death_date"]}
START = date(2024, 1, 1)
#: Texts that would do harm if they reached SQL as part of it.
HARMFUL = [
    "x'; DROP TABLE persons; --",
    'x"; DROP VIEW "population/persons"; --',
    "' OR 1=1 --",
    "\\'; SELECT 1; --",
    "$$x$$; ?; %s; {0}",
    "Õie-Ülle Šnäkk",
    "",
    "\u202e\n\t",
]

days = st.integers(0, 8).map(lambda n: START + timedelta(n))
entries = st.lists(
    st.fixed_dictionaries(
        {
            "person_code": st.sampled_from(["a", "b", "c", *HARMFUL[:2]]),
            "birth_date": st.dates(date(1990, 1, 1), date(2024, 1, 1)),
            "recorded_on": days,
            "withdrawn": st.booleans(),
        }
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda entry: (entry["person_code"], entry["recorded_on"]),
)


def known(entries, day):
    """The same in plain Python: the latest entry of each person up to a day, if it stands."""
    latest = {}
    for entry in sorted(entries, key=lambda each: each["recorded_on"]):
        if entry["recorded_on"] <= day:
            latest[entry["person_code"]] = entry
    return {
        code: (each["birth_date"], each["recorded_on"])
        for code, each in latest.items()
        if not each["withdrawn"]
    }


def found(view):
    rows = view.select("person_code, birth_date, recorded_on").fetchall()
    assert len(rows) == len({code for code, *_ in rows})
    return {code: tuple(rest) for code, *rest in rows}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=entries, day=days, asked=st.sets(st.sampled_from(["a", "b", HARMFUL[0], "z"])))
def test_as_known_on(write, sources, entries, day, asked):
    with Registers(write(PERSONS, entries), sources) as registers:
        everybody = known(entries, day)
        assert found(registers.as_known_on(day, FIELDS)[PERSONS]) == everybody
        some = registers.as_known_on(day, FIELDS, asked)[PERSONS]
        assert found(some) == {code: each for code, each in everybody.items() if code in asked}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=entries, since=days, until=days)
def test_changed(write, sources, entries, since, until):
    with Registers(write(PERSONS, entries), sources) as registers:
        rows = registers.changed(since, until, [PERSONS]).fetchall()
    new = {each["person_code"] for each in entries if since < each["recorded_on"] <= until}
    assert rows == [(PERSONS, code) for code in sorted(new)]


def test_what_was_known_does_not_change(write, sources):
    """Entries made later, in a file of their own, change nothing of what was known before."""
    first = {"person_code": "a", "birth_date": date(2020, 5, 1), "recorded_on": START}
    later = {**first, "birth_date": date(2020, 5, 2), "recorded_on": START + timedelta(5)}
    write(PERSONS, [first], "first")
    folder = write(PERSONS, [later], "second")
    with Registers(folder, sources) as registers:
        before = registers.as_known_on(START + timedelta(4), FIELDS)[PERSONS].fetchall()
        after = registers.as_known_on("2024-01-06", FIELDS)[PERSONS].fetchall()
    assert before == [("a", first["birth_date"], None, first["recorded_on"])]
    assert after == [("a", later["birth_date"], None, later["recorded_on"])]


def test_parents_are_found_by_either_code(write, sources):
    rows = [
        {"child_code": child, "parent_code": parent, "recorded_on": START}
        for child, parent in (("kid", "ma"), ("kid", "pa"), ("other", "ma"), ("far", "gone"))
    ]
    fields = {PARENTS: ["raises"]}
    with Registers(write(PARENTS, rows), sources) as registers:
        view = registers.as_known_on(START, fields, ["ma"])[PARENTS]
        assert sorted(view.select("child_code, parent_code").fetchall()) == [
            ("kid", "ma"),
            ("other", "ma"),
        ]
        assert registers.changed("2023-12-31", START, [PARENTS]).fetchall() == [
            (PARENTS, code) for code in ("far", "gone", "kid", "ma", "other", "pa")
        ]


def test_only_what_is_asked_for_is_in_the_view(write, sources):
    rows = [{"person_code": "a", "recorded_on": START}]
    with Registers(write(PERSONS, rows), sources) as registers:
        view = registers.as_known_on(START, {PERSONS: ["birth_date"]})[PERSONS]
        assert view.columns == ["person_code", "birth_date", "recorded_on"]
        assert registers.connection.sql(f'SELECT * FROM "{PERSONS}"').columns == view.columns


def test_changed_in_no_table(write, sources):
    with (
        Registers(write(PERSONS, []), sources) as registers,
        pytest.raises(PolicyError, match="no table that names persons is asked about"),
    ):
        registers.changed(START, START, [])


@pytest.mark.parametrize("harm", HARMFUL)
def test_no_text_is_taken_for_sql(write, sources, harm):
    """Whatever stands in a field comes back as it is: in a code, a name, a folder, a question."""
    rows = [{"person_code": harm, "surname": harm, "given_names": harm, "recorded_on": START}]
    folder = write(PERSONS, rows)
    strange = folder.parent / f"{folder.name} it's; DROP -- [a]*?{{b}}"
    folder.rename(strange)
    with Registers(strange, sources) as registers:
        fields = {PERSONS: ["surname", "given_names"]}
        view = registers.as_known_on(START, fields, [harm])[PERSONS]
        assert view.select("person_code, surname, given_names").fetchall() == [(harm,) * 3]
        assert registers.changed("2023-12-31", START, [PERSONS]).fetchall() == [(PERSONS, harm)]


@pytest.mark.parametrize("harm", HARMFUL[:6])
def test_no_name_is_taken_for_sql(write, sources, harm):
    """A column or a table whose name is SQL is read like any other."""
    persons = sources.table(PERSONS)
    code = replace(persons.columns["person_code"], name=harm)
    born = replace(persons.columns["birth_date"], name="born")
    table = Table("popu'lation", harm.replace("/", ""), "", (harm,), {harm: code, "born": born})
    register = Register("popu'lation", "", {}, "", "", {harm: table}, (), None)
    folder = write(PERSONS, [])
    place = folder / table.register / f"{table.name}.parquet"
    place.parent.mkdir()
    rows = {harm: ["a"], "born": [START], "recorded_on": [START], "withdrawn": [False]}
    parquet.write_table(pa.table(rows), place)
    with Registers(folder, Sources("toy", {"popu'lation": register})) as registers:
        view = registers.as_known_on(START, {table.path: ["born"]}, ["a"])[table.path]
        assert view.fetchall() == [("a", START, START)]


def refused(folder: Path, sources, fields=FIELDS, consents=()) -> str:
    with (
        Registers(folder, sources, consents=consents) as registers,
        pytest.raises(PolicyError) as error,
    ):
        registers.as_known_on(START + timedelta(9), fields)
    return re.sub(r"^\S*?(?=population)", "", str(error.value), flags=re.M)


def test_a_table_that_is_missing(tmp_path, sources):
    assert refused(tmp_path, sources) == (
        "population/persons.parquet: there is no table 'population/persons'; put persons.parquet,"
        " or a folder persons of such files, there"
    )


def test_a_file_that_is_no_parquet(tmp_path, sources):
    (tmp_path / "population").mkdir()
    (tmp_path / "population" / "persons.parquet").write_text("person_code,birth_date\n")
    assert refused(tmp_path, sources).startswith("population/persons.parquet: cannot be read: ")


def test_columns_that_are_missing_or_hold_something_else(write, sources):
    folder = write(PERSONS, [{"person_code": "a", "recorded_on": START}])
    file = folder / f"{PERSONS}.parquet"
    held = parquet.read_table(file).drop_columns(["death_date"])
    place = held.schema.get_field_index("birth_date")
    texts = held.set_column(place, "birth_date", pa.array(["2020-01-01"]))
    parquet.write_table(texts.append_column("deathdate", pa.nulls(1, pa.date32())), file)
    assert refused(folder, sources).splitlines() == [
        "population/persons.parquet: the column 'birth_date' holds VARCHAR, not dates; write it as"
        " DATE",
        "population/persons.parquet: there is no column 'death_date'; did you mean 'deathdate'?",
    ]


def test_a_later_file_of_a_folder_is_looked_at_too(write, sources):
    row = {"person_code": "a", "recorded_on": START}
    write(PERSONS, [row], "first")
    file = write(PERSONS, [row | {"person_code": "b"}], "second") / PERSONS / "second.parquet"
    held = parquet.read_table(file).drop_columns(["birth_date"])
    place = held.schema.get_field_index("death_date")
    parquet.write_table(held.set_column(place, "death_date", pa.array(["on 1 May 2020"])), file)
    assert refused(file.parents[2], sources).splitlines() == [
        "population/persons/second.parquet: there is no column 'birth_date'; add it",
        "population/persons/second.parquet: the column 'death_date' holds VARCHAR, not dates; write"
        " it as DATE",
    ]


def test_a_file_beside_a_folder_of_files(write, sources):
    """Nobody could tell which of them is the register."""
    write(PERSONS, [{"person_code": "a", "recorded_on": START}], "first")
    folder = write(PERSONS, [{"person_code": "b", "recorded_on": START}])
    assert refused(folder, sources) == (
        "population/persons: there is 'persons.parquet' beside it, too; keep one of the two"
    )


def test_a_damaged_file_is_told_without_what_it_says(write, sources):
    folder = write(PERSONS, [{"person_code": "a", "recorded_on": START}])
    file = folder / f"{PERSONS}.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:4] + bytes(255 - each for each in whole[4:200]) + whole[200:])
    assert refused(folder, sources) == (
        "population/persons.parquet: cannot be read: it is damaged; write it as Parquet again"
    )


def test_amounts_in_single_precision(write, sources):
    path = "tax/social_tax"
    folder = write(path, [{"person_code": "a", "recorded_on": START}])
    file = folder / f"{path}.parquet"
    held = parquet.read_table(file)
    place = held.schema.get_field_index("social_tax")
    parquet.write_table(held.set_column(place, "social_tax", pa.array([1.0], pa.float32())), file)
    assert "holds FLOAT, not numbers" in refused(folder, sources, {path: ["social_tax"]})


def test_several_entries_of_one_day(write, sources):
    """Nobody could tell which of them is the later; the message says of whom to nobody."""
    rows = [{"person_code": code, "recorded_on": START} for code in ("a", "a", "b", "c", "c")]
    assert refused(write(PERSONS, rows), sources) == (
        "population/persons.parquet: 2 times several entries have one person_code on one day,"
        " first on 2024-01-01; keep the last of them"
    )


def test_values_that_are_missing_or_not_allowed(write, sources):
    rows = [
        {"child_code": child, "parent_code": "p", "recorded_on": START, **rest}
        for child, rest in (
            ("a", {"relation": "uncle"}),
            ("b", {"relation": None}),
            ("c", {"since": None}),
            ("d", {"since": None, "recorded_on": START + timedelta(1)}),
        )
    ]
    folder = write(PARENTS, rows)
    assert refused(folder, sources, {PARENTS: ["relation", "since"]}).splitlines() == [
        "population/parents.parquet: 'relation' is empty in the entry of 2024-01-01; correct them,"
        " or declare the column 'optional: true'",
        "population/parents.parquet: 'since' is empty in 2 entries, the first of 2024-01-01;"
        " correct them, or declare the column 'optional: true'",
    ]
    del rows[1:]
    assert refused(write(PARENTS, rows), sources, {PARENTS: ["relation"]}) == (
        "population/parents.parquet: 'relation' is none of mother, father, guardian, adopter in the"
        " entry of 2024-01-01; correct them, or declare the value"
    )


def test_what_no_amount_and_no_day_is(write, sources):
    """Nothing can be calculated with it, and an error of the calculation would tell whose it is."""
    path = "tax/social_tax"
    amounts = [float("nan"), float("inf"), -1.0]
    months = {"month_from": START, "recorded_on": START}
    rows = [{"person_code": str(n), "social_tax": n, **months} for n in amounts]
    assert refused(write(path, rows), sources, {path: ["social_tax"]}).endswith(
        "social_tax.parquet: 'social_tax' is infinite, or no number in 2 entries, the first of"
        " 2024-01-01; correct them"
    )
    folder = write(PERSONS, [{"person_code": "a", "recorded_on": START}])
    file = folder / f"{PERSONS}.parquet"
    held = parquet.read_table(file)
    last = pa.array([2**31 - 1], pa.int32()).cast(pa.date32())
    place = held.schema.get_field_index("death_date")
    parquet.write_table(held.set_column(place, "death_date", last), file)
    assert "'death_date' is infinite in the entry of 2024-01-01" in refused(folder, sources)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"population/person": []}, "did you mean 'population/persons'?"),
        ({PERSONS: ["birthdate"]}, "did you mean 'birth_date'?"),
        ({PERSONS: ["sex"]}, "cannot be read without a basis in law"),
    ],
)
def test_what_is_not_declared_or_may_not_be_read(write, sources, fields, said):
    folder = write(PERSONS, [{"person_code": "a", "recorded_on": START}])
    assert said in refused(folder, sources, fields)


def test_what_is_spilled_is_private_and_removed(write, sources):
    folder = write(PERSONS, [{"person_code": "a", "recorded_on": START}])
    with Registers(folder, sources) as registers:
        row = registers.connection.sql("SELECT current_setting('temp_directory')").fetchall()[0]
        spilled = Path(row[0])
        assert stat.S_IMODE(spilled.stat().st_mode) == 0o700
    assert not spilled.exists()
