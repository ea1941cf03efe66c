"""``policy sweep``: answers along an input."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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
from policy.cli.printing import console, print_json, print_table, table, write_text
from policy.comparing.report import lines as drawn_lines
from policy.comparing.report import page
from policy.documents import read_document
from policy.legislation.units import shown
from policy.scenario.calculation import asked_period, names_asked
from policy.scenario.sweep import Sweep, sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

#: Inputs that are varied at once.
_BOTH = 2


@click.command(
    epilog="""\b
Examples:
  policy sweep family.yaml --vary juku.birth_date=2004-01-01..2006-12-31 --output child_allowance
  policy sweep car.yaml --vary value_when_new=0..60000:500 --to sweep.html
  policy sweep car.yaml --vary value_when_new=0..60000:1000 --vary model_year=2012..2026
"""
)
@scenario_argument
@click.option(
    "--vary",
    "vary",
    metavar="[ID.]INPUT=FIRST..LAST[:STEP]",
    multiple=True,
    required=True,
    help="An input and its values; may be given twice.",
)
@book_option
@law_options
@period_option
@click.option(
    "--output",
    "outputs",
    metavar="VARIABLE",
    multiple=True,
    help="A variable to calculate; may be repeated. Else the scenario's, or the book's outputs.",
)
@click.option("--to", "target", metavar="FILE", type=click.Path(), help="A page with a chart.")
@json_option
def command(
    file: str,
    vary: tuple[str, ...],
    book: str | None,
    changes: Changes,
    period: str | None,
    outputs: tuple[str, ...],
    target: str | None,
    as_json: bool,
) -> None:
    """Calculate the scenario in FILE for every value of an input, or of two.

    A table lists where each answer jumps, or begins to rise or fall otherwise, with its section.
    """
    if len(vary) > _BOTH:
        raise click.UsageError("At most two inputs are varied.")
    if target and Path(target).suffix != ".html":
        raise click.UsageError("--to takes a file that ends in .html")
    document = read_document(file)
    law = changes.of(book_of(document, book))
    names = names_asked(outputs) if outputs else None
    found = sweep(law, document, vary, names, asked_period(period) if period else None)
    if target:
        title = f"{law.title}, {found.period}: along {_inputs(found)}"
        notes = [f"Law: {law.version}."]
        tables = [_kinks(found), _points(found)]
        write_text(Path(target), page(title, notes, tables, lambda: _charts(found)))
    if as_json:
        print_json(found.to_dict())
        return
    _print(console(), found, target)


def _inputs(found: Sweep) -> str:
    return " and ".join(f"{each.variable} of {each.id}" for each in found.varied)


def _print(out: Console, found: Sweep, target: str | None) -> None:
    listed = _kinks(found)
    out.print(f"{len(found.points):,} values of {_inputs(found)}, {found.period}\n")
    if listed["rows"]:
        lines = table(*listed["heads"], numbers=["Before", "After"], dates=listed["heads"][:1])
        for row in listed["rows"]:
            lines.add_row(*row)
        print_table(out, lines)
    else:
        out.print("Every answer is the same for all of them, or rises or falls evenly.")
    if target:
        out.print(f"\nWritten: {target}")
    out.print(Text(f"\nLaw: {found.law.version}", style="dim"))


def _kinks(found: Sweep) -> dict[str, Any]:
    two = len(found.varied) == _BOTH
    heads = [f"From {found.varied[0].variable}", *([found.varied[1].variable] if two else [])]
    rows = [
        [
            shown(each.at),
            *([shown(each.other)] if two else []),
            each.label,
            each.id,
            *(
                shown(value, found.law.variable(each.variable).unit or "")
                for value in (each.before, each.after)
            ),
            each.section,
        ]
        for each in sorted(found.kinks(), key=lambda each: each.at)
    ]
    return {
        "title": "Where answers jump or begin to rise or fall otherwise",
        "heads": [*heads, "Answer", "For", "Before", "After", "Section"],
        "rows": rows,
    }


def _said(found: Sweep, name: str, value: Any) -> str:
    return shown(value, found.law.variable(name).unit or "")


def _points(found: Sweep) -> dict[str, Any]:
    heads = [f"{found.law.variable(name).label or name} ({id_})" for name, id_ in found.moving]
    columns = list(found.moving.values())
    rows = [
        [*(shown(value) for value in point), *(shown(each[number]) for each in columns)]
        for number, point in enumerate(found.points)
    ]
    inputs = [each.variable for each in found.varied]
    return {"title": "Every point", "heads": [*inputs, *heads], "rows": rows}


def _charts(found: Sweep) -> Iterator[dict[str, str]]:
    others = found.varied[1].values if len(found.varied) == _BOTH else (None,)
    for (name, id_), every in found.moving.items():
        if not isinstance(every[0], int | float):
            continue
        series = {
            shown(other) if other is not None else id_: every[number :: len(others)]
            for number, other in enumerate(others)
        }
        title = f"{found.law.variable(name).label or name} along {found.varied[0].variable}"
        yield {"name": title, "svg": drawn_lines(found.varied[0].values, series, title)}
