"""Names of columns: variables by their own, parts of formulas as the formulas name them."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from dataclasses import dataclass
from functools import cache
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from policy.graph.nodes import live

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from policy.graph.nodes import Node
    from policy.graph.tracer import Tracing
    from policy.legislation.legislation import Legislation
    from policy.legislation.people import Slot

#: PostgreSQL takes longer names for equal that begin alike.
_LONGEST = 63


@dataclass(frozen=True)
class _Assignment:
    """A statement of a formula that gives something a name."""

    name: str
    first: int
    last: int


@cache
def _assignments(formula: Any) -> tuple[_Assignment, ...]:
    try:
        lines, start = inspect.getsourcelines(formula)
    except OSError:  # (a formula that no file holds)
        return ()
    tree = ast.parse(textwrap.dedent("".join(lines)))
    return tuple(
        _Assignment(each.targets[0].id, start + each.lineno - 1, start + each.end_lineno - 1)
        for each in ast.walk(tree)
        if isinstance(each, ast.Assign)
        and len(each.targets) == 1
        and isinstance(each.targets[0], ast.Name)
        and each.end_lineno is not None
    )


def local_names(law: Legislation, tracing: Tracing, slot: Slot) -> Iterator[tuple[Node, str]]:
    """Yield the expressions of a variable's formula that the formula names, with their names.

    A statement's value is the expression that all others of the statement are for.
    """
    formula = law.variable(slot[0]).get_formula(tracing.asked.get(slot, slot[1]))
    if formula is None:
        return
    nodes = list(live([tracing.definitions[slot].node]))
    lines = {
        node.number: {
            origin.line
            for origin in tracing.graph.origins.get(node.number, ())
            if origin.variable == slot[0]
        }
        for node in nodes
    }
    for each in _assignments(formula):
        written = [
            node
            for node in nodes
            if any(each.first <= line <= each.last for line in lines[node.number])
        ]
        if not written:
            continue
        whole = written[-1]
        parts = {node.number for node in live([whole])}
        if all(node.number in parts for node in written):
            yield whole, each.name


def names_of_slots(slots: Iterable[Slot], asked: Set[Any]) -> dict[Slot, str]:
    """Return names for variables of periods: of several, those not asked for tell their period.

    >>> from openfisca_core.periods import period
    >>> may, april = (("income", period(month)) for month in ("2024-05", "2024-04"))
    >>> list(names_of_slots([may, april], {period("2024-05")}).values())
    ['income', 'income_2024_04']
    """
    own: dict[str, set[Any]] = {}
    for name, period in slots:
        own.setdefault(name, set()).add(period)
    plain = {
        name: periods if len(periods) == 1 else periods & asked for name, periods in own.items()
    }
    return {
        (name, period): name if plain[name] == {period} else f"{name}_{written(period)}"
        for name, period in slots
    }


def written(period: Any) -> str:
    """Return a period as part of a name: ``2024_05``."""
    return re.sub(r"\W", "_", str(period))


class Names:
    """Gives out names, each once; letters are not told apart by their case."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.lower() for name in taken}

    def new(self, *wished: str) -> str:
        """Return the first of some names that is free, or the last with a number."""
        numbered = (_cut(wished[-1], f"_{number}") for number in count(2))
        names = chain(map(_cut, wished), numbered)
        name = next(each for each in names if each.lower() not in self._taken)
        self._taken.add(name.lower())
        return name


def _cut(name: str, ending: str = "") -> str:
    """Return a name that is not too long, with an ending."""
    return f"{name[: _LONGEST - len(ending)]}{ending}"
