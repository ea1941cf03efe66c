"""Options that several commands share, and the book they choose."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

import click

import policy
from policy.errors import LIKENESS, Location, PolicyError, Problem
from policy.legislation.catalogue import search
from policy.loading import load_for_file
from policy.testing.runner import read_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from policy.book import StatuteBook
    from policy.documents import Document
    from policy.testing.runner import ScenarioCase

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


def law_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options --reform and --as-known-on, as one argument ``changes``."""

    @wraps(function)
    def with_changes(*args: Any, reforms: tuple[str, ...], known_on: str, **kwargs: Any) -> Any:
        return function(*args, changes=Changes(reforms, known_on), **kwargs)

    return _reform_option(_known_on_option(with_changes))


_reform_option = click.option(
    "-r",
    "--reform",
    "reforms",
    metavar="REFORM",
    multiple=True,
    help="Lay a reform over the law: a file, or the name of one of the book's; may be repeated.",
)
_known_on_option = click.option(
    "--as-known-on",
    "known_on",
    metavar="DATE",
    default="",
    help="The law as it was known on that day, without acts passed later.",
)


@dataclass(frozen=True)
class Changes:
    """What is laid over the law that a command is about."""

    reforms: tuple[str, ...] = ()
    known_on: str = ""

    def __bool__(self) -> bool:
        """Tell whether anything is laid over the law."""
        return bool(self.reforms or self.known_on)

    def of(self, book: StatuteBook) -> StatuteBook:
        """Return a book with the reforms, as known on the day.

        Raises:
            PolicyError: a reform cannot be read or does not fit, or there is no such day.

        """
        known = book.as_known_on(self.known_on) if self.known_on else book
        return known.reformed(*self.reforms) if self.reforms else known


def _names(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Split lists of names at their commas."""
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


outputs_option = click.option(
    "--outputs",
    "outputs",
    metavar="VARIABLES",
    multiple=True,
    callback=_names,
    help="Variables to calculate, with commas between; else the book's own list.",
)
depth_option = click.option(
    "--depth",
    metavar="N",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="How many levels of steps to show.",
)

seed_option = click.option(
    "--seed",
    metavar="S",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Draws others.",
)
marginals_option = click.option(
    "--marginals", "show", is_flag=True, help="Print what is drawn from, and sources."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
scenario_argument = click.argument("file", metavar="FILE", type=click.Path())


def book_named(name: str | None, fits: Callable[[StatuteBook], float] | None = None) -> StatuteBook:
    """Load the book of that name or, without a name, the one that fits best.

    Args:
        name: of a book, a folder, or a country package.
        fits: tells how well a book fits what is asked, 0 if not at all.

    Raises:
        PolicyError: there is no such book, or none is named and none, or several, fit.

    """
    if name is not None:
        return policy.load(name)
    names = policy.books()
    books = [policy.load(each) for each in names] if fits or len(names) == 1 else []
    scores = [fits(book) if fits and len(books) > 1 else 1 for book in books]
    best = [book for book, score in zip(books, scores, strict=True) if score == max(scores) > 0]
    if len(best) == 1:
        return best[0]
    raise PolicyError(
        Problem(
            "which statute book?",
            remedy=f"name it with --book: {', '.join(names[:-1])} or {names[-1]}",
            code="which-book",
        )
    )


def cases_of(law: StatuteBook, files: Iterable[Path]) -> list[ScenarioCase]:
    """Return the tests that are about a law: with the same reforms, as known on the same day."""
    base = cast("StatuteBook", law.base or law)
    cases = (case for file in files for case in read_cases(file, base))
    return [case for case in cases if case.law is law]


def book_with(name: str | None, asked: str) -> StatuteBook:
    """Load the book of that name or, without a name, the one that has what is asked for.

    Args:
        name: of a book, a folder, or a country package.
        asked: the name of a variable or a parameter, or a word that a book says of one.

    Raises:
        PolicyError: there is no such book, or several have it, or none.

    """

    def fits(book: StatuteBook) -> float:
        names = [*book.variables, *(each.name for each in book.parameters.values())]
        if asked in names or any(each.startswith(f"{asked}.") for each in names):
            return 3
        if search(book, asked):
            return 2
        near = max(SequenceMatcher(None, asked, each).ratio() for each in names)
        return near if near >= LIKENESS else 0

    try:
        return book_named(name, fits)
    except PolicyError:
        if name is not None or any(fits(policy.load(each)) for each in policy.books()):
            raise
        message = f"no statute book has a variable, a parameter or a text with '{asked}'"
        remedy = "try another word, or 'policy list --book BOOK'"
        raise PolicyError(Problem(message, remedy=remedy, code="in-no-book")) from None


def book_of(document: Document, name: str | None) -> StatuteBook:
    """Load the book to calculate a document with: ``--book``, its own ``book:``, or that it fits.

    A document fits the book that has the most of its keys as entities. What is no mapping has none,
    and every book tells what is wrong with it.

    Raises:
        PolicyError: there is no such book, or none is named and none, or several, fit.

    """
    own = document.data.get("book") if isinstance(document.data, dict) else None
    if name is not None:
        return book_named(name)
    if not isinstance(own, str):
        return book_named(None, lambda book: _entities_in(document.data, book))
    try:
        return load_for_file(own)
    except PolicyError as error:
        raise PolicyError(
            *(_at(problem, document.where("book")) for problem in error.problems)
        ) from None


def _entities_in(data: Any, book: StatuteBook) -> float:
    """Count the keys of a scenario, or a scenario test, that are entities of a book."""
    scenario = data[0] if isinstance(data, list) and data else data
    if isinstance(scenario, dict) and isinstance(scenario.get("input"), dict):
        scenario = scenario["input"]
    if not isinstance(scenario, dict):
        return float(book.name == policy.books()[0])
    known = {key for entity in book.entities.values() for key in (entity.key, entity.plural)}
    return len(known & set(scenario))


def _at(problem: Problem, location: Location) -> Problem:
    if problem.location.file:
        return problem
    return Problem(problem.message, location, problem.remedy, "book", problem.code)
