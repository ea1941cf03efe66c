"""What no test can show, named with its reason in files beside the tests.

A change of the law that gives the same for every possible case, or a condition that cannot be
reached, stands in a file ``NAME.accepted.yaml`` next to the scenario tests::

    - variable: child_allowance_of_child
      change: "age < age_limit: less becomes less_equal"
      reason: The month of that birthday is paid by another rule.
    - variable: child_allowance_of_child
      condition: "resident"
      lacks: [matters]
      reason: Who is not resident is no child of the family either.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy.documents import read_document
from policy.errors import PolicyError, Problem
from policy.legislation.checks.form import violations
from policy.legislation.legislation import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy.errors import Location


@dataclass(frozen=True)
class Accepted:
    """A change or a condition that no test can show.

    Attributes:
        name: the variable or parameter.
        words: the change or condition, in the words of ``policy mutate`` or ``policy coverage``.
        lacks: of a condition what cannot be shown: ``true``, ``false``, ``matters``; of a change
            nothing.
        reason: why not.
        location: where it is said.

    """

    name: str
    words: str
    lacks: frozenset[str]
    reason: str
    location: Location

    def stale(self) -> Problem:
        """Return the problem that tests show it after all, or that the law has no such thing."""
        return Problem(
            f"'{self.words}' of {self.name} is not lacking",
            self.location,
            "remove it: tests show it, or the law has changed",
            code="stale",
        )


def read_accepted(paths: Iterable[str | Path]) -> list[Accepted]:
    """Read the files ``*.accepted.yaml`` in folders, and in the folders of files.

    Raises:
        PolicyError: with every problem in the first file that has one.

    """
    folders = {path if path.is_dir() else path.parent for path in map(Path, paths)}
    files = {file for folder in folders for file in folder.rglob(f"*{ACCEPTED}")}
    return [each for file in sorted(files) for each in _read(file)]


def _read(file: Path) -> list[Accepted]:
    document = read_document(file)
    problems = tuple(violations(document, "accepted"))
    if problems:
        raise PolicyError(*problems)
    return [_entry(entry, document.where(number)) for number, entry in enumerate(document.data)]


def _entry(entry: dict[str, Any], where: Location) -> Accepted:
    lacks = frozenset(str(each).lower() for each in entry.get("lacks", ()))
    name, words = entry.get("variable", entry.get("parameter")), entry.get("change")
    return Accepted(str(name), words or entry["condition"], lacks, entry["reason"], where)
