"""What a reform does to a synthetic population, for its page."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy.comparing.population import compare_population
from policy.comparing.report import tables_of
from policy.errors import PolicyError
from policy.legislation.openfisca import periods
from policy.loading import books
from policy.population.frame import read_population
from policy.sampling.sampling import sample

if TYPE_CHECKING:
    from policy.book import StatuteBook

#: How many are drawn, and with which seed: the same each time.
COUNT, SEED = 2_000, 1
#: The tables shown: what it costs, who gains and loses.
_SHOWN = 3


def effects(book: StatuteBook, reformed: StatuteBook, day: str) -> tuple[dict[str, Any], ...]:
    """Return tables of what a reform changes in the month in which it takes effect.

    Args:
        book: a statute book; only of those that come with the library there are counts to draw.
        reformed: the same with the reform.
        day: the first day on which the reform changes something.

    Returns:
        Tables as reports have them; none where the reform gives what is not known, or nothing in
        the population changes.

    """
    if book.name not in books() or not book.total or not day:
        return ()
    try:
        import pyarrow as pa  # noqa: PLC0415 (an extra)
        from pyarrow import parquet  # noqa: PLC0415 (an extra)
    except ImportError:
        return ()
    drawn = sample(book.name, COUNT, seed=SEED, day=day)
    table = pa.table({name: pa.array(each, from_pandas=True) for name, each in drawn.items()})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "population.parquet")
        parquet.write_table(table, file)
        population = read_population(reformed, file)
    try:
        effect = compare_population(book, reformed, population, periods.period(day[:7]))
    except PolicyError:  # (a value under the reform is not known)
        return ()
    return tuple(tables_of(reformed, effect)[:_SHOWN]) if effect.totals else ()
