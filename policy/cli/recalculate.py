"""``policy recalculate``: what is owed on past decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from policy.cli.options import Changes, book_named, book_of, book_option, json_option, law_options
from policy.cli.printing import console, counted, print_json, print_table, table
from policy.documents import read_document
from policy.population.tables import is_table
from policy.recalculation.owed import Owed, recalculate

if TYPE_CHECKING:
    from rich.console import Console


@click.command(
    epilog="""\b
Examples:
  policy recalculate decisions.yaml
  policy recalculate decisions.yaml --reform higher_allowance.yaml --to settled.yaml
  policy recalculate decisions.csv --book estonia --to settled.csv

\b
Exit codes: 0 done, whether or not something is owed; 2 bad input or usage.
"""
)
@click.argument("file", metavar="DECISIONS", type=click.Path())
@book_option
@law_options
@click.option(
    "--to",
    "target",
    metavar="FILE",
    type=click.Path(),
    help="Write the decisions with what is now settled; run on that file, nothing is owed.",
)
@json_option
def command(
    file: str, book: str | None, changes: Changes, target: str | None, as_json: bool
) -> None:
    """Calculate past DECISIONS anew, and tell arrears and overpayments.

    DECISIONS is a YAML list of scenarios with 'paid' in the place of 'output', and may say when
    each was 'decided'; or a table with columns 'period' and 'paid_VARIABLE'. They are calculated
    by the law as it is known now, or with --reform, or --as-known-on a day.
    """
    before = book_named(book) if is_table(file) else book_of(read_document(file), book)
    after = changes.of(before)
    owed = recalculate(before, after, file, target)
    if as_json:
        print_json({"law_version": after.version, **owed.to_dict()})
        return
    out = console()
    _print(out, owed)
    if target:
        out.print(f"\nWritten: {target}")
    out.print(Text(f"\nLaw: {after.version}", style="dim"))


def _print(out: Console, owed: Owed) -> None:
    if not owed.open:
        out.print(f"Nothing is owed on {counted(len(owed.items), 'amount')}.")
        return
    heads = ("Paid", "Settled since", "Due", "Owed")
    lines = table("Decision", "For", "Period", "Benefit", *heads, numbers=heads, dates=["Period"])
    for each in owed.open:
        amounts = (each.paid, each.settled, each.due)
        lines.add_row(
            each.decision,
            each.id,
            each.period,
            f"{each.label}, {each.section}",
            *(f"{amount:,.2f}" for amount in amounts),
            f"{each.owed:+,.2f}",
        )
    print_table(out, lines)
    reasons = dict.fromkeys(reason for each in owed.open for reason in each.reasons)
    if reasons:
        out.print(Text("\nBecause of", style="bold"))
    for reason in reasons:
        out.print(f"  {reason}", soft_wrap=True)
    out.print(Text("\nNet", style="bold"))
    net = table("For", "Period", "Owed", numbers=["Owed"], dates=["Period"])
    for name, months in owed.net().items():
        for month, amount in months.items():
            net.add_row(name, month, f"{amount:+,.2f}")
    print_table(out, net)
    out.print(
        f"\nArrears {owed.arrears:,.2f}, overpayments {owed.overpayments:,.2f}:"
        f" {len(owed.open):,} of {counted(len(owed.items), 'amount')}."
    )
    if owed.limit:
        out.print(f"{owed.limit}")
