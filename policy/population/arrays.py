"""Calculating columns: arrays of a whole population in, arrays of answers out.

The population is worked through in blocks of whole groups, small enough for the processor's cache,
so that memory beyond what comes in and goes out does not grow with the population.
"""

from __future__ import annotations

import importlib.util
import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from policy.errors import PolicyError, Problem, did_you_mean
from policy.graph.backends.numba import NumbaPlan
from policy.graph.backends.numpy import NumpyPlan
from policy.graph.engine import NUMBA, NUMPY, engine_of
from policy.legislation.people import Column, Membership, People
from policy.legislation.times import slots_asked
from policy.population.columns import facts_of, limits_of, people_of
from policy.scenario.answers import numbers
from policy.scenario.calculation import asked_period, check_covered, names_asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from openfisca_core.periods import Period

    from policy.graph.engine import Engine
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Array, Slot

#: What tells questions apart.
Question = TypeVar("Question")
#: Of each entity, some of its rows.
_Rows: TypeAlias = dict[str, slice]

AUTO = "auto"
#: Persons in a block: their values, eight bytes each, stay in the processor's cache.
_BLOCK = 32_768
#: From how many persons on a kernel, compiled once in seconds, saves more time than it costs.
MANY = 5_000_000


def calculate_arrays(
    law: Legislation,
    columns: Mapping[str, Any],
    memberships: Mapping[str, tuple[Any, Any]],
    outputs: Iterable[str],
    period: str | Period,
    backend: str = AUTO,
    *,
    with_unknown: bool = False,
) -> dict[str, Array]:
    """Calculate a population; see ``StatuteBook.calculate_arrays``."""
    when = asked_period(period)
    check_covered(law, when)
    names = names_asked(outputs)
    asked = {name: slots_asked(law.variable(name), when) for name in names}
    people = people_of(law, memberships, columns, looking=False)
    facts = facts_of(law, people, columns, when, looking=False)
    found = _answer_looking(law, people, facts, asked, backend)
    if found is None:
        people = people_of(law, memberships, columns)
        facts = facts_of(law, people, columns, when)
        found = answer(law, people, facts, asked, backend)
        if not with_unknown:
            found = {name: numbers(law, people, name, when, each) for name, each in found.items()}
    return {name: _named(law, name, array) for name, array in found.items()}


def _answer_looking(
    law: Legislation,
    people: People,
    facts: Mapping[Slot, Column],
    asked: Mapping[Question, tuple[Slot, ...]],
    backend: str,
) -> dict[Question, Array] | None:
    """Answer by a kernel that looks at values as it reads them; None where that is not enough."""
    engine = engine_of(law)
    slots = tuple({slot: None for each in asked.values() for slot in each})
    plan = _plan(engine, people, facts, slots, backend)
    if not isinstance(plan, NumbaPlan) or not plan.reads_all(facts):
        return None
    found = plan.run_looking(people, facts, limits_of(law, facts))
    if found is None:
        return None
    columns = engine.as_columns(people, slots, found)
    return _added_up(dict(zip(slots, columns, strict=True)), asked)


def answer(
    law: Legislation,
    people: People,
    facts: Mapping[Slot, Column],
    asked: Mapping[Question, tuple[Slot, ...]],
    backend: str = AUTO,
) -> dict[Question, Array]:
    """Answer questions about a population, each by the sum of a variable over its own periods.

    Raises:
        PolicyError: there is no such backend, or a variable depends on itself.

    """
    engine = engine_of(law)
    slots = tuple({slot: None for each in asked.values() for slot in each})
    plan = _plan(engine, people, facts, slots, backend)
    names = {question: parts[0][0] for question, parts in asked.items()}

    def work(people: People, facts: Mapping[Slot, Column]) -> dict[Question, Array]:
        return _added_up(engine.calculate(people, facts, slots, plan), asked)

    def work_on(rows: _Rows) -> None:
        for question, array in work(*_block(law, people, facts, rows)).items():
            found[question][rows[law.variable(names[question]).entity.key]] = array

    if isinstance(plan, NumbaPlan) or engine.looks_at_all(slots, facts):
        return work(people, facts)
    found = {question: _empty(law, people, name) for question, name in names.items()}
    blocks = _blocks(law.system.person_entity.key, people)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(work_on, blocks):
            pass
    return found


def _added_up(
    arrays: Mapping[Slot, Array], asked: Mapping[Question, tuple[Slot, ...]]
) -> dict[Question, Array]:
    return {
        question: arrays[parts[0]]
        if len(parts) == 1
        else np.asarray(sum(arrays[part] for part in parts))
        for question, parts in asked.items()
    }


def _empty(law: Legislation, people: People, name: str) -> Array:
    variable = law.variable(name)
    return np.empty(people.counts[variable.entity.key], dtype=variable.dtype)


def _plan(
    engine: Engine,
    people: People,
    facts: Mapping[Slot, Column],
    slots: tuple[Slot, ...],
    backend: str,
) -> Any:
    if str(backend) not in {AUTO, NUMPY, NUMBA}:
        raise PolicyError(
            Problem(
                f"there is no backend '{backend}'",
                remedy=did_you_mean(str(backend), [AUTO, NUMPY, NUMBA], kind="backends"),
                key="backend",
            )
        )
    if backend == NUMPY or importlib.util.find_spec("numba") is None:
        return engine.plan_for(facts, slots)
    plan = engine.plan_for(facts, slots, NUMBA)
    if isinstance(plan, NumpyPlan):
        return plan
    many = people.counts[engine.law.system.person_entity.key] >= MANY
    return plan if backend == NUMBA or many or plan.is_compiled else engine.plan_for(facts, slots)


def _blocks(person: str, people: People) -> Iterator[_Rows]:
    """Cut a population between groups; not at all where they are not in the persons' order."""
    count, members = people.counts[person], people.memberships
    whole = count <= _BLOCK or any(each.order is not None for each in members.values())
    ends = np.arange(0 if whole or members else count)
    for number, each in enumerate(() if whole else members.values()):
        ends = np.intersect1d(ends, each.starts) if number else np.unique(each.starts)
    wanted = np.searchsorted(ends, np.arange(_BLOCK, count, _BLOCK))
    cuts = np.unique([0, *ends[wanted[wanted < len(ends)]], count]).tolist()
    for first, last in pairwise(cuts):
        rows = {person: slice(first, last)}
        for key, each in members.items():
            start = int(np.searchsorted(each.starts, first))
            stop = each.groups if last == count else int(np.searchsorted(each.starts, last))
            rows[key] = slice(start, stop)
        yield rows


def _block(
    law: Legislation, people: People, facts: Mapping[Slot, Column], rows: _Rows
) -> tuple[People, dict[Slot, Column]]:
    """Return some rows of a population: whole groups."""
    person = rows[law.system.person_entity.key]
    memberships = {
        key: Membership(
            rows[key].stop - rows[key].start,
            each.group_of[person] - rows[key].start,
            each.role_of[person],
        )
        for key, each in people.memberships.items()
    }
    given = {
        slot: Column(column.values[rows[law.variable(slot[0]).entity.key]])
        for slot, column in facts.items()
    }
    return People({key: part.stop - part.start for key, part in rows.items()}, memberships), given


def _named(law: Legislation, name: str, answer: Array) -> Array:
    """Return an answer as a caller reads it: not to be changed, members of enumerations by name."""
    variable = law.variable(name)
    if hasattr(variable, "possible_values"):
        return np.array([member.name for member in variable.possible_values])[answer]
    array = answer.view()
    array.flags.writeable = False
    return array
