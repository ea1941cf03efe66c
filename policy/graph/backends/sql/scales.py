"""Scales of brackets in SQL, as openfisca-core has them."""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING

import numpy as np
from sqlglot import exp

from policy.graph.backends.expressions import UnsupportedError
from policy.graph.backends.sql.dialects import cast, chosen, number, operator, whole
from policy.graph.nodes import is_constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy.graph.nodes import Node


def scale(node: Node, base: exp.Expr) -> exp.Expr:
    """Return what a scale gives for a base.

    Raises:
        UnsupportedError: there is no SQL for a method, or the scale depends on the data.

    """
    kind, method, count, options = node.detail
    parts = node.args[1 : count + 1], node.args[count + 1 :]
    if method != "calc" or options or kind not in _SCALES:
        raise UnsupportedError(f"{kind}.{method}")
    if not all(is_constant(each) for part in parts for each in part):
        raise UnsupportedError(f"{kind} with numbers that depend on the data")
    limits, values = ([float(each.detail) for each in part] for part in parts)
    return _SCALES[kind](base, limits, values) if limits else cast(whole(0), "DOUBLE")


def _single_amount(base: exp.Expr, limits: list[float], amounts: list[float]) -> exp.Expr:
    cases = [
        (operator(exp.GTE, base.copy(), number(limit)[0]), number(amount)[0])
        for limit, amount in zip(limits, amounts, strict=True)
    ]
    return chosen(*reversed(cases), otherwise=whole(0))


def _marginal_rate(base: exp.Expr, limits: list[float], rates: list[float]) -> exp.Expr:
    once = 1.0 + float(np.finfo(np.float64).eps)  # (as openfisca-core multiplies them)
    parts = []
    for rate, start, end in zip(rates, limits, [*limits[1:], None], strict=True):
        upper = base.copy()
        if end is not None:
            upper = exp.Least(this=upper, expressions=[number(end * once)[0]], ignore_nulls=True)
        above = operator(exp.Sub, upper, number(start * once)[0])
        bounded = exp.Greatest(this=above, expressions=[whole(0)], ignore_nulls=True)
        parts.append(operator(exp.Mul, cast(bounded, "DOUBLE"), number(rate)[0]))
    return reduce(partial(operator, exp.Add), parts)


def _marginal_amount(base: exp.Expr, limits: list[float], amounts: list[float]) -> exp.Expr:
    parts: list[exp.Expr] = []
    for limit, amount in zip(limits, amounts, strict=True):
        above = operator(exp.GT, base.copy(), number(limit)[0])
        parts.append(cast(chosen((above, number(amount)[0]), otherwise=whole(0)), "DOUBLE"))
    return reduce(partial(operator, exp.Add), parts)


_SCALES: dict[str, Callable[[exp.Expr, list[float], list[float]], exp.Expr]] = {
    "MarginalAmountTaxScale": _marginal_amount,
    "SingleAmountTaxScale": _single_amount,
    "MarginalRateTaxScale": _marginal_rate,
}
