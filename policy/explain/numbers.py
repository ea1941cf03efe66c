"""Which numbers of the law an answer took: not those of branches it did not go into.

A formula works on everybody, and reads the numbers of every branch. For one person or group the
conditions are known: of a choice one branch was taken, of a schedule some brackets were reached,
and what is multiplied by 0 adds nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import PolicyError
from policy.graph.engine import engine_of
from policy.graph.nodes import live
from policy.graph.ops import run
from policy.legislation.times import own_period

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policy.graph.nodes import Node
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import People, Slot

#: Schedules of which one bracket gives the answer.
_ONE_BRACKET = "SingleAmountTaxScale"


def numbers_taken(
    law: Legislation, people: People, asked: Slot, values: Mapping[Slot, Any], index: int
) -> list[str] | None:
    """Return the names of the parameters that a formula's answer took, in the formula's order.

    Args:
        law: the statute book.
        people: everybody.
        asked: the variable, and the period it was asked for.
        values: of each variable that the formula reads, an array over its entity.
        index: the person or group that the answer is about.

    Returns:
        The names; of a schedule those of the brackets reached. None where the formula is no
        expression, or not all that it reads is known.

    """
    name, period = asked
    slot = (name, own_period(law.variable(name), period))
    definition = engine_of(law).trace([asked], frozenset(values), alone=True).definitions[slot]
    if definition.opaque or any(need not in values for need in definition.needs):
        return None
    nodes = [*live([definition.node])]
    try:
        found = _values(nodes, people, values)
    except PolicyError:
        return None
    space = law.variable(name).entity.key
    taken = {node.number for node in _taken(definition.node, found, space, index)}
    return [node.detail[0] for node in nodes if node.op == "parameter" and node.number in taken]


def _values(nodes: list[Node], people: People, values: Mapping[Slot, Any]) -> dict[int, Any]:
    """Return the value of each node."""
    leaves = {
        "value": lambda detail: values[detail],
        "parameter": lambda detail: detail[1],
        "constant": lambda detail: detail,
    }
    found: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        for node in nodes:
            if node.op in leaves:
                found[node.number] = leaves[node.op](node.detail)
            else:
                args = tuple(found[arg.number] for arg in node.args)
                found[node.number] = run(node.op, people, args, node.detail)
    return found


def _taken(root: Node, found: Mapping[int, Any], space: str, index: int) -> Iterator[Node]:
    """Yield the nodes that the value of one instance was computed from."""
    seen: set[int] = set()
    todo = [root]
    while todo:
        node = todo.pop()
        if node.number in seen:
            continue
        seen.add(node.number)
        yield node
        todo += _arguments_taken(node, found, space, index)


def _arguments_taken(node: Node, found: Mapping[int, Any], space: str, index: int) -> list[Node]:
    """Return the arguments of a node that the value of one instance depends on."""
    if node.op == "where":
        condition = _one(node.args[0], found, space, index)
        if condition is not None:
            return [node.args[0], node.args[1] if condition else node.args[2]]
    if node.op == "pick":
        key = _one(node.args[0], found, space, index)
        keys = list(node.detail[0])
        if key in keys:
            return [node.args[0], node.args[1 + keys.index(key)]]
    if node.op == "scale" and node.detail[0] == _ONE_BRACKET:
        base = _one(node.args[0], found, space, index)
        count = node.detail[2]
        thresholds = [float(found[arg.number]) for arg in node.args[1 : 1 + count]]
        if base is not None:
            bracket = sum(float(base) >= threshold for threshold in thresholds) - 1
            reached = (node.args[1 + bracket], node.args[1 + count + bracket])
            return [node.args[0], *(reached if bracket >= 0 else ())]
    if node.op == "multiply" and _one(node, found, space, index) == 0:
        nothing = [arg for arg in node.args if _one(arg, found, space, index) == 0]
        return nothing[:1] or list(node.args)  # (times 0, no other factor matters)
    return list(node.args)


def _one(node: Node, found: Mapping[int, Any], space: str, index: int) -> Any:
    """Return the value that a node has for one instance; None if it has several."""
    value = np.asarray(found[node.number])
    if value.ndim and node.space == space:
        return value[index].item()
    if value.size and (value == value.flat[0]).all():
        return value.flat[0].item()
    return None
