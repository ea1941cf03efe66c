"""Estonian personal codes (isikukood) of eleven digits, with their check digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from policy.errors import PolicyError, Problem

if TYPE_CHECKING:
    from policy.legislation.people import Array

_FIRST_WEIGHTS = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 1])
_SECOND_WEIGHTS = np.array([3, 4, 5, 6, 7, 8, 9, 1, 2, 3])
_MODULUS, _NO_DIGIT = 11, 10
#: Serial numbers of one day and sex, and a step through all of them that is no divisor.
_SERIALS, _STEP = 1000, 387


def check_digit(first_ten: Array) -> Array:
    """Return the check digit of codes given by their first ten digits, as whole numbers.

    >>> check_digit(np.array([3760503029, 3450123421])).tolist()
    [9, 5]

    """
    digits = first_ten[:, None] // 10 ** np.arange(9, -1, -1) % 10
    first, second = digits @ _FIRST_WEIGHTS % _MODULUS, digits @ _SECOND_WEIGHTS % _MODULUS
    found: Array = np.where(first < _NO_DIGIT, first, np.where(second < _NO_DIGIT, second, 0))
    return found


def personal_codes(born: Array, male: Array) -> Array:
    """Return a code for each person, all different: century and sex, date, serial, check digit.

    Args:
        born: dates of birth, ``datetime64[D]``.
        male: whether each is male.

    Returns:
        Whole numbers of eleven digits.

    Raises:
        PolicyError: more than a thousand persons of one sex are born on one day.

    >>> born = np.array(["1976-05-03", "1976-05-03", "2024-02-29"], "M8[D]")
    >>> personal_codes(born, np.array([True, True, False])).tolist()
    [37605030004, 37605033878, 62402290008]

    """
    years = born.astype("M8[Y]").astype(np.int64) + 1970
    months = born.astype("M8[M]").astype(np.int64) % 12 + 1
    days = (born - born.astype("M8[M]").astype("M8[D]")).astype(np.int64) + 1
    century = (years - 1800) // 100 * 2 + np.where(male, 1, 2)
    date = ((century * 100 + years % 100) * 100 + months) * 100 + days
    order = np.argsort(date, kind="stable")
    ordered = date[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    rank = np.arange(len(ordered)) - np.repeat(starts, np.diff([*starts, len(ordered)]))
    if len(rank) and rank.max() >= _SERIALS:
        raise PolicyError(
            Problem("more than 1,000 of one sex are born on one day", remedy="draw fewer residents")
        )
    serial = np.empty_like(date)
    serial[order] = rank * _STEP % _SERIALS
    first_ten = date * _SERIALS + serial
    codes: Array = first_ten * 10 + check_digit(first_ten)
    return codes
