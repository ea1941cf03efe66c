"""Why a test fails: the steps of its answer that matter, and where two engines part ways."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import Location, PolicyError
from policy.explain.explanation import PARAMETER, explain_slots
from policy.graph.engine import engine_of
from policy.legislation.reference import simulation_of
from policy.scenario.result import scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policy.explain.explanation import Step
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array, Slot
    from policy.testing.cases import Case, Difference

#: How many levels of steps are shown under an answer.
_LEVELS = 3


@dataclass(frozen=True)
class Reason:
    """Why an answer is what it is.

    Attributes:
        answer: the answer with the steps that matter, or None if it cannot be explained.
        changed: the first variable whose value is not as it was when the test last passed, in
            words; empty where none is, or where that is not known.
        place: where the formula of that variable is written.
        parting: the first variable for which the law graph and openfisca-core give different
            values, in words; empty where they agree.

    """

    answer: Step | None
    changed: str = ""
    place: Location = Location()  # noqa: RUF009  (immutable)
    parting: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "explanation": self.answer.to_dict() if self.answer else None,
            "changed_since_it_passed": self.changed,
            "changed_file": self.place.file,
            "changed_line": self.place.line,
            "engines_differ": self.parting,
        }


def reason_of(case: Case, difference: Difference, before: Case | None = None) -> Reason:
    """Say why a case has the value that it should not have.

    Args:
        case: the case.
        difference: the value.
        before: the same case with the law that it last passed with, if there is another.

    """
    try:
        slots = case.questions[difference.variable, difference.period]
        simulation = simulation_of(case.law, *case.columns)
        step = explain_slots(
            case.law, case.situation, simulation, slots, difference.period, difference.index
        )
        here = _read_by(case, slots)
        changed, place = _changed(case, before, slots, here)
        answer = _cut(case.law, step, _LEVELS)
        return Reason(answer, changed, place, _parting(case, simulation, here))
    except PolicyError:  # (openfisca-core hides some circles, which are errors here)
        return Reason(None)


def _cut(law: Legislation, step: Step, levels: int) -> Step:
    """Keep the steps that are not the value a variable has anyway, down to some levels."""
    kept = [_cut(law, each, levels - 1) for each in step.steps if levels and _matters(law, each)]
    return replace(step, steps=tuple(kept))


def _matters(law: Legislation, step: Step) -> bool:
    if step.kind == PARAMETER or step.repeated:
        return not step.repeated
    default = law.variable(step.name).default_value
    return bool(step.value != getattr(default, "name", default))


@dataclass(frozen=True)
class _Apart:
    """A variable of a person or group that has one value here and another there."""

    slot: Slot
    id: str
    here: Any
    there: Any

    def __str__(self) -> str:
        return f"{self.slot[0]} of {self.id} for {self.slot[1]}"


def _changed(
    case: Case, before: Case | None, slots: tuple[Slot, ...], here: Mapping[Slot, Array]
) -> tuple[str, Location]:
    """Name the first variable whose value is not as it was, and where its formula is."""
    if before is None:
        return "", Location()
    try:
        there = _read_by(before, slots)
    except PolicyError:
        return "", Location()
    apart = _first_apart(case, here, before.law, there)
    if apart is None:
        return "", Location()
    said = f"{apart} was {apart.there} when the test last passed and is {apart.here} now"
    return said, _place_of(case.law, apart.slot)


def _parting(case: Case, simulation: Any, here: Mapping[Slot, Array]) -> str:
    """Name the first variable that the two engines calculate differently."""
    there = {slot: np.asarray(simulation.calculate(*slot)) for slot in here}
    apart = _first_apart(case, here, case.law, there)
    if apart is None:
        return ""
    return f"{apart} is {apart.here} by the law graph and {apart.there} by openfisca-core"


def _read_by(case: Case, slots: Iterable[Slot]) -> dict[Slot, Array]:
    """Return the values that answers are computed from, each after those it needs itself.

    There are none where a formula is no expression.
    """
    engine, (people, facts) = engine_of(case.law), case.columns
    order = engine.read_by(slots, facts) or ()
    return engine.calculate(people, facts, tuple(order))


def _first_apart(
    case: Case,
    here: Mapping[Slot, Array],
    other: Legislation,
    there: Mapping[Slot, Array],
) -> _Apart | None:
    """Return the first value that is another there, where it may be of another law."""
    for slot in (slot for slot in here if slot in there):
        mine, theirs = case.law.variable(slot[0]), other.variable(slot[0])
        for row, id_ in enumerate(case.columns[0].ids[mine.entity.key]):
            apart = _Apart(
                slot, id_, scalar(mine, here[slot], row), scalar(theirs, there[slot], row)
            )
            if not _equal(apart.here, apart.there):
                return apart
    return None


def _equal(one: Any, other: Any) -> bool:
    """Tell whether values are equal, but for the last bits of a double."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9) or (math.isnan(one) and math.isnan(other))
    return bool(one == other)


def _place_of(law: Legislation, slot: Slot) -> Location:
    """Return where the formula of a variable is written, if it has one."""
    name, period = slot
    asked = engine_of(law).trace(()).asked.get(slot, period)
    formula = law.variable(name).get_formula(asked)
    if formula is None:
        return Location()
    return Location(formula.__code__.co_filename, formula.__code__.co_firstlineno)
