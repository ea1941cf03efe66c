"""Where statute books are found, and how one is loaded by name, folder or package."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from policy.book import StatuteBook
from policy.errors import PolicyError, Problem, did_you_mean
from policy.legislation.legislation import Sources, read_folder, read_package

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from policy.legislation.reforms.reform import ReformLike

_PACKAGE = Path(__file__).parent
#: The law that comes with the library: inside an installed package, beside it in a checkout.
_LAW = _PACKAGE / "law" if (_PACKAGE / "law").is_dir() else _PACKAGE.parent


def books() -> list[str]:
    """Name the statute books that come with the library.

    >>> "estonia" in books()
    True
    """
    return _books_in(_LAW)


def load(
    name: str | Path = "estonia",
    *,
    reforms: Iterable[ReformLike] = (),
    as_known_on: str | datetime.date | None = None,
) -> StatuteBook:
    """Load a statute book.

    Args:
        name: a book that comes with the library (``"estonia"``); a folder of the same shape
            (``parameters/``, ``variables/`` and ``tests/scenarios/``, each with a folder for the
            book); or an installed OpenFisca country package (``"openfisca_country_template"``).
        reforms: changes to lay over it: see :meth:`StatuteBook.reformed`.
        as_known_on: the law as it was known on that day: see :meth:`StatuteBook.as_known_on`.

    Returns:
        The statute book. Loading it again returns the same object.

    Raises:
        PolicyError: there is no such book, or one of its files cannot be read.

    >>> book = load("estonia")
    >>> book.title, book.currency
    ('Family benefits of Estonia', 'EUR')

    """
    if not isinstance(name, str | Path):
        raise PolicyError(
            Problem(
                f"a statute book is named by text or a path, not {type(name).__name__}",
                remedy=f"name one of {', '.join(books())}, a folder, or a country package",
                code="unknown-book",
            )
        )
    folder = Path(name)
    own = str(name) not in books() and folder.is_dir()
    book = _load(str(folder.resolve() if own else name))
    if as_known_on is not None:
        book = book.as_known_on(as_known_on)
    return book.reformed(*reforms) if reforms else book


def read_anew(name: str) -> StatuteBook:
    """Read a statute book whose files may have changed since it was loaded.

    Raises:
        PolicyError: as for :func:`load`.

    """
    found = find(name)
    return StatuteBook(read_folder(*found) if found else read_package(name))


_load = lru_cache(maxsize=16)(read_anew)


def find(name: str) -> tuple[str, Sources] | None:
    """Find a statute book's own name and folders, or None for an installed country package.

    Raises:
        PolicyError: there is no such book.

    """
    if name in books():
        return name, _sources(_LAW, name)
    folder = Path(name)
    if folder.is_dir():
        return _find_in(folder.resolve())
    if name.isidentifier() and importlib.util.find_spec(name) is not None:
        return None
    raise PolicyError(
        Problem(
            f"there is no statute book '{name}'",
            remedy=did_you_mean(
                name,
                books(),
                otherwise=f"name one of {', '.join(books())}, a folder of the same shape, or an"
                " installed OpenFisca country package",
            ),
            code="unknown-book",
        )
    )


def load_for_file(name: str) -> StatuteBook:
    """Load the book that a scenario file names.

    A file may come from anybody and must not run code: it can name a book that comes with the
    library, or an installed package that requires openfisca-core, and nothing else.

    Raises:
        PolicyError: the name is none of these.

    """
    if name in books() or _is_country_package(name):
        return load(name)
    raise PolicyError(
        Problem(
            f"there is no statute book '{name}' that a file can name",
            remedy=did_you_mean(
                name,
                books(),
                otherwise=f"name one of {', '.join(books())} or an installed OpenFisca country"
                " package; a folder is given by --book",
            ),
            code="unknown-book",
        )
    )


def _is_country_package(name: str) -> bool:
    from importlib import metadata  # noqa: PLC0415 (a tenth of a cold start, and seldom needed)

    distributions = metadata.packages_distributions().get(name, [])
    needs = (need for one in distributions for need in metadata.requires(one) or [])
    return any(need.lower().replace("_", "-").startswith("openfisca-core") for need in needs)


def _find_in(folder: Path) -> tuple[str, Sources]:
    found = _books_in(folder)
    if len(found) == 1:
        return found[0], _sources(folder, found[0])
    if found:
        raise PolicyError(
            Problem(
                f"the folder '{folder}' holds several statute books",
                remedy="keep one book in a folder: " + ", ".join(found),
            )
        )
    raise PolicyError(
        Problem(
            f"the folder '{folder}' holds no statute book",
            remedy="it needs parameters/NAME/ and variables/NAME/entities.py",
        )
    )


def _books_in(folder: Path) -> list[str]:
    return sorted(
        path.parent.name
        for path in folder.glob("variables/*/entities.py")
        if (folder / "parameters" / path.parent.name).is_dir()
    )


def _sources(folder: Path, name: str) -> Sources:
    return Sources(
        folder / "parameters" / name,
        folder / "variables" / name,
        folder / "tests" / "scenarios" / name,
    )
