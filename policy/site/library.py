"""The library's own docs in the site: guides as they are; errors, reference and picture made."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

import policy
from policy.site import drawings
from policy.site.pages import File, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PACKAGE = Path(policy.__file__).parent
#: A message of ``policy``: where, and what; a remedy stands after the first semicolon.
_MESSAGE = re.compile(r"(?P<where>\S+\.yaml(?::\d+:\d+)?): (?P<said>.*)")
#: A guide as a README links to it.
_NAMED = re.compile(r"\]\(docs/([\w-]+\.md)\)")
#: So much of a broken file is shown.
_LINES, _LETTERS = 16, 900


def guides(docs: Path) -> tuple[dict[str, str], list[File]]:
    """Return the guides beside a book: their titles by address, and their files.

    The library's own folder is joined by what is made of its tests and its code.
    """
    titles, files = {}, []
    for path in _ordered(docs) if docs.is_dir() else ():
        text = path.read_text(encoding="utf-8")
        titles[f"guides/{path.stem}"] = text.partition("\n")[0].lstrip("# ")
        files.append(File(f"guides/{path.name}", text))
    for path in sorted((docs / "examples").glob("*.*")) if docs.is_dir() else ():
        files.append(File(f"guides/examples/{path.name}", path.read_text(encoding="utf-8")))
    if docs.parent in {_PACKAGE.parent, _PACKAGE / "law"}:
        for address, title, text in (
            ("errors", "Errors and what to do", _errors(docs.parent / "tests" / "bad")),
            ("architecture", "Architecture in one picture", _architecture()),
            ("reference", "Reference", _reference()),
        ):
            titles[address] = title
            files.append(File(f"{address}.md", text))
    return titles, files


def _ordered(docs: Path) -> list[Path]:
    """Return the guides of a folder in the order in which the README names them."""
    readme = docs.parent / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    named = {name: place for place, name in enumerate(_NAMED.findall(text))}
    return sorted(docs.glob("*.md"), key=lambda path: (named.get(path.name, len(named)), path.name))


def _errors(folder: Path) -> str:
    """Return the page of errors: each broken file of the tests, and what is said of it."""
    found = []
    for pinned in sorted(folder.glob("*.txt")):
        heading = pinned.stem.replace("-", " ").capitalize()
        messages = [*_messages(pinned.read_text(encoding="utf-8"))]
        found.append((pinned.stem, heading, _shown(pinned.with_suffix(".yaml")), messages))
    return environment().get_template("errors.md").render(errors=found)


def _messages(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield where, what was wrong and what to do, for each line of a message.

    >>> [*_messages("a.yaml:1:1: there are no persons; add them")]
    [('a.yaml:1:1', 'there are no persons', 'add them')]
    """
    for line in text.splitlines():
        written = _MESSAGE.fullmatch(line)
        where, said = (written["where"], written["said"]) if written else ("", line)
        cause, _, remedy = said.partition("; ")
        yield where, cause, remedy


def _shown(path: Path) -> str:
    """Return the beginning of a broken file, where it is text that can be shown."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    printable = all(letter.isprintable() or letter in "\n\t" for letter in text)
    if not printable or len(text) > _LETTERS:
        return ""
    return "\n".join(text.splitlines()[:_LINES])


def _reference() -> str:
    """Return the page of the reference: what ``policy`` offers, by mkdocstrings."""
    homes: Mapping[str, str] = vars(policy)["_HOMES"]
    names = ["load", "books", "StatuteBook", *sorted(set(homes) - {"load", "books", "StatuteBook"})]
    objects = [(f"policy.{name}", f"{homes[name]}.{name}") for name in names]
    return environment().get_template("reference.md").render(objects=objects)


def _architecture() -> str:
    """Return the page with the parts of the library and what they import."""
    parts = {path.parent.name: path for path in sorted(_PACKAGE.glob("*/__init__.py"))}
    imports = {name: _imports(path.parent) & set(parts) - {name} for name, path in parts.items()}
    meanings = {
        name: (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
        for name, path in parts.items()
    }
    depth: dict[str, int] = {}
    while len(depth) < len(parts):  # each stands one column left of all that it imports
        ready = [name for name in parts if name not in depth and imports[name] <= set(depth)]
        if not ready:  # parts that import each other stand together
            ready = [name for name in parts if name not in depth]
        depth |= {
            name: 1 + max((depth.get(other, -1) for other in imports[name]), default=-1)
            for name in ready
        }
    columns = [
        [name for name in parts if depth[name] == level]
        for level in range(max(depth.values()), -1, -1)
    ]
    picture = drawings.columns(
        columns,
        lambda name: sorted(imports[name]),
        lambda name: drawings.Node(f"policy.{name}", "step", f"#{name}"),
        "The parts of the library, each left of those that it imports",
    )
    return (
        environment()
        .get_template("architecture.md")
        .render(
            picture=Markup(picture),
            parts=[(name, meanings[name].replace("``", "")) for name in parts],
        )
    )


def _imports(folder: Path) -> set[str]:
    """Return the parts of the library that the files of a folder import when they are loaded."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("policy."):
                found.add((node.module or "").split(".")[1])
    return found
