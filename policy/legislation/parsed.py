"""Parsed YAML kept between runs: a law has hundreds or thousands of files, which seldom change.

What was parsed is kept by a digest of the file's content: a file that says something else is parsed
again, whatever its size and time are.
"""

from __future__ import annotations

import hashlib
import marshal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from policy import kept
from policy.documents import Document, parse_bytes, read_bytes
from policy.legislation.openfisca import config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Parsed:
    """The parsed files of one law: those that were kept, and those of this run."""

    def __init__(self, law: str) -> None:
        self._name = f"{law}.parsed"
        self._before = kept.read(self._name)
        self._now: dict[bytes, bytes] = {}

    def document(self, path: Path) -> Document:
        """Read a document, as ``read_document`` does."""
        content, file = read_bytes(path), str(path)

        def parse() -> tuple[Any, Any]:
            document = parse_bytes(content, file)
            return document.data, document.places

        data, places = self.data(content, parse)
        return Document(data, file, places)

    def data(self, content: bytes, parse: Callable[[], Any]) -> Any:
        """Return what a file's content says, parsed now if it was not before."""
        digest = hashlib.sha256(content).digest()
        known = self._before.get(digest)
        if known is not None:
            self._now[digest] = known
            return marshal.loads(known)
        found = parse()
        with suppress(ValueError):  # (data that is not plain is parsed each time)
            self._now[digest] = marshal.dumps(found)
        return found

    def keep(self) -> None:
        """Keep the files of this run for the next, if some are new."""
        if not self._now.keys() <= self._before.keys():
            kept.write(self._name, self._now)


@contextmanager
def kept_parsed(package: str) -> Iterator[None]:
    """Keep what openfisca-core parses of a country package's files, and use what was kept.

    >>> with kept_parsed("openfisca_country_template"):
    ...     pass

    """
    parsed = Parsed(package)
    parser = config.Loader
    config.Loader = lambda stream: _Loader(stream, parser, parsed)
    try:
        yield
    finally:
        config.Loader = parser
    parsed.keep()


class _Loader:
    """Reads a YAML file for openfisca-core: from what is kept, else with the parser."""

    def __init__(self, stream: Any, parser: Any, parsed: Parsed) -> None:
        self._stream = stream
        self._parser = parser
        self._parsed = parsed

    def get_single_data(self) -> Any:
        """Return the file's data."""
        content = self._stream.buffer.read()
        self._stream.seek(0)
        return self._parsed.data(content, self._parse)

    def _parse(self) -> Any:
        parser = self._parser(self._stream)
        try:
            return parser.get_single_data()
        finally:
            parser.dispose()

    def dispose(self) -> None:
        """Let go of the file: nothing is held."""
