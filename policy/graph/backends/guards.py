"""Guards: under which conditions the value of a node is needed at all.

``where(condition, x, 0)`` needs ``x`` only where the condition holds, and ``a & b`` needs ``b``
only where ``a`` does. What is needed at several places has the guard that they share. A guard is a
chain of conditions, the outermost first; each is a node and whether it must hold or must not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from policy.graph.nodes import is_constant
from policy.graph.ops import CONJUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from policy.graph.nodes import Node

#: Conditions, the outermost first: the node, and whether it must hold.
Chain: TypeAlias = "tuple[tuple[Node, bool], ...]"

#: More conditions than this are not looked at.
_DEEPEST = 12
#: Work that is worth a branch, and that is worth a list of those it is done for.
_A_BRANCH, _A_LIST = 8, 24
#: What operations cost; one where they are not named.
_COSTS = {"divide": 4, "remainder": 8, "floor_divide": 8, "table": 8, "project": 0}
_DISJUNCTIONS = frozenset({"bitwise_or", "logical_or"})
#: Operations by which a group takes up what people give: if there is a second argument, what those
#: give for whom it holds.
GATHERED = frozenset({"sum", "nth", "unique", "reduce"})


@dataclass(frozen=True)
class Guards:
    """Guards, and which of them are worth a list.

    Attributes:
        of: the guard of each node, by its number; of what people give to a group, by ``~number``.
        listed: the guards for which it is worth to list those for whom the conditions hold. Others
            begin with one of these, and have branches.

    """

    of: dict[int, Chain]
    listed: Collection[Chain]


def guards(
    nodes: Sequence[Node], answers: Collection[Node], known: Callable[[Node, Node], bool]
) -> Guards:
    """Return the guards of nodes.

    Args:
        nodes: the live nodes, each after those it works on.
        answers: those that are asked for, and so always needed.
        known: tells whether a first node can be known where a second is worked out.

    """
    needs = Needs(nodes)
    worked_out = [node for node in nodes if not is_constant(node)]
    shared: dict[int, Chain] = {node.number: () for node in answers}
    for node in reversed(worked_out):
        if node.number not in shared:  # (a conjunction of which the parts alone are needed)
            continue
        if node.op in GATHERED:
            shared[~node.number] = _cut(needs.holding(node.args[1:]), node, known)
        for arg, needed in needs.of(node, shared[node.number]):
            if is_constant(arg):
                continue
            before = shared.get(arg.number)
            common = needed if before is None else _common(before, needed)
            shared[arg.number] = _cut(common, arg, known)
    return _worthwhile(worked_out, shared)


class Needs:
    """What nodes need, and under which conditions."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.users = Counter(arg.number for node in nodes for arg in node.args)
        self.depths: dict[int, int] = {}
        for node in nodes:
            depths = (self.depths[arg.number] for arg in node.args)
            self.depths[node.number] = 1 + max(depths, default=-1)

    def of(self, node: Node, chain: Chain) -> Iterator[tuple[Node, Chain]]:
        """Yield what a node works on, with the guard of this need."""
        if node.op == "where":
            condition, if_true, if_false = node.args
            yield condition, chain
            yield if_true, _extended(chain, self.holding([condition]))
            yield if_false, _extended(chain, ((condition, False),))
        elif _is_joined(node):
            for part in self._parts(node):
                yield part, chain
                more = self.holding([part]) if _is_and(node) else ((part, False),)
                chain = _extended(chain, more)
        elif node.op in GATHERED | {"rank"} and len(node.args) > 1:
            conditions = self.holding(node.args[1:])
            for place, (condition, _) in enumerate(conditions):
                yield condition, conditions[:place]
            yield node.args[0], conditions
        else:
            inside = chain if all(arg.space in {node.space, ""} for arg in node.args) else ()
            for arg in node.args:
                yield arg, inside

    def _parts(self, node: Node) -> list[Node]:
        """Return the parts of a conjunction, or disjunction: first those that many need."""
        return sorted(node.args, key=lambda arg: (-self._most(arg, node), self.depths[arg.number]))

    def _most(self, part: Node, whole: Node) -> int:
        """Return how many need a part of a condition, or one of the parts that it has itself."""
        most = self.users[part.number]
        while _is_joined(part) and _is_and(part) == _is_and(whole):
            part = max(part.args, key=lambda arg: self.users[arg.number])
            most = max(most, self.users[part.number])
        return most

    def holding(self, conditions: Iterable[Node]) -> Chain:
        """Return the chain of conditions that hold: of a conjunction its parts.

        A conjunction that several need is worked out, and stands after such parts of it.
        """
        found: dict[tuple[Node, bool], None] = {}
        todo = [(condition, False) for condition in conditions]
        while todo:
            node, parts_done = todo.pop()
            if not (_is_joined(node) and _is_and(node)) or parts_done:
                found[node, True] = None
                continue
            parts = self._parts(node)
            if self._is_shared(node):
                parts = [each for each in parts if _is_joined(each) and _is_and(each)]
                todo.append((node, True))
            todo += ((part, False) for part in reversed(parts))
        return tuple(found)

    def _is_shared(self, condition: Node) -> bool:
        return self.users[condition.number] > 1


def _extended(chain: Chain, more: Chain) -> Chain:
    return tuple(dict.fromkeys((*chain, *more)))


def _is_joined(node: Node) -> bool:
    return node.op in CONJUNCTIONS | _DISJUNCTIONS and node.dtype.kind == "b"


def _is_and(node: Node) -> bool:
    return node.op in CONJUNCTIONS


def _common(one: Chain, other: Chain) -> Chain:
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return one[:length]


def _cut(chain: Chain, node: Node, known: Callable[[Node, Node], bool]) -> Chain:
    """Leave out the conditions that are not known where a node is worked out."""
    for length, (condition, _) in enumerate(chain[:_DEEPEST]):
        if is_constant(condition) or not known(condition, node):
            return chain[:length]
    return chain[:_DEEPEST]


def _worthwhile(nodes: Sequence[Node], shared: dict[int, Chain]) -> Guards:
    """Leave out the conditions that save little more than the next one does."""
    saved: dict[Chain, int] = defaultdict(int)
    for node in nodes:
        chain = shared.get(node.number, ())
        for length in range(1, len(chain) + 1):
            saved[chain[:length]] += _COSTS.get(node.op, 1)
    most_of_it: dict[Chain, int] = defaultdict(int)
    for chain, cost in saved.items():
        most_of_it[chain[:-1]] = max(most_of_it[chain[:-1]], cost)
    kept: dict[Chain, Chain] = {(): ()}
    listed: set[Chain] = {()}
    for chain in sorted(set(shared.values()), key=len):
        for length in range(1, len(chain) + 1):
            part, before = chain[:length], kept[chain[: length - 1]]
            if part in kept:
                continue
            worth = saved[part] - most_of_it[part]
            is_kept = worth >= (_A_LIST if not before else _A_BRANCH)
            kept[part] = (*before, part[-1]) if is_kept else before
            if worth >= _A_LIST and before in listed:
                listed.add(kept[part])
    of = {number: kept[chain] for number, chain in shared.items()}
    for number, chain in shared.items():
        if number < 0 and chain and not of[number]:
            of[number] = chain  # (what some give is looked for among them alone)
            listed.add(chain)
    return Guards(of, listed - {()})
