"""openfisca-core on the law of a book, as its own documentation has it used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.simulations import Simulation, SimulationBuilder

from tests.benchmarks.families import PERIOD, Families

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy.book import StatuteBook


def of_scenario(
    book: StatuteBook, scenario: dict[str, Any], names: Sequence[str], period: str = PERIOD
) -> list[float]:
    """Return answers about one situation: a simulation built from it, and the first of each."""
    simulation = SimulationBuilder().build_from_entities(book.system, scenario)
    return [float(simulation.calculate(name, period)[0]) for name in names]


def roles_of(book: StatuteBook, made: Families) -> np.ndarray:
    """Return each person's role as openfisca-core wants them: its own objects."""
    return np.array(book.entities["family"].flattened_roles, dtype=object)[made.role]


def of_columns(
    book: StatuteBook,
    made: Families,
    roles: np.ndarray,
    names: Sequence[str],
    facts: Mapping[str, np.ndarray],
) -> dict[str, np.ndarray]:
    """Return answers about families given as columns: without the builder, the fastest way."""
    return of_members(book, made.count, made.family, roles, names, facts, PERIOD)


def of_members(
    book: StatuteBook,
    groups: int,
    group_of: np.ndarray,
    roles: np.ndarray,
    names: Sequence[str],
    facts: Mapping[str, np.ndarray],
    period: str,
) -> dict[str, np.ndarray]:
    """Return answers about the members of the book's one kind of groups, given as columns."""
    populations = book.system.instantiate_entities()
    members = populations[book.system.person_entity.key]
    members.count, members.ids = len(group_of), np.arange(len(group_of))
    population = populations[book.system.group_entities[0].key]
    population.count, population.ids = groups, np.arange(groups)
    population.members_entity_id, population.members_role = group_of, roles
    simulation = Simulation(book.system, populations)
    for name, values in facts.items():
        eternal = book.variable(name).definition_period == "eternity"
        simulation.set_input(name, "ETERNITY" if eternal else period, values)
    return {name: simulation.calculate(name, period) for name in names}
