"""``policy list``: the variables and parameters of a statute book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from policy.cli.options import book_named, book_option, json_option
from policy.cli.printing import console, print_json, shown, table
from policy.legislation.catalogue import search

if TYPE_CHECKING:
    from policy.legislation.catalogue import VariableEntry
    from policy.legislation.parameters import Parameter


@click.command(
    epilog="""\b
Examples:
  policy list
  policy list allowance
  policy list lapsetoetus
  policy list --book openfisca_country_template --json
"""
)
@click.argument("word", required=False, default="")
@book_option
@json_option
def command(word: str, book: str | None, as_json: bool) -> None:
    """List the variables and parameters of a statute book, or those that WORD occurs in.

    WORD may be part of a name, a label or a description, in any language of the book.
    'policy show NAME' tells all about one of them.
    """
    law = book_named(book)
    found = search(law, word)
    if as_json:
        print_json(found.to_dict())
        return
    if not found.variables and not found.parameters:
        click.echo(f"The {law.name} book says nothing of '{word}'.")
        return
    _print([v for v in found.variables if v.formulas], "Computed")
    _print([v for v in found.variables if not v.formulas], "Facts to give")
    _print_parameters(found.parameters)


def _print(variables: list[VariableEntry], title: str) -> None:
    if not variables:
        return
    out = console()
    lines = table(title, "Meaning", "Of a", "By", "Section")
    for variable in variables:
        lines.add_row(
            variable.name, variable.label, variable.entity, variable.period, variable.section
        )
    out.print(lines, end="\n\n")


def _print_parameters(parameters: tuple[Parameter, ...]) -> None:
    if not parameters:
        return
    lines = table("Parameter", "Meaning", "Latest value", "Since", "Section", numbers=["Latest value"])
    for parameter in parameters:
        latest = parameter.values[-1]
        lines.add_row(
            parameter.name,
            parameter.label,
            Text(shown(latest.value, parameter.unit)),
            latest.start,
            parameter.section,
        )
    console().print(lines)
