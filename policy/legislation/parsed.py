"""Parsed YAML kept between runs: a country package has thousands of files, which seldom change.

What was parsed is kept in the user's cache folder, under the package's name, with the size and time
of each file. A file that is not as it was is parsed again.
"""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from policy.legislation.openfisca import config
from policy.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What tells one state of a file from another: its time in nanoseconds and its size.
_State = tuple[int, int]


def cache_folder() -> Path:
    """Return the user's cache folder for this library; it may not exist yet."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "policy"


@contextmanager
def kept_parsed(package: str) -> Iterator[None]:
    """Keep what openfisca-core parses of a country package's files, and use what was kept.

    >>> with kept_parsed("openfisca_country_template"):
    ...     pass

    """
    where = crc32(f"{sys.prefix} {__version__}".encode())
    file = cache_folder() / f"{package}-{where:08x}.{sys.implementation.cache_tag}"
    kept = _read(file)
    parsed: dict[str, tuple[_State, bytes]] = {}
    parser = config.Loader
    config.Loader = lambda stream: _Loader(stream, parser, kept, parsed)
    try:
        yield
    finally:
        config.Loader = parser
    if parsed:
        _write(file, kept | parsed)


class _Loader:
    """Reads a YAML file for openfisca-core: from what is kept, else with the parser."""

    def __init__(
        self,
        stream: Any,
        parser: Any,
        kept: dict[str, tuple[_State, bytes]],
        parsed: dict[str, tuple[_State, bytes]],
    ) -> None:
        self._stream = stream
        self._parser = parser
        self._kept = kept
        self._parsed = parsed

    def get_single_data(self) -> Any:
        """Return the file's data."""
        status = os.fstat(self._stream.fileno())
        state = (status.st_mtime_ns, status.st_size)
        path = str(self._stream.name)
        known, data = self._kept.get(path, (None, b""))
        if known == state:
            return marshal.loads(data)
        parser = self._parser(self._stream)
        try:
            found = parser.get_single_data()
        finally:
            parser.dispose()
        with suppress(ValueError):  # (data that is not plain is parsed each time)
            self._parsed[path] = (state, marshal.dumps(found))
        return found

    def dispose(self) -> None:
        """Let go of the file: nothing is held."""


def _read(file: Path) -> dict[str, tuple[_State, bytes]]:
    try:
        kept: dict[str, tuple[_State, bytes]] = marshal.loads(file.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return kept


def _write(file: Path, kept: dict[str, tuple[_State, bytes]]) -> None:
    """Write what is kept, whole or not at all; a folder that cannot be written to is left alone."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"{file.name}.{os.getpid()}")
        new.write_bytes(marshal.dumps(kept))
        new.replace(file)
