"""The variable of legislation: OpenFisca's, with float64 money, sections and labels by language."""

from __future__ import annotations

import datetime
import re
from typing import Any, ClassVar

import numpy as np

from policy.legislation.openfisca import variables

_OWN = frozenset({"section", "enacted", "minimum", "maximum"})
_LABEL = re.compile(r"label_[a-z]{2}")


class Variable(variables.Variable):  # type: ignore[misc]
    """A variable of legislation, declared as in OpenFisca.

    Attributes are added: ``section``, where the law says it; ``label_xx``, its name in another
    language; ``enacted``, for the first day of a formula, or the day after ``end``, the day on
    which the act was passed that says so; and ``minimum`` and ``maximum``, the least and the
    greatest value that a fact can have. Amounts (``value_type = float``) are float64.
    """

    __section__: ClassVar[str] = ""
    __labels__: ClassVar[dict[str, str]] = {}
    __enacted__: ClassVar[dict[str, str]] = {}
    __limits__: ClassVar[tuple[Any, Any]] = (None, None)

    def __init_subclass__(cls) -> None:
        """Take this library's own attributes out of OpenFisca's sight."""
        super().__init_subclass__()
        own = dict(vars(cls))
        cls.__labels__ = {
            name.removeprefix("label_"): text
            for name, text in own.items()
            if _LABEL.fullmatch(name)
        }
        cls.__section__ = own.get("section", "")
        cls.__enacted__ = own.get("enacted", {})
        cls.__limits__ = (own.get("minimum"), own.get("maximum"))
        for name in own:
            if name in _OWN or _LABEL.fullmatch(name):
                delattr(cls, name)

    def __init__(self, baseline_variable: Any = None) -> None:
        super().__init__(baseline_variable=baseline_variable)
        if self.value_type is float:
            self.dtype = np.float64


def enacted_of(variable: Any) -> dict[str, str]:
    """Return when the acts were passed from whose days a variable's formulas hold, or it ends."""
    return dict(getattr(variable, "__enacted__", {}))


def limits_of(variable: Any) -> tuple[Any, Any]:
    """Return the least and the greatest value of a fact, None where there is no such limit."""
    limits: tuple[Any, Any] = getattr(variable, "__limits__", (None, None))
    return limits


def dates_of(variable: Any) -> list[str]:
    """Return the days from which a variable's formulas hold, or it has ended."""
    ends = [day_after(variable.end)] if variable.end else []
    return [*variable.formulas, *ends]


def day_after(day: datetime.date) -> str:
    """Return the ISO date of the next day."""
    return (day + datetime.timedelta(days=1)).isoformat()
