"""``policy compare --population``: what a change of the law does to a population."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.progress import Progress
from rich.text import Text

from policy.cli.options import book_named
from policy.cli.printing import console, print_json, print_table, table, write_text
from policy.comparing.named import scenario_of
from policy.comparing.population import compare_population
from policy.comparing.report import charts_of, headline, markdown, page, tables_of
from policy.errors import Location, PolicyError, Problem
from policy.legislation.reforms.changed import changed_in, days_changed
from policy.legislation.units import shown
from policy.population.frame import read_population
from policy.scenario.calculation import asked_period, check_covered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policy.book import StatuteBook
    from policy.cli.options import Changes
    from policy.comparing.population import Effect
    from policy.population.frame import Population

_PAGE, _MARKDOWN = ".html", ".md"
#: How many changes of the law a report names.
_LISTED = 12


def effect_of_change(
    changes: Changes,
    book: str | None,
    file: str,
    period: str | None,
    measured: str,
    by: Sequence[str],
    along: Sequence[str],
    target: str | None,
    cases: str | None,
    *,
    as_json: bool,
) -> None:
    """Compare a population, print what comes of it, and write it to files.

    Raises:
        PolicyError: the population cannot be read or calculated, or a file cannot be written.

    """
    if book is None or period is None:
        raise click.UsageError("A population needs --book and --period.")
    if target and Path(target).suffix not in {_PAGE, _MARKDOWN}:
        raise click.UsageError("--to takes a file that ends in .html or .md")
    before = book_named(book)
    after = changes.of(before)
    when = asked_period(period)
    check_covered(before, when)
    population = read_population(after, file)
    out = console()
    quiet = as_json or not out.is_terminal

    with Progress(console=out, transient=True, disable=quiet) as progress:
        task = progress.add_task("both laws", total=2)

        def watch(done: int) -> None:
            progress.update(task, completed=done)

        effect = compare_population(before, after, population, when, measured, by, along, watch)
    title, notes = _said(before, after, population, file, effect)
    tables = tables_of(after, effect)
    if target:
        if Path(target).suffix == _PAGE:
            text = page(title, notes, tables, lambda: charts_of(after, effect))
        else:
            text = markdown(title, notes, tables)
        write_text(Path(target), text)
    if cases:
        _write_cases(Path(cases), after, population, effect)
    if as_json:
        versions = {"before": before.version, "after": after.version}
        print_json(
            {"title": title, "headline": notes[0], "law_version": versions, **effect.to_dict()}
        )
        return
    out.print(Text(title, style="bold"))
    for note in notes:
        out.print(note)
    for each in tables:
        out.print(Text(f"\n{each['title']}", style="bold"))
        lines = table(*each["heads"], numbers=each["heads"][1:])
        for row in each["rows"]:
            lines.add_row(*row)
        print_table(out, lines)
    for written in filter(None, (target, cases)):
        out.print(f"\nWritten: {written}")


def _said(
    before: StatuteBook,
    after: StatuteBook,
    population: Population,
    file: str,
    effect: Effect,
) -> tuple[str, list[str]]:
    titles = [each.title for each in after.reforms]
    known = [f"the law as known on {after.known_on}"] if after.known_on else []
    person = after.system.person_entity
    count = len(population.ids[person.key])
    stands = sum(population.weights[person.key])
    read = before.read_before(str(asked_period(effect.period).stop))
    return f"{'; '.join([*titles, *known])}, in {effect.period}", [
        headline(after, effect),
        f"{count:,} {person.plural} of {Path(file).name}, which stand for {stands:,.0f}.",
        f"Law: {before.version}, against {after.version}.",
        *_changes(before, after),
        *([read] if read else []),
        f"A gain is a rise of {after.variable(effect.measured).label}: of a charge, more to pay.",
        "A difference of less than half a cent counts as none. Nobody is taken to act otherwise"
        " because of the change.",
    ]


def _changes(before: StatuteBook, after: StatuteBook) -> list[str]:
    """Say what reforms change: parameters with their values, variables with another formula."""
    if after.known_on:  # (what was passed later, of which there is much)
        return []
    said = []
    for name, day in days_changed(after):
        known = [law.parameter(name) for law in (before, after)]
        values = [each and each.at(day) for each in known]
        old, new = (shown(each.value, "") if each else "none" for each in values)
        label = next(each.label for each in reversed(known) if each)
        if old != new:
            said.append(f"{label}: {old} → {new} from {day}")
    changed = changed_in(after)
    for name in sorted(changed.variables) if changed else ():
        said.append(f"{after.variable(name).label or name}: another formula")
    more = f"; and {len(said) - _LISTED} more" if len(said) > _LISTED else ""
    return [f"What changes: {'; '.join(said[:_LISTED])}{more}."] if said else []


def _write_cases(folder: Path, law: StatuteBook, population: Population, effect: Effect) -> None:
    kinds: dict[str, Any] = {"gainer": effect.gainers, "loser": effect.losers}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PolicyError(
            Problem(f"cannot be made: {error.strerror}", Location(str(folder)))
        ) from None
    for kind, named in kinds.items():
        for number, each in enumerate(named, 1):
            text = scenario_of(law, population, effect, each)
            write_text(folder / f"{kind}_{number:02}.yaml", text)
