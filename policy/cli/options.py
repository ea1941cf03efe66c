"""Options that several commands share, and the book they choose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import policy
from policy.errors import Location, PolicyError, Problem
from policy.loading import load_for_file

if TYPE_CHECKING:
    from policy.book import StatuteBook
    from policy.documents import Document

book_option = click.option(
    "--book",
    metavar="BOOK",
    help="The statute book: a name, a folder, or an installed OpenFisca country package.",
)
book_argument = click.argument("book", metavar="[BOOK]", required=False)
suite_argument = click.argument("suite", metavar="[SUITE]...", nargs=-1, type=click.Path())
period_option = click.option(
    "--period", metavar="PERIOD", help="A month (2024-05) or a year (2024); else the scenario's."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
scenario_argument = click.argument("file", metavar="FILE", type=click.Path())


def book_named(name: str | None) -> StatuteBook:
    """Load the book of that name or, without a name, the only one there is.

    Raises:
        PolicyError: there is no such book, or none is named and there are several.

    """
    names = policy.books()
    if name is None and len(names) != 1:
        raise PolicyError(
            Problem(
                "which statute book?",
                remedy=f"say --book {' or --book '.join(names)}",
                code="which-book",
            )
        )
    return policy.load(names[0] if name is None else name)


def book_of(document: Document, name: str | None) -> StatuteBook:
    """Load the book to calculate a document with: ``--book``, its own ``book:``, or the only one.

    Raises:
        PolicyError: there is no such book, or none is named and there are several.

    """
    own = document.data.get("book") if isinstance(document.data, dict) else None
    if name is not None or not isinstance(own, str):
        return book_named(name)
    try:
        return load_for_file(own)
    except PolicyError as error:
        raise PolicyError(
            *(_at(problem, document.where("book")) for problem in error.problems)
        ) from None


def _at(problem: Problem, location: Location) -> Problem:
    if problem.location.file:
        return problem
    return Problem(problem.message, location, problem.remedy, "book", problem.code)
