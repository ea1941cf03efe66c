"""Ranks in compiled code: who are ranked together, and by what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy.graph.nodes import is_constant
from policy.graph.ops import ELEMENTWISE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy.graph.nodes import Node


@dataclass(frozen=True)
class Ranking:
    """Ranks of the same people.

    Attributes:
        among: the condition of those who are ranked.
        ranks: the nodes of ranks.
        worked_out: what is worked out of each person to rank by, in order.
        needs: what that is read from.

    """

    among: Node
    ranks: tuple[Node, ...]
    worked_out: tuple[Node, ...]
    needs: tuple[Node, ...]


def rankings(nodes: Sequence[Node], stage: Mapping[int, int]) -> list[Ranking]:
    """Return the rankings of a graph.

    Args:
        nodes: the live nodes, each after those it works on.
        stage: when each becomes known, by its number; ranks of one stage are found together.

    """
    together: dict[tuple[int, int], list[Node]] = defaultdict(list)
    for node in nodes:
        if node.op == "rank":
            together[stage[node.number], node.args[1].number].append(node)
    return [_ranking(tuple(ranks)) for ranks in together.values()]


def _ranking(ranks: tuple[Node, ...]) -> Ranking:
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
    in_order = tuple(worked_out[number] for number in sorted(worked_out))
    return Ranking(ranks[0].args[1], ranks, in_order, tuple(needs.values()))
