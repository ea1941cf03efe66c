"""Rules that several charges share."""

import numpy as np

from policy.model_api import Array

#: Pounds of a ton, as 60-3,147 counts them.
POUNDS_OF_A_TON = 2000
#: Months of a registration period: 60-392.
MONTHS_OF_A_PERIOD = 12


def started(amounts: Array) -> Array:
    """Return whole units of an amount, where a part of one counts as one."""
    return np.ceil(amounts)
