"""Each part of openfisca-core's formula API, used once in a toy book, in SQL."""

import inspect
import re
from pathlib import Path

import duckdb
import numpy as np
import pytest

import policy
from policy.errors import PolicyError
from policy.graph.backends.expressions import UnsupportedError
from policy.graph.backends.sql.plan import SqlPlan
from policy.scenario.times import period_of

from ..comparing import different, slots_of
from ..generated import Population, people_of, population_of
from .tables import column_of, differences, facts_of, finite, tables_of

TOY = Path(__file__).parent.parent / "toy"
LAW = policy.load(TOY)
LAW.system.neutralize_variable("neutralised")
#: What has no SQL, and why.
WITHOUT_SQL = {
    **dict.fromkeys(
        ("average_rate", "average_rate_changed", "made_average"), "LinearAverageRateTaxScale.calc"
    ),
    **dict.fromkeys(
        ("marginal_rate_with_a_factor_each", "marginal_rate_with_factor", "marginal_rate_rounded"),
        "MarginalRateTaxScale.calc",
    ),
    **dict.fromkeys(
        ("bracket_indices", "rate_from_bracket"), "MarginalRateTaxScale.bracket_indices"
    ),
    **dict.fromkeys(
        (
            "by_numbers_that_may_have_no_parameter",
            "by_texts_made_of_numbers",
            "by_whole_number",
        ),
        "a key of by_size may have no value",
    ),
    **dict.fromkeys(("operators", "operators_the_other_way"), "the operation power"),
    "brackets_of_average_rates": "LinearAverageRateTaxScale.bracket_indices",
    "by_member_that_may_have_no_parameter": "a key of by_some_status may have no value",
    "by_texts": "a key of by_status may have no value",
    "date_is_missing": "the operation isnat",
    "functions": "the operation sign",
    "rate_from_tax_base": "MarginalRateTaxScale.rate_from_tax_base",
    "rates_at_the_margin": "MarginalRateTaxScale.marginal_rates",
    "single_amount_to_the_right": "SingleAmountTaxScale.calc",
    "text_and_number_joined": "the operation astype from int32 to <U11",
    "threshold_from_tax_base": "MarginalRateTaxScale.threshold_from_tax_base",
    "thresholds_of_average_rates": "LinearAverageRateTaxScale.threshold_from_tax_base",
    "types": "values of type float32",
    "whole_numbers": "the operation bitwise_and on numbers",
}
#: Rates of brackets, which openfisca-core adds up by a dot product, whose order is the machine's.
OF_BRACKETS = re.compile("|".join(["bracket", "marginal", "made", "scale", "multiplied", "rate"]))
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
    people, month = people_of(LAW, rng, 60, shuffled=True), period_of("2020-06")
    drawn = [population_of(LAW, people, month, rng, 1) for _ in range(8)]
    facts = {slot: column for each in drawn for slot, column in each.facts.items()}
    return finite(Population(people, facts, month))  # (each fact is given for most months)


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


def far(one, other):
    """List the rows in which two columns of numbers differ by more than last bits."""
    return np.flatnonzero(~np.isclose(one, other, rtol=1e-12, atol=0, equal_nan=True)).tolist()


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
    rows_of = far if OF_BRACKETS.search(name) else different
    assert differences(LAW, plan, population, run(plan, connection), rows_of) == []


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


@pytest.mark.parametrize("name", ["marginal_rate", "marginal_amount", "single_amount"])
def test_a_scale_without_brackets_at_the_time_gives_nothing(name, population):
    month = period_of("2014-06")
    wages = next(column for slot, column in population.facts.items() if slot[0] == "wage")
    earlier = Population(population.people, {("wage", month): wages}, month)
    connection = duckdb.connect()
    for table, rows in tables_of(LAW, earlier).items():
        connection.register(table, rows)
    plan = plan_of(name, earlier)
    found = run(plan, connection)
    assert differences(LAW, plan, earlier, found) == []
    assert not any(found["person"].column(1).to_pylist())
