"""``policy calculate``: what the law gives in a scenario."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click
from rich.text import Text

from policy.cli.options import (
    Changes,
    book_of,
    book_option,
    json_option,
    law_options,
    period_option,
    scenario_argument,
)
from policy.cli.printing import console, linked, print_assumptions, print_json, print_table, table
from policy.cli.tables import calculate_table
from policy.documents import read_document
from policy.legislation.units import shown
from policy.population.tables import is_table

if TYPE_CHECKING:
    from rich.console import Console

    from policy.scenario.result import Result, Row

#: How many columns stand side by side, and how wide their headings are.
_BESIDE, _WIDTH = 4, 14


@click.command(
    epilog="""\b
Examples:
  policy calculate family.yaml
  policy calculate family.yaml --period 2026
  policy calculate family.yaml --period 2026 --monthly
  policy calculate family.yaml --output child_allowance --output birth_allowance
  policy calculate family.yaml --json > answer.json
  policy calculate family.yaml --reform higher_allowance.yaml
  policy calculate family.yaml --period 2024-06 --as-known-on 2023-03-01
  policy calculate fleet.csv --period 2026-03
  policy calculate fleet.xlsx --period 2026-03 --to bills.xlsx
"""
)
@scenario_argument
@book_option
@law_options
@period_option
@click.option(
    "--output",
    "outputs",
    metavar="VARIABLE",
    multiple=True,
    help="A variable to calculate; may be repeated. Else the scenario's, or the book's benefits.",
)
@click.option(
    "--to",
    "target",
    metavar="TABLE",
    type=click.Path(),
    help="Of a table: write its rows with the answers to this file (.csv, .xlsx, .parquet).",
)
@click.option("--monthly", is_flag=True, help="Also give the amounts of each month of a year.")
@json_option
def command(
    file: str,
    book: str | None,
    changes: Changes,
    period: str | None,
    outputs: tuple[str, ...],
    target: str | None,
    monthly: bool,
    as_json: bool,
) -> None:
    """Calculate what the law gives in the scenario in FILE.

    FILE may also be a table (.csv, .xlsx, .parquet): a row for each person or thing, columns named
    as variables. Rows with a mistake are named and left out, and so are columns that name nothing;
    the exit code is then 1.

    Benefits of 0 are named in one line, unless asked for. Over a year monthly amounts are summed.
    Facts that the scenario does not give, and that would make a difference, are listed with the
    value assumed.
    """
    for name in outputs:
        if "," in name:
            each = " --output ".join(part.strip() for part in name.split(","))
            raise click.UsageError(f"'{name}' names several variables; write --output {each}")
    if is_table(file):
        if monthly:
            raise click.UsageError("--monthly is for scenarios, not for tables")
        calculate_table(file, book, changes, period, outputs, target, as_json=as_json)
        return
    if target is not None:
        raise click.UsageError("--to is for tables; this is a scenario, try --json")
    document = read_document(file)
    result = changes.of(book_of(document, book)).calculate(document, outputs or None, period)
    if as_json:
        print_json(result.to_dict(monthly=monthly))
    else:
        everything = bool(outputs or result.scenario.outputs)
        _print(console(), result, everything=everything, monthly=monthly)


def _print(out: Console, result: Result, *, everything: bool, monthly: bool) -> None:
    rows = result.rows()
    total = result.law.total
    given = [
        row for row in rows if everything or _is_something(result, row) or row.variable == total
    ]
    title = result.scenario.name or result.law.title
    out.print(Text(f"{title}, {result.period}", style="bold"), end="\n\n")
    lines = table("Benefit", "For", "Amount", "Section", numbers=["Amount"])
    for row in given:
        if row.variable == total:
            lines.add_section()
        lines.add_row(
            row.label,
            row.id,
            _said(result, row),
            linked(row.section, row.reference),
            style="bold" if row.variable == total else "",
        )
    print_table(out, lines)
    if monthly:
        _print_months(out, result, given)
    nothing = dict.fromkeys(row.label for row in rows if not _of(given, row.variable))
    if nothing:
        out.print(f"\nNothing from: {', '.join(nothing)}.")
    print_assumptions(out, result.assumptions)
    for note in result.notes:
        out.print(f"\nNote: {note}")
    out.print(Text(f"\nLaw: {result.law_version}", style="dim"))


def _is_something(result: Result, row: Row) -> bool:
    """Tell whether an answer is more than 0, no, or the default of an enumeration."""
    default = result.law.variable(row.variable).default_value
    return bool(row.value) and row.value != getattr(default, "name", None)


def _said(result: Result, row: Row) -> str:
    """Write an answer; of an enumeration what its member means."""
    members = getattr(result.law.variable(row.variable), "possible_values", None)
    return shown(row.value, row.unit) if members is None else str(members[str(row.value)].value)


def _print_months(out: Console, result: Result, rows: list[Row]) -> None:
    """Print a line for each month, and as many columns side by side as a page holds."""
    out.print(Text("\nBy month", style="bold"))
    for first in range(0, len(rows), _BESIDE):
        some = rows[first : first + _BESIDE]
        heads = [textwrap.fill(f"{row.label} ({row.id})", _WIDTH) for row in some]
        lines = table("Month", *heads, numbers=heads, dates=["Month"])
        for month in result.months:
            values = [month.value(row.variable, row.id) for row in some]
            cells = [shown(value, row.unit) for value, row in zip(values, some, strict=True)]
            lines.add_row(str(month.period), *cells)
        lines.add_section()
        lines.add_row(str(result.period), *(shown(row.value, row.unit) for row in some))
        out.print()
        print_table(out, lines)


def _of(rows: list[Row], variable: str) -> list[Row]:
    return [row for row in rows if row.variable == variable]
