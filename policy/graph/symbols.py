"""Symbols: what formulas see in place of arrays while they are traced.

A symbol stands for a node of the graph. Operators, NumPy functions and array methods on symbols
make nodes. A symbol whose value is known while tracing (a parameter, and what is computed from
parameters alone) can also be used where Python needs a value: in ``if``, ``range``, ``int``.
"""

from __future__ import annotations

import enum
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph.build import UntraceableError, apply
from policy.graph.nodes import NOBODY, Node
from policy.graph.ops import UFUNCS, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policy.graph.tracer import Tracer

_UNKNOWN: Any = object()
#: Why a formula with ``if`` on data is no expression.
DECIDES = "a value of the data decides what is computed"


class Symbol:
    """An array that is not there yet."""

    __slots__ = ("node", "shared", "tracer", "value")
    __array_priority__ = 1_000

    def __init__(
        self, tracer: Tracer, node: Node, value: Any = _UNKNOWN, *, shared: bool = False
    ) -> None:
        self.tracer = tracer
        self.node = node
        self.value = value
        #: Whether others read the same array: the values of a variable, kept for all formulas.
        self.shared = shared

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # (openfisca-core and formulas ask whether values are an array)
        return np.ndarray

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the values."""
        return self.node.dtype

    @property
    def possible_values(self) -> Any:
        """The enumeration that the values stand for."""
        return self.node.enum

    def astype(self, dtype: Any, *, copy: bool = True, **_options: Any) -> Symbol:
        """Return the values as another type."""
        if not copy and self.dtype == dtype:
            return self
        return elementwise(self.tracer, "astype", [self], np.dtype(dtype).str)

    def round(self, decimals: int = 0) -> Symbol:
        """Return the values rounded as NumPy does."""
        return elementwise(self.tracer, "round", [self], int(decimals))

    def clip(self, least: Any = None, most: Any = None) -> Symbol:
        """Return the values kept between bounds."""
        return _clip(self.tracer, self, least, most)

    def copy(self) -> Symbol:
        """Return the same values, in an array of their own."""
        return Symbol(self.tracer, self.node, self.value)

    def __deepcopy__(self, _memo: Any) -> Symbol:
        return self.copy()

    def decode_to_str(self) -> Symbol:
        """Return the names of an enumeration's values."""
        names = {member.index: member.name for member in self.node.enum}
        texts = [symbol(self.tracer, np.str_(name)) for name in names.values()]
        return elementwise(self.tracer, "pick", [self, *texts], (tuple(names), "", self.node.enum))

    # Where Python needs a value ----------------------------------------------------------------

    def _known(self) -> Any:
        if self.value is _UNKNOWN:
            raise UntraceableError(DECIDES)
        self.tracer.pin(self.node)
        return self.value

    def __bool__(self) -> bool:
        return bool(self._known())

    def __int__(self) -> int:
        return int(self._known())

    def __index__(self) -> int:
        return operator.index(self._known())

    def __float__(self) -> float:
        return float(self._known())

    def __str__(self) -> str:
        return str(self._known())

    def __format__(self, spec: str) -> str:
        return format(self._known(), spec)

    def __hash__(self) -> int:
        return hash(self._known())

    def __iter__(self) -> Any:
        raise UntraceableError("the values are looped over")

    def __len__(self) -> int:
        raise UntraceableError("the number of values is asked for")

    def __getitem__(self, key: Any) -> Any:
        raise UntraceableError("some of the values are picked out")

    def __setitem__(self, key: Any, value: Any) -> None:
        raise UntraceableError("some of the values are overwritten")

    def __array__(self, *_args: Any, **_options: Any) -> Any:
        raise UntraceableError("the values themselves are asked for")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "projectable":  # (that projections ask for)
            raise AttributeError(name)
        raise UntraceableError(f"the array's {name} is used")

    # NumPy ------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        name = ufunc.__name__
        if method != "__call__" or options or name not in UFUNCS:
            raise UntraceableError(f"numpy.{name}.{method} is used")
        return elementwise(self.tracer, name, inputs)

    def __array_function__(self, function: Any, _types: Any, args: Any, options: Any) -> Any:
        known = _FUNCTIONS.get(function)
        if known is None:
            raise UntraceableError(f"numpy.{function.__name__} is used")
        try:
            return known(self.tracer, *args, **options)
        except TypeError as error:
            raise UntraceableError(f"numpy.{function.__name__}: {error}") from None


def _operator(name: str, *, swapped: bool = False) -> Callable[[Symbol, Any], Symbol]:
    def method(self: Symbol, other: Any) -> Symbol:
        pair = (other, self) if swapped else (self, other)
        return elementwise(self.tracer, name, pair)

    return method


def _in_place(name: str) -> Callable[[Symbol, Any], Symbol]:
    def method(self: Symbol, other: Any) -> Symbol:
        result = elementwise(self.tracer, name, (self, other))
        if self.value is not _UNKNOWN:
            return result
        if self.shared:
            raise UntraceableError("an array that others read is changed in place")
        if not np.can_cast(result.dtype, self.dtype, "same_kind"):
            raise UntraceableError(f"{result.dtype} is put into an array of {self.dtype}")
        self.node = result.astype(self.dtype).node
        return self

    return method


_OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "power",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
}
_COMPARISONS = {
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}
_SIGNS = {"neg": "negative", "pos": "positive", "invert": "invert", "abs": "absolute"}

for _name, _op in _OPERATORS.items():
    setattr(Symbol, f"__{_name}__", _operator(_op))
    setattr(Symbol, f"__r{_name}__", _operator(_op, swapped=True))
    setattr(Symbol, f"__i{_name}__", _in_place(_op))
for _name, _op in _COMPARISONS.items():
    setattr(Symbol, f"__{_name}__", _operator(_op))
for _name, _op in _SIGNS.items():
    setattr(Symbol, f"__{_name}__", lambda self, op=_op: elementwise(self.tracer, op, (self,)))


def symbol(tracer: Tracer, value: Any) -> Symbol:
    """Return a value as a symbol: a number, a date, a text, a member of an enumeration."""
    if isinstance(value, Symbol):
        return value
    if isinstance(value, enum.Enum):
        known: Any = value
        return Symbol(tracer, tracer.graph.constant(known.index, type(value)), known.index)
    if isinstance(value, np.ndarray):
        if value.ndim:
            raise UntraceableError("an array made outside the law is used")
        value = value[()]
    if not isinstance(value, int | float | str | bool | np.generic):
        try:
            value = np.datetime64(value, "D")
        except (TypeError, ValueError):
            what = type(value).__name__
            raise UntraceableError(f"a {what} is used as a value") from None
    return Symbol(tracer, tracer.graph.constant(value), value)


def filled(tracer: Tracer, value: Any) -> Symbol:
    """Return an array of the same value for everybody, which may be changed in place."""
    return Symbol(tracer, symbol(tracer, value).node)


def elementwise(tracer: Tracer, op: str, inputs: Sequence[Any], detail: Any = None) -> Symbol:
    """Return the symbol of an operation on each value."""
    symbols = [symbol(tracer, value) for value in inputs]
    made = apply(
        tracer.graph, op, [each.node for each in symbols], detail, enum=_enum_of(op, symbols)
    )
    tracer.note(made)
    if made.space == NOBODY and all(each.value is not _UNKNOWN for each in symbols):
        with np.errstate(all="ignore"):
            value = run(op, None, tuple(each.value for each in symbols), detail)  # type: ignore[arg-type]
        return Symbol(tracer, made, value)
    return Symbol(tracer, made)


def relation(
    tracer: Tracer, op: str, inputs: Sequence[Any], detail: Any, space: str, enum: Any = None
) -> Symbol:
    """Return the symbol of an operation between persons and groups."""
    nodes = [symbol(tracer, value).node for value in inputs]
    made = apply(tracer.graph, op, nodes, detail, space, enum)
    tracer.note(made)
    return Symbol(tracer, made)


def _enum_of(op: str, symbols: list[Symbol]) -> Any:
    if op not in {"where", "pick"}:
        return None
    return next((each.node.enum for each in symbols[1:] if each.node.enum is not None), None)


def _where(tracer: Tracer, condition: Any, if_true: Any, if_false: Any) -> Symbol:
    return elementwise(tracer, "where", (condition, if_true, if_false))


def _select(tracer: Tracer, conditions: Any, choices: Any, default: Any = 0) -> Symbol:
    result = symbol(tracer, default)
    if isinstance(symbol(tracer, choices[0]).node.enum, type) and result.node.enum is None:
        result = symbol(tracer, next(iter(symbol(tracer, choices[0]).node.enum)))
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        result = elementwise(tracer, "where", (condition, choice, result))
    return result


def _clip(tracer: Tracer, array: Any, least: Any = None, most: Any = None) -> Symbol:
    result = symbol(tracer, array)
    if least is not None:
        result = elementwise(tracer, "maximum", (result, least))
    if most is not None:
        result = elementwise(tracer, "minimum", (result, most))
    return result


def _round(tracer: Tracer, array: Any, decimals: int = 0) -> Symbol:
    return elementwise(tracer, "round", [array], int(decimals))


def _like(value: int) -> Callable[..., Symbol]:
    def like(tracer: Tracer, array: Symbol, dtype: Any = None) -> Symbol:
        return filled(tracer, np.dtype(dtype or array.dtype).type(value))

    return like


def _full_like(tracer: Tracer, array: Symbol, value: Any, dtype: Any = None) -> Symbol:
    return filled(tracer, symbol(tracer, value).astype(dtype or array.dtype))


def _isin(tracer: Tracer, array: Any, values: Any) -> Symbol:
    result = symbol(tracer, np.bool_(False))
    for value in values:
        same = elementwise(tracer, "equal", (array, value))
        result = elementwise(tracer, "logical_or", (result, same))
    return result


def _working_day(tracer: Tracer, dates: Any, offset: int, roll: str, holidays: Any = ()) -> Symbol:
    if offset != 0 or roll != "backward":
        raise UntraceableError("numpy.busday_offset is used with another offset or roll")
    return elementwise(tracer, "working_day", [dates], tuple(map(str, holidays)))


def _concat(tracer: Tracer, this: Any, that: Any) -> Symbol:
    return elementwise(tracer, "concat", (this, that))


_FUNCTIONS: dict[Any, Callable[..., Symbol]] = {
    np.where: _where,
    np.select: _select,
    np.clip: _clip,
    np.round: _round,
    np.around: _round,
    np.zeros_like: _like(0),
    np.ones_like: _like(1),
    np.full_like: _full_like,
    np.isin: _isin,
    np.char.add: _concat,
    np.busday_offset: _working_day,
}
