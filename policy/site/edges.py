"""Edge dates: the days of a worked example's facts at which its answer jumps."""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from policy.errors import PolicyError
from policy.legislation.units import shown
from policy.scenario.many import calculate_many
from policy.scenario.writing import as_data
from policy.site.model import Edge

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from openfisca_core.periods import Period

    from policy.book import StatuteBook
    from policy.explain.explanation import Step
    from policy.scenario.situation import Situation

    #: Tells an answer, in words, for each day that a fact may have.
    Asked = Callable[[Sequence[datetime.date]], list[str]]

#: Days are tried from so many years before the year of the answer to the end of the next.
BEFORE, AFTER = 20, 1


def edges_of(
    book: StatuteBook,
    situation: Situation,
    answer: Step,
    when: Period,
    facts: Container[str],
) -> tuple[Edge, ...]:
    """Return for each date given in a situation the nearest days at which an answer jumps.

    Args:
        book: the statute book.
        situation: who there is, and what is known of them.
        answer: what was answered, of whom.
        when: the period of the answer.
        facts: the facts that the answer rests on.

    Returns:
        Of each date the last edge up to the day that was given, and the first one after it; none
        of a date with days on which the law gives no known answer.

    """
    data = as_data(book, situation, when)
    found: dict[tuple[str, ...], list[str]] = {}
    for plural, whose, fact, given in _dates(book, data, facts):

        def answers(
            days: Sequence[datetime.date],
            plural: str = plural,
            whose: str = whose,
            fact: str = fact,
        ) -> list[str]:
            of = data[plural]
            cases = [{**data, plural: {**of, whose: {**of[whose], fact: day}}} for day in days]
            results = calculate_many(book, cases, [answer.name], when)
            return [shown(each.value(answer.name, answer.id), answer.unit) for each in results]

        try:
            every = list(_jumps(answers, when.start.year))
        except PolicyError:  # on one of the days a value of the law is not known
            continue
        near = [
            *[jump for jump in every if jump[0] <= given][-1:],
            *[jump for jump in every if jump[0] > given][:1],
        ]
        for first, last, *texts in near:
            key = (fact, first.isoformat(), last.isoformat(), *texts)
            found.setdefault(key, []).append(whose)
    return tuple(
        Edge(fact, str(book.variable(fact).label or fact), tuple(whose), *rest)
        for (fact, *rest), whose in found.items()
    )


def _dates(
    book: StatuteBook, data: dict[str, Any], facts: Container[str]
) -> Iterator[tuple[str, str, str, datetime.date]]:
    """Yield the dates that are given and that matter, with whose they are."""
    for entity in book.system.entities:
        for whose, given in data.get(entity.plural, {}).items():
            for fact, value in given.items():
                if fact not in facts or isinstance(value, dict):  # (a dict: it changes over time)
                    continue
                variable = book.variable(fact)
                if variable.value_type is datetime.date and not variable.formulas:
                    yield entity.plural, whose, fact, datetime.date.fromisoformat(str(value))


def _jumps(answers: Asked, year: int) -> Iterator[tuple[datetime.date, datetime.date, str, str]]:
    """Yield where an answer changes: first and last day, the answer before and after.

    Each first day of a month is tried, and every day of the months within which it changes. Days
    in a row with another answer each, as of a benefit for a part of the month, are one edge.
    """
    starts = [
        datetime.date(each, month, 1)
        for each in range(year - BEFORE, year + AFTER + 1)
        for month in range(1, 13)
    ]
    texts = answers(starts)
    days = [
        first + datetime.timedelta(number)
        for (first, before), (last, after) in pairwise(zip(starts, texts, strict=True))
        if before != after
        for number in range((last - first).days + 1)
    ]
    days = sorted(set(days))
    if not days:
        return
    texts = answers(days)
    begun: tuple[datetime.date, str] | None = None
    for (day, before), (next_day, after) in pairwise(zip(days, texts, strict=True)):
        near = (next_day - day).days == 1
        if near and before != after:
            begun = begun or (next_day, before)
        elif begun:
            yield begun[0], day, begun[1], before
            begun = None
    if begun:
        yield begun[0], days[-1], begun[1], texts[-1]
