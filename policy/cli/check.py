"""``policy check``: what is wrong in the files of a statute book."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

import policy
from policy.cli.options import json_option
from policy.cli.printing import near, print_json
from policy.graph.drawing import changing_formulas, no_expressions
from policy.legislation.checks import check_book, check_package
from policy.loading import find
from policy.registers import sources

if TYPE_CHECKING:
    from policy.errors import Problem
    from policy.legislation.checks import Report

#: Exit code when a check found something.
FOUND = 1


@click.command(
    epilog="""\b
Examples:
  policy check
  policy check estonia
  policy check path/to/folder --json

\b
Exit codes: 0 nothing is wrong; 1 something is; 2 bad usage.
"""
)
@click.argument("books", metavar="[BOOK]...", nargs=-1)
@json_option
@click.pass_context
def command(context: click.Context, books: tuple[str, ...], as_json: bool) -> None:
    """Check the files of statute books: parameters, their sources and dates, and formulas.

    BOOK is a name, a folder, or an installed OpenFisca country package (whose formulas alone are
    checked); without it all books of the library. Each defect is a line: file, line, column, key,
    what is wrong, what to do.
    """
    reports = {name: _check(name) for name in books or policy.books()}
    if as_json:
        print_json({name: _as_data(report) for name, report in reports.items()})
    else:
        for name, report in reports.items():
            for problem in report.problems:
                click.echo(str(_near(problem)))
            count = len(report.problems)
            found = f"{count} problem{'s' if count > 1 else ''}" if count else "nothing is wrong"
            click.echo(
                f"{name}: {found}"
                + (f" (not checked: {report.left_out})" if report.left_out else "")
            )
    context.exit(FOUND if any(report.problems for report in reports.values()) else 0)


def _check(name: str) -> Report:
    book = find(name)
    report = check_book(*book) if book else check_package(policy.load(name))
    if not report.law or report.law_fails:
        return report
    of_formulas = changing_formulas(report.law)
    of_book = [*no_expressions(report.law), *sources.check(report.law)] if book else []
    return report.also([*of_formulas, *of_book])


def _as_data(report: Report) -> dict[str, Any]:
    problems = [_near(problem).to_dict() for problem in report.problems]
    return {"problems": problems, "not_checked": report.left_out}


def _near(problem: Problem) -> Problem:
    location = replace(problem.location, file=near(problem.location.file))
    return replace(problem, location=location)
