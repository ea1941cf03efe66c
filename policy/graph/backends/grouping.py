"""Where the people of each group begin, for compiled code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy.legislation.people import Array


def fill_starts(group_of: Array, starts: Array) -> bool:
    """Fill in the place of each group's first person, and the number of all persons at the end.

    Args:
        group_of: the number of each person's group.
        starts: zeros, one more than there are groups.

    Returns:
        Whether the persons stand group by group; where they do not, starts are not of use.

    >>> import numpy as np
    >>> starts = np.zeros(4, int)
    >>> bool(fill_starts(np.array([0, 0, 2]), starts)), starts.tolist()
    (True, [0, 2, 2, 3])

    """
    in_order = True
    last = 0
    for place, group in enumerate(group_of):
        in_order &= group >= last
        last = group
        starts[group + 1] = place + 1
    for group in range(1, len(starts)):
        starts[group] = max(starts[group], starts[group - 1])
    return in_order
