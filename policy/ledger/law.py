"""The law kept in a ledger: the statute book's own files, so that it can be applied years later."""

from __future__ import annotations

import io
import json
import re
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from policy.errors import PolicyError, Problem
from policy.ledger.rows import canonical
from policy.loading import books, load, read_anew
from policy.scenario.writing import plain_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.book import StatuteBook
    from policy.legislation.reforms.reform import Reform

#: The file that says which book the files are of, and what is laid over it.
_ABOUT = "law.json"
#: What a version says of the library.
_LIBRARY = re.compile(r"\+policy-[^+]*")
#: The day of files in an archive, always the same.
_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class KeptLaw:
    """A statute book as a ledger keeps it.

    Attributes:
        version: the law version.
        files: an archive (ZIP) of the book's files and of the reforms laid over it.

    """

    version: str
    files: bytes

    @property
    def digest(self) -> str:
        """The digest of the archive."""
        return sha256(self.files).hexdigest()

    @property
    def book(self) -> str:
        """The name of the book."""
        return str(self._about()["book"])

    def _about(self) -> dict[str, object]:
        with zipfile.ZipFile(io.BytesIO(self.files)) as archive:
            about: dict[str, object] = json.loads(archive.read(_ABOUT))
        return about

    @contextmanager
    def loaded(self) -> Iterator[StatuteBook]:
        """Yield the statute book: the library's own where that is the same, else from the files.

        Python formulas of the files are run, as those of any folder that is loaded.

        Raises:
            PolicyError: the files are not those of the version.

        """
        own = load(self.book) if self.book in books() else None
        if own and without_library(own.version) == without_library(self.version):
            yield own
            return
        with TemporaryDirectory() as folder:
            try:
                with zipfile.ZipFile(io.BytesIO(self.files)) as archive:
                    archive.extractall(folder)
                about = json.loads((Path(folder) / _ABOUT).read_text(encoding="utf-8"))
                law = read_anew(folder)
                if about["known_on"]:
                    law = law.as_known_on(about["known_on"])
                law = law.reformed(*(Path(folder) / each for each in about["reforms"]))
            except (zipfile.BadZipFile, OSError, KeyError, ValueError) as error:
                raise _not_the_law(self.version, f"cannot be read: {error}") from None
            if without_library(law.version) != without_library(self.version):
                raise _not_the_law(self.version, f"are those of {law.version}")
            yield law


def kept(law: StatuteBook) -> KeptLaw:
    """Return a statute book as it is kept: the same law is always the same bytes.

    Raises:
        PolicyError: it, or a reform laid over it, does not consist of files.

    >>> import policy
    >>> law = kept(policy.load("estonia"))
    >>> law.book, law.digest == kept(policy.load("estonia")).digest
    ('estonia', True)

    """
    if law.code is None:
        raise PolicyError(
            Problem(
                f"the law of '{law.name}' is an installed package: a ledger keeps a book's files",
                remedy="name a statute book, or a folder of its shape",
            )
        )
    files = {}
    for root in (law.sources.parameters, law.sources.variables):
        top = "parameters" if root == law.sources.parameters else "variables"
        for path in sorted((*root.rglob("*.yaml"), *root.rglob("*.py"))):
            files[f"{top}/{law.name}/{path.relative_to(root).as_posix()}"] = path.read_bytes()
    reforms: dict[str, bytes] = {}
    for number, reform in enumerate(law.reforms):
        beside = f"reforms/{reform.name}.yaml" not in reforms
        reforms.update(_files_of("reforms" if beside else f"reforms/{number}", reform))
    named = [name for name in reforms if name.endswith(".yaml")]
    about = {"book": law.name, "known_on": law.known_on, "reforms": named}
    files = {_ABOUT: canonical(about).encode(), **files, **reforms}
    return KeptLaw(law.version, _archive(files))


def _files_of(folder: str, reform: Reform) -> Iterator[tuple[str, bytes]]:
    if reform.python:
        raise PolicyError(
            Problem(
                f"the reform '{reform.python}' is code of an installed package: a ledger keeps"
                " files",
                remedy="write the reform as a file",
            )
        )
    path = Path(reform.document.file)
    said = path.read_bytes() if path.is_file() else plain_yaml(dict(reform.data)).encode()
    yield f"{folder}/{reform.name}.yaml", said
    if reform.formulas:
        yield f"{folder}/{reform.formulas.name}", reform.formulas.read_bytes()


def _archive(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def without_library(version: str) -> str:
    """Return a law version without the library's, which may be newer than it was.

    >>> without_library("estonia-0123456789ab+policy-0.1.0+indexation-00ff")
    'estonia-0123456789ab+indexation-00ff'
    """
    return _LIBRARY.sub("", version)


def _not_the_law(version: str, what: str) -> PolicyError:
    return PolicyError(Problem(f"the files kept of the law {version} {what}"))
