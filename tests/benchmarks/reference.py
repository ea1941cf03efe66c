"""openfisca-core on the law of a book, as its own documentation has it used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from openfisca_core.simulations import Simulation, SimulationBuilder

from tests.benchmarks.families import PERIOD, Families

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy.book import StatuteBook


def of_scenario(book: StatuteBook, scenario: dict[str, Any], names: Sequence[str]) -> list[float]:
    """Return answers about one family: a simulation built from a situation."""
    simulation = SimulationBuilder().build_from_entities(book.system, scenario)
    return [float(simulation.calculate(name, PERIOD)[0]) for name in names]


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
    populations = book.system.instantiate_entities()
    populations["person"].count = len(made.family)
    populations["person"].ids = np.arange(len(made.family))
    populations["family"].count = made.count
    populations["family"].ids = np.arange(made.count)
    populations["family"].members_entity_id = made.family
    populations["family"].members_role = roles
    simulation = Simulation(book.system, populations)
    for name, values in facts.items():
        eternal = book.variable(name).definition_period == "eternity"
        simulation.set_input(name, "ETERNITY" if eternal else PERIOD, values)
    return {name: simulation.calculate(name, PERIOD) for name in names}
