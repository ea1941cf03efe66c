"""What is in a statute book: finding and describing its variables and parameters."""

from __future__ import annotations

import datetime
import inspect
import textwrap
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from policy.errors import PolicyError, Problem, did_you_mean
from policy.legislation.legislation import labels_of, section_of

if TYPE_CHECKING:
    from policy.legislation.legislation import Legislation
    from policy.legislation.parameters import Parameter


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
    section: str
    references: tuple[str, ...]
    meaning: str
    end: str
    formulas: tuple[Formula, ...]

    def formula_on(self, date: str) -> Formula | None:
        """Return the formula in force on an ISO date, or None."""
        if self.end and date > self.end:
            return None
        return next((f for f in reversed(self.formulas) if f.start <= date), None)


@dataclass(frozen=True)
class Entry:
    """What a name stands for: a variable, parameters, or a variable and parameters alike."""

    variable: VariableEntry | None
    parameters: tuple[Parameter, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "variable": asdict(self.variable) if self.variable else None,
            "parameters": [asdict(parameter) for parameter in self.parameters],
        }


def entry(law: Legislation, name: str) -> Entry:
    """Return what a name stands for; a folder of parameters stands for all in it.

    Raises:
        PolicyError: it is neither a variable nor a parameter; the nearest name is given.

    >>> import policy
    >>> found = entry(policy.load("estonia"), "birth_date")
    >>> found.variable.label
    'Date of birth'
    """
    variable = law.variables.get(name)
    parameters = tuple(
        parameter
        for other, parameter in law.parameters.items()
        if other == name or other.startswith((f"{name}.", f"{name}["))
    )
    if variable is None and not parameters:
        raise PolicyError(
            Problem(
                f"the {law.name} book has no variable or parameter '{name}'",
                remedy=did_you_mean(name, [*law.variables, *law.parameters], kind="names"),
                code="unknown-name",
            )
        )
    return Entry(described(variable) if variable else None, parameters)


def search(law: Legislation, word: str = "") -> tuple[list[VariableEntry], list[Parameter]]:
    """Find variables and parameters by a word in their name, label or meaning, in any language."""
    variables = [described(variable) for variable in law.variables.values()]
    return (
        [
            found
            for found in variables
            if _says(word, found.name, found.label, found.meaning, *found.labels.values())
        ],
        [
            found
            for found in law.parameters.values()
            if _says(word, found.name, found.label, found.description, *found.labels.values())
        ],
    )


def _says(word: str, *texts: str) -> bool:
    return any(word.casefold() in text.casefold() for text in texts)


def described(variable: Any) -> VariableEntry:
    """Describe an OpenFisca variable."""
    default = variable.default_value
    choices = tuple(member.name for member in getattr(variable, "possible_values", None) or ())
    if choices:
        default = default.name
    elif isinstance(default, datetime.date):
        default = default.isoformat()
    texts = (inspect.cleandoc(vars(type(variable)).get("__doc__") or ""), variable.documentation or "")
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
        section=section_of(variable),
        references=tuple(variable.reference or ()),
        meaning="\n\n".join(dict.fromkeys(text.strip() for text in texts if text.strip())),
        end=str(variable.end or ""),
        formulas=tuple(_formula(start, made) for start, made in variable.formulas.items()),
    )


def _formula(start: str, function: Any) -> Formula:
    lines, line = inspect.getsourcelines(function)
    return Formula(
        start=start,
        file=inspect.getfile(function),
        line=line,
        source=textwrap.dedent("".join(lines)),
    )
