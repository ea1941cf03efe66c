"""A whole site: its books published, rendered, built by mkdocs and put in its place."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

import policy
from policy.errors import Location, PolicyError, Problem
from policy.loading import books as own_books
from policy.loading import read_anew
from policy.site import addresses, library
from policy.site.books import Kept, published
from policy.site.examples import is_own
from policy.site.pages import File, Pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy.book import StatuteBook
    from policy.site.model import Book

_ASSETS = Path(__file__).parent / "assets"
#: What mkdocs writes that a site in a folder has no use for.
_UNUSED = ("sitemap.xml", "sitemap.xml.gz")
_MARK = ".policy-docs"
#: What stands between words that are searched for: names of variables are words too.
_SEPARATOR = r"[\s\-_,:!=\[\]()\"/]+"


@dataclass
class Site:
    """What a site is made of.

    Attributes:
        names: its books: names, folders, or country packages.
        evidence: the folder with what coverage and mutation printed, or None.
        kept: of each book what was worked out before.

    """

    names: tuple[str, ...] = ()
    evidence: Path | None = None
    kept: dict[str, Kept] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = self.names or tuple(own_books())

    @property
    def docs(self) -> Path:
        """The folder of guides beside the first book."""
        return docs_beside(policy.load(self.names[0]))

    def sources(self, *, tests: bool = True, processes: int = 1) -> Iterator[File]:
        """Yield the Markdown, data and settings that mkdocs makes the site from.

        Raises:
            PolicyError: a book cannot be read, or one of its tests fails.

        """
        made = self._published(tests=tests, processes=processes)
        books = [book for book, _ in made]
        for _, files in made:
            yield from files
        guides, files = library.guides(self.docs)
        yield from files
        yield from Pages(books).shared(guides)
        yield File("mkdocs.yml", settings(books, guides))

    def _published(self, *, tests: bool, processes: int) -> list[tuple[Book, list[File]]]:
        if processes > 1 and len(self.names) > 1:
            with ProcessPoolExecutor(processes, get_context("fork")) as pool:
                running = [pool.submit(_made, name, self.evidence, tests) for name in self.names]
                return [each.result() for each in running]
        return [
            _made(name, self.evidence, tests, self.kept.setdefault(name, Kept()))
            for name in self.names
        ]


def _made(
    name: str, evidence: Path | None, tests: bool, kept: Kept | None = None
) -> tuple[Book, list[File]]:
    book, kept = read_anew(name), kept or Kept()
    made = published(book, docs_beside(book), evidence_of(book, evidence), kept, tests=tests)
    return made, [*Pages([made], kept.pages).of_book(made)]


def docs_beside(book: StatuteBook) -> Path:
    """Return the folder of guides that lies beside a book's folders; it may not exist."""
    folder = book.sources.parameters
    return folder.parents[1] / "docs" if is_own(book) else folder / "docs"


def evidence_of(book: StatuteBook, folder: Path | None) -> dict[str, Any]:
    """Read what ``policy coverage --json`` and ``policy mutate --json`` printed of a book.

    Raises:
        PolicyError: a file is no JSON.

    """
    found = {}
    for command in ("coverage", "mutate"):
        path = folder / f"{book.name}.{command}.json" if folder else None
        if path and path.is_file():
            try:
                found[command] = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise PolicyError(
                    Problem(
                        f"not JSON: {error}",
                        Location(str(path)),
                        f"write it with 'policy {command} {book.name} --json'",
                    )
                ) from None
    return found


def settings(books: Iterable[Book], guides: dict[str, str]) -> str:
    """Return the settings of mkdocs: the theme, what works from a folder, and the way around."""
    books = list(books)
    navigation: list[Any] = [{"Home": "index.md"}]
    for book in books:
        name = book.name
        law = [
            {book.acts[key].title: f"{addresses.act(name, key)}.md"}
            for key in dict.fromkeys(key for key, _ in book.provisions)
        ]
        reforms = [
            {reform.title: f"{addresses.reform(name, key)}.md"}
            for key, reform in book.reforms.items()
        ]
        pages: list[Any] = [f"{name}/index.md"]
        pages.append(
            {
                "Gives and takes": [
                    {book.things[each].label: f"{addresses.variable(name, each)}.md"}
                    for each in book.outputs
                ]
            }
        )
        if law:
            pages.append({"Law": law})
        if reforms:
            pages.append({"Reforms": [f"{name}/reforms/index.md", *reforms]})
        pages += [
            {"Terms": f"{name}/variables/index.md"},
            {"Numbers": f"{name}/parameters/index.md"},
            {"Glossary": f"{name}/glossary.md"},
        ]
        navigation.append({_short(book): pages})
    years = sorted({each.date[:4] for book in books for each in book.changes}, reverse=True)
    navigation.append(
        {"Timeline": ["timeline/index.md", *({year: f"timeline/{year}.md"} for year in years)]}
    )
    navigation.append(
        {
            "Library": [
                *({text: f"{address}.md"} for address, text in guides.items()),
                {"The law as data": "data.md"},
            ]
        }
    )
    toggles = [
        ("(prefers-color-scheme)", None, "brightness-auto", "light"),
        ("(prefers-color-scheme: light)", "default", "weather-sunny", "dark"),
        ("(prefers-color-scheme: dark)", "slate", "weather-night", "system"),
    ]
    reference: list[Any] = [
        {
            "mkdocstrings": {
                "handlers": {
                    "python": {
                        "paths": [str(Path(policy.__file__).parents[1])],
                        "options": {
                            "docstring_style": "google",
                            "show_source": False,
                            "show_root_heading": False,
                            "show_root_toc_entry": False,
                            "show_bases": False,
                            "separate_signature": True,
                            "show_signature_annotations": True,
                            "extensions": ["policy.site.doctests"],
                            "filters": ["!^_"],
                            "inherited_members": ["title", "version", "currency"],
                        },
                    }
                }
            }
        }
    ]
    plugins: list[Any] = [{"search": {"lang": "en", "separator": _SEPARATOR}}, "offline"]
    if "reference" in guides:
        plugins += reference
    data = {
        "site_name": "policy" if len(books) > 1 else books[0].title,
        "docs_dir": "docs",
        "site_dir": "site",
        "use_directory_urls": False,
        "copyright": "Made by policy from the law: "
        + ", ".join(f"{book.version}" for book in books),
        "theme": {
            "name": "material",
            "language": "en",
            "font": False,
            "features": [
                "navigation.tabs",
                "navigation.prune",
                "navigation.indexes",
                "navigation.top",
                "search.highlight",
                "toc.follow",
            ],
            "palette": [
                {
                    "media": media,
                    **({"scheme": scheme} if scheme else {}),
                    "primary": "custom",
                    "accent": "custom",
                    "toggle": {"icon": f"material/{icon}", "name": f"Switch to {other} mode"},
                }
                for media, scheme, icon, other in toggles
            ],
        },
        "extra": {"generator": False, "polyfills": ["assets/iframe-worker.js"]},
        "extra_css": ["assets/site.css"],
        "extra_javascript": [{"path": "assets/site.js", "defer": True}],
        "hooks": [str(Path(__file__).with_name("amended.py"))],
        "plugins": plugins,
        "markdown_extensions": [
            "attr_list",
            "tables",
            {"toc": {"permalink": False, "toc_depth": "2-3"}},
            {"pymdownx.highlight": {"anchor_linenums": False}},
            "pymdownx.superfences",
        ],
        "validation": {"omitted_files": "ignore", "links": {"anchors": "warn"}},
        "nav": navigation,
    }
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000)


def _short(book: Book) -> str:
    return book.name.replace("_", " ").title()


def write_sources(files: Iterable[File], folder: Path) -> list[str]:
    """Write the files that mkdocs reads, those that differ; remove what is there no more.

    Returns:
        The paths of the files that were written anew.

    """
    written, known = [], set()
    for file in files:
        path = folder / (file.path if file.path == "mkdocs.yml" else f"docs/{file.path}")
        known.add(path)
        if path.is_file() and path.read_text(encoding="utf-8") == file.text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
        written.append(file.path)
    for asset in sorted(_ASSETS.iterdir()):
        path = folder / "docs" / "assets" / asset.name
        known.add(path)
        if not path.is_file() or path.read_bytes() != asset.read_bytes():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(asset, path)
            written.append(f"assets/{asset.name}")
    for path in (folder / "docs").rglob("*"):
        if path.is_file() and path not in known:
            path.unlink()
    return written


def build(site: Site, out: Path, *, processes: int = 1) -> None:
    """Build a site and put it in its place when it is whole.

    Args:
        site: the site.
        out: the folder to write; one that is not empty must be a site built before.
        processes: how many books are worked out at once.

    Raises:
        PolicyError: a book cannot be read, an example is wrong, or the folder is something else.

    """
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / _MARK).exists())):
        raise PolicyError(
            Problem(
                "the folder is not empty, and no site built before",
                Location(str(out)),
                "name another folder, or empty it",
            )
        )
    out = out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as work:
        folder = Path(work)
        write_sources(site.sources(processes=processes), folder)
        run_mkdocs(folder)
        finished = folder / "site"
        (finished / _MARK).write_text("Built by policy docs build.\n", encoding="utf-8")
        if out.exists():
            out.rename(folder / "before")
        finished.rename(out)


def run_mkdocs(folder: Path, *, dirty: bool = False) -> None:
    """Run mkdocs in a folder of sources, strictly.

    Raises:
        PolicyError: mkdocs is not installed, or warns.

    """
    try:
        from mkdocs.commands.build import build as make  # noqa: PLC0415 (an extra)
        from mkdocs.config import load_config  # noqa: PLC0415 (an extra)
        from mkdocs.exceptions import Abort, ConfigurationError  # noqa: PLC0415 (an extra)
    except ImportError:
        raise PolicyError(
            Problem("the docs need mkdocs", remedy="pip install 'policy-statutes[docs]'")
        ) from None
    with _heard() as warnings, _quiet():
        try:
            config = load_config(str(folder / "mkdocs.yml"), strict=not dirty)
            config.plugins.on_startup(command="build", dirty=dirty)
            make(config, dirty=dirty)
            config.plugins.on_shutdown()
        except (Abort, ConfigurationError) as error:
            told = warnings or [str(error)]
            raise PolicyError(*(Problem(each, code="mkdocs") for each in told)) from None
    for name in _UNUSED:
        (folder / "site" / name).unlink(missing_ok=True)


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Collect what mkdocs warns of, instead of printing it."""
    found: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    listener, logger = Listener(logging.WARNING), logging.getLogger("mkdocs")
    logger.addHandler(listener)
    before = logger.propagate
    logger.propagate = False
    try:
        yield found
    finally:
        logger.removeHandler(listener)
        logger.propagate = before


@contextmanager
def _quiet() -> Iterator[None]:
    """Give mkdocs no clock: what it builds depends on its sources alone."""
    before = {
        name: os.environ.get(name)
        for name in ("SOURCE_DATE_EPOCH", "DISABLE_MKDOCS_2_WARNING", "NO_MKDOCS_2_WARNING")
    }
    os.environ.update(dict.fromkeys(before, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
