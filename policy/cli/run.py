"""``policy run``: tables in, tables out, however many rows there are."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

import policy
from policy.cli.options import Changes, json_option, law_options, outputs_option
from policy.cli.printing import console, counted, in_words, print_json, print_table, table
from policy.legislation.units import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console
    from rich.progress import Task

    from policy.running.run import Run

#: How many kinds of mistakes, and how many facts assumed, are printed; run.json holds them all.
_SHOWN = 12
_SOME_REJECTED = 1


@click.command(
    epilog="""\b
Examples:
  policy run estonia --input families.parquet --output answers --period 2024-05
  policy run estonia --input register/ --output answers --period 2024-05 \\
    --outputs child_allowance,birth_allowance
  policy run nebraska --input fleet.duckdb --output bills --period 2026-03 --strict
  policy run estonia --input families.parquet --output raised --period 2024-05 \\
    --reform higher_allowance.yaml --engine numba

\b
'policy schema BOOK' tells which tables and columns are needed.

\b
Exit codes: 0 all rows computed; 1 some rejected; 2 bad input or usage.
"""
)
@click.argument("book", metavar="BOOK")
@click.option(
    "--input",
    "source",
    metavar="PATH",
    required=True,
    type=click.Path(),
    help="A folder of tables, a DuckDB file, or one table of persons (Parquet, Arrow, CSV).",
)
@click.option(
    "--output",
    "target",
    metavar="FOLDER",
    required=True,
    type=click.Path(),
    help="A folder that is not there yet; it appears when all is done.",
)
@click.option(
    "--period", metavar="PERIOD", required=True, help="A month (2024-05) or a year (2024)."
)
@outputs_option
@law_options
@click.option(
    "--engine",
    metavar="ENGINE",
    default="auto",
    show_default=True,
    help="numba (compiled), numpy, duckdb or spark (as SQL), or openfisca (the reference, slow);"
    " auto chooses numba or numpy.",
)
@click.option("--strict", is_flag=True, help="Stop at the first row with a mistake.")
@json_option
def command(
    book: str,
    source: str,
    target: str,
    period: str,
    outputs: tuple[str, ...],
    changes: Changes,
    engine: str,
    strict: bool,
    as_json: bool,
) -> None:
    """Calculate tables of any size, and write the answers as tables.

    Memory stays the same from a thousand rows to hundreds of millions. Rows with a mistake are
    written to rejects.parquet with the reason, and so are the others of their group; all others are
    calculated. A run that was interrupted goes on where it was when the same is asked again.
    """
    law = changes.of(policy.load(book))
    out = console()
    try:
        with _progress(out, quiet=as_json or not out.is_terminal) as watch:
            run = law.run_tables(
                source, target, period, outputs or None, engine=engine, strict=strict, watch=watch
            )
    except KeyboardInterrupt:
        click.echo("Interrupted. The same command goes on where it was.", err=True)
        raise
    if as_json:
        print_json(run.to_dict())
    else:
        _print(out, run, target)
    if run.rejected:
        click.get_current_context().exit(_SOME_REJECTED)


class _Rate(TextColumn):
    """How many rows are done in a second."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        """Write it, once it is known."""
        return Text(f"{task.speed:,.0f} rows/s" if task.speed else "")


@contextmanager
def _progress(out: Console, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), _Rate())
    with Progress(
        *columns, TimeRemainingColumn(), console=out, transient=True, disable=quiet
    ) as progress:
        task = progress.add_task("Calculating", total=None)

        def watch(done: int, persons: int) -> None:
            progress.update(task, completed=done, total=persons)

        yield watch


def _print(out: Console, run: Run, target: str) -> None:
    question, tally = run.given.question, run.tally
    law = question.law
    out.print(Text(f"{law.title}, {question.period}", style="bold"), end="\n\n")
    rows = table("Rows", "Read", "Computed", "Rejected", numbers=["Read", "Computed", "Rejected"])
    for entity in (question.person, question.group):
        counts = (each[entity.plural] for each in (tally.read, tally.computed, tally.rejected))
        rows.add_row(entity.plural, *(f"{count:,}" for count in counts))
    print_table(out, rows)
    totals = table("Output", "Total", "Section", numbers=["Total"])
    for name in question.outputs:
        if tally.totals.get(name) or tally.not_known[name]:
            entry = law.variable(name)
            section = getattr(entry, "__section__", "")
            totals.add_row(entry.label or name, _total(run, name), section)
    out.print()
    print_table(out, totals)
    _print_mistakes(out, run)
    _print_assumed(out, run)
    for said, columns in (
        ("given in place of what the law computes", run.given.in_place_of_the_law),
        ("not read, because no answer needs them", list(run.given.not_read)),
    ):
        if columns:
            out.print(f"\n{counted(len(columns), 'column')} {said}: {_some(columns)}")
    out.print(f"\nWritten: {target}")
    out.print(Text(f"Law: {law.version}", style="dim"))


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _total(run: Run, name: str) -> str:
    total = f"{run.tally.totals[name]:,.2f} {run.given.question.law.variable(name).unit or ''}"
    missing = run.tally.not_known[name]
    return f"{total}, without {missing:,} not known" if missing else total.strip()


def _print_mistakes(out: Console, run: Run) -> None:
    if not run.mistakes:
        return
    lines = table("Rejected", "Column", "Rows", "What to do", numbers=["Rows"])
    for (name, column, remedy), count in run.mistakes[:_SHOWN]:
        lines.add_row(name, column, f"{count:,}", remedy)
    out.print()
    print_table(out, lines)
    more = len(run.mistakes) - _SHOWN
    if more > 0:
        out.print(f"… and {more:,} more kinds of mistakes; rejects.parquet names every row.")


def _print_assumed(out: Console, run: Run) -> None:
    assumed = run.given.assumed
    if not assumed:
        return
    lines = table("Assumed for all", "Column to give", "Section")
    for fact in assumed[:_SHOWN]:
        entry = fact.entry
        default = shown(entry.default, entry.unit)
        lines.add_row(in_words(entry, default), fact.columns[0], entry.section)
    out.print()
    print_table(out, lines)
    more = len(assumed) - _SHOWN
    if more > 0:
        out.print(f"… and {more:,} more; run.json and 'policy schema' name them all.")
