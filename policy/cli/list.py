"""``policy list``: the variables and parameters of a statute book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from policy.cli.options import book_named, book_option, book_with, json_option
from policy.cli.printing import console, print_json, print_parameters, print_table, table
from policy.legislation.catalogue import search

if TYPE_CHECKING:
    from rich.console import Console

    from policy.legislation.catalogue import VariableEntry


@click.command(
    epilog="""\b
Examples:
  policy list --book estonia
  policy list allowance --book estonia
  policy list lapsetoetus
  policy list "§ 21"
  policy list --book openfisca_country_template --json
"""
)
@click.argument("word", required=False, default="")
@book_option
@json_option
def command(word: str, book: str | None, as_json: bool) -> None:
    """List the variables and parameters of a statute book, or those that WORD occurs in.

    WORD may be part of a name, a label, a description or a section, in any language of the book.
    'policy show NAME' tells all about one of them.
    """
    law = book_with(book, word) if word else book_named(book)
    found = search(law, word)
    if as_json:
        print_json(found.to_dict())
        return
    if not found:
        click.echo(f"Nothing in the {law.name} book says '{word}'.")
        return
    out = console()
    computed = [variable for variable in found.variables if variable.formulas]
    facts = [variable for variable in found.variables if not variable.formulas]
    for title, variables in (("Computed", computed), ("Facts to give", facts)):
        if variables:
            out.print(Text(title, style="bold"))
            _print(out, variables)
    if found.parameters:
        out.print(Text("Parameters, with their latest values", style="bold"))
        print_parameters(out, found.parameters)
    counts = f"{len(computed)} computed, {len(facts)} facts, {len(found.parameters)} parameters"
    grades = ", ".join(f"{number} {grade}" for grade, number in found.grades.items())
    out.print(f"\n{counts}" + (f"; values by source: {grades}" if grades else ""))


def _print(out: Console, variables: list[VariableEntry]) -> None:
    lines = table("Name", "Meaning", "Of a", "By", "Section")
    for variable in variables:
        lines.add_row(
            variable.name, variable.label, variable.entity, variable.period, variable.section
        )
    print_table(out, lines)
    out.print()
