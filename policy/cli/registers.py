"""``policy registers``: what is read of registers, generated ones, and persons linked in them."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

import policy
from policy.cli.options import json_option, marginals_option, seed_option
from policy.cli.printing import console, counted, print_json, print_marginals, print_table, table
from policy.errors import PolicyError, Problem, did_you_mean
from policy.registers.plan import plan as planned
from policy.registers.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rich.table import Table

    from policy.registers.plan import Field, Plan

#: So many answers are named; of more it is said how many.
_FEW = 4
#: Columns of numbers.
_NUMBERS = ("Entries", "Found", "Linked pairs", "To review")
_MEASURED = ("Precision", "Recall", "To review", "One person")


@click.group(
    epilog="""\b
Examples:
  policy registers plan estonia --period 2026-10
  policy registers plan estonia --outputs child_allowance --without education
  policy registers sample estonia --residents 20000 --out registers
  policy registers link north_lanarkshire --registers registers --out links
"""
)
def command() -> None:
    """Show what is read of registers, draw registers, and link the persons in them."""


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
    few = len(made.outputs) <= _FEW
    answers = _all(made.outputs) if few else counted(len(made.outputs), "answer")
    out.print(f"For {answers} of the {made.book} book in {made.period}\n")
    for register in made.sources.registers.values():
        fields = [each for each in made.read if each.table.register == register.name]
        if fields:
            out.print(Text(f"{register.title} ({register.keeper})", style="bold"))
            lines = table("Field", "What it says", "Feeds", "By")
            for field in fields:
                feeds = _all(field.feeds) or "says whose entry it is"
                column = field.column
                by = column.basis or f"consent {column.consent}"
                lines.add_row(_within(field), column.description, feeds, by)
            print_table(out, lines)
            out.print()
    if made.withheld:
        lines = table("Field", "Why not", "Feeds", "Can change")
        for field in made.withheld:
            lines.add_row(field.path, field.why_not, _all(field.feeds), _all(field.changes))
        _print_part(out, "Needed, and not read", lines)
    if made.questions:
        lines = table("Fact", "What is asked", "Can change", "Section")
        for each in made.questions:
            lines.add_row(each.variable, each.label, _all(each.changes), each.section)
        _print_part(out, "Held by no register, or not read: people can be asked", lines)
    if made.not_needed:
        left: dict[str, list[str]] = {}
        for field in made.not_needed:
            left.setdefault(field.table.path, []).append(field.column.name)
        lines = table("Table", "Fields")
        for path, names in left.items():
            every = len(names) == len(made.sources.tables[path].columns)
            lines.add_row(path, "all" if every else _all(names))
        _print_part(out, "Not needed, so not read", lines)
    total = len(made.read) + len(made.withheld) + len(made.not_needed)
    out.print(
        f"{len(made.read)} of {total} fields are read; {counted(len(made.facts), 'fact')} from"
        f" registers, {counted(len(made.questions), 'possible question')}."
    )


def _print_part(out: Console, title: str, lines: Table) -> None:
    out.print(Text(title, style="bold"))
    print_table(out, lines)
    out.print()


def _within(field: Field) -> str:
    return f"{field.table.name}.{field.column.name}"


def _all(names: Iterable[str]) -> str:
    return ", ".join(names)


@command.command(
    epilog="""\b
Examples:
  policy registers sample estonia --residents 20000 --out registers
  policy registers sample estonia --from 2023-01-01 --until 2023-12-31 --seed 7 --out country
  policy registers sample north_lanarkshire --dwellings 20000 --out council
  policy registers sample estonia --marginals
"""
)
@click.argument("book", metavar="BOOK")
@click.option(
    "--residents",
    "--dwellings",
    "size",
    metavar="N",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    help="How many people there are on the first day, or dwellings of a council.",
)
@seed_option
@click.option(
    "--from",
    "first_day",
    metavar="DATE",
    default="2023-01-01",
    show_default=True,
    help="Entries of before are what the registers hold on this day.",
)
@click.option(
    "--until",
    "last_day",
    metavar="DATE",
    default="2023-12-31",
    show_default=True,
    help="The last day of entries.",
)
@click.option("--out", metavar="DIR", type=click.Path(), help="The folder to write; a new one.")
@marginals_option
@json_option
def sample(
    book: str,
    size: int,
    seed: int,
    first_day: str,
    last_day: str,
    out: str | None,
    show: bool,
    as_json: bool,
) -> None:
    """Draw the registers of a BOOK: people, births, moves and much else, and how it was entered.

    The same seed writes the same bytes. Nobody in them is real. The folder can be read by its
    owner alone.
    """
    from policy.registers.sampling import (  # noqa: PLC0415 (for a quick start)
        estonia,
        measured,
        north_lanarkshire,
    )

    drawn = {
        "estonia": (estonia, measured.measure),
        "north_lanarkshire": (north_lanarkshire, north_lanarkshire.measure),
    }
    if book not in drawn:
        message = f"there are no generated registers for '{book}'"
        raise PolicyError(Problem(message, remedy=did_you_mean(book, drawn, kind="books")))
    registers, measure = drawn[book]
    if show:
        print_marginals("Drawn from", registers.marginals(), as_json=as_json)
        return
    if out is None:
        raise click.UsageError("Name a folder to write: --out registers")
    counts: dict[str, int] = {}
    with _bar(registers.TABLES) as advance:

        def progress(path: str, count: int) -> None:
            counts[path] = count
            advance(1)

        registers.sample(Path(out), size, seed, first_day, last_day, progress)
    found = measure(Path(out), sources_of(policy.load(book)), size, first_day, last_day)
    if as_json:
        print_json({"tables": counts, "counts": [each.to_dict() for each in found]})
        return
    lines = table("Table", "Entries", numbers=["Entries"])
    for path, count in counts.items():
        lines.add_row(path, f"{count:,}")
    print_table(console(), lines)
    lines = table("Count", "Drawn", "Known", "Grade", numbers=["Drawn", "Known"])
    for each in found:
        lines.add_row(each.name, f"{each.drawn:,}", f"{each.known:,.0f}", each.grade)
    click.echo()
    print_table(console(), lines)


@contextmanager
def _bar(length: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=length, label="Drawing", file=sys.stderr) as bar:
        yield bar.update


@command.command(
    epilog="""\b
Examples:
  policy registers link north_lanarkshire --registers council --out links
  policy registers link north_lanarkshire --registers council --review links/review.csv --out again
  policy registers link north_lanarkshire --registers council --purpose measure \\
      --truth council/truth --out measured
"""
)
@click.argument("book", metavar="BOOK")
@click.option(
    "--registers", "folder", metavar="DIR", type=click.Path(), required=True, help="The registers."
)
@click.option("--out", metavar="DIR", type=click.Path(), required=True, help="A new folder.")
@click.option(
    "--purpose",
    metavar="PURPOSE",
    default="pay",
    show_default=True,
    help="What links are for: it says how sure they must be.",
)
@click.option("--date", "day", metavar="DATE", help="As known on this day; else today.")
@click.option(
    "--review", metavar="FILE", type=click.Path(), help="A review file that a person filled in."
)
@click.option(
    "--truth", metavar="DIR", type=click.Path(), help="The truth of generated registers: measure."
)
@json_option
def link(
    book: str,
    folder: str,
    out: str,
    purpose: str,
    day: str | None,
    review: str | None,
    truth: str | None,
    as_json: bool,
) -> None:
    """Link the entries of a BOOK's registers that are of one person, and of one household.

    Writes golden_persons.parquet, golden_households.parquet, links.parquet with what spoke for each
    link, and review.csv, in which a person answers 'same', 'different' or 'unsure'. Nothing is paid
    on a link that is not sure.
    """
    from policy.registers.linking.run import run  # noqa: PLC0415 (for a quick start)

    with Console(stderr=True).status("Opening registers") as status:
        found = run(
            policy.load(book),
            Path(folder),
            Path(out),
            purpose,
            day or date.today().isoformat(),
            Path(review) if review else None,
            Path(truth) if truth else None,
            lambda said: status.update(said.capitalize()),
        )
    if as_json:
        print_json(found.to_dict())
        return
    lines = table("Of", "Entries", "Found", "Linked pairs", "To review", numbers=_NUMBERS)
    for each in found.counts:
        row = (each.entries, each.found, each.linked, each.review)
        lines.add_row(each.name, *(f"{number:,}" for number in row))
    print_table(console(), lines)
    if found.quality:
        lines = table("Of", "Precision", "Recall", "To review", "One person", numbers=_MEASURED)
        for name, of in found.quality.items():
            shares = (f"{of.precision:.4f}", f"{of.recall:.3f}")
            lines.add_row(name, *shares, f"{of.review:,}", f"{of.review_same:,}")
        click.echo()
        print_table(console(), lines)
    if review:
        click.echo(f"\n{counted(found.answers, 'answer')} held, {found.lapsed:,} did not any more.")
