"""Answers to tables are openfisca-core's, however the tables are written."""

import datetime
from functools import partial

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, feather, ipc, parquet

from policy.running import run
from tests.running.making import MOST, answers, in_one, shuffled, tables_of, write, written


def asked(question, source, target, engine="numpy", **options):
    return question.law.run_tables(
        source, target, question.period, question.outputs, engine=engine, **options
    )


def test_answers_are_openfisca_cores(question, tmp_path):
    source = write(tables_of(question, 150), tmp_path / "in")
    for engine in ("numpy", "openfisca"):
        done = asked(question, source, tmp_path / engine, engine)
        assert not done.rejected
    for entity in (question.person, question.group):
        names = question.of(entity)
        assert names
        found, expected = (answers(tmp_path / e, entity.plural) for e in ("numpy", "openfisca"))
        assert found == expected
        assert any(any(found[name]) for name in names)
        assert (
            found[entity.key]
            == parquet.read_table(source / f"{entity.plural}.parquet")[entity.key].to_pylist()
        )


def test_a_family_of_a_table_is_what_it_is_alone(allowances, families, tmp_path):
    source = write(families, tmp_path / "in")
    asked(allowances, source, tmp_path / "out")
    found = answers(tmp_path / "out", "families")
    persons, members = families["persons"].to_pylist(), families["memberships"].to_pylist()
    groups = families["families"].to_pylist()
    assert len(found["family"]) == len(groups)
    for place, group in enumerate(groups):
        ids = [row for row in members if row["family"] == group["family"]]
        roles = {"parents": [], "children": []}
        for row in ids:
            roles[row["family_role"]].append(str(row["person"]))
        facts = {str(row["person"]): given(row, "person") for row in persons}
        scenario = {
            "persons": {name: facts[name] for names in roles.values() for name in names},
            "families": {"f": {**roles, **given(group, "family")}},
        }
        result = allowances.law.calculate(
            scenario, allowances.outputs, allowances.period, engine="openfisca"
        )
        for name in allowances.of(allowances.group):
            assert result.value(name) == found[name][place]


def given(row, key):
    facts = {}
    for column, value in row.items():
        if column != key and value is not None:
            name, _, period = column.partition("@")
            plain = value.isoformat() if isinstance(value, datetime.date) else value
            facts.setdefault(name, {})[period or "2024-05"] = plain
    return facts


def test_compiled_answers_are_the_same(allowances, families, tmp_path):
    source = write(families, tmp_path / "in")
    for engine in ("numba", "numpy"):
        allowances.law.run_tables(
            source, tmp_path / engine, "2024-05", ["child_allowance"], engine=engine
        )
    assert answers(tmp_path / "numba", "families") == answers(tmp_path / "numpy", "families")


def test_a_year_is_the_sum_of_its_months(allowances, families, tmp_path):
    source = write(families, tmp_path / "in")
    law, names = allowances.law, ["child_allowance"]
    for engine in ("numpy", "openfisca"):
        law.run_tables(source, tmp_path / engine, "2024", names, engine=engine)
    found = answers(tmp_path / "numpy", "families")
    assert found == answers(tmp_path / "openfisca", "families")
    monthly = np.zeros(len(found["family"]))
    for month in range(1, 13):
        law.run_tables(source, tmp_path / f"{month}", f"2024-{month:02}", names, engine="numpy")
        monthly += answers(tmp_path / f"{month}", "families")["child_allowance"]
    assert np.allclose(monthly, found["child_allowance"], atol=0.001)


def as_parquet(tables, one, folder):
    write(tables, folder)


def as_arrow(tables, one, folder):
    for name, table in tables.items():
        with ipc.new_stream(folder / f"{name}.arrow", table.schema) as writer:
            writer.write_table(table, max_chunksize=17)


def as_feather(tables, one, folder):
    for name, table in tables.items():
        feather.write_feather(table, folder / f"{name}.feather")


def as_csv(tables, one, folder):
    for name, table in tables.items():
        csv.write_csv(table, folder / f"{name}.csv")


def as_parts(tables, one, folder):
    for name, table in tables.items():
        (folder / name).mkdir()
        for part in range(3):
            rows = table.slice(part * 20, 20 if part < 2 else None)
            parquet.write_table(rows, folder / name / f"{part}.parquet")


def as_dictionaries(tables, one, folder):
    encoded = {}
    for name, table in tables.items():
        texts = [field.name for field in table.schema if pa.types.is_string(field.type)]
        columns = {each: table[each] for each in table.column_names}
        encoded[name] = pa.table(
            columns | {text: table[text].dictionary_encode() for text in texts}
        )
    write(encoded, folder)


def as_mixed(tables, one, folder):
    kinds = zip(tables.items(), (as_parquet, as_arrow, as_feather), strict=True)
    for (name, table), kind in kinds:
        kind({name: table}, one, folder)


def as_one(tables, one, folder):
    parquet.write_table(one, folder / "persons.parquet")


KINDS = [as_arrow, as_feather, as_csv, as_parts, as_dictionaries, as_mixed, as_one]


@pytest.mark.parametrize("kind", KINDS)
def test_any_kind_of_file_gives_the_same(kind, allowances, families, tmp_path):
    expected = write(families, tmp_path / "expected")
    asked(allowances, expected, tmp_path / "out-expected")
    (tmp_path / "in").mkdir()
    kind(families, in_one(families, allowances), tmp_path / "in")
    done = asked(allowances, tmp_path / "in", tmp_path / "out")
    assert not done.rejected
    for name in ("persons", "families"):
        found, other = (answers(tmp_path / out, name) for out in ("out", "out-expected"))
        assert {key: list(map(str, each)) for key, each in found.items()} == {
            key: list(map(str, each)) for key, each in other.items()
        }


def test_tables_of_a_duckdb_file_give_the_same(allowances, families, tmp_path):
    asked(allowances, write(families, tmp_path / "in"), tmp_path / "expected")
    file = tmp_path / "register.duckdb"
    with duckdb.connect(str(file)) as connection:
        for name, table in families.items():
            connection.from_arrow(table).create(name)
    asked(allowances, file, tmp_path / "out")
    for name in ("persons.parquet", "families.parquet", "rejects.parquet"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "expected" / name).read_bytes()


@pytest.mark.parametrize("split", [True, False])
def test_rows_in_any_order_give_the_same_in_that_order(split, allowances, families, tmp_path):
    """The order within a family matters to who of twins is the elder: it is kept."""
    whole = {**families, "one": in_one(families, allowances)}
    asked(allowances, write(families, tmp_path / "in"), tmp_path / "expected")
    if split:
        mixed = write({name: shuffled(families[name]) for name in families}, tmp_path / "mixed")
    else:
        mixed = write({"persons": shuffled(whole["one"])}, tmp_path / "mixed")
    asked(allowances, mixed, tmp_path / "out")
    asked(allowances, mixed, tmp_path / "openfisca", "openfisca")
    for name, key in (("persons", "person"), ("families", "family")):
        found = answers(tmp_path / "out", name)
        assert found == answers(tmp_path / "openfisca", name)
        if split or name == "persons":
            assert found[key] == parquet.read_table(mixed / f"{name}.parquet")[key].to_pylist()
    by_id = {
        out: dict(zip(found["family"], found["large_family_allowance"], strict=True))
        for out in ("out", "expected")
        for found in [answers(tmp_path / out, "families")]
    }
    assert by_id["out"] == by_id["expected"]


def test_blocks_change_nothing(allowances, families, tmp_path, monkeypatch):
    source = write(families, tmp_path / "in")
    mixed = write({name: shuffled(families[name]) for name in families}, tmp_path / "mixed")
    for place in (source, mixed):
        asked(allowances, place, tmp_path / f"whole-{place.name}")
    for size in (1, 7, MOST - 1):
        monkeypatch.setattr(run, "BLOCK", size)
        for place in (source, mixed):
            asked(allowances, place, tmp_path / f"{size}-{place.name}")
            for name in ("persons", "families", "rejects"):
                whole = answers(tmp_path / f"whole-{place.name}", name)
                assert answers(tmp_path / f"{size}-{place.name}", name) == whole


def test_the_same_bytes_each_time_and_by_any_number_of_threads(
    allowances, families, tmp_path, monkeypatch, request
):
    mixed = write({name: shuffled(families[name]) for name in families}, tmp_path / "mixed")
    request.addfinalizer(partial(pa.set_cpu_count, pa.cpu_count()))
    for source in (write(families, tmp_path / "in"), mixed):
        runs = []
        for processors in (1, 2, 2):
            monkeypatch.setattr("os.cpu_count", lambda number=processors: number)
            pa.set_cpu_count(processors)
            target = tmp_path / f"{source.name}-{len(runs)}"
            asked(allowances, source, target)
            runs.append(written(target))
        assert runs[0] == runs[1] == runs[2]
        assert set(runs[0]) == {
            "persons.parquet",
            "families.parquet",
            "rejects.parquet",
            "run.json",
        }


def test_nobody_is_no_error(allowances, families, tmp_path):
    nobody = {name: table.slice(0, 0) for name, table in families.items()}
    for kind in (as_parquet, as_csv, as_arrow):
        folder = tmp_path / kind.__name__
        folder.mkdir()
        kind(nobody, None, folder)
        done = asked(allowances, folder, tmp_path / f"out-{kind.__name__}")
        assert done.to_dict()["rows"]["persons"] == {"read": 0, "computed": 0, "rejected": 0}
        assert answers(tmp_path / f"out-{kind.__name__}", "families")["family"] == []


def test_ids_are_given_back_as_they_are(allowances, families, tmp_path):
    names = {"person": 'Ü-{} "; DROP TABLE p; --', "family": "pere'{}\n"}
    texts = {}
    for table, content in families.items():
        columns = {name: content[name] for name in content.column_names}
        for key in names.keys() & columns:
            columns[key] = [names[key].format(number) for number in content[key].to_pylist()]
        texts[table] = pa.table(columns)
    for order in (lambda table: table, shuffled):
        source = write({name: order(t) for name, t in texts.items()}, tmp_path / order.__name__)
        done = asked(allowances, source, tmp_path / f"out-{order.__name__}")
        assert not done.rejected
        ids = answers(tmp_path / f"out-{order.__name__}", "persons")["person"]
        assert ids == parquet.read_table(source / "persons.parquet")["person"].to_pylist()


def test_rows_without_ids_are_known_by_their_lines(allowances, families, tmp_path):
    one = in_one(families, allowances).drop_columns(["person"])
    parquet.write_table(one, tmp_path / "persons.parquet")
    asked(allowances, tmp_path / "persons.parquet", tmp_path / "out")
    assert answers(tmp_path / "out", "persons")["person"][:3] == [2, 3, 4]
