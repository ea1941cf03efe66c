"""A block of people as tables that SQL reads, and its answers as arrays again.

Columns of facts have names of their own (``f0``, ``f1`` …): no text of a file is ever part of SQL.
"""

from __future__ import annotations

import datetime
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from policy.errors import PolicyError, Problem
from policy.graph.backends.expressions import UnsupportedError
from policy.graph.backends.sql.plan import Fact
from policy.running.schema import MEMBERSHIPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array, Column, People, Slot


def tables_of(
    law: Legislation,
    people: People,
    facts: Mapping[Slot, Column],
    before: Mapping[str, int] | None = None,
) -> tuple[dict[str, Any], dict[Slot, Fact]]:
    """Return people as Arrow tables, and where the facts about them are read.

    Args:
        law: the statute book.
        people: who they are.
        facts: what is given of them.
        before: how many there are before them, in the blocks of the same tables, by entity.

    Returns:
        The tables, by the key of their entity, and of who is in which group. Ids are numbers of
        rows, so that all stay in their order.

    """
    given: dict[Slot, Fact] = {}
    first = {each.key: (before or {}).get(each.key, 0) for each in law.system.entities}
    columns: dict[str, dict[str, Any]] = {
        key: {key: pa.array(np.arange(start, start + people.counts[key]))}
        for key, start in first.items()
    }
    known: dict[tuple[str, int], Fact] = {}
    for (name, period), column in facts.items():
        fact = known.get((name, id(column)))
        if fact is None:
            fact = Fact(f"f{len(known)}", partly=column.known is not None)
            known[name, id(column)] = fact
            variable = law.variable(name)
            columns[variable.entity.key][fact.column] = _cells(variable, column)
        given[name, period] = fact
    person = law.system.person_entity.key
    members = {person: columns[person][person]}
    for kind in law.system.group_entities:
        membership = people.memberships[kind.key]
        roles = [role.key for role in kind.roles for _ in role.subroles or [role]]
        members[kind.key] = pa.array(membership.group_of + first[kind.key])
        members[f"{kind.key}_role"] = _words(membership.role_of, roles)
    tables = {key: pa.table(each) for key, each in columns.items()}
    return {**tables, MEMBERSHIPS: pa.table(members)}, given


def _cells(variable: Any, column: Column) -> Any:
    values = column.values
    if hasattr(variable, "possible_values"):
        cells = _words(values, [member.name for member in variable.possible_values])
    elif variable.value_type is str:
        cells = pa.array(values.tolist(), pa.string())
    else:
        cells = pa.array(values)
    return cells if column.known is None else pc.if_else(pa.array(column.known), cells, None)


def _words(numbers: Array, words: list[str]) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(numbers), pa.array(words)).cast(pa.string())


@contextmanager
def with_sql() -> Iterator[None]:
    """Write SQL; tell what to do where a formula has none.

    Raises:
        PolicyError: a formula has none.

    """
    try:
        yield
    except UnsupportedError as error:
        remedy = "take another engine (--engine numpy)"
        raise PolicyError(Problem(str(error), remedy=remedy, key="engine")) from None


def arrays_of(law: Legislation, table: Any) -> dict[str, Array]:
    """Return answers as other engines give them, from a table in the order of its first column."""
    names = table.column_names[1:]
    return {name: _array(law.variable(name), table.column(name)) for name in names}


def _array(variable: Any, cells: Any) -> Array:
    if hasattr(variable, "possible_values"):
        words = pa.array([member.name for member in variable.possible_values])
        cells = pc.index_in(cells, value_set=words)
    elif variable.value_type is datetime.date:
        cells = cells.cast(pa.int32())
    array: Array = cells.to_numpy()
    if variable.value_type is datetime.date:
        array = array.astype("M8[D]")
    return array if variable.value_type is str else array.astype(variable.dtype, copy=False)
