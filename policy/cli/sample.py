"""``policy sample``: a synthetic population, drawn from published counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy.cli.options import marginals_option, seed_option
from policy.cli.printing import print_marginals
from policy.errors import Location, PolicyError, Problem, not_written
from policy.sampling.sampling import marginals, sample

if TYPE_CHECKING:
    from policy.legislation.people import Array


@click.command(
    epilog="""\b
Examples:
  policy sample estonia --families 10000 --seed 1 --to families.parquet
  policy sample nebraska --families 5000 --to fleet.csv
  policy sample estonia --marginals
"""
)
@click.argument("book", metavar="BOOK")
@click.option(
    "--families",
    "count",
    metavar="N",
    type=click.IntRange(min=1),
    default=10_000,
    show_default=True,
    help="How many families, vehicles or households.",
)
@seed_option
@click.option(
    "--on",
    "day",
    metavar="DATE",
    default="2023-03-31",
    show_default=True,
    help="The day on which ages are counted.",
)
@click.option("--to", "target", metavar="FILE", type=click.Path(), help=".csv or .parquet.")
@marginals_option
@click.option("--json", "as_json", is_flag=True, help="With --marginals: print JSON.")
def command(
    book: str, count: int, seed: int, day: str, target: str | None, show: bool, as_json: bool
) -> None:
    """Draw a synthetic population of a BOOK from published counts, and write it to a file.

    The same seed draws the same. The column 'weight' makes it stand for all there are.
    """
    if show:
        print_marginals("Count", marginals(book), as_json=as_json)
        return
    if target is None:
        raise click.UsageError("Name a file to write: --to families.parquet")
    columns = sample(book, count, seed, day)
    _write(Path(target), columns)
    rows = len(next(iter(columns.values())))
    click.echo(f"{rows:,} rows written to {target}: {count:,} drawn with seed {seed}.")


def _write(path: Path, columns: dict[str, Array]) -> None:
    try:
        import pyarrow as pa  # noqa: PLC0415 (an optional library)
        from pyarrow import csv, parquet  # noqa: PLC0415 (an optional library)
    except ImportError:
        raise PolicyError(
            Problem(
                "pyarrow is needed to write populations",
                remedy="pip install 'policy-statutes[tables]'",
            )
        ) from None
    writers = {".csv": csv.write_csv, ".parquet": parquet.write_table}
    if path.suffix.lower() not in writers:
        raise PolicyError(
            Problem(
                f"'{path.suffix}' is no kind of population file",
                Location(str(path)),
                f"give one of {', '.join(writers)}",
            )
        )
    try:
        arrays = {name: pa.array(each, from_pandas=True) for name, each in columns.items()}
        writers[path.suffix.lower()](pa.table(arrays), path)
    except OSError as error:
        raise not_written(path, error) from None
