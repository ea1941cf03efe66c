"""Why a change of the law changes no answer: it is not read, or it makes no difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from policy.graph.engine import engine_of
from policy.legislation.reforms.changed import changed_in, days_changed
from policy.legislation.times import slots_asked
from policy.scenario.columns import facts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array
    from policy.scenario.answers import Question
    from policy.scenario.situation import Scenario

#: How many of the numbers and formulas that change are named.
_NAMED = 3


def why_nothing(asked: Sequence[tuple[Scenario, Mapping[Question, Array]]]) -> str:
    """Say why no answer is another under the law with the change.

    Args:
        asked: each scenario, read under the law with the change, and its answers.

    """
    whens = ", ".join(dict.fromkeys(str(when) for _, answers in asked for _, when in answers))
    labels: dict[str, None] = {}
    for scenario, answers in asked:
        labels |= dict.fromkeys(_changed_and_read(scenario, answers))
    if not labels:
        return (
            f"No formula of these answers reads, for {whens}, what is changed:"
            " ask for other answers (--output) or another period."
        )
    names = "; ".join([*labels][:_NAMED])
    more = f"; and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
    said = f"The answers could depend on what is changed ({names}{more}), but these facts do not."
    if all(_is_nothing(array) for _, answers in asked for array in answers.values()):
        said += f" For {whens} every answer is 0 or no: are the facts about that time?"
    return said


def _changed_and_read(scenario: Scenario, questions: Iterable[Question]) -> list[str]:
    """Return the labels of changed numbers and formulas that the formulas of answers read."""
    law = scenario.law
    changed, names = changed_in(law), {name for name, _ in days_changed(law)}
    if changed is None:
        return []
    engine, facts = engine_of(law), facts_of(law, [scenario.situation])
    slots = [slot for name, when in questions for slot in slots_asked(law.variable(name), when)]
    read = [name for name, _ in engine.parameters_read(slots, facts)]
    needed = engine.read_by(slots, facts) or []
    for slot in needed:
        definition = engine.trace(()).definitions.get(slot)
        read += definition.pinned if definition else ()
    variables = [name for name, _ in needed if name in changed.variables]
    return [
        *(_label(law, name) for name in read if name in names),
        *(law.variable(name).label or name for name in variables),
    ]


def _label(law: Legislation, name: str) -> str:
    parameter = law.parameter(name)
    return parameter.label if parameter else name


def _is_nothing(array: Array) -> bool:
    return array.dtype.kind in "bif" and not np.any(array)
