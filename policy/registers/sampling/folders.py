"""Folders that are there when they are whole, for their owner alone."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from policy.errors import Location, PolicyError, Problem
from policy.private import make_private

if TYPE_CHECKING:
    from collections.abc import Iterator


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
        raise PolicyError(
            Problem(f"cannot be written: {error.strerror}", Location(str(folder)))
        ) from None
    try:
        yield aside
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
