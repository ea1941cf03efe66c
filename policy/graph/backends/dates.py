"""Calendar arithmetic on whole numbers, for compiled code.

Algorithms of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2021): a year begins in
March, so that the leap day comes last.
"""

from __future__ import annotations


def month_number(day: int) -> int:
    """Return the number of months since January 1970 of a number of days since its first.

    >>> month_number(31), month_number(-1)
    (1, -1)
    """
    shifted = day + 719_468
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    march = (5 * of_year + 2) // 153
    return (year + era * 400 - 1_970) * 12 + march + 2


def day_of_month_number(month: int) -> int:
    """Return the number of days since 1970-01-01 of the first day of a month.

    >>> day_of_month_number(1), day_of_month_number(-1)
    (31, -31)
    """
    shifted = month + 1_970 * 12 - 2
    march_year = shifted // 12
    march = shifted - march_year * 12
    era = march_year // 400
    of_era = march_year - era * 400
    of_year = (153 * march + 2) // 5
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def working_day_on_or_before(day: int, holidays: tuple[int, ...]) -> int:
    """Return a day, or the last working day before it: no weekend, none of the holidays.

    >>> working_day_on_or_before(2, ()), working_day_on_or_before(2, (1,))
    (1, 0)
    """
    saturday = 5  # (counted from Monday; day 0, 1970-01-01, was a Thursday)
    while (day + 3) % 7 >= saturday or day in holidays:
        day -= 1
    return day
