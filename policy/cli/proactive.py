"""``policy proactive``: what is due is looked for each night, and decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import numpy as np
from rich.text import Text

import policy
from policy.cli.explain import print_explanation
from policy.cli.options import Changes, depth_option, json_option, law_options
from policy.cli.printing import console, print_json, print_table, table
from policy.legislation.parameters import iso_day

if TYPE_CHECKING:
    from rich.console import Console

    from policy.proactive.night import Done
    from policy.proactive.telling import Told

ledger_option = click.option(
    "--ledger",
    "ledger",
    metavar="FILE",
    type=click.Path(),
    required=True,
    help="The ledger of decisions.",
)


@click.group(
    epilog="""\b
Examples:
  policy proactive run estonia --registers registers --ledger ledger.duckdb --date 2026-01-01
  policy proactive explain 2026-01-03-35b46c9ad3cbb0c6 --ledger ledger.duckdb
"""
)
def command() -> None:
    """Find what people are due in the registers, without their asking, and decide it."""


@command.command(
    epilog="""\b
Examples:
  policy proactive run estonia --registers registers --ledger ledger.duckdb --date 2026-01-01
  policy proactive run estonia --registers registers --ledger ledger.duckdb \\
    --date 2026-01-02 --nights 9 --out decisions
  policy proactive run north_lanarkshire --registers council --ledger council.duckdb \\
    --date 2024-08-16 --review decisions/2024-08-15/review.csv --out decisions

\b
Exit codes: 0 done, whatever was decided; 2 bad input or usage.
"""
)
@click.argument("book", metavar="BOOK")
@click.option(
    "--registers",
    metavar="DIR",
    type=click.Path(),
    required=True,
    help="The folder of registers.",
)
@ledger_option
@click.option("--date", "day", metavar="DATE", required=True, help="The day that has just ended.")
@click.option(
    "--nights",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Run so many nights, from that day on.",
)
@click.option(
    "--out",
    "target",
    metavar="DIR",
    type=click.Path(),
    help="Write each night's decisions and notices into a folder DIR/DATE.",
)
@click.option(
    "--review",
    metavar="FILE",
    type=click.Path(),
    help="Follow what a person answered in this review file of uncertain links.",
)
@law_options
@json_option
def run(
    book: str,
    registers: str,
    ledger: str,
    day: str,
    nights: int,
    target: str | None,
    review: str | None,
    changes: Changes,
    as_json: bool,
) -> None:
    """Run a night: read what is new in the registers, and decide what follows from it by a BOOK.

    Everything of a night is added to the ledger at once, or nothing. A night that is in it already
    is not run again; one that was missed is caught up with by the next.
    """
    from policy.proactive.night import run_nights  # noqa: PLC0415 (only where it is installed)

    law = changes.of(policy.load(book))
    first = np.datetime64(iso_day(day), "D")
    days = (str(first + number) for number in range(nights))
    done = [*run_nights(law, registers, ledger, days, target, review)]
    if as_json:
        print_json([each.to_dict() for each in done])
        return
    _print(console(), done)


def _print(out: Console, done: list[Done]) -> None:
    from policy.ledger.rows import KINDS  # noqa: PLC0415

    kinds = [kind for kind in KINDS if any(each.run.counts.get(kind) for each in done)]
    heads = ["New entries", *(kind.capitalize() for kind in kinds)]
    lines = table("Night", *heads, "", numbers=heads, dates=["Night"])
    for each in done:
        entries = sum(read["new"] for read in each.run.read.values())
        counts = [f"{each.run.counts.get(kind, 0):,}" for kind in kinds]
        lines.add_row(each.run.date, f"{entries:,}", *counts, "" if each.is_new else "run before")
    print_table(out, lines)
    out.print(f"\nSeal: {done[-1].run.hash}")
    out.print(Text(f"Law: {done[-1].run.law_version}", style="dim"))


@command.command(
    epilog="""\b
Examples:
  policy proactive explain 2026-01-03-35b46c9ad3cbb0c6 --ledger ledger.duckdb
  policy proactive explain 2026-01-03-35b46c9ad3cbb0c6 --ledger ledger.duckdb --depth 4
"""
)
@click.argument("decision", metavar="ID")
@ledger_option
@depth_option
@json_option
def explain(decision: str, ledger: str, depth: int, as_json: bool) -> None:
    """Explain the decision ID: what, for whom, how much, from which entries, by which law."""
    from policy.ledger.ledger import Ledger  # noqa: PLC0415
    from policy.proactive.telling import explain as explained  # noqa: PLC0415

    with Ledger.open(ledger, read_only=True) as opened:
        told = explained(opened, decision)
    if as_json:
        print_json(told.to_dict())
    else:
        _print_told(console(), told, depth)


def _print_told(out: Console, told: Told, depth: int) -> None:
    out.print(f"{told.says}.", soft_wrap=True)
    for line in told.amounts:
        out.print(f"  {line}")
    if told.rests_on:
        out.print(Text("\nBecause of", style="bold"))
    for line in told.rests_on:
        out.print(f"  {line}", soft_wrap=True)
    if told.may:
        out.print(Text("\nWhat can be done", style="bold"))
        out.print(f"  {told.may}.", soft_wrap=True)
    if told.later:
        out.print(Text("\nDecided since", style="bold"))
    for each in told.later:
        out.print(f"  {each.kind} of {each.run_date}: {each.id}")
    if told.tree:
        out.print(Text("\nHow it is calculated", style="bold"))
        print_explanation(told.tree, depth, because="no register says otherwise")
