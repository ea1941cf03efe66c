"""Scenarios side by side: their people and facts as columns, and each by itself when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from policy.scenario.columns import facts_of, people_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Column, People, Slot
    from policy.scenario.situation import Scenario


@dataclass(frozen=True)
class Cases:
    """Scenarios under one law, side by side.

    Attributes:
        people: who is in which group, with their ids.
        facts: what is given.
        first: where the rows of each scenario begin, and after the last where they end, by entity.
        scenario: returns a scenario by its number.

    """

    people: People
    facts: Mapping[Slot, Column]
    first: Mapping[str, Sequence[int]]
    scenario: Callable[[int], Scenario]


def cases_of(law: Legislation, scenarios: Sequence[Scenario]) -> Cases:
    """Return scenarios that have been read, side by side."""
    situations = [each.situation for each in scenarios]
    first = {
        key: [0, *accumulate(len(each.ids[key]) for each in situations)] for key in law.entities
    }
    return Cases(
        people_of(law, situations), facts_of(law, situations), first, scenarios.__getitem__
    )
