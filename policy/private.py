"""What only its owner may read: files about persons, and what DuckDB writes meanwhile."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from policy.errors import Location, PolicyError, Problem, not_written

if TYPE_CHECKING:
    from collections.abc import Iterator

    #: What DuckDB is told when it is opened.
    Settings: TypeAlias = dict[str, str | bool | int | float | list[str]]

#: A link in the place of a file is not followed, where the system can tell.
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def open_private(path: Path) -> IO[bytes]:
    """Open a file for writing anew that only this user can read, whoever could read it before.

    Raises:
        OSError: it cannot be written, is another user's, or is a link to another file.

    """
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _NO_LINK, 0o600)
    try:
        path.chmod(0o600)
    except OSError:
        os.close(file)
        raise
    return os.fdopen(file, "wb")


def make_private(folder: Path) -> None:
    """Make a folder that only this user can read, and those above it, where they are not there.

    Raises:
        OSError: it cannot be made.

    """
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def written_aside(path: Path) -> Iterator[IO[bytes]]:
    """Give a private file to write to, which takes its place when all is written.

    Where it is not, for whatever reason, nothing of it is left.

    Raises:
        PolicyError: the file cannot be written.

    """
    aside = path.with_name(f".{path.name}.part")
    try:
        make_private(path.parent)
        aside.unlink(missing_ok=True)  # (of a process that was stopped)
        with open_private(aside) as file:
            yield file
        aside.replace(path)
    except OSError as error:
        raise not_written(path, error) from None
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


@contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """Give a private folder to write to, which takes its place when all is written.

    Raises:
        PolicyError: there is such a folder already, or none can be made.

    """
    if folder.exists():
        raise PolicyError(
            Problem("there is such a folder already", Location(str(folder)), "name another")
        )
    try:
        make_private(folder.absolute().parent)
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.absolute().parent))
    except OSError as error:
        raise not_written(folder, error) from None
    try:
        yield aside
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


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
