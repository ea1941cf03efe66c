"""How answers are printed: plain text in a pipe, colour only on a terminal, numbers never cut."""

from __future__ import annotations

import datetime
import json
import sys
from typing import TYPE_CHECKING, Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy.legislation.parameters import Parameter

#: Units that say what kind of value it is, and are not written after it.
_SILENT_UNITS = frozenset({"", "1", "date", "yes or no"})
_SINGULAR = {"children": "child", "days": "day", "months": "month", "years": "year"}
#: Wide enough for any line: text in a pipe is not wrapped.
_UNWRAPPED = 10_000


def console() -> Console:
    """Return the console for standard output."""
    made = Console(markup=False, highlight=False, emoji=False)
    if not made.is_terminal:
        made.width = _UNWRAPPED
    return made


def print_json(data: Any) -> None:
    """Print JSON: readable letters where the output can hold them."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(json.dumps(data, indent=2, ensure_ascii=not unicode))


def shown(value: Any, unit: str = "") -> str:
    """Write a value as a person reads it.

    Money has two decimals, or four where it is not in whole cents. OpenFisca's ``currency-EUR`` is
    EUR.

    >>> shown(80.0, "EUR/month"), shown(433.3333333, "EUR"), shown(True), shown(3, "children")
    ('80.00 EUR/month', '433.3333 EUR', 'yes', '3 children')
    >>> shown(0.5483870967741935, "1"), shown(2.0, "1"), shown("studying")
    ('0.5484', '2', 'studying')
    >>> shown(8, "day of the month"), shown(1, "years")
    ('day of the month 8', '1 year')
    """
    unit = unit.removeprefix("currency-")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int | float):
        number = _money(float(value)) if is_money(unit) else _number(value)
        if unit in _SILENT_UNITS:
            return number
        if " of the " in unit:
            return f"{unit} {number}"
        return f"{number} {_SINGULAR.get(unit, unit) if value == 1 else unit}"
    return "ended" if value is None else str(value)


def is_money(unit: str) -> bool:
    """Tell whether a unit is a currency, alone or for a time: EUR, EUR/month.

    >>> is_money("EUR/month"), is_money("months")
    (True, False)
    """
    currency = unit.split("/", maxsplit=1)[0]
    return len(currency) == 3 and currency.isupper()  # noqa: PLR2004  (ISO 4217)


def _money(amount: float) -> str:
    cents = abs(amount * 100 - round(amount * 100)) < 1e-6  # noqa: PLR2004
    return f"{amount:.2f}" if cents else f"{amount:.4f}"


def _number(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:.4f}".rstrip("0").rstrip(".")


def table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    """Return an empty table; the columns named in ``numbers`` are aligned right and never wrap."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for column in columns:
        if column in numbers:
            made.add_column(column, justify="right", no_wrap=True, min_width=len(column))
        else:
            made.add_column(column, overflow="fold")
    return made


def linked(text: str, href: str) -> Text:
    """Return text that is a link where the terminal can show one."""
    return Text(text, style=f"link {href}" if href.startswith("http") else "")


def print_parameters(out: Console, parameters: tuple[Parameter, ...]) -> None:
    """Print a line for each parameter, with its latest value."""
    lines = table("Name", "Meaning", "Value", "Since", "Section", numbers=["Value"])
    for parameter in parameters:
        latest = parameter.values[-1] if parameter.values else None
        lines.add_row(
            parameter.name,
            parameter.label,
            shown(latest.value, parameter.unit) if latest else "none",
            latest.start if latest else "",
            parameter.section,
        )
    out.print(lines)
