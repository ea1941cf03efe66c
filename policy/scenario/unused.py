"""Facts that a scenario gives and none of its answers reads, and what they would count for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy.graph.engine import engine_of
from policy.legislation.openfisca import periods
from policy.legislation.times import ETERNITY, own_period
from policy.scenario.assumptions import slots_read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.scenario.situation import Situation

_UNITS = periods.DateUnit
#: The first period of a unit in another, or the one that it is in, by that unit.
_FIRST = {
    _UNITS.YEAR: "this_year",
    _UNITS.MONTH: "first_month",
    _UNITS.WEEK: "first_week",
    _UNITS.WEEKDAY: "first_weekday",
    _UNITS.DAY: "first_day",
}
#: How many variables are named that a fact counts for.
_NAMED = 3


@dataclass(frozen=True)
class Unused:
    """A fact that was given and that no answer reads.

    Attributes:
        variable: the fact.
        ids: of whom it is given.
        periods: for when, where the answers read it for other periods; else empty.
        counts_for: the variables whose formulas read it; where the answers read some of them as
            they are given, these.
        replaced: whether they are given.

    """

    variable: str
    ids: tuple[str, ...]
    periods: tuple[str, ...]
    counts_for: tuple[str, ...]
    replaced: bool

    def __str__(self) -> str:
        """Say whose it is, and what it counts for."""
        said = f"{self.variable} of {', '.join(self.ids)}"
        if self.periods:
            return f"{said} (it is given for {', '.join(self.periods)})"
        if not self.counts_for:
            return f"{said} (no formula reads it)"
        names = ", ".join(self.counts_for[:_NAMED])
        more = len(self.counts_for) - _NAMED
        names += f" and {more} more" if more > 0 else ""
        return f"{said} ({names} is given)" if self.replaced else f"{said} (ask for {names})"


def unused_of(
    law: Legislation, situation: Situation, outputs: Iterable[str], period: Period
) -> tuple[Unused, ...]:
    """Return the facts given that answers do not read, in the order given.

    A fact is used if it is read for any of the periods that it is given for.

    Args:
        law: the statute book.
        situation: the people, and what is given of them.
        outputs: names of variables.
        period: the period that they are asked for.

    """
    read = set(slots_read(law, situation, outputs, period))
    names = {name for name, _ in read}
    given: dict[str, dict[int, list[Period]]] = {}
    used: set[tuple[str, int]] = set()
    for slot, values in situation.facts.items():
        for row in values:
            given.setdefault(slot[0], {}).setdefault(row, []).append(slot[1])
            if slot in read:
                used.add((slot[0], row))
    found = []
    for name, rows in given.items():
        left = {row: whens for row, whens in rows.items() if (name, row) not in used}
        if left:
            ids = situation.ids[law.variable(name).entity.key]
            whens = sorted({str(when) for each in left.values() for when in each})
            readers = () if name in names else _readers(law, name, period)
            replaced = tuple(each for each in readers if each in names)
            found.append(
                Unused(
                    name,
                    tuple(ids[row] for row in left),
                    tuple(whens) if name in names else (),
                    replaced or readers,
                    bool(replaced),
                )
            )
    return tuple(found)


def _readers(law: Legislation, fact: str, period: Period) -> tuple[str, ...]:
    """Return the variables whose formulas read a fact."""
    engine = engine_of(law)
    found = []
    for name, variable in law.variables.items():
        if variable.formulas and not variable.is_neutralized:
            slot = (name, _asked(variable, period))
            tracing = engine.trace([slot], alone=True)
            needs = tracing.definitions[name, own_period(variable, slot[1])].needs
            if any(need == fact for need, _ in needs):
                found.append(name)
    return tuple(found)


def _asked(variable: Any, period: Period) -> Period:
    unit = variable.definition_period
    if period == ETERNITY or unit not in _FIRST:
        return period
    asked: Period = getattr(period, _FIRST[unit])
    return asked
