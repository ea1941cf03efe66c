"""``policy mutate``: whether tests notice small changes of the law."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import click
from rich.progress import track
from rich.text import Text

from policy.cli.options import (
    Changes,
    book_argument,
    book_named,
    cases_of,
    json_option,
    law_options,
    suite_argument,
)
from policy.cli.printing import console, near, print_json, print_table, table
from policy.coverage.accepted import read_accepted
from policy.coverage.mutation import Mutant, Suite, accept
from policy.coverage.telling import Herd
from policy.errors import PolicyError
from policy.testing.runner import scenario_files

if TYPE_CHECKING:
    from rich.console import Console

#: Fewer mutants are killed than ``--fail-under`` asks.
TOO_FEW = 1


@click.command(
    epilog="""\b
Examples:
  policy mutate estonia
  policy mutate nebraska --reform lb_82
  policy mutate estonia --variable child_allowance_of_child
  policy mutate estonia tests/scenarios/estonia/child_allowance.yaml --fail-under 98 --json
"""
)
@book_argument
@suite_argument
@law_options
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
    book: str | None,
    suite: tuple[str, ...],
    changes: Changes,
    variables: tuple[str, ...],
    fail_under: float | None,
    as_json: bool,
) -> None:
    """Change the BOOK's law in small ways and list the changes that no test in SUITE notices.

    Each number is made a cent, a day, a year or one more and less; each comparison is made strict
    or not strict; each condition is left out. A change that no test notices is listed by section:
    either a test is missing, or the law gives the same without what was changed. Those that give
    the same for every possible case stand in files NAME.accepted.yaml beside the tests, with the
    reason, and are left out. Of each other change the smallest scenario that shows it is looked
    for among many families like those of the tests, and printed ready to paste.

    With --reform only what the reform changes is changed further, and the tests are those that
    name it (``reforms:``).
    """
    law = changes.of(book_named(book))
    for name in variables:
        law.variable(name)
    paths = suite or (str(law.sources.scenarios),)
    accepted = [each for each in read_accepted(paths) if not each.lacks]
    cases = cases_of(law, scenario_files(paths))
    tests = Suite(law, cases)
    mutants = [each for each in tests.mutants() if not variables or each.variable in variables]
    out = console()
    quiet = as_json or not out.is_terminal
    unnoticed = [
        mutant
        for mutant in track(mutants, "changes", console=out, transient=True, disable=quiet)
        if tests.killer(mutant) is None
    ]
    survivors, stale = accept(unnoticed, accepted)
    scenarios: dict[Mutant, str | None] = {}
    families = 0
    if survivors:
        herd = Herd(law, cases)
        families = herd.families
        for mutant in track(survivors, "scenarios", console=out, transient=True, disable=quiet):
            scenarios[mutant] = herd.scenario(mutant)
    aside = len(unnoticed) - len(survivors)
    total = len(mutants) - aside
    share = 1 - len(survivors) / total if total else 1.0
    if as_json:
        print_json(
            {
                "law_version": law.version,
                "changes": len(mutants),
                "noticed": len(mutants) - len(unnoticed),
                "accepted": aside,
                "families": families,
                "survivors": [
                    {**mutant.to_dict(), "scenario": scenarios[mutant]} for mutant in survivors
                ],
            }
        )
    else:
        _print(out, scenarios, families)
        out.print(
            f"{len(tests.walks)} tests notice {total - len(survivors)} of {total} changes"
            f" ({share:.1%}){f'; {aside} more are accepted' if aside else ''}"
        )
    if stale and not suite and not variables and law.base is None:
        raise PolicyError(*(each.stale() for each in stale))
    if fail_under is not None and share * 100 < fail_under:
        context.exit(TOO_FEW)


def _print(out: Console, scenarios: dict[Mutant, str | None], families: int) -> None:
    by_section: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in scenarios:
        by_section[mutant.section].append(mutant)
    for section, members in sorted(by_section.items()):
        out.print(Text(section or "No section", style="bold"))
        lines = table("Change that no test notices", "Where", "Shown by")
        for mutant in members:
            shown = "the scenario below" if scenarios[mutant] else f"none of {families:,} families"
            lines.add_row(mutant.change, near(mutant.place), shown)
        print_table(out, lines)
        out.print()
        for mutant in members:
            if scenarios[mutant]:
                click.echo(f"# Check the output against {section}.\n{scenarios[mutant]}")
