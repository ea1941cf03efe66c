"""What only its owner may read: files about persons, and what DuckDB writes meanwhile."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, TypeAlias

from policy.errors import Location, PolicyError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    #: What DuckDB is told when it is opened.
    Settings: TypeAlias = dict[str, str | bool | int | float | list[str]]


def open_private(path: Path) -> IO[bytes]:
    """Open a file for writing anew that only this user can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


@contextmanager
def written_aside(path: Path) -> Iterator[IO[bytes]]:
    """Give a private file to write to, which takes its place when all is written.

    Raises:
        PolicyError: the file cannot be written.

    """
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open_private(aside) as file:
            yield file
        aside.replace(path)
    except OSError as error:
        raise PolicyError(
            Problem(f"cannot be written: {error.strerror}", Location(str(path)))
        ) from None


def duckdb_settings(spilled: Path | str, memory: str = "2GB") -> Settings:
    """Return settings of a DuckDB that loads nothing from elsewhere.

    Args:
        spilled: the private folder for what does not fit in memory.
        memory: what it may take before it writes there.

    """
    return {
        "memory_limit": memory,
        "temp_directory": str(spilled),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
