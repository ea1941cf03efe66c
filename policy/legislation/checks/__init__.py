"""Checks of a statute book: one function for each kind of defect, all in the tables here.

A check takes the book as it is being written and yields a problem for each defect it finds. The
form of the files is checked first; what they say, and the formulas, when the form is right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policy.errors import PolicyError
from policy.legislation.checks import form, formulas, reforms, values
from policy.legislation.checks.draft import Draft, read_files
from policy.legislation.legislation import read_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from policy.errors import Problem
    from policy.legislation.legislation import Legislation, Sources

    Check = Callable[[Draft], Iterator[Problem]]

#: Of the files: these must be right before the rest can be looked at.
FORM: tuple[Check, ...] = (
    form.index_exists,
    form.files,
    form.names,
    form.schema_comment,
    form.schema,
)
#: Of what the files say.
VALUES: tuple[Check, ...] = (
    values.order,
    values.gaps,
    values.needless,
    values.enacted,
    values.schedules,
    values.currency,
    values.labels,
    values.acts,
)
#: Of the variables of a book, and of files and formulas together.
BOOK: tuple[Check, ...] = (
    formulas.outputs,
    formulas.unused_parameters,
    formulas.unused_variables,
    formulas.descriptions,
    formulas.units,
    formulas.numbers,
    reforms.reforms,
)
#: Of the formulas of any law, an installed country package too.
FORMULAS: tuple[Check, ...] = (formulas.twice, formulas.unknown_names, formulas.results)

_FAILURES = frozenset(
    {"unknown-parameter", "unknown-variable", "formula-failed", "result-length", "result-type"}
)


@dataclass(frozen=True)
class Report:
    """What is wrong, by file and line, what was not looked at, and the law where it loads."""

    problems: tuple[Problem, ...]
    left_out: str = ""
    law: Legislation | None = None

    @property
    def law_fails(self) -> bool:
        """Whether a formula fails, names what does not exist, or returns what it may not."""
        return any(problem.code in _FAILURES for problem in self.problems)

    def also(self, problems: Iterable[Problem]) -> Report:
        """Return the report with more problems."""
        return replace(self, problems=_sorted([*self.problems, *problems]))


def check_book(name: str, sources: Sources) -> Report:
    """Check a statute book in its folders."""
    documents, problems = read_files(sources.parameters)
    draft = Draft(sources.parameters, documents)
    problems += _found(draft, FORM)
    if problems:
        return Report(_sorted(problems), "values and formulas: correct these files first")
    try:
        draft.law = read_folder(name, sources)
    except PolicyError as error:
        problems += [*error.problems, *_found(draft, VALUES)]
        return Report(_sorted(problems), "formulas: the book must load first")
    return Report(_sorted(_found(draft, (*VALUES, *BOOK, *FORMULAS))), law=draft.law)


def check_package(law: Legislation) -> Report:
    """Check the formulas of an installed OpenFisca country package."""
    problems = _found(Draft(None, {}, law), FORMULAS)
    left_out = "parameter files: a country package has no provenance"
    return Report(_sorted(problems), left_out, law)


def _found(draft: Draft, checks: Iterable[Check]) -> list[Problem]:
    return [problem for check in checks for problem in check(draft)]


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.location, problem.message)))
