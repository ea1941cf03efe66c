"""What is in a statute book: finding and describing its variables and parameters."""

from __future__ import annotations

import datetime
import inspect
import textwrap
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from policy.errors import PolicyError, Problem, did_you_mean
from policy.legislation.legislation import labels_of, section_of
from policy.legislation.parameters import iso_day
from policy.legislation.variable import limits_of

if TYPE_CHECKING:
    from policy.legislation.legislation import Legislation
    from policy.legislation.parameters import Parameter, Value

    Dated = TypeVar("Dated", "Formula", Value)


@dataclass(frozen=True)
class Formula:
    """A formula of a variable, in force from ``start``."""

    start: str
    file: str
    line: int
    source: str


@dataclass(frozen=True)
class VariableEntry:
    """A variable described: what it means, and how it is computed.

    Attributes:
        name: its name in scenarios.
        label: its name in plain words.
        labels: its name in the book's other languages.
        entity: whose it is: ``person``, ``family`` …
        period: what it is defined for: ``month``, ``year``, ``day`` or ``eternity``.
        type: ``float``, ``int``, ``bool``, ``date``, ``str`` or ``Enum``.
        unit: EUR, months …
        default: the value assumed where none is given or computed.
        choices: the values it may take, where it is a choice.
        limits: the least and the greatest value that a fact may have, None where there is none.
        section: the section of law.
        references: links to the law.
        meaning: what it means, from its docstring and documentation.
        end: the last day on which it is computed, or an empty string.
        formulas: how it is computed, oldest first; none for an input.

    """

    name: str
    label: str
    labels: dict[str, str]
    entity: str
    period: str
    type: str
    unit: str
    default: Any
    choices: tuple[str, ...]
    limits: tuple[Any, Any]
    section: str
    references: tuple[str, ...]
    meaning: str
    end: str
    formulas: tuple[Formula, ...]


@dataclass(frozen=True)
class Found:
    """Variables and parameters of a statute book, described."""

    variables: tuple[VariableEntry, ...]
    parameters: tuple[Parameter, ...]

    def __bool__(self) -> bool:
        """Tell whether anything was found."""
        return bool(self.variables or self.parameters)

    @property
    def grades(self) -> dict[str, int]:
        """How many values of the parameters have a source of each grade, the commonest first."""
        values = (value for parameter in self.parameters for value in parameter.values)
        return dict(Counter(value.source for value in values if value.source).most_common())

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {key: list(entries) for key, entries in asdict(self).items()}


def look_up(law: Legislation, name: str, on: str | None = None) -> Found:
    """Return what a name stands for: a variable, a parameter, a folder of parameters, or several.

    Args:
        law: the statute book.
        name: a variable and the folder of its parameters may have the same name.
        on: an ISO date: keep only the values and the formula in force on that day.

    Raises:
        PolicyError: nothing has that name (the nearest is given), or the date does not exist.

    >>> import policy
    >>> found = look_up(policy.load("estonia"), "birth_date")
    >>> found.variables[0].label
    'Date of birth'

    """
    variable = law.variables.get(name)
    variables = [described(variable)] if variable else []
    parameters = [
        parameter
        for other, parameter in law.parameters.items()
        if other == name or other.startswith((f"{name}.", f"{name}["))
    ]
    if not variables and not parameters:
        word = f'"{name}"' if " " in name else name
        raise PolicyError(
            Problem(
                f"the {law.name} book has no variable or parameter '{name}'",
                remedy=did_you_mean(
                    name,
                    [*law.variables, *law.parameters],
                    kind="names",
                    otherwise=f"try 'policy list {word}'" if search(law, name) else "",
                ),
                code="unknown-name",
            )
        )
    if on is not None:
        date = iso_day(on)
        variables = [
            replace(found, formulas=_in_force(found.formulas, date, found.end))
            for found in variables
        ]
        parameters = [replace(found, values=_in_force(found.values, date)) for found in parameters]
    return Found(tuple(variables), tuple(parameters))


def search(law: Legislation, word: str = "") -> Found:
    """Find variables and parameters by a word in what they are called, mean or encode."""
    variables = [described(variable) for variable in law.variables.values()]
    return Found(
        tuple(
            found
            for found in variables
            if _says(
                word, found.name, found.label, found.meaning, found.section, *found.labels.values()
            )
        ),
        tuple(
            found
            for found in law.parameters.values()
            if _says(
                word,
                found.name,
                found.label,
                found.description,
                found.section,
                *found.labels.values(),
            )
        ),
    )


def _in_force(dated: tuple[Dated, ...], date: str, end: str = "") -> tuple[Dated, ...]:
    """Keep the last of the dated things (oldest first) that started by a date."""
    if end and date > end:
        return ()
    return tuple(thing for thing in dated if thing.start <= date)[-1:]


def _says(word: str, *texts: str) -> bool:
    return any(word.casefold() in text.casefold() for text in texts)


def described(variable: Any) -> VariableEntry:
    """Describe an OpenFisca variable."""
    default = variable.default_value
    choices = tuple(member.name for member in getattr(variable, "possible_values", None) or ())
    if choices:
        default = default.name
    default = _plain(default)
    texts = (
        inspect.cleandoc(vars(type(variable)).get("__doc__") or ""),
        variable.documentation or "",
    )
    return VariableEntry(
        name=variable.name,
        label=variable.label or variable.name,
        labels=labels_of(variable),
        entity=variable.entity.key,
        period=str(variable.definition_period),
        type=variable.value_type.__name__,
        unit=variable.unit or "",
        default=default,
        choices=choices,
        limits=(_plain(limits_of(variable)[0]), _plain(limits_of(variable)[1])),
        section=section_of(variable),
        references=tuple(variable.reference or ()),
        meaning="\n\n".join(dict.fromkeys(text.strip() for text in texts if text.strip())),
        end=str(variable.end or ""),
        formulas=tuple(_formula(start, made) for start, made in variable.formulas.items()),
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime.date) else value


def _formula(start: str, function: Any) -> Formula:
    lines, line = inspect.getsourcelines(function)
    return Formula(
        start=start,
        file=inspect.getfile(function),
        line=line,
        source=textwrap.dedent("".join(lines)),
    )
