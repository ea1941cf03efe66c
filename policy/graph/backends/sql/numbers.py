"""What is known of numbers beforehand: their kind, their sign, whether they are numbers at all.

A number that is whole, or written with a decimal point, is no DOUBLE to a database. And what is no
number is equal to itself to some, and the greatest of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from policy.graph.backends.sql.dialects import is_whole, number
from policy.graph.backends.sql.idioms import ROUND_HALF_UP
from policy.graph.nodes import is_constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy.graph.nodes import Node

#: What databases take a number for: a whole number, one with a decimal point, a double.
WHOLE, DECIMAL, DOUBLE = range(3)
#: Operations whose result is of the kind that the greatest is of, from a place of arguments on.
_CHOICES = {"where": 1, "maximum": 0, "minimum": 0, "pick": 1, "after": 1, "unique": 0}
#: Operations whose result is of the kind of the first argument.
_SAME = frozenset({"project", "negative", "positive", "absolute", "trunc", "astype"})
#: Operations whose result is not negative if no argument is, from a place on.
_KEEPING = {
    **dict.fromkeys(("add", "multiply", "divide", "minimum", "project", "astype", "sum"), 0),
    **dict.fromkeys(("trunc", "floor", "ceil", "positive", ROUND_HALF_UP), 0),
    **dict.fromkeys(("where", "pick", "after", "scale"), 1),
}
_NEVER_NEGATIVE = frozenset({"size", "position", "absolute", "square"})


class Numbers:
    """Tells what is known of numbers.

    Args:
        column_of: returns the node that a variable is computed by.

    """

    def __init__(self, column_of: Callable[[Node], Node]) -> None:
        self._column_of = column_of
        self._kinds: dict[int, int] = {}
        self._told: dict[tuple[str, int], bool] = {}

    def kind(self, node: Node) -> int:
        """Return what a database takes a number for."""
        node = self._column_of(node)
        if node.number not in self._kinds:
            self._kinds[node.number] = self._kind(node) if node.dtype.kind == "f" else WHOLE
        return self._kinds[node.number]

    def is_made_double(self, node: Node) -> None:
        """Note that a number is made a double where it becomes a column."""
        self._kinds[node.number] = DOUBLE

    def _kind(self, node: Node) -> int:
        if is_constant(node):
            written, is_double = number(float(node.detail))
            return DOUBLE if is_double else WHOLE if is_whole(written) else DECIMAL
        first = 0 if node.op in _SAME else _CHOICES.get(node.op)
        if first is not None:
            return max(map(self.kind, node.args[first:]))
        if node.op in {"add", "subtract", "multiply", "sum"}:
            count = 1 if node.op == "sum" else 2
            are_whole = all(self.kind(arg) == WHOLE for arg in node.args[:count])
            return WHOLE if are_whole else DOUBLE
        chosen_amount = node.op == "scale" and node.detail[0] == "SingleAmountTaxScale"
        return DECIMAL if chosen_amount else DOUBLE

    def _tell(self, what: str, node: Node, rule: Callable[[Node], bool]) -> bool:
        """Answer a question about a node, once."""
        node = self._column_of(node)
        key = (what, node.number)
        if key not in self._told:
            self._told[key] = rule(node)
        return self._told[key]

    def may_be_nan(self, node: Node) -> bool:
        """Tell whether a double may be no number."""
        return self._tell("nan", node, self._may_be_nan)

    def _may_be_nan(self, node: Node) -> bool:
        if node.dtype.kind != "f":
            return False
        if is_constant(node):
            return bool(np.isnan(node.detail))
        if any(map(self.may_be_nan, node.args)):
            return True
        infinite = [self.may_be_infinite(arg) for arg in node.args]
        by_zero = node.op == "divide" and self.may_be_zero(node.args[1])
        of_both = node.op in {"add", "subtract", "divide"} and all(infinite)
        return by_zero or of_both or (node.op in {"multiply", "sum"} and any(infinite))

    def may_be_infinite(self, node: Node) -> bool:
        """Tell whether a double may be infinite; sums and products of finite amounts are not."""
        return self._tell("infinite", node, self._may_be_infinite)

    def _may_be_infinite(self, node: Node) -> bool:
        if node.dtype.kind != "f":
            return False
        if is_constant(node):
            return bool(np.isinf(node.detail))
        from_nobody = node.op == "reduce" and node.detail[1] != "all"
        by_zero = node.op == "divide" and self.may_be_zero(node.args[1])
        return from_nobody or by_zero or any(map(self.may_be_infinite, node.args))

    def may_be_zero(self, node: Node) -> bool:
        """Tell whether a divisor may be zero."""
        if is_constant(node):
            return not node.detail
        least = [arg.detail for arg in node.args if is_constant(arg)]
        return not (node.op == "maximum" and any(each > 0 for each in least))

    def may_be_negative(self, node: Node) -> bool:
        """Tell whether a number may be negative."""
        return self._tell("negative", node, self._may_be_negative)

    def _may_be_negative(self, node: Node) -> bool:
        if node.dtype.kind == "b" or node.op in _NEVER_NEGATIVE:
            return False
        if node.dtype.kind not in "iuf":
            return True
        if is_constant(node):
            return not node.detail >= 0
        if node.op == "maximum":
            return all(map(self.may_be_negative, node.args))
        if node.op == "unique":
            return self.may_be_negative(node.args[0]) or not node.detail[-1] >= 0
        first = _KEEPING.get(node.op)
        return first is None or any(map(self.may_be_negative, node.args[first:]))
