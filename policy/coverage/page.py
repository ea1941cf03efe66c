"""Coverage as a page: the lines of each formula beside its section, marked by what tests show."""

from __future__ import annotations

import inspect
import textwrap
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy.errors import PolicyError, Problem
from policy.legislation.legislation import section_of

if TYPE_CHECKING:
    from policy.coverage.coverage import Condition, Coverage
    from policy.legislation.legislation import Legislation

_TEMPLATE = Path(__file__).parent / "page.html"
_MARKS = {"covered": "✓", "partly": "~", "not": "✗", "accepted": "a", "plain": " "}


def page(law: Legislation, coverage: Coverage, summary: str) -> str:
    """Return the page as HTML that needs no other file.

    Raises:
        PolicyError: Jinja is not installed.

    """
    try:
        from jinja2 import Environment  # noqa: PLC0415 (an extra)
    except ImportError:
        raise PolicyError(
            Problem("a page needs Jinja", remedy="pip install 'policy-statutes[report]'")
        ) from None
    template = Environment(autoescape=True).from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        title=law.title,
        version=law.version,
        summary=summary,
        sections=_sections(law, coverage),
        values=_values(coverage),
    )


def _sections(law: Legislation, coverage: Coverage) -> list[dict[str, Any]]:
    conditions: dict[str, list[Condition]] = defaultdict(list)
    for condition in coverage.conditions.values():
        conditions[condition.place.variable].append(condition)
    by_section: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for name, reached in coverage.variables.items():
        variable = law.variable(name)
        own = sorted(conditions[name], key=lambda each: each.place)
        by_section[section_of(variable)].append(_variable(law, variable, own, reached=reached))
    return [
        {
            "name": section,
            "variables": members,
            "lacking": sum(each["lacking"] for each in members),
        }
        for section, members in sorted(by_section.items())
    ]


def _variable(
    law: Legislation, variable: Any, conditions: list[Condition], *, reached: bool
) -> dict[str, Any]:
    lacking = [each for each in conditions if not each.covered]
    references = variable.reference or ()
    return {
        "name": variable.name,
        "label": variable.label or variable.name,
        "references": [references] if isinstance(references, str) else list(references),
        "reached": reached,
        "lacking": sum(each.reachable for each in lacking) + (not reached),
        "formulas": [
            _formula(law, formula, conditions, reached=reached)
            for formula in variable.formulas.values()
        ],
        "conditions": [
            {
                "line": each.place.line,
                "text": each.place.text,
                "lacks": ", ".join(each.lacks),
                "reason": each.accepted.reason if each.accepted else "",
            }
            for each in lacking
        ],
    }


def _formula(
    law: Legislation, formula: Any, conditions: list[Condition], *, reached: bool
) -> dict[str, Any]:
    code, first = inspect.getsourcelines(formula)
    file = Path(formula.__code__.co_filename)
    on_line: dict[int, list[Condition]] = defaultdict(list)
    for each in conditions:
        on_line[each.place.line].append(each)
    lines = []
    for number, text in enumerate(textwrap.dedent("".join(code)).splitlines(), first):
        state = _state(on_line[number]) if reached else "not"
        lines.append({"state": state, "mark": _MARKS[state], "code": text})
    folder = law.sources.variables
    shown = file.relative_to(folder) if file.is_relative_to(folder) else file.name
    return {"file": str(shown), "first": first, "lines": lines}


def _state(conditions: list[Condition]) -> str:
    """Return what tests show of a line's conditions."""
    if not conditions:
        return "plain"
    lacking = [each for each in conditions if not each.covered]
    if not lacking:
        return "covered"
    if not any(each.reachable for each in lacking):
        return "accepted"
    return "not" if all(len(each.lacks) > 1 for each in conditions) else "partly"


def _values(coverage: Coverage) -> list[dict[str, str]]:
    by_name: dict[str, dict[bool, list[str]]] = defaultdict(lambda: {True: [], False: []})
    for (name, start), used in coverage.values.items():
        by_name[name][used].append(start)
    return [
        {"name": name, "used": ", ".join(each[True]), "unused": ", ".join(each[False])}
        for name, each in sorted(by_name.items())
    ]
