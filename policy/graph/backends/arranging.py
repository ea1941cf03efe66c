"""Which loops a section of compiled code has, and in which order things stand in them.

Each thing that is done has what it needs before it, and stands with others of the same guard: in a
loop over those who were listed by its conditions, or under an ``if`` in such a loop.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from policy.graph.backends.guards import Chain
    from policy.graph.nodes import Node


@dataclass
class Item:
    """Lines of a section that stand together: they set a variable, or use some.

    Attributes:
        lines: what is written.
        needs: the nodes whose variables are used.
        guard: under which conditions it is done.
        sets: the node whose variable is set.
        lists: the guard that it lists those of.
        is_in_turn: whether it must be done of one after the other: it adds to what others added to.
        block: where it was written: its loop, and the ``if`` blocks it stands in.

    """

    lines: list[str]
    needs: tuple[Node, ...]
    guard: Chain
    sets: Node | None = None
    lists: Chain = ()
    is_in_turn: bool = False
    block: tuple[int, ...] = ()


@dataclass
class Branch:
    """What is done if a condition holds, or does not."""

    condition: Node
    holds: bool
    inner: list[Item | Branch]


@dataclass
class Loop:
    """A loop over people or groups: all of them, or those listed by conditions."""

    among_groups: bool
    listed: Chain
    inner: list[Item | Branch]
    beginnings: list[Node]


def items_in(parts: Iterable[Item | Branch]) -> Iterator[Item]:
    """Yield the items of a loop, those under branches too."""
    for part in parts:
        if isinstance(part, Branch):
            yield from items_in(part.inner)
        else:
            yield part


def branches_in(parts: Iterable[Item | Branch]) -> Iterator[Branch]:
    """Yield the branches of a loop, those under others too."""
    for part in parts:
        if isinstance(part, Branch):
            yield part
            yield from branches_in(part.inner)


def _apart(parts: list[Item | Branch]) -> Iterator[list[Item | Branch]]:
    """Part what can be done of several at a time, as processors do, from what is done in turn."""
    in_turn = [isinstance(part, Item) and part.is_in_turn for part in parts]
    yield from (
        found
        for wanted in (False, True)
        if (found := [part for part, each in zip(parts, in_turn, strict=True) if each is wanted])
    )


def loops_of(items: list[Item], listed: Collection[Chain], *, among_groups: bool) -> Iterator[Loop]:
    """Yield the loops of a section.

    Args:
        items: what is done in it.
        listed: the guards of which those are listed for whom they hold.
        among_groups: whether it is the groups' section.

    """
    yield from _Arranging(items, listed).loops(among_groups=among_groups)


class _Arranging:
    """Puts items in an order in which each has what it needs, those of one guard together."""

    def __init__(self, items: list[Item], listed: Collection[Chain]) -> None:
        self.listed = listed
        self.ready: dict[Chain, deque[Item]] = defaultdict(deque)
        self.waiting: dict[int, int] = {}
        self.users: dict[int, list[Item]] = defaultdict(list)
        self.blocks = 0
        setting = {item.sets.number: item for item in items if item.sets is not None}
        listing = {item.lists: item for item in items if item.lists}
        for item in items:
            nodes = (*item.needs, *(condition for condition, _ in item.guard))
            needs = [setting.get(node.number) for node in nodes]
            needs.append(listing.get(self._head(item.guard)))
            before = {id(need) for need in needs if need is not None}
            self.waiting[id(item)] = len(before)
            for need in before:
                self.users[need].append(item)
            if not before:
                self.ready[item.guard].append(item)

    def loops(self, *, among_groups: bool) -> Iterator[Loop]:
        """Yield loops: what needs no condition, then what is done for some, in turns."""
        while any(self.ready.values()):
            heads = [self._head(chain) for chain, ready in self.ready.items() if ready]
            head = () if () in heads else max(heads, key=len)
            self.blocks += 1
            inner = self._inner(head, head, (self.blocks,))
            for part in [inner] if head else _apart(inner):
                yield Loop(among_groups, head, part, list(self._beginnings(part)))

    def _head(self, chain: Chain) -> Chain:
        """Return the conditions by which those were listed for whom something is done."""
        lengths = range(len(chain), 0, -1)
        return next((chain[:n] for n in lengths if chain[:n] in self.listed), ())

    def _inner(self, head: Chain, guard: Chain, block: tuple[int, ...]) -> list[Item | Branch]:
        """Return what can be done under a guard, and then what has more conditions."""
        done: list[Item | Branch] = []
        while True:
            while self.ready[guard]:
                item = self.ready[guard].popleft()
                item.block = block
                done.append(item)
                self._release(item)
            ready = (each for each in self.ready if self._is_deeper(each, guard))
            deeper = next((each for each in ready if self._head(each) == head), ())
            if not deeper:
                return done
            condition, holds = deeper[len(guard)]
            self.blocks += 1
            inner = self._inner(head, (*guard, (condition, holds)), (*block, self.blocks))
            done.append(Branch(condition, holds, inner))

    def _is_deeper(self, chain: Chain, guard: Chain) -> bool:
        length = len(guard)
        return len(chain) > length and chain[:length] == guard and bool(self.ready[chain])

    def _release(self, item: Item) -> None:
        for user in self.users[id(item)]:
            self.waiting[id(user)] -= 1
            if not self.waiting[id(user)]:
                self.ready[user.guard].append(user)

    def _beginnings(self, inner: Iterable[Item | Branch]) -> Iterator[Node]:
        """Yield what a loop sets under an ``if`` and reads outside it: it needs a first value."""
        for item in items_in(inner):
            if item.sets is None:
                continue
            for user in self.users[id(item)]:
                in_loop = user.block[:1] == item.block[:1]
                if in_loop and user.block[: len(item.block)] != item.block:
                    yield item.sets
                    break
