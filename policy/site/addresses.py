"""Where each page stands: stable addresses, the same for the page and for its data."""

from __future__ import annotations

import posixpath
from urllib.parse import quote

from policy.site.sections import slug

HOME = "index"
TIMELINE = "timeline/index"


def book(name: str) -> str:
    """Return the address of a book's page, without an ending as all addresses here.

    >>> book("estonia")
    'estonia/index'
    """
    return f"{name}/index"


def variable(book: str, name: str) -> str:
    """Return the address of a variable's page."""
    return f"{book}/variables/{name}"


def number(book: str, name: str) -> str:
    """Return the address of a parameter's or a schedule's page.

    >>> number("estonia", "child_allowance.age_limit")
    'estonia/parameters/child_allowance/age_limit'
    """
    return f"{book}/parameters/{name.replace('.', '/')}"


def act(book: str, key: str) -> str:
    """Return the address of an act's page."""
    return f"{book}/law/{slug(key)}/index"


def provision(book: str, key: str, name: str) -> str:
    """Return the address of a section's page; of a whole act that of the act.

    >>> provision("estonia", "PHS", "§ 21¹")
    'estonia/law/phs/21_1'
    """
    return f"{book}/law/{slug(key)}/{slug(name)}" if name else act(book, key)


def reform(book: str, name: str) -> str:
    """Return the address of a reform's page."""
    return f"{book}/reforms/{name}"


def year(date: str) -> str:
    """Return the address of a year's page of the timeline."""
    return f"timeline/{date[:4]}"


def link(here: str, there: str, ending: str = ".html") -> str:
    """Return the link from one address to another.

    >>> link("estonia/variables/a", "estonia/parameters/b")
    '../parameters/b.html'
    """
    return quote(posixpath.relpath(there + ending, posixpath.dirname(here) or "."))
