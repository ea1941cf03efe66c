"""The law that each test last passed with, so that a failure can tell what has changed since.

No values are kept: a test that fails is calculated with both laws. A run costs no more for it than
to see that the law is as it was, and what differs is told of the facts that the test gives now. The
laws are kept in the user's cache folder; those of packages, which are installed once, are not.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile
from zlib import crc32

from policy.book import StatuteBook
from policy.errors import PolicyError
from policy.kept import cache_folder
from policy.legislation.legislation import Sources, read_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy.legislation.legislation import Legislation
    from policy.testing.cases import Case, Verdict

    #: By file of tests and name of a test: the version of the law that it last passed with.
    _Versions = dict[str, dict[str, str]]

_PARAMETERS, _VARIABLES = "parameters", "variables"


@dataclass
class Passes:
    """The laws that tests last passed with, each read once."""

    _versions: dict[Path, _Versions] = field(default_factory=dict, repr=False)
    _laws: dict[Path, StatuteBook | None] = field(default_factory=dict, repr=False)

    def record(self, verdicts: Iterable[Verdict]) -> None:
        """Keep the law that tests passed with; a folder that cannot be written to is left alone."""
        passed: dict[Legislation, list[Case]] = {}
        for verdict in verdicts:
            if verdict.passed:
                passed.setdefault(verdict.case.law, []).append(verdict.case)
        with suppress(OSError):
            for law in filter(_is_kept, passed):
                _record(law, passed[law])

    def before(self, case: Case) -> Case | None:
        """Return a test with the law that it last passed with; None if that is this law.

        None, too, where it is not known, or where the test cannot be read with that law.
        """
        if not _is_kept(case.law):
            return None
        folder = _folder(case.law)
        if folder not in self._versions:
            self._versions[folder] = _read(folder)
        file = _resolved(case.location.file)
        version = self._versions[folder].get(file, {}).get(case.name, "")
        if version in {"", case.law.version}:
            return None
        law = self._law(case.law, version)
        return case.under(law) if law else None

    def _law(self, law: Legislation, version: str) -> StatuteBook | None:
        kept = _folder(law) / f"{version}.zip"
        if kept not in self._laws:
            self._laws[kept] = _unpacked(law, kept)
        return self._laws[kept]


def _is_kept(law: Legislation) -> bool:
    """Tell whether a law is a book's, which has all of it in its folders."""
    return law.base is None and (law.sources.variables / "entities.py").exists()


def _record(law: Legislation, cases: Iterable[Case]) -> None:
    folder = _folder(law)
    known = _read(folder)
    versions = {file: names.copy() for file, names in known.items() if Path(file).exists()}
    for case in cases:
        versions.setdefault(_resolved(case.location.file), {})[case.name] = law.version
    if versions == known:
        return
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{law.version}.zip"
    if not kept.exists():
        _pack(law, kept)
    new = folder / f"{os.getpid()}.json"
    new.write_text(json.dumps(versions), encoding="utf-8")
    new.replace(folder / "passed.json")
    needed = {f"{version}.zip" for names in versions.values() for version in names.values()}
    for each in folder.glob("*.zip"):
        if each.name not in needed:
            each.unlink()


def _pack(law: Legislation, file: Path) -> None:
    new = file.with_suffix(f".{os.getpid()}")
    with ZipFile(new, "w", ZIP_DEFLATED, strict_timestamps=False) as kept:
        for name, folder in (
            (_PARAMETERS, law.sources.parameters),
            (_VARIABLES, law.sources.variables),
        ):
            for path in (*folder.rglob("*.yaml"), *folder.rglob("*.py")):
                kept.write(path, Path(name, path.relative_to(folder)))
    new.replace(file)


def _unpacked(law: Legislation, file: Path) -> StatuteBook | None:
    """Read the law that was kept; None if it is not there, or is no law as read now."""
    with TemporaryDirectory() as folder, suppress(OSError, BadZipFile, PolicyError):
        with ZipFile(file) as kept:
            kept.extractall(folder)
        root = Path(folder)
        sources = Sources(root / _PARAMETERS, root / _VARIABLES, law.sources.scenarios)
        return StatuteBook(read_folder(law.name, sources))
    return None


def _folder(law: Legislation) -> Path:
    where = crc32(str(law.sources.variables.resolve()).encode())
    return cache_folder() / "passed" / f"{law.name}-{where:08x}"


@cache
def _resolved(file: str) -> str:
    return str(Path(file).resolve())


def _read(folder: Path) -> _Versions:
    try:
        versions: _Versions = json.loads((folder / "passed.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return versions
