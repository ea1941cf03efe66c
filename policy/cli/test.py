"""``policy test``: run scenario tests."""

from __future__ import annotations

import sys
import time
from contextlib import nullcontext, redirect_stdout
from typing import TYPE_CHECKING

import click
from rich.padding import Padding
from rich.progress import track
from rich.tree import Tree

import policy
from policy.cli.options import book_named, book_option, json_option
from policy.cli.printing import console, near, print_json, shown
from policy.errors import PolicyError, Problem
from policy.garbage import kept
from policy.legislation.packages import Package
from policy.testing.changed import affected
from policy.testing.merging import verdicts
from policy.testing.openfisca_suites import Choice, read_openfisca_cases
from policy.testing.passes import Passes
from policy.testing.reasons import Reason, reason_of
from policy.testing.reports import as_data, write_junit
from policy.testing.runner import read_cases, scenario_files
from policy.testing.workers import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from rich.console import Console

    from policy.book import StatuteBook
    from policy.explain.explanation import Step
    from policy.testing.cases import Case, Verdict

#: Exit codes: a test failed; a file cannot be read as tests.
FAILED, BROKEN = 1, 2


@click.command(
    epilog="""\b
Examples:
  policy test
  policy test tests/scenarios/estonia/child_allowance.yaml
  policy test my-tests/ --book estonia -k twins
  policy test --changed --since main
  policy test tests/ --package openfisca_country_template""",
)
@click.argument("paths", nargs=-1, type=click.Path())
@book_option
@click.option("-k", "-n", "--name", "word", default="", help="Only tests whose name holds this.")
@click.option("--changed", is_flag=True, help="Only tests that what changed in git can affect.")
@click.option("--since", default="HEAD", metavar="REV", help="Changed since this commit.")
@click.option(
    "--isolate", is_flag=True, help="Run each test alone; slower, with the same verdicts."
)
@click.option("--junit", metavar="FILE", type=click.Path(), help="Also write JUnit XML.")
@json_option
@click.option(
    "--package",
    metavar="NAME",
    help="PATHS are tests of this OpenFisca country package, as 'openfisca test' reads them.",
)
@click.option("--float32", is_flag=True, help="With --package: amounts in OpenFisca's float32.")
@click.option("-r", "--reform", "reforms", multiple=True, help="With --package: apply a reform.")
@click.option(
    "-e", "--extension", "extensions", multiple=True, help="With --package: load an extension."
)
@click.option(
    "-o", "--only-variables", multiple=True, help="With --package: compare this variable alone."
)
@click.option(
    "-i", "--ignore-variables", multiple=True, help="With --package: do not compare this variable."
)
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    book: str | None,
    word: str,
    changed: bool,
    since: str,
    isolate: bool,
    junit: str | None,
    as_json: bool,
    package: str | None,
    float32: bool,
    reforms: tuple[str, ...],
    extensions: tuple[str, ...],
    only_variables: tuple[str, ...],
    ignore_variables: tuple[str, ...],
) -> None:
    """Run the scenario tests in PATHS (files or folders); without PATHS those of the book, or all.

    Tests are run side by side, with the verdict that each has alone. Exits with 1 if a test fails,
    with 2 if a file cannot be read as tests.
    """
    start = time.perf_counter()
    out = console()
    with kept():
        if package:
            choice = Choice(word, frozenset(only_variables), frozenset(ignore_variables))
            tested = Package(package, float32, extensions, reforms)
            own = tested.law().sources.scenarios
            files = scenario_files(paths or [own])
            cases, unread = _read(files, lambda file: read_openfisca_cases(file, tested, choice))
        else:
            law = book_named(book) if book else None
            files = scenario_files(paths) if paths else _own_files(law)
            cases, unread = _read(files, lambda file: read_cases(file, law))
            cases = [case for case in cases if word.lower() in case.name.lower()]
    if not cases and not unread:
        unread.append(Problem("no test was found", remedy="check PATHS and -k"))
    every = len(cases)
    if changed:
        cases = affected(cases, since)
    watched = out.is_terminal and not as_json
    running = track(
        verdicts(cases, isolate=isolate, processes=cores()),
        "tests",
        total=len(cases),
        console=out,
        transient=True,
        disable=not watched,
    )
    with nullcontext() if watched else redirect_stdout(sys.stderr):  # (what formulas print)
        found = {id(verdict.case): verdict for verdict in running}
        ordered = [found[id(case)] for case in cases]
        reasons = _reasons(ordered)
    seconds = time.perf_counter() - start
    if junit:
        write_junit(junit, ordered, reasons, unread, seconds)
    if as_json:
        print_json(as_data(ordered, reasons, unread, seconds))
    else:
        _print(out, ordered, reasons, unread)
        left = f", {every - len(cases)} not affected" if changed else ""
        out.print(f"{_summary(ordered, unread)}{left} in {len(files)} files, {seconds:.1f} s")
    failed = any(verdict.differences for verdict in ordered)
    broken = unread or any(verdict.problems for verdict in ordered)
    context.exit(BROKEN if broken else FAILED if failed else 0)


def _own_files(law: StatuteBook | None) -> list[Path]:
    """List the test files of a book, or of all books."""
    books = [law] if law else [policy.load(name) for name in policy.books()]
    return [file for book in books for file in book.scenarios]


def _read(
    files: Sequence[Path], read: Callable[[Path], Iterable[Case]]
) -> tuple[list[Case], list[Problem]]:
    cases: list[Case] = []
    problems: list[Problem] = []
    for file in files:
        try:
            cases += read(file)
        except PolicyError as error:
            problems += error.problems
    return cases, problems


def _reasons(verdicts: Sequence[Verdict]) -> list[list[Reason]]:
    """Return why cases fail, those that do; keep the law that the others passed with."""
    passes = Passes()
    reasons = []
    for verdict in (each for each in verdicts if each.differences):
        before = passes.before(verdict.case)
        reasons.append([reason_of(verdict.case, each, before) for each in verdict.differences])
    passes.record(verdicts)
    return reasons


def _summary(verdicts: Sequence[Verdict], unread: Sequence[Problem]) -> str:
    passed = sum(verdict.passed for verdict in verdicts)
    failed = sum(bool(verdict.differences) for verdict in verdicts)
    errors = len(unread) + sum(len(verdict.problems) for verdict in verdicts)
    return f"{passed} passed, {failed} failed, {errors} errors"


def _print(
    out: Console,
    verdicts: Sequence[Verdict],
    reasons: Sequence[Sequence[Reason]],
    unread: Sequence[Problem],
) -> None:
    failed = (verdict for verdict in verdicts if verdict.differences)
    for verdict, why in zip(failed, reasons, strict=True):
        out.print(f"FAILED {verdict.case.name}", style="bold")
        for difference, reason in zip(verdict.differences, why, strict=True):
            out.print(f"  {difference}")
            _print_reason(out, reason)
    for problem in (*unread, *(p for verdict in verdicts for p in verdict.problems)):
        out.print(f"ERROR {problem}", style="bold")


def _print_reason(out: Console, reason: Reason) -> None:
    if reason.answer and reason.answer.steps:
        tree = Tree("because", guide_style="dim")
        _grow(tree, reason.answer)
        out.print(Padding(tree, (0, 0, 0, 2), expand=False))
    if reason.changed:
        place = f"; {near(reason.place.file)}:{reason.place.line}" if reason.place.file else ""
        out.print(f"  {reason.changed}{place}", style="yellow")
    if reason.parting:
        out.print(f"  {reason.parting}", style="yellow")


def _grow(branch: Tree, step: Step) -> None:
    for each in step.steps:
        of = f" ({each.id})" if each.id else ""
        section = f", {each.section}" if each.section else ""
        line = f"{each.label}{of}: {shown(each.value, each.unit)}{section}"
        _grow(branch.add(line), each)
