"""Which formulas use what: variables, parameters, and all that lies behind them."""

from __future__ import annotations

import hashlib
import inspect
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from policy.legislation.checks.reach import reaches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from policy.legislation.legislation import Legislation
    from policy.legislation.parameters import Parameter


def number_of(parameter: str) -> str:
    """Return the name of the schedule that a parameter is a bracket's of, or its own name.

    >>> number_of("tax.scale[0].threshold"), number_of("tax.rate")
    ('tax.scale', 'tax.rate')
    """
    return parameter.partition("[")[0]


class Uses:
    """What the formulas of a book use.

    >>> import policy
    >>> uses = Uses(policy.load("estonia"))
    >>> uses.variables["family_allowances"][:2]
    ('adoption_allowance', 'birth_allowance')
    >>> uses.used_by["birth_allowance.amount"]
    ('birth_allowance_of_child',)
    """

    def __init__(self, law: Legislation) -> None:
        self.law = law
        names = {number_of(each) for each in law.parameters}
        found = reaches(law.system)
        self.variables = {name: tuple(sorted(each.variables)) for name, each in found.items()}
        self.parameters = {
            name: tuple(sorted(each.parameters & names)) for name, each in found.items()
        }

    @cached_property
    def used_by(self) -> Mapping[str, tuple[str, ...]]:
        """By variable or number, the variables whose formulas use it."""
        found: dict[str, list[str]] = {}
        for used in (self.variables, self.parameters):
            for name, needs in used.items():
                for need in needs:
                    found.setdefault(need, []).append(name)
        return {name: tuple(sorted(set(each))) for name, each in found.items()}

    def behind(self, names: Iterable[str], depth: int | None = None) -> list[str]:
        """Return variables and those that they rest on, nearest first."""
        found = dict.fromkeys(names)
        level = list(found)
        while level and depth != 0:
            needs = dict.fromkeys(need for name in level for need in self.variables[name])
            level = [need for need in needs if need not in found]
            found.update(dict.fromkeys(level))
            depth = None if depth is None else depth - 1
        return list(found)

    def before(self, name: str) -> set[str]:
        """Return the variables that rest on a variable or a number."""
        found: set[str] = set()
        todo = [name]
        while todo:
            for user in self.used_by.get(todo.pop(), ()):
                if user not in found:
                    found.add(user)
                    todo.append(user)
        return found

    @cached_property
    def _files(self) -> dict[Path, str]:
        files = {Path(inspect.getfile(type(each))) for each in self.law.variables.values()}
        others = set(self.law.sources.variables.rglob("*.py")) - files
        helpers = b"".join(path.read_bytes() for path in sorted(others))
        return {path: hashlib.sha256(path.read_bytes() + helpers).hexdigest() for path in files}

    @cached_property
    def _numbers(self) -> dict[str, list[Parameter]]:
        found: dict[str, list[Parameter]] = {}
        for name, parameter in self.law.parameters.items():
            found.setdefault(number_of(name), []).append(parameter)
        return found

    def digest(self, name: str) -> str:
        """Return a digest of all that an answer of a variable rests on."""
        behind = sorted(self.behind([name]))
        files = {Path(inspect.getfile(type(self.law.variables[each]))) for each in behind}
        numbers = {each for one in behind for each in self.parameters[one]}
        parts = [self._files[path] for path in sorted(files)]
        parts += [repr(self._numbers[each]) for each in sorted(numbers)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
