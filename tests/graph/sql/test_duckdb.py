"""DuckDB gives what openfisca-core gives, to the last bit, for every variable of a book."""

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import policy

from ..generated import populations
from .tables import BOOKS, asked_of, differences, finite, tables_of

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # (odd values, as in NumPy)


@pytest.mark.parametrize("book", BOOKS)
@settings(
    max_examples=3,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_every_variable_is_what_openfisca_core_gives(book, data):
    law = policy.load(book)
    drawn = populations(law, *BOOKS[book], families=80)
    population = finite(data.draw(drawn))
    plan = asked_of(law, population)
    connection = duckdb.connect()
    for name, table in tables_of(law, population).items():
        connection.register(name, table)
    wide = data.draw(st.booleans())
    found = {}
    for entity in plan.answers_of():
        sql = plan.statement("duckdb", entity, wide=wide).sql(entity)
        found[entity] = connection.sql(sql).to_arrow_table()
    assert differences(law, plan, population, found) == []
