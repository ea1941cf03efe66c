"""What an answer of the law as known on a date rests on that does not say when it was enacted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.graph.engine import engine_of
from policy.legislation.times import slots_asked
from policy.legislation.variable import dates_of, enacted_of
from policy.scenario.columns import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.scenario.situation import Situation


def undated_of(
    law: Legislation, situation: Situation, outputs: Iterable[str], period: Period
) -> tuple[list[str], int]:
    """Return what answers rest on that does not say when it was enacted.

    Returns:
        The labels of values and formulas in force only after the day as known on which the law is
        taken, and the number of other values read.

    """
    slots = tuple(slot for name in outputs for slot in slots_asked(law.variable(name), period))
    engine, facts = engine_of(law), facts_of(law, [situation])
    later: dict[str, None] = {}
    others = 0
    for name, value in engine.parameters_read(slots, facts):
        parameter = law.parameters.get(name)
        found = [each for each in parameter.values if each.value == value] if parameter else []
        if parameter is None or not found or any(each.enacted for each in found):
            continue
        if all(each.start > law.known_on for each in found):
            later[parameter.label] = None
        else:
            others += 1
    for name, when in engine.read_by(slots, facts) or ():
        variable = law.variable(name)
        undated = set(dates_of(variable)) - set(enacted_of(variable))
        if any(law.known_on < day <= str(when.start) for day in undated):
            later[variable.label or name] = None
    return list(later), others
