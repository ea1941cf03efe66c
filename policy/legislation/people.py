"""The persons and groups that a calculation is about, and what is known of them, in columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from openfisca_core.periods import Period

Array: TypeAlias = "NDArray[Any]"
#: A variable of a period.
Slot: TypeAlias = "tuple[str, Period]"
#: The least and the greatest number that a value can be.
Limits: TypeAlias = "tuple[float, float]"


@dataclass(frozen=True)
class Column:
    """The given values of a variable for a period.

    What is given once for a longer period is one column for all of the variable's own periods in
    it: the law graph works out once what rests on it alone.

    Attributes:
        values: one for each person or group; the default where none is given.
        known: for whom one is given; None if for everybody, or if no formula could give another.

    """

    values: Array
    known: NDArray[np.bool_] | None = None


@dataclass
class Membership:
    """Who is in which group of one kind: for each person its group, role and place in it.

    Roles are numbers: places in the entity's ``flattened_roles``.

    >>> homes = Membership(2, np.array([1, 0, 1]), np.array([0, 0, 1]))
    >>> homes.sizes, homes.position_of
    (array([1, 2]), array([0, 0, 1]))
    """

    groups: int
    group_of: NDArray[np.intp]
    role_of: NDArray[np.intp]

    @cached_property
    def order(self) -> NDArray[np.intp] | None:
        """The persons group by group, or None where they stand so already."""
        if not len(self.group_of) or (self.group_of[1:] >= self.group_of[:-1]).all():
            return None
        return np.argsort(self.group_of, kind="stable")

    @cached_property
    def sizes(self) -> NDArray[np.intp]:
        """The number of persons in each group."""
        return np.bincount(self.group_of, minlength=self.groups)

    @cached_property
    def starts(self) -> NDArray[np.intp]:
        """The place of each group's first person among the persons in order, and their number."""
        starts = np.zeros(self.groups + 1, dtype=np.intp)
        np.cumsum(self.sizes, out=starts[1:])
        return starts

    @cached_property
    def position_of(self) -> NDArray[np.intp]:
        """Each person's place in its group, from 0, in the order of the persons."""
        places = np.arange(len(self.group_of))
        if self.order is None:
            return places - self.starts[self.group_of]
        positions = np.empty_like(places)
        positions[self.order] = places - self.starts[self.group_of[self.order]]
        return positions

    @cached_property
    def empty(self) -> NDArray[np.bool_] | None:
        """The groups that nobody is in, or None where there are none."""
        empty = self.sizes == 0
        return empty if empty.any() else None

    @cached_property
    def table(self) -> NDArray[np.intp]:
        """The person at each position of each group (row: group, column: position); -1 for none."""
        most = int(self.sizes.max()) if len(self.sizes) else 0
        table = np.full((self.groups, most), -1, dtype=np.intp)
        table[self.group_of, self.position_of] = np.arange(len(self.group_of))
        return table


@dataclass
class People:
    """The persons and groups that a calculation is about.

    Attributes:
        counts: how many there are of each entity, by its key.
        memberships: who is in which group, by the key of the group entity.
        ids: their ids, by entity key; empty where they are rows of a table.

    """

    counts: dict[str, int]
    memberships: dict[str, Membership] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)

    def full(self, value: Array, space: str) -> Array:
        """Return a value for each person, or each group of a kind."""
        array = np.asarray(value)
        return array if array.ndim else np.full(self.counts[space], array[()])

    def members(self, value: Array) -> Array:
        """Return a value for each person."""
        array = np.asarray(value)
        if array.ndim:
            return array
        persons = next(iter(self.memberships.values())).group_of
        return np.full(len(persons), array[()])

    def named(self, space: str, index: int) -> str:
        """Return the id of one of them, or the number of its row."""
        ids = self.ids.get(space)
        return ids[index] if ids else f"row {index}"
