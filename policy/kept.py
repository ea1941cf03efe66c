"""What is worked out once and kept for the next process, in files of the user's cache folder.

Only plain data is kept, and nothing of it is run. A file is written whole or not at all, under a
seal: one that is broken, is something else, or was written by other code than runs now (the
library's, openfisca-core's, another version of NumPy, PyYAML or Python) is as if it were not there.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import time
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import yaml

from policy.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How long a seal is: a digest, before the data.
_SEAL = 32
#: When the code of this process was read, nearly.
_STARTED = time.time_ns()


def cache_folder() -> Path:
    """Return the user's cache folder for this library; it may not exist, or be nowhere at all."""
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # (nobody's home: nothing can be read from there, or written to)
        base = Path(os.devnull)
    return base / "policy"


def read(name: str) -> dict[bytes, bytes]:
    """Return what is kept under a name: plain data by digests of what it was made of.

    >>> read("nothing")
    {}
    """
    try:
        content = _file(name).read_bytes()
    except OSError:
        return {}
    seal, data = content[:_SEAL], content[_SEAL:]
    known: dict[bytes, bytes] = marshal.loads(data) if _code() and seal == _sealed(data) else {}
    return known


def write(name: str, known: dict[bytes, bytes]) -> None:
    """Keep plain data under a name; a folder that cannot be written to is left alone."""
    if not _code():
        return
    data = marshal.dumps(known)
    file = _file(name)
    new = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(_sealed(data) + data)
        new.replace(file)


def _sealed(data: bytes) -> bytes:
    """Return a digest of data and of the code that runs."""
    return hashlib.sha256(_code() + data).digest()


def _file(name: str) -> Path:
    where = crc32(f"{sys.prefix} {__version__}".encode())
    return cache_folder() / f"{name}-{where:08x}.{sys.implementation.cache_tag}"


@cache
def _code() -> bytes:
    """Return a digest of the code that runs; nothing where files of it were changed since."""
    states = sorted(_states("policy", "openfisca_core"))
    if any(changed > _STARTED for *_, changed in states):
        return b""
    versions = (__version__, np.__version__, yaml.__version__, sys.version)
    return hashlib.sha256(repr((versions, states)).encode()).digest()


def _states(*packages: str) -> Iterator[tuple[str, int, int, int]]:
    """Yield path, size, and times of change of packages' files: nothing is written without them."""
    for package in packages:
        spec = find_spec(package)
        for root in (spec and spec.submodule_search_locations) or ():
            for folder, _, files in os.walk(root):
                for file in files:
                    if file.endswith(".py"):
                        path = os.path.join(folder, file)  # noqa: PTH118 (many, and in a hurry)
                        state = os.stat(path)  # noqa: PTH116
                        yield path, state.st_size, state.st_mtime_ns, state.st_ctime_ns
