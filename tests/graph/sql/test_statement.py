"""What a statement looks like, in each dialect, and what can and cannot get into it."""

import re
from functools import cache

import duckdb
import pytest
import sqlglot
from sqlglot import exp

import policy
from policy.errors import PolicyError
from policy.graph.backends.sql.dialects import DIALECTS, column, number, operator
from policy.graph.backends.sql.on_duckdb import run_on_duckdb
from policy.graph.backends.sql.plan import Fact, SqlPlan
from policy.legislation.times import ETERNITY
from policy.scenario.times import period_of

from ..comparing import slots_of

BOOKS = {"estonia": "2024-05", "nebraska": "2026-03", "north_lanarkshire": "2024-05"}
#: Names of Spark's functions of one line, which stand for no column.
OF_LAMBDAS = {"total", "member", "amount"}
MAY = period_of("2024-05")
ESTONIA = policy.load("estonia")
CHILDREN = {("birth_date", ETERNITY): Fact("birth_date")}
ALLOWANCE = {"child_allowance": [("child_allowance", MAY)]}


@cache
def everything(book):
    """Return a plan of all variables of a book, with all facts of a month."""
    law, month = policy.load(book), period_of(BOOKS[book])
    slots = slots_of(law, month)
    facts = {slot: Fact(slot[0]) for slot in slots if not law.variable(slot[0]).formulas}
    return SqlPlan(law, {name: [(name, period)] for name, period in slots}, facts)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("book", BOOKS)
def test_a_statement_is_read_back_and_every_name_in_it_is_quoted(book, dialect):
    plan = everything(book)
    for entity in plan.answers_of():
        sql = plan.statement(dialect, entity).sql(entity)
        (read,) = sqlglot.parse(sql, read=dialect)
        names = [step.alias for step in read.args["with_"].expressions]
        assert len(names) == len(set(names))
        assert max(map(len, names)) <= 63
        assert [each.alias_or_name for each in read.selects[1:]] == plan.answers_of()[entity]
        bare = {each.name for each in read.find_all(exp.Identifier) if not each.quoted}
        assert bare <= OF_LAMBDAS


def test_a_step_is_a_variable_with_its_section_and_its_numbers():
    sql = SqlPlan(ESTONIA, ALLOWANCE, CHILDREN).sql("duckdb")
    step = re.search(r'"child_allowance_of_child" AS .*?\n\)', sql, re.DOTALL)[0]
    assert "/* Child allowance for the child: PHS § 17, § 26 */" in step
    assert "/* child_allowance.third_and_further_child = 100.00 EUR/month */" in step
    assert 'WHEN "position_among_children" <= 2 THEN 80 ELSE 100 END' in step
    assert sql.index('"entitled_to_child_allowance" AS') < sql.index(
        '"child_allowance_of_child" AS'
    )


def test_expressions_are_written_once():
    sizes = []
    for months in (2, 8):
        slots = [("family_allowances", MAY.offset(-n, "month")) for n in range(months)]
        sizes.append(len(SqlPlan(ESTONIA, {"benefits": slots}, CHILDREN).sql("duckdb")))
    assert sizes[1] < 5 * sizes[0]


def tables_named(connection, persons, families, memberships, born, ids="person"):
    """Make tables of a parent and three children, with any names."""
    quoted = [
        f'"{name.replace(chr(34), chr(34) * 2)}"' for name in (persons, families, memberships)
    ]
    born = f'"{born.replace(chr(34), chr(34) * 2)}"'
    connection.execute(
        f"create table {quoted[0]} as select * from (values"
        " (1, date '1990-01-01'), (2, date '2012-01-01'), (3, date '2014-01-01'),"
        f" (4, date '2020-01-01')) as t({ids}, {born})"
    )
    connection.execute(f"create table {quoted[1]} as select 7 as family union all select 8")
    connection.execute(
        f"create table {quoted[2]} as select * from (values (1, 7, 'parent'), (2, 7, 'children'),"
        " (3, 7, 'child'), (4, 7, 'child')) as t(person, family, family_role)"
    )


@pytest.mark.parametrize(
    "name",
    [
        "persons",
        "a table",
        'x"; drop table persons; --',
        "x'); delete from y; --",
        "*/ select 1 /*",
        "`\\",
        "ÕÄÖÜ",
    ],
)
def test_names_of_tables_and_columns_are_names_whatever_they_say(name):
    connection = duckdb.connect()
    tables_named(connection, name, f"{name} f", f"{name} m", f"{name} born")
    given = {("birth_date", ETERNITY): Fact(f"{name} born")}
    tables = {"person": name, "family": f"{name} f", "memberships": f"{name} m"}
    found = run_on_duckdb(ESTONIA, ALLOWANCE, given, connection, tables)
    assert found["family"].fetchall() == [(7, 260.0), (8, 0.0)]
    answers = {f"{name} a": ALLOWANCE["child_allowance"]}
    assert run_on_duckdb(ESTONIA, answers, given, connection, tables)["family"].columns == [
        "family",
        f"{name} a",
    ]
    for dialect in DIALECTS:
        sqlglot.parse_one(SqlPlan(ESTONIA, answers, given, tables).sql(dialect), read=dialect)


def test_what_is_told_of_a_statement_does_not_end_its_comment():
    plan = SqlPlan(ESTONIA, ALLOWANCE, CHILDREN, about=["*/ drop table persons; /*", "-- b\n* c"])
    for dialect in DIALECTS:
        statements = sqlglot.parse(plan.sql(dialect), read=dialect)
        assert [type(each) for each in statements if each] == [exp.Select]


def test_members_stand_in_the_order_of_their_ids():
    connection = duckdb.connect()
    tables_named(connection, "persons", "families", "memberships", "birth_date")
    connection.execute("create table backwards as select * from persons order by person desc")
    answers = {"position": [("position_among_children", MAY)]}
    for tables in ({}, {"person": "backwards"}):
        found = run_on_duckdb(ESTONIA, answers, CHILDREN, connection, tables)
        assert found["person"].fetchall() == [(1, 0), (2, 1), (3, 2), (4, 3)]


def test_an_empty_cell_of_what_is_given_for_some_has_what_the_formula_gives():
    connection = duckdb.connect()
    tables_named(connection, "persons", "families", "memberships", "birth_date")
    connection.execute("alter table persons add column paid_from date")
    connection.execute("update persons set paid_from = date '2024-05-31' where person = 4")
    given = {**CHILDREN, ("child_allowance_paid_from", MAY): Fact("paid_from", partly=True)}
    found = run_on_duckdb(ESTONIA, ALLOWANCE, given, connection)
    assert found["family"].fetchall() == [(7, 163.23), (8, 0.0)]  # (80 + 80 + 100 / 31)


def test_a_dialect_that_there_is_not():
    plan = SqlPlan(ESTONIA, ALLOWANCE, CHILDREN)
    with pytest.raises(PolicyError, match="there is no dialect 'duckbd'; did you mean"):
        plan.sql("duckbd")


@pytest.mark.parametrize("value", [0.1 + 0.2, 1e22, 5e-324, 123456789.12, -0.5, 1 / 3, 80.0])
def test_a_number_is_read_as_the_double_it_is(value):
    connection = duckdb.connect()
    made = operator(exp.Mul, column("one"), number(value)[0]).sql("duckdb")
    found = connection.execute(f"select {made} from (select 1::double as one)").fetchall()
    assert found == [(value,)]
