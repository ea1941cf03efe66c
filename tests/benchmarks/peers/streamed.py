"""A process that reads a table of people, calculates all a book lists, and writes tables.

Arguments: the engine (``openfisca`` is openfisca-core by itself), the book, the file of the table,
the folder of the answers. Prints how many people there were, the seconds of work after everything
was imported, and the most memory held, in GB.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from openfisca_core.simulations import SimulationBuilder
from pyarrow import parquet

import policy
from tests.benchmarks import fleets
from tests.benchmarks.families import PERIOD
from tests.benchmarks.peers.peak_memory import peak

PERIODS = {"estonia": PERIOD, "nebraska": fleets.PERIOD}


def main() -> None:
    """Calculate, and tell."""
    engine, name, source, target = sys.argv[1:]
    book = policy.load(name)
    start = time.perf_counter()
    if engine == "openfisca":
        persons = by_openfisca(book, source, Path(target))
    else:
        run = book.run_tables(source, target, PERIODS[name], engine=engine)
        persons = run.tally.computed[book.system.person_entity.plural]
    seconds = time.perf_counter() - start
    print(json.dumps({"persons": persons, "seconds": seconds, "memory": peak()}))


def by_openfisca(book, source: str, target: Path) -> int:
    """Read, build as openfisca-core's documentation does, calculate, write."""
    table = parquet.read_table(source)
    families = np.unique(table["family"].to_numpy())
    builder = SimulationBuilder()
    builder.create_entities(book.system)
    builder.declare_person_entity("person", table["person"].to_numpy())
    group = builder.declare_entity("family", families)
    roles = np.where(table["family_role"].to_numpy() == "parents", "parent", "child")
    builder.join_with_persons(group, table["family"].to_numpy(), roles)
    simulation = builder.build(book.system)
    for name in table.column_names[3:]:
        eternal = book.variable(name).definition_period == "eternity"
        simulation.set_input(name, "ETERNITY" if eternal else PERIOD, table[name].to_numpy())
    found = {name: simulation.calculate(name, PERIOD) for name in book.metadata["outputs"]}
    target.mkdir()
    parquet.write_table(pa.table({"family": families, **found}), target / "families.parquet")
    return table.num_rows


if __name__ == "__main__":
    main()
