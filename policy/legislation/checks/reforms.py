"""The reforms that lie with a book: each must fit its law, and its formulas be right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.errors import Location, PolicyError, Problem
from policy.legislation.checks import formulas
from policy.legislation.checks.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.legislation.legislation import Legislation

#: Endings of files that a folder of reforms holds.
_SUFFIXES = (".yaml", ".py")


def reforms(draft: Draft) -> Iterator[Problem]:
    """Report reforms that cannot be laid over the law, and mistakes in their formulas."""
    from policy.legislation.reforms.overlay import overlaid  # noqa: PLC0415 (it needs the checks)
    from policy.legislation.reforms.reform import own_reforms  # noqa: PLC0415 (likewise)

    law = draft.law
    if law is None:
        return
    used = set()
    for file in own_reforms(law).values():
        try:
            made = overlaid(law, [file])
        except PolicyError as error:
            yield from error.problems
            continue
        own = {str(each.formulas) for each in made.reforms if each.formulas}
        used |= own
        yield from (each for each in _in_formulas(made) if each.location.file in own)
    folder = law.sources.reforms
    for path in sorted(folder.iterdir() if folder.is_dir() else ()):
        of_none = path.suffix == ".py" and str(path) not in used
        if path.is_file() and (path.suffix not in _SUFFIXES or of_none):
            message, remedy = "no reform names this file", "name it under 'formulas', or remove it"
            yield Problem(message, Location(str(path)), remedy, code="file")


def _in_formulas(law: Legislation) -> Iterator[Problem]:
    changed = Draft(None, {}, law)
    for check in (formulas.unknown_names, formulas.results):
        yield from check(changed)
