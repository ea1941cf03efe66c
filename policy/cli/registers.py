"""``policy registers``: what registers hold for a book, and what is read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

import policy
from policy.cli.options import json_option
from policy.cli.printing import console, counted, print_json, print_table, table
from policy.registers.plan import plan as planned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from policy.registers.plan import Field, Plan


@click.group(
    epilog="""\b
Examples:
  policy registers plan estonia --period 2026-10
  policy registers plan estonia --outputs child_allowance --without education
"""
)
def command() -> None:
    """Show what is read of the registers that hold a book's facts, or draw such registers."""


@command.command(
    epilog="""\b
Examples:
  policy registers plan estonia --period 2026-10
  policy registers plan estonia --outputs child_allowance,birth_allowance
  policy registers plan estonia --outputs child_allowance --without education
  policy registers plan estonia --outputs parental_benefit --json
"""
)
@click.argument("book", metavar="BOOK")
@click.option(
    "--outputs", metavar="VARIABLES", help="Names of variables, with commas; else the book's own."
)
@click.option("--period", metavar="PERIOD", help="A month (2026-10) or a year; else this month.")
@click.option(
    "--consent",
    "consents",
    metavar="NAME",
    multiple=True,
    help="A consent that is given; may be repeated.",
)
@click.option(
    "--without",
    metavar="FIELD",
    multiple=True,
    help="A register, table or field that is not read (tax, tax/social_tax); may be repeated.",
)
@json_option
def plan(
    book: str,
    outputs: str | None,
    period: str | None,
    consents: tuple[str, ...],
    without: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show which fields of which registers the benefits of a BOOK need, and by which section.

    No others are read. What no register holds, or may not be read, can be asked of people: the
    plan says which answers that can change.
    """
    names = [name.strip() for name in outputs.split(",")] if outputs is not None else None
    made = planned(policy.load(book), names, period, consents=consents, without=without)
    if as_json:
        print_json(made.to_dict())
    else:
        _print(console(), made)


def _print(out: Console, made: Plan) -> None:
    count = counted(len(made.outputs), "answer")
    out.print(f"What {count} of the {made.book} book need in {made.period}\n")
    for register in made.sources.registers.values():
        fields = [each for each in made.read if each.table.register == register.name]
        if fields:
            out.print(Text(f"{register.title} ({register.keeper})", style="bold"))
            lines = table("Field", "What it says", "Feeds", "By")
            for field in fields:
                feeds = ", ".join(field.feeds) or "says whose entry it is"
                column = field.column
                by = column.basis or f"consent {column.consent}"
                lines.add_row(_within(field), column.description, feeds, by)
            print_table(out, lines)
            out.print()
    if made.withheld:
        out.print(Text("Needed, and not read", style="bold"))
        lines = table("Field", "Why not", "Feeds", "Can change")
        for field in made.withheld:
            lines.add_row(field.path, field.why_not, ", ".join(field.feeds), _all(field.changes))
        print_table(out, lines)
        out.print()
    if made.questions:
        out.print(Text("Held by no register, or not read: people can be asked", style="bold"))
        lines = table("Fact", "What is asked", "Can change", "Section")
        for each in made.questions:
            lines.add_row(each.variable, each.label, _all(each.changes), each.section)
        print_table(out, lines)
        out.print()
    if made.not_needed:
        fields_left = ", ".join(each.path for each in made.not_needed)
        out.print(Text("Not needed, so not read", style="bold"))
        out.print(fields_left)
        out.print()
    total = len(made.read) + len(made.withheld) + len(made.not_needed)
    out.print(
        f"{len(made.read)} of {total} fields are read; {counted(len(made.facts), 'fact')} from"
        f" registers, {counted(len(made.questions), 'possible question')}."
    )


def _within(field: Field) -> str:
    return f"{field.table.name}.{field.column.name}"


def _all(names: Iterable[str]) -> str:
    return ", ".join(names)
