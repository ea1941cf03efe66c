"""Running many cases at once, with the verdict that each would have alone.

Cases that ask for the same periods of the same law are put side by side and answered in one run of
the law graph. The run can only let a case pass: one that does not, or whose part in the run is in
doubt, is run alone, and what it shows is what it shows alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from policy.errors import PolicyError
from policy.garbage import collection_paused
from policy.graph.engine import engine_of
from policy.scenario.columns import side_by_side
from policy.testing.cases import Verdict

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from policy.errors import Location
    from policy.legislation.people import Array, Slot
    from policy.scenario.answers import Question
    from policy.testing.cases import Answer, Case


class _InDoubtError(Exception):
    """An answer that a case alone might not get, or would get as an error."""


def verdicts(cases: Iterable[Case], *, isolate: bool = False) -> Iterator[Verdict]:
    """Run cases, those that can be together; yield the verdict of each, in no order.

    Args:
        cases: the cases.
        isolate: run each alone.

    >>> from policy.testing.runner import read_cases
    >>> cases = read_cases("tests/scenarios/estonia/child_allowance.yaml")
    >>> all(verdict.passed for verdict in verdicts(cases))
    True

    """
    if isolate:
        yield from map(_alone, cases)
        return
    groups: dict[Hashable, list[Case]] = {}
    for case in cases:
        try:
            groups.setdefault(_alike(case), []).append(case)
        except PolicyError:
            yield _alone(case)
    for group in groups.values():
        with collection_paused():
            run = _run(group)
        yield from run


def _run(group: list[Case]) -> list[Verdict]:
    """Run like cases, those apart that might look at the people of others."""
    apart = {id(case) for case in group if _looks_at_all(case)} if _opaque(group) else set()
    together = [case for case in group if id(case) not in apart]
    return [*map(_alone, (case for case in group if id(case) in apart)), *_together(together)]


def _alike(case: Case) -> Hashable:
    """Return what cases share that are run together.

    Raises:
        PolicyError: the case cannot be read.

    """
    people, _ = case.columns
    periods = frozenset(period for _, period in _slots(case))
    return id(case.law), frozenset(people.counts), periods


def _opaque(cases: Sequence[Case]) -> bool:
    """Tell whether cases together need a formula that is no expression."""
    people_and_facts = [case.columns for case in cases]
    wanted = [slot for case in cases for slot in _slots(case)]
    try:
        facts = side_by_side(cases[0].law, people_and_facts)[1]
        return engine_of(cases[0].law).read_by(wanted, facts) is None
    except PolicyError:
        return True


def _looks_at_all(case: Case) -> bool:
    """Tell whether a case needs a formula that might look at the people of other cases."""
    try:
        return engine_of(case.law).read_by([*_slots(case)], case.columns[1]) is None
    except PolicyError:
        return True


def _alone(case: Case) -> Verdict:
    try:
        return Verdict(case, case.run())
    except PolicyError as error:
        return Verdict(case, problems=error.problems)


def _together(cases: list[Case]) -> Iterator[Verdict]:
    """Run cases together; where that fails each half together, down to each alone."""
    todo = [cases]
    while todo:
        group = todo.pop()
        if len(group) < 2:  # noqa: PLR2004  (one, or none)
            yield from map(_alone, group)
            continue
        try:
            answers = _answers(group)
        except Exception:  # whatever went wrong: each case says alone whether it is its own fault
            middle = len(group) // 2
            todo += [group[middle:], group[:middle]]
            continue
        for case, answer in zip(group, answers, strict=True):
            yield _judged(case, answer)


def _judged(case: Case, answer: Answer) -> Verdict:
    try:
        if not case.judge(answer):
            return Verdict(case)
    except (PolicyError, _InDoubtError):
        pass
    return _alone(case)


def _answers(cases: Sequence[Case]) -> list[Answer]:
    """Run cases side by side; return each one's answers."""
    law = cases[0].law
    people, facts = side_by_side(law, [case.columns for case in cases])
    wanted = tuple({slot: None for case in cases for slot in _slots(case)})
    found = engine_of(law).calculate(people, facts, wanted)
    entity_of = {name: law.variable(name).entity.key for name, _ in wanted}
    first = dict.fromkeys(law.entities, 0)
    answers = []
    for case in cases:
        counts = case.columns[0].counts
        own = {key: slice(first[key], first[key] + count) for key, count in counts.items()}
        rows = {slot: found[slot][own[entity_of[slot[0]]]] for slot in _slots(case)}
        answers.append(_answer(case, rows))
        first = {key: rows_of.stop for key, rows_of in own.items()}
    return answers


def _slots(case: Case) -> Iterator[Slot]:
    for slots in case.questions.values():
        yield from slots


def _answer(case: Case, rows: dict[Slot, Array]) -> Answer:
    """Answer a case's questions from its rows."""

    def answer(question: Question, _where: Location) -> Array:
        slots = case.questions[question]
        array = rows[slots[0]]
        for slot in slots[1:]:
            array = array + rows[slot]
        if array.dtype.kind == "f" and np.isnan(array).any():
            raise _InDoubtError
        return array

    return answer
