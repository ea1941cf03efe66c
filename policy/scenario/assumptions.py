"""Assumptions: facts that were not given, and without which the answer could be another.

Each fact that the calculation read and nobody gave is changed to other values it can take, one at
a time, everything else as given; it is an assumption if an answer changes. All changes are
calculated side by side in one simulation. Yes-or-no facts and choices are tried completely; amounts
and dates at representative values. Facts that matter only together are not found.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import PolicyError
from policy.legislation.legislation import section_of
from policy.legislation.openfisca import periods
from policy.scenario.simulation import Change, run, simulation_of
from policy.scenario.times import own_period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.scenario.situation import Situation

_AMOUNTS = (1.0, 100.0, 1_000.0, 10_000.0, 100_000.0)
_COUNTS = (1, 2, 3, 7, 12, 30, 100, 1_000)
_MONTHS_AWAY = (0, -1, -6, -12, -24, -36, -60, -120, -192, -216, -240, -360, 1, 12)
_ROWS_AT_ONCE = 100_000


@dataclass(frozen=True)
class Assumption:
    """A fact that was not given and made a difference, with the value assumed."""

    variable: str
    label: str
    entity: str
    id: str
    period: str
    value: Any
    section: str
    meaning: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        value = self.value.isoformat() if isinstance(self.value, datetime.date) else self.value
        return {
            "variable": self.variable,
            "label": self.label,
            "entity": self.entity,
            "id": self.id,
            "period": self.period,
            "value": value,
            "section": self.section,
            "meaning": self.meaning,
        }


def assumptions_of(
    law: Legislation, situation: Situation, outputs: tuple[str, ...], period: Period
) -> tuple[Assumption, ...]:
    """Return the facts not given that made a difference to any of the outputs."""
    variables = [law.variable(name) for name in outputs]
    open_facts = _facts_read(law, situation, variables, period)
    changes = [
        (name, when, index, other)
        for name, when, index in open_facts
        for other in _other_values(law.variable(name), period)
    ]
    found: dict[tuple[str, Period, int], None] = {}
    people = max(1, len(situation.ids[law.system.person_entity.key]))
    at_once = max(1, _ROWS_AT_ONCE // people)
    for start in range(0, len(changes), at_once):
        part = changes[start : start + at_once]
        for name, when, index in _that_matter(law, situation, variables, period, part):
            found[name, when, index] = None
    return tuple(_assumption(law, situation, *fact) for fact in open_facts if fact in found)


def _facts_read(
    law: Legislation,
    situation: Situation,
    variables: list[Any],
    period: Period,
) -> list[tuple[str, Period, int]]:
    """List the facts that the calculation read and nobody gave: variable, period, index."""
    simulation = simulation_of(law, situation)
    simulation.trace = True
    for variable in variables:
        run(simulation, variable, period)
    read: dict[tuple[str, Period], None] = {}
    for node in simulation.tracer.browse_trace():
        variable = law.system.variables[node.name]
        if variable.formulas or variable.is_neutralized:
            continue
        read[node.name, own_period(variable, node.period)] = None
    return [
        (name, when, index)
        for name, when in read
        for index in range(len(situation.ids[law.variable(name).entity.key]))
        if index not in situation.facts.get((name, when), {})
    ]


def _other_values(variable: Any, period: Period) -> Iterator[Any]:
    """Yield values that the variable could take instead of its default."""
    candidates: Iterable[Any]
    if variable.value_type is bool:
        candidates = (True, False)
    elif variable.value_type is int:
        candidates = _COUNTS
    elif variable.value_type is float:
        candidates = _AMOUNTS
    elif variable.value_type is datetime.date:
        candidates = _dates_around(period)
    elif variable.value_type is str:
        candidates = ()
    else:
        candidates = list(variable.possible_values)
    for candidate in candidates:
        if candidate != variable.default_value:
            yield candidate


def _dates_around(period: Period) -> list[datetime.date]:
    middle = np.datetime64(str(period.start), "M")
    days = [(middle + months).astype("datetime64[D]") + 14 for months in _MONTHS_AWAY]
    return [day.astype(datetime.date) for day in days]


def _that_matter(
    law: Legislation,
    situation: Situation,
    variables: list[Any],
    period: Period,
    changes: list[Change],
) -> Iterator[tuple[str, Period, int]]:
    """Yield the facts whose change alters an output; the last copy is the unchanged one."""
    try:
        simulation = simulation_of(law, situation, changes, len(changes) + 1)
        answers = [np.asarray(run(simulation, variable, period)) for variable in variables]
    except PolicyError:  # a changed fact leads out of the law's time: try one by one
        if len(changes) == 1:
            return
        for change in changes:
            yield from _that_matter(law, situation, variables, period, [change])
        return
    for copy, (name, when, index, _) in enumerate(changes):
        for answer in answers:
            by_copy = answer.reshape(len(changes) + 1, -1)
            if (by_copy[copy] != by_copy[-1]).any():
                yield name, when, index
                break


def _assumption(
    law: Legislation, situation: Situation, name: str, period: Period, index: int
) -> Assumption:
    variable = law.variable(name)
    default = variable.default_value
    return Assumption(
        variable=name,
        label=variable.label or name,
        entity=variable.entity.key,
        id=situation.ids[variable.entity.key][index],
        period="" if period.unit == periods.DateUnit.ETERNITY else str(period),
        value=default.name if hasattr(variable, "possible_values") else default,
        section=section_of(variable),
        meaning=(variable.documentation or "").strip(),
    )
