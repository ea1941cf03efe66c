"""The plain way of running a linked graph: one NumPy call for each node, in order.

The values stand in a list of places. A place is used again when its value is dead, so that no more
arrays are held than are needed at once.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.graph.nodes import is_constant, live
from policy.graph.ops import ELEMENTWISE, RELATIONS, UFUNCS, scale_method

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from policy.graph.linking import Linked
    from policy.graph.nodes import Node
    from policy.legislation.people import Array, Column, People, Slot

    #: A call, the places of its arguments, and the place of its result.
    Step = tuple[Callable[..., Any], tuple[int, ...], int]
    #: Runs a variable on openfisca-core, given arrays of others.
    Opaque = Callable[[Slot, Mapping[Slot, Array]], Array]

#: Where the people stand among the values, and who runs opaque nodes.
_PEOPLE, _OPAQUE = 0, 1


class NumpyPlan:
    """A linked graph made ready to run."""

    def __init__(self, linked: Linked) -> None:
        nodes = list(live(linked.outputs.values()))
        self._blank: list[Any] = [None, None]
        self._constants: dict[Any, int] = {}
        self._places: dict[int, int] = {}
        self._steps: list[Step] = []
        self.inputs: list[tuple[int, str, Slot]] = []
        last_use = {arg.number: node.number for node in nodes for arg in node.args}
        kept = {node.number for node in linked.outputs.values()}
        free: list[int] = []
        for node in nodes:
            if is_constant(node):
                continue
            if node.op in _LEAVES:
                place = self._new(None)
                self.inputs.append((place, node.op, node.detail))
            else:
                function, before, rest = _call(node)
                args = (*before, *(self._argument(arg, node) for arg in rest))
                for arg in {arg.number: arg for arg in node.args}.values():
                    dead = last_use[arg.number] == node.number and arg.number not in kept
                    if dead and not is_constant(arg):
                        free.append(self._places[arg.number])
                place = free.pop() if free else self._new(None)
                self._steps.append((function, args, place))
            self._places[node.number] = place
        self._outputs = [
            (slot, self._argument(node, None)) for slot, node in linked.outputs.items()
        ]

    def run(
        self, people: People, facts: Mapping[Slot, Column], opaque: Opaque
    ) -> dict[Slot, Array]:
        """Run the plan.

        Args:
            people: who is in which group.
            facts: the values given.
            opaque: runs variables that are no expressions.

        """
        values = self._blank.copy()
        values[_PEOPLE], values[_OPAQUE] = people, opaque
        for place, op, slot in self.inputs:
            values[place] = facts[slot].values if op == "input" else facts[slot].known
        with np.errstate(all="ignore"):
            for function, args, place in self._steps:
                # (the lengths told apart: most calls are these, and unpacking costs as much again)
                if len(args) == 2:  # noqa: PLR2004
                    values[place] = function(values[args[0]], values[args[1]])
                elif len(args) == 1:
                    values[place] = function(values[args[0]])
                else:
                    values[place] = function(*[values[arg] for arg in args])
        return {slot: values[place] for slot, place in self._outputs}

    def _new(self, value: Any) -> int:
        self._blank.append(value)
        return len(self._blank) - 1

    def _argument(self, arg: Node, node: Node | None) -> int:
        """Return the place of an argument; numbers become arrays of no dimension, which is faster.

        A number of Python takes on the type of the array it meets; so must the array it becomes.
        """
        if not is_constant(arg):
            return self._places[arg.number]
        value: Any = arg.detail
        dtype = None
        if isinstance(value, np.generic):
            dtype = value.dtype
        elif node is not None and (node.op in UFUNCS or node.op == "where"):
            dtype = _type_met(value, (other for other in node.args if other is not arg))
        key = (arg.number, dtype)
        if key not in self._constants:
            made = value if dtype is None else np.array(value, dtype=dtype)
            self._constants[key] = self._new(made)
        return self._constants[key]


_LEAVES = frozenset({"input", "given"})


def _type_met(value: Any, others: Iterable[Node]) -> np.dtype[Any] | None:
    """Return the one type of other arguments, if a number of Python takes it on."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    dtypes = {other.dtype for other in others if other.space and other.dtype.kind in "if"}
    if len(dtypes) != 1:
        return None
    (dtype,) = dtypes
    return dtype if isinstance(value, int) or dtype.kind == "f" else None


def _call(node: Node) -> tuple[Callable[..., Any], tuple[int, ...], tuple[Node, ...]]:
    """Return the function of a node, the places of what it is called with first, and the rest."""
    if node.op == "opaque":
        slot, needs = node.detail
        return partial(_run_opaque, slot, needs), (_OPAQUE,), node.args
    relation = RELATIONS.get(node.op)
    if relation is not None:
        return partial(relation, detail=node.detail), (_PEOPLE,), node.args
    if node.op == "scale" and node.args[0].space:
        base, numbers, told = _parts(node)
        if all(map(is_constant, numbers)):
            known = tuple(float(number.detail) for number in numbers)
            return scale_method(node.detail, known), (), (base, *told)
    function = ELEMENTWISE[node.op]
    detailed = function if node.detail is None else partial(function, detail=node.detail)
    return detailed, (), node.args


def _parts(scale: Node) -> tuple[Node, tuple[Node, ...], tuple[Node, ...]]:
    """Return what a scale works on, its thresholds and rates or amounts, and what it is told."""
    count = 1 + 2 * scale.detail[2]
    return scale.args[0], scale.args[1:count], scale.args[count:]


def _run_opaque(slot: Slot, needs: tuple[Slot, ...], opaque: Opaque, *values: Array) -> Array:
    return opaque(slot, dict(zip(needs, values, strict=True)))
