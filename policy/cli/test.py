"""``policy test``: run scenario tests."""

from __future__ import annotations

import sys
import time
from contextlib import nullcontext, redirect_stdout
from typing import TYPE_CHECKING, cast

import click
from rich.padding import Padding
from rich.progress import track
from rich.tree import Tree

import policy
from policy.cli.options import Changes, book_named, book_option, json_option, law_options
from policy.cli.printing import console, counted, near, print_json
from policy.errors import PolicyError, Problem
from policy.garbage import kept
from policy.legislation.packages import Package
from policy.legislation.units import shown
from policy.testing.changed import affected
from policy.testing.merging import verdicts
from policy.testing.openfisca_suites import Choice, read_openfisca_cases
from policy.testing.passes import Passes
from policy.testing.reasons import Reason, reason_of
from policy.testing.reports import as_data, write_junit
from policy.testing.runner import read_cases, scenario_files
from policy.testing.under_reform import changed_answers, write_expected
from policy.testing.workers import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from rich.console import Console

    from policy.book import StatuteBook
    from policy.explain.explanation import Step
    from policy.testing.cases import Case, Verdict
    from policy.testing.under_reform import Answer

#: Exit codes: a test failed; a file cannot be read as tests.
FAILED, BROKEN = 1, 2


@click.command(
    epilog="""\b
Examples:
  policy test
  policy test tests/scenarios/estonia/child_allowance.yaml
  policy test my-tests/ --book estonia -k twins
  policy test --changed --since main
  policy test --book estonia --reform higher_allowance.yaml --write new-tests
  policy test tests/ --package openfisca_country_template""",
)
@click.argument("paths", nargs=-1, type=click.Path())
@book_option
@law_options
@click.option("-k", "-n", "--name", "word", default="", help="Only tests whose name holds this.")
@click.option("--changed", is_flag=True, help="Only tests that what changed in git can affect.")
@click.option("--since", default="HEAD", metavar="REV", help="Changed since this commit.")
@click.option(
    "--isolate", is_flag=True, help="Run each test alone; slower, with the same verdicts."
)
@click.option("--junit", metavar="FILE", type=click.Path(), help="Also write JUnit XML.")
@click.option(
    "--write",
    metavar="FOLDER",
    type=click.Path(file_okay=False),
    help="With --reform: write copies of the tests that expect its answers to this folder.",
)
@json_option
@click.option(
    "--package",
    metavar="NAME",
    help="PATHS are tests of this OpenFisca country package, as 'openfisca test' reads them.",
)
@click.option("--float32", is_flag=True, help="With --package: amounts in OpenFisca's float32.")
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
    changes: Changes,
    word: str,
    changed: bool,
    since: str,
    isolate: bool,
    junit: str | None,
    write: str | None,
    as_json: bool,
    package: str | None,
    float32: bool,
    extensions: tuple[str, ...],
    only_variables: tuple[str, ...],
    ignore_variables: tuple[str, ...],
) -> None:
    """Run the scenario tests in PATHS (files or folders); without PATHS those of the book, or all.

    Tests are run side by side, with the verdict that each has alone. Exits with 1 if a test fails,
    with 2 if a file cannot be read as tests.

    With --reform, or --as-known-on, the answers that change are listed, and the tests that fail
    for it.
    """
    start = time.perf_counter()
    out = console()
    with kept():
        if package:
            choice = Choice(word, frozenset(only_variables), frozenset(ignore_variables))
            tested = Package(package, float32, extensions, changes.reforms)
            own = tested.law().sources.scenarios
            files = scenario_files(paths or [own])
            cases, unread = _read(files, lambda file: read_openfisca_cases(file, tested, choice))
        else:
            law = book_named(book) if book else None
            files = scenario_files(paths) if paths else _own_files(law)
            cases, unread = _read(files, lambda file: read_cases(file, law, changes.of))
            cases = [case for case in cases if word.lower() in case.name.lower()]
    if not cases and not unread:
        unread.append(Problem("no test was found", remedy="check PATHS and -k"))
    every = len(cases)
    if changed:
        cases = affected(cases, since)
    watched = out.is_terminal and not as_json
    laid = bool(changes) and not package
    if write and not laid:
        raise click.UsageError("--write is for tests under --reform or --as-known-on")
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
        answers = _changed(ordered) if laid else []
        reasons = [] if laid else _reasons(ordered)
    seconds = time.perf_counter() - start
    failed = any(verdict.differences for verdict in ordered)
    broken = unread or any(verdict.problems for verdict in ordered)
    if laid:
        _report_changes(out, ordered, answers, unread, write, as_json=as_json)
        context.exit(BROKEN if broken else FAILED if failed else 0)
    if junit:
        write_junit(junit, ordered, reasons, unread, seconds)
    if as_json:
        print_json(as_data(ordered, reasons, unread, seconds))
    else:
        _print(out, ordered, reasons, unread)
        left = f", {every - len(cases)} not affected" if changed else ""
        out.print(
            f"{_summary(ordered, unread)}{left} in {counted(len(files), 'file')}, {seconds:.1f} s"
        )
    context.exit(BROKEN if broken else FAILED if failed else 0)


def _changed(after: Sequence[Verdict]) -> list[Answer]:
    """Return the answers that are others than without the changes."""
    olds = [each.case.under(_plain(each.case)) for each in after]
    before = {id(v.case): v for v in verdicts(filter(None, olds), processes=cores())}
    pairs = zip(olds, after, strict=True)
    return changed_answers((before[id(old)], new) for old, new in pairs if old is not None)


def _plain(case: Case) -> StatuteBook:
    return cast("StatuteBook", case.law.base or case.law)


def _report_changes(
    out: Console,
    verdicts: Sequence[Verdict],
    answers: Sequence[Answer],
    unread: Sequence[Problem],
    write: str | None,
    *,
    as_json: bool,
) -> None:
    """Tell which answers change, and write tests that expect the new ones."""
    written = write_expected(write, answers) if write else []
    problems = [*unread, *(problem for verdict in verdicts for problem in verdict.problems)]
    failed = [verdict for verdict in verdicts if verdict.differences]
    cases = {id(each.case): each.case.name for each in answers}
    counts = {
        "tests": len(verdicts),
        "changed": len(cases),
        "failed": len(failed),
        "errors": len(problems),
    }
    if as_json:
        print_json(
            counts
            | {
                "answers": [each.to_dict() for each in answers],
                "problems": [each.to_dict() for each in problems],
                "written": [str(path) for path in written],
            }
        )
        return
    for number, name in cases.items():
        out.print(f"CHANGED {name}", style="bold")
        for each in (each for each in answers if id(each.case) == number):
            out.print(f"  {each}")
    for verdict in failed:
        if id(verdict.case) not in cases:
            out.print(f"FAILED {verdict.case.name}, with and without the change", style="bold")
    for problem in problems:
        out.print(f"ERROR {problem}", style="bold")
    for path in written:
        out.print(f"Written: {path}")
    out.print(", ".join(f"{count} {what}" for what, count in counts.items()))


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
