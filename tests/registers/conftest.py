"""Small registers written by hand."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

import policy
from policy.registers.sources import sources_of

TYPES = {"text": pa.string(), "date": pa.date32(), "bool": pa.bool_(), "number": pa.float64()}
#: A value of each type for columns that a test does not care about.
FILLER = {"text": "x", "date": date(2020, 1, 1), "bool": True, "number": 1.0}


@pytest.fixture(scope="session")
def sources():
    return sources_of(policy.load("estonia"))


@pytest.fixture
def write(sources, tmp_path):
    """Write entries as a table of a folder of registers; columns not given hold fillers."""

    def write(path: str, entries: list[dict], file: str = "") -> Path:
        table = sources.table(path)
        columns = {"recorded_on": ("date", []), "withdrawn": ("bool", [])}
        columns |= {name: (each.type, []) for name, each in table.columns.items()}
        for entry in entries:
            for name, (kind, values) in columns.items():
                own = table.columns.get(name)
                filler = own.values[0] if own and own.values else FILLER[kind]
                filler = None if own and own.optional else filler
                values.append(entry.get(name, False if name == "withdrawn" else filler))
        arrays = {name: pa.array(values, TYPES[kind]) for name, (kind, values) in columns.items()}
        place = tmp_path / (f"{path}/{file}.parquet" if file else f"{path}.parquet")
        place.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(pa.table(arrays), place)
        return tmp_path

    return write
