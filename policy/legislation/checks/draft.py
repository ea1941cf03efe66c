"""A statute book as it is being written: its parameter files, and its law if it loads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from policy.documents import Document, read_document
from policy.errors import PolicyError, Problem
from policy.legislation.checks.reach import Reach, reach_of
from policy.legislation.parameters import BESIDE_THE_LAW, RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from policy.documents import KeyPath
    from policy.legislation.legislation import Legislation

#: The parts of a bracket.
PARTS = ("threshold", "rate", "average_rate", "amount")


@dataclass
class Draft:
    """What the checks look at.

    Attributes:
        folder: the folder of parameter files; None for an installed country package.
        documents: its files by path, the book's ``index.yaml`` among them.
        law: the book loaded, or None while its files are wrong.

    """

    folder: Path | None
    documents: dict[Path, Document]
    law: Legislation | None = None

    @property
    def index(self) -> Document | None:
        """The book's own file."""
        return self.documents.get(self.folder / "index.yaml") if self.folder else None

    @property
    def metadata(self) -> dict[str, Any]:
        """What the book's own file says under ``metadata``."""
        return dict(self.index.data["metadata"]) if self.index else {}

    @cached_property
    def entries(self) -> list[Entry]:
        """Every parameter and schedule in the files."""
        return [entry for path in self.documents for entry in self._entries_in(path)]

    @cached_property
    def reach(self) -> Reach:
        """What the formulas ask for."""
        return reach_of(self.law.system) if self.law else Reach()

    def _entries_in(self, file: Path) -> Iterator[Entry]:
        if not self.folder or file.stem == "index":
            return
        document = self.documents[file]
        name = ".".join(file.relative_to(self.folder).with_suffix("").parts)
        yield from entries_of(document, name, (), document.data)


@dataclass(frozen=True)
class Entry:
    """A parameter or schedule in a file."""

    name: str
    document: Document
    path: KeyPath
    data: dict[str, Any]

    @property
    def metadata(self) -> dict[str, Any]:
        """What the file says about it."""
        return dict(self.data["metadata"])

    @property
    def units(self) -> dict[str, str]:
        """Its units, by key of the metadata."""
        return {key: text for key, text in self.metadata.items() if key.endswith("unit")}

    @property
    def histories(self) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
        """The dated values of it, or of each part of each of its brackets."""
        if "values" in self.data:
            yield (*self.path, "values"), self.data["values"]
        for number, bracket in enumerate(self.data.get("brackets", [])):
            for part, values in bracket.items():
                yield (*self.path, "brackets", number, part), values

    def problem(self, path: KeyPath, message: str, remedy: str, code: str) -> Problem:
        """Return a problem at a key below it."""
        return self.document.problem((*self.path, *path), message, remedy, code)


def entries_of(
    document: Document, name: str, path: KeyPath, data: dict[str, Any]
) -> Iterator[Entry]:
    """Yield the parameter, the schedule, or each of the parameters in part of a file."""
    if "values" in data or "brackets" in data:
        yield Entry(name, document, path, data)
        return
    for key, child in data.items():
        if key not in RESERVED:
            yield from entries_of(document, f"{name}.{key}", (*path, key), child)


def read_files(folder: Path) -> tuple[dict[Path, Document], list[Problem]]:
    """Read every parameter file; return those that can be read, and what is wrong with others."""
    documents = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.yaml")):
        if path.relative_to(folder).parts[0] in BESIDE_THE_LAW:
            continue
        try:
            documents[path] = read_document(path)
        except PolicyError as error:
            problems += error.problems
    return documents, problems
