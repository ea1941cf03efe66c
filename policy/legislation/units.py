"""Values as a person reads them, by their unit."""

from __future__ import annotations

import datetime
import math
from typing import Any

#: Units that say what kind of value it is, and are not written after it.
_SILENT_UNITS = frozenset({"", "1", "date", "yes or no"})
_SINGULAR = {"children": "child", "days": "day", "months": "month", "years": "year"}


def shown(value: Any, unit: str = "") -> str:  # noqa: PLR0911 (one for each kind of value)
    """Write a value as a person reads it.

    Money has two decimals, or four where it is not in whole cents. OpenFisca's ``currency-EUR`` is
    EUR.

    >>> shown(80.0, "EUR/month"), shown(433.3333333, "EUR"), shown(True), shown(3, "children")
    ('80.00 EUR/month', '433.3333 EUR', 'yes', '3 children')
    >>> shown(0.5483870967741935, "1"), shown(2.0, "1"), shown("studying")
    ('0.5484', '2', 'studying')
    >>> shown(8, "day of the month"), shown(1, "years"), shown(float("nan"), "EUR")
    ('day of the month 8', '1 year', 'not known')
    """
    unit = unit.removeprefix("currency-")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and math.isnan(value):
        return "not known"
    if isinstance(value, int | float):
        number = _money(float(value)) if is_money(unit) else _number(value)
        if unit in _SILENT_UNITS:
            return number
        if " of the " in unit:
            return f"{unit} {number}"
        return f"{number} {_SINGULAR.get(unit, unit) if value == 1 else unit}"
    return "ended" if value is None else str(getattr(value, "name", value))


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
