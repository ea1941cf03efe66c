"""Tables of answers along two inputs, as ``docs/tables/BOOK/NAME.yaml`` asks for them."""

from __future__ import annotations

import copy
import datetime
from typing import TYPE_CHECKING, Any

from policy.documents import read_document
from policy.errors import PolicyError
from policy.legislation.checks.form import violations
from policy.legislation.units import is_money, shown
from policy.site.examples import why_of
from policy.site.model import Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from policy.book import StatuteBook
    from policy.documents import Document

PERIOD, NOT_KNOWN = "period", "not known"


def tables_in(
    book: StatuteBook, folder: Path, kept: dict[Any, Table], digest: Any
) -> Iterator[tuple[str, Table]]:
    """Yield the tables of a folder, each with its variable.

    Args:
        book: the statute book.
        folder: where its tables are; none where it does not exist.
        kept: tables made before.
        digest: gives a digest of all that a variable rests on.

    Raises:
        PolicyError: a file is no table, or its answers cannot be calculated.

    """
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        document = read_document(path)
        problems = list(violations(document, "table"))
        if problems:
            raise PolicyError(*problems)
        name = document.data["variable"]
        if name not in book.variables:
            problem = book.unknown("variable", name).problems[0]
            raise PolicyError(document.problem(("variable",), problem.message, problem.remedy))
        key = (book.name, digest(name), repr(document.data))
        if key not in kept:
            kept[key] = _table(book, document)
        yield name, kept[key]


def _table(book: StatuteBook, document: Document) -> Table:
    data = document.data
    rows, columns = data["rows"], data["columns"]
    asked = [
        _scenario(book, document, ((rows, row), (columns, column)))
        for row in rows["values"]
        for column in columns["values"]
    ]
    variable = book.variable(data["variable"])
    values = _values(book, asked, variable.name, data.get("of"))
    answers = [NOT_KNOWN if value is None else shown(value, "") for value in values]
    if is_money(variable.unit or ""):
        answers = [NOT_KNOWN if value is None else f"{value:,.2f}" for value in values]
    width = len(columns["values"])
    heads, sides = _labels(book, columns), _labels(book, rows)
    lines = tuple(
        (side, tuple(answers[number * width : (number + 1) * width]))
        for number, side in enumerate(sides)
    )
    explained = []
    for number, (row, column) in enumerate(data.get("explained", [])):
        for key, axis, value in (("rows", rows, row), ("columns", columns, column)):
            if value not in axis["values"]:
                raise PolicyError(
                    document.problem(
                        ("explained", number), f"{value} is none of the values of '{key}'"
                    )
                )
        place = rows["values"].index(row), columns["values"].index(column)
        why = book.explain(asked[place[0] * width + place[1]], variable.name, data.get("of"))
        title = ", ".join(
            label if "labels" in axis else f"{_title(book, axis)} {label}"
            for axis, label in ((rows, sides[place[0]]), (columns, heads[place[1]]))
        )
        explained.append((title, *place, why_of(why.answer, 0, 3)))
    return Table(
        title=data["title"],
        note=data.get("note", ""),
        corner=_title(book, rows),
        unit=variable.unit or "",
        columns=heads,
        rows=lines,
        explained=tuple(explained),
        data={
            "title": data["title"],
            "variable": variable.name,
            "rows": {"input": rows["input"], "values": rows["values"]},
            "columns": {"input": columns["input"], "values": columns["values"]},
            "unit": variable.unit or "",
            "values": [
                [_plain(values[number * width + place]) for place in range(width)]
                for number in range(len(lines))
            ],
        },
    )  # fmt: skip


def _values(book: StatuteBook, asked: list[dict[str, Any]], name: str, of: str | None) -> list[Any]:
    """Return the answer to each scenario; None where it rests on a value that is not known."""
    try:
        return [result.value(name, of) for result in book.calculate_many(asked, [name])]
    except PolicyError as error:
        if len(asked) > 1:
            return [value for one in asked for value in _values(book, [one], name, of)]
        if any(problem.code == "value-not-known" for problem in error.problems):
            return [None]
        raise


def _scenario(
    book: StatuteBook, document: Document, given: tuple[tuple[dict[str, Any], Any], ...]
) -> dict[str, Any]:
    """Return the scenario of one cell."""
    data = document.data
    scenario: dict[str, Any] = {PERIOD: data[PERIOD], **copy.deepcopy(data["scenario"])}
    for axis, value in given:
        if axis["input"] == PERIOD:
            scenario[PERIOD] = value
            continue
        if axis["input"] not in book.variables:
            problem = book.unknown("variable", axis["input"]).problems[0]
            raise PolicyError(document.problem((), problem.message, problem.remedy))
        entity = book.variable(axis["input"]).entity
        instances = scenario.setdefault(entity.plural, {})
        of = axis.get("of", next(iter(instances), entity.key))
        instances[of] = {**(instances.get(of) or {}), axis["input"]: value}
    return scenario


def _title(book: StatuteBook, axis: dict[str, Any]) -> str:
    if axis["input"] == PERIOD:
        return "Period"
    return str(book.variable(axis["input"]).label or axis["input"])


def _labels(book: StatuteBook, axis: dict[str, Any]) -> tuple[str, ...]:
    if "labels" in axis:
        return tuple(axis["labels"])
    if axis["input"] == PERIOD:
        return tuple(map(str, axis["values"]))
    variable = book.variable(axis["input"])
    members = {
        each.name: str(each.value) for each in getattr(variable, "possible_values", None) or ()
    }
    return tuple(
        members.get(value) or _number(value, variable.unit or "") for value in axis["values"]
    )


def _number(value: Any, unit: str) -> str:
    is_amount = isinstance(value, int | float) and not isinstance(value, bool) and unit.isupper()
    return f"{value:,} {unit}" if is_amount else shown(value, "" if unit == "year" else unit)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value
