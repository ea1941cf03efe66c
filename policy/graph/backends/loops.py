"""A linked graph written as compiled loops over a block of groups, small enough for the cache.

The work of a block goes in stages, and each stage has two sections: that of the people, who also
give the groups what these gather, and that of the groups; a later stage begins where people need
what a group has. A section is a few plain loops. What is needed under a condition alone
(:mod:`policy.graph.backends.guards`) has a loop of its own over those for whom the condition holds,
who were listed when it became known: a processor runs through lists without guessing, where a
branch for each person would be guessed wrong every other time. Values pass from loop to loop in
arrays of the block.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from policy.graph.backends.arranging import Branch, Item, Loop, branches_in, items_in, loops_of
from policy.graph.backends.expressions import UnsupportedError, expression, literal, type_name
from policy.graph.backends.guards import GATHERED, Needs, guards
from policy.graph.backends.ranks import Ranking, rankings
from policy.graph.nodes import is_constant, live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policy.graph.backends.guards import Chain
    from policy.graph.nodes import Node
    from policy.graph.tables import Tabulated
    from policy.legislation.people import Array, Slot

    #: A stage, and whether the groups' part of it.
    Section = tuple[int, bool]

#: Groups in a block: its arrays stay in the processor's cache.
GROUPS = 1024
#: Blocks that are worked on at a time by one processor, in the same arrays.
BLOCKS = 16
#: What a kernel says of some blocks: an answer that is no number, a date that no table has, a value
#: that cannot be, people not group by group. A number can say several.
NO_NUMBER, NO_PLACE, WRONG, NO_ORDER = 1, 2, 4, 8

_HEAD = """import numpy as np
from numba import njit, prange, types
from numba.extending import intrinsic

from policy.graph.backends import dates

month_number = njit(error_model="numpy")(dates.month_number)
day_of_month_number = njit(error_model="numpy")(dates.day_of_month_number)
working_day_on_or_before = njit(error_model="numpy")(dates.working_day_on_or_before)
place_of_day = njit(error_model="numpy")(dates.place_of_day)
has_place = njit(error_model="numpy")(dates.has_place)


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
_INPUTS = frozenset({"input", "given"})
#: Nodes that are read wherever they are needed.
_READ = _INPUTS | {"role", "position", "size", "project"}
#: Operations that take a processor one step.
_QUICK = frozenset(
    [
        *("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"),
        *("add", "subtract", "minimum", "maximum", "where", "logical_not"),
    ]
)
_NEUTRAL = {"max": "-np.inf", "min": "np.inf", "all": "True"}
#: How one more value is taken up: what is no number stays.
_STEPS = {
    "max": "np.maximum({}, {})",
    "min": "np.minimum({}, {})",
    "all": "{} & (({}) != 0)",
}


@dataclass(frozen=True)
class Program:
    """The source of a kernel, and what it is called with."""

    source: str
    group: str
    inputs: tuple[Node, ...]
    tables: tuple[Array, ...]
    outputs: tuple[tuple[Slot, Node], ...]
    known: tuple[tuple[Slot, Any], ...]

    @property
    def is_known_in_numbers(self) -> bool:
        """Whether what is known of all answers beforehand are numbers, texts or the like."""
        floats = (value for _, value in self.known if isinstance(value, float))
        return not any(map(isnan, floats))


def program_of(tabulated: Tabulated, person: str) -> Program:
    """Write the kernel of a graph.

    Args:
        tabulated: the graph.
        person: the key of the entity of people.

    Raises:
        UnsupportedError: there is no compiled code for some of it.

    """
    return _Writer(tabulated, person).program()


class _Writer:
    def __init__(self, tabulated: Tabulated, person: str) -> None:
        outputs = tabulated.linked.outputs
        self.outputs = [(slot, node) for slot, node in outputs.items() if not is_constant(node)]
        self.known = [(slot, node.detail) for slot, node in outputs.items() if is_constant(node)]
        self.dates = tabulated.dates
        self.nodes = list(live(node for _, node in self.outputs))
        spaces = {node.space for node in self.nodes} | set(map(_entity, self.nodes))
        groups = spaces - {person, ""}
        if len(groups) != 1:
            raise UnsupportedError("there is not one kind of group")
        self.person, self.group = person, groups.pop()
        self.inputs = [node for node in self.nodes if node.op in _INPUTS]
        self.tables = [node for node in self.nodes if node.op == "table"]
        self.array = {node.number: f"in{place}" for place, node in enumerate(self.inputs)}
        self.array |= {node.number: f"table{place}" for place, node in enumerate(self.tables)}
        self.stage: dict[int, int] = {}
        for node in self.nodes:
            later = 1 if node.op in {"project", "rank"} else 0
            stages = [self.stage[arg.number] for arg in node.args]
            self.stage[node.number] = max(stages, default=-later) + later
        self.rankings = rankings(self.nodes, self.stage)
        needs = Needs(self.nodes)
        self.givers = {
            node.number: needs.holding(node.args[1:]) for node in self.nodes if node.op in GATHERED
        }
        self.late = self._as_late_as_possible()
        found = guards(
            self.nodes,
            [node for _, node in self.outputs],
            lambda one, other: self._place(one) <= self._place(other),
        )
        self.guard = found.of
        ranked = [needs.holding([ranking.among]) for ranking in self.rankings]
        prefixes = [chain[:length] for chain in ranked for length in range(1, len(chain) + 1)]
        self.listed = sorted({*found.listed, *prefixes}, key=_list)
        self.kept: dict[int, Node] = {}

    def _as_late_as_possible(self) -> dict[int, int]:
        """Return the stage in which people's values are worked out: the first that needs them.

        What only ranks go by is not among them: it is worked out where people are ranked.
        """
        late = {node.number: self.stage[node.number] for _, node in self.outputs}
        for node in reversed(self.nodes):
            args = node.args
            if node.op == "rank":
                args, stage = node.args[1:], self.stage[node.number] - 1
            elif node.op in GATHERED:
                args, stage = self._given(node), self.stage[node.number]
            elif node.space == self.person and _is_worked_out(node):
                if node.number not in late:
                    continue
                stage = late[node.number]
            else:
                stage = self.stage[node.number]
            for arg in args:
                late[arg.number] = min(late.get(arg.number, stage), stage)
        return {
            node.number: late[node.number]
            for node in self.nodes
            if node.space == self.person and _is_worked_out(node) and node.number in late
        }

    def _given(self, node: Node) -> tuple[Node, ...]:
        """Return what a group takes up, and the conditions of those who give it."""
        return node.args[0], *(condition for condition, _ in self.givers[node.number])

    def _place(self, node: Node) -> Section:
        """Return the section in which a node's value becomes known."""
        stage = self.late.get(node.number, self.stage[node.number])
        return stage, node.space == self.group

    def program(self) -> Program:
        """Write the kernel."""
        body = self._body()
        arrays = [*self.array.values(), *(f"out{place}" for place in range(len(self.outputs)))]
        people = ["bounds", "group_of", "groups", "role_of", "roles"]
        arguments = ", ".join(["least", "greatest", *people, *arrays])
        lines = [
            *_HEAD,
            "@njit(cache=True, error_model='numpy', nogil=True)",
            f"def run(first_block, last_block, {arguments}):",
            "    told = 0",
            "    most = 0",
            "    for block in range(first_block, last_block):",
            "        most = max(most, bounds[block + 1] - bounds[block])",
            *(f"    {line}" for line in self._arrays()),
            "    for block in range(first_block, last_block):",
            *(f"        {line}" for line in [*self._beginning(), *body]),
            "        if is_no_number:",
            f"            told |= {NO_NUMBER}",
            "    return told",
            "",
            "",
            "@njit(parallel=True, cache=True, nogil=True)",
            f"def kernel(told, {arguments}):",
            "    for number in prange(len(told)):",
            f"        first = number * {BLOCKS}",
            f"        last = min(first + {BLOCKS}, len(bounds) - 1)",
            f"        told[number] = run(first, last, {arguments})",
        ]
        return Program(
            "\n".join(lines) + "\n",
            self.group,
            tuple(self.inputs),
            tuple(node.detail[1].ravel() for node in self.tables),
            tuple(self.outputs),
            tuple(self.known),
        )

    def _body(self) -> list[str]:
        """Write the loops of all stages; what one sets and another needs is kept in an array."""
        parts: list[Loop | Ranking] = []
        for stage in range(max(self.stage.values(), default=0) + 1):
            parts += [each for each in self.rankings if self.stage[each.ranks[0].number] == stage]
            for among_groups in (False, True):
                items = list(self._items((stage, among_groups)))
                parts += loops_of(items, self.listed, among_groups=among_groups)
        written = [
            (each, self._reading(each)) for each in parts
        ]  # (first all reading, which tells what is kept)
        return [
            line
            for each, reading in written
            for line in (
                self._ranking(each, reading)
                if isinstance(each, Ranking)
                else self._loop(each, reading)
            )
        ]

    def _arrays(self) -> Iterator[str]:
        """Make the arrays of a block."""
        yield "of = np.empty(most, np.uint32)"
        if self._has({"position", "nth"}):
            yield "place = np.empty(most, np.int64)"
        if self._has({"size"}):
            yield f"size = np.empty({GROUPS}, np.int64)"
        for chain in self.listed:
            yield f"{_list(chain)} = np.empty({self._length(chain[-1][0])}, np.uint32)"
        for ranking in self.rankings:
            for rank in ranking.ranks:
                yield f"key{rank.number} = np.empty(most, np.{type_name(rank.args[0])})"
                yield f"before{rank.number} = np.empty(most, np.int64)"
        gathered = (node for node in self.nodes if node.op in GATHERED)
        for node in {each.number: each for each in (*self.kept.values(), *gathered)}.values():
            yield f"kept{node.number} = np.empty({self._length(node)}, np.{type_name(node)})"

    def _length(self, node: Node) -> str:
        return str(GROUPS) if node.space == self.group else "most"

    def _has(self, ops: set[str]) -> bool:
        return any(node.op in ops for node in self.nodes)

    def _beginning(self) -> Iterator[str]:
        """Look at who is in the block, and begin what its groups gather."""
        yield f"first, last, first_group = bounds[block], bounds[block + 1], block * {GROUPS}"
        yield f"persons, many = last - first, min({GROUPS}, groups - first_group)"
        yield "group, role = group_of[first:last], role_of[first:last]"
        for node in self.inputs:
            yield f"{self.array[node.number]}_ = {self.array[node.number]}[{self._rows(node)}]"
        for place, (_, node) in enumerate(self.outputs):
            yield f"out{place}_ = out{place}[{self._rows(node)}]"
        yield "wrong = is_no_number = False"
        yield "if persons:"
        yield "    wrong = (group[0] < first_group) | (group[-1] >= first_group + many)"
        yield "for i in range(1, persons):"
        yield "    wrong |= group[i] < group[i - 1]"
        yield "for i in range(persons):"
        yield "    of[i] = group[i] - first_group"
        yield "if wrong:"
        yield f"    return {NO_ORDER}"
        yield from self._looking()
        for node in self.dates:
            yield f"for i in range({self._all(node)}):"
            yield f"    wrong |= not has_place({self.array[node.number]}_[i])"
        if self.dates:
            yield "if wrong:"
            yield f"    told |= {NO_PLACE}"
        if self._has({"position", "nth"}):
            yield "at = -1"
            yield "for i in range(persons):"
            yield "    at = chosen((i > 0) & (of[i] == of[max(i - 1, 0)]), at + 1, 0)"
            yield "    place[i] = at"
        if self._has({"size"}):
            yield "size[:many] = 0"
            yield "for i in range(persons):"
            yield "    size[of[i]] = i + 1"
            yield "before = 0"
            yield "for i in range(many):"
            yield "    until = max(size[i], before)"
            yield "    size[i] = until - before"
            yield "    before = until"
        for node in self.nodes:
            if node.op in GATHERED:
                yield f"kept{node.number}[:many] = {self._neutral(node)}"
        for chain in self.listed:
            yield f"{_count(chain)} = np.uint64(0)"

    def _looking(self) -> Iterator[str]:
        """Look at values that nobody has looked at yet: whether they are between their limits."""
        yield "if len(least):"
        yield "    for i in range(persons):"
        yield "        wrong |= (role[i] < 0) | (role[i] >= roles)"
        for place, node in enumerate(self.inputs):
            if node.dtype.kind in "iuf":
                kind = "float64" if node.dtype.kind == "f" else "int64"
                value = f"{self.array[node.number]}_[i]"
                yield f"    low, high = np.{kind}(least[{place}]), np.{kind}(greatest[{place}])"
                yield f"    for i in range({self._all(node)}):"
                yield f"        wrong |= not (({value} >= low) & ({value} <= high))"
        yield "    if wrong:"
        yield f"        return {WRONG}"

    def _all(self, node: Node) -> str:
        return "many" if node.space == self.group else "persons"

    def _rows(self, node: Node) -> str:
        """Return which rows of an array are those of a block."""
        of_group = node.space == self.group
        return "first_group : first_group + many" if of_group else "first:last"

    def _items(self, section: Section) -> Iterator[Item]:
        """Yield what is done in a section: values, answers, lists, and what groups gather."""
        for node in self.nodes:
            is_placed = node.space == self.group or node.number in self.late
            if _is_worked_out(node) and is_placed and self._place(node) == section:
                line = f"{_text(node)} = {self._expression(node)}"
                yield Item([line], node.args, self.guard[node.number], node)
            elif node.op in GATHERED and section == (self.stage[node.number], False):
                yield self._gathering(node)
        for place, (_, node) in enumerate(self.outputs):
            if self._place(node) == section:
                lines = [f"out{place}_[i] = {_text(node)}"]
                if node.dtype.kind == "f":
                    lines.append(f"is_no_number |= {_text(node)} != {_text(node)}")
                yield Item(lines, (node,), ())
        for chain in self.listed:
            if max(self._place(each) for each, _ in chain) == section:
                lengths = range(len(chain) - 1, 0, -1)
                among = next((chain[:n] for n in lengths if chain[:n] in self.listed), ())
                left = chain[len(among) :]
                holds = " & ".join(
                    _text(each) if yes else f"(not {_text(each)})" for each, yes in left
                )
                lines = [
                    f"{_list(chain)}[{_count(chain)}] = i",
                    f"{_count(chain)} += np.uint64({holds})",
                ]
                nodes = tuple(each for each, _ in left)
                yield Item(lines, nodes, among, lists=chain, is_in_turn=True)

    def _gathering(self, node: Node) -> Item:
        """Return how a group takes up what one of its people gives."""
        guard, target = self.guard[~node.number], f"kept{node.number}[g]"
        value = _text(node.args[0])
        left = [_text(each[0]) for each in self.givers[node.number] if each not in guard]
        if node.op == "nth":
            left = [f"(place[i] == {node.detail[1]})"]
        condition = " & ".join(left)
        if node.op == "sum":
            line = f"{target} += {value}"
        elif node.op == "reduce":
            line = f"{target} = {_STEPS[node.detail[1]].format(target, value)}"
        else:
            line = f"{target} = {self._typed(node, value)}"
        lines = [f"if {condition}:", f"    {line}"] if left else [line]
        return Item(lines, self._given(node), guard, is_in_turn=True)

    def _reading(self, part: Loop | Ranking) -> list[str]:
        """Return how a loop reads what it needs and does not work out itself."""
        if isinstance(part, Ranking):
            needs, local = list(part.needs), {node.number for node in part.worked_out}
        else:
            items = list(items_in(part.inner))
            local = {item.sets.number for item in items if item.sets is not None}
            needs = [node for item in items for node in item.needs]
            needs += [each.condition for each in branches_in(part.inner)]
        known = {} if isinstance(part, Ranking) else dict(part.listed)
        lines = []
        for node in {each.number: each for each in needs}.values():
            if node in known:
                lines.append(f"{_text(node)} = {known[node]}")
            elif not is_constant(node) and node.number not in local:
                lines.append(f"{_text(node)} = {self._read(node, 'i')}")
        return lines

    def _read(self, node: Node, index: str) -> str:
        """Return how the value of a person or group is read."""
        if node.op == "project":
            return self._read(node.args[0], "g")
        if node.op == "role":
            return " | ".join(f"(role[{index}] == {role})" for role in node.detail[1])
        if is_constant(node):
            return literal(node)
        if _is_quick(node) and node.op not in _INPUTS:
            return self._expression(node, lambda arg: self._read(arg, index))
        return f"{self._array_of(node)}[{index}]"

    def _array_of(self, node: Node) -> str:
        """Return the array in which values are read that one loop has of another, or of facts."""
        if node.op in _INPUTS:
            return f"{self.array[node.number]}_"
        if node.op in {"position", "size"}:
            return "place" if node.op == "position" else "size"
        self.kept[node.number] = node
        return f"kept{node.number}"

    def _loop(self, loop: Loop, reading: list[str]) -> list[str]:
        """Write a loop over people or groups."""
        lines = [f"for i in range({'many' if loop.among_groups else 'persons'}):"]
        if loop.listed:
            lines = [f"for j in range({_count(loop.listed)}):", f"    i = {_list(loop.listed)}[j]"]
        own = [] if loop.among_groups else ["g = of[i]"]
        first = [f"{_text(node)} = np.{type_name(node)}(0)" for node in loop.beginnings]
        inner = self._written(loop.inner)
        return [*lines, *(f"    {line}" for line in [*own, *reading, *first, *inner])]

    def _written(self, parts: Iterable[Item | Branch]) -> Iterator[str]:
        for part in parts:
            if isinstance(part, Branch):
                yield f"if {'' if part.holds else 'not '}{_text(part.condition)}:"
                yield from (f"    {line}" for line in self._written(part.inner))
                continue
            yield from part.lines
            if part.sets is not None and part.sets.number in self.kept:
                yield f"kept{part.sets.number}[i] = {_text(part.sets)}"

    def _ranking(self, ranking: Ranking, reading: list[str]) -> list[str]:
        """Write ranks: how many of those who are ranked come before one; equals in their order."""
        chain = next(each for each in self.listed if each[-1] == (ranking.among, True))
        listed, ranks = _list(chain), ranking.ranks
        keys = [f"{_text(node)} = {self._expression(node)}" for node in ranking.worked_out]
        keys += [f"key{rank.number}[n] = {_text(rank.args[0])}" for rank in ranks]
        keys += [f"before{rank.number}[n] = 0" for rank in ranks]
        compared = [
            line.format(rank=rank.number)
            for rank in ranks
            for line in (
                "before{rank}[n] += key{rank}[m] <= key{rank}[n]",
                "before{rank}[m] += key{rank}[n] < key{rank}[m]",
            )
        ]
        return [
            "begin = 0",
            f"ranked = np.int64({_count(chain)})",
            "for n in range(ranked):",
            f"    i = {listed}[n]",
            "    g = of[i]",
            *(f"    {line}" for line in [*reading, *keys]),
            f"    if g != of[{listed}[begin]]:",
            "        begin = n",
            "    for m in range(begin, n):",
            *(f"        {line}" for line in compared),
            "for n in range(ranked):",
            *(f"    kept{rank.number}[{listed}[n]] = before{rank.number}[n]" for rank in ranks),
        ]

    def _neutral(self, node: Node) -> str:
        """Return what a group has from nobody."""
        if node.op == "sum":
            return "0.0"
        if node.op == "reduce":
            return _NEUTRAL[node.detail[1]]
        return self._typed(node, repr(node.detail[-1]))

    def _typed(self, node: Node, value: str) -> str:
        return f"np.{type_name(node)}({value})"

    def _expression(self, node: Node, text: Callable[[Node], str] | None = None) -> str:
        args = list(map(text or _text, node.args))
        return expression(node, [*args, self.array[node.number]] if node.op == "table" else args)


def _text(node: Node) -> str:
    """Return how the value of a node is written in a loop."""
    return literal(node) if is_constant(node) else f"v{node.number}"


def _list(chain: Chain) -> str:
    """Return the array of those for whom conditions hold, or do not."""
    return "_".join(f"{'with' if holds else 'without'}{node.number}" for node, holds in chain)


def _count(chain: Chain) -> str:
    return f"number_{_list(chain)}"


def _is_worked_out(node: Node) -> bool:
    gathered = node.op in GATHERED | {"rank"}
    return not (is_constant(node) or gathered or node.op in _READ)


def _is_quick(node: Node, steps: int = 2) -> bool:
    """Tell whether a value is worked out of facts as quickly as it is kept and read again."""
    if is_constant(node) or node.op in _INPUTS:
        return True
    return node.op in _QUICK and steps > 0 and all(_is_quick(arg, steps - 1) for arg in node.args)


def _entity(node: Node) -> str:
    """Return the kind of group that an operation between persons and groups is about."""
    if node.op in {"sum", "size", "project", "position", "rank"}:
        return str(node.detail)
    return str(node.detail[0]) if node.op in {"nth", "unique", "reduce", "role"} else ""
