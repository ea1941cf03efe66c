"""The law as it was known on a date: acts passed later are left out.

A value of the law, or a dated formula, says when its act was passed (``enacted``). One that does
not say is taken as known; answers that rest on it say so.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from policy.legislation.reforms.edits import Dated, without
from policy.legislation.reforms.reform import own_reforms, read_reform
from policy.legislation.reforms.tree import Tree
from policy.legislation.unknown import NOT_KNOWN
from policy.legislation.variable import day_after, enacted_of

if TYPE_CHECKING:
    from policy.legislation.legislation import Legislation
    from policy.legislation.parameters import Parameter
    from policy.legislation.reforms.edits import History
    from policy.legislation.reforms.reform import Reform

#: What stands for a value of the law that no act had set yet, by its unit; a number is not known.
_NOT_SET = {"date": "9999-12-31", "yes or no": False}


def known_reforms(law: Legislation, day: str) -> list[Reform]:
    """Return the book's own reforms that were enacted by a day and not yet repealed.

    Raises:
        PolicyError: one of the book's reforms cannot be read.

    """
    own = (read_reform(law, file) for file in own_reforms(law).values())
    known = (each for each in own if each.enacted and each.enacted <= day)
    return sorted(
        (each for each in known if not each.repealed or each.repealed > day),
        key=lambda each: each.enacted,
    )


def forget_what_came_later(law: Legislation, system: Any, day: str) -> None:
    """Take out of a system, which shares another's law, what was enacted after a day."""
    tree = Tree(system.parameters)
    for parameter in law.parameters.values():
        later = _later(parameter, day)
        if later:
            history = tree.history(parameter.name) or ()
            tree.write(parameter.name, _known(parameter, history, later))
    system.parameters = tree.root
    for name, variable in system.variables.items():
        made = _as_known(variable, day)
        if made is not variable:
            system.variables[name] = made


def _known(parameter: Parameter, history: History, later: frozenset[str]) -> History:
    """Return the values then known; where no act had set any, what stands for none.

    A day that is not set never comes, what is said to be so is not, and a number is not known.
    """
    known = without(history, later)
    nothing = _NOT_SET.get(parameter.unit, NOT_KNOWN)
    return known or tuple(Dated(each.start, nothing, {}) for each in history)


def _later(parameter: Parameter, day: str) -> frozenset[str]:
    return frozenset(value.start for value in parameter.values if value.enacted > day)


def _as_known(variable: Any, day: str) -> Any:
    """Return a variable without the formulas, and the end, that were enacted after a day."""
    later = {start for start, enacted in enacted_of(variable).items() if enacted > day}
    if not later:
        return variable
    made = copy.copy(variable)
    made.formulas = type(variable.formulas)(
        (start, formula) for start, formula in variable.formulas.items() if start not in later
    )
    if variable.end and day_after(variable.end) in later:
        made.end = None
    return made
