"""Nodes of the law graph: expressions, each distinct one held once.

A node is an operation on other nodes. It knows the type of its values (``dtype``), of whom they are
(``space``: an entity's key, or empty for one value that holds for all), and the enumeration its
numbers stand for. Two equal expressions are one node. Where an expression comes from (variable,
file and line) is kept beside the nodes, as several places can write the same one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping

    from policy.graph.bounds import Bounds

#: The space of a value that is the same for everybody.
NOBODY = ""


class Node:
    """One expression: an operation, the nodes it works on, and fixed details of the operation."""

    __slots__ = ("args", "detail", "dtype", "enum", "number", "op", "space")

    def __init__(
        self,
        number: int,
        op: str,
        args: tuple[Node, ...],
        detail: Any,
        dtype: np.dtype[Any],
        space: str,
        enum: Any,
    ) -> None:
        self.number = number
        self.op = op
        self.args = args
        self.detail = detail
        self.dtype = dtype
        self.space = space
        self.enum = enum

    def __repr__(self) -> str:
        args = ", ".join(f"#{arg.number}" for arg in self.args)
        detail = f" {self.detail!r}" if self.detail is not None else ""
        return f"#{self.number} {self.op}({args}){detail} {self.dtype} {self.space}".rstrip()


@dataclass(frozen=True)
class Origin:
    """Where an expression was written: a line of a variable's formula."""

    variable: str
    file: str
    line: int


@dataclass
class Graph:
    """The nodes of expressions, in an order in which each comes after those it works on.

    Attributes:
        nodes: the expressions.
        origins: where each was written, by its number.
        bounds: between which numbers the values of each lie, by its number; None in a graph that
            is not simplified by them (see :mod:`policy.graph.bounds`).
        roles: the numbers of all roles that somebody of a group can have, by the group's key.

    """

    nodes: list[Node] = field(default_factory=list)
    origins: dict[int, dict[Origin, None]] = field(default_factory=dict)
    bounds: dict[int, Bounds] | None = None
    roles: Mapping[str, Collection[int]] = field(default_factory=dict)
    _known: dict[Hashable, Node] = field(default_factory=dict, repr=False)

    def node(
        self,
        op: str,
        args: tuple[Node, ...] = (),
        detail: Any = None,
        *,
        dtype: np.dtype[Any],
        space: str,
        enum: Any = None,
    ) -> Node:
        """Return the node of an expression; an equal one if there is one."""
        key = (op, args, _key(detail), dtype, enum, space)
        found = self._known.get(key)
        if found is None:
            found = Node(len(self.nodes), op, args, detail, dtype, space, enum)
            self.nodes.append(found)
            self._known[key] = found
        return found

    def constant(self, value: Any, enum: Any = None) -> Node:
        """Return the node of a value that is known.

        >>> graph = Graph()
        >>> graph.constant(1) is graph.constant(1), graph.constant(1) is graph.constant(1.0)
        (True, False)
        """
        dtype = np.asarray(value).dtype
        return self.node("constant", (), value, dtype=dtype, space=NOBODY, enum=enum)


def is_constant(node: Node) -> bool:
    """Tell whether a node is a known value."""
    return node.op == "constant"


def live(roots: Iterable[Node]) -> Iterator[Node]:
    """Yield the nodes that roots need, in order: each after those it works on.

    >>> graph = Graph()
    >>> live([graph.constant(1), graph.constant(2), graph.constant(1)]).__next__()
    #0 constant() 1 int64
    """
    seen: dict[int, Node] = {}
    todo = list(roots)
    while todo:
        node = todo.pop()
        if node.number not in seen:
            seen[node.number] = node
            todo += node.args
    for number in sorted(seen):
        yield seen[number]


def _key(detail: Any) -> Hashable:
    """Return a key that tells values apart that Python calls equal: 1, 1.0, True, -0.0."""
    if detail is None or isinstance(detail, str):
        return detail
    if type(detail) is tuple:  # (a period is a tuple too, and tells itself apart)
        return tuple(map(_key, detail))
    if isinstance(detail, int | float | np.generic):
        return (type(detail), repr(detail))
    if isinstance(detail, np.ndarray):
        return (detail.dtype, detail.shape, detail.tobytes())
    return detail  # type: ignore[no-any-return]
