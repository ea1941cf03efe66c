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


def first_day_changed(law: Legislation) -> str:
    """Return the first ISO day on which reforms, changing values alone, give another.

    An empty string where no reforms are laid over a law, or where they change formulas.
    """
    changed = changed_in(law)
    if changed is None or changed.variables or changed.files:
        return ""
    return min((day for _, day in days_changed(law)), default="")


def days_changed(law: Legislation) -> list[tuple[str, str]]:
    """Return the parameters, by name, and the ISO days on which reforms give them other values."""
    if law.base is None:
        return []
    days = set()
    for name in law.base.parameters.keys() | law.parameters.keys():
        known = (each.parameters.get(name) for each in (law.base, law))
        old, new = (each.values if each else () for each in known)
        days |= {(name, each.start) for each in (*old, *new) if each not in old or each not in new}
    return sorted(days)
