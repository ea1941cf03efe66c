"""``policy show``: all about a parameter or a variable."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
from rich.text import Text

from policy.cli.options import Changes, book_option, book_with, json_option, law_options
from policy.cli.printing import (
    Sources,
    cited,
    console,
    near,
    print_json,
    print_parameters,
    print_sources,
    print_table,
    table,
)
from policy.legislation.catalogue import look_up
from policy.legislation.units import shown

if TYPE_CHECKING:
    from rich.console import Console

    from policy.legislation.catalogue import VariableEntry
    from policy.legislation.parameters import Parameter

#: What a kind of value is called.
_TYPES = {
    "bool": "yes or no (true, false)",
    "date": "a date (YYYY-MM-DD)",
    "float": "a number",
    "int": "a whole number",
    "str": "text",
}
#: The date OpenFisca gives to a formula without one.
_ALWAYS = "0001-01-01"


@click.command(
    epilog="""\b
Examples:
  policy show child_allowance.first_and_second_child
  policy show child_allowance.first_and_second_child --on 2022-12-31
  policy show large_family_allowance
  policy show birth_date --book estonia --json
  policy show large_family_allowance.three_to_six_children --as-known-on 2023-03-01
"""
)
@click.argument("name", metavar="NAME")
@book_option
@law_options
@click.option(
    "--on", "date", metavar="DATE", help="Only what is in force on that day (2024-05-01)."
)
@json_option
def command(name: str, book: str | None, changes: Changes, date: str | None, as_json: bool) -> None:
    """Show a parameter's whole history, or a variable's meaning, formula and section.

    NAME may be a variable, a parameter, or a folder of parameters; a benefit's variable and the
    folder of its parameters often have the same name, and then both are shown.
    """
    found = look_up(changes.of(book_with(book, name)), name, date)
    if as_json:
        print_json(found.to_dict())
        return
    out = console()
    for variable in found.variables:
        _print_variable(out, variable)
    if len(found.parameters) == 1 and found.parameters[0].name == name:
        _print_parameter(out, found.parameters[0])
    elif found.parameters:
        out.print(Text("Parameters", style="bold"))
        print_parameters(out, found.parameters)


def _print_variable(out: Console, variable: VariableEntry) -> None:
    _print_head(out, variable.name, variable.label, variable.labels, variable.meaning)
    kind = "Computed" if variable.formulas else "A fact to give"
    by = "once, for all time" if variable.period == "eternity" else f"by the {variable.period}"
    default = shown(variable.default, variable.unit)
    _print_facts(
        out,
        {
            "Kind": f"{kind} for each {variable.entity}, {by}",
            "Value": kind_of(variable),
            "Limits": _limits(*variable.limits),
            "Unit": variable.unit,
            "Not given": "" if variable.formulas else f"{default} is assumed",
            "Until": variable.end,
            "Section": variable.section,
            "Reference": "\n".join(variable.references),
        },
    )
    for formula in variable.formulas:
        since = "" if formula.start == _ALWAYS else f" from {formula.start}"
        out.print(Text(f"Formula{since}", style="bold"))
        out.print(Text(f"{near(formula.file)}:{formula.line}", style="dim"))
        out.print(Text(textwrap.indent(formula.source, "  ")))


def kind_of(variable: VariableEntry) -> str:
    """Say which values a variable has: a kind, or one of a few words."""
    return ", ".join(variable.choices) or _TYPES.get(variable.type, variable.type)


def _limits(least: Any, most: Any) -> str:
    if most is None:
        return "" if least is None else f"{least} or more"
    return f"at most {most}" if least is None else f"{least} to {most}"


def _print_parameter(out: Console, parameter: Parameter) -> None:
    meaning = "\n\n".join(filter(None, (parameter.description, parameter.documentation)))
    _print_head(out, parameter.name, parameter.label, parameter.labels, meaning)
    _print_facts(
        out, {"Unit": parameter.unit, "Section": parameter.section, "File": near(parameter.file)}
    )
    if not parameter.values:
        out.print("No value is in force on that day.")
        return
    sources: Sources = {}
    history = table(
        "Since",
        "Value",
        "Source",
        "Enacted",
        "Reference",
        numbers=["Value"],
        dates=["Since", "Enacted"],
    )
    for value in parameter.values:
        history.add_row(
            value.start,
            shown(value.value, parameter.unit),
            value.source,
            value.enacted,
            cited(value.references, sources),
        )
    print_table(out, history)
    print_sources(out, sources)


def _print_head(out: Console, name: str, label: str, labels: dict[str, str], meaning: str) -> None:
    others = "".join(f" · {text} ({language})" for language, text in labels.items())
    out.print(Text.assemble((label, "bold"), others))
    out.print(name)
    out.print()
    if meaning:
        out.print(meaning.strip())
        out.print()


def _print_facts(out: Console, facts: dict[str, str]) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(overflow="fold")
    for name, text in facts.items():
        if text:
            grid.add_row(name, text)
    out.print(grid)
    out.print()
