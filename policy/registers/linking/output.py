"""Links written down: golden records, the evidence of each link, and what a person is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from policy.private import made_whole
from policy.registers.files import write_table, write_text
from policy.registers.linking.review import review_file

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from policy.registers.linking.linking import Linked
    from policy.registers.linking.review import Answers


def write_links(
    folder: Path,
    connection: duckdb.DuckDBPyConnection,
    linked: Linked,
    golden: tuple[pa.Table, pa.Table],
    answers: Answers | None,
) -> None:
    """Write golden records, links with their evidence, and the review file to a new folder.

    The folder is there when all is written; only its owner can read it.

    Raises:
        PolicyError: there is such a folder already, or it cannot be written.

    """
    persons, households = golden
    with made_whole(folder) as aside:
        write_table(aside / "golden_persons.parquet", persons)
        write_table(aside / "golden_households.parquet", households)
        write_table(aside / "links.parquet", evidence(linked))
        write_text(aside / "review.csv", review_file(connection, linked, answers))


def evidence(linked: Linked) -> pa.Table:
    """Return all pairs that were looked at, what became of them and what each thing weighed."""
    things = list(linked.kinds[0].kind.comparisons)
    columns: dict[str, list[str | float]] = {
        name: []
        for name in (
            *("kind", "entry_one", "entry_other", "outcome", "why", "weight"),
            *(f"{thing}_{part}" for thing in things for part in ("level", "weight")),
        )
    }
    for each in linked.kinds:
        rows = zip(each.pairs, each.weights, each.decided.outcomes, strict=True)
        for pair, weights, (outcome, why) in rows:
            told = [part for thing in things for part in (pair.levels[thing], weights[thing])]
            row = (each.kind.name, *pair.ends, outcome, why, pair.weight, *told)
            for values, value in zip(columns.values(), row, strict=True):
                values.append(value)
    kinds = {name: pa.float64() if name.endswith("weight") else pa.string() for name in columns}
    return pa.table({name: pa.array(each, kinds[name]) for name, each in columns.items()})
