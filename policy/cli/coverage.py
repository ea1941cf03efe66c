"""``policy coverage``: what tests show of a book's law."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
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
from policy.coverage.coverage import Condition, Coverage, cover
from policy.coverage.page import page
from policy.errors import PolicyError, not_written
from policy.testing.runner import scenario_files

if TYPE_CHECKING:
    from rich.console import Console

#: Less is covered than ``--fail-under`` asks.
TOO_LITTLE = 1


@click.command(
    epilog="""\b
Examples:
  policy coverage estonia
  policy coverage estonia --fail-under 100
  policy coverage estonia --html coverage.html
  policy coverage nebraska --reform lb_82
  policy coverage estonia tests/scenarios/estonia/child_allowance.yaml --json
"""
)
@book_argument
@suite_argument
@law_options
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit with 1 if a smaller share of the conditions is covered.",
)
@click.option(
    "--html",
    "html",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True),
    help="Also write a page that shows the lines of each formula beside its section.",
)
@json_option
@click.pass_context
def command(
    context: click.Context,
    book: str | None,
    suite: tuple[str, ...],
    changes: Changes,
    fail_under: float | None,
    html: str | None,
    as_json: bool,
) -> None:
    """Tell what the tests in SUITE, or else all of the BOOK's, show of its law.

    A condition of a formula (a comparison, a role, a yes-or-no fact) is covered if it was seen
    true and seen false, and if turning it around alone changed the variable it belongs to. A
    variable that no test reached counts as one condition that is not covered. What no test can
    show stands in files NAME.accepted.yaml beside the tests, with the reason, and is left out.

    With --reform it is told what the tests that name the reform (``reforms:``) show of what it
    changes.
    """
    law = changes.of(book_named(book))
    paths = suite or (str(law.sources.scenarios),)
    files = scenario_files(paths)
    accepted = [each for each in read_accepted(paths) if each.lacks]
    cases = cases_of(law, files)
    out = console()
    quiet = as_json or not out.is_terminal
    coverage = cover(law, track(cases, "tests", console=out, transient=True, disable=quiet))
    stale = coverage.accept(accepted)
    summary = _summary(coverage, len(cases))
    if html:
        _write(html, page(law, coverage, summary))
    if as_json:
        print_json({"law_version": law.version, **coverage.to_dict()})
    else:
        _print(out, coverage)
        out.print(summary)
    if stale and not suite and law.base is None:
        raise PolicyError(*(each.stale() for each in stale))
    if fail_under is not None and coverage.share * 100 < fail_under:
        context.exit(TOO_LITTLE)


def _print(out: Console, coverage: Coverage) -> None:
    by_variable: dict[str, list[Condition]] = defaultdict(list)
    for condition in sorted(coverage.conditions.values(), key=lambda each: each.place):
        if not condition.covered and condition.reachable:
            by_variable[condition.place.variable].append(condition)
    for variable, conditions in by_variable.items():
        out.print(Text(f"{variable}  {near(conditions[0].place.file)}", style="bold"))
        lines = table("Line", "Condition", "Not shown", numbers=["Line"])
        for each in conditions:
            lines.add_row(str(each.place.line), each.place.text, ", ".join(each.lacks))
        print_table(out, lines)
        out.print()
    _print_names(
        out, "No test reaches", [n for n, reached in coverage.variables.items() if not reached]
    )
    unused = [f"{name} from {start}" for (name, start), used in coverage.values.items() if not used]
    _print_names(out, "No test uses", unused)


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise not_written(path, error, "name a file elsewhere") from None


def _summary(coverage: Coverage, cases: int) -> str:
    reachable = [each for each in coverage.conditions.values() if each.reachable]
    aside = len(coverage.conditions) - len(reachable)
    return (
        f"{cases} tests: {sum(each.covered for each in reachable)} of {len(reachable)} conditions"
        f"{f' and {aside} accepted' if aside else ''}"
        f" ({coverage.share:.1%}), {sum(coverage.variables.values())} of"
        f" {len(coverage.variables)} variables, {sum(coverage.values.values())} of"
        f" {len(coverage.values)} values of parameters, {sum(coverage.sections.values())} of"
        f" {len(coverage.sections)} sections"
    )


def _print_names(out: Console, what: str, names: list[str]) -> None:
    if names:
        out.print(f"{what}: {', '.join(names)}.\n")
