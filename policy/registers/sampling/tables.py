"""Tables of generated registers: written whole or not at all, the same bytes for the same rows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import parquet

from policy.errors import Location, PolicyError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from policy.legislation.people import Array


def write_table(path: Path, columns: Mapping[str, Array]) -> None:
    """Write a Parquet file that only its owner can read; an empty text is written as missing.

    Raises:
        PolicyError: the file cannot be written.

    """
    arrays = {name: _array(each) for name, each in columns.items()}
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            parquet.write_table(pa.table(arrays), file)
        aside.replace(path)
    except OSError as error:
        raise PolicyError(
            Problem(f"cannot be written: {error.strerror}", Location(str(path)))
        ) from None


def _array(values: Array) -> pa.Array:
    if values.dtype.kind in "OU":
        return pa.array([each or None for each in values.tolist()], pa.string())
    return pa.array(values, from_pandas=True)
