"""The library's own docs in the site: guides as they are, errors from their tests, the reference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from policy.site.pages import File

if TYPE_CHECKING:
    from collections.abc import Iterable


def guides(docs: Path) -> tuple[dict[str, str], list[File]]:
    """Return the guides of a folder: their titles by address, and their files."""
    titles, files = {}, []
    for path in sorted(docs.glob("*.md")) if docs.is_dir() else ():
        text = path.read_text(encoding="utf-8")
        title = text.partition("\n")[0].lstrip("# ")
        titles[f"guides/{path.stem}"] = title
        files.append(File(f"guides/{path.name}", text))
    return titles, files
