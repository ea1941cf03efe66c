"""Finding texts among a few names: a look at each letter, until one tells them apart."""

from __future__ import annotations

import importlib.util
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policy.legislation.people import Array

#: The number of a text that is none of the names.
NO_NAME = -1
#: From so many on the letters are looked at by compiled code, which takes a second to compile once.
_MANY = 100_000


def places_of(texts: Array, names: Sequence[str]) -> Array:
    """Return where texts stand among names; ``NO_NAME`` where they do not.

    Args:
        texts: an array of NumPy's texts (``U``).
        names: at most 32,767 of them.

    >>> places_of(np.array(["taxed", "electric", "tax"]), ["electric", "taxed"])
    array([ 1,  0, -1], dtype=int16)

    """
    found = np.full(len(texts), NO_NAME, dtype=np.int16)
    letters = texts.dtype.itemsize // np.dtype("U1").itemsize
    if not len(texts) or not letters:
        return found
    numbers = {place: name for place, name in enumerate(names) if len(name) <= letters}
    known = np.array([*numbers.values()], dtype=texts.dtype)
    rows = np.ascontiguousarray(texts).view(np.uint32).reshape(-1, letters)
    find = _compiled() if len(texts) >= _MANY else _find_by_columns
    find(rows, known.view(np.uint32).reshape(-1, letters), np.array([*numbers]), found)
    return found


@cache
def _compiled() -> Callable[[Array, Array, Array, Array], None]:
    if importlib.util.find_spec("numba") is None:
        return _find_by_columns
    from numba import njit, prange  # noqa: PLC0415 (there only if it is installed)

    @njit(parallel=True, cache=True)
    def find(rows: Array, known: Array, numbers: Array, found: Array) -> None:
        for row in prange(len(rows)):
            for name in range(len(known)):
                letter = 0
                while letter < rows.shape[1] and rows[row, letter] == known[name, letter]:
                    letter += 1
                if letter == rows.shape[1]:
                    found[row] = numbers[name]

    compiled: Callable[[Array, Array, Array, Array], None] = find
    return compiled


def _find_by_columns(rows: Array, known: Array, numbers: Array, found: Array) -> None:
    for name, number in zip(known, numbers, strict=True):
        found[(rows == name).all(axis=1)] = number
