"""Parameters at an instant, worked out where they are looked into.

openfisca-core works out every parameter of a system at each instant that a formula names; large
systems have tens of thousands, of which a formula reads a few.
"""

from __future__ import annotations

from typing import Any

from policy.legislation.openfisca import ParameterNode, parameters


class _NodeAtInstant(parameters.ParameterNodeAtInstant):  # type: ignore[misc]
    """A part of the parameters at an instant, whose own parts are worked out when one is asked."""

    def __init__(self, name: str, node: Any, instant: str) -> None:
        self.__dict__.update(_name=name, _instant_str=instant, _node=node)

    def __getattr__(self, key: str) -> Any:
        node = self.__dict__.pop("_node", None)
        if node is None:
            return super().__getattr__(key)
        super().__init__(self._name, node, self._instant_str)
        return getattr(self, key)


class _Node(ParameterNode):  # type: ignore[misc]
    """A part of the parameters."""

    def _get_at_instant(self, instant: str) -> _NodeAtInstant:
        return _NodeAtInstant(self.name, self, instant)


def work_out_when_asked(root: Any) -> None:
    """Make a tree of parameters work out its parts at an instant only when they are asked for."""
    todo = [root]
    while todo:
        node = todo.pop()
        if type(node) is ParameterNode:
            node.__class__ = _Node
        todo += getattr(node, "children", {}).values()
