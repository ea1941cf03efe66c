"""Why a test fails: the steps of its answer that matter, and where two engines part ways."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import PolicyError
from policy.explain.explanation import PARAMETER, explain_slots
from policy.graph.engine import engine_of
from policy.legislation.reference import simulation_of
from policy.scenario.result import scalar

if TYPE_CHECKING:
    from policy.explain.explanation import Step
    from policy.legislation.legislation import Legislation
    from policy.testing.cases import Case, Difference

#: How many levels of steps are shown under an answer.
_LEVELS = 3


@dataclass(frozen=True)
class Reason:
    """Why an answer is what it is.

    Attributes:
        answer: the answer with the steps that matter, or None if it cannot be explained.
        parting: the first variable for which the law graph and openfisca-core give different
            values, in words; empty where they agree.

    """

    answer: Step | None
    parting: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "explanation": self.answer.to_dict() if self.answer else None,
            "engines_differ": self.parting,
        }


def reason_of(case: Case, difference: Difference) -> Reason:
    """Say why a case has the value that it should not have."""
    try:
        slots = case.questions[difference.variable, difference.period]
        simulation = simulation_of(case.law, *case.columns)
        step = explain_slots(
            case.law, case.situation, simulation, slots, difference.period, difference.index
        )
        return Reason(_cut(case.law, step, _LEVELS), _parting(case, simulation))
    except PolicyError:  # (openfisca-core hides some circles, which are errors here)
        return Reason(None, "")


def _cut(law: Legislation, step: Step, levels: int) -> Step:
    """Keep the steps that are not the value a variable has anyway, down to some levels."""
    kept = [_cut(law, each, levels - 1) for each in step.steps if levels and _matters(law, each)]
    return replace(step, steps=tuple(kept))


def _matters(law: Legislation, step: Step) -> bool:
    if step.kind == PARAMETER or step.repeated:
        return not step.repeated
    default = law.variable(step.name).default_value
    return bool(step.value != getattr(default, "name", default))


def _parting(case: Case, simulation: Any) -> str:
    """Name the first variable that the two engines calculate differently."""
    law, (people, facts) = case.law, case.columns
    engine = engine_of(law)
    wanted = [slot for slots in case.questions.values() for slot in slots]
    order = engine.read_by(wanted, facts)
    if order is None:
        return ""
    found = engine.calculate(people, facts, tuple(order))
    for slot in order:
        name, period = slot
        ours, theirs = found[slot], np.asarray(simulation.calculate(name, period))
        apart = np.flatnonzero(~_equal(ours, theirs))
        if apart.size:
            variable, row = law.variable(name), int(apart[0])
            return (
                f"{name} of {people.named(variable.entity.key, row)} for {period} is"
                f" {scalar(variable, ours, row)} by the law graph and"
                f" {scalar(variable, theirs, row)} by openfisca-core"
            )
    return ""


def _equal(ours: Any, theirs: Any) -> Any:
    if ours.dtype.kind == "f":
        return np.isclose(ours, theirs, rtol=1e-9, atol=0, equal_nan=True)
    return ours == theirs
