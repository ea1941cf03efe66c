"""``policy mutate``: whether tests notice small changes of the law."""

from __future__ import annotations

from collections import defaultdict

import click
from rich.progress import track
from rich.text import Text

from policy.cli.options import book_named, book_option, json_option
from policy.cli.printing import console, near, print_json, print_table, table
from policy.coverage.mutation import Mutant, Suite
from policy.testing.runner import read_cases, scenario_files

#: Fewer mutants are killed than ``--fail-under`` asks.
TOO_FEW = 1


@click.command(
    epilog="""\b
Examples:
  policy mutate
  policy mutate tests/scenarios/estonia/child_allowance.yaml --variable child_allowance_of_child
  policy mutate --fail-under 95 --json
"""
)
@click.argument("paths", nargs=-1, type=click.Path())
@book_option
@click.option(
    "--variable",
    "variables",
    metavar="VARIABLE",
    multiple=True,
    help="Only changes of this variable's formula; may be repeated.",
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit with 1 if a smaller share of the changes is noticed.",
)
@json_option
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    book: str | None,
    variables: tuple[str, ...],
    fail_under: float | None,
    as_json: bool,
) -> None:
    """Change the law in small ways and list the changes that the tests in PATHS do not notice.

    Each number is made a cent, a day, a year or one more and less; each comparison is made strict
    or not strict; each condition is left out. A change that no test notices is listed by section:
    either a test is missing, or the law gives the same without what was changed.
    """
    law = book_named(book)
    for name in variables:
        law.variable(name)
    files = scenario_files(paths or [law.sources.scenarios])
    suite = Suite(law, [case for file in files for case in read_cases(file, law)])
    mutants = [each for each in suite.mutants() if not variables or each.variable in variables]
    out = console()
    quiet = as_json or not out.is_terminal
    survivors = [
        mutant
        for mutant in track(mutants, "changes", console=out, transient=True, disable=quiet)
        if suite.killer(mutant) is None
    ]
    share = 1 - len(survivors) / len(mutants) if mutants else 1.0
    if as_json:
        print_json(
            {
                "changes": len(mutants),
                "noticed": len(mutants) - len(survivors),
                "survivors": [mutant.to_dict() for mutant in survivors],
            }
        )
    else:
        by_section: dict[str, list[Mutant]] = defaultdict(list)
        for mutant in survivors:
            by_section[mutant.section].append(mutant)
        for section, members in sorted(by_section.items()):
            out.print(Text(section or "No section", style="bold"))
            lines = table("Change that no test notices", "Where")
            for mutant in members:
                lines.add_row(mutant.change, near(mutant.place))
            print_table(out, lines)
            out.print()
        out.print(
            f"{len(suite.walks)} tests notice {len(mutants) - len(survivors)} of"
            f" {len(mutants)} changes ({share:.1%})"
        )
    if fail_under is not None and share * 100 < fail_under:
        context.exit(TOO_FEW)
