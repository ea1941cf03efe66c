"""Errors that a person can act on: where, what was wrong, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


#: From which likeness on a name is near to another.
LIKENESS = 0.61
#: How many letters are the beginning of a name.
_BEGUN = 4


@dataclass(frozen=True, order=True)
class Location:
    """A place in a source file; line and column count from 1, 0 where unknown.

    >>> str(Location("family.yaml", 4, 7))
    'family.yaml:4:7'
    """

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Write the location as editors and compilers do."""
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """One thing wrong in somebody's file or call.

    >>> print(Problem("unknown role 'kids'", Location("a.yaml", 4, 7), "did you mean 'children'?"))
    a.yaml:4:7: unknown role 'kids'; did you mean 'children'?
    """

    message: str
    location: Location = Location()
    remedy: str = ""
    key: str = ""
    code: str = ""

    def __str__(self) -> str:
        """Give location, message and remedy on one line."""
        where = f"{self.location}: " if self.location.file else ""
        at = f"{self.key}: " if self.key else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{where}{at}{self.message}{remedy}"

    def to_dict(self) -> dict[str, str | int]:
        """Return the problem as plain data for programs."""
        return {
            "file": self.location.file,
            "line": self.location.line,
            "column": self.location.column,
            "key": self.key,
            "code": self.code,
            "message": self.message,
            "remedy": self.remedy,
        }


class PolicyError(Exception):
    """Something the caller can put right; carries every problem found.

    >>> error = PolicyError(Problem("the file is empty", Location("a.yaml", 1, 1)))
    >>> print(error)
    a.yaml:1:1: the file is empty
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        """Give a line for each problem."""
        return "\n".join(str(problem) for problem in self.problems)


def not_written(path: object, error: OSError, remedy: str = "") -> PolicyError:
    """Return the error that a file or a folder cannot be written, and why.

    >>> str(not_written("answers", OSError(28, "No space left on device")))
    'answers: cannot be written: No space left on device'
    """
    return PolicyError(Problem(f"cannot be written: {error.strerror}", Location(str(path)), remedy))


def did_you_mean(
    word: object, valid: Iterable[str], *, kind: str = "names", otherwise: str = ""
) -> str:
    """Suggest the valid name nearest to ``word``; else say ``otherwise``, or list the valid ones.

    >>> did_you_mean("child_alowance", ["child_allowance", "birth_allowance"])
    "did you mean 'child_allowance'?"
    >>> did_you_mean("x", ["parents", "children"], kind="roles")
    'valid roles: children, parents'
    >>> did_you_mean("allowance.first", ["allowance.first_and_second_child", "allowance.limit"])
    "did you mean 'allowance.first_and_second_child'?"
    """
    import difflib  # noqa: PLC0415 (for a quick start)

    names = sorted(set(valid))
    by_letters = {name.casefold(): name for name in names}
    letters = str(word).casefold()
    begun = [name for name in by_letters if len(letters) >= _BEGUN and name.startswith(letters)]
    near = difflib.get_close_matches(
        letters, begun or by_letters, n=1, cutoff=0 if begun else LIKENESS
    )
    if near:
        return f"did you mean '{by_letters[near[0]]}'?"
    if otherwise:
        return otherwise
    if not names:
        return f"there are no {kind} here"
    shown = ", ".join(names[:12])
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""  # noqa: PLR2004
    return f"valid {kind}: {shown}{more}"
