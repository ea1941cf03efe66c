"""Operations on the values of one person, or one group, written as Python that Numba compiles.

Dates are whole numbers of their unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph.ops import DAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy.graph.nodes import Node

_INFIX = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "floor_divide": "//",
    "remainder": "%",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
    "equal": "==",
    "not_equal": "!=",
    "bitwise_and": "&",
    "logical_and": "&",
    "bitwise_or": "|",
    "logical_or": "|",
    "bitwise_xor": "^",
    "logical_xor": "^",
}
_CALLS = frozenset(
    [
        *("absolute", "arccos", "arcsin", "arctan", "cbrt", "ceil", "copysign", "cos", "exp"),
        *("expm1", "floor", "fmax", "fmin", "hypot", "isfinite", "isinf", "isnan"),
        *("log", "log10", "log1p", "log2", "maximum", "minimum", "power", "rint"),
        *("sign", "sin", "sqrt", "square", "tan", "tanh", "trunc"),
    ]
)


class UnsupportedError(Exception):
    """The graph has something that there is no compiled code for; NumPy runs it."""


def expression(node: Node, args: list[str]) -> str:
    """Return how a node's value is worked out from those of its arguments.

    Args:
        node: of an operation on each value on its own.
        args: how the values of its arguments are written.

    Raises:
        UnsupportedError: there is no code for the operation.

    """
    special = _SPECIAL.get(node.op)
    if special is not None:
        return f"np.{type_name(node)}({special(node, args)})"
    args = _one_unit(node, args)
    if node.op.startswith("logical"):
        args = [_truth(arg, text) for arg, text in zip(node.args, args, strict=True)]
    if node.op in {"logical_not", "invert"}:
        return f"not {args[0]}" if node.dtype.kind == "b" else f"~{args[0]}"
    if node.op in _INFIX:
        text = f"{args[0]} {_INFIX[node.op]} {args[1]}"
    elif node.op in _CALLS:
        text = f"np.{node.op}({', '.join(args)})"
    else:
        raise UnsupportedError(f"the operation {node.op}")
    return f"np.{type_name(node)}({text})"


def _one_unit(node: Node, args: list[str]) -> list[str]:
    """Return dates and lengths of time in the finest of their units."""
    dated = [arg.dtype for arg in node.args if arg.dtype.kind in "mM"]
    units = {np.datetime_data(dtype)[0] for dtype in dated}
    if len(units) <= 1:
        return args
    if any(dtype.kind == "m" for dtype in dated) or "D" not in units:
        raise UnsupportedError("units of time are mixed")
    return [
        _converted(text, arg.dtype, np.dtype("M8[D]")) if arg.dtype.kind == "M" else text
        for text, arg in zip(args, node.args, strict=True)
    ]


def _astype(node: Node, args: list[str]) -> str:
    return _converted(args[0], node.args[0].dtype, node.dtype)


def _where(node: Node, args: list[str]) -> str:
    if_true, if_false = (
        _converted(value, arg.dtype, node.dtype)
        for value, arg in zip(args[1:], node.args[1:], strict=True)
    )
    return f"chosen({args[0]}, {if_true}, {if_false})"


def _pick(node: Node, args: list[str]) -> str:
    if node.args[0].dtype.kind not in "iub":
        raise UnsupportedError("parameters are picked by text")
    keys, name, enum = node.detail
    if enum is None or not set(range(len(enum))) <= set(keys):
        raise UnsupportedError(f"a key of {name} may have no value")
    text = args[-1]
    for key, value in zip(reversed(keys), reversed(args[1:]), strict=True):
        text = f"chosen({args[0]} == {key}, {value}, {text})"
    return text


def _round(node: Node, args: list[str]) -> str:
    scale = repr(10.0 ** abs(node.detail))
    into, back = ("*", "/") if node.detail >= 0 else ("/", "*")
    return f"np.rint({args[0]} {into} {scale}) {back} {scale}"


def _after(node: Node, args: list[str]) -> str:
    if list(node.detail) != sorted(node.detail):
        raise UnsupportedError("parameters by date are not in the order of their dates")
    date, text, *values = args
    for day, value in zip(node.detail, values, strict=True):
        text = f"chosen({date} >= {_day(day)}, {value}, {text})"
    return text


def _working_day(node: Node, args: list[str]) -> str:
    holidays = ", ".join(str(_day(day)) for day in node.detail)
    return f"working_day_on_or_before({args[0]}, ({holidays or _day('0001-01-01')},))"


def _scale(node: Node, args: list[str]) -> str:
    kind, method, count, options = node.detail
    base, thresholds, values = args[0], args[1 : count + 1], args[count + 1 :]
    if method != "calc" or options or kind not in _SCALES:
        raise UnsupportedError(f"{kind}.{method}")
    return _SCALES[kind](base, thresholds, values)


def _single_amount(base: str, thresholds: list[str], amounts: list[str]) -> str:
    text = "0"
    for threshold, amount in zip(thresholds, amounts, strict=True):
        text = f"chosen({base} >= {threshold}, {amount}, {text})"
    return f"chosen({base} < np.inf, {text}, 0)"  # (openfisca-core has no bracket for infinity)


def _marginal_rate(base: str, thresholds: list[str], rates: list[str]) -> str:
    once = repr(1.0 + float(np.finfo(np.float64).eps))  # (as openfisca-core multiplies them)
    ends = [f"({threshold} * {once})" for threshold in thresholds]
    parts = [
        f"{rate} * np.maximum(np.minimum({base}, {end}) - {start}, 0.0)"
        for rate, start, end in zip(rates, ends, [*ends[1:], "np.inf"], strict=True)
    ]
    return " + ".join(parts)


def _marginal_amount(base: str, thresholds: list[str], amounts: list[str]) -> str:
    parts = [
        f"chosen({base} > {threshold}, {amount}, 0)"
        for threshold, amount in zip(thresholds, amounts, strict=True)
    ]
    return " + ".join(parts)


_SCALES: dict[str, Callable[[str, list[str], list[str]], str]] = {
    "MarginalAmountTaxScale": _marginal_amount,
    "SingleAmountTaxScale": _single_amount,
    "MarginalRateTaxScale": _marginal_rate,
}


def _table(node: Node, args: list[str]) -> str:
    date, *flag, table = args
    first, values = node.detail
    last = values.shape[-1] - 1
    row = f" + {last + 1} * {flag[0]}" if flag else ""
    return f"{table}[min(max({date} - {int(DAYS[first].astype(np.int64))}, 0), {last}){row}]"


def _day(day: str) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


_SPECIAL: dict[str, Callable[[Node, list[str]], str]] = {
    "astype": _astype,
    "where": _where,
    "pick": _pick,
    "round": _round,
    "after": _after,
    "working_day": _working_day,
    "scale": _scale,
    "table": _table,
    "negative": lambda _, args: f"-{args[0]}",
    "positive": lambda _, args: f"+{args[0]}",
}


def _truth(node: Node, text: str) -> str:
    """Return how a number is taken for true or false."""
    return text if node.dtype.kind == "b" else f"({text} != 0)"


def type_name(node: Node) -> str:
    """Return the name of NumPy's type of a node's values, as they are in memory.

    Raises:
        UnsupportedError: there are no such values here.

    """
    kind = node.dtype.kind
    if kind in "mM":
        return "int64"
    if kind not in "biuf" or node.dtype == np.float16:
        raise UnsupportedError(f"values of type {node.dtype}")
    return "bool_" if kind == "b" else node.dtype.name


def literal(node: Node) -> str:
    """Return a value that is known as it is written.

    Raises:
        UnsupportedError: there are no such values here.

    """
    value = node.detail
    if node.dtype.kind in "mM" and np.isnat(value):
        raise UnsupportedError("a date that is missing")
    if node.dtype.kind in "mM":
        return repr(int(np.asarray(value).astype(np.int64)))
    if node.dtype.kind == "b":
        return repr(bool(value))
    if node.dtype.kind in "iu":
        return repr(int(value))
    if node.dtype.kind != "f":
        raise UnsupportedError(f"a value of type {node.dtype}")
    number = float(value)
    return repr(number) if np.isfinite(number) else f"({'-' * (number < 0)}np.{abs(number)!s})"


def _converted(text: str, source: np.dtype[Any], target: np.dtype[Any]) -> str:
    """Return how a value of one type is written as another."""
    if "M" not in {source.kind, target.kind} or source.kind != target.kind or source == target:
        return text
    steps = {
        ("D", "M"): f"month_number({text})",
        ("D", "Y"): f"(month_number({text}) // 12)",
        ("M", "Y"): f"(({text}) // 12)",
        ("M", "D"): f"day_of_month_number({text})",
        ("Y", "M"): f"(({text}) * 12)",
        ("Y", "D"): f"day_of_month_number(({text}) * 12)",
    }
    return steps[np.datetime_data(source)[0], np.datetime_data(target)[0]]
