"""The law graph gives what openfisca-core gives, to the last bit, for every variable of a book.

Each example is a population of 250 families; 40 of them make 10,000 families for each book. A
difference is reported for the one family that shows it, with the facts it takes.
"""

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import policy
from policy.errors import PolicyError
from policy.graph.engine import NUMBA, engine_of
from policy.graph.tracer import NO_VALUE
from policy.legislation.reference import simulation_of
from policy.legislation.times import own_period
from policy.scenario.times import period_of

from .generated import Population, alone, columns_of, populations

BOOKS = {"estonia": (2017, 2028), "openfisca_country_template": (2015, 2024)}
NOT_SHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # (a family is cut out instead)


def law_of(book):
    return policy.load(book)


@lru_cache
def slots_of(law, month):
    """Return every variable of a book with its period in a month."""
    return tuple(
        (name, month.this_year if variable.definition_period == "year" else month)
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
    missing = {"f": np.isnan, "M": np.isnat}.get(one.dtype.kind)
    if missing:
        differs &= ~(missing(one) & missing(other))
    if one.dtype.kind == "f":
        differs |= np.signbit(one) != np.signbit(other)
    return np.flatnonzero(differs).tolist()


def needed(law, population, slot):
    """Return the facts of a family without which the difference is gone."""
    facts = dict(population.facts)
    for name in list(facts):
        fewer = {key: column for key, column in facts.items() if key != name}
        smaller = Population(population.people, fewer, population.month)
        one = answers(by_graph, law, smaller, (slot,))[slot]
        if different(one, answers(by_openfisca, law, smaller, (slot,))[slot]):
            facts = fewer
    return {f"{name} {period}": column.values.tolist() for (name, period), column in facts.items()}


@pytest.mark.parametrize("book", BOOKS)
@settings(
    max_examples=40,
    deadline=None,
    phases=NOT_SHRUNK,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_every_variable_is_what_openfisca_core_gives(book, data):
    law = law_of(book)
    population = data.draw(populations(law, *BOOKS[book]))
    slots = slots_of(law, population.month)
    graph = answers(by_graph, law, population, slots)
    reference = answers(by_openfisca, law, population, slots)
    for slot in slots:
        for row in different(graph[slot], reference[slot]):
            entity = law.variable(slot[0]).entity.key
            family = alone(population, law, entity, row)
            facts = needed(law, family, slot)
            one = answers(by_graph, law, family, (slot,))[slot]
            other = answers(by_openfisca, law, family, (slot,))[slot]
            pytest.fail(f"{slot[0]} {slot[1]}: graph {one}, openfisca-core {other}; {facts}")


@pytest.mark.parametrize("book", BOOKS)
def test_no_formula_of_the_books_is_opaque(book):
    law = law_of(book)
    first, last = BOOKS[book]
    for year in range(first, last + 1):
        for month in (1, 12):
            slots = slots_of(law, period_of(f"{year}-{month:02}"))
            tracing = engine_of(law).trace(slots, alone=True)
            opaque = [
                (name, tracing.definitions[name, own_period(law.variable(name), when)].opaque)
                for name, when in slots
            ]
            assert not [each for each in opaque if each[1] not in {"", NO_VALUE}]


#: A month, the facts given for everybody, and what is asked: a kernel for each.
KERNELS = {
    "estonia": (
        "2024-05",
        ["birth_date", "is_student", "death_date", "residence_from", "in_family_until"],
        ["child_allowance", "large_family_allowance", "triplets_allowance", "birth_allowance"],
    ),
    "openfisca_country_template": (
        "2017-01",
        ["salary", "birth", "rent", "accommodation_size", "housing_occupancy_status"],
        ["total_taxes", "total_benefits", "disposable_income", "social_security_contribution"],
    ),
}


@pytest.mark.parametrize("book", KERNELS)
@settings(max_examples=10, deadline=None, phases=NOT_SHRUNK)
@given(data=st.data())
def test_the_compiled_kernel_gives_the_same(book, data):
    law = law_of(book)
    month, names, outputs = KERNELS[book]
    population = data.draw(columns_of(law, period_of(month), names))
    slots = tuple((name, period_of(month)) for name in outputs)
    engine = engine_of(law)
    kernel = engine.plan_for(population.facts, slots, NUMBA)
    compiled = engine.calculate(population.people, population.facts, slots, kernel)
    plain = by_graph(law, population, slots)
    assert any(array.any() for array in plain.values())
    for slot in slots:
        assert compiled[slot].dtype == plain[slot].dtype
        # (openfisca-core adds up brackets by a dot product, whose order is the machine's)
        tolerance = 1e-9 if book == "openfisca_country_template" else 0
        np.testing.assert_allclose(compiled[slot], plain[slot], rtol=tolerance, atol=0)
