"""Files about persons: for their owner alone, and there when they are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyarrow import parquet

from policy.private import written_aside

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file, the same bytes for the same rows.

    Raises:
        PolicyError: the file cannot be written.

    """
    with written_aside(path) as file:
        parquet.write_table(table, file, compression="zstd")


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8.

    Raises:
        PolicyError: the file cannot be written.

    """
    with written_aside(path) as file:
        file.write(text.encode())
