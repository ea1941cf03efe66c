"""``policy ledger``: whether a ledger of decisions is as it was written, and what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import numpy as np

from policy.cli.options import json_option
from policy.cli.printing import console, counted, print_json, print_table, table
from policy.ledger.rows import KINDS
from policy.legislation.parameters import iso_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from policy.ledger.ledger import Run
    from policy.ledger.replaying import Replayed
    from policy.ledger.rows import Decision

ledger_argument = click.argument("ledger", metavar="LEDGER", type=click.Path())


def nights_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options --since and --until."""
    since = click.option("--since", metavar="DATE", help="The decisions from that night on.")
    until = click.option("--until", metavar="DATE", help="The decisions up to that night.")
    return since(until(function))


@click.group(
    epilog="""\b
Examples:
  policy ledger verify ledger.duckdb
  policy ledger show ledger.duckdb
  policy ledger show ledger.duckdb --subject 52605100012
  policy ledger replay 2026-01-03-35b46c9ad3cbb0c6 --ledger ledger.duckdb
"""
)
def command() -> None:
    """Look into a ledger of decisions; nothing of it is ever changed."""


@command.command(
    epilog="""\b
Examples:
  policy ledger verify ledger.duckdb
  policy ledger verify ledger.duckdb --head 9f2c0f6ab1d2

\b
Exit codes: 0 as it was written; 1 something is broken; 2 bad input or usage.
"""
)
@ledger_argument
@click.option(
    "--head",
    metavar="SEAL",
    help="The seal of a night, noted down elsewhere, or its first 12 digits or more: it has to be"
    " in the ledger.",
)
@json_option
@click.pass_context
def verify(ctx: click.Context, ledger: str, head: str | None, as_json: bool) -> None:
    """Check every seal, digest and count of a LEDGER, and print its head: the last seal.

    A row that was changed, added or taken away is found. Only --head finds nights taken away from
    the end, or a ledger written anew from some night on.
    """
    from policy.ledger.ledger import Ledger  # noqa: PLC0415
    from policy.ledger.verifying import verify as verified  # noqa: PLC0415

    with Ledger.open(ledger, read_only=True) as opened:
        broken = verified(opened, head)
        runs = opened.runs() if not broken else []
    if as_json:
        last = runs[-1].hash if runs else None
        found = [vars(each) for each in broken]
        print_json({"broken": found, "nights": len(runs), "head": last})
    else:
        out = console()
        for each in broken:
            out.print(f"{each.where}: {each.why}", soft_wrap=True)
        if not broken:
            decisions = sum(sum(run.counts.values()) for run in runs)
            out.print(
                f"As it was written: {counted(len(runs), 'night')},"
                f" {counted(decisions, 'decision')}."
            )
            out.print(f"Head: {runs[-1].hash}" if runs else "Head: none")
    ctx.exit(1 if broken else 0)


@command.command(
    epilog="""\b
Examples:
  policy ledger replay 2026-01-03-35b46c9ad3cbb0c6 --ledger ledger.duckdb
  policy ledger replay --since 2026-01-03 --until 2026-01-31 --ledger ledger.duckdb
  policy ledger replay --all --ledger ledger.duckdb

\b
Exit codes: 0 the same cents; 1 others; 2 bad input or usage.
"""
)
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--ledger", metavar="LEDGER", type=click.Path(), required=True, help="The ledger of decisions."
)
@click.option("--all", "every", is_flag=True, help="All decisions.")
@nights_options
@json_option
@click.pass_context
def replay(
    ctx: click.Context,
    ids: tuple[str, ...],
    ledger: str,
    every: bool,
    since: str | None,
    until: str | None,
    as_json: bool,
) -> None:
    """Calculate decisions again, by the law and from the facts that were kept with them.

    Of several decisions only those are shown that come out otherwise. The law is run as any folder
    of law is: its formulas are Python.
    """
    from policy.ledger.ledger import Ledger  # noqa: PLC0415
    from policy.ledger.replaying import replay as replayed  # noqa: PLC0415

    since, until = _nights(since, until)
    nights = bool(since or until)
    if bool(ids) + every + nights != 1:
        raise click.UsageError("Name decisions, or --all, or nights with --since and --until.")
    with Ledger.open(ledger, read_only=True) as opened:
        asked = ids or opened.history(since=since, until=until)
        found = [*replayed(opened, asked)]
    others = [each for each in found if not each.same]
    if as_json:
        print_json([each.to_dict() for each in found])
    else:
        _print_replayed(console(), found if len(found) == 1 else others)
        if len(found) != 1:
            click.echo(f"{counted(len(found), 'decision')}, {len(others):,} with other cents")
    ctx.exit(1 if others else 0)


def _print_replayed(out: Console, found: list[Replayed]) -> None:
    for each in found:
        heads = ("Decided", "Now")
        lines = table("From", *heads, "", numbers=heads, dates=["From"])
        for month, amount in each.decision.amounts.items():
            now = each.now[month]
            same = "the same" if now == amount else "another"
            lines.add_row(month, f"{amount:,.2f}", f"{now:,.2f}", same)
        out.print(f"{each.decision.kind} of {each.decision.benefit}, {each.decision.id}\n")
        print_table(out, lines)
        out.print(f"\nLaw: {each.decision.law_version}; calculated by policy {each.library}")


@command.command(
    epilog="""\b
Examples:
  policy ledger show ledger.duckdb
  policy ledger show ledger.duckdb --kind offer --since 2026-01-03
  policy ledger show ledger.duckdb --subject 52605100012 --json
"""
)
@ledger_argument
@click.option("--subject", metavar="CODE", help="The decisions about a person.")
@click.option("--benefit", metavar="VARIABLE", help="The decisions on a benefit.")
@click.option("--kind", type=click.Choice(KINDS), help="The decisions of a kind.")
@nights_options
@json_option
def show(
    ledger: str,
    subject: str | None,
    benefit: str | None,
    kind: str | None,
    since: str | None,
    until: str | None,
    as_json: bool,
) -> None:
    """Show the nights of a LEDGER; or decisions: about a person, of a kind, of some nights."""
    from policy.ledger.ledger import Ledger  # noqa: PLC0415

    since, until = _nights(since, until)
    with Ledger.open(ledger, read_only=True) as opened:
        if not (subject or benefit or kind or since or until):
            runs = opened.runs()
            if as_json:
                print_json([each.to_dict() for each in runs])
            else:
                _print_runs(console(), runs)
            return
        decisions = opened.history(subject, benefit, kind=kind, since=since, until=until)
    if as_json:
        print_json([each.to_dict() for each in decisions])
    else:
        _print_decisions(console(), decisions)


def _nights(since: str | None, until: str | None) -> tuple[str | None, str | None]:
    """Return the ISO days of --since and --until."""
    first, last = iso_day(since) if since else None, _end(until) if until else None
    if first and last and first > last:
        raise click.UsageError(f"--since {first} is after --until {last}: no night is between.")
    return first, last


def _end(text: str) -> str:
    """Return a date as ISO text; of a month or a year the last day."""
    iso_day(text)  # (refuses what is no date)
    return str((np.datetime64(text) + 1).astype("datetime64[D]") - 1)


def _print_runs(out: Console, runs: list[Run]) -> None:
    lines = table("Night", "Decisions", "Law", "Seal", dates=["Night"])
    for run in runs:
        counts = ", ".join(f"{number:,} {kind}" for kind, number in run.counts.items())
        lines.add_row(run.date, counts or "none", run.law_version, run.hash[:12])
    print_table(out, lines)


def _print_decisions(out: Console, decisions: list[Decision]) -> None:
    if not decisions:
        out.print("No decisions.")
        return
    lines = table("Id", "Kind", "About", "Benefit", "Amounts", "To", "Answer by", dates=["Id"])
    for each in decisions:
        amounts = ", ".join(f"{month} {amount:,.2f}" for month, amount in each.amounts.items())
        lines.add_row(
            each.id,
            f"{each.kind} ({each.reasons['why']})" if "why" in each.reasons else each.kind,
            each.subject,
            each.benefit,
            amounts,
            each.recipient or "",
            each.answer_by or "",
        )
    print_table(out, lines)
