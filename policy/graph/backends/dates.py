"""Calendar arithmetic on whole numbers, for compiled code.

Algorithms of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2021): a year begins in
March, so that the leap day comes last. Days and months are counted from far enough back to be never
negative: the division of a number without a sign by a constant is a multiplication.
"""

from __future__ import annotations

import numpy as np

from policy.graph.ops import DAYS

#: Spans of 400 years that are counted before the year 0.
_ERAS = 1_000_000
_DAYS_BEFORE = 719_468 + _ERAS * 146_097
_MONTHS_BEFORE = 1_970 * 12 - 2 + _ERAS * 4_800

_FIRST_DAY, _NEVER = int(DAYS[0].astype(np.int64)), int(DAYS[-1].astype(np.int64))
_LAST_PLACE = len(DAYS) - 1

_U2, _U4, _U5, _U12, _U100, _U153, _U365, _U400 = map(np.uint64, (2, 4, 5, 12, 100, 153, 365, 400))
_U1460, _U36524, _U146096, _U146097 = map(np.uint64, (1_460, 36_524, 146_096, 146_097))


def month_number(day: int) -> int:
    """Return the number of months since January 1970 of a number of days since its first.

    >>> month_number(31), month_number(-1)
    (1, -1)
    """
    shifted = np.uint64(day + _DAYS_BEFORE)
    era = shifted // _U146097
    of_era = shifted - era * _U146097
    year = (of_era - of_era // _U1460 + of_era // _U36524 - of_era // _U146096) // _U365
    of_year = of_era - (_U365 * year + year // _U4 - year // _U100)
    march = (_U5 * of_year + _U2) // _U153
    return int((year + era * _U400) * _U12 + march) - _MONTHS_BEFORE


def day_of_month_number(month: int) -> int:
    """Return the number of days since 1970-01-01 of the first day of a month.

    >>> day_of_month_number(1), day_of_month_number(-1)
    (31, -31)
    """
    shifted = np.uint64(month + _MONTHS_BEFORE)
    march_year = shifted // _U12
    march = shifted - march_year * _U12
    era = march_year // _U400
    of_era = march_year - era * _U400
    of_year = (_U153 * march + _U2) // _U5
    days = era * _U146097 + of_era * _U365 + of_era // _U4 - of_era // _U100 + of_year
    return int(days) - _DAYS_BEFORE


def working_day_on_or_before(day: int, holidays: tuple[int, ...]) -> int:
    """Return a day, or the last working day before it: no weekend, none of the holidays.

    >>> working_day_on_or_before(2, ()), working_day_on_or_before(2, (1,))
    (1, 0)
    """
    saturday = 5  # (counted from Monday; day 0, 1970-01-01, was a Thursday)
    while (day + 3) % 7 >= saturday or day in holidays:
        day -= 1
    return day


def place_of_day(day: int) -> int:
    """Return where a day stands in a table (:data:`policy.graph.ops.DAYS`).

    >>> place_of_day(0), place_of_day(_NEVER)
    (62091, 146097)
    """
    return min(max(day - _FIRST_DAY, 0), _LAST_PLACE)


def has_place(day: int) -> bool:
    """Tell whether a day stands in a table.

    >>> has_place(0), has_place(_NEVER), has_place(_NEVER - 1)
    (True, True, False)
    """
    place = day - _FIRST_DAY
    return bool((place >= 0) & (place < _LAST_PLACE) | (day == _NEVER))
