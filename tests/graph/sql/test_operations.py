"""Each part of openfisca-core's formula API, used once in a toy book, in SQL."""

import inspect
from pathlib import Path

import duckdb
import numpy as np
import pytest

import policy
from policy.errors import PolicyError
from policy.graph.backends.expressions import UnsupportedError
from policy.graph.backends.sql.plan import SqlPlan
from policy.scenario.times import period_of

from ..comparing import slots_of
from ..generated import people_of, population_of
from .tables import column_of, differences, facts_of, finite, tables_of

TOY = Path(__file__).parent.parent / "toy"
LAW = policy.load(TOY)
LAW.system.neutralize_variable("neutralised")
WITHOUT_SQL = {
    "by_member_that_may_have_no_parameter": "a key of by_some_status may have no value",
    "by_numbers_that_may_have_no_parameter": "a key of by_size may have no value",
    "by_texts": "a key of by_status may have no value",
    "by_whole_number": "a key of by_size may have no value",
    "by_texts_made_of_numbers": "a key of by_size may have no value",
    "date_is_missing": "the operation isnat",
    "marginal_rate_with_a_factor_each": "MarginalRateTaxScale.calc",
    "text_and_number_joined": "a text with a number in it",
}
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # (odd values, as in NumPy)


def variables():
    """List the variables, but for those that depend on themselves or on when they are asked for."""
    wrong = {"circles.py", "changing.py"}
    return [
        name
        for name, variable in LAW.variables.items()
        if not any(Path(inspect.getfile(f)).name in wrong for f in variable.formulas.values())
    ]


@pytest.fixture(scope="module")
def population():
    rng = np.random.default_rng(5)
    people = people_of(LAW, rng, 60, shuffled=True)
    return finite(population_of(LAW, people, period_of("2020-06"), rng, 1))


@pytest.fixture(scope="module")
def connection(population):
    made = duckdb.connect()
    for name, table in tables_of(LAW, population).items():
        made.register(name, table)
    return made


def run(plan, connection):
    (entity,) = plan.answers_of()
    sql = plan.statement("duckdb", entity).sql(entity)
    return {entity: connection.sql(sql).to_arrow_table()}


def plan_of(name, population):
    slot = next(each for each in slots_of(LAW, population.month) if each[0] == name)
    return SqlPlan(LAW, {column_of(slot): [slot]}, facts_of(population))


def is_opaque(name, population):
    try:
        plan_of(name, population)
    except UnsupportedError as error:
        return "is no expression" in str(error)
    except PolicyError:  # (a parameter has no value then)
        return True
    return False


@pytest.mark.parametrize("name", variables())
def test_an_operation_gives_what_openfisca_core_gives(name, population, connection):
    if name in WITHOUT_SQL or is_opaque(name, population):
        return
    plan = plan_of(name, population)
    assert differences(LAW, plan, population, run(plan, connection)) == []


@pytest.mark.parametrize("name", WITHOUT_SQL)
def test_an_operation_without_sql_is_named_with_its_line(name, population):
    (formula,) = LAW.variable(name).formulas.values()
    with pytest.raises(UnsupportedError) as raised:
        plan_of(name, population).sql("duckdb")
    file, line, variable, message = str(raised.value).split(":")
    lines, first = inspect.getsourcelines(formula)
    assert (file, variable.strip()) == (inspect.getfile(formula), name)
    assert first <= int(line) < first + len(lines)
    assert message.strip() == WITHOUT_SQL[name]


def test_what_is_no_expression_is_named_with_its_line(population):
    with pytest.raises(UnsupportedError, match=r"opaque\.py:15: .*the values are looped over"):
        plan_of("rests_on_others", population)
    assert len([name for name in variables() if is_opaque(name, population)]) < 30
