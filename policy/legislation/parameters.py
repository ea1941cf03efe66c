"""Parameters of the law with their provenance: read from YAML, safely and in a fixed order."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy.errors import Location, PolicyError, Problem
from policy.legislation import openfisca

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from policy.documents import Document

    Read = Callable[[Path], Document]

_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
#: Keys of a parameter file that are not the names of parameters inside it.
RESERVED = frozenset({"description", "documentation", "metadata", "unit", "reference"})
#: The folders of a book's parameters that hold its reforms, and the registers its facts are in.
REFORMS, REGISTERS = "reforms", "registers"
#: These lie beside the law and are not the law.
BESIDE_THE_LAW = frozenset({REFORMS, REGISTERS})


@dataclass(frozen=True)
class Reference:
    """Where a value stands: a title and a link."""

    title: str
    href: str = ""


@dataclass(frozen=True)
class Value:
    """One value of a parameter, in force from ``start`` until the next one."""

    start: str
    value: Any
    source: str = ""
    enacted: str = ""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """A parameter of the law and its history, oldest value first.

    A bracket of a schedule is a parameter of its own, named ``schedule[0].threshold``.
    """

    name: str
    label: str
    unit: str
    section: str
    description: str
    documentation: str
    labels: dict[str, str]
    file: str
    values: tuple[Value, ...]

    def at(self, date: str | datetime.date) -> Value | None:
        """Return the value in force on a date, or None before the first.

        Args:
            date: a ``datetime.date``, or an ISO date; of a month or a year the first day.

        Raises:
            PolicyError: it is no date, or one that does not exist.

        """
        day = iso_day(date)
        return next((value for value in reversed(self.values) if value.start <= day), None)


def iso_day(date: str | datetime.date) -> str:
    """Return a date as ISO text; of a month or a year the first day.

    Raises:
        PolicyError: it is no date, or one that does not exist.

    >>> iso_day("2024"), iso_day("2024-05"), iso_day(datetime.date(2024, 5, 31))
    ('2024-01-01', '2024-05-01', '2024-05-31')

    """
    text = date.strftime("%Y-%m-%d") if isinstance(date, datetime.date) else str(date)
    written = _ISO.fullmatch(text)
    if written:
        with suppress(ValueError):
            return datetime.date(*(int(part or 1) for part in written.groups())).isoformat()
    exists = " that exists" if written else ""
    raise PolicyError(
        Problem(
            f"'{text}' is not a date{exists}",
            remedy="give a date as YYYY-MM-DD, a month or a year",
            key="date",
        )
    )


def load_tree(folder: Path, read: Read) -> tuple[Any, dict[str, Document]]:
    """Read a folder of parameter files into OpenFisca's tree, in alphabetical order.

    Args:
        folder: the folder.
        read: reads a file.

    Returns:
        The root ``ParameterNode`` and the document of each file, by parameter name.

    Raises:
        PolicyError: a file cannot be read, or is not a parameter file.

    """
    documents: dict[str, Document] = {}
    root = _load_folder(folder, "", documents, read)
    return root, documents


def _load_folder(folder: Path, name: str, documents: dict[str, Document], read: Read) -> Any:
    node = openfisca.ParameterNode(name, data={}, file_path=str(folder))
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if not name and path.name in BESIDE_THE_LAW:
                continue
            if any(path.rglob("*.yaml")):
                child = _load_folder(path, _join(name, path.name), documents, read)
                node.add_child(path.name, child)
            continue
        if path.suffix != ".yaml":
            continue
        document = read(path)
        full_name = _join(name, path.stem)
        if path.stem == "index":
            documents[full_name] = document
            data = document.data or {}
            node.description = data.get("description")
            node.documentation = data.get("documentation")
            node.metadata = dict(data.get("metadata") or {})
            continue
        documents[full_name] = document
        node.add_child(path.stem, _load_file(document, full_name))
    return node


def _load_file(document: Document, name: str) -> Any:
    if not isinstance(document.data, dict):
        what = "empty" if document.data is None else "not a mapping"
        raise PolicyError(
            Problem(
                f"the parameter file is {what}",
                Location(document.file, 1, 1),
                "give it 'description', 'metadata' and 'values'",
            )
        )
    try:
        return parse(name, document.data, document.file)
    except PolicyError:
        raise
    except Exception as error:  # openfisca-core raises many kinds here
        from policy.legislation.checks.form import wrong_form  # noqa: PLC0415 (seldom needed)

        message = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise PolicyError(
            *wrong_form(document, "parameter")
            or [
                Problem(
                    f"not a parameter file: {message}",
                    Location(document.file, 1, 1),
                    "'policy check' says which key",
                )
            ]
        ) from None


def parse(name: str, data: dict[str, Any], file: str) -> Any:
    """Return OpenFisca's parameter, schedule or node for part of a parameter file."""
    if "values" in data:
        return openfisca.Parameter(name, data, file)
    if "brackets" in data:
        return openfisca.ParameterScale(name, data, file)
    node = openfisca.ParameterNode(name, data={}, file_path=file)
    node.description = data.get("description")
    node.metadata = dict(data.get("metadata") or {})
    for key, child in data.items():
        if key not in RESERVED:
            node.add_child(key, parse(_join(name, key), child, file))
    return node


def _join(name: str, child: str) -> str:
    return f"{name}.{child}" if name else child


def parameters_of(root: Any) -> Iterator[Parameter]:
    """Yield every parameter of an OpenFisca tree, with provenance where the files give it."""
    for node in root.get_descendants():
        yield from _described(node)


def parameter_named(root: Any, name: str) -> Parameter | None:
    """Return the parameter of an OpenFisca tree with a dotted name, or None; the rest is left."""
    node = root
    for part in name.partition("[")[0].split("."):
        node = getattr(node, "children", {}).get(part)
    return next((each for each in _described(node) if each.name == name), None)


def _described(node: Any) -> Iterator[Parameter]:
    """Yield a parameter, or the parts of a scale's brackets; nothing for a node of others."""
    if isinstance(node, openfisca.ParameterScale):
        for number, bracket in enumerate(node.brackets):
            for part, parameter in bracket.children.items():
                unit = node.metadata.get(f"{part}_unit")
                metadata = node.metadata | ({"unit": unit} if unit else {})
                yield _describe(parameter, f"{node.name}[{number}].{part}", metadata)
    elif isinstance(node, openfisca.Parameter):
        yield _describe(node, node.name, {})


def _describe(node: Any, name: str, inherited: dict[str, Any]) -> Parameter:
    metadata = inherited | node.metadata
    values = tuple(
        _value(value.instant_str, value.value, value.metadata or inherited)
        for value in reversed(node.values_list)
    )
    return Parameter(
        name=name,
        label=metadata.get("label") or node.description or name,
        unit=str(metadata.get("unit") or ""),
        section=metadata.get("section", ""),
        description=node.description or "",
        documentation=node.documentation or "",
        labels={
            key.removeprefix("label_"): text
            for key, text in metadata.items()
            if key.startswith("label_")
        },
        file=node.file_path or "",
        values=values,
    )


def _value(start: str, value: Any, metadata: dict[str, Any]) -> Value:
    """Return a value with its source; in a schedule, where it has none, the schedule's."""
    return Value(
        start=start,
        value=value,
        source=metadata.get("source", ""),
        enacted=metadata.get("enacted", ""),
        references=references_of(metadata.get("reference")),
    )


def references_of(reference: Any) -> tuple[Reference, ...]:
    """Return references as metadata write them: a mapping, a text, or a list of these."""
    entries = reference if isinstance(reference, list) else [reference] if reference else []
    return tuple(
        Reference(entry.get("title", ""), entry.get("href", ""))
        if isinstance(entry, dict)
        else Reference(str(entry), str(entry) if str(entry).startswith("http") else "")
        for entry in entries
    )
