"""Which expressions become columns of which steps, in which order.

People and groups have a chain of steps each. Every step has all columns of the one before it, and
some more: those of one variable. The chains are woven in stages: people's columns, what groups
gather from them, the groups' columns, what people have of their groups, and again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy.graph.backends.sql.idioms import ROUND_HALF_UP
from policy.graph.backends.sql.numbers import Numbers
from policy.graph.build import TO_GROUP
from policy.graph.nodes import is_constant, live

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from policy.graph.nodes import Node
    from policy.legislation.people import Slot

#: Nodes that a chain begins with: they are columns of tables, or of one beside them.
INPUTS = frozenset({"input", "given"})
ROLES = frozenset({"role", "position"})
#: Nodes that are columns wherever they are used.
_RELATIONS = TO_GROUP | {"project", "rank"}
#: Operations that are written so that an argument stands in them several times.
_REPEATING = {"remainder": 3, "floor_divide": 3, "scale": 4, "after": 4}
#: An expression of more operations than this is worked out once.
_ONCE = 1
#: An expression of more operations than this is hard to read, and for some databases too deep.
_MOST = 400


@dataclass
class Section:
    """Columns that a chain gains together.

    Attributes:
        entity: whose chain it is.
        kind: how the columns come about: ``values``, ``gathered`` or ``projected``.
        steps: the columns, step by step.

    """

    entity: str
    kind: str
    steps: tuple[list[Node], ...]


VALUES, GATHERED, PROJECTED = "values", "gathered", "projected"


@dataclass(frozen=True)
class Layout:
    """The columns of a statement.

    Attributes:
        inputs: what is read from tables, by the entity's key.
        columns: the numbers of all nodes that are columns.
        owner: the variable whose formula a node is part of, by its number.
        sections: the columns that are worked out, in order.
        last_use: the place of the last section that reads a column, by the column's number.

    """

    inputs: dict[str, list[Node]]
    columns: frozenset[int]
    owner: dict[int, Slot]
    sections: list[Section]
    last_use: dict[int, int]


def laid_out(
    definitions: Mapping[Slot, Node], outputs: Iterable[Node], person: str, *, wide: bool = False
) -> Layout:
    """Lay out the columns that outputs need.

    Args:
        definitions: what variables are computed from, each after those it needs.
        outputs: what is asked for.
        person: the key of the entity of people.
        wide: whether a step has all that can be worked out at once, not one variable alone.

    """
    return _LayingOut(definitions, list(outputs), person, wide=wide).layout()


class _LayingOut:
    def __init__(
        self,
        definitions: Mapping[Slot, Node],
        outputs: list[Node],
        person: str,
        *,
        wide: bool,
    ) -> None:
        self.person = person
        self.wide = wide
        self.outputs = outputs
        self.definitions = dict(definitions)
        self.needed = self._needed()
        self.owner: dict[int, Slot] = {}
        self.nodes: list[Node] = []
        for slot in self.needed:
            for node in live([self.definitions[slot]]):
                if node.number not in self.owner:
                    self.owner[node.number] = slot
                    self.nodes.append(node)
        for node in outputs:
            if node.op in INPUTS and node.number not in self.owner:
                self.owner[node.number] = node.detail
                self.nodes.append(node)
        self.roots = {self.definitions[slot].number for slot in self.needed}
        self.numbers = Numbers(lambda node: column_of(node, self.definitions))
        self.columns = self._columns()
        self.stage: dict[int, int] = {}
        self._stages()

    def _needed(self) -> list[Slot]:
        """List the variables that outputs need, each after those it needs."""
        needed: set[Slot] = set()
        todo = [node.detail for node in self.outputs if node.op == "value"]
        while todo:
            slot = todo.pop()
            if slot not in needed:
                needed.add(slot)
                nodes = live([self.definitions[slot]])
                todo += (node.detail for node in nodes if node.op == "value")
        return [slot for slot in self.definitions if slot in needed]

    def _columns(self) -> frozenset[int]:
        """Choose what becomes a column: relations, variables, and what is worked out once."""
        uses: Counter[int] = Counter()
        for node in self.nodes:
            times = _REPEATING.get(node.op, 1)
            if node.op == ROUND_HALF_UP and self.numbers.may_be_negative(node.args[0]):
                times = 2
            for arg in node.args:
                uses[arg.number] += times
            if node.op == "rank":  # (who is ranked is written twice)
                uses[node.args[1].number] += 1
            if node.op == "sum" and node.args[0].dtype.kind == "f":  # (amounts that are none)
                uses[node.args[0].number] += 1
        found: set[int] = set()
        size: dict[int, int] = {}
        for node in self.nodes:
            if node.op in INPUTS | ROLES | _RELATIONS or node.number in self.roots:
                found.add(node.number)
            if node.op in _RELATIONS:
                found |= {arg.number for arg in node.args if _stands_alone(node, arg)}
            own = 0 if node.op == "value" or is_constant(node) or not node.args else 1
            size[node.number] = own + sum(
                0 if arg.number in found else size[arg.number] for arg in node.args
            )
            shared = uses[node.number] > 1 and size[node.number] > _ONCE
            if (shared or size[node.number] > _MOST) and not is_constant(node):
                found.add(node.number)
        return frozenset(found)

    def _stages(self) -> None:
        """Find out for each node the stage in which it can be worked out."""
        for node in self.nodes:
            if node.op == "value":
                root = self.definitions[node.detail].number
                self.stage[node.number] = self.stage[root]
                continue
            stages = [self.stage[arg.number] for arg in node.args]
            self.stage[node.number] = max(stages, default=0) + (node.op == "project")

    def layout(self) -> Layout:
        """Return the columns, section by section."""
        inputs: dict[str, list[Node]] = defaultdict(list)
        gained: dict[tuple[int, str, str], dict[Slot, list[Node]]] = defaultdict(dict)
        for node in self.nodes:
            if node.op in INPUTS | ROLES:
                inputs[node.space].append(node)
            elif node.number in self.columns:
                key = (self.stage[node.number], node.space, _kind(node))
                gained[key].setdefault(self.owner[node.number], []).append(node)
        sections = [
            Section(entity, kind, tuple(self._steps(kind, gained[stage, entity, kind])))
            for stage, entity, kind in sorted(gained, key=self._turn)
        ]
        return Layout(dict(inputs), self.columns, self.owner, sections, self._last_uses(sections))

    def _turn(self, key: tuple[int, str, str]) -> tuple[int, bool, str, int]:
        """Return when a section has its turn."""
        stage, entity, kind = key
        return stage, entity != self.person, entity, (PROJECTED, GATHERED, VALUES).index(kind)

    def _steps(self, kind: str, gained: dict[Slot, list[Node]]) -> Iterator[list[Node]]:
        """Yield the steps of a section: what is gathered or projected in one, then by variable."""
        together = [node for nodes in gained.values() for node in nodes]
        if kind != VALUES:
            yield together
            return
        for nodes in [together] if self.wide else gained.values():
            depths: dict[int, int] = {}
            by_depth: dict[int, list[Node]] = defaultdict(list)
            for node in nodes:
                before = [depths[each.number] for each in self.reads(node) if each.number in depths]
                depths[node.number] = 1 + max(before, default=-1)
                by_depth[depths[node.number]].append(node)
            yield from by_depth.values()

    def reads(self, node: Node) -> list[Node]:
        """Return the columns that the expression of a column reads."""
        return reads(node, self.columns, self.definitions)

    def _last_uses(self, sections: list[Section]) -> dict[int, int]:
        last: dict[int, int] = {}
        for place, section in enumerate(sections):
            for nodes in section.steps:
                for node in nodes:
                    for read in self.reads(node):
                        last[read.number] = place
        for node in self.outputs:
            last[column_of(node, self.definitions).number] = len(sections)
        return last


def reads(node: Node, columns: frozenset[int], definitions: Mapping[Slot, Node]) -> list[Node]:
    """Return the columns that the expression of a column reads."""
    found: dict[int, Node] = {}
    todo = list(node.args)
    while todo:
        arg = column_of(todo.pop(), definitions)
        if arg.number in columns:
            found[arg.number] = arg
        else:
            todo += arg.args
    return list(found.values())


def column_of(node: Node, definitions: Mapping[Slot, Node]) -> Node:
    """Return the node of the column that holds a variable."""
    return definitions[node.detail] if node.op == "value" else node


def _kind(node: Node) -> str:
    if node.op in TO_GROUP:
        return GATHERED
    return PROJECTED if node.op == "project" else VALUES


def _stands_alone(relation: Node, arg: Node) -> bool:
    """Tell whether what a relation works on must be a column of its own."""
    return relation.op == "project" and arg.op != "value" and not is_constant(arg)
