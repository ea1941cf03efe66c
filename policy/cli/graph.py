"""``policy graph``: the expressions that a variable is computed by."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click
from rich.text import Text

from policy.cli.options import Changes, book_named, book_option, book_with, json_option, law_options
from policy.cli.printing import console, print_json, print_table, table
from policy.graph.drawing import Drawing, Opaque, draw, opaque
from policy.scenario.calculation import asked_period, check_covered

if TYPE_CHECKING:
    from openfisca_core.periods import Period
    from rich.console import Console

    from policy.book import StatuteBook


@click.command(
    epilog="""\b
Examples:
  policy graph child_allowance --period 2024-05
  policy graph child_allowance --period 2024-05 --mermaid > picture.mmd
  policy graph child_allowance --period 2024-05 --mermaid --depth 1
  policy graph --opaque estonia
  policy graph --opaque openfisca_country_template
"""
)
@click.argument("name", metavar="VARIABLE|BOOK", required=False)
@book_option
@law_options
@click.option("--period", metavar="PERIOD", help="A month (2024-05) or a year; else this month.")
@click.option(
    "--mermaid", is_flag=True, help="Print a picture of variables and parameters, for Mermaid."
)
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    help="How many steps from the answer the picture shows.",
)
@click.option(
    "--opaque",
    "list_opaque",
    is_flag=True,
    help="List the formulas of BOOK that are no expressions, which openfisca-core runs.",
)
@json_option
def command(
    name: str | None,
    book: str | None,
    changes: Changes,
    period: str | None,
    mermaid: bool,
    depth: int | None,
    list_opaque: bool,
    as_json: bool,
) -> None:
    """Show the expressions that VARIABLE is computed by in a period.

    Each line is one expression: its number, what it does with others, the type of its values,
    whose they are, and the lines of the formula it comes from. Variables and parameters stand in
    it by name; 'policy graph' of a variable shows its own.
    """
    if list_opaque:
        if name and book:
            raise click.UsageError("Name the book once: --opaque BOOK.")
        law = changes.of(book_named(name or book))
        _print_opaque(opaque(law, _period(law, period)), as_json=as_json)
        return
    if name is None:
        raise click.UsageError("Say a VARIABLE, or --opaque BOOK.")
    law = changes.of(book_with(book, name))
    when = _period(law, period)
    drawing = draw(law, name, when, depth)
    if mermaid:
        click.echo(drawing.mermaid())
    elif as_json:
        print_json(drawing.to_dict())
    else:
        _print(console(), law, drawing)


def _period(law: StatuteBook, written: str | None) -> Period:
    when = asked_period(written or f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m}")
    check_covered(law, when)
    return when


def _print(out: Console, law: StatuteBook, drawing: Drawing) -> None:
    variable = law.variable(drawing.variable)
    title = f"{variable.label or variable.name}: {drawing.variable} {drawing.period}".rstrip()
    out.print(Text(title, style="bold"))
    if drawing.opaque:
        out.print(f"No expression, run by openfisca-core: {drawing.opaque}.")
    if drawing.file:
        out.print(Text(drawing.file, style="dim"))
    out.print()
    lines = table("", "Expression", "Type", "Of", "Lines")
    for each in drawing.expressions:
        at = ", ".join(map(str, each.lines))
        lines.add_row(f"#{each.number}", each.text, each.dtype, each.entity or "all", at)
    print_table(out, lines)
    others = len(drawing.parts) - 1
    out.print(
        f"\n{len(drawing.expressions)} expressions; {drawing.total} with those of the"
        f" {others} variables and parameters it rests on."
    )


def _print_opaque(found: list[Opaque], *, as_json: bool) -> None:
    out = console()
    if as_json:
        print_json([vars(each) for each in found])
    elif not found:
        out.print("Every formula is an expression.")
    else:
        lines = table("Variable", "Period", "Formula", "Reason")
        for each in found:
            lines.add_row(each.variable, each.period, f"{each.file}:{each.line}", each.reason)
        print_table(out, lines)
