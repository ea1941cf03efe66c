"""``policy compare``: what a change of the law changes, for scenarios and for a population."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.progress import track
from rich.text import Text

from policy.cli.effects import effect_of_change
from policy.cli.options import (
    Changes,
    book_of,
    book_option,
    json_option,
    law_options,
    period_option,
)
from policy.cli.printing import console, print_json, print_table, table
from policy.comparing.cases import Comparison, compare_cases
from policy.documents import read_document
from policy.errors import PolicyError
from policy.legislation.units import shown
from policy.scenario.calculation import asked_period, names_asked
from policy.testing.runner import scenario_files

if TYPE_CHECKING:
    from rich.console import Console


@click.command(
    epilog="""\b
Examples:
  policy compare --reform higher_allowance.yaml family.yaml
  policy compare --reform lb_82 tests/scenarios/nebraska/motor_vehicle_tax.yaml --book nebraska
  policy compare --as-known-on 2023-03-01 families/ --period 2024-03
  policy compare --reform lb_82 --population fleet.parquet --period 2026 --book nebraska
  policy compare --reform higher_allowance.yaml --population families.parquet --period 2026
    --book estonia --by is_student --to report.html --cases gainers-and-losers/

\b
Exit codes: 0 done, whether or not something changes; 2 bad input or usage.
"""
)
@click.argument("paths", metavar="[SCENARIOS]...", nargs=-1, type=click.Path())
@book_option
@law_options
@period_option
@click.option(
    "--output",
    "outputs",
    metavar="VARIABLE",
    multiple=True,
    help="A variable to compare; may be repeated. Else the scenario's, or the book's outputs.",
)
@click.option(
    "--population",
    "population",
    metavar="FILE",
    type=click.Path(),
    help="Compare a population (.csv, .parquet) instead: a row for each person or thing.",
)
@click.option("--measure", metavar="VARIABLE", default="", help="Measures gain and loss by this.")
@click.option("--by", metavar="COLUMN", multiple=True, help="Also break the population down by.")
@click.option(
    "--edge",
    "along",
    metavar="COLUMN",
    multiple=True,
    help="Also count whose amount jumps for one more unit, or one more day, of this input.",
)
@click.option("--to", "target", metavar="FILE", type=click.Path(), help="Report: .html or .md.")
@click.option(
    "--cases",
    metavar="FOLDER",
    type=click.Path(file_okay=False),
    help="Write those who gain and lose most as scenario files.",
)
@json_option
def command(
    paths: tuple[str, ...],
    book: str | None,
    changes: Changes,
    period: str | None,
    outputs: tuple[str, ...],
    population: str | None,
    measure: str,
    by: tuple[str, ...],
    along: tuple[str, ...],
    target: str | None,
    cases: str | None,
    as_json: bool,
) -> None:
    """Compare the law with the law under a change, for the SCENARIOS (files or folders).

    Each answer that differs is a line, the greatest difference first, with the parameters and
    formulas it comes from and the variables it came through.

    With --population: what the change costs in each month, how many gain and lose and how much,
    broken down, and who gains and loses most.
    """
    if not changes:
        raise click.UsageError("Say what changes: --reform REFORM, or --as-known-on DATE.")
    if population:
        if paths or outputs:
            raise click.UsageError("--population takes the place of SCENARIOS and --output.")
        effect_of_change(
            changes, book, population, period, measure, by, along, target, cases, as_json=as_json
        )
        return
    if measure or by or along or target or cases:
        raise click.UsageError("--measure, --by, --edge, --to and --cases go with --population.")
    if not paths:
        raise click.UsageError("Name scenarios to compare.")
    documents = [read_document(file) for file in scenario_files(paths)]
    before = book_of(documents[0], book)
    after = changes.of(before)
    out = console()
    names = names_asked(outputs) if outputs else None
    watched = track(
        documents, "files", console=out, transient=True, disable=as_json or not out.is_terminal
    )
    found = compare_cases(before, after, watched, names, asked_period(period) if period else None)
    if found.problems and len(found.problems) >= found.cases:
        raise PolicyError(*found.problems)
    if as_json:
        print_json({"law_version": [before.version, after.version], **found.to_dict()})
    else:
        _print(out, found)
        out.print(Text(f"\nLaw: {before.version}\nand: {after.version}", style="dim"))


def _print(out: Console, found: Comparison) -> None:
    lines = table(
        "Scenario", "Answer", "For", "Period", "Before", "After", "Difference",
        numbers=["Before", "After", "Difference"],
        dates=["Period"],
    )  # fmt: skip
    for each in found.changes:
        by = "" if each.difference is None else f"{each.difference:+,.2f}"
        lines.add_row(
            each.case,
            each.label,
            each.id,
            each.period,
            shown(each.before, each.unit),
            shown(each.after, each.unit),
            by,
        )
    if found.changes:
        print_table(out, lines)
        _print_causes(out, found)
    for problem in found.problems:
        out.print(f"Not compared: {problem}", soft_wrap=True)
    cases = {each.case for each in found.changes}
    change = "scenario changes" if found.cases == 1 else "scenarios change"
    out.print(f"\n{len(cases)} of {found.cases} {change}.")
    for note in found.notes:
        out.print(note, soft_wrap=True)


def _print_causes(out: Console, found: Comparison) -> None:
    """Print each cause once, with the variable it is in and the answers it changes."""
    by_cause: dict[tuple[str, str], dict[str, None]] = {}
    for each in found.changes:
        for cause in each.causes:
            by_cause.setdefault((str(cause), cause.through[-1]), {})[each.label] = None
    if by_cause:
        out.print(Text("\nBecause of", style="bold"))
    for (said, variable), labels in by_cause.items():
        out.print(f"  {said}; in {variable}, for: {', '.join(labels)}", soft_wrap=True)
