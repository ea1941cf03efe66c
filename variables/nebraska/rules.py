"""Rules that several charges share."""

import numpy as np

from policy.model_api import Array, ParametersAt

#: Pounds of a ton, as 60-3,147 counts them.
POUNDS_OF_A_TON = 2000
#: Months of a registration period: 60-392.
MONTHS_OF_A_PERIOD = 12
#: In place of a number of the law that was not found: who needs it gets no answer.
NOT_KNOWN = np.nan


def started(amounts: Array) -> Array:
    """Return whole units of an amount, where a part of one counts as one."""
    return np.ceil(amounts)


def known(law: ParametersAt, name: str) -> Array:
    """Return a value of the law, or no number where it is not known."""
    return law[name] if name in law else NOT_KNOWN  # noqa: SIM401  (no mapping)
