"""Which cases a change can affect: what git says has changed, against what each case's graph holds.

A case is affected if its own file changed, or if a variable or a parameter of its graph did. What a
change reaches is followed only where that is certain: a changed value in a file of parameters, and
a changed file of formulas with all that import it. Any other change of code or law affects all.
"""

from __future__ import annotations

import ast
import inspect
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from policy.errors import PolicyError, Problem
from policy.graph.engine import engine_of
from policy.graph.nodes import live

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from policy.legislation.legislation import Legislation
    from policy.testing.cases import Case

#: Files of code, which can change what the law gives; and of law.
_CODE, _LAW = ".py", frozenset({".yaml", ".yml"})
#: Folders whose code runs no law.
_ASIDE = frozenset({"tests", "docs"})


@dataclass(frozen=True)
class Change:
    """A file that is not as it was: its content ("M"), or whether it is there."""

    path: Path
    kind: str


@dataclass(frozen=True)
class _Reach:
    """What changes of a book's files reach: everything, or variables and parameters by name."""

    everything: bool
    variables: frozenset[str] = frozenset()
    parameters: tuple[str, ...] = ()

    def holds(self, parameter: str) -> bool:
        """Tell whether a parameter, or the bracket of a scale, is among them."""
        return any(
            parameter == name or parameter[: len(name) + 1] in {f"{name}.", f"{name}["}
            for name in self.parameters
        )


def affected(cases: Sequence[Case], since: str = "HEAD") -> list[Case]:
    """Return the cases that what changed in git can affect.

    Args:
        cases: the cases.
        since: the commit that the files are compared with; new files count as changed.

    Raises:
        PolicyError: the tests are in no git repository, or it has no such commit.

    """
    if not cases:
        return []
    changes = changes_since(since, Path(cases[0].location.file).resolve().parent)
    own = {change.path for change in changes}
    reached = cache(lambda law: _reached(law, changes))
    return [
        case
        for case in cases
        if Path(case.location.file).resolve() in own or _is_affected(case, reached)
    ]


def changes_since(since: str, folder: Path) -> list[Change]:
    """List the files of a git repository that changed since a commit.

    Args:
        since: the commit.
        folder: a folder of the repository.

    Raises:
        PolicyError: there is no repository, or no such commit.

    """
    root = Path(_git(folder, "rev-parse", "--show-toplevel").strip())
    commit = _git(root, "rev-parse", "--verify", "--end-of-options", f"{since}^{{commit}}").strip()
    named = _git(root, "diff", "--name-status", "--no-renames", "-z", commit).split("\0")
    untracked = _git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    changes = [
        Change(root / name, kind) for kind, name in zip(named[::2], named[1::2], strict=False)
    ]
    return changes + [Change(root / name, "A") for name in untracked if name]


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise PolicyError(
            Problem(
                f"git cannot say what changed: {said[-1] if said else 'it failed'}",
                remedy="run in a git repository, with --since a commit, branch or tag of it",
            )
        ) from None
    return done.stdout


def _is_affected(case: Case, reached: Callable[[Legislation], _Reach]) -> bool:
    try:
        reach = reached(case.law)
        if reach.everything or not (reach.variables or reach.parameters):
            return reach.everything
        engine = engine_of(case.law)
        wanted = [slot for slots in case.questions.values() for slot in slots]
        order = engine.read_by(wanted, case.columns[1])
    except PolicyError:  # (the case says itself what is wrong)
        return True
    if order is None or any(name in reach.variables for name, _ in order):
        return True
    tracing = engine.trace(())
    if any(map(reach.holds, tracing.pinned)):
        return True
    given = {slot for slot, column in case.columns[1].items() if column.known is None}
    nodes = [tracing.definitions[slot].node for slot in order if slot not in given]
    return any(node.op == "parameter" and reach.holds(node.detail[0]) for node in live(nodes))


def _reached(law: Legislation, changes: Sequence[Change]) -> _Reach:
    """Find what changed files reach in a book."""
    variables: set[str] = set()
    parameters: list[str] = []
    for path, kind in ((change.path, change.kind) for change in changes):
        if path.is_relative_to(law.sources.reforms):
            if law.base is not None:
                return _Reach(everything=True)
        elif path.is_relative_to(law.sources.parameters) and path.suffix in _LAW:
            if kind != "M" or path.stem == "index":
                return _Reach(everything=True)
            name = path.relative_to(law.sources.parameters).with_suffix("")
            parameters.append(".".join(name.parts))
        elif path.is_relative_to(law.sources.variables) and path.suffix == _CODE:
            defined = _defined_with(law, path) if kind == "M" else frozenset()
            if not defined:
                return _Reach(everything=True)
            variables |= defined
        elif path.suffix == _CODE and not _is_aside(law, path):
            return _Reach(everything=True)
    return _Reach(everything=False, variables=frozenset(variables), parameters=tuple(parameters))


def _is_aside(law: Legislation, path: Path) -> bool:
    """Tell whether code runs no law, or the law of another book."""
    beside = path.is_relative_to(law.sources.variables.parent)
    is_book = (law.sources.variables / "entities.py").exists()
    return bool(_ASIDE & set(path.parts)) or (beside and is_book)


def _defined_with(law: Legislation, path: Path) -> frozenset[str]:
    """Name the variables defined in a file or in one that imports from it, at any remove.

    None are named where it is not certain.
    """
    files = {each: _imported(each, law) for each in law.sources.variables.rglob("*.py")}
    reached, todo = {path}, [path]
    while todo:
        file = todo.pop()
        by = [each for each, imported in files.items() if file in imported and each not in reached]
        reached.update(by)
        todo += by
    try:
        return frozenset(
            name
            for name, variable in law.system.variables.items()
            if Path(inspect.getfile(type(variable))) in reached
        )
    except (OSError, TypeError):  # (a variable made by code, which is in no file)
        return frozenset()


def _imported(file: Path, law: Legislation) -> frozenset[Path]:
    """List the files that a file may import from."""
    found: set[Path] = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom):
            above = file.parents[node.level - 1] if node.level else law.sources.variables.parents[1]
            module = above.joinpath(*(node.module or "").split("."))
            found |= {module, *(module / alias.name for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {
                law.sources.variables.parents[1].joinpath(*alias.name.split("."))
                for alias in node.names
            }
    return frozenset(
        each for path in found for each in (path.with_suffix(".py"), path / "__init__.py")
    )
