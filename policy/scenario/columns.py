"""A situation as columns: people in groups, and an array for each fact."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.legislation.people import Column, Membership, People

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array, Slot
    from policy.scenario.situation import Situation

#: The day from which NumPy counts.
_FIRST_DAY = datetime.date(1970, 1, 1).toordinal()


def people_of(law: Legislation, situations: Sequence[Situation]) -> People:
    """Return who is in which group, in situations side by side."""
    counts = {key: sum(len(situation.ids[key]) for situation in situations) for key in law.entities}
    ids = {key: [id_ for each in situations for id_ in each.ids[key]] for key in law.entities}
    memberships = {}
    for entity in law.system.group_entities:
        key = entity.key
        number = {role: place for place, role in enumerate(entity.flattened_roles)}
        group_of: list[int] = []
        role_of: list[int] = []
        before = 0
        for situation in situations:
            members = situation.members[key]
            group_of += [before + group for group in members.group_of_person]
            role_of += [number[role] for role in members.role_of_person]
            before += len(situation.ids[key])
        memberships[key] = Membership(
            counts[key], np.array(group_of, dtype=np.intp), np.array(role_of, dtype=np.intp)
        )
    return People(counts, memberships, ids)


def facts_of(law: Legislation, situations: Sequence[Situation]) -> dict[Slot, Column]:
    """Return the facts given in situations side by side."""
    rows: dict[Slot, tuple[list[int], list[Any]]] = {}
    spread: dict[Slot, list[tuple[int, Period]]] = {}
    before = dict.fromkeys(law.entities, 0)
    for situation in situations:
        for slot, values in situation.facts.items():
            first = before[law.variable(slot[0]).entity.key]
            where, what = rows.setdefault(slot, ([], []))
            where += [first + row for row in values]
            what += values.values()
        for slot, whole in situation.spread.items():
            first = before[law.variable(slot[0]).entity.key]
            spread.setdefault(slot, []).extend((first + row, when) for row, when in whole.items())
        for key in before:
            before[key] += len(situation.ids[key])
    columns: dict[Hashable, Column] = {}
    facts = {}
    for slot, given in rows.items():
        longer = spread.get(slot, [])
        same = (slot[0], *longer) if len(longer) == len(given[0]) else slot
        if same not in columns:
            variable = law.variable(slot[0])
            columns[same] = column(variable, before[variable.entity.key], *given)
        facts[slot] = columns[same]
    return facts


def side_by_side(
    law: Legislation, several: Sequence[tuple[People, Mapping[Slot, Column]]]
) -> tuple[People, dict[Slot, Column]]:
    """Return people and facts of several situations side by side.

    What is given in some situations of a variable with a formula is known for their rows alone.
    """
    first = dict.fromkeys(law.entities, 0)
    given: dict[Slot, list[tuple[int, Column]]] = {}
    memberships: dict[str, list[Membership]] = {key: [] for key in several[0][0].memberships}
    for people, facts in several:
        for slot, column in facts.items():
            place = first[law.variable(slot[0]).entity.key]
            given.setdefault(slot, []).append((place, column))
        for key, membership in people.memberships.items():
            group_of = membership.group_of + first[key]
            memberships[key].append(Membership(membership.groups, group_of, membership.role_of))
        for key, count in people.counts.items():
            first[key] += count
    joined = {
        key: Membership(
            first[key],
            np.concatenate([each.group_of for each in parts]),
            np.concatenate([each.role_of for each in parts]),
        )
        for key, parts in memberships.items()
    }
    columns: dict[Hashable, Column] = {}
    facts = {}
    for slot, parts in given.items():
        same = (slot[0], *((place, id(each)) for place, each in parts))
        if same not in columns:
            variable = law.variable(slot[0])
            columns[same] = _joined(variable, first[variable.entity.key], parts)
        facts[slot] = columns[same]
    return People(first, joined), facts


def _joined(variable: Any, count: int, parts: Sequence[tuple[int, Column]]) -> Column:
    """Return one column of columns that each begin at a row."""
    array, known = blank(variable, count), np.zeros(count, dtype=bool)
    for place, column in parts:
        rows = slice(place, place + len(column.values))
        array[rows] = column.values
        known[rows] = True if column.known is None else column.known
    return Column(array, None if known.all() or not variable.formulas else known)


def column(variable: Any, count: int, rows: Sequence[int], values: Iterable[Any]) -> Column:
    """Return the column of a variable given in some rows."""
    enumerated = hasattr(variable, "possible_values")
    given = [value.index for value in values] if enumerated else list(values)
    if isinstance(rows, range) and len(rows) == count:
        return Column(_array(variable, given))
    array = blank(variable, count)
    array[rows] = _array(variable, given)
    if not variable.formulas or len(rows) == count:
        return Column(array)
    known = np.zeros(count, dtype=bool)
    known[rows] = True
    return Column(array, known)


def blank(variable: Any, count: int) -> Array:
    """Return a variable's default for everybody."""
    enumerated = hasattr(variable, "possible_values")
    default = variable.default_value.index if enumerated else variable.default_value
    return np.full(count, default, dtype=_dtype(variable))


def _array(variable: Any, values: list[Any]) -> Array:
    if variable.value_type is datetime.date:
        days = np.fromiter(map(datetime.date.toordinal, values), np.int64, len(values))
        return (days - _FIRST_DAY).view(variable.dtype)  # (NumPy's own way takes ten times as long)
    return np.array(values, dtype=_dtype(variable))


def _dtype(variable: Any) -> Any:
    text = variable.value_type is str and not variable.max_length
    return object if text else variable.dtype


def repeated(people: People, facts: Mapping[Slot, Column], copies: int) -> tuple[People, Any]:
    """Return people and facts many times over, side by side."""
    memberships = {
        key: Membership(
            each.groups * copies,
            np.tile(each.group_of, copies)
            + np.repeat(np.arange(copies) * each.groups, len(each.group_of)),
            np.tile(each.role_of, copies),
        )
        for key, each in people.memberships.items()
    }
    return (
        People(
            {key: count * copies for key, count in people.counts.items()},
            memberships,
            {key: ids * copies for key, ids in people.ids.items()},
        ),
        {
            slot: Column(
                np.tile(each.values, copies),
                None if each.known is None else np.tile(each.known, copies),
            )
            for slot, each in facts.items()
        },
    )
