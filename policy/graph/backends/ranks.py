"""Ranks in compiled code: who is ranked, by what, and in how large groups it tells anything.

A law that asks whether a child is the third asks nothing in a family of two: whatever the ranks
are, the answers are the same. So ranks are worked out in larger groups alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph.nodes import is_constant
from policy.graph.ops import ELEMENTWISE, run

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from policy.graph.nodes import Node

#: In larger groups ranks are always worked out.
_MOST = 64
_NO_PEOPLE: Any = None


@dataclass(frozen=True)
class Ranking:
    """Ranks of the same people.

    Attributes:
        among: the condition of those who are ranked.
        ranks: the nodes of ranks.
        alike: up to so many of a group, every order gives the same answers.
        worked_out: what is worked out of each person to rank by, in order.
        needs: what that is read from.

    """

    among: Node
    ranks: tuple[Node, ...]
    alike: int
    worked_out: tuple[Node, ...]
    needs: tuple[Node, ...]

    @property
    def local(self) -> Iterator[int]:
        """The numbers of what is worked out."""
        return (node.number for node in self.worked_out)


def rankings(
    nodes: Sequence[Node], answers: Collection[Node], stage: dict[int, int]
) -> list[Ranking]:
    """Return the rankings of a graph.

    Args:
        nodes: the live nodes, each after those it works on.
        answers: those that are asked for.
        stage: when each becomes known, by its number; ranks of one stage are found together.

    """
    together: dict[tuple[int, int], list[Node]] = defaultdict(list)
    for node in nodes:
        if node.op == "rank":
            together[stage[node.number], node.args[1].number].append(node)
    return [_ranking(tuple(ranks), nodes, answers) for ranks in together.values()]


def _ranking(ranks: tuple[Node, ...], nodes: Sequence[Node], answers: Collection[Node]) -> Ranking:
    worked_out: dict[int, Node] = {}
    needs: dict[int, Node] = {}
    todo = [rank.args[0] for rank in ranks]
    while todo:
        node = todo.pop()
        if node.op in ELEMENTWISE:
            worked_out[node.number] = node
            todo += node.args
        elif not is_constant(node):
            needs[node.number] = node
    alike = min(_alike(rank, nodes, answers) for rank in ranks)
    in_order = tuple(worked_out[number] for number in sorted(worked_out))
    return Ranking(ranks[0].args[1], ranks, alike, in_order, tuple(needs.values()))


def _alike(rank: Node, nodes: Sequence[Node], answers: Collection[Node]) -> int:
    """Return how many of a group can be ranked in any way, and what rests on it is the same.

    What depends on the rank alone is worked out for each rank; those who are not ranked have none.
    """
    values: dict[int, Any] = {rank.number: np.arange(_MOST), rank.args[1].number: np.bool_(True)}
    last = {answer.number for answer in answers}
    for node in nodes:
        of_rank = [arg for arg in node.args if np.ndim(values.get(arg.number))]
        if not of_rank:
            continue
        if node.op in ELEMENTWISE and all(is_constant(a) or a.number in values for a in node.args):
            args = tuple(a.detail if is_constant(a) else values[a.number] for a in node.args)
            values[node.number] = run(node.op, _NO_PEOPLE, args, node.detail)
        else:
            last |= {arg.number for arg in of_rank}
    found = [values[number] for number in last if np.ndim(values.get(number))]
    differ = [np.flatnonzero(each != each[0]) for each in found]
    return min((int(places[0]) for places in differ if len(places)), default=_MOST)
