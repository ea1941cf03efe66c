"""The smallest scenario that tells a change of the law from the law itself.

The situations of the tests, each in many variants, are walked through side by side. A change costs
only what follows from it, for thousands of families at once. Where one shows it, whoever and
whatever is not needed for that is left out.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.coverage.mutation import Suite
from policy.coverage.variants import pool_of, vary, without_fact, without_person
from policy.coverage.walk import Walk, asked_by
from policy.errors import PolicyError
from policy.scenario.columns import facts_of, people_of
from policy.scenario.result import scalar
from policy.scenario.writing import as_data, as_yaml, is_eternal, plain
from policy.testing.runner import HALF_A_CENT

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from policy.coverage.mutation import Mutant
    from policy.graph.tracer import Tracer
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot
    from policy.scenario.situation import Situation
    from policy.testing.cases import Case

#: Variants of each test's situation.
VARIANTS = 60
_SEED = 1


class Herd:
    """Many families like those of the tests, walked through side by side."""

    def __init__(self, law: Legislation, cases: Iterable[Case], variants: int = VARIANTS) -> None:
        self.law = law
        self.suite = Suite(law, ())
        self.walks: list[tuple[tuple[Situation, ...], Walk]] = []
        groups: dict[Hashable, list[Case]] = defaultdict(list)
        for case in cases:
            try:
                groups[frozenset(period for _, period in asked_by(case))].append(case)
            except PolicyError:
                continue
        random = np.random.default_rng(_SEED)
        for group in groups.values():
            self._add(group, variants, random)

    @property
    def families(self) -> int:
        """How many situations there are."""
        return sum(len(situations) for situations, _ in self.walks)

    def _add(self, group: Sequence[Case], variants: int, random: np.random.Generator) -> None:
        wanted = dict.fromkeys(slot for case in group for slot in asked_by(case))
        own = tuple(case.situation for case in group)
        first = self._walk(own, wanted)
        unsaid = [slot for slot in first.order if not self.law.variable(slot[0]).formulas]
        pool = pool_of(self.law, wanted, unsaid)
        varied = (vary(each, pool, random) for each in own for _ in range(variants))
        situations = (*own, *varied)
        self.walks.append((situations, self._walk(situations, wanted)))

    def _walk(self, situations: Sequence[Situation], wanted: Iterable[Slot]) -> Walk:
        people, facts = people_of(self.law, situations), facts_of(self.law, situations)
        return Walk(self.law, people, facts, wanted)

    def scenario(self, mutant: Mutant) -> str | None:
        """Return the smallest scenario that shows a change, as YAML; None if none was found."""
        tracer = self.suite.tracer_of(mutant)
        found = min(self._telling(mutant, tracer), key=_size, default=None)
        return found and self._written(*self._smallest(mutant, tracer, *found), mutant)

    def tells(self, mutant: Mutant) -> bool:
        """Tell whether a family shows a change."""
        return any(True for _ in self._telling(mutant, self.suite.tracer_of(mutant)))

    def _telling(self, mutant: Mutant, tracer: Tracer | None) -> Iterator[tuple[Situation, Slot]]:
        """Yield a situation of each period in which a change shows, and where it does."""
        for situations, walk in self.walks:
            for slot, rows in self._shown(mutant, tracer, walk):
                key = self.law.variable(slot[0]).entity.key
                ends = np.cumsum([len(each.ids[key]) for each in situations])
                numbers = np.unique(np.searchsorted(ends, rows, side="right"))
                smallest = min((situations[number] for number in numbers), key=_size_of)
                yield smallest, slot

    def _shown(
        self, mutant: Mutant, tracer: Tracer | None, walk: Walk
    ) -> Iterator[tuple[Slot, np.ndarray]]:
        values = self.suite.values_under(mutant, walk, tracer)
        if values is None:  # (tests would notice: the law cannot be calculated)
            values = walk.values
        for slot in dict.fromkeys(walk.wanted):
            rows = np.flatnonzero(_different(walk.values[slot], values[slot]))
            if len(rows):
                yield slot, rows

    def _smallest(
        self, mutant: Mutant, tracer: Tracer | None, situation: Situation, slot: Slot
    ) -> tuple[Situation, Slot]:
        """Leave out people and facts while the change still shows."""
        smaller: Situation | None = situation
        while smaller is not None:
            situation = smaller
            smaller = next(
                (
                    each
                    for each in self._smaller(situation)
                    if self._shows(mutant, tracer, each, slot)
                ),
                None,
            )
        return situation, slot

    def _smaller(self, situation: Situation) -> Iterator[Situation]:
        persons = len(situation.ids[self.law.system.person_entity.key])
        for row in range(persons if persons > 1 else 0):
            yield without_person(self.law, situation, row)
        for slot, rows in situation.facts.items():
            for row in rows:
                yield without_fact(situation, slot, row)

    def _shows(
        self, mutant: Mutant, tracer: Tracer | None, situation: Situation, slot: Slot
    ) -> bool:
        return any(True for _ in self._shown(mutant, tracer, self._walk([situation], [slot])))

    def _written(self, situation: Situation, slot: Slot, mutant: Mutant) -> str:
        name, period = slot
        walk = self._walk([situation], [slot])
        entity = self.law.variable(name).entity
        values = walk.full(walk.wanted[0], walk.values[walk.wanted[0]])
        changed = self._shown(mutant, self.suite.tracer_of(mutant), walk)
        row = int(next(changed)[1][0])
        answer = plain(scalar(self.law.variable(name), values, row))
        id_ = situation.ids[entity.key][row]
        asked = {} if is_eternal(period) else {"period": str(period)}
        return as_yaml(
            {
                "name": mutant.change,
                **asked,
                "input": as_data(self.law, situation, period),
                "output": {entity.plural: {id_: {name: answer}}},
            }
        )


def _different(one: Any, other: Any) -> Any:
    """Tell for whom a test would see two values apart; either may be no number."""
    one, other = np.atleast_1d(one), np.atleast_1d(other)
    if one.dtype.kind == "M":
        return (one != other) & ~(np.isnat(one) & np.isnat(other))
    if one.dtype.kind != "f":
        return one != other
    lost = np.isnan(other) != np.isnan(one)
    with np.errstate(invalid="ignore"):  # (of odd families both may be infinite)
        return lost | (np.abs(one - other) > HALF_A_CENT)


def _size(found: tuple[Situation, Slot]) -> int:
    return _size_of(found[0])


def _size_of(situation: Situation) -> int:
    people = sum(len(ids) for ids in situation.ids.values())
    return people + sum(len(rows) for rows in situation.facts.values())
