"""``policy explain``: why the law gives an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text
from rich.tree import Tree

from policy.cli.options import (
    book_of,
    book_option,
    json_option,
    period_option,
    scenario_argument,
)
from policy.cli.printing import console, print_json, shown
from policy.documents import read_document

if TYPE_CHECKING:
    from policy.explain.explanation import Explanation, Step
    from policy.legislation.parameters import Reference


@click.command(
    epilog="""\b
Examples:
  policy explain family.yaml child_allowance
  policy explain family.yaml entitled_to_child_allowance --for juku
  policy explain family.yaml family_benefits --period 2026-09 --json
"""
)
@scenario_argument
@click.argument("variable", metavar="VARIABLE")
@click.option("--for", "instance", metavar="ID", help="The person or group, if there are several.")
@click.option(
    "--depth",
    metavar="N",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="How many levels of steps to show.",
)
@book_option
@period_option
@json_option
def command(
    file: str,
    variable: str,
    instance: str | None,
    depth: int,
    book: str | None,
    period: str | None,
    as_json: bool,
) -> None:
    """Explain the answer VARIABLE of the scenario in FILE.

    A tree leads from the answer down to the facts and the values of the law it follows from, each
    with its section. A fact marked "not given, assumed" is not in the scenario. A value of the law
    that does not stand in the law itself is marked with the grade of its source: official,
    secondary or derived.
    """
    document = read_document(file)
    explanation = book_of(document, book).explain(document, variable, instance, period)
    if as_json:
        print_json(explanation.to_dict())
    else:
        _print(explanation, depth)


def _print(explanation: Explanation, depth: int) -> None:
    out = console()
    sources: dict[Reference, int] = {}
    tree = Tree(_line(explanation.answer, sources))
    _grow(tree, explanation.answer, sources, depth)
    out.print(tree)
    if _levels(explanation.answer) > depth:
        out.print(f"\n(+ N): N more steps behind this one, shown with --depth {depth + 1} or more.")
    if sources:
        out.print(Text("\nSources", style="bold"))
    for reference, number in sources.items():
        out.print(f"  [{number}] {reference.title} {reference.href}")
    out.print(Text(f"\nLaw: {explanation.law_version}", style="dim"))


def _levels(step: Step) -> int:
    return max((1 + _levels(reason) for reason in step.steps), default=0)


def _grow(branch: Tree, step: Step, sources: dict[Reference, int], depth: int) -> None:
    for reason in step.steps:
        line = _line(reason, sources)
        if depth > 1:
            _grow(branch.add(line), reason, sources, depth - 1)
            continue
        hidden = sum(1 for _ in reason.walk()) - 1
        branch.add(line.append(f" (+ {hidden})" if hidden else "", style="dim"))


def _line(step: Step, sources: dict[Reference, int]) -> Text:
    parameter = step.kind == "parameter"
    line = Text(f"{step.label} ({step.id}): " if step.id else f"{step.label}: ")
    line.append(shown(step.value, step.unit), style="bold")
    if parameter:
        line.append(f" since {step.period}")
    if step.section:
        line.append(f", {step.section}", style="dim")
    if parameter:
        for reference in step.references:
            line.append(f" [{sources.setdefault(reference, len(sources) + 1)}]", style="dim")
        if step.source not in {"law", ""}:
            line.append(f", {step.source} source", style="yellow")
    if step.kind == "assumed":
        line.append(", not given, assumed", style="yellow")
    if step.repeated:
        line.append(", see above", style="dim")
    return line
