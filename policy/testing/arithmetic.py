"""Numbers written as arithmetic, as OpenFisca's test files have them: ``6.080 + 47.500``."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
#: Longer text is no sum that somebody wrote down.
_LONGEST = 1000


def number_of(text: str) -> float | int | None:
    """Return the number that text stands for, or None if it is no arithmetic.

    Sums, differences, products, quotients and brackets are read, and nothing else is.

    >>> number_of("6.080 + 47.500"), number_of("(1 + 2) * -3"), number_of("__import__('os')")
    (53.58, -9, None)
    """
    if len(text) > _LONGEST:
        return None
    try:
        number: float | int = _value(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return None
    return number


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return node.value
        case ast.BinOp() if type(node.op) in _BINARY:
            return _BINARY[type(node.op)](_value(node.left), _value(node.right))
        case ast.UnaryOp() if type(node.op) in _UNARY:
            return _UNARY[type(node.op)](_value(node.operand))
    raise ValueError
