"""The fast way of running a linked graph: one compiled loop nest over groups and their people.

The graph is written out as one Python function that Numba compiles: blocks of groups in parallel,
and within a block a loop for each stage, in which every node is a local variable. Only values that
a later loop needs are kept, in arrays as long as the block. Compiled code is kept on disk.

A stage ends where persons and groups meet: a sum over members needs the members' values first, a
projection the group's. Dates are whole numbers of their unit.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph.backends import dates
from policy.graph.nodes import Node, is_constant, live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from policy.graph.linking import Linked
    from policy.legislation.people import Array, Column, People, Slot

#: Groups in a block: few enough that their people's values stay in the processor's cache.
BLOCK = 256

_HEAD = """import numpy as np
from numba import njit, prange, types
from numba.extending import intrinsic

from policy.graph.backends import dates

month_number = njit(error_model="numpy")(dates.month_number)
day_of_month_number = njit(error_model="numpy")(dates.day_of_month_number)
working_day_on_or_before = njit(error_model="numpy")(dates.working_day_on_or_before)


@intrinsic
def chosen(typing, condition, if_true, if_false):
    result = typing.unify_types(if_true, if_false)

    def select(context, builder, signature, values):
        test = context.cast(builder, values[0], condition, types.boolean)
        one = context.cast(builder, values[1], if_true, result)
        other = context.cast(builder, values[2], if_false, result)
        return builder.select(test, one, other)

    return result(condition, if_true, if_false), select


""".splitlines()
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
_FROM_MEMBERS = frozenset({"sum", "nth", "unique", "reduce", "rank"})
#: Nodes that are read or worked out again in each loop, and never kept.
_AGAIN = frozenset({"input", "given", "role", "position", "size", "project"})
_NEUTRAL = {"max": "-np.inf", "min": "np.inf", "all": "True"}
#: How one more value is taken up: what is no number stays.
_STEPS = {
    "max": "np.maximum({}, {})",
    "min": "np.minimum({}, {})",
    "all": "{} & (({}) != 0)",
}


#: How what is known of a person's place, or a group's size, is read for an index.
_WHO: dict[str, Callable[[Node, str], str]] = {
    "role": lambda node, index: " | ".join(
        f"(role_of[{index}] == {role})" for role in node.detail[1]
    ),
    "position": lambda _, index: f"({index} - starts[group_of[{index}]])",
    "size": lambda _, index: f"(starts[{index} + 1] - starts[{index}])",
}


class UnsupportedError(Exception):
    """The graph has something that this backend has no code for; NumPy runs it."""


@dataclass(frozen=True)
class Program:
    """The source of a kernel, and what it is called with."""

    source: str
    group: str
    inputs: tuple[Node, ...]
    outputs: tuple[tuple[Slot, Node], ...]
    known: tuple[tuple[Slot, Any], ...]


class NumbaPlan:
    """A linked graph compiled into a loop nest."""

    def __init__(self, linked: Linked, person: str) -> None:
        self.program = _Writer(linked, person).program()
        self._kernel = _compiled(self.program.source)

    @property
    def is_compiled(self) -> bool:
        """Whether the kernel was compiled before, on this machine."""
        path = _path(self.program.source)
        return any((path.parent / "__pycache__").glob(f"{path.stem}.kernel-*.nbc"))

    def run(self, people: People, facts: Mapping[Slot, Column], _opaque: Any) -> dict[Slot, Array]:
        """Run the kernel; arguments and result as of the NumPy plan."""
        program = self.program
        membership = people.memberships[program.group]
        order = membership.order
        inputs = [
            _plain(_ordered(_values(facts, node), node, program.group, order))
            for node in program.inputs
        ]
        results = [
            np.empty(people.counts[node.space], dtype=node.dtype) for _, node in program.outputs
        ]
        self._kernel(
            membership.starts,
            membership.group_of if order is None else membership.group_of[order],
            membership.role_of if order is None else membership.role_of[order],
            *inputs,
            *map(_plain, results),
        )
        found = dict(program.known)
        for (slot, node), result in zip(program.outputs, results, strict=True):
            found[slot] = result
            if order is not None and node.space != program.group:
                found[slot] = np.empty_like(result)
                found[slot][order] = result
        return found


def _values(facts: Mapping[Slot, Column], node: Node) -> Any:
    column = facts[node.detail]
    return column.values if node.op == "input" else column.known


def _ordered(values: Array, node: Node, group: str, order: Any) -> Array:
    return values if order is None or node.space == group else values[order]


def _plain(values: Array) -> Array:
    """Return dates as the whole numbers that they are in memory."""
    return np.ascontiguousarray(values.view(np.int64) if values.dtype.kind in "mM" else values)


def _cache() -> Path:
    """Return the folder where kernels are kept: numba's own, or one under the user's cache."""
    base = os.environ.get("NUMBA_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME")
    folder = Path(base) if base else Path.home() / ".cache"
    folder = folder / "policy-kernels"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _path(source: str) -> Path:
    """Return where a kernel is kept: by its source, and that of what it calls."""
    calendar = Path(dates.__file__).read_bytes()
    digest = hashlib.sha256(source.encode() + calendar).hexdigest()
    return _cache() / f"policy_kernel_{digest[:24]}.py"


def _compiled(source: str) -> Callable[..., None]:
    """Return the kernel of a source, compiled or about to be; its code is kept on disk."""
    path = _path(source)
    name = path.stem
    if not path.exists():
        draft = path.with_suffix(f".{id(source)}")
        draft.write_text(source, encoding="utf-8")
        draft.replace(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UnsupportedError(f"cannot be imported: {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    kernel: Callable[..., None] = module.kernel
    return kernel


class _Writer:
    """Writes the kernel of a graph.

    Loops run in this order: persons of stage 0, groups of stage 0, persons of stage 1, …
    """

    def __init__(self, linked: Linked, person: str) -> None:
        self.outputs = [(s, node) for s, node in linked.outputs.items() if not is_constant(node)]
        self.known = [(s, node.detail) for s, node in linked.outputs.items() if is_constant(node)]
        self.nodes = list(live(node for _, node in self.outputs))
        spaces = {node.space for node in self.nodes} | set(map(_entity, self.nodes))
        groups = spaces - {person, ""}
        if len(groups) != 1:
            raise UnsupportedError("there is not one kind of group")
        self.group = groups.pop()
        self.person = person
        self.inputs = [node for node in self.nodes if node.op in {"input", "given"}]
        self._loops = 0
        self.place = {node.number: number for number, node in enumerate(self.inputs)}
        self.stage: dict[int, int] = {}
        for node in self.nodes:
            later = 1 if node.op in {"project", "rank"} else 0
            stages = [self.stage[arg.number] for arg in node.args]
            self.stage[node.number] = max(stages, default=-later) + later
        self.kept = {
            arg.number
            for node in self.nodes
            for arg in node.args
            if arg.op not in _AGAIN and not is_constant(arg) and self._apart(arg, node)
        } | {node.number for node in self.nodes if node.op == "rank"}

    def _loop(self, node: Node) -> tuple[int, bool]:
        """Return where a node is worked out: the stage, and whether among the groups."""
        if node.op == "rank":
            return self.stage[node.number] - 1, True
        return self.stage[node.number], node.space == self.group

    def _apart(self, arg: Node, node: Node) -> bool:
        """Tell whether a node is needed elsewhere than where it is worked out."""
        met = node.op in _FROM_MEMBERS or node.op == "project"
        return met or self._loop(arg) != self._loop(node)

    def program(self) -> Program:
        """Write the kernel."""
        arrays = [f"in{n}" for n in range(len(self.inputs))]
        arrays += [f"out{n}" for n in range(len(self.outputs))]
        known = ", ".join(["starts", "group_of", "role_of", *arrays])
        lines = [*_HEAD, "@njit(cache=True, error_model='numpy', nogil=True)"]
        lines += [f"def block(g0, g1, {known}):", "    p0, p1 = starts[g0], starts[g1]"]
        for node in self.nodes:
            if node.number in self.kept:
                length = "g1 - g0" if node.space == self.group else "p1 - p0"
                lines.append(f"    s{node.number} = np.empty({length}, np.{_dtype(node)})")
        for stage in range(max(self.stage.values(), default=0) + 1):
            for among_groups in (False, True):
                lines += [f"    {line}" for line in self._lines((stage, among_groups))]
        lines += [
            "",
            "",
            "@njit(parallel=True, cache=True, nogil=True)",
            f"def kernel({known}):",
            "    groups = len(starts) - 1",
            f"    for number in prange((groups + {BLOCK - 1}) // {BLOCK}):",
            f"        first = number * {BLOCK}",
            f"        block(first, min(first + {BLOCK}, groups), {known})",
        ]
        return Program(
            "\n".join(lines) + "\n",
            self.group,
            tuple(self.inputs),
            tuple(self.outputs),
            tuple(self.known),
        )

    def _v(self, node: Node) -> str:
        """Return the local variable of a node in the loop that is being written.

        Each loop has its own: Numba takes long over variables with several definitions.
        """
        return f"v{node.number}_{self._loops}"

    def _lines(self, loop: tuple[int, bool]) -> list[str]:
        """Write one loop: what members give, each node, what is kept and answered."""
        among_groups = loop[1]
        self._loops += 1
        here = [node for node in self.nodes if self._loop(node) == loop and node.args]
        answers = [
            (number, node)
            for number, (_, node) in enumerate(self.outputs)
            if self._known_in(node) == loop
        ]
        if not here and not answers:
            return []
        index = "g" if among_groups else "p"
        body = list(self._from_members(here)) if among_groups else []
        read: set[int] = set()
        for node in here:
            if node.op in _FROM_MEMBERS or node.op in _AGAIN:
                continue
            for arg in node.args:
                body += self._read(arg, loop, read)
            read.add(node.number)
            body.append(f"{self._v(node)} = {self._expression(node)}")
        for node in here:
            if node.number in self.kept and node.op != "rank":
                body.append(f"s{node.number}[{index} - {index}0] = {self._v(node)}")
        for number, node in answers:
            body += self._read(node, loop, read)
            body.append(f"out{number}[{index}] = {self._v(node)}")
        return [f"for {index} in range({index}0, {index}1):", *(f"    {line}" for line in body)]

    def _known_in(self, node: Node) -> tuple[int, bool]:
        """Return the first loop that can read a node: a rank is known to persons, afterwards."""
        return (self.stage[node.number], False) if node.op == "rank" else self._loop(node)

    def _read(self, node: Node, loop: tuple[int, bool], read: set[int]) -> Iterator[str]:
        """Write the reading of a node's value, unless it is at hand."""
        if is_constant(node) or node.number in read:
            return
        read.add(node.number)
        if node.op in _FROM_MEMBERS and node.op != "rank" and self._loop(node) == loop:
            return
        yield f"{self._v(node)} = {self._again(node, 'g' if loop[1] else 'p')}"

    def _again(self, node: Node, index: str) -> str:
        """Return how the value of a node worked out elsewhere is read for an index."""
        if is_constant(node):
            return _literal(node)
        if node.op in {"input", "given"}:
            return f"in{self.place[node.number]}[{index}]"
        if node.op == "project":
            return self._again(node.args[0], f"group_of[{index}]")
        if node.op in _WHO:
            return _WHO[node.op](node, index)
        first = "g0" if node.space == self.group else "p0"
        return f"s{node.number}[{index} - {first}]"

    def _from_members(self, here: list[Node]) -> Iterator[str]:
        """Write the loop over a group's members, for all that they give it."""
        gathered = [node for node in here if node.op in _FROM_MEMBERS]
        if not gathered:
            return
        looped = []
        for node in gathered:
            value = self._again(node.args[0], "p")
            only = self._again(node.args[1], "p") if len(node.args) > 1 else ""
            name = self._v(node)
            if node.op == "sum":
                yield f"{name} = 0.0"
                looped.append(_if(only, f"{name} += {value}"))
            elif node.op == "reduce":
                kind = node.detail[1]
                yield f"{name} = {_NEUTRAL[kind]}"
                step = _STEPS[kind].format(name, value)
                looped.append(_if(only, f"{name} = {step}"))
            elif node.op == "unique":
                yield f"{name} = {self._typed(node, repr(node.detail[1]))}"
                looped.append(_if(only, f"{name} = {self._typed(node, value)}"))
            elif node.op == "nth":
                _, position, default = node.detail
                at = self._again(node.args[0], f"(starts[g] + {position})")
                inside = f"starts[g] + {position} < starts[g + 1]"
                yield f"{name} = {self._typed(node, repr(default))}"
                yield f"if {inside}:"
                yield f"    {name} = {self._typed(node, at)}"
            else:
                looped += self._rank(node)
        if looped:
            yield "for p in range(starts[g], starts[g + 1]):"
            for lines in looped:
                yield from (f"    {line}" for line in lines.splitlines())

    def _rank(self, node: Node) -> Iterator[str]:
        """Write the rank of a member: how many come before it; equals in their order."""
        criteria, condition = node.args
        name = f"s{node.number}[p - p0]"
        mine, others = self._again(criteria, "p"), self._again(criteria, "q")
        counts, of_others = self._again(condition, "p"), self._again(condition, "q")
        yield f"{name} = -1"
        yield f"if {counts}:"
        yield f"    {name} = 0"
        yield "    for q in range(starts[g], starts[g + 1]):"
        before = f"({others} < {mine}) | (({others} == {mine}) & (q < p))"
        yield f"        if ({of_others}) & ({before}):"
        yield f"            {name} += 1"

    def _typed(self, node: Node, value: str) -> str:
        return f"np.{_dtype(node)}({value})"

    def _expression(self, node: Node) -> str:
        """Return how a node's value is worked out from those of its arguments."""
        args = [_literal(arg) if is_constant(arg) else self._v(arg) for arg in node.args]
        special = _SPECIAL.get(node.op)
        if special is not None:
            return f"np.{_dtype(node)}({special(node, args)})"
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
        return f"np.{_dtype(node)}({text})"


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
    return text


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
    "negative": lambda _, args: f"-{args[0]}",
    "positive": lambda _, args: f"+{args[0]}",
}


def _truth(node: Node, text: str) -> str:
    """Return how a number is taken for true or false."""
    return text if node.dtype.kind == "b" else f"({text} != 0)"


def _if(only: str, statement: str) -> str:
    return f"if {only}:\n    {statement}" if only else statement


def _entity(node: Node) -> str:
    """Return the kind of group that an operation between persons and groups is about."""
    if node.op in {"sum", "size", "project", "position", "rank"}:
        return str(node.detail)
    return str(node.detail[0]) if node.op in {"nth", "unique", "reduce", "role"} else ""


def _dtype(node: Node) -> str:
    kind = node.dtype.kind
    if kind in "mM":
        return "int64"
    if kind not in "biuf" or node.dtype == np.float16:
        raise UnsupportedError(f"values of type {node.dtype}")
    return "bool_" if kind == "b" else node.dtype.name


def _literal(node: Node) -> str:
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
