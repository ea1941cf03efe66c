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
from policy.graph.engine import engine_of
from policy.legislation.legislation import section_of
from policy.legislation.openfisca import periods
from policy.legislation.people import Column
from policy.legislation.reference import simulation_of
from policy.legislation.times import own_period, slots_asked
from policy.scenario.answers import arrays
from policy.scenario.columns import blank, facts_of, people_of, repeated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openfisca_core.periods import Period

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot
    from policy.scenario.situation import Situation

#: A fact changed in one copy of a situation: variable, period, index of the instance, value.
Change = tuple[str, "Period", int, Any]

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
    """List the facts that the calculation reads and nobody gave: variable, period, index."""
    return [
        (name, when, index)
        for name, when in slots_read(law, situation, (each.name for each in variables), period)
        if is_fact(law, name)
        for index in range(len(situation.ids[law.variable(name).entity.key]))
        if index not in situation.facts.get((name, when), {})
    ]


def slots_read(
    law: Legislation, situation: Situation, outputs: Iterable[str], period: Period
) -> list[Slot]:
    """List the variables of periods that the calculation of outputs reads, each once."""
    slots = [slot for name in outputs for slot in slots_asked(law.variable(name), period)]
    people, facts = people_of(law, [situation]), facts_of(law, [situation])
    read = engine_of(law).read_by(slots, facts)
    if read is None:
        simulation = simulation_of(law, people, facts)
        simulation.trace = True
        for slot in slots:
            simulation.calculate(*slot)
        traced = ((node.name, node.period) for node in simulation.tracer.browse_trace())
        read = [(name, own_period(law.variable(name), when)) for name, when in traced]
    return list(dict.fromkeys(read))


def is_fact(law: Legislation, name: str) -> bool:
    """Tell whether a variable is for somebody to give.

    In the law as known on a day, one that only later acts compute is not.
    """
    variable = law.variable(name)
    later = law.base.system.variables.get(name) if law.base and law.known_on else None
    return not (variable.formulas or variable.is_neutralized or (later and later.formulas))


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
    copies = len(changes) + 1
    people, facts = repeated(people_of(law, [situation]), facts_of(law, [situation]), copies)
    for copy, (name, when, index, value) in enumerate(changes):
        variable = law.variable(name)
        count = people.counts[variable.entity.key]
        if (name, when) not in facts:
            facts[name, when] = Column(blank(variable, count))
        facts[name, when].values[copy * (count // copies) + index] = (
            value.index if hasattr(variable, "possible_values") else value
        )
    questions = [(variable.name, period) for variable in variables]
    try:
        found = list(arrays(law, people, facts, questions).values())
    except PolicyError:  # a changed fact leads out of the law's time: try one by one
        if len(changes) == 1:
            return
        for change in changes:
            yield from _that_matter(law, situation, variables, period, [change])
        return
    altered = np.zeros(copies, dtype=bool)
    for answer in found:
        by_copy = answer.reshape(copies, -1)
        other = by_copy != by_copy[-1]
        if answer.dtype.kind == "f":  # (no number either way is no change)
            other &= ~(np.isnan(by_copy) & np.isnan(by_copy[-1]))
        altered |= other.any(axis=1)
    for copy in np.flatnonzero(altered).tolist():
        name, when, index, _ = changes[copy]
        yield name, when, index


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
