"""The entries of a register's table while they are drawn, and how they are written.

An entry says only what is new: what it does not say of its key it has from the key's entry before.
So a move after a change of name keeps the name, whatever is drawn first. What happens before there
is an entry at all is told by the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import PolicyError, Problem
from policy.private import written_aside
from policy.registers.sources import RECORDED_ON, WITHDRAWN

try:
    import pyarrow as pa
    from pyarrow import compute, parquet
except ImportError:
    raise PolicyError(
        Problem(
            "pyarrow is needed to write registers",
            remedy="pip install 'policy-statutes[registers]'",
        )
    ) from None

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from policy.legislation.people import Array

    #: Makes an Arrow array of what is drawn: of days, numbers of persons, of texts.
    Shown = Callable[[Array], pa.Array]

#: No day: an empty date.
NEVER = np.int32(-(2**31))
#: Entries written at once.
_BLOCK = 250_000


@dataclass(frozen=True)
class Period:
    """The days on which registers are run: entries of before are their state on the first."""

    first: int
    last: int


class Log:
    """The entries of a table.

    Args:
        path: the table's path, ``"population/persons"``.
        key: the columns that tell one thing from another.
        shown: for each column how what is drawn is written.

    """

    def __init__(self, path: str, key: tuple[str, ...], shown: Mapping[str, Shown]) -> None:
        self.path, self.key, self.shown = path, key, shown
        self._groups: list[tuple[Array, Array, dict[str, Array]]] = []

    def add(
        self,
        recorded_on: Any,
        *,
        withdrawn: bool = False,
        where: Array | None = None,
        **columns: Any,
    ) -> None:
        """Make entries: of the columns given, for the persons of their key.

        Args:
            recorded_on: the day of each.
            withdrawn: whether they take back what was entered.
            where: which of them are made at all; all without it.
            columns: what they say; the key always, the rest where it is new. Of each key some
                entry says everything.

        """
        days = np.asarray(recorded_on, np.int32)
        values = {
            name: np.broadcast_to(np.asarray(each), days.shape) for name, each in columns.items()
        }
        if where is not None:
            days = days[where]
            values = {name: each[where] for name, each in values.items()}
        self._groups.append((days, np.full(len(days), withdrawn), values))

    def entries(self, period: Period) -> dict[str, Array]:
        """Return the entries to write, in the order they were made.

        Of before the period only the last of each key is kept, and nothing of after it.
        """
        days = np.concatenate([group[0] for group in self._groups])
        made = {name: self._column(name) for name in self.shown}
        thing = self._things([made[name][0] for name in self.key])
        whole = np.logical_and.reduce([given for _, given in made.values()])
        first = np.full(thing.max(initial=-1) + 1, np.iinfo(np.int32).max, np.int32)
        np.minimum.at(first, thing[whole], days[whole])
        days = np.maximum(days, first[thing])
        order = np.lexsort((days, thing))  # (in the order they were made, where days are the same)
        days = days[order]
        rows = np.arange(len(order))
        is_new = np.diff(thing[order], prepend=-1) != 0
        found: dict[str, Array] = {}
        for name, (values, given) in made.items():
            said = np.maximum.accumulate(np.where(given[order] | is_new, rows, 0))
            found[name] = values[order][said]
        withdrawn = np.concatenate([group[1] for group in self._groups])[order]
        is_last = np.append(is_new[1:], True)[: len(order)]
        next_day = np.append(days[1:], NEVER)[: len(order)]
        outlived = ~is_last & ((next_day == days) | (next_day < period.first))
        gone = withdrawn & (days < period.first)
        kept = np.flatnonzero(~outlived & ~gone & (days <= period.last))
        kept = kept[np.argsort(days[kept], kind="stable")]
        return {
            **{name: each[kept] for name, each in found.items()},
            RECORDED_ON: days[kept],
            WITHDRAWN: withdrawn[kept],
        }

    @staticmethod
    def _things(key: list[Array]) -> Array:
        """Return a number for each key, the same for the same."""
        order = np.lexsort(key[::-1])
        is_new = np.zeros(len(order), bool)
        is_new[1:] = np.logical_or.reduce([each[order][1:] != each[order][:-1] for each in key])
        found = np.empty(len(order), np.int64)
        found[order] = np.cumsum(is_new)
        return found

    def _column(self, name: str) -> tuple[Array, Array]:
        """Return the values of a column in all entries, and which of them say it."""
        dtypes = [group[2][name].dtype for group in self._groups if name in group[2]]
        dtype = np.result_type(*dtypes) if dtypes else np.dtype(np.int32)
        empty = NEVER if dtype == np.int32 else dtype.type(0)
        values = [
            group[2].get(name, np.broadcast_to(empty, group[0].shape)) for group in self._groups
        ]
        given = [np.full(len(group[0]), name in group[2]) for group in self._groups]
        return np.concatenate(values).astype(dtype, copy=False), np.concatenate(given)

    def write(self, folder: Path, period: Period) -> int:
        """Write the entries as Parquet that only its owner can read; return how many.

        Raises:
            PolicyError: the file cannot be written.

        """
        entries = self.entries(period)
        shown = {**self.shown, RECORDED_ON: dates, WITHDRAWN: pa.array}
        write_private(folder / f"{self.path}.parquet", entries, shown)
        return len(entries[RECORDED_ON])


def write_private(path: Path, columns: Mapping[str, Array], shown: Mapping[str, Shown]) -> None:
    """Write columns as Parquet, block by block, aside and then in its place, for its owner alone.

    Raises:
        PolicyError: the file cannot be written.

    """
    with written_aside(path) as file:
        blocks = _blocks(columns, shown)
        first = next(blocks)
        with parquet.ParquetWriter(file, first.schema, compression="zstd") as writer:
            writer.write_table(first)
            for block in blocks:
                writer.write_table(block)


def _blocks(columns: Mapping[str, Array], shown: Mapping[str, Shown]) -> Iterator[pa.Table]:
    count = len(next(iter(columns.values())))
    for start in range(0, max(count, 1), _BLOCK):
        part = slice(start, start + _BLOCK)
        yield pa.table({name: shown[name](each[part]) for name, each in columns.items()})


def dates(days: Array) -> pa.Array:
    """Show days as dates; NEVER is empty."""
    return pa.array(days, pa.int32(), mask=days == NEVER).cast(pa.date32())


def numbered(prefix: str, width: int) -> Shown:
    """Show numbers as texts: a prefix and so many digits; NEVER is empty.

    >>> numbered("EE", 3)(np.array([7, NEVER], np.int32)).to_pylist()
    ['EE007', None]

    """

    def show(numbers: Array) -> pa.Array:
        texts = pa.array(numbers, mask=numbers == NEVER).cast(pa.string())
        padded = compute.utf8_lpad(texts, width, "0")
        return compute.binary_join_element_wise(pa.scalar(prefix), padded, "")

    return show


def chosen(texts: list[str]) -> Shown:
    """Show places in a list as the texts there; NEVER is empty.

    >>> chosen(["a", "b"])(np.array([1, NEVER], np.int32)).to_pylist()
    ['b', None]

    """
    known = pa.array(texts, pa.string())
    return lambda places: known.take(pa.array(places, pa.int64(), mask=places == NEVER))


def coded(codes: Array) -> Shown:
    """Show numbers of persons as their codes; NEVER is empty."""

    def show(persons: Array) -> pa.Array:
        nobody = persons == NEVER
        return pa.array(codes[np.where(nobody, 0, persons)], mask=nobody).cast(pa.string())

    return show
