"""Reform files: what a change of the law says of itself, read and checked."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from policy.documents import Document, read_document
from policy.errors import PolicyError, Problem, did_you_mean
from policy.legislation.checks.form import violations
from policy.legislation.parameters import Reference, references_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy.legislation.legislation import Legislation

#: The grade of a value whose reform gives no source.
UNSOURCED = "reform"


@dataclass(frozen=True, eq=False)
class Reform:
    """A change of the law, read from a file.

    Attributes:
        name: the file's name without its ending.
        data: what the file says; for an OpenFisca reform nothing.
        document: the file, with line numbers.
        python: the path of an OpenFisca reform, ``"package.module.reform"``, or an empty string.
        digest: of all it says, its formulas too.

    """

    name: str
    data: Mapping[str, Any]
    document: Document
    python: str = ""
    digest: str = field(default="", repr=False)

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.data.get("title", self.name))

    @property
    def description(self) -> str:
        """What it changes, and what it leaves open."""
        return str(self.data.get("description", ""))

    @property
    def bill(self) -> str:
        """The bill or act, or an empty string."""
        return str(self.data.get("bill", ""))

    @property
    def effective(self) -> str:
        """The first ISO day on which its changes hold, where they give none of their own."""
        return str(self.data.get("effective", ""))

    @property
    def enacted(self) -> str:
        """The ISO day on which it was passed, or an empty string."""
        return str(self.data.get("enacted", ""))

    @property
    def repealed(self) -> str:
        """The ISO day on which an act was passed that took it back, or an empty string."""
        return str(self.data.get("repealed", ""))

    @property
    def requires(self) -> list[str]:
        """The names of the reforms that are laid over the law before it."""
        return list(self.data.get("requires", []))

    @property
    def references(self) -> tuple[Reference, ...]:
        """Where it can be read."""
        return references_of(self.data.get("reference"))

    @property
    def provenance(self) -> dict[str, Any]:
        """What is said of the values it sets: the grade of the source, the date, the reference."""
        title = self.bill or self.title
        reference = self.data.get("reference") or [{"title": title, "href": ""}]
        enacted = {"enacted": self.enacted} if self.enacted else {}
        return {"source": self.data.get("source", UNSOURCED), "reference": reference, **enacted}

    @property
    def formulas(self) -> Path | None:
        """The Python file with its formulas."""
        name = self.data.get("formulas")
        return Path(self.document.file).parent / name if name else None

    def problem(self, path: tuple[str | int, ...], message: str, remedy: str = "") -> Problem:
        """Return a problem at a key of the file."""
        return self.document.problem(path, message, remedy, "reform")


#: What a caller gives as a reform: a file, the name of one of the book's own, the path of an
#: OpenFisca reform, or what a file would say.
ReformLike: TypeAlias = str | Path | Mapping[str, Any] | Reform


def own_reforms(law: Legislation) -> dict[str, Path]:
    """Return the files of the reforms that lie with a book, by name."""
    return {path.stem: path for path in sorted(law.sources.reforms.glob("*.yaml"))}


def reforms_of(law: Legislation, given: Iterable[ReformLike]) -> list[Reform]:
    """Read reforms, each after those it requires, each once.

    Raises:
        PolicyError: there is no such file, it is no reform, or reforms require each other.

    """
    found: dict[str, Reform] = {}
    for each in given:
        _add(law, _read(law, each), found, ())
    return list(found.values())


def _add(
    law: Legislation, reform: Reform, found: dict[str, Reform], above: tuple[str, ...]
) -> None:
    if reform.digest in found:
        return
    for number, name in enumerate(reform.requires):
        path = ("requires", number)
        if name in (*above, reform.name):
            ring = ", ".join(f"'{each}'" for each in (*above, reform.name))
            raise PolicyError(
                reform.problem(path, f"the reforms {ring} require each other", "remove one")
            )
        beside = Path(reform.document.file).with_name(f"{name}.yaml")
        own = own_reforms(law)
        file = beside if beside.is_file() else own.get(name)
        if file is None:
            near = did_you_mean(name, own, kind="reforms of the book")
            raise PolicyError(reform.problem(path, f"there is no reform '{name}'", near))
        _add(law, read_reform(law, file), found, (*above, reform.name))
    found[reform.digest] = reform


def _read(law: Legislation, given: ReformLike) -> Reform:
    match given:
        case Reform():
            return given
        case Mapping():
            return _checked(law, "reform", Document(_plain(given), "<reform>", {}))
        case Path():
            return read_reform(law, given)
        case str() if given in own_reforms(law):
            return read_reform(law, own_reforms(law)[given])
        case str() if given.endswith((".yaml", ".yml")) or Path(given).is_file():
            return read_reform(law, Path(given))
        case str() if _is_importable(given):
            return Reform(
                given.rpartition(".")[2], {}, Document({}, given, {}), given, _digest_of(given)
            )
        case _:
            own = own_reforms(law)
            raise PolicyError(
                Problem(
                    f"there is no reform '{given}'",
                    remedy=did_you_mean(
                        given,
                        own,
                        otherwise="name a file, an OpenFisca reform (package.module.reform)"
                        + (f", or one of the book's: {', '.join(own)}" if own else ""),
                    ),
                    code="unknown-reform",
                )
            )


def _plain(given: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(dict(given), default=str))


def _is_importable(name: str) -> bool:
    module, _, last = name.rpartition(".")
    parts = name.split(".")
    if not module or not last or not all(part.isidentifier() for part in parts):
        return False
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:
        return False


def _digest_of(name: str) -> str:
    spec = importlib.util.find_spec(name.rpartition(".")[0])
    code = Path(spec.origin).read_bytes() if spec and spec.origin else b""
    return hashlib.sha256(name.encode() + b"\0" + code).hexdigest()


def read_reform(law: Legislation, file: Path) -> Reform:
    """Read a reform file.

    Raises:
        PolicyError: it cannot be read, or it is no reform for the book.

    """
    return _checked(law, file.stem, read_document(file))


def _checked(law: Legislation, name: str, document: Document) -> Reform:
    problems = list(violations(document, "reform"))
    if problems:
        raise PolicyError(*problems)
    data = document.data
    book = data.get("book")
    if book and book != law.name:
        raise PolicyError(
            document.problem(
                ("book",),
                f"the reform is for the book '{book}', not '{law.name}'",
                f"name '{book}' with --book, or correct the name",
                "reform",
            )
        )
    digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode())
    reform = Reform(name, data, document)
    if reform.formulas:
        try:
            digest.update(reform.formulas.read_bytes())
        except OSError:
            raise PolicyError(
                reform.problem(
                    ("formulas",), f"there is no file {reform.formulas}", "put it beside the reform"
                )
            ) from None
    return Reform(name, data, document, digest=digest.hexdigest())


def refuse_conflicts(reforms: Iterable[tuple[Reform, Iterable[Claim]]]) -> None:
    """Refuse reforms that change the same thing at the same time, unless one requires the other.

    Raises:
        PolicyError: naming both.

    """
    held: dict[str, list[tuple[Reform, Claim]]] = {}
    problems = []
    for reform, claims in reforms:
        for claim in claims:
            for other, before in held.get(claim.subject, []):
                if other is reform or other.name in reform.requires:
                    continue
                if claim.meets(before):
                    where = other.document.where(*before.path)
                    problems.append(
                        reform.problem(
                            claim.path,
                            f"'{reform.name}' and '{other.name}' ({where}) both change"
                            f" {claim.subject}",
                            f"leave one out, or write 'requires: [{other.name}]' in the one that"
                            " is laid over the other",
                        )
                    )
            held.setdefault(claim.subject, []).append((reform, claim))
    if problems:
        raise PolicyError(*problems)


@dataclass(frozen=True)
class Claim:
    """That a reform changes a parameter or a variable, from a day to another or for good."""

    subject: str
    path: tuple[str | int, ...]
    first: str = ""
    last: str = ""

    def meets(self, other: Claim) -> bool:
        """Tell whether the times of two claims have a day in common."""
        return (not self.last or other.first <= self.last) and (
            not other.last or self.first <= other.last
        )
