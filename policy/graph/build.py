"""Building nodes: the type of a result, values that are known, and identities.

``apply`` is the one way to make a node of an operation. It is used when formulas are traced and
when a graph is rebuilt with more known (partial evaluation), so that both simplify alike.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph import bounds
from policy.graph.nodes import NOBODY, Graph, Node, is_constant
from policy.graph.ops import ELEMENTWISE, NEUTRAL, UFUNCS, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Operations from persons to groups, from groups to persons, and among persons.
TO_GROUP = frozenset({"sum", "size", "nth", "unique", "reduce"})
_BOOLEAN = np.dtype(bool)
_FLOAT = np.dtype(np.float64)
_INT = np.dtype(np.intp)
_NO_PEOPLE: Any = None
#: Operations that are done before a choice.
_BEFORE_CHOICES = UFUNCS | {"astype", "round"}
#: Nodes of no operation: what is known, what comes from outside, and what openfisca-core runs.
_AS_THEY_ARE = frozenset({"constant", "input", "given", "opaque"})


class UntraceableError(Exception):
    """A formula does something that is no expression; the reason is its text."""


def apply(
    graph: Graph,
    op: str,
    args: Sequence[Node],
    detail: Any = None,
    space: str = "",
    enum: Any = None,
) -> Node:
    """Return the node of an operation on nodes, simplified where its value does not change.

    Args:
        graph: where the node is kept.
        op: a name of ``ELEMENTWISE`` or ``RELATIONS``.
        args: the nodes it works on.
        detail: fixed details of the operation.
        space: for a relation, whose values result; elementwise ones take it from the arguments.
        enum: the enumeration that the resulting numbers stand for.

    Raises:
        UntraceableError: values of different people are combined.

    """
    arguments = tuple(args)
    if op in ELEMENTWISE:
        return _elementwise(graph, op, arguments, detail, enum)
    found = _simpler_relation(graph, op, arguments, detail, space)
    if found is not None:
        return found
    dtype = _relation_type(op, arguments, detail)
    found = _bounded(graph, op, arguments, detail, dtype, space, enum)
    if op == "rank" and graph.bounds is not None:
        return apply(graph, "where", (arguments[1], found, graph.constant(dtype.type(-1))))
    return found


def rebuilt(graph: Graph, node: Node, args: tuple[Node, ...]) -> Node:
    """Return the node of an expression in another graph, given those of its arguments there."""
    if node.op in _AS_THEY_ARE:
        return graph.node(
            node.op, args, node.detail, dtype=node.dtype, space=node.space, enum=node.enum
        )
    return apply(graph, node.op, args, node.detail, node.space, node.enum)


def _bounded(
    graph: Graph,
    op: str,
    args: tuple[Node, ...],
    detail: Any,
    dtype: np.dtype[Any],
    space: str,
    enum: Any,
) -> Node:
    """Return the node of an operation, or the only number that its value can be."""
    if graph.bounds is None:
        return graph.node(op, args, detail, dtype=dtype, space=space, enum=enum)
    found = bounds.of_operation(op, [bounds_of(graph, arg) for arg in args], detail, dtype)
    if found is not None and found[0] == found[1]:
        number = np.int64(found[0]).astype(dtype) if dtype.kind in "mM" else dtype.type(found[0])
        return graph.constant(number, enum)
    node = graph.node(op, args, detail, dtype=dtype, space=space, enum=enum)
    graph.bounds[node.number] = found
    return node


def bounds_of(graph: Graph, node: Node) -> bounds.Bounds:
    """Return between which numbers the values of a node lie, as far as the graph knows."""
    if is_constant(node):
        return bounds.of_constant(node.detail)
    return (graph.bounds or {}).get(node.number) or bounds.of_type(node.dtype)


def _elementwise(graph: Graph, op: str, args: tuple[Node, ...], detail: Any, enum: Any) -> Node:
    if all(map(is_constant, args)):
        return graph.constant(_known(op, args, detail), enum)
    simpler = _SIMPLER.get(op)
    found = simpler(graph, args, detail) if simpler else None
    found = found or _choice_last(graph, op, args, detail)
    if found is not None:
        return found
    dtype, space = _elementwise_type(op, args, detail), _common_space(args)
    return _bounded(graph, op, args, detail, dtype, space, enum)


def _choice_last(graph: Graph, op: str, args: tuple[Node, ...], detail: Any) -> Node | None:
    """Put a choice after an operation on it, where one side of it is known then.

    ``round(where(is_entitled, x, 0))`` is ``where(is_entitled, round(x), 0)``: nothing is worked
    out for those who are not entitled.
    """
    if graph.bounds is None or op not in _BEFORE_CHOICES:
        return None
    for place, choice in enumerate(args):
        if choice.op != "where" or choice.dtype.kind not in "biuf":
            continue
        sides = choice.args[1:]
        if not any(map(is_constant, sides)) or any(each.dtype != choice.dtype for each in sides):
            continue
        found = [
            apply(graph, op, (*args[:place], each, *args[place + 1 :]), detail) for each in sides
        ]
        dtype = _elementwise_type(op, args, detail)
        if any(map(is_constant, found)) and all(each.dtype == dtype for each in found):
            return apply(graph, "where", (choice.args[0], *found))
    return None


def _simpler_relation(
    graph: Graph, op: str, args: tuple[Node, ...], detail: Any, space: str
) -> Node | None:
    if op == "project":
        return _of_somebody(graph, args[0], detail, space)
    if op == "sum" and any(is_constant(arg) and not arg.detail for arg in args):
        return graph.constant(np.float64(0))
    if op == "rank" and is_constant(args[1]) and not args[1].detail:
        return graph.constant(_INT.type(-1))
    if op == "reduce" and is_constant(args[0]) and len(args) > 1:
        return _of_some(graph, args, detail, space)
    return None


def _of_somebody(graph: Graph, value: Node, entity: str, space: str) -> Node:
    """Return what a person has of a group, simpler where it can only be a known value.

    What the group chooses where it has nobody in any of its roles is left out: it has the person.
    """
    choices: list[Node] = []
    roles: set[int] = set()
    while value.op == "where" and value.args[1].dtype == value.args[2].dtype:
        asked = _roles_asked(value.args[0])
        if not asked:
            break
        choices.append(value)
        roles |= asked
        value = value.args[2]
    if choices and roles == graph.roles.get(entity):
        value = choices.pop().args[1]
    for choice in reversed(choices):
        value = apply(graph, "where", (*choice.args[:2], value), enum=choice.enum)
    if not value.space:
        return value
    return _bounded(graph, "project", (value,), entity, value.dtype, space, value.enum)


def _roles_asked(condition: Node) -> set[int]:
    """Return the roles of which a condition says that somebody has one; none for others."""
    if condition.op != "greater" or condition.args[0].op != "sum":
        return set()
    (member, *_), limit = condition.args[0].args, condition.args[1]
    asked = member.op == "role" and is_constant(limit) and not limit.detail
    return set(member.detail[1]) if asked else set()


def _of_some(graph: Graph, args: tuple[Node, ...], detail: tuple[str, str], space: str) -> Node:
    """Return the greatest, or least, of equal values: that value, where there is one at all."""
    value, only = args
    dtype = _relation_type("reduce", args, detail)
    if_some, if_none = (
        graph.constant(dtype.type(each)) for each in (value.detail, NEUTRAL[detail[1]])
    )
    members = apply(graph, "sum", (only,), detail[0], space)
    some = apply(graph, "greater", (members, graph.constant(0)))
    return apply(graph, "where", (some, if_some, if_none))


def _known(op: str, args: tuple[Node, ...], detail: Any) -> Any:
    with np.errstate(all="ignore"):
        value = run(op, _NO_PEOPLE, tuple(arg.detail for arg in args), detail)
    return value[()] if isinstance(value, np.ndarray) and not value.ndim else _single(value)


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, np.ndarray) else value


def _common_space(args: tuple[Node, ...]) -> str:
    spaces = {arg.space for arg in args if arg.space}
    if len(spaces) > 1:
        kinds = " and ".join(sorted(spaces))
        raise UntraceableError(f"values of {kinds} are combined")
    return spaces.pop() if spaces else NOBODY


def _elementwise_type(op: str, args: tuple[Node, ...], detail: Any) -> np.dtype[Any]:
    signature = tuple(map(_sample, args))
    try:
        return _type_of(op, detail, *signature)
    except TypeError:  # a detail that cannot be a key
        return _type_of.__wrapped__(op, detail, *signature)


def _sample(node: Node) -> Any:
    """Return a value, or the type of values, to find the type of a result with."""
    if is_constant(node):
        return node.detail
    return node.detail[1] if node.op == "parameter" else (node.dtype, bool(node.space))


@lru_cache(maxsize=65_536, typed=True)  # (1 and True are equal, and of different types)
def _type_of(op: str, detail: Any, *signature: Any) -> np.dtype[Any]:
    samples = [
        (np.ones(1, dtype=part[0]) if part[1] else np.ones((), dtype=part[0])[()])
        if isinstance(part, tuple)
        else part
        for part in signature
    ]
    if op == "pick":  # (a key that there is)
        samples[0] = np.array(detail[0][:1])
    with np.errstate(all="ignore"):
        try:
            return np.asarray(run(op, _NO_PEOPLE, tuple(samples), detail)).dtype
        except (TypeError, ValueError) as error:
            raise UntraceableError(f"{op}: {error}") from None


def _relation_type(op: str, args: tuple[Node, ...], detail: Any) -> np.dtype[Any]:
    if op == "sum":
        return _FLOAT
    if op == "role":
        return _BOOLEAN
    if op in {"size", "position", "rank"}:
        return _INT
    if op == "reduce":
        return _BOOLEAN if detail[1] == "all" else np.result_type(args[0].dtype, _FLOAT)
    return args[0].dtype


def _simpler_where(graph: Graph, args: tuple[Node, ...], _detail: Any) -> Node | None:
    condition, if_true, if_false = args
    if is_constant(condition):
        chosen = if_true if condition.detail else if_false
        dtype = _elementwise_type("where", args, None)
        same = chosen.dtype == dtype or dtype.kind in "US"  # (texts may be longer than their type)
        return chosen if same else apply(graph, "astype", [chosen], dtype.str)
    if condition.dtype == if_true.dtype == if_false.dtype == _BOOLEAN:
        found = _yes_or_no(graph, condition, if_true, if_false)
        if found is not None:
            return found
    if if_true is if_false or _is_rung(condition, if_true, if_false):
        return if_false
    decided = tuple(
        each.args[place] if each.op == "where" and each.args[0] is condition else each
        for place, each in ((1, if_true), (2, if_false))
    )
    if decided != args[1:] and _elementwise_type("where", (condition, *decided), None) == (
        _elementwise_type("where", args, None)
    ):
        return apply(graph, "where", (condition, *decided))
    return None


def _yes_or_no(graph: Graph, condition: Node, if_true: Node, if_false: Node) -> Node | None:
    """Return what a choice of which one side is known to be true or false says as a condition."""
    if is_constant(if_false) and not if_false.detail:
        return apply(graph, "logical_and", (condition, if_true))
    if is_constant(if_true) and if_true.detail:
        return apply(graph, "logical_or", (condition, if_false))
    if is_constant(if_true) and is_constant(if_false):
        return apply(graph, "logical_not", (condition,))
    return None


def _is_rung(condition: Node, if_true: Node, below: Node) -> bool:
    """Tell whether a choice from a day on is made below already, from an earlier day on.

    The ladder of a parameter's values by date has such rungs where the value stays the same.
    """
    if below.op != "where" or below.args[1] is not if_true:
        return False
    earlier = below.args[0]
    return (
        condition.op == earlier.op == "greater_equal"
        and condition.args[0] is earlier.args[0]
        and is_constant(condition.args[1])
        and is_constant(earlier.args[1])
        and bool(condition.args[1].detail >= earlier.args[1].detail)
    )


def _simpler_and(graph: Graph, args: tuple[Node, ...], _detail: Any) -> Node | None:
    return _absorbed(graph, args, absorbing=False)


def _simpler_or(graph: Graph, args: tuple[Node, ...], _detail: Any) -> Node | None:
    return _absorbed(graph, args, absorbing=True)


def _absorbed(graph: Graph, args: tuple[Node, ...], *, absorbing: bool) -> Node | None:
    """Simplify a conjunction (absorbing False) or disjunction (True) with a known side."""
    one, other = args
    if one.dtype != _BOOLEAN or other.dtype != _BOOLEAN:
        return None
    if one is other:
        return one
    for known, rest in ((one, other), (other, one)):
        if rest.op in _SAME_JOINS[absorbing] and known in rest.args:
            return rest
        if is_constant(known):
            return graph.constant(np.bool_(absorbing)) if bool(known.detail) == absorbing else rest
    return None


#: Conjunctions, and disjunctions: what a part of one is joined to, it is part of already.
_SAME_JOINS = (("logical_and", "bitwise_and"), ("logical_or", "bitwise_or"))


def _simpler_add(graph: Graph, args: tuple[Node, ...], _detail: Any) -> Node | None:
    may_be_negative_zero = any(
        arg.dtype.kind == "f" and bounds_of(graph, arg) is None for arg in args
    )
    return None if may_be_negative_zero else _without(args, 0, "add")


def _simpler_multiply(_graph: Graph, args: tuple[Node, ...], _detail: Any) -> Node | None:
    return _without(args, 1, "multiply")


def _without(args: tuple[Node, ...], neutral: int, op: str) -> Node | None:
    """Leave out a number that changes nothing, unless it changes the type."""
    for known, rest in (args, args[::-1]):
        if is_constant(known) and known.dtype.kind in "biuf" and known.detail == neutral:
            return rest if _elementwise_type(op, args, None) == rest.dtype else None
    return None


def _simpler_subtract(_graph: Graph, args: tuple[Node, ...], _detail: Any) -> Node | None:
    value, known = args
    if is_constant(known) and known.dtype.kind in "biuf" and known.detail == 0:
        return value if _elementwise_type("subtract", args, None) == value.dtype else None
    return None


def _simpler_astype(graph: Graph, args: tuple[Node, ...], detail: Any) -> Node | None:
    (arg,), dtype = args, np.dtype(detail)
    if arg.dtype == dtype:
        return arg
    finer_between = arg.op == "astype" and 0 < _units(arg.args[0].dtype) <= _units(arg.dtype)
    return apply(graph, "astype", arg.args, detail) if finer_between and _units(dtype) else None


def _units(dtype: np.dtype[Any]) -> int:
    """Return how fine the unit of dates is, from 1; 0 for what are no dates."""
    return " YMD".find(np.datetime_data(dtype)[0]) if dtype.kind == "M" else 0


def _simpler_minimum(graph: Graph, args: tuple[Node, ...], _detail: Any) -> Node | None:
    found = _bounded_already("minimum", args) or _decided(graph, "minimum", args)
    return found or _bounded_away(graph, "minimum", args, opposite="maximum", sign=1)


def _simpler_maximum(graph: Graph, args: tuple[Node, ...], _detail: Any) -> Node | None:
    found = _bounded_already("maximum", args) or _decided(graph, "maximum", args)
    return found or _bounded_away(graph, "maximum", args, opposite="minimum", sign=-1)


def _bounded_already(op: str, args: tuple[Node, ...]) -> Node | None:
    """Leave out a bound that was set before: ``minimum(x, minimum(x, y))``."""
    for bound, inner in (args, args[::-1]):
        if inner.op == op and bound in inner.args:
            return inner
    return None


def _decided(graph: Graph, op: str, args: tuple[Node, ...]) -> Node | None:
    """Return the value that is always the lesser, or the greater, of two."""
    for one, other in (args, args[::-1]):
        here, there = bounds_of(graph, one), bounds_of(graph, other)
        if here is None or there is None or one.dtype != _elementwise_type(op, args, None):
            continue
        if (here[1] <= there[0]) if op == "minimum" else (here[0] >= there[1]):
            return one
    return None


def _bounded_away(
    graph: Graph, op: str, args: tuple[Node, ...], opposite: str, sign: int
) -> Node | None:
    """Return a bound that what it bounds never leaves: ``minimum(0, maximum(x, 0))`` is 0."""
    for bound, inner in (args, args[::-1]):
        if not is_constant(bound) or inner.op != opposite or inner.dtype.kind not in "iu":
            continue
        limits = [arg.detail for arg in inner.args if is_constant(arg)]
        if any(sign * bound.detail <= sign * limit for limit in limits):
            return graph.constant(_elementwise_type(op, args, None).type(bound.detail))
    return None


_SIMPLER: dict[str, Callable[[Graph, tuple[Node, ...], Any], Node | None]] = {
    "where": _simpler_where,
    "logical_and": _simpler_and,
    "bitwise_and": _simpler_and,
    "logical_or": _simpler_or,
    "bitwise_or": _simpler_or,
    "add": _simpler_add,
    "multiply": _simpler_multiply,
    "subtract": _simpler_subtract,
    "astype": _simpler_astype,
    "minimum": _simpler_minimum,
    "maximum": _simpler_maximum,
}
