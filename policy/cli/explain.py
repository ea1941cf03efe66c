"""``policy explain``: why the law gives an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click
from rich.text import Text
from rich.tree import Tree

from policy.cli.options import (
    Changes,
    book_of,
    book_option,
    depth_option,
    json_option,
    law_options,
    period_option,
    scenario_argument,
)
from policy.cli.printing import (
    Sources,
    cited,
    console,
    print_assumptions,
    print_json,
    print_sources,
)
from policy.documents import read_document
from policy.legislation.units import shown

if TYPE_CHECKING:
    from policy.explain.explanation import Explanation, Step


@click.command(
    epilog="""\b
Examples:
  policy explain family.yaml child_allowance
  policy explain family.yaml child_allowance --depth 5
  policy explain family.yaml entitled_to_child_allowance --for juku
  policy explain family.yaml family_benefits --period 2026-09 --json
  policy explain family.yaml child_allowance --reform higher_allowance.yaml
"""
)
@scenario_argument
@click.argument("variable", metavar="VARIABLE")
@click.option("--for", "instance", metavar="ID", help="The person or group, if there are several.")
@depth_option
@click.option(
    "--everything",
    is_flag=True,
    help="Also show steps that rest on assumed facts alone, and members who add nothing.",
)
@book_option
@law_options
@period_option
@json_option
def command(
    file: str,
    variable: str,
    instance: str | None,
    depth: int,
    everything: bool,
    book: str | None,
    changes: Changes,
    period: str | None,
    as_json: bool,
) -> None:
    """Explain the answer VARIABLE of the scenario in FILE.

    A tree leads from the answer down to the facts and the values of the law it follows from, each
    with its section. Facts that the scenario does not give, and that would make a difference, are
    listed after it. A value of the law that was not read in the law itself is marked with the grade
    of its source: official, secondary or derived.
    """
    document = read_document(file)
    explanation = changes.of(book_of(document, book)).explain(
        document, variable, instance, period, everything=everything
    )
    if as_json:
        print_json(explanation.to_dict())
    else:
        print_explanation(explanation, depth)


@dataclass
class _Printed:
    """What the tree has shown so far.

    Attributes:
        period: the period of the answer; a step of another one names it.
        sources: the number of each reference.
        opened: the steps whose own steps are shown.
        hidden: steps were left out below the depth asked for.

    """

    period: str
    sources: Sources = field(default_factory=dict)
    opened: set[tuple[str, str, str]] = field(default_factory=set)
    hidden: bool = False


def print_explanation(explanation: Explanation, depth: int, **assumed: str) -> None:
    """Print an answer with its reasons, down to a depth, its sources, and what was assumed."""
    out = console()
    printed = _Printed(explanation.answer.period)
    tree = Tree(_line(explanation.answer, printed))
    _grow(tree, explanation.answer, depth, printed)
    out.print(tree)
    if printed.hidden:
        out.print(f"\n(+ N): N more steps behind this one, shown with --depth {depth + 1} or more.")
    print_sources(out, printed.sources)
    print_assumptions(out, explanation.assumptions, **assumed)
    out.print(Text(f"\nLaw: {explanation.law_version}", style="dim"))


def _grow(branch: Tree, step: Step, depth: int, printed: _Printed) -> None:
    printed.opened.add((step.name, step.id, step.period))
    for reason in step.steps:
        line = _line(reason, printed)
        grown = branch.add(line)
        if depth > 1:
            _grow(grown, reason, depth - 1, printed)
        elif reason.steps:
            line.append(f" (+ {sum(1 for _ in reason.walk()) - 1})", style="dim")
            printed.hidden = True


def _line(step: Step, printed: _Printed) -> Text:
    parameter = step.kind == "parameter"
    other = not parameter and step.period != printed.period
    named = ", ".join(filter(None, (step.id, step.period if other else "")))
    line = Text(f"{step.label} ({named}): " if named else f"{step.label}: ")
    line.append(shown(step.value, step.unit), style="bold")
    if parameter:
        line.append(f" since {step.period}")
    if step.section:
        line.append(f", {step.section}", style="dim")
    if parameter:
        line.append(f" {cited(step.references, printed.sources)}", style="dim")
        if step.source not in {"law", ""}:
            line.append(f", {step.source} source", style="yellow")
    said = {"assumed": ", not given, assumed", "replaced": ", as the scenario gives it"}
    line.append(said.get(step.kind, ""), style="yellow")
    if step.repeated and (step.name, step.id, step.period) in printed.opened:
        line.append(", see above", style="dim")
    return line
