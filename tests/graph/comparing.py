"""A population calculated by the law graph and by openfisca-core, and where the two differ."""

from functools import lru_cache

import numpy as np

from policy.errors import PolicyError
from policy.graph.engine import engine_of
from policy.legislation.reference import simulation_of


@lru_cache
def slots_of(law, month):
    """Return every variable of a book with its period in a month."""
    parts = {"year": month.this_year, "day": month.first_day}
    return tuple(
        (name, parts.get(variable.definition_period, month))
        for name, variable in law.variables.items()
    )


def by_graph(law, population, slots):
    return engine_of(law).calculate(population.people, population.facts, slots)


def by_openfisca(law, population, slots):
    simulation = simulation_of(law, population.people, population.facts)
    return {slot: np.asarray(simulation.calculate(*slot)) for slot in slots}


def answers(engine, law, population, slots):
    """Calculate variables; where not all can be, each that can, and the kind of error."""
    try:
        return engine(law, population, slots)
    except PolicyError:
        found = {}
        for slot in slots:
            try:
                found.update(engine(law, population, (slot,)))
            except PolicyError as error:
                found[slot] = error.problems[0].code
        return found


def different(one, other):
    """Return the rows where two columns differ; types and the sign of zero count."""
    if isinstance(one, str) or isinstance(other, str):
        return [] if isinstance(one, type(other)) and one == other else [0]
    if one.dtype != other.dtype:
        return [0]
    differs = one != other
    if one.dtype.kind == "f":
        differs |= np.signbit(one) != np.signbit(other)
    missing = {"f": np.isnan, "M": np.isnat}.get(one.dtype.kind)
    if missing:
        differs &= ~(missing(one) & missing(other))
    return np.flatnonzero(differs).tolist()
