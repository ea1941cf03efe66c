"""A linked graph written as one compiled loop: group after group, each with its people.

Within a group the work goes in stages. A stage has a loop over the people, which also gathers what
they give the group, and then the group's own values; a later stage begins where people need what
the group has. Only people's values that a later stage needs are kept, for one group at a time.
What is needed under a condition alone (:mod:`policy.graph.backends.guards`) stands under an ``if``.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from policy.graph.backends.expressions import UnsupportedError, expression, literal, type_name
from policy.graph.backends.guards import guards
from policy.graph.nodes import is_constant, live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policy.graph.backends.guards import Chain
    from policy.graph.nodes import Node
    from policy.graph.tables import Tabulated
    from policy.legislation.people import Array, Slot

    #: A stage, and whether the group's part of it.
    Section = tuple[int, bool]

#: Groups that are worked on at a time by one processor.
BLOCK = 4096

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
_FROM_MEMBERS = frozenset({"sum", "nth", "unique", "reduce"})
_INPUTS = frozenset({"input", "given"})
#: Nodes that are read wherever they are needed.
_READ = _INPUTS | {"role", "position", "size", "project"}
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


@dataclass
class _Item:
    """Lines of a section that stand together: they set a variable, or use some.

    Attributes:
        lines: what is written.
        needs: the nodes whose variables are used.
        guard: under which conditions it is done.
        sets: the node whose variable is set.
        block: where it was written: the numbers of the ``if`` blocks it stands in.

    """

    lines: list[str]
    needs: tuple[Node, ...]
    guard: Chain
    sets: Node | None = None
    block: tuple[int, ...] = field(default=())


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
        self.group = groups.pop()
        self.inputs = [node for node in self.nodes if node.op in _INPUTS]
        self.tables = [node for node in self.nodes if node.op == "table"]
        self.array = {node.number: f"in{place}" for place, node in enumerate(self.inputs)}
        self.array |= {node.number: f"table{place}" for place, node in enumerate(self.tables)}
        self.stage: dict[int, int] = {}
        for node in self.nodes:
            later = 1 if node.op in {"project", "rank"} else 0
            stages = [self.stage[arg.number] for arg in node.args]
            self.stage[node.number] = max(stages, default=-later) + later
        self.ranks = [node for node in self.nodes if node.op == "rank"]
        self.ranked = {node.args[1].number: node.args[1] for node in self.ranks}
        self.late = self._as_late_as_possible(person)
        self.guard = guards(
            self.nodes,
            [node for _, node in self.outputs],
            lambda one, other: self._place(one) <= self._place(other),
        )
        self.kept = {
            arg.number
            for node in self.nodes
            for arg in (node.args[:1] if node.op == "rank" else node.args)
            if arg.space == person
            and arg.op not in _READ
            and (node.op == "rank" or self._place(arg) != self._use(node))
        } | {node.number for node in self.ranks}
        self.kept |= {
            condition.number
            for node in self.nodes
            for condition, _ in self.guard.get(node.number, ())
            if condition.space == person
            and condition.op not in _READ
            and self._place(condition) != self._place(node)
        }

    def _as_late_as_possible(self, person: str) -> dict[int, int]:
        """Return the stage in which people's values are worked out: the first that needs them."""
        late = {node.number: self.stage[node.number] for _, node in self.outputs}
        for node in reversed(self.nodes):
            if node.space == person and _is_worked_out(node):
                stage = late[node.number]
            else:
                stage = self.stage[node.number] - (node.op == "rank")
            for arg in node.args:
                late[arg.number] = min(late.get(arg.number, stage), stage)
        return {
            node.number: late[node.number]
            for node in self.nodes
            if node.space == person and _is_worked_out(node)
        }

    def _place(self, node: Node) -> Section:
        """Return the section in which a node's value becomes known."""
        stage = self.late.get(node.number, self.stage[node.number])
        return stage, node.space == self.group

    def _use(self, node: Node) -> Section:
        """Return the section in which a node's arguments are read."""
        among_group = node.space == self.group and node.op not in _FROM_MEMBERS
        return self._place(node)[0], among_group

    def program(self) -> Program:
        """Write the kernel."""
        arrays = [*self.array.values(), *(f"out{place}" for place in range(len(self.outputs)))]
        arguments = ", ".join(["starts", "role_of", *arrays])
        body = ["start = starts[g]", "count = starts[g + 1] - start"]
        body += [f"counted{number} = 0" for number in self.ranked]
        for node in self.inputs:
            if node.space == self.group:
                body.append(f"{self._variable(node)} = {self.array[node.number]}[g]")
        for stage in range(max(self.stage.values(), default=0) + 1):
            body += [*self._ranking(stage), *self._of_people(stage), *self._of_group(stage)]
        kept = [
            f"    kept{node.number} = np.empty(most, np.{type_name(node)})"
            for node in self.nodes
            if node.number in self.kept
        ]
        lines = [
            *_HEAD,
            "@njit(cache=True, error_model='numpy', nogil=True)",
            f"def block(first_group, last_group, {arguments}):",
            "    wrong = False",
            "    most = 0",
            "    for g in range(first_group, last_group):",
            "        most = max(most, starts[g + 1] - starts[g])",
            *(f"    among{number} = np.empty(most, np.int64)" for number in self.ranked),
            *kept,
            "    for g in range(first_group, last_group):",
            *(f"        {line}" for line in body),
            "    return wrong",
            "",
            "",
            "@njit(parallel=True, cache=True, nogil=True)",
            f"def kernel(wrong, {arguments}):",
            "    for number in prange(len(wrong)):",
            f"        first = number * {BLOCK}",
            f"        last = min(first + {BLOCK}, len(starts) - 1)",
            f"        wrong[number] = block(first, last, {arguments})",
        ]
        return Program(
            "\n".join(lines) + "\n",
            self.group,
            tuple(self.inputs),
            tuple(node.detail for node in self.tables),
            tuple(self.outputs),
            tuple(self.known),
        )

    def _of_people(self, stage: int) -> list[str]:
        """Write the loop over a group's people in a stage."""
        section = (stage, False)
        gathered = [
            node
            for node in self.nodes
            if node.op in _FROM_MEMBERS and self.stage[node.number] == stage
        ]
        items = [*self._worked_out(section), *self._checked(section)]
        items += [*map(self._gathering, gathered), *self._counted(section)]
        lines = _arranged(self._with_reading(items, section), self._variable_in(section))
        if not lines:
            return []
        before = [f"{self._variable(node)} = {self._neutral(node)}" for node in gathered]
        loop = [f"    {line}" for line in ("p = start + i", *lines)]
        return [*before, "for i in range(count):", *loop]

    def _of_group(self, stage: int) -> list[str]:
        """Write the group's own values in a stage."""
        section = (stage, True)
        items = [*self._worked_out(section), *self._checked(section)]
        return _arranged(items, self._variable_in(section), self._needed_later(section))

    def _needed_later(self, section: Section) -> set[int]:
        """Return the group's values that are read after a section."""
        return {
            arg.number
            for node in self.nodes
            for arg in node.args
            if arg.space == self.group and self._use(node) > section
        }

    def _worked_out(self, section: Section) -> Iterator[_Item]:
        """Yield the nodes of a section, each with where its value is kept, and the answers."""
        text = self._variable_in(section)
        for node in self.nodes:
            if self._place(node) != section or not _is_worked_out(node):
                continue
            value = f"{text(node)} = {self._expression(node, text)}"
            lines = [value]
            if node.number in self.kept:
                lines.append(f"kept{node.number}[i] = {text(node)}")
            yield _Item(lines, node.args, self.guard[node.number], node)
        index = "g" if section[1] else "p"
        for place, (_, node) in enumerate(self.outputs):
            if self._place(node) == section:
                yield _Item([f"out{place}[{index}] = {text(node)}"], (node,), ())

    def _checked(self, section: Section) -> Iterator[_Item]:
        """Yield the checks that dates have a place in the tables."""
        for node in self.dates:
            if self._place(node) == section:
                text = self._variable_in(section)(node)
                yield _Item([f"wrong |= not has_place({text})"], (node,), ())

    def _with_reading(self, items: list[_Item], section: Section) -> list[_Item]:
        """Add the reading of what a loop over people needs, and does not work out itself."""
        there = {item.sets.number for item in items if item.sets is not None}
        read: dict[int, _Item] = {}
        for item in items:
            conditions = (condition for condition, _ in item.guard)
            for node in (*item.needs, *conditions):
                if is_constant(node) or node.op == "project" or node.space == self.group:
                    continue
                if node.number in there or node.number in read:
                    continue
                value = f"{self._variable_in(section)(node)} = {self._at(node, 'i')}"
                read[node.number] = _Item([value], (), (), node)
        return [*read.values(), *items]

    def _variable_in(self, section: Section) -> Callable[[Node], str]:
        """Return how the value of a node is written in a section."""

        def text(node: Node) -> str:
            if is_constant(node):
                return literal(node)
            if node.op == "project":
                return text(node.args[0])
            if node.space == self.group:
                return self._variable(node)
            return f"v{node.number}_{section[0]}"

        return text

    def _variable(self, node: Node) -> str:
        """Return the variable of a group's value."""
        return "count" if node.op == "size" else f"g{node.number}"

    def _at(self, node: Node, index: str) -> str:
        """Return how the value of a person is read who stands at an index in the group."""
        if is_constant(node):
            return literal(node)
        if node.op == "project":
            return self._variable_in((0, True))(node.args[0])
        if node.op == "position":
            return index
        if node.op == "role":
            return " | ".join(f"(role_of[start + {index}] == {role})" for role in node.detail[1])
        if node.op in _INPUTS:
            return f"{self.array[node.number]}[start + {index}]"
        return f"kept{node.number}[{index}]"

    def _neutral(self, node: Node) -> str:
        """Return what a group has from nobody."""
        if node.op == "sum":
            return "0.0"
        if node.op == "reduce":
            return _NEUTRAL[node.detail[1]]
        return self._typed(node, repr(node.detail[-1]))

    def _gathering(self, node: Node) -> _Item:
        """Return how a group takes up what one of its people gives."""
        text = self._variable_in((self.stage[node.number], False))
        value, *only = map(text, node.args)
        name = self._variable(node)
        if node.op == "sum":
            line = f"{name} += {value}"
        elif node.op == "reduce":
            line = f"{name} = {_STEPS[node.detail[1]].format(name, value)}"
        else:
            line = f"{name} = {self._typed(node, value)}"
        if node.op == "nth":
            only = [f"i == {node.detail[1]}"]
        lines = [f"if {only[0]}:", f"    {line}"] if only else [line]
        return _Item(lines, node.args, ())

    def _counted(self, section: Section) -> Iterator[_Item]:
        """Yield the counting of those who are ranked, in the section where it is known."""
        text = self._variable_in(section)
        for number, condition in self.ranked.items():
            if self._place(condition) == section:
                lines = [f"kept{node.number}[i] = -1" for node in self._ranks_of(condition)]
                lines.append(f"among{number}[counted{number}] = i")
                lines.append(f"counted{number} += np.int64({text(condition)})")
                yield _Item(lines, (condition,), ())

    def _ranks_of(self, condition: Node) -> list[Node]:
        return [node for node in self.ranks if node.args[1] is condition]

    def _ranking(self, stage: int) -> Iterator[str]:
        """Write ranks: how many of those who are ranked come before one; equals in their order."""
        for number, condition in self.ranked.items():
            ranks = [r for r in self._ranks_of(condition) if self.stage[r.number] == stage]
            if not ranks:
                continue
            yield f"for j in range(counted{number}):"
            yield f"    one = among{number}[j]"
            yield from (f"    before{rank.number} = 0" for rank in ranks)
            yield f"    for k in range(counted{number}):"
            yield f"        other = among{number}[k]"
            for rank in ranks:
                mine, other = (self._at(rank.args[0], each) for each in ("one", "other"))
                before = f"({other} < {mine}) | (({other} == {mine}) & (k < j))"
                yield f"        before{rank.number} += {before}"
            yield from (f"    kept{rank.number}[one] = before{rank.number}" for rank in ranks)

    def _typed(self, node: Node, value: str) -> str:
        return f"np.{type_name(node)}({value})"

    def _expression(self, node: Node, text: Callable[[Node], str]) -> str:
        args = list(map(text, node.args))
        return expression(node, [*args, self.array[node.number]] if node.op == "table" else args)


def _is_worked_out(node: Node) -> bool:
    gathered = node.op in _FROM_MEMBERS | {"rank"}
    return not (is_constant(node) or gathered or node.op in _READ)


def _entity(node: Node) -> str:
    """Return the kind of group that an operation between persons and groups is about."""
    if node.op in {"sum", "size", "project", "position", "rank"}:
        return str(node.detail)
    return str(node.detail[0]) if node.op in {"nth", "unique", "reduce", "role"} else ""


def _arranged(
    items: Iterable[_Item], text: Callable[[Node], str], needed_later: Iterable[int] = ()
) -> list[str]:
    """Write items in an order in which each has what it needs, those of one guard together."""
    arranging = _Arranging(list(items), text)
    lines = arranging.lines((), ())
    return [*arranging.beginnings(set(needed_later)), *lines]


class _Arranging:
    def __init__(self, items: list[_Item], text: Callable[[Node], str]) -> None:
        self.items = items
        self.text = text
        self.setting = {item.sets.number: item for item in items if item.sets is not None}
        self.ready: dict[Chain, deque[_Item]] = defaultdict(deque)
        self.waiting: dict[int, int] = {}
        self.users: dict[int, list[_Item]] = defaultdict(list)
        self.blocks = 0
        for item in items:
            needs = {node.number for node in self._needs(item)}
            self.waiting[id(item)] = len(needs)
            for number in needs:
                self.users[number].append(item)
            if not needs:
                self.ready[item.guard].append(item)

    def _needs(self, item: _Item) -> Iterator[Node]:
        """Yield what an item needs that others of the section set."""
        for node in (*item.needs, *(condition for condition, _ in item.guard)):
            if node.number in self.setting:
                yield node

    def lines(self, guard: Chain, block: tuple[int, ...]) -> list[str]:
        """Write what can be done under a guard, and then what has more conditions."""
        written: list[str] = []
        while True:
            while self.ready[guard]:
                item = self.ready[guard].popleft()
                item.block = block
                written += item.lines
                self._release(item)
            deeper = next((each for each in self.ready if self._is_deeper(each, guard)), None)
            if deeper is None:
                return written
            condition, holds = deeper[len(guard)]
            self.blocks += 1
            inner = self.lines((*guard, (condition, holds)), (*block, self.blocks))
            written.append(f"if {'' if holds else 'not '}{self.text(condition)}:")
            written += [f"    {line}" for line in inner]

    def _is_deeper(self, chain: Chain, guard: Chain) -> bool:
        length = len(guard)
        return len(chain) > length and chain[:length] == guard and bool(self.ready[chain])

    def _release(self, item: _Item) -> None:
        for user in self.users[item.sets.number] if item.sets is not None else ():
            self.waiting[id(user)] -= 1
            if not self.waiting[id(user)]:
                self.ready[user.guard].append(user)

    def beginnings(self, needed_later: set[int]) -> Iterator[str]:
        """Write a first value for each variable that is set under an ``if`` and read outside it."""
        for number, item in self.setting.items():
            if not item.block or item.sets is None:
                continue
            inside = all(user.block[: len(item.block)] == item.block for user in self.users[number])
            if not inside or number in needed_later:
                yield f"{self.text(item.sets)} = np.{type_name(item.sets)}(0)"
