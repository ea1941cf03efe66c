"""The linked graph of a process's first question, kept for the next process that begins so.

It is kept under a digest of all that it was made of: the question, the code of the book's formulas,
the parameters as they stand in memory, and the library's own code (see :mod:`policy.kept`). A book
whose formulas import what could tell one run from another (a clock, files) is not kept.
"""

from __future__ import annotations

import hashlib
import marshal
import re
from contextlib import suppress
from enum import EnumMeta
from typing import TYPE_CHECKING, Any

import numpy as np

from policy import kept
from policy.graph.linking import Linked
from policy.graph.nodes import Graph, Node, live
from policy.legislation import openfisca
from policy.legislation.legislation import package_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policy.legislation.legislation import Legislation

#: How many are kept for each book: of the questions that processes last began with.
_QUESTIONS = 16
#: What the formulas of a book may import.
_PURE = frozenset(
    {
        "__future__",
        "collections",
        "dataclasses",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "itertools",
        "math",
        "numpy",
        "openfisca_core",
        "operator",
        "policy",
        "typing",
    }
)
_IMPORT = re.compile(r"^\s*(?:from\s+(\w+)[\w.]*\s+import\b|import\s+(\w.*)$)", re.MULTILINE)
_PLAIN = frozenset({type(None), bool, int, float, str})


def kept_or_linked(law: Legislation, question: Any, link: Callable[[], Linked]) -> Linked:
    """Return the linked graph of a question: what was kept of it, or else linked, and kept now."""
    stands = _stands(law)
    if stands is None:
        return link()
    name = f"{law.name}.linked"
    key = hashlib.sha256(repr((question, stands)).encode()).digest()
    known = kept.read(name)
    if key in known:
        return _linked(law, marshal.loads(known[key]))
    linked = link()
    with suppress(ValueError):  # (a value that is not plain)
        if _is_pure(law):
            made = marshal.dumps(_data(law, linked))
            kept.write(name, dict([*known.items(), (key, made)][-_QUESTIONS:]))
    return linked


def _stands(law: Legislation) -> Any:
    """Return all of the law that a graph is made of; None where that is not all plain to see."""
    if law.code is None or law.base is not None:
        return None
    package = package_of(law.name, law.sources.variables)
    own = [
        (name, type(each).__module__, each.is_neutralized) for name, each in law.variables.items()
    ]
    if any(not module.startswith(package) for _, module, _ in own):
        return None
    return sorted(law.code.items()), own, list(_parameters(law.system.parameters))


def _is_pure(law: Legislation) -> bool:
    for file in law.sources.variables.rglob("*.py"):
        for one, several in _IMPORT.findall(file.read_text(encoding="utf-8")):
            names = [one] if one else several.split(",")
            if not _PURE.issuperset(name.split()[0].partition(".")[0] for name in names):
                return False
    return True


def _parameters(root: Any) -> Iterator[Any]:
    for node in root.get_descendants():
        yield node.name
        if isinstance(node, openfisca.ParameterScale):
            yield node.metadata.get("type")
            parts = [part for each in node.brackets for part in each.children.items()]
        else:
            parts = [("", node)] if isinstance(node, openfisca.Parameter) else []
        for name, part in parts:
            yield name, [(value.instant_str, value.value) for value in part.values_list]


def _data(law: Legislation, linked: Linked) -> Any:
    """Return a linked graph as plain data.

    Raises:
        ValueError: some of it is not plain.

    """
    nodes = list(live(linked.outputs.values()))
    place = {node.number: number for number, node in enumerate(nodes)}
    return (
        [
            (
                node.op,
                tuple(place[arg.number] for arg in node.args),
                _plain(law, node.detail),
                node.dtype.str,
                node.space,
                _plain(law, node.enum),
            )
            for node in nodes
        ],
        [(_plain(law, slot), place[node.number]) for slot, node in linked.outputs.items()],
    )


def _linked(law: Legislation, data: Any) -> Linked:
    graph = Graph()
    nodes, outputs = data
    for op, args, detail, dtype, space, enum in nodes:
        made = tuple(graph.nodes[arg] for arg in args)
        whole = _whole(law, detail), np.dtype(dtype), space, _whole(law, enum)
        graph.nodes.append(Node(len(graph.nodes), op, made, *whole))
    return Linked(graph, {_whole(law, slot): graph.nodes[number] for slot, number in outputs})


def _plain(law: Legislation, value: Any) -> Any:
    """Return a value of a node as plain data: what is not plain as a tuple, of its kind first."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, openfisca.periods.Period):
        unit, start, size = value
        return "period", unit.value, tuple(start), size
    if isinstance(value, tuple):
        return "tuple", *(_plain(law, each) for each in value)
    if isinstance(value, np.generic | np.ndarray) and not value.dtype.hasobject:
        return type(value).__name__, value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, EnumMeta):
        return "enum", next(
            name
            for name, each in law.variables.items()
            if getattr(each, "possible_values", None) is value
        )
    raise ValueError(f"{type(value).__name__} is not kept")


def _whole(law: Legislation, value: Any) -> Any:
    """Return what plain data stand for."""
    match value:
        case "period", unit, start, size:
            periods = openfisca.periods
            return periods.Period((periods.DateUnit(unit), periods.Instant(start), size))
        case "tuple", *parts:
            return tuple(_whole(law, each) for each in parts)
        case "enum", name:
            return law.variables[name].possible_values
        case kind, dtype, shape, content:
            array = np.ndarray(shape, dtype, content)
            return array if kind == "ndarray" else array[()]
    return value
