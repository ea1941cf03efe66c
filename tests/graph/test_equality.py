"""The law graph gives what openfisca-core gives, to the last bit, for every variable of a book.

Each example is a population of 250 families; 40 of them make 10,000 families for each book. A
difference is reported for the one family that shows it, with the facts it takes.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import policy
from policy.graph.engine import NUMBA, engine_of
from policy.scenario.times import period_of

from .comparing import answers, by_graph, by_openfisca, different, slots_of
from .generated import Population, alone, columns_of, populations

BOOKS = {
    "estonia": (2017, 2028),
    "nebraska": (2017, 2028),
    "north_lanarkshire": (2017, 2028),
    "openfisca_country_template": (2015, 2024),
}
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # (odd values, as in NumPy)
NOT_SHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # (a family is cut out instead)


def law_of(book):
    return policy.load(book)


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


#: A month, the facts given for everybody, and what is asked: a kernel for each.
KERNELS = {
    "estonia": (
        "2024-05",
        ["birth_date", "is_student", "death_date", "residence_from", "in_family_until"],
        ["child_allowance", "large_family_allowance", "triplets_allowance", "birth_allowance"],
    ),
    "nebraska": (
        "2026-03",
        ["vehicle_type", "model_year", "value_when_new", "gross_weight", "registration_date"],
        ["motor_vehicle_tax", "motor_vehicle_fee", "registration_fee", "registration_bill"],
    ),
    "north_lanarkshire": (
        "2024-05",
        ["birth_date", "valuation_band", "weekly_income", "is_student", "dwelling_use"],
        ["council_tax", "status_discount", "applicable_amount", "is_exempt_dwelling"],
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
