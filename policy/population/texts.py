"""Finding texts among a few names: by a number made of the letters, and a look at each letter."""

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
#: What letters are multiplied by to tell names apart, and the bits of the sum left out at its end.
_FACTOR, _LEFT_OUT = np.uint32(2_654_435_761), np.uint32(7)
#: How many places a table of names may have.
_SIZES = [2**power for power in range(6, 21)]


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
    def look(rows: Array, known: Array, numbers: Array, table: Array, found: Array) -> None:
        last = np.uint32(len(table) - 1)
        for row in prange(len(rows)):
            total = np.uint32(0)
            for letter in range(rows.shape[1]):
                total = np.uint32(total * _FACTOR + rows[row, letter])
            name = table[(total >> _LEFT_OUT) & last]
            same = name != NO_NAME
            for letter in range(rows.shape[1]):
                same &= rows[row, letter] == known[name, letter]
            if same:
                found[row] = numbers[name]

    def find(rows: Array, known: Array, numbers: Array, found: Array) -> None:
        table = _table(known)
        if table is None:
            _find_by_columns(rows, known, numbers, found)
        else:
            look(rows, known, numbers, table, found)

    return find


def _table(known: Array) -> Array | None:
    """Return the number of each name at a place of its own, which its letters lead to.

    None where there are no names, or two of them lead to one place.
    """
    total = np.zeros(len(known), dtype=np.uint32)
    for letters in known.T:
        total = total * _FACTOR + letters
    for size in _SIZES if len(known) else ():
        places = (total >> _LEFT_OUT) & np.uint32(size - 1)
        if len(np.unique(places)) == len(known):
            table = np.full(size, NO_NAME, dtype=np.int16)
            table[places] = np.arange(len(known))
            return table
    return None


def _find_by_columns(rows: Array, known: Array, numbers: Array, found: Array) -> None:
    for name, number in zip(known, numbers, strict=True):
        found[(rows == name).all(axis=1)] = number
