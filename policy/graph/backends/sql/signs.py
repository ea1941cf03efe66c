"""Which amounts are never negative, whatever the facts are: they are rounded in one way alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.graph.backends.sql.idioms import ROUND_HALF_UP
from policy.graph.nodes import is_constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy.graph.nodes import Node

#: Operations of which the result is not negative if no argument is, from a place on.
_KEEPING = {
    "add": 0,
    "multiply": 0,
    "divide": 0,
    "minimum": 0,
    "where": 1,
    "pick": 1,
    "after": 1,
    "project": 0,
    "astype": 0,
    "trunc": 0,
    "floor": 0,
    "ceil": 0,
    "positive": 0,
    ROUND_HALF_UP: 0,
}
_NEVER = frozenset({"size", "position", "role", "given", "absolute", "square"})


class Signs:
    """Tells which numbers may be negative.

    Args:
        column_of: returns the node that a variable is computed by.

    """

    def __init__(self, column_of: Callable[[Node], Node]) -> None:
        self._column_of = column_of
        self._known: dict[int, bool] = {}

    def may_be_negative(self, node: Node) -> bool:
        """Tell whether a number may be negative."""
        node = self._column_of(node)
        if node.number not in self._known:
            self._known[node.number] = self._may_be(node)
        return self._known[node.number]

    def _may_be(self, node: Node) -> bool:
        if node.dtype.kind == "b" or node.op in _NEVER:
            return False
        if node.dtype.kind == "M":
            return True
        if is_constant(node):
            return node.dtype.kind not in "iuf" or not node.detail >= 0
        if node.op == "maximum":
            return all(map(self.may_be_negative, node.args))
        if node.op == "sum":
            return self.may_be_negative(node.args[0])
        if node.op == "unique":
            return self.may_be_negative(node.args[0]) or not node.detail[-1] >= 0
        if node.op == "scale":
            return any(map(self.may_be_negative, node.args[1:]))
        first = _KEEPING.get(node.op)
        return first is None or any(map(self.may_be_negative, node.args[first:]))
