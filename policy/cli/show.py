"""``policy show``: all about a parameter or a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from policy.cli.options import book_named, book_option, json_option
from policy.cli.printing import console, print_json, shown, table
from policy.legislation.catalogue import entry

if TYPE_CHECKING:
    from rich.console import Console

    from policy.legislation.catalogue import VariableEntry
    from policy.legislation.parameters import Parameter


@click.command(
    epilog="""\b
Examples:
  policy show child_allowance.first_and_second_child
  policy show child_allowance.first_and_second_child --on 2022-12-31
  policy show large_family_allowance
  policy show birth_date --json
"""
)
@click.argument("name", metavar="NAME")
@book_option
@click.option("--on", "date", metavar="DATE", help="Only what is in force on that day (2024-05-01).")
@json_option
def command(name: str, book: str | None, date: str | None, as_json: bool) -> None:
    """Show a parameter's whole history, or a variable's meaning, formula and section.

    NAME may be a variable, a parameter, or a folder of parameters; a benefit's variable and the
    folder of its parameters often have the same name, and then both are shown.
    """
    found = entry(book_named(book), name, date)
    if as_json:
        print_json(found.to_dict())
        return
    out = console()
    if found.variable:
        _print_variable(out, found.variable)
    if len(found.parameters) == 1 and not found.variable:
        _print_parameter(out, found.parameters[0])
    elif found.parameters:
        _print_members(out, found.parameters)
