"""The disposable income of Tunisian households in a year: openfisca-tunisia, by one way of two.

Arguments: the way, how many households, how many runs, and the file for the answers. One household
is a situation as JSON has it; several are columns.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import openfisca_tunisia
from openfisca_core.simulations import Simulation, SimulationBuilder

import policy
from policy.graph.drawing import opaque
from policy.scenario.times import period_of
from tests.benchmarks.peers.peak_memory import peak

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE, INCOME, YEAR = "openfisca_tunisia", "revenu_disponible", "2019"
#: Of each household: two adults and two children, and their roles in their groups.
ROLES = {"menage": [0, 1, 2, 2], "foyer_fiscal": [0, 1, 2, 2]}
SIZE = 4


def situation() -> dict[str, Any]:
    """Return a household: two wages given for the year, and dates of birth."""
    born = {"a": "1980-01-01", "b": "1982-01-01", "c": "2010-01-01", "d": "2018-05-01"}
    persons: dict[str, dict[str, Any]] = {
        name: {"date_naissance": {"ETERNITY": day}} for name, day in born.items()
    }
    for name, wage in {"a": 24000, "b": 12000}.items():
        persons[name]["salaire_de_base"] = {YEAR: wage}
    adults, children = ["a", "b"], ["c", "d"]
    home = {"personne_de_reference": ["a"], "conjoint": ["b"], "enfants": children}
    return {
        "individus": persons,
        "foyers_fiscaux": {"f": {"declarants": adults, "personnes_a_charge": children}},
        "menages": {"m": home},
    }


def columns(households: int) -> tuple[dict[str, Any], np.ndarray]:
    """Make up wages and dates of birth of the persons, and the household of each."""
    rng = np.random.default_rng(1)
    home = np.repeat(np.arange(households), SIZE)
    child = np.tile([False, False, True, True], households)
    born = np.where(child, np.datetime64("2010-01-01"), np.datetime64("1980-01-01"))
    earns = ~child & (rng.random(len(home)) < 0.7)
    return {
        "date_naissance": born + rng.integers(-3000, 3000, len(home)),
        "salaire_de_base": {YEAR: np.where(earns, np.round(rng.random(len(home)) * 40000, 2), 0)},
    }, home


def by_graph(households: int) -> Callable[[], np.ndarray]:
    """Return the work of this library."""
    book = policy.load(PACKAGE)
    if households == 1:
        given = situation()
        return lambda: np.array([book.calculate(given, [INCOME], YEAR).value(INCOME)])
    facts, home = columns(households)
    members = {key: (home, np.tile(roles, households)) for key, roles in ROLES.items()}
    return lambda: book.calculate_arrays(facts, members, [INCOME], YEAR)[INCOME]


def by_openfisca(households: int) -> Callable[[], np.ndarray]:
    """Return the work of openfisca-core, on the package as it is."""
    system = openfisca_tunisia.CountryTaxBenefitSystem()
    if households == 1:
        given = situation()

        def one() -> np.ndarray:
            simulation = SimulationBuilder().build_from_entities(system, given)
            return np.asarray(simulation.calculate(INCOME, YEAR))

        return one
    facts, home = columns(households)

    def all_of_them() -> np.ndarray:
        populations = system.instantiate_entities()
        for population in populations.values():
            person = population.entity.is_person
            population.count = len(home) if person else households
            population.ids = np.arange(population.count)
            if not person:
                roles = np.array(population.entity.flattened_roles, dtype=object)
                population.members_entity_id = home
                population.members_role = roles[np.tile(ROLES[population.entity.key], households)]
        simulation = Simulation(system, populations)
        simulation.set_input("date_naissance", "ETERNITY", facts["date_naissance"])
        simulation.set_input("salaire_de_base", YEAR, facts["salaire_de_base"][YEAR])
        return np.asarray(simulation.calculate(INCOME, YEAR))

    return all_of_them


WAYS = {"policy": by_graph, "openfisca-core": by_openfisca}


def traced() -> list[int]:
    """Return how many formulas there are, and how many of them are no expressions."""
    book = policy.load(PACKAGE)
    listed = opaque(book, period_of(YEAR))
    return [sum(len(each.formulas) for each in book.variables.values()), len(listed)]


def main() -> None:
    """Run one way, once to warm it and then the times asked for; print JSON."""
    way, households, runs, file = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    work = WAYS[way](households)
    np.save(file, work())
    seconds = []
    gc.collect()
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    told = {"seconds": seconds, "memory": peak(), "traced": traced() if way == "policy" else None}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
