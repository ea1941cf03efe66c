"""Small registers written as YAML, and the nights run on them."""

import datetime

import pyarrow as pa
import pytest
from pyarrow import parquet

import policy
from policy.ledger.ledger import Ledger
from policy.ledger.rows import id_of
from policy.proactive.night import run_nights
from policy.registers.sources import sources_of

TYPES = {"text": pa.string(), "date": pa.date32(), "bool": pa.bool_(), "number": pa.float64()}
#: What columns hold that no benefit asks for.
FILLER = {"given_names": "Mari", "surname": "Tamm", "sex": "female", "address_code": "EE1"}


@pytest.fixture(scope="session")
def book():
    return policy.load("estonia")


def write_registers(folder, entries, book):
    """Write entries, by table, as a folder of registers; tables not named are empty."""
    sources = sources_of(book)
    for path in {*sources.tables}:
        table = sources.table(path)
        columns = {"recorded_on": "date", "withdrawn": "bool"}
        columns |= {name: each.type for name, each in table.columns.items()}
        rows = [plain(row, columns) for row in entries.get(path, [])]
        arrays = {
            name: pa.array([row.get(name) for row in rows], TYPES[kind])
            for name, kind in columns.items()
        }
        place = folder / f"{path}.parquet"
        place.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(pa.table(arrays), place)
    return folder


def plain(row, columns):
    if "case" in row:
        row = {**row, "case_id": id_of(*map(text, row["case"]))}
    filled = {"withdrawn": False, **FILLER, **row}
    return {
        name: datetime.date.fromisoformat(text(filled[name]))
        if kind == "date" and filled.get(name) is not None
        else filled.get(name)
        for name, kind in columns.items()
    }


def text(value):
    return value if value is None else str(value)


@pytest.fixture
def nights(tmp_path, book):
    """Run nights on entries; return the ledger's decisions by night."""

    def nights(entries, days, law=book, ledger=None):
        registers = write_registers(tmp_path / "registers", entries, law)
        file = ledger or tmp_path / "ledger.duckdb"
        list(run_nights(law, registers, file, map(str, days)))
        return decisions(file)

    return nights


def decisions(file):
    """Return the decisions of a ledger, by night."""
    found = {}
    with Ledger.open(file, read_only=True) as ledger:
        ids = [row["id"] for row in ledger.decided().select(["id"]).to_pylist()]
        for each in map(ledger.decision, ids):
            found.setdefault(each.run_date, []).append(each)
    return found
