"""Columns of a population, checked against the variables they are given for."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import PolicyError, Problem, did_you_mean
from policy.legislation.people import Column, Membership, People
from policy.population.texts import NO_NAME, places_of
from policy.scenario.times import definition_periods, period_of
from policy.scenario.values import (
    BadValueError,
    cannot_be_negative,
    checked,
    divides,
    share,
    shown,
)

if TYPE_CHECKING:
    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array, Limits, Slot

_INT32 = np.iinfo(np.int32)
#: The greatest numbers that values can be.
_GREATEST: dict[type, float] = {float: float(np.finfo(np.float64).max), int: int(_INT32.max)}
_DAY = np.dtype("M8[D]")
#: What is no date, as the whole number that it is in memory: less than each that is one.
_NO_DAY = np.iinfo(np.int64).min
#: What columns and memberships look like.
_SHAPES = {
    "columns": "{variable: array of a value for each}",
    "memberships": "{group: (number of each person's group, role of each person)}",
}


def people_of(
    law: Legislation,
    memberships: Mapping[str, tuple[Any, Any]],
    columns: Mapping[str, Any],
    *,
    looking: bool = True,
) -> People:
    """Return who is in which group.

    Args:
        law: the statute book.
        memberships: of each group entity, by its key: for each person the number of its group, from
            0, and its role (a key of the entity's roles, or the number of one).
        columns: the columns given; those of groups tell how many there are.
        looking: whether to look at each number; else they are taken for right, and group by group.

    Raises:
        PolicyError: columns or memberships are no mappings, an entity is missing or unknown,
            lengths differ, or there is no such role.

    """
    for argument, given in (("columns", columns), ("memberships", memberships)):
        if not isinstance(given, Mapping):
            remedy = f"give a dict: {_SHAPES[argument]}"
            raise _wrong(argument, f"expected a mapping, got {shown(given)}", remedy)
    groups = {entity.key: entity for entity in law.system.group_entities}
    for key in memberships:
        if key not in groups:
            raise _wrong(
                "memberships",
                f"the {law.name} book has no groups '{key}'",
                did_you_mean(key, groups, kind="groups"),
            )
    found = {}
    for key, entity in groups.items():
        if key not in memberships:
            raise _wrong(
                "memberships",
                f"nothing is said of each person's {key}",
                f"add '{key}: (number of each person's {key}, role of each person)'",
            )
        least = _least_count(law, key, columns)
        found[key] = _membership(
            entity, memberships[key], least, looking=looking or len(groups) > 1
        )
    persons = {len(each.group_of) for each in found.values()}
    if len(persons) > 1:
        raise _wrong("memberships", "they are of different lengths", "give one row a person")
    counts = {key: each.groups for key, each in found.items()}
    person = law.system.person_entity.key
    count = persons.pop() if persons else _least_count(law, person, columns)
    return People({person: count, **counts}, found)


def facts_of(
    law: Legislation,
    people: People,
    columns: Mapping[str, Any],
    period: Period,
    *,
    looking: bool = True,
) -> dict[Slot, Column]:
    """Return given columns by variable and period.

    Args:
        law: the statute book.
        people: who they are about.
        columns: an array for each variable, or a mapping of periods to arrays.
        period: the period of arrays that name none.
        looking: whether to look at each value; else those of the variable's own type are taken for
            right.

    Raises:
        PolicyError: naming the column, and the first row that is wrong.

    """
    facts: dict[Slot, Column] = {}
    for name, given in columns.items():
        variable = law.variable(name)
        if variable.is_neutralized:
            message = "it is neutralised: values given for it have no effect"
            raise _wrong(f"columns.{name}", message, "leave it out")
        by_period = given if isinstance(given, dict) else {period: given}
        for written, values in by_period.items():
            try:
                when = definition_periods(variable, period_of(written))
                count = people.counts[variable.entity.key]
                array = _checked(variable, values, count, looking=looking)
                if len(when) > 1 and divides(variable):
                    array = np.asarray(share(variable, array, len(when)))
            except BadValueError as error:
                raise _wrong(f"columns.{name}", error.message, error.remedy) from None
            column = Column(array)  # (one for all the periods it is spread over)
            for own in when:
                if variable.end and own.start.date > variable.end:
                    message = f"it ended on {variable.end}: values for {own} have no effect"
                    raise _wrong(f"columns.{name}", message, "leave them out")
                if (name, own) in facts:
                    raise _wrong(f"columns.{name}", f"{own} is given twice", "give it once")
                facts[name, own] = column
    return facts


def _least_count(law: Legislation, key: str, columns: Mapping[str, Any]) -> int:
    """Return the number of persons or groups that columns are given for, 0 where there are none."""
    for name, given in columns.items():
        if law.variable(name).entity.key == key:
            first = next(iter(given.values()), ()) if isinstance(given, dict) else given
            return len(first) if hasattr(first, "__len__") else 0
    return 0


def limits_of(law: Legislation, facts: Iterable[Slot]) -> dict[Slot, Limits]:
    """Return between which numbers the values of facts must lie, where they are numbers."""
    limits: dict[Slot, Limits] = {}
    for slot in facts:
        variable = law.variable(slot[0])
        if hasattr(variable, "possible_values"):
            limits[slot] = 0, len(variable.possible_values) - 1
        elif variable.value_type in _GREATEST:
            greatest = _GREATEST[variable.value_type]
            limits[slot] = 0 if cannot_be_negative(variable) else -greatest, greatest
    return limits


def _membership(entity: Any, given: tuple[Any, Any], least: int, *, looking: bool) -> Membership:
    where = f"memberships.{entity.key}"
    try:
        group_of, role_of = (np.asarray(part) for part in given)
    except (TypeError, ValueError):
        raise _wrong(
            where,
            "expected two arrays",
            f"give (number of each person's {entity.key}, role of each person)",
        ) from None
    if group_of.shape != role_of.shape or group_of.ndim != 1:
        raise _wrong(where, "groups and roles are of different lengths", "give one row a person")
    if group_of.dtype.kind not in "iu" and len(group_of):
        raise _wrong(where, "the groups are not whole numbers", "number them from 0")
    group_of = group_of.astype(np.intp, copy=False)
    if not looking and role_of.dtype == np.intp:
        groups = int(group_of[-1]) + 1 if len(group_of) else 0
        return Membership(max(least, groups), group_of, role_of)
    last = _greatest(group_of)
    if last is None:
        raise _wrong(where, f"row {int(group_of.argmin())} has a negative number", "number from 0")
    return Membership(max(least, last + 1), group_of, _roles(entity, role_of, where))


def _greatest(numbers: Array) -> int | None:
    """Return the greatest of whole numbers, -1 of none; None where one is negative.

    One look at each: read as numbers without a sign, negative ones are the greatest.
    """
    if not len(numbers):
        return -1
    unsigned = np.dtype(f"u{numbers.dtype.itemsize}")
    greatest = int(numbers.view(unsigned).max())
    return greatest if greatest <= np.iinfo(numbers.dtype).max else None


def _roles(entity: Any, given: Array, where: str) -> Array:
    keys = [role.key for role in entity.flattened_roles]
    if given.dtype.kind in "iu":
        greatest = _greatest(given)
        if greatest is None or greatest >= len(keys):
            wrong = np.flatnonzero((given < 0) | (given >= len(keys)))
            raise _wrong(
                where, f"row {wrong[0]}: there is no role {given[wrong[0]]}", f"roles: {keys}"
            )
        return given.astype(np.intp, copy=False)
    try:
        return _numbered(given, keys, "roles").astype(np.intp)
    except BadValueError as error:
        raise _wrong(where, error.message, error.remedy) from None


def _numbered(given: Array, names: list[str], kind: str) -> Array:
    """Return texts as the places of their names.

    Raises:
        BadValueError: naming the first row that is none of them.

    """
    texts = given.astype(str, copy=False)
    found = places_of(texts, names)
    if len(found) and found.min() == NO_NAME:
        row = int(found.argmin())
        word = str(texts[row])
        raise BadValueError(
            f"row {row}: '{word}' is none of the {kind}", did_you_mean(word, names, kind=kind)
        )
    return found


def _checked(variable: Any, given: Any, count: int, *, looking: bool) -> Array:
    values = np.asarray(given)
    if values.ndim != 1 or len(values) != count:
        raise BadValueError(
            f"expected {count} values, got {' × '.join(map(str, values.shape)) or 'one'}",
            f"give one for each {variable.entity.key}",
        )
    if not looking and values.dtype == variable.dtype and values.dtype.kind in "biufM":
        return values
    if hasattr(variable, "possible_values"):
        return _members(variable, values)
    return _KINDS[variable.value_type](variable, values)


def _floats(variable: Any, values: Array) -> Array:
    if values.dtype.kind == "f" and values.dtype.itemsize < np.dtype(np.float64).itemsize:
        raise BadValueError(
            f"{values.dtype} has lost cents above 167,772", "give float64 from the source on"
        )
    if values.dtype.kind not in "fiu":
        return _by_value(variable, values)
    array = values.astype(np.float64, copy=False)
    wrong = ~np.isfinite(array)
    if cannot_be_negative(variable):
        wrong |= array < 0
    return _all_right(variable, array, wrong)


def _integers(variable: Any, values: Array) -> Array:
    if values.dtype.kind not in "iu":
        return _by_value(variable, values)
    least = 0 if cannot_be_negative(variable) else _INT32.min
    if len(values) and (values.min() < least or values.max() > _INT32.max):
        _all_right(variable, values, (values < least) | (values > _INT32.max))
    return values.astype(variable.dtype, copy=False)


def _booleans(variable: Any, values: Array) -> Array:
    return values if values.dtype.kind == "b" else _by_value(variable, values)


def _dates(variable: Any, values: Array) -> Array:
    if values.dtype.kind != "M":
        return _by_value(variable, values)
    if values.dtype == _DAY and (not len(values) or values.view(np.int64).min() != _NO_DAY):
        return values
    days = values.astype(_DAY)
    return _all_right(variable, days, np.isnat(days) | (days != values))


def _texts(variable: Any, values: Array) -> Array:
    return _by_value(variable, values)


_KINDS = {
    float: _floats,
    int: _integers,
    bool: _booleans,
    datetime.date: _dates,
    str: _texts,
}


def _members(variable: Any, values: Array) -> Array:
    names = [member.name for member in variable.possible_values]
    if values.dtype.kind in "iu":
        outside = (values < 0) | (values >= len(names))
        return _all_right(variable, values, outside).astype(variable.dtype, copy=False)
    return _numbered(values, names, "values").astype(variable.dtype)


def _by_value(variable: Any, values: Array) -> Array:
    """Check values one by one, as those of a scenario are."""
    text = variable.value_type is str and not variable.max_length
    array = np.empty(len(values), dtype=object if text else variable.dtype)
    for row, value in enumerate(values.tolist() if values.dtype.kind != "M" else values):
        try:
            array[row] = checked(variable, value)
        except BadValueError as error:
            raise BadValueError(f"row {row}: {error.message}", error.remedy) from None
    return array


def _all_right(variable: Any, values: Array, wrong: Array) -> Array:
    """Return values, or say what is wrong with the first that is, as a scenario would."""
    rows = np.flatnonzero(wrong)
    if not len(rows):
        return values
    try:
        checked(variable, values[rows[0]])
    except BadValueError as error:
        raise BadValueError(f"row {rows[0]}: {error.message}", error.remedy) from None
    raise BadValueError(
        f"row {rows[0]}: {values[rows[0]]} is no value of {variable.name}", "correct the row"
    )


def _wrong(key: str, message: str, remedy: str) -> PolicyError:
    return PolicyError(Problem(message, remedy=remedy, key=key))
