"""``policy compile``: the law as SQL."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import click
from rich.syntax import Syntax

from policy.cli.options import Changes, book_named, json_option, law_options
from policy.cli.printing import console, print_json, write_text
from policy.errors import PolicyError, Problem

#: What the law is compiled to.
_TARGETS = ("sql",)
_DIALECTS = ("duckdb", "spark", "postgres", "bigquery")


@click.command(
    epilog="""\b
Examples:
  policy compile estonia child_allowance --to sql --dialect duckdb --period 2024-05
  policy compile estonia family_benefits --to sql --period 2024-05 --output benefits.sql
  policy compile nebraska registration_bill --to sql --dialect spark --period 2026-03
  policy compile estonia child_allowance --to sql --period 2024-05 \\
    --given birth_date --given is_student@2024-04
  policy compile north_lanarkshire council_tax --to sql --period 2024-05 --json
"""
)
@click.argument("book")
@click.argument("variables", metavar="VARIABLE...", nargs=-1, required=True)
@click.option("--to", "target", type=click.Choice(_TARGETS), required=True, help="What to write.")
@click.option(
    "--dialect",
    type=click.Choice(_DIALECTS),
    default=_DIALECTS[0],
    show_default=True,
    help="Whose SQL.",
)
@click.option("--period", metavar="PERIOD", required=True, help="A month (2024-05) or a year.")
@click.option(
    "--given",
    metavar="FACT[@PERIOD]",
    multiple=True,
    help="A fact that there is a column of; may be repeated. Else all that the answers rest on in"
    " the period. All others have their default.",
)
@law_options
@click.option("--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write to FILE.")
@json_option
def command(
    book: str,
    variables: tuple[str, ...],
    target: str,
    dialect: str,
    period: str,
    given: tuple[str, ...],
    changes: Changes,
    output: str | None,
    as_json: bool,
) -> None:
    """Write the law for VARIABLEs of BOOK as one SQL statement, with a step for each variable.

    It reads a table for each entity, named by its plural (persons, families), with a column of ids
    (person, family) and a column for each fact; and a table 'memberships' of who is in which group
    (person, family, family_role). Members of enumerations are their names. There is one statement
    for each entity that answers are of.
    """
    if importlib.util.find_spec("sqlglot") is None:
        remedy = "pip install 'policy-statutes[scale]'"
        raise PolicyError(Problem("SQL needs sqlglot", remedy=remedy))
    from policy.compiling.question import question_of  # noqa: PLC0415 (there only if installed)

    question = question_of(changes.of(book_named(book)), variables, period, given)
    sql = question.sql(dialect)
    if output is not None:
        write_text(Path(output), sql)
    if as_json:
        print_json(
            {
                target: sql,
                "dialect": dialect,
                "period": str(question.period),
                "inputs": [vars(each) for each in question.inputs],
                "outputs": [vars(each) for each in question.outputs],
                "assumed": [vars(each) for each in question.assumed],
                "tables": question.tables(),
            }
        )
    elif output is None:
        out = console()
        if out.is_terminal:
            out.print(Syntax(sql, "sql", background_color="default", word_wrap=True))
        else:
            click.echo(sql, nl=False)
