"""``policy compile``."""

import json
import re

import duckdb

ALLOWANCE = ("compile", "estonia", "child_allowance", "--to", "sql", "--period", "2024-05")


def rows_of(connection, sql):
    return connection.execute(sql).fetchall()


def test_a_statement_that_a_database_runs(policy_command):
    connection = duckdb.connect()
    connection.execute(
        "create table persons as select * from (values (1, date '1990-01-01'),"
        " (2, date '2014-02-03'), (3, date '2024-05-22')) as t(person, birth_date)"
    )
    connection.execute("create table families as select 7 as family")
    connection.execute(
        "create table memberships as select * from (values (1, 7, 'parent'), (2, 7, 'child'),"
        " (3, 7, 'child')) as t(person, family, family_role)"
    )
    sql = policy_command(*ALLOWANCE, "--given", "birth_date")
    assert rows_of(connection, sql) == [(7, 105.81)]  # (80, and 80 for 10 days of 31)


def test_what_is_assumed_is_told(policy_command):
    september = (*ALLOWANCE[:-1], "2021-09")
    head, *_ = policy_command(*september).partition("WITH")
    assert "/* Child allowance in 2021-09, by estonia-" in head
    assert head.count("Assumed") == 1
    assert "/* Assumed, as no column gives it: is_student in 2021-08 = false */" in head
    given = ("--given", "birth_date", "--given", "is_student@2021-08")
    told = policy_command(*september, *given)
    assert '"persons"."is_student_2021_08"' in told
    assert "is_student in 2021-08" not in told


def test_facts_that_cannot_matter_are_not_read(policy_command):
    assert "is_student@" not in policy_command(*ALLOWANCE)
    assert "Assumed" not in policy_command(*ALLOWANCE)
    output = policy_command(*ALLOWANCE, "--given", "is_student@2024-04", code=2)
    assert "'is_student@2024-04' is not read for what is asked in 2024-05" in output


def test_json_tells_which_tables_are_read(policy_command):
    found = json.loads(policy_command(*ALLOWANCE, "--dialect", "spark", "--json"))
    assert found["dialect"] == "spark"
    assert found["sql"].count("WITH `persons_with_facts`") == 1
    assert found["tables"]["memberships"] == ["person", "family", "family_role"]
    assert found["tables"]["families"] == ["family"]
    assert found["tables"]["persons"][0] == "person"
    born = next(each for each in found["inputs"] if each["column"] == "birth_date")
    assert (born["table"], born["type"], born["section"]) == ("persons", "date", "PHS § 5")
    assert [each["column"] for each in found["outputs"]] == ["child_allowance"]
    assert found["assumed"] == []


def test_answers_of_two_entities_are_two_statements(policy_command):
    sql = policy_command(*ALLOWANCE[:3], "child_allowance_of_child", *ALLOWANCE[3:])
    assert sql.count(";\n") == 2
    assert re.findall(r'^ORDER BY\n  "(\w+)";$', sql, re.MULTILINE) == ["family", "person"]


def test_over_a_year_months_are_added_up(policy_command):
    sql = policy_command("compile", "estonia", "child_allowance", "--to", "sql", "--period", "2024")
    assert '"child_allowance_2024_01" + "child_allowance_2024_02"' in sql.replace("\n", " ")


def test_an_amount_of_a_year_is_divided_over_its_months(policy_command):
    book = ("compile", "openfisca_country_template", "income_tax", "--to", "sql")
    sql = policy_command(*book, "--period", "2017")
    assert 'CAST("persons"."salary" AS DOUBLE) / 12 AS "salary"' in sql


def test_it_is_written_to_a_file(policy_command, tmp_path):
    file = tmp_path / "allowance.sql"
    assert policy_command(*ALLOWANCE, "--output", str(file)) == ""
    assert file.read_text(encoding="utf-8") == policy_command(*ALLOWANCE)


def test_a_file_that_cannot_be_written_is_no_fault_of_the_library(policy_command, tmp_path):
    target = tmp_path / "missing" / "allowance.sql"
    said = policy_command(*ALLOWANCE, "--output", str(target), code=2)
    assert said == f"{target}: cannot be written: No such file or directory\n"


def test_what_is_not_read_is_no_fact_to_give(policy_command):
    output = policy_command(*ALLOWANCE, "--given", "is_student@2023-04", code=2)
    assert output == (
        "given: 'is_student@2023-04' is not read for what is asked in 2024-05; it is read for"
        " 2024-05: give is_student@2024-05\n"
    )
    assert "did you mean 'birth_date'?" in policy_command(*ALLOWANCE, "--given", "birth", code=2)
    assert "is not a period" in policy_command(*ALLOWANCE, "--given", "is_student@May", code=2)


def test_a_formula_without_sql_is_named_with_its_line(policy_command, tmp_path):
    for folder in ("parameters/loops", "variables/loops"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "variables/loops/entities.py").write_text(
        "from policy.model_api import build_entity\n"
        "Person = build_entity(key='person', plural='persons', label='Person', is_person=True)\n"
        "entities = [Person]\n"
    )
    (tmp_path / "variables/loops/rules.py").write_text(
        "from policy.model_api import MONTH, Variable\n"
        "from .entities import Person\n\n\n"
        "class number(Variable):\n"
        "    value_type = int\n    entity = Person\n    definition_period = MONTH\n"
        "    label = 'Number'\n\n\n"
        "class bits(Variable):\n"
        "    value_type = int\n    entity = Person\n    definition_period = MONTH\n"
        "    label = 'Bits'\n\n"
        "    def formula(person, period):\n"
        "        return person('number', period) & 1\n"
    )
    output = policy_command(
        "compile", str(tmp_path), "bits", "--to", "sql", "--period", "2024-05", code=2
    )
    assert re.search(r"no SQL for it: .*rules\.py:19: bits: the operation bitwise_and", output)
