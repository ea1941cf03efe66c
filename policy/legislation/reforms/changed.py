"""What a law with reforms has that the law under them has not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policy.legislation.legislation import Legislation


@dataclass(frozen=True)
class Changed:
    """What reforms change.

    Attributes:
        variables: those that are new, or computed in another way.
        values: parameters and the days from which they have new values.
        files: those with formulas of the reforms.

    """

    variables: frozenset[str]
    values: frozenset[tuple[str, str]]
    files: frozenset[str]


def changed_in(law: Legislation) -> Changed | None:
    """Return what reforms change in a law; None where none are laid over it."""
    if law.base is None:
        return None
    before = law.base.system.variables
    variables = frozenset(
        name for name, each in law.system.variables.items() if before.get(name) is not each
    )
    values = set()
    for name, parameter in law.parameters.items():
        known = law.base.parameters.get(name)
        if known is None or known.values != parameter.values:
            old = known.values if known else ()
            values |= {(name, each.start) for each in parameter.values if each not in old}
    files = frozenset(str(each.formulas) for each in law.reforms if each.formulas)
    return Changed(variables, frozenset(values), files)
