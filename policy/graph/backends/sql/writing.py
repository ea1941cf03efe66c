"""Expressions of the law graph written in SQL.

What a value is in SQL: dates are DATE, and months and years the first day of theirs; lengths of
time are whole numbers; members of enumerations are their names; amounts are DOUBLE. A number that
is whole, or written with a decimal point, is no DOUBLE to a database: where one is divided, or adds
to another, it is made one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sqlglot import exp

from policy.graph.backends.expressions import UnsupportedError
from policy.graph.backends.sql.dialects import (
    called,
    cast,
    chosen,
    column,
    date,
    negated,
    number,
    operator,
    text,
    whole,
)
from policy.graph.backends.sql.idioms import ADD_MONTHS, DAYS_BETWEEN, ROUND_HALF_UP, YEAR
from policy.graph.backends.sql.signs import Signs
from policy.graph.nodes import is_constant
from policy.legislation.money import LOST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policy.graph.backends.sql.dialects import Dialect
    from policy.graph.nodes import Node

#: What databases take a number for: a whole number, one with a decimal point, a double.
WHOLE, DECIMAL, DOUBLE = range(3)

_ARITHMETIC = {"add": exp.Add, "subtract": exp.Sub, "multiply": exp.Mul}
_COMPARISONS = {
    "less": exp.LT,
    "less_equal": exp.LTE,
    "greater": exp.GT,
    "greater_equal": exp.GTE,
    "equal": exp.EQ,
    "not_equal": exp.NEQ,
}
_AND = frozenset({"bitwise_and", "logical_and"})
_OR = frozenset({"bitwise_or", "logical_or"})
#: Functions of doubles that databases and NumPy name alike, but for letters.
_FUNCTIONS = {
    "arccos": "ACOS",
    "arcsin": "ASIN",
    "arctan": "ATAN",
    "cbrt": "CBRT",
    "cos": "COS",
    "exp": "EXP",
    "log": "LN",
    "sin": "SIN",
    "sqrt": "SQRT",
    "tan": "TAN",
}


class Writer:
    """Writes the expressions of columns, for a database.

    Args:
        dialect: what databases write differently.
        names: the names of columns, by the numbers of their nodes.
        table: the name of the table they are read from, where it must be said.

    """

    def __init__(
        self,
        dialect: Dialect,
        names: Mapping[int, str],
        column_of: Callable[[Node], Node],
        table: str | None = None,
    ) -> None:
        self.dialect = dialect
        self.names = names
        self.column_of = column_of
        self.table = table
        self.signs = Signs(column_of)
        self.kinds: dict[int, int] = {}
        self._nan: dict[int, bool] = {}
        self._infinite: dict[int, bool] = {}

    def of(self, node: Node) -> exp.Expr:
        """Return how a value is written: a column where it is one."""
        node = self.column_of(node)
        name = self.names.get(node.number)
        if name is not None:
            return column(name, self.table)
        return self.expression(node)

    def expression(self, node: Node) -> exp.Expr:
        """Return how a value is worked out.

        Raises:
            UnsupportedError: there is no SQL for the operation.

        """
        if is_constant(node):
            return _literal(node)
        if node.op in _COMPARISONS:
            return self._comparison(node)
        if node.op in _ARITHMETIC:
            return self._arithmetic(node)
        if node.op in _FUNCTIONS:
            return called(_FUNCTIONS[node.op], self.double(node.args[0]))
        special = _SPECIAL.get(node.op)
        if special is None:
            raise UnsupportedError(f"the operation {node.op}")
        found: exp.Expr = special(self, node)
        return found

    # Kinds of numbers -------------------------------------------------------------------------

    def kind(self, node: Node) -> int:
        """Return what a database takes a number for."""
        node = self.column_of(node)
        if node.number not in self.kinds:
            self.kinds[node.number] = self._kind(node)
        return self.kinds[node.number]

    def _kind(self, node: Node) -> int:
        if node.dtype.kind != "f":
            return WHOLE
        if is_constant(node):
            made, is_double = number(float(node.detail))
            is_whole = isinstance(made.this, str) and "." not in made.this
            is_whole |= isinstance(made, exp.Neg) and "." not in made.this.this
            return DOUBLE if is_double else WHOLE if is_whole else DECIMAL
        if node.op in {"add", "subtract", "multiply"}:
            kinds = {self.kind(arg) for arg in node.args}
            return WHOLE if kinds == {WHOLE} else DOUBLE
        if node.op == "astype":
            return WHOLE if node.args[0].dtype.kind in "biu" else self.kind(node.args[0])
        if node.op == "sum":
            return WHOLE if self.kind(node.args[0]) == WHOLE else DOUBLE
        if node.op == "project":
            return self.kind(node.args[0])
        if node.op == "scale":
            return DECIMAL if node.detail[0] == "SingleAmountTaxScale" else DOUBLE
        if node.op in _CHOICES:
            return max(self.kind(arg) for arg in node.args[_CHOICES[node.op] :])
        if node.op in {"negative", "positive", "absolute", "trunc"}:
            return self.kind(node.args[0])
        return DOUBLE

    def double(self, node: Node) -> exp.Expr:
        """Return a number as a double."""
        value = self.of(node)
        return value if self.kind(node) == DOUBLE else cast(value, "DOUBLE")

    # Numbers that are none --------------------------------------------------------------------

    def may_be_nan(self, node: Node) -> bool:
        """Tell whether a double may be no number."""
        node = self.column_of(node)
        if node.dtype.kind != "f":
            return False
        if node.number not in self._nan:
            self._nan[node.number] = self._may_be_nan(node)
        return self._nan[node.number]

    def _may_be_nan(self, node: Node) -> bool:
        if is_constant(node):
            return bool(np.isnan(node.detail))
        if any(map(self.may_be_nan, node.args)):
            return True
        if node.op == "divide":
            return self._may_be_zero(node.args[1])
        infinite = [self.may_be_infinite(arg) for arg in node.args]
        if node.op in {"add", "subtract"}:
            return all(infinite)
        return node.op == "multiply" and any(infinite)

    def may_be_infinite(self, node: Node) -> bool:
        """Tell whether a double may be infinite."""
        node = self.column_of(node)
        if node.dtype.kind != "f":
            return False
        if node.number not in self._infinite:
            self._infinite[node.number] = self._may_be_infinite(node)
        return self._infinite[node.number]

    def _may_be_infinite(self, node: Node) -> bool:
        if is_constant(node):
            return bool(np.isinf(node.detail))
        if node.op == "reduce":
            return node.detail[1] != "all"
        if node.op == "divide" and self._may_be_zero(node.args[1]):
            return True
        return any(map(self.may_be_infinite, node.args))

    def _may_be_zero(self, node: Node) -> bool:
        if is_constant(node):
            return not node.detail
        at_least = [float(arg.detail) for arg in node.args if is_constant(arg)]
        return not (node.op == "maximum" and any(each > 0 for each in at_least))

    # Operations -------------------------------------------------------------------------------

    def truth(self, node: Node) -> exp.Expr:
        """Return a condition: a number that is not zero holds."""
        value = self.of(node)
        return value if node.dtype.kind == "b" else operator(exp.NEQ, value, whole(0))

    def _number(self, node: Node) -> exp.Expr:
        """Return a number; of a condition 1 or 0."""
        value = self.of(node)
        return cast(value, "INT") if node.dtype.kind == "b" else value

    def _arithmetic(self, node: Node) -> exp.Expr:
        if node.dtype.kind == "b":
            return self._joined(exp.And if node.op == "multiply" else exp.Or, node)
        if node.dtype.kind == "M":
            return self._moved(node)
        values = [self._number(arg) for arg in node.args]
        if node.dtype.kind == "f":
            kinds = [self.kind(arg) for arg in node.args]
            if DOUBLE not in kinds and set(kinds) != {WHOLE}:
                place = 0 if not is_constant(node.args[0]) else 1
                values[place] = cast(values[place], "DOUBLE")
        if node.op == "add" and isinstance(values[1], exp.Neg):
            return operator(exp.Sub, values[0], values[1].this)
        return operator(_ARITHMETIC[node.op], *values)

    def _moved(self, node: Node) -> exp.Expr:
        """Return a date that is moved by days, months or years."""
        day, length = node.args
        if day.dtype.kind == "m":
            day, length = length, day
        unit = np.datetime_data(node.dtype)[0]
        if np.datetime_data(length.dtype)[0] != unit:
            raise UnsupportedError("units of time are mixed")
        steps = self.of(length)
        if node.op == "subtract":
            steps = steps.this if isinstance(steps, exp.Neg) else exp.Neg(this=_closed(steps))
        if unit == "D":
            return self.dialect.add_days(self.of(day), steps)
        if unit == "Y":
            steps = (
                whole(12 * int(steps.this))
                if isinstance(steps, exp.Literal)
                else (operator(exp.Mul, steps, whole(12)))
            )
        return self.dialect.add_months(self.of(day), steps)

    def _comparison(self, node: Node) -> exp.Expr:
        one, other = node.args
        if one.dtype.kind == "b" and other.dtype.kind == "b":
            values = [self.of(one), self.of(other)]
        elif (names := one.enum or other.enum) is not None:
            values = [self._named(arg, names) for arg in node.args]
        else:
            values = [self._number(one), self._number(other)]
        found = operator(_COMPARISONS[node.op], *values)
        if not self.dialect.orders_nan:
            return found
        # (to these databases what is no number is equal to itself, and the greatest)
        risky = {"less": [other], "less_equal": [other], "equal": [one]}.get(node.op, [one])
        nan = [self.dialect.is_nan(self.of(arg)) for arg in risky if self.may_be_nan(arg)]
        for each in nan:
            if node.op == "not_equal":
                found = operator(exp.Or, found, each)
            else:
                found = operator(exp.And, found, negated(each))
        return found

    def _named(self, node: Node, enum: Any) -> exp.Expr:
        """Return a member of an enumeration by its name."""
        if is_constant(node):
            return text(list(enum)[int(node.detail)].name)
        if node.enum is None:
            raise UnsupportedError("a member of an enumeration is compared with a number")
        return self.of(node)

    def _joined(self, kind: type[exp.Expr], node: Node) -> exp.Expr:
        one, other = map(self.truth, node.args)
        return operator(kind, one, other)

    def _logical(self, node: Node) -> exp.Expr:
        if node.dtype.kind != "b":
            raise UnsupportedError(f"the operation {node.op} on numbers")
        return self._joined(exp.And if node.op in _AND else exp.Or, node)

    def _xor(self, node: Node) -> exp.Expr:
        return operator(exp.NEQ, *map(self.truth, node.args))

    def _not(self, node: Node) -> exp.Expr:
        return negated(self.truth(node.args[0]))

    def _where(self, node: Node) -> exp.Expr:
        cases: list[tuple[exp.Expr, exp.Expr]] = []
        last = node
        while last.op == "where" and (last is node or last.number not in self.names):
            condition, if_true, if_false = last.args
            cases.append((self.truth(condition), self._as(if_true, node)))
            last = self.column_of(if_false)
        return chosen(*cases, otherwise=self._as(last, node))

    def _as(self, node: Node, result: Node) -> exp.Expr:
        """Return one of several values that a result is chosen from."""
        if result.enum is not None:
            return self._named(node, result.enum)
        return self.of(node) if result.dtype.kind == "b" else self._number(node)

    def _divide(self, node: Node) -> exp.Expr:
        one, other = node.args
        values = [self._number(one), self._number(other)]
        if DOUBLE not in (self.kind(one), self.kind(other)):
            place = 1 if is_constant(one) else 0
            values[place] = cast(values[place], "DOUBLE")
        return self.dialect.divided(*values, may_be_zero=self._may_be_zero(other))

    def _remainder(self, node: Node) -> exp.Expr:
        """Return a remainder that has the divisor's sign."""
        one, other = map(self._number, node.args)
        left = operator(exp.Mod, one, other)
        return operator(exp.Mod, operator(exp.Add, left, other.copy()), other.copy())

    def _floor_divide(self, node: Node) -> exp.Expr:
        if node.dtype.kind not in "iu":
            raise UnsupportedError("the operation floor_divide on amounts")
        one, other = map(self._number, node.args)
        below = operator(exp.Sub, one, self._remainder(node))
        return exp.IntDiv(this=_closed(below), expression=_closed(other))

    def _extreme(self, node: Node) -> exp.Expr:
        if node.dtype.kind == "b":
            return self._joined(exp.And if node.op in {"minimum", "fmin"} else exp.Or, node)
        args = self._all_of(node)
        values = [self._number(arg) for arg in args]
        kind = exp.Greatest if node.op == "maximum" else exp.Least
        found: exp.Expr = kind(this=values[0], expressions=values[1:], ignore_nulls=True)
        if node.op == "minimum" and self.dialect.orders_nan:
            cases = [
                (self.dialect.is_nan(value.copy()), value.copy())
                for value, arg in zip(values, args, strict=True)
                if self.may_be_nan(arg)
            ]
            found = chosen(*cases, otherwise=found) if cases else found
        return found

    def _all_of(self, node: Node) -> list[Node]:
        """Return the values of which a node is the greatest, or the least."""
        found: list[Node] = []
        for arg in map(self.column_of, node.args):
            inside = arg.op == node.op and arg.number not in self.names
            found += self._all_of(arg) if inside else [arg]
        return found

    def _astype(self, node: Node) -> exp.Expr:
        arg, kinds = node.args[0], (node.args[0].dtype.kind, node.dtype.kind)
        if kinds == ("M", "M"):
            return self._in_unit(arg, np.datetime_data(node.dtype)[0])
        if kinds[0] == "M":
            return self._days_since_1970(arg)
        if kinds[1] == "M":
            days = date("1970-01-01")
            return self.dialect.add_days(days, self._number(arg))
        if kinds[1] == "b":
            return self.truth(arg)
        if kinds[0] == "f" and kinds[1] in "iu":
            value = self.of(arg)
            return value if self.kind(arg) == WHOLE else self.dialect.whole_part(self.double(arg))
        if "U" in kinds or "O" in kinds or "S" in kinds:
            if kinds[0] in "UOS" and kinds[1] in "UOS":
                return self.of(arg)
            raise UnsupportedError(f"the operation astype from {arg.dtype} to {node.dtype}")
        return self._number(arg)

    def _in_unit(self, arg: Node, unit: str) -> exp.Expr:
        """Return the first day of a date's month or year."""
        finer = "YMD".index(np.datetime_data(arg.dtype)[0]) > "YMD".index(unit)
        value = self.of(arg)
        return self.dialect.first_of({"M": "MONTH", "Y": "YEAR"}[unit], value) if finer else value

    def _days_since_1970(self, arg: Node) -> exp.Expr:
        unit, value = np.datetime_data(arg.dtype)[0], self.of(arg)
        if unit == "D":
            return self.dialect.days_between(value, date("1970-01-01"))
        year = operator(exp.Sub, self.dialect.part("YEAR", value), whole(1970))
        if unit == "Y":
            return year
        months = operator(exp.Mul, year, whole(12))
        month = operator(exp.Add, months, self.dialect.part("MONTH", value.copy()))
        return operator(exp.Sub, month, whole(1))

    def _pick(self, node: Node) -> exp.Expr:
        keys, name, enum = node.detail
        index, *values = node.args
        if enum is None or not set(range(len(enum))) <= set(keys):
            raise UnsupportedError(f"a key of {name} may have no value")
        members, value = list(enum), self.of(index)
        cases = [
            (operator(exp.EQ, value.copy(), text(members[key].name)), self._as(each, node))
            for key, each in zip(keys, values, strict=True)
            if key >= 0
        ]
        return chosen(*cases[:-1], otherwise=cases[-1][1])

    def _after(self, node: Node) -> exp.Expr:
        if list(node.detail) != sorted(node.detail):
            raise UnsupportedError("parameters by date are not in the order of their dates")
        day, first, *values = node.args
        cases = [
            (operator(exp.GTE, self.of(day), date(start)), self._as(value, node))
            for start, value in zip(node.detail, values, strict=True)
        ]
        return chosen(*reversed(cases), otherwise=self._as(first, node))

    def _scale(self, node: Node) -> exp.Expr:
        kind, method, count, options = node.detail
        base, limits, values = node.args[0], node.args[1 : count + 1], node.args[count + 1 :]
        if method != "calc" or options or kind not in _SCALES:
            raise UnsupportedError(f"{kind}.{method}")
        if not all(map(is_constant, (*limits, *values))):
            raise UnsupportedError(f"{kind} with numbers that depend on the data")
        numbers = [[float(each.detail) for each in part] for part in (limits, values)]
        return _SCALES[kind](self._number(base), *numbers)

    def _round(self, node: Node) -> exp.Expr:
        scale = number(10.0 ** abs(node.detail))[0]
        into, back = (exp.Mul, exp.Div) if node.detail >= 0 else (exp.Div, exp.Mul)
        units = operator(into, self.double(node.args[0]), scale)
        return operator(back, self.dialect.rint(units), scale.copy())

    def _round_half_up(self, node: Node) -> exp.Expr:
        """Return an amount rounded as :func:`policy.legislation.money.round_half_up` does it."""
        value, scale = self.double(node.args[0]), 10.0**node.detail
        signed = self.signs.may_be_negative(node.args[0])
        half = number(0.5)[0]
        if signed:
            is_negative = operator(exp.LT, value.copy(), whole(0))
            half = chosen((is_negative, number(-0.5)[0]), otherwise=half)
        units = operator(exp.Mul, value, number(scale * (1 + LOST))[0])
        cut = self.dialect.trunc(operator(exp.Add, units, half))
        odd = self.may_be_nan(node.args[0]) or self.may_be_infinite(node.args[0])
        if odd and self.dialect.cuts_to_whole:
            cut = self._cut(value.copy(), cut)
        rounded = operator(exp.Div, cut, number(scale)[0])
        # (what is added makes the negative zero zero)
        return operator(exp.Add, rounded, whole(0)) if signed else rounded

    def _cut(self, value: exp.Expr, cut: exp.Expr) -> exp.Expr:
        """Return a number that is cut; what is infinite, or no number, stays."""
        infinity = number(float("inf"))[0]
        odd = operator(exp.GTE, called("ABS", value), infinity)
        return chosen((odd, value.copy()), otherwise=cut)

    def _trunc(self, node: Node) -> exp.Expr:
        value = self.of(node.args[0])
        return value if self.kind(node.args[0]) == WHOLE else self.dialect.trunc(value)

    def _copysign(self, node: Node) -> exp.Expr:
        size, sign = node.args
        positive = called("ABS", self.of(size))
        is_negative = operator(exp.LT, self.of(sign), whole(0))
        return chosen((is_negative, exp.Neg(this=positive.copy())), otherwise=positive)

    def _working_day(self, node: Node) -> exp.Expr:
        """Return a day, or the last working day before it."""
        day = self.of(node.args[0])
        back = _days_back(node.detail)
        cases = [
            (exp.In(this=_closed(day.copy()), expressions=[date(each) for each in days]), steps)
            for steps, days in sorted(back.items())
        ]
        weekday = exp.Mod(
            this=exp.Paren(
                this=operator(
                    exp.Add,
                    self.dialect.days_between(day.copy(), date(_A_MONDAY)),
                    whole(_WEEKS_DAYS),
                )
            ),
            expression=whole(7),
        )
        for steps in (1, 2):
            same = exp.EQ(this=weekday.copy(), expression=whole(4 + steps))
            cases.append((same, steps))
        made = [
            (condition, self.dialect.add_days(day.copy(), whole(-steps)))
            for condition, steps in cases
        ]
        return chosen(*made, otherwise=day)

    # Between people and groups ----------------------------------------------------------------

    def gathered(self, node: Node, order: str) -> exp.Expr:
        """Return what a group gathers from its members, in an aggregation.

        Args:
            node: the relation.
            order: the column that the members are in order by.

        """
        if node.op == "size":
            return cast(exp.Count(this=exp.Star()), "BIGINT")
        value, only = node.args[0], node.args[1] if len(node.args) > 1 else None
        condition = self.truth(only) if only is not None else None
        if node.op == "unique":
            made = self._if(condition, value)
            return self.dialect.one_of(made, is_bool=value.dtype.kind == "b")
        return (self._sum if node.op == "sum" else self._reduce)(node, condition, order)

    def _if(self, condition: exp.Expr | None, value: Node) -> exp.Expr:
        made = self.of(value)
        return made if condition is None else exp.Case().when(condition, made)

    def _sum(self, node: Node, condition: exp.Expr | None, order: str) -> exp.Expr:
        value = node.args[0]
        if value.dtype.kind == "b":
            holds = self.of(value)
            if condition is not None:
                holds = operator(exp.And, condition, holds)
            return self.dialect.count_if(holds)
        if is_constant(value) and value.detail == 1 and condition is not None:
            return self.dialect.count_if(condition)
        made = self._if(condition, value)
        if self.kind(value) == WHOLE:
            return cast(exp.Sum(this=made), "BIGINT")
        made = made if self.kind(value) == DOUBLE else cast(made, "DOUBLE")
        return self.dialect.sum_in_order(made, column(order, self.table))

    def _reduce(self, node: Node, condition: exp.Expr | None, _order: str) -> exp.Expr:
        value, kind = node.args[0], node.detail[1]
        if kind == "all":
            holds = self.truth(value)
            if condition is not None:
                holds = operator(exp.Or, negated(condition), holds)
            return self.dialect.all_of(holds)
        if self.may_be_nan(value):
            raise UnsupportedError(f"the {kind} of values that may be no numbers")
        made = self._if(condition, value) if value.dtype.kind != "b" else self._number(value)
        extreme = exp.Max(this=made) if kind == "max" else exp.Min(this=made)
        return extreme if node.dtype.kind == "M" else cast(extreme, "DOUBLE")

    def ranked(self, node: Node, group: str, order: str) -> exp.Expr:
        """Return the rank of a person among those of its group for whom a condition holds."""
        criteria, condition = node.args
        partition: list[exp.Expr] = [column(group, self.table)]
        if not is_constant(condition):
            partition.append(self.truth(condition))
        ordered = [
            exp.Ordered(this=each, nulls_first=False)
            for each in (self._number(criteria), column(order, self.table))
        ]
        window = exp.Window(
            this=exp.RowNumber(), partition_by=partition, order=exp.Order(expressions=ordered)
        )
        rank = operator(exp.Sub, window, whole(1))
        if is_constant(condition):
            return rank
        return chosen((self.truth(condition), rank), otherwise=whole(-1))


def _literal(node: Node) -> exp.Expr:
    """Return a value that is known."""
    value, kind = node.detail, node.dtype.kind
    if node.enum is not None:
        return text(list(node.enum)[int(value)].name)
    if kind == "M":
        return date(str(np.datetime64(value, "D")))
    if kind == "m":
        return whole(int(value.astype(np.int64)))
    if kind == "b":
        return exp.Boolean(this=bool(value))
    if kind in "iu":
        return whole(int(value))
    if kind == "f":
        return number(float(value))[0]
    if isinstance(value, str):
        return text(str(value))
    raise UnsupportedError(f"a value of type {node.dtype}")


def _closed(value: exp.Expr) -> exp.Expr:
    is_open = isinstance(value, exp.Binary | exp.Unary) and not isinstance(value, exp.Paren)
    return exp.Paren(this=value) if is_open else value


#: A Monday, and whole weeks to add so that days before it are no negative numbers.
_A_MONDAY, _WEEKS_DAYS = "1970-01-05", 7 * 200_000


def _days_back(holidays: tuple[str, ...]) -> dict[int, list[str]]:
    """Return the days before which no weekend alone leaves the working day, by how far it is."""
    free = np.array(sorted(holidays), dtype="datetime64[D]")
    near = np.unique([day + days for day in free for days in range(8)]) if len(free) else free
    by_holidays = np.busday_offset(near, 0, roll="backward", holidays=free)
    by_weekends = np.busday_offset(near, 0, roll="backward")
    found: dict[int, list[str]] = {}
    for day, working in zip(
        near[by_holidays != by_weekends], by_holidays[by_holidays != by_weekends], strict=True
    ):
        found.setdefault(int((day - working).astype(int)), []).append(str(day))
    return found


def _single_amount(base: exp.Expr, limits: list[float], amounts: list[float]) -> exp.Expr:
    cases = [
        (operator(exp.GTE, base.copy(), number(limit)[0]), number(amount)[0])
        for limit, amount in zip(limits, amounts, strict=True)
    ]
    return chosen(*reversed(cases), otherwise=whole(0))


def _marginal_rate(base: exp.Expr, limits: list[float], rates: list[float]) -> exp.Expr:
    once = 1.0 + float(np.finfo(np.float64).eps)  # (as openfisca-core multiplies them)
    ends = [*(limit * once for limit in limits[1:]), None]
    parts = []
    for rate, start, end in zip(rates, limits, ends, strict=True):
        upper = base.copy()
        if end is not None:
            upper = exp.Least(this=upper, expressions=[number(end)[0]], ignore_nulls=True)
        above = operator(exp.Sub, upper, number(start * once)[0])
        bounded = exp.Greatest(this=above, expressions=[whole(0)], ignore_nulls=True)
        parts.append(operator(exp.Mul, cast(bounded, "DOUBLE"), number(rate)[0]))
    return _added(parts)


def _marginal_amount(base: exp.Expr, limits: list[float], amounts: list[float]) -> exp.Expr:
    return _added(
        [
            cast(
                chosen(
                    (operator(exp.GT, base.copy(), number(limit)[0]), number(amount)[0]),
                    otherwise=whole(0),
                ),
                "DOUBLE",
            )
            for limit, amount in zip(limits, amounts, strict=True)
        ]
    )


def _added(parts: list[exp.Expr]) -> exp.Expr:
    total, *rest = parts
    for part in rest:
        total = operator(exp.Add, total, part)
    return total


_SCALES: dict[str, Callable[[exp.Expr, list[float], list[float]], exp.Expr]] = {
    "MarginalAmountTaxScale": _marginal_amount,
    "SingleAmountTaxScale": _single_amount,
    "MarginalRateTaxScale": _marginal_rate,
}
#: Operations whose result is one of their arguments, from a place on.
_CHOICES = {"where": 1, "maximum": 0, "minimum": 0, "pick": 1, "after": 1, "unique": 0}
_SPECIAL: dict[str, Callable[[Writer, Node], exp.Expr]] = {
    **dict.fromkeys(_AND | _OR, Writer._logical),
    "logical_not": Writer._not,
    "invert": Writer._not,
    "bitwise_xor": Writer._xor,
    "logical_xor": Writer._xor,
    "where": Writer._where,
    "divide": Writer._divide,
    "remainder": Writer._remainder,
    "floor_divide": Writer._floor_divide,
    "maximum": Writer._extreme,
    "minimum": Writer._extreme,
    "astype": Writer._astype,
    "pick": Writer._pick,
    "after": Writer._after,
    "scale": Writer._scale,
    "round": Writer._round,
    "trunc": Writer._trunc,
    "copysign": Writer._copysign,
    "working_day": Writer._working_day,
    "positive": lambda writer, node: writer._number(node.args[0]),
    "negative": lambda writer, node: exp.Neg(this=_closed(writer._number(node.args[0]))),
    "absolute": lambda writer, node: called("ABS", writer._number(node.args[0])),
    "floor": lambda writer, node: writer.dialect.rounded("FLOOR", writer.double(node.args[0])),
    "ceil": lambda writer, node: writer.dialect.rounded("CEIL", writer.double(node.args[0])),
    "rint": lambda writer, node: writer.dialect.rint(writer.of(node.args[0])),
    "isnan": lambda writer, node: writer.dialect.is_nan(writer.of(node.args[0])),
    "square": lambda writer, node: operator(
        exp.Mul, writer._number(node.args[0]), writer._number(node.args[0])
    ),
    ROUND_HALF_UP: Writer._round_half_up,
    ADD_MONTHS: lambda writer, node: writer.dialect.add_months(
        writer.of(node.args[0]), writer.of(node.args[1])
    ),
    YEAR: lambda writer, node: writer.dialect.part("YEAR", writer.of(node.args[0])),
    DAYS_BETWEEN: lambda writer, node: writer.dialect.days_between(
        writer.of(node.args[0]), writer.of(node.args[1])
    ),
}
