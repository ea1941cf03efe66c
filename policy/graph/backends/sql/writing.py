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
from policy.graph.backends.sql.numbers import DOUBLE, WHOLE, Numbers
from policy.graph.backends.sql.scales import scale
from policy.graph.nodes import is_constant
from policy.legislation.money import LOST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from policy.graph.backends.sql.dialects import Dialect
    from policy.graph.nodes import Node

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
        column_of: returns the node that a variable is computed by.

    """

    def __init__(
        self,
        dialect: Dialect,
        names: Mapping[int, str],
        column_of: Callable[[Node], Node],
    ) -> None:
        self.dialect = dialect
        self.names = names
        self.column_of = column_of
        self.numbers = Numbers(column_of)

    def of(self, node: Node) -> exp.Expr:
        """Return how a value is written: a column where it is one."""
        node = self.column_of(node)
        name = self.names.get(node.number)
        if name is not None:
            return column(name)
        return self.expression(node)

    def expression(self, node: Node) -> exp.Expr:
        """Return how a value is worked out.

        Raises:
            UnsupportedError: there is no SQL for the operation.

        """
        if node.dtype in _NARROW:
            raise UnsupportedError(f"values of type {node.dtype}")
        if is_constant(node):
            return literal(node.detail, node.dtype, node.enum)
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

    def double(self, node: Node) -> exp.Expr:
        """Return a number as a double."""
        value = self.of(node)
        return value if self.numbers.kind(node) == DOUBLE else cast(value, "DOUBLE")

    # Operations -------------------------------------------------------------------------------

    def truth(self, node: Node) -> exp.Expr:
        """Return a condition: a number that is not zero holds."""
        value = self.of(node)
        return value if node.dtype.kind == "b" else operator(exp.NEQ, value, whole(0))

    def number(self, node: Node) -> exp.Expr:
        """Return a number; of a condition 1 or 0."""
        value = self.of(node)
        return cast(value, "INT") if node.dtype.kind == "b" else value

    def _arithmetic(self, node: Node) -> exp.Expr:
        if node.dtype.kind == "b":
            return self._joined(exp.And if node.op == "multiply" else exp.Or, node)
        if node.dtype.kind == "M":
            return self._moved(node)
        if node.dtype.kind in _TEXTS:
            return self._joined_texts(node)
        if node.dtype.kind == "m" and all(arg.dtype.kind == "M" for arg in node.args):
            return operator(exp.Sub, *(self._since_1970(arg, _unit(node)) for arg in node.args))
        values = [self.number(arg) for arg in node.args]
        if node.dtype.kind == "f":
            kinds = [self.numbers.kind(arg) for arg in node.args]
            if DOUBLE not in kinds and set(kinds) != {WHOLE}:
                place = 0 if not is_constant(node.args[0]) else 1
                values[place] = cast(values[place], "DOUBLE")
        if node.op == "add" and isinstance(values[1], exp.Neg):
            return operator(exp.Sub, values[0], values[1].this)
        return operator(_ARITHMETIC[node.op], *values)

    def _joined_texts(self, node: Node) -> exp.Expr:
        if any(arg.dtype.kind not in _TEXTS for arg in node.args):
            raise UnsupportedError("a text with a number in it")
        return exp.DPipe(this=self.of(node.args[0]), expression=self.of(node.args[1]))

    def _moved(self, node: Node) -> exp.Expr:
        """Return a date that is moved by days, months or years."""
        day, length = node.args
        if day.dtype.kind != "M":
            day, length = length, day
        unit = _unit(node)
        if length.dtype.kind == "m" and _unit(length) != unit:
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
            values = [self.number(one), self.number(other)]
        found = operator(_COMPARISONS[node.op], *values)
        if not self.dialect.orders_nan:
            return found
        # (to these databases what is no number is equal to itself, and the greatest)
        risky = {"less": [other], "less_equal": [other], "equal": [one]}.get(node.op, [one])
        nan = [self.dialect.is_nan(self.of(arg)) for arg in risky if self.numbers.may_be_nan(arg)]
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
        return self.of(node) if result.dtype.kind == "b" else self.number(node)

    def _divide(self, node: Node) -> exp.Expr:
        one, other = node.args
        values = [self.number(one), self.number(other)]
        if DOUBLE not in (self.numbers.kind(one), self.numbers.kind(other)):
            place = 1 if is_constant(one) else 0
            values[place] = cast(values[place], "DOUBLE")
        return self.dialect.divided(*values, may_be_zero=self.numbers.may_be_zero(other))

    def _remainder(self, node: Node) -> exp.Expr:
        """Return a remainder that has the divisor's sign."""
        one, other = map(self.number, node.args)
        left = operator(exp.Mod, one, other)
        return operator(exp.Mod, operator(exp.Add, left, other.copy()), other.copy())

    def _floor_divide(self, node: Node) -> exp.Expr:
        if node.dtype.kind not in "iu":
            raise UnsupportedError("the operation floor_divide on amounts")
        one, other = map(self.number, node.args)
        below = operator(exp.Sub, one, self._remainder(node))
        return exp.IntDiv(this=_closed(below), expression=_closed(other))

    def _extreme(self, node: Node) -> exp.Expr:
        if node.dtype.kind == "b":
            return self._joined(exp.And if node.op in {"minimum", "fmin"} else exp.Or, node)
        args = self._all_of(node)
        values = [self.number(arg) for arg in args]
        kind = exp.Greatest if node.op == "maximum" else exp.Least
        found: exp.Expr = kind(this=values[0], expressions=values[1:], ignore_nulls=True)
        if node.op == "minimum" and self.dialect.orders_nan:
            cases = [
                (self.dialect.is_nan(value.copy()), value.copy())
                for value, arg in zip(values, args, strict=True)
                if self.numbers.may_be_nan(arg)
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
        (arg,), before, after = node.args, node.args[0].dtype.kind, node.dtype.kind
        if before in _TEXTS or after in _TEXTS:
            if before not in _TEXTS or after not in _TEXTS:
                raise UnsupportedError(f"the operation astype from {arg.dtype} to {node.dtype}")
            return self.of(arg)
        if before == "M":
            in_unit = _unit(node) if after == "M" else ""
            return self._in_unit(arg, in_unit) if in_unit else self._since_1970(arg, _unit(arg))
        if after == "M":
            return self.dialect.add_days(date("1970-01-01"), self.number(arg))
        if after == "b":
            return self.truth(arg)
        is_cut = before == "f" and after in "iu" and self.numbers.kind(arg) != WHOLE
        return self.dialect.whole_part(self.double(arg)) if is_cut else self.number(arg)

    def _in_unit(self, arg: Node, unit: str) -> exp.Expr:
        """Return the first day of a date's month or year."""
        finer = "YMD".index(_unit(arg)) > "YMD".index(unit)
        value = self.of(arg)
        return self.dialect.first_of({"M": "MONTH", "Y": "YEAR"}[unit], value) if finer else value

    def _since_1970(self, arg: Node, unit: str) -> exp.Expr:
        """Return dates as numbers of days, months or years."""
        value = self.of(arg)
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
        return scale(node, self.number(node.args[0]))

    def _round(self, node: Node) -> exp.Expr:
        scale = number(10.0 ** abs(node.detail))[0]
        into, back = (exp.Mul, exp.Div) if node.detail >= 0 else (exp.Div, exp.Mul)
        units = operator(into, self.double(node.args[0]), scale)
        return operator(back, self.dialect.rint(units), scale.copy())

    def _round_half_up(self, node: Node) -> exp.Expr:
        """Return an amount rounded as :func:`policy.legislation.money.round_half_up` does it."""
        value, scale = self.double(node.args[0]), 10.0**node.detail
        signed = self.numbers.may_be_negative(node.args[0])
        half = number(0.5)[0]
        if signed:
            is_negative = operator(exp.LT, value.copy(), whole(0))
            half = chosen((is_negative, number(-0.5)[0]), otherwise=half)
        units = operator(exp.Mul, value, number(scale * (1 + LOST))[0])
        cut = self.dialect.trunc(operator(exp.Add, units, half))
        odd = self.numbers.may_be_nan(node.args[0]) or self.numbers.may_be_infinite(node.args[0])
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
        return value if self.numbers.kind(node.args[0]) == WHOLE else self.dialect.trunc(value)

    def _copysign(self, node: Node) -> exp.Expr:
        size, sign = node.args
        positive = called("ABS", self.of(size))
        is_negative = operator(exp.LT, self.of(sign), whole(0))
        return chosen((is_negative, exp.Neg(this=positive.copy())), otherwise=positive)

    def _working_day(self, node: Node) -> exp.Expr:
        """Return a day, or the last working day before it."""
        day, days_back = self.of(node.args[0]), _days_back(node.detail)
        after_monday = self.dialect.days_between(day, date(_A_MONDAY))
        weekday = operator(exp.Mod, operator(exp.Add, after_monday, whole(_WHOLE_WEEKS)), whole(7))
        cases: list[tuple[exp.Expr, int]] = [
            (exp.In(this=_closed(day.copy()), expressions=list(map(date, days))), steps)
            for steps, days in sorted(days_back.items())
        ]
        cases += [
            (operator(exp.EQ, weekday.copy(), whole(day_of_week)), steps)
            for day_of_week, steps in ((_SATURDAY, 1), (_SUNDAY, 2))
        ]
        made = [
            (condition, self.dialect.add_days(day.copy(), whole(-steps)))
            for condition, steps in cases
        ]
        return chosen(*made, otherwise=day.copy())


def _unit(node: Node) -> str:
    """Return the unit of dates, or of lengths of time: D, M or Y."""
    return np.datetime_data(node.dtype)[0]


def literal(value: Any, dtype: np.dtype[Any], enum: Any = None) -> exp.Expr:
    """Return a value that is known.

    Raises:
        UnsupportedError: there are no such values in SQL.

    """
    if enum is not None:
        return text(list(enum)[int(getattr(value, "index", value))].name)
    if isinstance(value, str):
        return text(str(value))
    made = _LITERALS.get(dtype.kind)
    if made is None:
        raise UnsupportedError(f"a value of type {dtype}")
    return made(value)


_LITERALS: dict[str, Callable[[Any], exp.Expr]] = {
    "M": lambda value: date(str(np.datetime64(value, "D"))),
    "m": lambda value: whole(int(value.astype(np.int64))),
    "b": lambda value: exp.Boolean(this=bool(value)),
    "i": lambda value: whole(int(value)),
    "u": lambda value: whole(int(value)),
    "f": lambda value: number(float(value))[0],
}
#: Types that have lost digits of a double.
_NARROW = (np.dtype(np.float32), np.dtype(np.float16))
#: NumPy's types of texts.
_TEXTS = frozenset("UOS")


def _closed(value: exp.Expr) -> exp.Expr:
    is_open = isinstance(value, exp.Binary | exp.Unary) and not isinstance(value, exp.Paren)
    return exp.Paren(this=value) if is_open else value


#: A Monday, and the days of whole weeks to add so that no day is a negative number.
_A_MONDAY, _WHOLE_WEEKS = "1970-01-05", 7 * 200_000
_SATURDAY, _SUNDAY = 5, 6


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
    "positive": lambda writer, node: writer.number(node.args[0]),
    "negative": lambda writer, node: exp.Neg(this=_closed(writer.number(node.args[0]))),
    "absolute": lambda writer, node: called("ABS", writer.number(node.args[0])),
    "floor": lambda writer, node: writer.dialect.rounded("FLOOR", writer.double(node.args[0])),
    "ceil": lambda writer, node: writer.dialect.rounded("CEIL", writer.double(node.args[0])),
    "rint": lambda writer, node: writer.dialect.rint(writer.of(node.args[0])),
    "isfinite": lambda writer, node: operator(
        exp.LT, called("ABS", writer.double(node.args[0])), number(float("inf"))[0]
    ),
    "isnan": lambda writer, node: writer.dialect.is_nan(writer.of(node.args[0])),
    "square": lambda writer, node: operator(
        exp.Mul, writer.number(node.args[0]), writer.number(node.args[0])
    ),
    "concat": Writer._joined_texts,
    ROUND_HALF_UP: Writer._round_half_up,
    ADD_MONTHS: lambda writer, node: writer.dialect.add_months(
        writer.of(node.args[0]), writer.of(node.args[1])
    ),
    YEAR: lambda writer, node: writer.dialect.part("YEAR", writer.of(node.args[0])),
    DAYS_BETWEEN: lambda writer, node: writer.dialect.days_between(
        writer.of(node.args[0]), writer.of(node.args[1])
    ),
}
