"""``policy schema``: the tables and columns that outputs need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

import policy
from policy.cli.options import Changes, json_option, law_options, outputs_option
from policy.cli.printing import console, print_json, print_table, table
from policy.cli.show import kind_of
from policy.legislation.units import shown

if TYPE_CHECKING:
    from rich.console import Console

    from policy.legislation.catalogue import VariableEntry
    from policy.running.schema import Schema

#: How many words of a choice are printed; --json has them all.
_SHOWN = 4


@click.command(
    epilog="""\b
Examples:
  policy schema estonia --outputs child_allowance,birth_allowance --period 2024-05
  policy schema nebraska --period 2026-03
  policy schema north_lanarkshire --outputs council_tax --period 2026-04 --json
"""
)
@click.argument("book", metavar="BOOK")
@click.option(
    "--period", metavar="PERIOD", required=True, help="A month (2024-05) or a year (2024)."
)
@outputs_option
@law_options
@json_option
def command(
    book: str, period: str, outputs: tuple[str, ...], changes: Changes, as_json: bool
) -> None:
    """Tell which tables and columns 'policy run' needs for outputs, and no others.

    Each fact has its type, its unit, and the value that is taken where it is not given. --json also
    has its meaning in full, its limits, and all words of a choice.
    """
    schema = changes.of(policy.load(book)).schema(outputs or None, period)
    if as_json:
        print_json(schema.to_dict())
    else:
        _print(console(), schema)


def _print(out: Console, schema: Schema) -> None:
    question = schema.question
    law = question.law
    out.print(Text(f"{law.title}, {question.period}", style="bold"))
    out.print(f"Needed for {', '.join(question.outputs)}")
    by_plural = {law.entities[key].plural: facts for key, facts in schema.facts.items()}
    for name, keys in question.keys().items():
        facts = by_plural.get(name, [])
        if name == question.group.plural and not facts:
            continue
        out.print(Text(f"\n{name}", style="bold"), end="\n\n")
        lines = table("Column", "Holds", "Not given", "Meaning", "Section")
        for key in keys:
            choices = ", ".join(key.choices) or "whole number or text"
            lines.add_row(key.name, choices, "" if key.required else "may be left out", key.meaning)
        for fact in facts:
            entry = fact.entry
            default = shown(entry.default, entry.unit)
            lines.add_row(fact.columns[0], _holds(entry), default, entry.label, entry.section)
        print_table(out, lines)
        for fact in facts:
            others = fact.columns[1:]
            if others:
                out.print(f"{fact.entry.name} also for {_these(fact.others)}: column {others[0]} …")
    out.print(Text(f"\nLaw: {law.version}", style="dim"))


def _holds(entry: VariableEntry) -> str:
    """Say what a column holds: a kind of value with its unit, or some words."""
    if len(entry.choices) > _SHOWN:
        words = ", ".join(entry.choices[:_SHOWN])
        return f"{words}, … ({len(entry.choices)} words)"
    unit = "" if entry.unit in {"", "1", "date"} else f", {entry.unit}"
    return f"{kind_of(entry)}{unit}"


def _these(periods: tuple[str, ...]) -> str:
    return periods[0] if len(periods) == 1 else f"{len(periods)} periods from {periods[0]} on"
