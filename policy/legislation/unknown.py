"""Values of the law that were found in no source: who needs one gets no answer."""

from __future__ import annotations

from typing import Any

import numpy as np

#: In place of a number of the law that is not known.
NOT_KNOWN = np.nan


def known(law: Any, name: str) -> Any:
    """Return a value of the law, or no number where it is not known.

    Args:
        law: a node of the parameters at an instant.
        name: of the parameter in it, whose value may be null.

    >>> import policy
    >>> law = policy.load("north_lanarkshire").system.get_parameters_at_instant("2026-04-01")
    >>> known(law.water_charges, "water"), known(law.council_tax, "band_d")
    (nan, 1554.56)

    """
    return law[name] if name in law else NOT_KNOWN  # noqa: SIM401  (no mapping)
