"""The parameters of a law with other values, sharing with it all that stays.

A node is copied when something below it changes, and no other; the tree it is copied from is never
written to.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from policy.legislation import openfisca
from policy.legislation.reforms.edits import Dated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policy.legislation.reforms.edits import History

_BRACKET = re.compile(r"(.+)\[(\d+)\]\.(\w+)")


class Tree:
    """A tree of parameters being changed."""

    def __init__(self, root: Any) -> None:
        self.root = _copied(root)
        self._own = {id(self.root)}

    def find(self, name: str) -> Any:
        """Return the parameter, schedule or node of a dotted name, or None."""
        node = self.root
        for part in name.split(".") if name else ():
            node = getattr(node, "children", {}).get(part)
            if node is None:
                return None
        return node

    def put(self, name: str, node: Any) -> None:
        """Put a parameter at a dotted name, in place of what is there."""
        *way, last = name.split(".")
        parent = self.root
        for number, part in enumerate(way):
            child = parent.children.get(part)
            if child is None:
                child = openfisca.ParameterNode(".".join(way[: number + 1]), data={})
                self._own.add(id(child))
                _adopt(parent, part, child)
            elif id(child) not in self._own:
                child = _copied(child)
                self._own.add(id(child))
                _adopt(parent, part, child)
            parent = child
        _adopt(parent, last, node)

    def history(self, name: str) -> History | None:
        """Return the history of a parameter, or of a bracket's part; None if there is none."""
        leaf = self._leaf(name)
        return None if leaf is None else history_of(leaf)

    def write(self, name: str, history: History) -> None:
        """Give a parameter, or a bracket's part, another history."""
        part = _BRACKET.fullmatch(name)
        if not part:
            self.put(name, _with(self.find(name), history))
            return
        scale = _copied_scale(self.find(part[1]))
        bracket = copy.copy(scale.brackets[int(part[2])])
        bracket.children = dict(bracket.children)
        _adopt(bracket, part[3], _with(bracket.children[part[3]], history))
        scale.brackets[int(part[2])] = bracket
        self.put(part[1], scale)

    def write_brackets(self, name: str, brackets: list[Mapping[str, History]]) -> None:
        """Give a schedule other brackets, each with a history of each of its parts."""
        scale = _copied_scale(self.find(name))
        scale.brackets = [
            openfisca.parameters.ParameterScaleBracket(
                name=f"{name}[{number}]",
                data={part: _written(history) for part, history in parts.items() if history},
                file_path=scale.file_path,
            )
            for number, parts in enumerate(brackets)
        ]
        self.put(name, scale)

    def _leaf(self, name: str) -> Any:
        part = _BRACKET.fullmatch(name)
        if not part:
            node = self.find(name)
            return node if isinstance(node, openfisca.Parameter) else None
        brackets = getattr(self.find(part[1]), "brackets", [])
        number = int(part[2])
        return brackets[number].children.get(part[3]) if number < len(brackets) else None


def history_of(leaf: Any) -> History:
    """Return the history of openfisca-core's parameter."""
    return tuple(
        Dated(each.instant_str, each.value, each.metadata) for each in reversed(leaf.values_list)
    )


def _with(leaf: Any, history: History) -> Any:
    """Return a parameter with another history; the values that stay are the same objects."""
    known = {each.instant_str: each for each in leaf.values_list}
    made = copy.copy(leaf)
    made.values_list = [
        before
        if (before := known.get(each.start)) is not None
        and before.value is each.value
        and before.metadata is each.metadata
        else openfisca.parameters.ParameterAtInstant(
            f"{leaf.name}.{each.start}",
            each.start,
            data={"value": each.value, "metadata": dict(each.metadata)},
            file_path=leaf.file_path,
            metadata=leaf.metadata,
        )
        for each in reversed(history)
    ]
    return made


def _written(history: History) -> dict[str, Any]:
    return {each.start: {"value": each.value, "metadata": dict(each.metadata)} for each in history}


def _copied(node: Any) -> Any:
    made = copy.copy(node)
    made.children = dict(node.children)
    return made


def _copied_scale(scale: Any) -> Any:
    made = copy.copy(scale)
    made.brackets = list(scale.brackets)
    return made


def _adopt(parent: Any, key: str, child: Any) -> None:
    parent.children[key] = child
    setattr(parent, key, child)
