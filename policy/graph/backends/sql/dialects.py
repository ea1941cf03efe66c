"""What databases write differently: dates, sums in order, division, whole parts.

Everything is built as sqlglot's expressions; names and texts are never put into SQL as text.
"""

from __future__ import annotations

from sqlglot import exp

from policy.errors import PolicyError, Problem, did_you_mean

#: Sixteen digits and more are not kept by a decimal number that becomes a double.
_MOST_DIGITS = 15


def column(name: str, table: str | None = None) -> exp.Column:
    """Return a column, quoted."""
    return exp.column(name, table=table, quoted=True)


def whole(number: int) -> exp.Expr:
    """Return a whole number."""
    made: exp.Expr = exp.Literal.number(abs(number))
    return exp.Neg(this=made) if number < 0 else made


def text(value: str) -> exp.Literal:
    """Return a text."""
    return exp.Literal.string(value)


def cast(value: exp.Expr, kind: str) -> exp.Cast:
    """Return a value as another type."""
    return exp.Cast(this=value, to=exp.DataType.build(kind))


def number(value: float) -> tuple[exp.Expr, bool]:
    """Return a number, and whether the database takes it for a double.

    >>> [number(each)[0].sql() for each in (80.0, 70.97, float("inf"), 0.1 + 0.2)]
    ['80', '70.97', "CAST('Infinity' AS DOUBLE)", '0.30000000000000004e0']
    """
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124
        name = "NaN" if value != value else "Infinity"  # noqa: PLR0124
        return cast(text(f"{'-' * (value < 0)}{name}"), "DOUBLE"), True
    written = repr(abs(float(value))).removesuffix(".0")
    digits = written.replace(".", "").strip("0")
    is_double = "e" in written or len(digits) > _MOST_DIGITS
    if is_double and "e" not in written:
        written = f"{written}e0"
    made: exp.Expr = exp.Literal.number(written)
    return (exp.Neg(this=made) if str(value).startswith("-") else made), is_double


def is_whole(written: exp.Expr) -> bool:
    """Tell whether a number is written without a decimal point or an exponent.

    >>> [is_whole(number(each)[0]) for each in (80.0, -1.0, 70.97)]
    [True, True, False]
    """
    literal = written.this if isinstance(written, exp.Neg) else written
    return isinstance(literal, exp.Literal) and str(literal.this).isdigit()


#: How firmly operators bind; what is not named binds most firmly.
_BINDING: tuple[tuple[type[exp.Expr], ...], ...] = (
    (exp.Or,),
    (exp.And,),
    (exp.Not,),
    (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is),
    (exp.Add, exp.Sub),
    (exp.Mul, exp.Div, exp.Mod, exp.IntDiv),
    (exp.Neg,),
)
_COMPARISON, _UNARY = 3, 6


def binding(value: exp.Expr) -> int:
    """Return how firmly the operator of an expression binds."""
    places = (place for place, kinds in enumerate(_BINDING) if isinstance(value, kinds))
    return next(places, len(_BINDING))


def operator(kind: type[exp.Expr], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Return an operation on two values, in parentheses where they are needed.

    >>> total = operator(exp.Add, column("a"), column("b"))
    >>> operator(exp.Mul, total, column("c")).sql(), operator(exp.Add, column("c"), total).sql()
    ('("a" + "b") * "c"', '"c" + ("a" + "b")')
    """
    own = binding(kind())
    is_connector = kind in {exp.And, exp.Or}
    compared = own == _COMPARISON
    if binding(left) < own or (compared and binding(left) == own):
        left = exp.Paren(this=left)
    if binding(right) < own or (binding(right) == own and not is_connector):
        right = exp.Paren(this=right)
    if kind is exp.Div:
        return exp.Div(this=left, expression=right, typed=True, safe=False)
    return kind(this=left, expression=right)


def negated(condition: exp.Expr) -> exp.Expr:
    """Return that a condition does not hold."""
    if isinstance(condition, exp.Not):
        return condition.this  # type: ignore[no-any-return]
    return exp.Not(this=exp.Paren(this=condition) if binding(condition) < _UNARY else condition)


def called(name: str, *args: exp.Expr) -> exp.Anonymous:
    """Return a call of a function that databases name alike."""
    return exp.Anonymous(this=name, expressions=list(args))


def chosen(*cases: tuple[exp.Expr, exp.Expr], otherwise: exp.Expr) -> exp.Case:
    """Return a choice between values."""
    made = exp.Case()
    for condition, value in cases:
        made = made.when(condition, value, copy=False)
    return made.else_(otherwise, copy=False)


def date(day: str) -> exp.Expr:
    """Return a day.

    >>> date("2024-05-01").sql()
    "DATE '2024-05-01'"
    """
    return exp.Introducer(this=exp.Var(this="DATE"), expression=text(day))


class Dialect:
    """DuckDB's way, and what all have in common."""

    name = "duckdb"
    label = "DuckDB"
    #: Whether a step that others use several times can be told to be worked out once.
    materializes = True
    #: Whether every step is told to be: the database would write what a step works out wherever
    #: later ones use it, and what they work out wherever those are used, and so on.
    materializes_all = False
    #: Whether a number that is no number counts as the greatest of all, and as equal to itself.
    orders_nan = True
    #: Whether fractions are cut off by way of a whole number, which no infinite one has.
    cuts_to_whole = False

    def add_days(self, day: exp.Expr, days: exp.Expr) -> exp.Expr:
        """Return a day moved by days."""
        if isinstance(days, exp.Neg):
            return operator(exp.Sub, day, days.this)
        is_known = isinstance(days, exp.Literal)
        return operator(exp.Add, day, days if is_known else cast(days, "INT"))

    def add_months(self, day: exp.Expr, months: exp.Expr) -> exp.Expr:
        """Return a day moved by months; a day that the month lacks becomes its last one."""
        unit, count = in_years(months)
        step = exp.Interval(this=count, unit=exp.Var(this=unit))
        is_back = isinstance(count, exp.Neg)
        if is_back:
            step = exp.Interval(this=count.this, unit=exp.Var(this=unit))
        kind = exp.Sub if is_back else exp.Add
        return cast(operator(kind, day, step), "DATE")

    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        """Return the number of days from one day to another."""
        return operator(exp.Sub, later, earlier)

    def first_of(self, unit: str, day: exp.Expr) -> exp.Expr:
        """Return the first day of a day's MONTH or YEAR."""
        return cast(called("DATE_TRUNC", text(unit), day), "DATE")

    def part(self, unit: str, day: exp.Expr) -> exp.Expr:
        """Return the YEAR or MONTH of a day as a number."""
        return exp.Extract(this=exp.Var(this=unit), expression=day)

    def divided(self, value: exp.Expr, by: exp.Expr, *, may_be_zero: bool) -> exp.Expr:
        """Return a quotient of doubles: infinity, or no number, where the divisor is zero."""
        del may_be_zero  # (as IEEE 754 says, DuckDB does)
        return operator(exp.Div, value, by)

    def trunc(self, value: exp.Expr) -> exp.Expr:
        """Return a double without its fraction."""
        return called("TRUNC", value)

    def whole_part(self, value: exp.Expr) -> exp.Expr:
        """Return a double without its fraction, as a whole number."""
        return cast(self.trunc(value), "BIGINT")

    def rounded(self, way: str, value: exp.Expr) -> exp.Expr:
        """Return a double rounded down (FLOOR) or up (CEIL)."""
        return called(way, value)

    def rint(self, value: exp.Expr) -> exp.Expr:
        """Return the nearest whole number, the even one of two."""
        return called("ROUND_EVEN", value, whole(0))

    def is_nan(self, value: exp.Expr) -> exp.Expr:
        """Tell whether a double is no number."""
        return called("ISNAN", value)

    def sum_in_order(self, value: exp.Expr, order: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        """Return the sum of doubles, added up in an order: another one may give other last bits.

        Most add nothing, and need no order.
        """
        ordered = exp.Ordered(this=order, nulls_first=False)
        made = exp.Sum(this=exp.Order(this=value, expressions=[ordered]))
        return _of_some(made, value, where)

    def count_if(self, condition: exp.Expr) -> exp.Expr:
        """Return for how many a condition holds."""
        where = exp.Where(this=condition)
        return exp.Filter(this=exp.Count(this=exp.Star()), expression=where)

    def any_of(self, condition: exp.Expr) -> exp.Expr:
        """Tell whether a condition holds for somebody."""
        return exp.LogicalOr(this=condition)

    def all_of(self, condition: exp.Expr) -> exp.Expr:
        """Tell whether a condition holds for everybody."""
        return exp.LogicalAnd(this=condition)

    def one_of(self, value: exp.Expr, *, is_bool: bool) -> exp.Expr:
        """Return the one value that there is at most."""
        return self.any_of(value) if is_bool else exp.Max(this=value)


class Postgres(Dialect):
    """PostgreSQL's way."""

    name = "postgres"
    label = "PostgreSQL"
    materializes_all = True

    def add_months(self, day: exp.Expr, months: exp.Expr) -> exp.Expr:
        """Return a day moved by months; a day that the month lacks becomes its last one."""
        if isinstance(months, exp.Literal | exp.Neg):
            return super().add_months(day, months)
        month = exp.Interval(this=text("1"), unit=exp.Var(this="MONTH"))
        return cast(
            operator(exp.Add, day, operator(exp.Mul, months, month)),
            "DATE",
        )

    def part(self, unit: str, day: exp.Expr) -> exp.Expr:
        """Return the YEAR or MONTH of a day as a number."""
        return cast(super().part(unit, day), "INT")

    def divided(self, value: exp.Expr, by: exp.Expr, *, may_be_zero: bool) -> exp.Expr:
        """Return a quotient of doubles: infinity, or no number, where the divisor is zero."""
        quotient = super().divided(value, by, may_be_zero=may_be_zero)
        if not may_be_zero:
            return quotient
        by_zero = operator(exp.Mul, value.copy(), number(float("inf"))[0])
        is_zero = operator(exp.EQ, by.copy(), whole(0))
        return chosen((is_zero, by_zero), otherwise=quotient)

    def rint(self, value: exp.Expr) -> exp.Expr:
        """Return the nearest whole number, the even one of two."""
        return called("ROUND", value)

    def is_nan(self, value: exp.Expr) -> exp.Expr:
        """Tell whether a double is no number."""
        return operator(exp.EQ, value, number(float("nan"))[0])


class Spark(Postgres):
    """Spark's way."""

    name = "spark"
    label = "Spark"
    materializes = materializes_all = False
    cuts_to_whole = True

    def add_days(self, day: exp.Expr, days: exp.Expr) -> exp.Expr:
        """Return a day moved by days."""
        if isinstance(days, exp.Neg):
            return called("DATE_SUB", day, days.this)
        is_known = isinstance(days, exp.Literal)
        return called("DATE_ADD", day, days if is_known else cast(days, "INT"))

    def add_months(self, day: exp.Expr, months: exp.Expr) -> exp.Expr:
        """Return a day moved by months; a day that the month lacks becomes its last one."""
        is_known = isinstance(months, exp.Literal | exp.Neg)
        return called("ADD_MONTHS", day, months if is_known else cast(months, "INT"))

    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        """Return the number of days from one day to another."""
        return called("DATEDIFF", later, earlier)

    def first_of(self, unit: str, day: exp.Expr) -> exp.Expr:
        """Return the first day of a day's MONTH or YEAR."""
        return called("TRUNC", day, text(unit))

    def part(self, unit: str, day: exp.Expr) -> exp.Expr:
        """Return the YEAR or MONTH of a day as a number."""
        return called(unit, day)

    def trunc(self, value: exp.Expr) -> exp.Expr:
        """Return a double without its fraction."""
        return cast(self.whole_part(value), "DOUBLE")

    def whole_part(self, value: exp.Expr) -> exp.Expr:
        """Return a double without its fraction, as a whole number."""
        return cast(value, "BIGINT")

    def rounded(self, way: str, value: exp.Expr) -> exp.Expr:
        """Return a double rounded down (FLOOR) or up (CEIL)."""
        return cast(called(way, value), "DOUBLE")

    def rint(self, value: exp.Expr) -> exp.Expr:
        """Return the nearest whole number, the even one of two."""
        return called("RINT", value)

    def is_nan(self, value: exp.Expr) -> exp.Expr:
        """Tell whether a double is no number."""
        return called("ISNAN", value)

    def count_if(self, condition: exp.Expr) -> exp.Expr:
        """Return for how many a condition holds."""
        return exp.CountIf(this=condition)

    def sum_in_order(self, value: exp.Expr, order: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        """Return the sum of doubles, added up in an order: another one may give other last bits."""
        member, total, amount = map(exp.to_identifier, ("member", "total", "amount"))
        pairs = called("STRUCT", order, exp.alias_(value, amount))
        added = operator(exp.Add, total, exp.Dot(this=member, expression=amount))
        step = exp.Lambda(this=added, expressions=[total, member])
        some = _of_some(called("COLLECT_LIST", pairs), value, where)
        return called("AGGREGATE", called("ARRAY_SORT", some), cast(whole(0), "DOUBLE"), step)


class BigQuery(Postgres):
    """BigQuery's way."""

    name = "bigquery"
    label = "BigQuery"
    materializes = materializes_all = False
    orders_nan = False

    def add_days(self, day: exp.Expr, days: exp.Expr) -> exp.Expr:
        """Return a day moved by days."""
        kind = exp.DateSub if isinstance(days, exp.Neg) else exp.DateAdd
        count = days.this if isinstance(days, exp.Neg) else days
        return kind(this=day, expression=count, unit=exp.Var(this="DAY"))

    def add_months(self, day: exp.Expr, months: exp.Expr) -> exp.Expr:
        """Return a day moved by months; a day that the month lacks becomes its last one."""
        unit, count = in_years(months)
        kind = exp.DateSub if isinstance(count, exp.Neg) else exp.DateAdd
        steps = count.this if isinstance(count, exp.Neg) else count
        return kind(this=day, expression=steps, unit=exp.Var(this=unit))

    def days_between(self, later: exp.Expr, earlier: exp.Expr) -> exp.Expr:
        """Return the number of days from one day to another."""
        return called("DATE_DIFF", later, earlier, exp.Var(this="DAY"))

    def first_of(self, unit: str, day: exp.Expr) -> exp.Expr:
        """Return the first day of a day's MONTH or YEAR."""
        return called("DATE_TRUNC", day, exp.Var(this=unit))

    def part(self, unit: str, day: exp.Expr) -> exp.Expr:
        """Return the YEAR or MONTH of a day as a number."""
        return exp.Extract(this=exp.Var(this=unit), expression=day)

    def divided(self, value: exp.Expr, by: exp.Expr, *, may_be_zero: bool) -> exp.Expr:
        """Return a quotient of doubles: infinity, or no number, where the divisor is zero."""
        if may_be_zero:
            return called("IEEE_DIVIDE", value, by)
        return operator(exp.Div, value, by)

    def is_nan(self, value: exp.Expr) -> exp.Expr:
        """Tell whether a double is no number."""
        return called("IS_NAN", value)

    def count_if(self, condition: exp.Expr) -> exp.Expr:
        """Return for how many a condition holds."""
        return exp.CountIf(this=condition)

    def sum_in_order(self, value: exp.Expr, order: exp.Expr, where: exp.Expr | None) -> exp.Expr:
        """Return the sum of doubles; BigQuery has no order of adding up."""
        del order
        return exp.Sum(this=value if where is None else exp.Case().when(where, value))


def _of_some(aggregate: exp.Expr, value: exp.Expr, where: exp.Expr | None) -> exp.Expr:
    """Return an aggregation of those for whom a condition holds and a value is not zero."""
    condition = operator(exp.NEQ, value.copy(), whole(0))
    if where is not None:
        condition = operator(exp.And, where, condition)
    return exp.Filter(this=aggregate, expression=exp.Where(this=condition))


#: The dialects that the law is written in, by name.
DIALECTS: dict[str, Dialect] = {
    each.name: each for each in (Dialect(), Spark(), Postgres(), BigQuery())
}


def dialect_named(name: str) -> Dialect:
    """Return a dialect.

    Raises:
        PolicyError: there is none of this name.

    """
    if name not in DIALECTS:
        remedy = did_you_mean(name, DIALECTS, kind="dialects")
        problem = Problem(f"there is no dialect '{name}'", remedy=remedy, key="dialect")
        raise PolicyError(problem)
    return DIALECTS[name]


def in_years(months: exp.Expr) -> tuple[str, exp.Expr]:
    """Return months as years where they are some, and the unit."""
    literal = months.this if isinstance(months, exp.Neg) else months
    if not isinstance(literal, exp.Literal) or int(literal.this) % 12:
        return "MONTH", months
    years = whole(int(literal.this) // 12)
    return "YEAR", exp.Neg(this=years) if isinstance(months, exp.Neg) else years
