"""Variants of a situation: a few facts or people changed, to find cases that no test has.

Dates move by days, to birthdays and to days that the law or the situation names; amounts by a cent,
or to numbers of the law; facts are left out or added; people are left out or come twice.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from policy.scenario.situation import Members, Situation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot

_Item = TypeVar("_Item")
_DAYS = (-31, -30, -1, 0, 0, 0, 1, 30, 31)
_YEARS = (*range(-20, 21), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_CENTS = (-0.01, 0.0, 0.01)
_AT_MOST = 4
_LEAP_DAY = 29


@dataclass(frozen=True)
class Pool:
    """What the law names, to draw from.

    Attributes:
        dates: days of the law, and the first and last day asked about.
        numbers: numbers of the law.
        facts: what can be given that answers are read from.

    """

    law: Legislation
    dates: tuple[datetime.date, ...]
    numbers: tuple[float, ...]
    facts: tuple[Slot, ...]


def pool_of(law: Legislation, asked: Iterable[Slot], facts: Iterable[Slot]) -> Pool:
    """Return what variants of situations are drawn from."""
    dates: set[datetime.date] = set()
    numbers: set[float] = set()
    for parameter in law.parameters.values():
        for each in parameter.values:
            dates.update(_days(each.start), _days(each.value))
            if isinstance(each.value, int | float):
                numbers.add(float(each.value))
    for _, period in asked:
        dates.update(_days(str(period.start)), _days(str(period.stop)))
    drawn = (slot for slot in facts if law.variable(slot[0]).value_type is not str)
    return Pool(law, tuple(sorted(dates)), tuple(sorted(numbers)), tuple(drawn))


def _days(written: Any) -> tuple[datetime.date, ...]:
    try:
        return (datetime.date.fromisoformat(written),)
    except (TypeError, ValueError):
        return ()


def vary(situation: Situation, pool: Pool, random: np.random.Generator) -> Situation:
    """Return a situation with one to four small changes."""
    varied = situation
    for _ in range(int(random.integers(1, _AT_MOST + 1))):
        varied = _one_of(_WAYS, random)(varied, pool, random)
    return varied


def without_person(law: Legislation, situation: Situation, index: int) -> Situation:
    """Return a situation without a person and the person's facts."""
    order = [row for row in range(len(_persons(law, situation))) if row != index]
    return _with_persons(law, situation, order, [_persons(law, situation)[row] for row in order])


def without_fact(situation: Situation, slot: Slot, row: int) -> Situation:
    """Return a situation without a fact."""
    facts = {key: dict(rows) for key, rows in situation.facts.items()}
    del facts[slot][row]
    return Situation(
        situation.ids, situation.members, {k: rows for k, rows in facts.items() if rows}
    )


def _persons(law: Legislation, situation: Situation) -> list[str]:
    return situation.ids[law.system.person_entity.key]


def _with_persons(
    law: Legislation, situation: Situation, order: Sequence[int], ids: list[str]
) -> Situation:
    """Return a situation of the persons in these rows, under these ids."""
    person = law.system.person_entity.key
    members = {
        key: Members(
            [each.group_of_person[row] for row in order],
            [each.role_of_person[row] for row in order],
        )
        for key, each in situation.members.items()
    }
    facts = {}
    for slot, rows in situation.facts.items():
        kept = rows
        if law.variable(slot[0]).entity.key == person:
            kept = {new: rows[old] for new, old in enumerate(order) if old in rows}
        if kept:
            facts[slot] = kept
    return Situation({**situation.ids, person: ids}, members, facts)


def _one_of(items: Sequence[_Item], random: np.random.Generator) -> _Item:
    return items[int(random.integers(len(items)))]


def _leave_out_person(situation: Situation, pool: Pool, random: np.random.Generator) -> Situation:
    count = len(_persons(pool.law, situation))
    if count < 2:  # noqa: PLR2004  (the last one)
        return situation
    return without_person(pool.law, situation, int(random.integers(count)))


def _twice(situation: Situation, pool: Pool, random: np.random.Generator) -> Situation:
    ids = _persons(pool.law, situation)
    if not ids:
        return situation
    row = int(random.integers(len(ids)))
    if any(_is_full(each, row) for each in situation.members.values()):
        return situation
    name = next(n for n in (f"{ids[row]}_{number}" for number in range(2, 99)) if n not in ids)
    return _with_persons(pool.law, situation, [*range(len(ids)), row], [*ids, name])


def _is_full(members: Members, row: int) -> bool:
    """Tell whether a group has room for no more people in a person's role."""
    role, group = members.role_of_person[row], members.group_of_person[row]
    roles = zip(members.group_of_person, members.role_of_person, strict=True)
    return role.max is not None and sum(each == (group, role) for each in roles) >= role.max


def _leave_out_fact(situation: Situation, _pool: Pool, random: np.random.Generator) -> Situation:
    given = [(slot, row) for slot, rows in situation.facts.items() for row in rows]
    return without_fact(situation, *_one_of(given, random)) if given else situation


def _change(situation: Situation, pool: Pool, random: np.random.Generator) -> Situation:
    given = [(slot, row) for slot, rows in situation.facts.items() for row in rows]
    return _given(situation, *_one_of(given, random), pool, random) if given else situation


def _add(situation: Situation, pool: Pool, random: np.random.Generator) -> Situation:
    if not pool.facts:
        return situation
    slot = _one_of(pool.facts, random)
    count = len(situation.ids[pool.law.variable(slot[0]).entity.key])
    return (
        _given(situation, slot, int(random.integers(count)), pool, random) if count else situation
    )


def _given(
    situation: Situation, slot: Slot, row: int, pool: Pool, random: np.random.Generator
) -> Situation:
    known = situation.facts.get(slot, {}).get(row)
    value = _drawn(pool.law.variable(slot[0]))(known, situation, pool, random)
    facts = {**situation.facts, slot: {**situation.facts.get(slot, {}), row: value}}
    return Situation(situation.ids, situation.members, facts)


def _drawn(variable: Any) -> Callable[..., Any]:
    """Return what draws another value of a variable, from the one known."""
    if hasattr(variable, "possible_values"):
        members = tuple(variable.possible_values)
        return lambda _known, _situation, _pool, random: _one_of(members, random)
    return _DRAWN.get(variable.value_type, lambda known, *_: known)


def _a_date(
    known: Any, situation: Situation, pool: Pool, random: np.random.Generator
) -> datetime.date:
    """Return a date days or years from one in the situation or the law."""
    said = [v for rows in situation.facts.values() for v in rows.values() if type(v) is _DATE]
    near = [known] if type(known) is _DATE else []
    start = _one_of([*near * len(said), *said, _one_of(pool.dates, random)], random)
    year = min(max(start.year + _one_of(_YEARS, random), 1900), 2100)
    moved = start.replace(
        year=year, day=min(start.day, 28) if start.day == _LEAP_DAY else start.day
    )
    return moved + datetime.timedelta(_one_of(_DAYS, random))


def _a_number(known: Any, situation: Situation, pool: Pool, random: np.random.Generator) -> float:
    said = [v for rows in situation.facts.values() for v in rows.values() if type(v) is float]
    near = [known] if type(known) is float else []
    start = _one_of([*near, *said, _one_of(pool.numbers, random)], random)
    return max(round(start * _one_of((1, 1, 1, 2, 12), random) + _one_of(_CENTS, random), 2), 0.0)


def _a_count(known: Any, _situation: Situation, pool: Pool, random: np.random.Generator) -> int:
    near = [known] if isinstance(known, int) else []
    start = _one_of([*near, 1, int(_one_of(pool.numbers, random))], random)
    return max(start + _one_of((-1, 0, 1), random), 0)


def _the_other(known: Any, *_: Any) -> bool:
    return not known


_DATE = datetime.date
_DRAWN: dict[type, Callable[..., Any]] = {
    datetime.date: _a_date,
    float: _a_number,
    int: _a_count,
    bool: _the_other,
}
_WAYS = (_change, _change, _change, _change, _add, _add, _leave_out_fact, _twice, _leave_out_person)
