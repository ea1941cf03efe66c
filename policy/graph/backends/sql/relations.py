"""What groups gather from their members, and ranks, in SQL."""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING

from sqlglot import exp

from policy.graph.backends.sql.dialects import (
    cast,
    chosen,
    column,
    negated,
    number,
    operator,
    whole,
)
from policy.graph.backends.sql.numbers import WHOLE
from policy.graph.nodes import is_constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from policy.graph.backends.sql.writing import Writer
    from policy.graph.nodes import Node


class Relations:
    """Writes what is between people and groups.

    Args:
        writer: writes the expressions that are gathered, and ranked by.
        person: the column that members are in order by: their ids.

    """

    def __init__(self, writer: Writer, person: str) -> None:
        self._writer = writer
        self._person = person

    def gathered(self, node: Node) -> exp.Expr:
        """Return what a group gathers from its members, in an aggregation."""
        if node.op == "size":
            return exp.Count(this=exp.Star())
        value, *only = node.args
        condition = self._writer.truth(only[0]) if only else None
        return _GATHERED[node.op](self, node, value, condition)

    def _sum(self, _node: Node, value: Node, condition: exp.Expr | None) -> exp.Expr:
        writer, is_counted = self._writer, is_constant(value) and value.detail == 1
        if value.dtype.kind == "b" or (is_counted and condition is not None):
            holds = [] if is_counted else [writer.of(value)]
            every = holds if condition is None else [condition, *holds]
            return writer.dialect.count_if(reduce(partial(operator, exp.And), every))
        kind = writer.numbers.kind(value)
        if kind == WHOLE:
            return cast(exp.Sum(this=_if(condition, writer.of(value))), "BIGINT")
        return writer.dialect.sum_in_order(writer.double(value), column(self._person), condition)

    def _reduce(self, node: Node, value: Node, condition: exp.Expr | None) -> exp.Expr:
        writer, kind = self._writer, node.detail[1]
        if kind == "all":
            holds = writer.truth(value)
            if condition is not None:
                holds = operator(exp.Or, negated(condition), holds)
            return writer.dialect.all_of(holds)
        made = _if(condition, writer.number(value))
        if node.dtype.kind == "M":
            return exp.Max(this=made) if kind == "max" else exp.Min(this=made)
        extreme = cast(exp.Max(this=made) if kind == "max" else exp.Min(this=made), "DOUBLE")
        if kind == "max" or not writer.numbers.may_be_nan(value):
            return extreme
        # (to a database what is no number is the greatest: a minimum passes over it)
        some = writer.dialect.any_of(writer.dialect.is_nan(made.copy()))
        return chosen((some, number(float("nan"))[0]), otherwise=extreme)

    def _unique(self, _node: Node, value: Node, condition: exp.Expr | None) -> exp.Expr:
        made = _if(condition, self._writer.of(value))
        return self._writer.dialect.one_of(made, is_bool=value.dtype.kind == "b")

    def ranked(self, node: Node) -> exp.Expr:
        """Return the rank of a person among those of its group for whom a condition holds."""
        criteria, condition = node.args
        partition: list[exp.Expr] = [column(node.detail)]
        if not is_constant(condition):
            partition.append(self._writer.truth(condition))
        ordered = [
            exp.Ordered(this=each, nulls_first=False)
            for each in (self._writer.number(criteria), column(self._person))
        ]
        window = exp.Window(
            this=exp.RowNumber(), partition_by=partition, order=exp.Order(expressions=ordered)
        )
        rank = operator(exp.Sub, window, whole(1))
        if is_constant(condition):
            return rank
        return chosen((self._writer.truth(condition), rank), otherwise=whole(-1))


def _if(condition: exp.Expr | None, made: exp.Expr) -> exp.Expr:
    """Return the values of those for whom a condition holds."""
    return made if condition is None else exp.Case().when(condition, made)


_GATHERED: dict[str, Callable[[Relations, Node, Node, exp.Expr | None], exp.Expr]] = {
    "sum": Relations._sum,
    "reduce": Relations._reduce,
    "unique": Relations._unique,
}
