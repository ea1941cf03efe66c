"""B5: tables in, tables out: time and memory from a million families to a hundred, streamed."""

from __future__ import annotations

import shutil
import tempfile
import time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

import policy
from tests.benchmarks import fleets
from tests.benchmarks.environments import answer, own_python
from tests.benchmarks.families import PERIOD, families
from tests.benchmarks.fleets import fleet
from tests.benchmarks.measure import FEW, Report, Timing, Way, same_cents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.setting import Setting

MILLION, FEW_FAMILIES = 1_000_000, 2_000
SIZES = (1, 10, 100)
#: Families that are made up at a time, each time by another seed.
CHUNK = 250_000
#: Families that openfisca-core calculates, in some 4 GB; its time is scaled.
OF_CORE, FEW_OF_CORE = 500_000, 1_000
VEHICLES, FEW_VEHICLES = 2_500_000, 5_000
ROLES = np.array(["parents", "children"])
AIM = "the same memory at all sizes, time that grows with them, a twentieth of openfisca-core's"


def run(setting: Setting) -> Iterator[Report]:
    """Measure families of Estonia, and a year's vehicles of Nebraska."""
    with tempfile.TemporaryDirectory(dir=setting.folder.parent) as folder:
        yield _families(setting, Path(folder))
        yield _vehicles(setting, Path(folder))


def _families(setting: Setting, folder: Path) -> Report:
    sizes = setting.families or [size * setting.size(MILLION, FEW_FAMILIES) for size in SIZES]
    source, target = folder / "families.parquet", folder / "answers"
    names = policy.load("estonia").metadata["outputs"]
    found: list[Way] = []
    first: dict[str, Any] = {}
    chunk = setting.size(CHUNK, FEW_FAMILIES)
    _streamed("estonia", _write(families_of(FEW_FAMILIES, chunk), source), target)  # (compiled)
    for size in sizes:
        _write(families_of(size, chunk), source)
        timings, memory = [], 0.0
        for _ in range(setting.runs(FEW if size <= MILLION else 1)):
            seconds, told = _streamed("estonia", source, target)
            timings.append(seconds)
            memory = max(memory, told["memory"])
        answers = parquet.ParquetFile(target / "families.parquet")
        same = _is_same(first, answers) if first else None
        if not first:
            first = _in_memory(sizes[0], chunk)
            same = _is_same(first, answers)
        note = f"{told['persons']:,} people; {max(timings) / size * MILLION:.2f} s for a million"
        found.append(Way(f"{size:,} families", Timing.of(timings), same, memory, note))
    found.append(_by_core(setting, folder, sizes[0]))
    work = f"Parquet to Parquet, a process of its own, {len(names)} monthly benefits"
    return Report("B5", work, AIM, found)


def _by_core(setting: Setting, folder: Path, size: int) -> Way:
    """Have openfisca-core do the same: read, build, calculate, write."""
    count = min(size, setting.size(OF_CORE, FEW_OF_CORE))
    source, target = folder / "few.parquet", folder / "few"
    _write(families_of(count, CHUNK), source)
    seconds, told = _timed("openfisca", "estonia", source, target)
    core = {name: values.to_numpy() for name, values in _columns(target / "families.parquet")}
    ours = _in_memory(count, CHUNK)
    same = all(same_cents(core[name], ours[name]) for name in core)
    seconds += told["seconds"] * (size / count - 1)
    note = "its builder, from arrays"
    if count < size:
        note += f"; measured on {count:,} families, and what is not start-up scaled to {size:,}"
    return Way("openfisca-core", Timing.of([seconds]), same, told["memory"], note)


def _vehicles(setting: Setting, folder: Path) -> Report:
    made = fleet(setting.size(VEHICLES, FEW_VEHICLES))
    count = len(made.owner)
    source, target = folder / "fleet.parquet", folder / "bills"
    columns = {**made.facts, "city": np.array(fleets.CITIES)[made.city][made.owner]}
    keys = {"vehicle": np.arange(count), "owner": made.owner}
    parquet.write_table(pa.table({**keys, **columns}), source)
    book = policy.load("nebraska")
    names = book.metadata["outputs"]
    _streamed("nebraska", source, target)  # (compiled)
    runs = [_streamed("nebraska", source, target) for _ in range(setting.runs(FEW))]
    expected = book.calculate_arrays(
        made.columns, {"owner": (made.owner, np.zeros_like(made.owner))}, names, fleets.PERIOD
    )
    found = dict(chain(_columns(target / "vehicles.parquet"), _columns(target / "owners.parquet")))
    same = all(same_cents(found[name].to_numpy(), expected[name]) for name in names)
    timing = Timing.of([seconds for seconds, _ in runs])
    way = Way("policy run", timing, same, max(told["memory"] for _, told in runs))
    work = f"{count:,} vehicles of {made.owners:,} owners, Parquet to Parquet, {len(names)} charges"
    return Report("NE B5", work, "for the record", [way])


def families_of(count: int, chunk: int) -> Iterator[Any]:
    """Yield families as tables with a row for each person, so many at a time: always the same."""
    persons = 0
    for number, first in enumerate(range(0, count, chunk)):
        made = families(min(chunk, count - first), seed=number)
        rows = len(made.family)
        yield pa.table(
            {
                "person": np.arange(persons, persons + rows),
                "family": made.family + first,
                "family_role": ROLES[made.role],
                **made.facts,
            }
        )
        persons += rows


def _write(tables: Iterator[Any], path: Path) -> Path:
    first = next(tables)
    with parquet.ParquetWriter(path, first.schema) as writer:
        for table in chain([first], tables):
            writer.write_table(table)
    return path


def _streamed(book: str, source: Path, target: Path) -> tuple[float, Any]:
    return _timed("numba", book, source, target)


def _timed(engine: str, book: str, source: Path, target: Path) -> tuple[float, Any]:
    """Run a process of its own from files to files; return its seconds and what it tells."""
    shutil.rmtree(target, ignore_errors=True)
    start = time.perf_counter()
    told = answer(own_python(), "streamed.py", engine, book, str(source), str(target))
    return time.perf_counter() - start, told


def _in_memory(count: int, chunk: int) -> dict[str, np.ndarray]:
    """Return the answers to as many families given as arrays: the first million at most."""
    table = pa.concat_tables(families_of(min(count, MILLION), chunk))
    facts = {name: table[name].to_numpy() for name in table.column_names[3:]}
    role = (table["family_role"].to_numpy() == ROLES[1]).astype(np.intp)
    book = policy.load("estonia")
    return book.calculate_arrays(
        facts, {"family": (table["family"].to_numpy(), role)}, book.metadata["outputs"], PERIOD
    )


def _is_same(expected: dict[str, np.ndarray], answers: Any) -> bool:
    """Tell whether the first families of a file have the answers expected."""
    read = 0
    count = len(next(iter(expected.values())))
    for batch in answers.iter_batches(columns=list(expected)):
        rows = slice(read, min(read + batch.num_rows, count))
        for name, values in expected.items():
            if not same_cents(batch.column(name).to_numpy()[: len(values[rows])], values[rows]):
                return False
        read += batch.num_rows
        if read >= count:
            break
    return read >= count


def _columns(path: Path) -> Iterator[tuple[str, Any]]:
    table = parquet.read_table(path)
    return zip(table.column_names[1:], table.columns[1:], strict=True)
