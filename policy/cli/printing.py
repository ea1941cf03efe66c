"""How answers are printed: plain text in a pipe, colour only on a terminal, numbers never cut."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from policy.errors import not_written
from policy.legislation.units import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy.legislation.catalogue import VariableEntry
    from policy.legislation.parameters import Parameter, Reference
    from policy.scenario.assumptions import Assumption

#: The references cited in an output, with their numbers.
Sources: TypeAlias = "dict[Reference, int]"

#: How a book's documentation of a fact says what holds where it is not given.
_NOT_GIVEN = re.compile(r"[Ww]here (?:it is|they are) not given,? (.+?)\.?$")
#: Wide enough for any line: text in a pipe is not wrapped.
_UNWRAPPED = 10_000


def console() -> Console:
    """Return the console for standard output."""
    made = Console(markup=False, highlight=False, emoji=False)
    if not made.is_terminal:
        made.width = _UNWRAPPED
    return made


def print_json(data: Any) -> None:
    """Print JSON: readable letters where the output can hold them."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(json.dumps(data, indent=2, ensure_ascii=not unicode))


def counted(number: int, noun: str) -> str:
    """Write a number with its noun.

    >>> counted(1, "file"), counted(1234, "file")
    ('1 file', '1,234 files')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def table(*columns: str, numbers: Iterable[str] = (), dates: Iterable[str] = ()) -> Table:
    """Return an empty table; the columns of numbers are aligned right, and dates too never wrap."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for column in columns:
        if column in numbers:
            made.add_column(column, justify="right", no_wrap=True)
        else:
            made.add_column(column, overflow="fold", no_wrap=column in dates)
    return made


def print_table(out: Console, lines: Table) -> None:
    """Print a table as wide as the terminal; words, and so names, are never broken.

    Where they do not fit side by side, the first cell of each row stands above the others.
    """
    unbounded = out.options.update(max_width=_UNWRAPPED)
    widths = [_longest(column, words=False) for column in lines.columns]
    least = [_longest(column, words=not column.no_wrap) for column in lines.columns]
    room = out.width - Measurement.get(out, unbounded, lines).maximum + sum(widths)
    if sum(least) > room:
        for row in zip(*map(_cells, lines.columns), strict=True):
            out.print(Text(row[0], style="bold"))
            out.print(Padding(" · ".join(filter(None, row[1:])), (0, 0, 0, 4)))
        return
    while sum(widths) > room:
        spare = [width - word for width, word in zip(widths, least, strict=True)]
        widths[max(range(len(widths)), key=lambda n: (spare[n] > 0, widths[n]))] -= 1
    for column, width in zip(lines.columns, widths, strict=True):
        column.width = width
    out.print(lines)


def _cells(column: Column) -> list[str]:
    return [" ".join(str(cell).split()) for cell in (column.header, *column.cells)]


def _longest(column: Column, *, words: bool) -> int:
    """Return the width of the longest word, or line, in a column."""
    cells = [str(cell) for cell in (column.header, *column.cells)]
    parts = (part for cell in cells for part in (cell.split() if words else cell.splitlines()))
    return max(map(cell_len, parts), default=1)


def linked(text: str, href: str) -> Text:
    """Return text that is a link where the terminal can show one."""
    return Text(text, style=f"link {href}" if href.startswith("http") else "")


def cited(references: Iterable[Reference], sources: Sources) -> str:
    """Cite references by number, and add the new ones to the sources.

    >>> from policy import Reference
    >>> act, page, sources = Reference("Act"), Reference("Page"), {}
    >>> cited([act, page], sources), cited([page], sources)
    ('[1] [2]', '[2]')
    """
    numbers = [sources.setdefault(reference, len(sources) + 1) for reference in references]
    return " ".join(f"[{number}]" for number in numbers)


def print_sources(out: Console, sources: Sources) -> None:
    """Print the title and link of each source cited."""
    if sources:
        out.print(Text("\nSources", style="bold"))
    for reference, number in sources.items():
        out.print(f"  [{number}] {reference.title}")
        if reference.href:
            out.print(Text(f"      {reference.href}"), soft_wrap=True)


def near(path: str) -> str:
    """Write a path as seen from the working folder, if it lies in it."""
    here = Path.cwd()
    return str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else path


def print_parameters(out: Console, parameters: tuple[Parameter, ...]) -> None:
    """Print a line for each parameter, with its latest value."""
    lines = table(
        "Name", "Meaning", "Value", "Since", "Source", "Section", numbers=["Value"], dates=["Since"]
    )
    for parameter in parameters:
        latest = parameter.values[-1] if parameter.values else None
        lines.add_row(
            parameter.name,
            parameter.label,
            shown(latest.value, parameter.unit) if latest else "none",
            latest.start if latest else "",
            latest.source if latest else "",
            parameter.section,
        )
    print_table(out, lines)


def print_assumptions(
    out: Console,
    assumptions: tuple[Assumption, ...],
    because: str = "the scenario does not say",
) -> None:
    """Print the facts assumed, those of one variable with one value together, and why."""
    if not assumptions:
        return
    facts: dict[tuple[str, str], list[Assumption]] = {}
    for assumption in assumptions:
        facts.setdefault((assumption.variable, shown(assumption.value)), []).append(assumption)
    lines = table("Assumed", "For", "Fact to give", "Section")
    for (variable, value), same in facts.items():
        ids = ", ".join(dict.fromkeys(assumption.id for assumption in same))
        lines.add_row(in_words(same[0], value), ids, variable, same[0].section)
    out.print(Text(f"\nAssumed, because {because}\n", style="bold"))
    print_table(out, lines)


def in_words(fact: Assumption | VariableEntry, value: str) -> str:
    """Return what is assumed of a fact as the book says it, else its label and the value."""
    said = _NOT_GIVEN.search(fact.meaning)
    return said[1] if said else f"{fact.label}: {value}"


def print_marginals(head: str, known: dict[str, dict[str, Any]], *, as_json: bool) -> None:
    """Print what is drawn from, with its grade and source."""
    if as_json:
        print_json(known)
        return
    lines = table(head, "Value", "Grade", "Source", numbers=["Value"])
    for name, each in known.items():
        value = each["value"]
        told = f"{value:,}" if isinstance(value, int | float) else f"{len(value)} values"
        lines.add_row(name.replace("_", " "), told, each["grade"], each["source"])
    print_table(console(), lines)


def write_text(path: Path, text: str) -> None:
    """Write a file of text.

    Raises:
        PolicyError: it cannot be written.

    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise not_written(path, error) from None
