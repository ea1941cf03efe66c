"""Formulas of variables that never change: they must not depend on the period they are run for.

openfisca-core runs such a formula for the period that is asked for first, and keeps the answer for
all others: the answer would depend on the order of questions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policy.errors import Location, Problem
from policy.graph.nodes import live
from policy.legislation.openfisca import periods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openfisca_core.periods import Period

    from policy.graph.tracer import Definition
    from policy.legislation.legislation import Legislation


#: The day that formulas without a day in their name are in force from.
_ALWAYS = "0001-01-01"


class WatchedPeriod(periods.Period):  # type: ignore[misc]
    """A period that notices when something is read from it; to be passed on is not to be read.

    >>> watched = WatchedPeriod(periods.period("2024-05"))
    >>> was_read(watched), watched.start.year, was_read(watched)
    (False, 2024, True)
    """

    def __getattribute__(self, name: str) -> Any:
        object.__setattr__(self, "_read", True)
        return super().__getattribute__(name)

    def __iter__(self) -> Any:
        object.__setattr__(self, "_read", True)
        return super().__iter__()

    def __getitem__(self, place: Any) -> Any:
        object.__setattr__(self, "_read", True)
        return super().__getitem__(place)


def was_read(period: WatchedPeriod) -> bool:
    """Tell whether something was read from a watched period."""
    return "_read" in object.__getattribute__(period, "__dict__")


def is_dated(variable: Any) -> bool:
    """Tell whether a variable has a formula, or none, from a day on."""
    return variable.end is not None or any(day > _ALWAYS for day in variable.formulas)


def plain(period: Period) -> Period:
    """Return a period that notices nothing."""
    return periods.Period(tuple.__iter__(period)) if type(period) is WatchedPeriod else period


def others(law: Legislation, name: str, definition: Definition, period: Period) -> Iterator[Period]:
    """Yield periods at which a formula might give something else than at the one asked for.

    They are those near it, and those from which parameters that it reads, or another formula of
    the variable or none, are in force.
    """
    variable = law.variable(name)
    yield from (period.offset(number, unit) for number in (1, -1) for unit in ("month", "year"))
    read = {node.detail[0] for node in live([definition.node]) if node.op == "parameter"}
    parameters = map(law.parameter, {*read, *definition.pinned})
    days = {value.start for each in parameters if each for value in each.values}
    ends = () if variable.end is None else (str(variable.end),)
    for day in sorted(days.union(variable.formulas, ends)):
        first = periods.instant(day).offset("first-of", period.unit)
        begun = periods.Period((period.unit, first, 1))
        yield from (begun, begun.offset(1, period.unit))


def changing(law: Legislation, name: str, one: Period, other: Period) -> Problem:
    """Return what is wrong with a formula that gives different results for two periods."""
    code = next(iter(law.variable(name).formulas.values())).__code__
    return Problem(
        f"is for eternity, but its formula gives one thing for {one} and another for {other}:"
        " the answer would depend on which is asked for first",
        Location(code.co_filename, code.co_firstlineno, 1),
        "define it by the month or year; or name the dates it looks at instead of 'period'",
        name,
        "eternal-changes",
    )
