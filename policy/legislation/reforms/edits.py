"""Edits of a parameter's history: what a reform does to the dated values of the law.

A history is the values in the order of their dates, each in force until the next. An edit returns
another history and leaves the one it was given as it was. Numbers are reckoned in decimals, so that
80 scaled by 1.039 is 83.12 and not a double beside it.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Dated:
    """A value in force from a day on, None where the rule has ended, and where it stands."""

    start: str
    value: Any
    metadata: Mapping[str, Any]


History: TypeAlias = tuple[Dated, ...]


@dataclass(frozen=True)
class Time:
    """The days on which an edit holds: from the first to the last, or for good.

    >>> Time("2024-01-01", "2024-12-31").after
    '2025-01-01'
    """

    first: str
    last: str = ""

    @property
    def after(self) -> str:
        """The day after the last, or an empty string."""
        if not self.last:
            return ""
        day = datetime.date.fromisoformat(self.last) + datetime.timedelta(days=1)
        return day.isoformat()


def in_force(history: History, day: str) -> Dated | None:
    """Return the value in force on a day, or None before the first."""
    return next((each for each in reversed(history) if each.start <= day), None)


def put(history: History, time: Time, value: Any, metadata: Mapping[str, Any]) -> History:
    """Let a value hold for a time; afterwards the history goes on as it was.

    >>> old = (Dated("2020-01-01", 60, {}), Dated("2023-01-01", 80, {}))
    >>> [(each.start, each.value) for each in put(old, Time("2022-01-01", "2022-12-31"), 70, {})]
    [('2020-01-01', 60), ('2022-01-01', 70), ('2023-01-01', 80)]
    >>> [(each.start, each.value) for each in put(old, Time("2022-01-01"), 70, {})]
    [('2020-01-01', 60), ('2022-01-01', 70)]

    """
    return (
        *_before(history, time),
        Dated(time.first, value, metadata),
        *_resumed(history, time),
    )


def made_of_each(
    history: History, time: Time, make: Callable[[Any], Any], metadata: Mapping[str, Any]
) -> History:
    """Let each value that holds within a time be what is made of it.

    >>> old = (Dated("2020-01-01", 60, {}), Dated("2023-01-01", 80, {}))
    >>> new = made_of_each(old, Time("2022-01-01"), scaled(1.05), {})
    >>> [(each.start, each.value) for each in new]
    [('2020-01-01', 60), ('2022-01-01', 63), ('2023-01-01', 84)]

    """
    after = time.after
    first = in_force(history, time.first)
    within = [Dated(time.first, first.value, {})] if first else []
    within += [
        each for each in history if time.first < each.start and (not after or each.start < after)
    ]
    return (
        *_before(history, time),
        *(
            Dated(each.start, None if each.value is None else make(each.value), metadata)
            for each in within
        ),
        *_resumed(history, time),
    )


def replaced_on(
    history: History, values: Mapping[str, Any], metadata: Mapping[str, Any]
) -> History:
    """Put in a value at each of some dates, in place of one that begins there; the others stay.

    >>> old = (Dated("2020-01-01", 60, {}), Dated("2023-01-01", 80, {}))
    >>> new = replaced_on(old, {"2022-01-01": 70}, {})
    >>> [(each.start, each.value) for each in new]
    [('2020-01-01', 60), ('2022-01-01', 70), ('2023-01-01', 80)]

    """
    kept = [each for each in history if each.start not in values]
    new = [Dated(start, value, metadata) for start, value in values.items()]
    return tuple(sorted([*kept, *new], key=lambda each: each.start))


def without(history: History, starts: frozenset[str]) -> History:
    """Take out the values that begin on some dates; those before them go on.

    >>> old = (Dated("2020-01-01", 60, {}), Dated("2023-01-01", 80, {}))
    >>> without(old, frozenset({"2023-01-01"}))
    (Dated(start='2020-01-01', value=60, metadata={}),)

    """
    return tuple(each for each in history if each.start not in starts)


def scaled(factor: float) -> Callable[[Any], Any]:
    """Return what multiplies a value.

    >>> scaled(1.039)(80)
    83.12
    """
    return lambda value: _plain(_exact(value) * _exact(factor))


def added(term: float) -> Callable[[Any], Any]:
    """Return what adds to a value.

    >>> added(-0.1)(0.3)
    0.2
    """
    return lambda value: _plain(_exact(value) + _exact(term))


def _exact(number: Any) -> Decimal:
    return Decimal(repr(number))


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _before(history: History, time: Time) -> History:
    return tuple(each for each in history if each.start < time.first)


def _resumed(history: History, time: Time) -> History:
    """Return what follows a time: the value then in force goes on, and those that come later."""
    after = time.after
    if not after:
        return ()
    rest = tuple(each for each in history if each.start >= after)
    if rest and rest[0].start == after:
        return rest
    going_on = in_force(history, after) or Dated(after, None, {})
    return (Dated(after, going_on.value, going_on.metadata), *rest)
