"""The conditions of formulas, told apart by where they are written and what they say."""

from __future__ import annotations

import linecache
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.coverage.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.graph.nodes import Node
    from policy.graph.tracer import Definition, Tracing

#: Operations that join conditions; each of what they join is a condition of its own.
CONNECTIVES = frozenset(
    {"bitwise_and", "bitwise_or", "bitwise_xor", "logical_and", "logical_or", "logical_xor"}
    | {"invert", "logical_not", "where", "astype"}
)
_SIGNS = {
    "equal": "==",
    "not_equal": "!=",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
}
_DEEP = 3


@dataclass(frozen=True, order=True)
class Place:
    """An expression as it is written in a formula, at whatever period."""

    variable: str
    file: str
    line: int
    text: str
    number: int = 1

    @property
    def source(self) -> str:
        """The line of code."""
        return linecache.getline(self.file, self.line).strip()

    def __str__(self) -> str:
        """Say what and where."""
        again = f" ({self.number})" if self.number > 1 else ""
        return f"{self.file}:{self.line}: {self.text}{again}"


def is_condition(node: Node) -> bool:
    """Tell whether an expression is a condition that is not made of others."""
    return bool(node.dtype == np.bool_) and node.op not in CONNECTIVES and node.op != "constant"


def places(tracing: Tracing, name: str, definition: Definition) -> Iterator[tuple[Node, Place]]:
    """Yield the expressions of a variable's formula with their places.

    An expression without a line of its own (a variable or a parameter asked for) stands at the
    line where it is first used.
    """
    nodes = nodes_of(definition)
    lines: dict[int, tuple[str, int]] = {}
    for node in reversed(nodes):
        own = [o for o in tracing.graph.origins.get(node.number, {}) if o.variable == name]
        if own:
            first = min(own, key=lambda origin: origin.line)
            lines[node.number] = (first.file, first.line)
        for arg in node.args:
            if node.number in lines:
                lines.setdefault(arg.number, lines[node.number])
    seen: dict[tuple[str, int, str], int] = {}
    for node in nodes:
        if node.number in lines:
            file, line = lines[node.number]
            said = text_of(node)
            seen[file, line, said] = seen.get((file, line, said), 0) + 1
            yield node, Place(name, file, line, said, seen[file, line, said])


def text_of(node: Node, depth: int = _DEEP) -> str:
    """Write an expression as a person would, without the values of dates and periods."""
    if node.op == "constant":
        return _constant(node.detail)
    if node.op in {"value", "parameter"}:
        return str(node.detail[0])
    if not depth:
        return "…"
    args = [text_of(arg, depth - 1) for arg in node.args]
    if node.op in _SIGNS:
        return f"{args[0]} {_SIGNS[node.op]} {args[1]}"
    if node.op in {"project", "astype"}:
        return args[0]
    if node.op == "role":
        return f"role {'/'.join(map(str, node.detail[1]))} of {node.detail[0]}"
    return f"{node.op}({', '.join(args)})"


def _constant(value: Any) -> str:
    return "a date" if isinstance(value, np.datetime64 | np.timedelta64) else f"{value}"
