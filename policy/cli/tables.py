"""``policy calculate TABLE``: what the law gives for each row of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from policy.cli.options import book_named
from policy.cli.printing import console, counted, print_json, print_table, table
from policy.legislation.units import shown
from policy.population.rows import calculate_rows
from policy.population.tables import read_table, write_table

if TYPE_CHECKING:
    from rich.console import Console

    from policy.book import StatuteBook
    from policy.cli.options import Changes
    from policy.population.rows import RowsResult

#: How many rows, and how many mistakes, are printed; a file holds them all.
_SHOWN = 20
_SOME_WRONG = 1


def calculate_table(
    file: str,
    book: str | None,
    changes: Changes,
    period: str | None,
    outputs: tuple[str, ...],
    target: str | None,
    *,
    as_json: bool,
) -> None:
    """Calculate a table, print it or write it, and exit with 1 if something in it was wrong.

    Raises:
        PolicyError: the table cannot be read, or nothing in it can be calculated.

    """
    rows = read_table(file)

    def fits(law: StatuteBook) -> float:
        entities = {"id", *(entity.key for entity in law.system.entities)}
        return sum(name in law.variables or name in entities for name in rows.columns)

    result = calculate_rows(changes.of(book_named(book, fits)), rows, outputs or None, period)
    if target is not None:
        write_table(target, result.columns(), result.rows())
    if as_json:
        print_json(result.to_dict())
    else:
        _print(console(), result, target, everything=bool(outputs))
    if result.problems:
        click.get_current_context().exit(_SOME_WRONG)


def _print(out: Console, result: RowsResult, target: str | None, *, everything: bool) -> None:
    law, entity = result.law, result.law.system.person_entity
    out.print(Text(f"{law.title}, {result.period}", style="bold"), end="\n\n")
    columns = [name for name in result.of_rows if everything or result.answers[name].any()]
    heads = [law.variable(name).label or name for name in columns]
    lines = table(entity.label, *heads, numbers=heads)
    for index, name in enumerate(result.ids[:_SHOWN]):
        lines.add_row(name, *(_cell(result, each, index) for each in columns))
    lines.add_section()
    lines.add_row("Total", *(_total(result, name) for name in columns), style="bold")
    print_table(out, lines)
    more = len(result.ids) - _SHOWN
    if more > 0 and target is None:
        out.print(f"\n{more:,} more rows: --to FILE writes all of them.")
    _print_groups(out, result)
    if target is not None:
        out.print(f"\n{len(result.table.rows):,} rows written to {target}.")
    for name in result.outputs:
        if result.missing(name):
            label = law.variable(name).label or name
            out.print(f"\nNote: {label} is not known for {result.missing(name):,} of them.")
    if result.problems:
        count = len(result.problems)
        out.print(f"\n{counted(count, 'mistake')}; {_left_out(result)}:")
        for problem in result.problems[:_SHOWN]:
            out.print(str(problem), soft_wrap=True)
        if count > _SHOWN:
            out.print(f"… and {count - _SHOWN:,} more, with --json or --to FILE")
    out.print(Text(f"\nLaw: {law.version}", style="dim"))


def _left_out(result: RowsResult) -> str:
    """Say what is not calculated for mistakes: rows that hold one, columns that are none."""
    lines = set(result.table.lines)
    of_rows = {problem.location.line in lines for problem in result.problems}
    said = {
        True: "rows that hold one are not calculated",
        False: "a column that cannot be used is left out, and rows are calculated without it",
    }
    return "; ".join(said[each] for each in (True, False) if each in of_rows)


def _print_groups(out: Console, result: RowsResult) -> None:
    for key, ids in result.groups.items():
        entity = next(each for each in result.law.system.group_entities if each.key == key)
        names = [
            name
            for name in result.of_groups
            if result.law.variable(name).entity.key == key and result.answers[name].any()
        ]
        if not names:
            continue
        heads = [result.law.variable(name).label or name for name in names]
        lines = table(entity.label, *heads, numbers=heads)
        for index, name in enumerate(ids[:_SHOWN]):
            lines.add_row(name, *(_cell(result, each, index) for each in names))
        if len(ids) > 1:
            lines.add_section()
            lines.add_row("Total", *(_total(result, name) for name in names), style="bold")
        out.print()
        print_table(out, lines)


def _cell(result: RowsResult, name: str, index: int) -> str:
    value = result.value(name, index)
    return "not known" if value is None else shown(value, result.law.variable(name).unit or "")


def _total(result: RowsResult, name: str) -> str:
    if result.answers[name].dtype.kind != "f":
        return ""
    total = shown(result.total(name), result.law.variable(name).unit or "")
    missing = result.missing(name)
    return f"{total}, without {missing:,} not known" if missing else total
