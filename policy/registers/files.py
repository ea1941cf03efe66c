"""Files about persons: for their owner alone, and there when they are whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pyarrow import parquet

from policy.errors import Location, PolicyError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    import pyarrow as pa


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file, the same bytes for the same rows.

    Raises:
        PolicyError: the file cannot be written.

    """
    _write(path, lambda file: parquet.write_table(table, file, compression="zstd"))


def write_text(path: Path, text: str) -> None:
    """Write a text file in UTF-8.

    Raises:
        PolicyError: the file cannot be written.

    """
    _write(path, lambda file: file.write(text.encode()))


def _write(path: Path, write: Callable[[BinaryIO], object]) -> None:
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            write(file)
        aside.replace(path)
    except OSError as error:
        raise PolicyError(
            Problem(f"cannot be written: {error.strerror}", Location(str(path)))
        ) from None
