"""Whole populations from files: columns read at once, checked at once.

The file has the columns that ``calculate_table`` reads: a row for each person or thing, columns
named as variables, a column for each kind of group with the group's id, and one with the role in
it (``family``, ``family_role``). An empty cell is a fact that is not given. A column ``weight``
says how many like it a row stands for; that of a group is its first row's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import Location, PolicyError, Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array

WEIGHT = "weight"
_ID = "id"


@dataclass(frozen=True)
class Population:
    """Persons and groups in columns, as ``calculate_arrays`` takes them.

    Attributes:
        columns: an array for each variable given, over its entity's rows.
        memberships: for each kind of group the number of each person's group, and the roles.
        ids: the ids of persons and of groups, by the entity's key.
        weights: how many each stands for, by the entity's key.
        others: columns that are no variables, over persons; to break results down by.

    """

    columns: Mapping[str, Array]
    memberships: Mapping[str, tuple[Array, Array]]
    ids: Mapping[str, Array]
    weights: Mapping[str, NDArray[np.float64]]
    others: Mapping[str, Array]


def read_population(law: Legislation, path: str | Path) -> Population:
    """Read a population from a CSV or Parquet file.

    Raises:
        PolicyError: the file cannot be read, a column names nothing, a row has no group or no
            role, or rows of a group say different things of it; with the first such row.

    """
    return _Reader(law, str(path), _table(Path(path))).read()


def _table(path: Path) -> Any:
    try:
        from pyarrow import csv, parquet  # noqa: PLC0415 (an optional library)
    except ImportError:
        raise PolicyError(
            Problem(
                "pyarrow is needed to read populations",
                remedy="pip install 'policy-statutes[tables]'",
            )
        ) from None
    if not path.is_file():
        raise PolicyError(Problem("there is no such file", Location(str(path)), "check the path"))
    readers = {".csv": csv.read_csv, ".parquet": parquet.read_table}
    if path.suffix.lower() not in readers:
        raise PolicyError(
            Problem(
                f"'{path.suffix}' is no kind of population file",
                Location(str(path)),
                f"give one of {', '.join(readers)}",
            )
        )
    try:
        return readers[path.suffix.lower()](path)
    except Exception as error:  # pyarrow raises several kinds
        message = str(error).splitlines()[0]
        raise PolicyError(
            Problem(f"cannot be read: {message}", Location(str(path)), "write it anew")
        ) from None


class _Reader:
    """Reads a table of pyarrow."""

    def __init__(self, law: Legislation, file: str, table: Any) -> None:
        self.law = law
        self.file = file
        self.table = table
        self.person = law.system.person_entity
        self.groups = list(law.system.group_entities)

    def read(self) -> Population:
        """Return the population."""
        if not self.table.num_rows:
            raise self._wrong("the file has no rows", "write a row for each person")
        names = self.table.column_names
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise self._wrong(f"two columns are named '{twice}'", "keep one of them")
        count = self.table.num_rows
        group_of: dict[str, Array] = {}
        ids: dict[str, Array] = {}
        for group in self.groups:
            group_of[group.key], ids[group.key] = self._group(group, count)
        order = self._order(group_of)
        rows = {key: each[order] for key, each in group_of.items()}
        first = {key: np.unique(each, return_index=True)[1] for key, each in rows.items()}
        ids[self.person.key] = self._ids(count)[order]
        memberships = {
            group.key: (rows[group.key], self._roles(group, count)[order]) for group in self.groups
        }
        columns, others = self._columns(order, rows, first)
        weight = others.pop(WEIGHT, None)
        person = np.ones(count) if weight is None else self._weights(weight)
        weights = {self.person.key: person, **{key: person[at] for key, at in first.items()}}
        return Population(columns, memberships, ids, weights, others)

    def _group(self, group: Any, count: int) -> tuple[Array, Array]:
        """Return the number of each row's group, and the ids; one for all without a column."""
        if group.key not in self.table.column_names:
            return np.zeros(count, np.intp), np.array([group.key])
        column = self.table.column(group.key).combine_chunks()
        self._no_gaps(group.key, column, f"name the {group.key} of each row")
        coded = column.dictionary_encode()
        return (
            np.asarray(coded.indices).astype(np.intp),
            np.asarray(coded.dictionary.to_pylist(), dtype=object),
        )

    def _order(self, group_of: Mapping[str, Array]) -> Array:
        """Return the order of rows in which groups stand together."""
        keys = list(group_of.values())
        if not keys:
            return np.arange(self.table.num_rows)
        return np.lexsort(keys[::-1])

    def _ids(self, count: int) -> Array:
        for name in (self.person.key, _ID):
            if name in self.table.column_names:
                return np.asarray(self.table.column(name).to_numpy(zero_copy_only=False))
        return np.arange(2, count + 2)  # (lines of the file)

    def _roles(self, group: Any, count: int) -> Array:
        """Return the key of each row's role."""
        name = f"{group.key}_role"
        roles = {word: role.key for role in group.roles for word in (role.key, role.plural)}
        if name not in self.table.column_names:
            if len(group.roles) > 1:
                words = ", ".join(sorted(filter(None, roles)))
                raise self._wrong(f"no role in the {group.key} is given", f"add '{name}': {words}")
            return np.full(count, group.roles[0].key)
        column = self.table.column(name).combine_chunks()
        self._no_gaps(name, column, "give each row its role")
        coded = column.dictionary_encode()
        words = coded.dictionary.to_pylist()
        for word in words:
            if word not in roles:
                row = words.index(word)
                at = int(np.argmax(np.asarray(coded.indices) == row))
                raise self._wrong(
                    f"'{word}' is no role", did_you_mean(word, filter(None, roles)), name, at
                )
        found: Array = np.array([roles[word] for word in words])[np.asarray(coded.indices)]
        return found

    def _columns(
        self, order: Array, rows: Mapping[str, Array], first: Mapping[str, Array]
    ) -> tuple[dict[str, Array], dict[str, Array]]:
        """Return the columns of variables, and those that are none."""
        keys = {_ID, self.person.key}
        for group in self.groups:
            keys |= {group.key, f"{group.key}_role"}
        columns: dict[str, Array] = {}
        others: dict[str, Array] = {}
        for name in self.table.column_names:
            if name in keys:
                continue
            column = self.table.column(name).combine_chunks()
            variable = self.law.system.variables.get(name)
            if variable is None:
                others[name] = np.asarray(column.to_numpy(zero_copy_only=False))[order]
                continue
            values = self._filled(name, variable, column)[order]
            key = variable.entity.key
            if key in rows:
                of_group = values[first[key]]
                odd = np.flatnonzero(values != of_group[rows[key]])
                if odd.size:
                    raise self._wrong(
                        f"rows of one {key} say different things",
                        f"say the same in all rows of a {key}",
                        name,
                        int(order[odd[0]]),
                    )
                values = of_group
            columns[name] = values
        return columns, others

    def _filled(self, name: str, variable: Any, column: Any) -> Array:
        """Return a column in which empty cells have the variable's default."""
        if not column.null_count:
            return np.asarray(column.to_numpy(zero_copy_only=False))
        if variable.formulas:
            row = int(np.argmax(np.asarray(column.is_null())))
            raise self._wrong(
                "the law computes it, and a cell is empty", "give it for all or none", name, row
            )
        default = variable.default_value
        filled = column.fill_null(getattr(default, "name", default))
        return np.asarray(filled.to_numpy(zero_copy_only=False))

    def _weights(self, weight: Array) -> NDArray[np.float64]:
        try:
            found = weight.astype(np.float64)
        except (TypeError, ValueError):
            raise self._wrong("weights are numbers", "write numbers", WEIGHT) from None
        if not np.isfinite(found).all() or (found < 0).any():
            raise self._wrong("weights are numbers of 0 or more", "correct them", WEIGHT)
        return found

    def _no_gaps(self, name: str, column: Any, remedy: str) -> None:
        if column.null_count:
            row = int(np.argmax(np.asarray(column.is_null())))
            raise self._wrong("a cell is empty", remedy, name, row)

    def _wrong(
        self, message: str, remedy: str, column: str = "", row: int | None = None
    ) -> PolicyError:
        line = 0 if row is None else row + 2  # (after the line of names)
        names = self.table.column_names
        place = names.index(column) + 1 if line and column in names else 0
        return PolicyError(Problem(message, Location(self.file, line, place), remedy, column))
