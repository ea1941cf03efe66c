"""``policy test``: run scenario tests."""

from __future__ import annotations

import time
from typing import Any

import click
from rich.progress import track

from policy.cli.options import book_named, book_option, json_option
from policy.cli.printing import console, print_json
from policy.errors import PolicyError, Problem
from policy.testing.runner import Case, Difference, read_cases, scenario_files

#: Exit codes: a test failed; a file cannot be read as tests.
FAILED, BROKEN = 1, 2


@click.command(
    epilog="""\b
Examples:
  policy test
  policy test tests/scenarios/estonia/child_allowance.yaml
  policy test my-tests/ --book estonia -k twins""",
)
@click.argument("paths", nargs=-1, type=click.Path())
@book_option
@click.option("-k", "word", default="", help="Only tests whose name holds this word.")
@json_option
@click.pass_context
def command(
    context: click.Context, paths: tuple[str, ...], book: str | None, word: str, as_json: bool
) -> None:
    """Run the scenario tests in PATHS (files or folders); without PATHS those of the book.

    Exits with 1 if a test fails, with 2 if a file cannot be read as tests.
    """
    start = time.perf_counter()
    law = book_named(book) if book or not paths else None
    files = scenario_files(paths) if paths else (law.scenarios if law else [])
    cases, problems = _read(files, law)
    cases = [case for case in cases if word.lower() in case.name.lower()]
    if not cases and not problems:
        problems.append(Problem("no test was found", remedy="check PATHS and -k"))
    failed: list[tuple[Case, tuple[Difference, ...]]] = []
    out = console()
    shown = track(
        cases, "tests", console=out, transient=True, disable=as_json or not out.is_terminal
    )
    for case in shown:
        try:
            differences = case.run()
        except PolicyError as error:
            problems += error.problems
            continue
        if differences:
            failed.append((case, differences))
    seconds = time.perf_counter() - start
    passed = len(cases) - len(failed)
    if as_json:
        print_json(_as_data(cases, failed, problems, seconds))
    else:
        for case, differences in failed:
            out.print(f"FAILED {case.name}", style="bold")
            for difference in differences:
                out.print(f"  {difference}")
        for problem in problems:
            out.print(f"ERROR {problem}", style="bold")
        out.print(
            f"{passed} passed, {len(failed)} failed, {len(problems)} errors"
            f" in {len(files)} files, {seconds:.1f} s"
        )
    context.exit(BROKEN if problems else FAILED if failed else 0)


def _read(files: Any, law: Any) -> tuple[list[Case], list[Problem]]:
    cases: list[Case] = []
    problems: list[Problem] = []
    for file in files:
        try:
            cases += read_cases(file, law)
        except PolicyError as error:
            problems += error.problems
    return cases, problems


def _as_data(
    cases: list[Case],
    failed: list[tuple[Case, tuple[Difference, ...]]],
    problems: list[Problem],
    seconds: float,
) -> dict[str, Any]:
    return {
        "passed": len(cases) - len(failed),
        "failed": [
            {"name": case.name, "differences": [d.to_dict() for d in differences]}
            for case, differences in failed
        ],
        "errors": [problem.to_dict() for problem in problems],
        "seconds": round(seconds, 3),
    }
