"""Rounding of money: the one place where cents are made."""

from __future__ import annotations

from typing import Any

import numpy as np

#: Sixteen units in the last place: what a chain of double operations may have lost.
LOST = 16 * np.finfo(np.float64).eps


def round_half_up(amounts: Any, decimals: int = 2) -> Any:
    """Round half up (away from zero) as a person reads the decimal number.

    Binary doubles hold 1.005 as 1.00499…; a number within a few units in the last place of a half
    counts as that half. Takes and returns arrays of float64, or single amounts.

    >>> round_half_up(np.array([1.005, 2.675, -1.005, 0.125]))
    array([ 1.01,  2.68, -1.01,  0.13])
    >>> round_half_up(11.666, 1)
    np.float64(11.7)
    """
    values = np.multiply(amounts, np.float64(1))
    scale = 10.0**decimals
    units = np.trunc(values * (scale * (1 + LOST)) + np.copysign(0.5, values))
    return units / scale + 0.0


def round_to_cents(amounts: Any) -> Any:
    """Round money to the cent, half up; shape kept, dtype float64.

    >>> round_to_cents(np.array([1.005, 2.675, 433.3333]))
    array([  1.01,   2.68, 433.33])
    """
    return round_half_up(amounts, 2)


def round_down_to_cents(amounts: Any) -> Any:
    """Round money down to the cent, where the law says "at most"; shape kept, dtype float64.

    What is a whole cent but for the last bits of a double stays.

    >>> round_down_to_cents(np.array([14.194, 14.198, 0.2 * 70.95]))
    array([14.19, 14.19, 14.19])
    """
    return np.floor(round_half_up(np.multiply(amounts, 100.0), 4)) / 100.0
