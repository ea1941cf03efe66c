"""Running many cases at once, with the verdict that each would have alone.

Cases that ask for the same periods of the same law are put side by side and answered in one run of
the law graph. The run can only let a case pass: one that does not, or whose part in the run is in
doubt, is run alone, and what it shows is what it shows alone.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from policy.errors import PolicyError, Problem
from policy.garbage import collection_paused
from policy.graph.engine import engine_of
from policy.scenario.columns import side_by_side
from policy.testing.cases import Verdict
from policy.testing.workers import EndedError, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from policy.errors import Location
    from policy.legislation.people import Array, Slot
    from policy.scenario.answers import Question
    from policy.testing.cases import Answer, Case, Difference

    #: A verdict as a process sends it back: the case's number in its group, and what came of it.
    _Told = tuple[int, tuple[Difference, ...], tuple[Problem, ...]]


#: Seconds after which cases that are left are spread over processes: what starting them costs.
_A_MOMENT = 0.1
#: How many cases that are run alone are given to a process at once.
_ROW = 10


def verdicts(
    cases: Iterable[Case], *, isolate: bool = False, processes: int = 1
) -> Iterator[Verdict]:
    """Run cases, those that can be together; yield the verdict of each, in no order.

    Args:
        cases: the cases.
        isolate: run each alone.
        processes: over how many processes they are spread, if they take more than a moment; the
            verdicts are the same.

    >>> from policy.testing.runner import read_cases
    >>> cases = read_cases("tests/scenarios/estonia/child_allowance.yaml")
    >>> all(verdict.passed for verdict in verdicts(cases))
    True

    """
    groups = _rows(cases) if isolate else _groups(cases)
    run = _run_alone if isolate else _run
    start = time.perf_counter()
    done = 0
    while done < len(groups) and (processes == 1 or time.perf_counter() - start < _A_MOMENT):
        yield from run(groups[done])
        done += 1
    yield from _spread(groups[done:], run, processes)


def _rows(cases: Iterable[Case]) -> list[list[Case]]:
    """Divide cases into rows of neighbours, which need much the same."""
    every = list(cases)
    return [every[start : start + _ROW] for start in range(0, len(every), _ROW)]


def _groups(cases: Iterable[Case]) -> list[list[Case]]:
    """Put like cases together, those of one law and time next to each other.

    One that cannot be read is on its own.
    """
    groups: dict[Hashable, list[Case]] = {}
    for case in cases:
        try:
            alike = _alike(case)
        except PolicyError:
            alike = id(case)
        groups.setdefault(alike, []).append(case)
    return sorted(groups.values(), key=_law_and_time)


def _law_and_time(group: list[Case]) -> tuple[int, str]:
    try:
        return id(group[0].law), min((str(period) for _, period in _slots(group[0])), default="")
    except PolicyError:
        return 0, ""


def _spread(
    groups: list[list[Case]], run: Callable[[list[Case]], list[Verdict]], processes: int
) -> Iterator[Verdict]:
    """Run groups in processes; where one ends, each case of the group in a process of its own."""

    def told(group: list[Case]) -> list[_Told]:
        number = {id(case): number for number, case in enumerate(group)}
        return [(number[id(v.case)], v.differences, v.problems) for v in run(group)]

    while groups:
        again: list[list[Case]] = []
        for group, found in spread(groups, told, processes):
            if not isinstance(found, EndedError):
                for number, differences, problems in found:
                    yield Verdict(group[number], differences, problems)
            elif len(group) > 1:
                again += [[case] for case in group]
            else:
                yield Verdict(group[0], problems=(_ended(group[0], found),))
        groups = again


def _ended(case: Case, how: EndedError) -> Problem:
    return Problem(
        f"the process that ran the test '{case.name}' ended: {how}",
        case.location,
        "look for what ends it: memory, or code that is not Python's, in a formula",
        code="process-ended",
    )


def _run_alone(group: list[Case]) -> list[Verdict]:
    return [_alone(case) for case in group]


@collection_paused()
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
    try:
        people_and_facts = [case.columns for case in cases]
        wanted = [slot for case in cases for slot in _slots(case)]
        facts = side_by_side(cases[0].law, people_and_facts)[1]
        return engine_of(cases[0].law).looks_at_all(wanted, facts)
    except PolicyError:
        return True


def _looks_at_all(case: Case) -> bool:
    """Tell whether a case needs a formula that might look at the people of other cases."""
    try:
        return engine_of(case.law).looks_at_all([*_slots(case)], case.columns[1])
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
    except PolicyError:
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
        return array

    return answer
