"""The conditions of formulas, told apart by where they are written and what they say."""

from __future__ import annotations

import linecache
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.coverage.walk import nodes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    """Tell whether an expression is a condition that is not made of others.

    What is the same for everybody is decided by the law of the period, and no condition of a case.
    """
    return bool(node.space and node.dtype == np.bool_ and node.op not in CONNECTIVES)


def looked_up(nodes: tuple[Node, ...]) -> frozenset[int]:
    """Return the numbers of expressions that only look up a parameter's value by date or year.

    They are the choices between values of one parameter, and the conditions that nothing else
    needs. What tests show of them they show by noticing a change of each value.
    """
    below: dict[int, Node] = {}
    users: dict[int, list[int]] = {}
    for node in nodes:
        for arg in node.args:
            users.setdefault(arg.number, []).append(node.number)
        if node.op == "where" and node.args[1].op == "parameter":
            name, rest = node.args[1].detail[0], node.args[2]
            if _looks_up(rest) == name:
                below[node.number] = rest
    found = {*below, *(rest.number for rest in below.values() if rest.op == "where")}
    for node in reversed(nodes):
        condition = node.dtype == np.bool_ and node.op not in {"constant", "value"}
        if condition and found.issuperset(users.get(node.number, [-1])):
            found.add(node.number)
    return frozenset(found)


def _looks_up(node: Node) -> str:
    """Return the parameter that an expression is a value of, by date perhaps; or nothing."""
    if node.op == "where":
        node = node.args[1]
    return node.detail[0] if node.op == "parameter" else ""


def places(tracing: Tracing, name: str, definition: Definition) -> Iterator[tuple[Node, Place]]:
    """Yield the expressions of a variable's formula with their places, but for mere look-ups.

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
    lookups = looked_up(nodes)
    for node in nodes:
        if node.number in lines and node.number not in lookups:
            file, line = lines[node.number]
            said = text_of(node)
            seen[file, line, said] = seen.get((file, line, said), 0) + 1
            yield node, Place(name, file, line, said, seen[file, line, said])


def text_of(node: Node, depth: int = _DEEP) -> str:
    """Write an expression as a person would, without the values of dates and periods."""
    if node.op in _WRITTEN:
        return _WRITTEN[node.op](node.detail)
    if not depth or not node.space:  # (what is the same for everybody differs by period)
        return "…"
    args = [text_of(arg, depth - 1) for arg in node.args]
    if node.op in _SIGNS:
        return f"{args[0]} {_SIGNS[node.op]} {args[1]}"
    return args[0] if node.op in {"project", "astype"} else f"{node.op}({', '.join(args)})"


def _constant(value: Any) -> str:
    return "a date" if isinstance(value, np.datetime64 | np.timedelta64) else f"{value}"


def _name(detail: tuple[str, Any]) -> str:
    return detail[0]


def _role(detail: tuple[str, tuple[int, ...]]) -> str:
    return f"role {'/'.join(map(str, detail[1]))} of {detail[0]}"


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "constant": _constant,
    "value": _name,
    "parameter": _name,
    "role": _role,
}
