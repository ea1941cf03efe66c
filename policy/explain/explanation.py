"""An answer explained: a tree from the answer down to the facts and the parameters of the law."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import PolicyError, Problem, did_you_mean
from policy.explain.numbers import numbers_taken
from policy.legislation.legislation import section_of
from policy.legislation.openfisca import periods
from policy.legislation.parameters import Reference
from policy.legislation.people import Column
from policy.legislation.reference import simulation_of
from policy.legislation.times import own_period, slots_asked
from policy.scenario.assumptions import Assumption, assumptions_of
from policy.scenario.calculation import asked_period, period_asked, place_asked
from policy.scenario.columns import facts_of, people_of
from policy.scenario.reading import document_of, read_scenario
from policy.scenario.result import scalar
from policy.scenario.writing import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from openfisca_core.periods import Period

    from policy.documents import Document
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot
    from policy.scenario.situation import Situation

#: What a step is: computed by a formula, given in the scenario, not given, or a value of the law.
#: An answer of the law that the scenario gives itself is ``replaced``.
COMPUTED, GIVEN, ASSUMED, PARAMETER = "computed", "given", "assumed", "parameter"
REPLACED = "replaced"


#: How the name of the threshold of a bracket ends.
THRESHOLD = "].threshold"


@dataclass(frozen=True)
class Step:
    """One step of an explanation.

    Attributes:
        kind: ``computed``, ``given``, ``assumed`` (not given: the default), ``parameter``, or
            ``replaced`` (the law has a formula, but the scenario gives the value).
        name: variable or parameter.
        label: its name in plain words.
        value: its value for ``id`` in ``period``.
        unit: EUR, months …
        id: the person or group; empty for a parameter.
        period: the period; for a parameter the day from which its value is in force.
        section: where the law says so.
        references: links to the law; for a parameter those of the value itself.
        source: for a parameter the grade of its source: law, official, secondary or derived.
        repeated: the step was explained before, further up; its own steps are not shown again.
        steps: what it follows from.

    """

    kind: str
    name: str
    label: str
    value: Any
    unit: str
    id: str
    period: str
    section: str
    references: tuple[Reference, ...]
    source: str = ""
    repeated: bool = False
    steps: tuple[Step, ...] = ()

    def walk(self) -> Iterator[Step]:
        """Yield this step and every step under it."""
        yield self
        for step in self.steps:
            yield from step.walk()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "kind": self.kind,
            "name": self.name,
            "label": self.label,
            "value": plain(self.value),
            "unit": self.unit,
            "id": self.id,
            "period": self.period,
            "section": self.section,
            "source": self.source,
            "references": [{"title": r.title, "href": r.href} for r in self.references],
            "repeated": self.repeated,
            "steps": [step.to_dict() for step in self.steps],
        }


@dataclass(frozen=True)
class Explanation:
    """Why the law gives an answer."""

    answer: Step
    assumptions: tuple[Assumption, ...]
    law_version: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "law_version": self.law_version,
            "answer": self.answer.to_dict(),
            "assumptions": [assumption.to_dict() for assumption in self.assumptions],
        }


def explain(
    law: Legislation,
    scenario: Mapping[str, Any] | str | Path | Document,
    name: str,
    instance: str | None = None,
    period: str | Period | None = None,
    *,
    everything: bool = False,
) -> Explanation:
    """Explain one answer; see ``StatuteBook.explain``."""
    asked = None if period is None else asked_period(period)
    read = read_scenario(law, document_of(scenario), asked)
    law = read.law
    when = period_asked(law, read, asked)
    variable = law.variable(name)
    index = _index(read.situation.ids[variable.entity.key], instance, variable.entity)
    people, facts = people_of(law, [read.situation]), facts_of(law, [read.situation])
    simulation = simulation_of(law, people, facts)
    slots = slots_asked(variable, when, place_asked(read, period))
    answer = explain_slots(
        law, read.situation, simulation, slots, when, index, everything=everything
    )
    return Explanation(answer, assumptions_of(law, read.situation, (name,), when), law.version)


def explain_slots(
    law: Legislation,
    situation: Situation,
    simulation: Any,
    slots: tuple[Slot, ...],
    when: Period,
    index: int,
    *,
    everything: bool = False,
) -> Step:
    """Explain the sum of a variable over its own periods, for one person or group.

    Args:
        law: the statute book.
        situation: people, groups and facts.
        simulation: openfisca-core's simulation of the situation.
        slots: the variable with each of the periods.
        when: the period that these are.
        index: which person or group.
        everything: as for ``StatuteBook.explain``.

    Raises:
        PolicyError: the law cannot be calculated for the situation.

    """
    variable = law.variable(slots[0][0])
    simulation.trace = True
    array = sum(np.asarray(simulation.calculate(*slot)) for slot in slots)
    teller = _Teller(law, situation, simulation, everything=everything)
    roots = simulation.tracer.trees
    if len(roots) == 1:
        return teller.step(roots[0].name, roots[0].period, index)
    steps = tuple(teller.step(root.name, root.period, index) for root in roots)
    return teller.sum_step(variable, when, index, array, steps)


def _index(ids: list[str], instance: str | None, entity: Any) -> int:
    if instance is None and len(ids) == 1:
        return 0
    if instance is not None and instance in ids:
        return ids.index(instance)
    asked = (
        f"there are {len(ids)} {entity.plural}: say which one (--for ID)"
        if instance is None
        else f"'{instance}' is not one of the {entity.plural}"
    )
    raise PolicyError(
        Problem(
            asked, remedy=did_you_mean(instance or "", ids, kind=entity.plural), code="unknown-id"
        )
    )


class _Teller:
    """Turns openfisca-core's trace of whole arrays into the steps of one person or group."""

    def __init__(
        self,
        law: Legislation,
        situation: Situation,
        simulation: Any,
        *,
        everything: bool,
    ) -> None:
        self.law = law
        self.situation = situation
        self.nodes: dict[tuple[str, Any], Any] = {}
        self.everything = everything
        #: The steps told so far, and whether each rests on a given fact or the law.
        self.told: dict[tuple[str, Any, int], bool] = {}
        for node in simulation.tracer.browse_trace():
            slot = (node.name, own_period(law.variable(node.name), node.period))
            self.nodes.setdefault(slot, node)

    def step(self, name: str, period: Any, index: int) -> Step:
        """Return the step of a variable for one instance, with what it follows from."""
        variable = self.law.variable(name)
        slot = (name, own_period(variable, period))
        given = index in self.situation.facts.get(slot, {})
        computed = bool(variable.formulas) and not given
        repeated = computed and (*slot, index) in self.told
        node = self.nodes[slot]
        steps = tuple(self.reasons(node, variable, index)) if computed and not repeated else ()
        self.told.setdefault((*slot, index), bool(steps) or given)
        replaced = REPLACED if variable.formulas else GIVEN
        kind = COMPUTED if computed else replaced if given else ASSUMED
        when = "" if slot[1].unit == periods.DateUnit.ETERNITY else str(period)
        return self._step(variable, kind, node.value, index, when, repeated, steps)

    def sum_step(
        self,
        variable: Any,
        period: Any,
        index: int,
        array: Any,
        steps: tuple[Step, ...],
    ) -> Step:
        """Return the step of a sum over several periods."""
        return self._step(
            variable, COMPUTED, array, index, str(period), repeated=False, steps=steps
        )

    def _step(
        self,
        variable: Any,
        kind: str,
        array: Any,
        index: int,
        period: str,
        repeated: bool,
        steps: tuple[Step, ...],
    ) -> Step:
        return Step(
            kind=kind,
            name=variable.name,
            label=variable.label or variable.name,
            value=scalar(variable, array, index),
            unit=variable.unit or "",
            id=self.situation.ids[variable.entity.key][index],
            period=period,
            section=section_of(variable),
            references=tuple(
                Reference(section_of(variable) or variable.label or variable.name, href)
                for href in variable.reference or ()
            ),
            repeated=repeated,
            steps=steps,
        )

    def reasons(self, node: Any, variable: Any, index: int) -> Iterator[Step]:
        """Yield the steps that a computed value follows from."""
        seen: set[tuple[str, Any]] = set()
        for child in node.children:
            if (child.name, child.period) in seen:
                continue
            seen.add((child.name, child.period))
            other = self.law.variable(child.name)
            related = self.related(variable.entity, index, other.entity)
            for own_index in self.telling(other, child, related, (node, index)):
                step = self.step(child.name, child.period, own_index)
                slot = (child.name, own_period(other, child.period), own_index)
                if self.everything or self.told[slot]:
                    yield step
        taken = None if self.everything else self.numbers(node, index)
        if taken is not None:
            yield from (self.number_step(name, node.period) for name in taken)
            return
        for child in node.parameters:
            if (child.name, child.period) not in seen:
                seen.add((child.name, child.period))
                yield self.parameter_step(child, index)

    def numbers(self, node: Any, index: int) -> list[str] | None:
        """Return the parameters that a computed value took, a schedule's by its amount or rate."""
        values = {
            (child.name, own_period(self.law.variable(child.name), child.period)): np.asarray(
                self.nodes[
                    child.name, own_period(self.law.variable(child.name), child.period)
                ].value
            )
            for child in node.children
        }
        people = people_of(self.law, [self.situation])
        taken = numbers_taken(self.law, people, (node.name, node.period), values, index)
        if taken is None or any(self.law.parameter(name) is None for name in taken):
            return None
        return [name for name in dict.fromkeys(taken) if not name.endswith(THRESHOLD)]

    def number_step(self, name: str, period: Any) -> Step:
        """Return the step of a parameter; of a bracket with the threshold it begins at."""
        parameter = self.law.parameters[name]
        value = parameter.at(str(period.start))
        schedule, bracket, _ = name.rpartition("]")
        begins = self.law.parameters.get(f"{schedule}{bracket}{THRESHOLD[1:]}")
        start = begins.at(str(period.start)) if begins else None
        from_ = f", from {start.value:,} {begins.unit}" if begins and start else ""
        return Step(
            kind=PARAMETER,
            name=name,
            label=parameter.label + from_,
            value=value.value if value else None,
            unit=parameter.unit,
            id="",
            period=value.start if value else str(period.start),
            section=parameter.section,
            references=value.references if value else (),
            source=value.source if value else "",
        )

    def related(self, entity: Any, index: int, other: Any) -> list[int]:
        """Return the instances of another entity that one instance has to do with."""
        if entity.key == other.key:
            return [index]
        people = [index] if entity.is_person else self.people_of(entity, index)
        if other.is_person:
            return people
        group_of = self.situation.members[other.key].group_of_person
        return list(dict.fromkeys(group_of[person] for person in people))

    def telling(
        self, variable: Any, node: Any, related: list[int], asker: tuple[Any, int]
    ) -> list[int]:
        """Leave out members who add nothing to a group's answer, unless none adds anything.

        A date adds nothing where the answer would be the same without it.
        """
        if self.everything or len(related) == 1 or not variable.formulas:
            return related
        array = np.asarray(self.nodes[node.name, own_period(variable, node.period)].value)
        telling = [index for index in related if array[index] != variable.default_value]
        if variable.value_type is datetime.date:
            return [each for each in telling if self.decides(node, each, *asker)]
        return telling or related

    def decides(self, read: Any, member: int, asker: Any, index: int) -> bool:
        """Tell whether a formula would give a group another answer if a member had no value."""
        facts = {}
        for node in asker.children:
            variable = self.law.variable(node.name)
            values = np.array(self.nodes[node.name, own_period(variable, node.period)].value)
            if (node.name, node.period) == (read.name, read.period):
                values[member] = variable.default_value
            facts[node.name, own_period(variable, node.period)] = Column(values)
        simulation = simulation_of(self.law, people_of(self.law, [self.situation]), facts)
        try:
            answer = simulation.calculate(asker.name, asker.period)
        except PolicyError:  # (without it the law does not know)
            return True
        return bool(answer[index] != np.asarray(asker.value)[index])

    def people_of(self, entity: Any, index: int) -> list[int]:
        """Return the members of a group."""
        group_of = self.situation.members[entity.key].group_of_person
        return [person for person, group in enumerate(group_of) if group == index]

    def parameter_step(self, node: Any, index: int) -> Step:
        """Return the step of a parameter's value."""
        name = node.name.lstrip(".")
        parameter = self.law.parameter(name)
        value = parameter.at(str(node.period)) if parameter else None
        shown = node.value
        if isinstance(shown, np.ndarray):
            shown = shown[index].item() if index < len(shown) else shown.tolist()
        return Step(
            kind=PARAMETER,
            name=name,
            label=parameter.label if parameter else name,
            value=shown,
            unit=parameter.unit if parameter else "",
            id="",
            period=value.start if value else str(node.period),
            section=parameter.section if parameter else "",
            references=value.references if value else (),
            source=value.source if value else "",
        )
