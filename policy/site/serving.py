"""A preview of a site that follows its files: what has changed is made anew, the rest is kept."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import policy
from policy.errors import PolicyError
from policy.site.site import run_mkdocs, write_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policy.site.site import Site


class Preview:
    """A site in a folder of its own, made again in parts.

    Examples are calculated again only where the law behind them changed, and pages written only
    where their sources did. The search keeps the words of the first build.
    """

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.folder = folder

    @property
    def root(self) -> Path:
        """The folder that is served."""
        return self.folder / "site"

    def build(self) -> list[str]:
        """Make what has changed since the last time; return the sources that did.

        Raises:
            PolicyError: a book cannot be read, or an example is wrong; what was there stays.

        """
        is_first = not self.root.exists()
        written = write_sources(self.site.sources(tests=False), self.folder)
        if not written:
            return []
        words = {path: path.read_bytes() for path in self.root.glob("search/search_index.*")}
        run_mkdocs(self.folder, dirty=not is_first)
        for path, content in words.items():
            path.write_bytes(content)
        return written

    def watched(self) -> Iterator[Path]:
        """Yield the folders whose files the site is made from."""
        for name in self.site.names:
            sources = policy.load(name).sources
            for folder in (sources.parameters, sources.variables, sources.scenarios):
                if folder.is_dir():
                    yield folder
        if self.site.docs.is_dir():
            yield self.site.docs


def serve(site: Site, port: int, say: Callable[[str], object]) -> None:
    """Serve a preview on this machine until it is stopped.

    Raises:
        PolicyError: a book cannot be read at the start.

    """
    with tempfile.TemporaryDirectory(prefix="policy-docs-") as folder:
        preview = Preview(site, Path(folder))
        preview.build()
        from mkdocs.livereload import LiveReloadServer  # noqa: PLC0415 (an extra)

        def again() -> None:
            try:
                written = preview.build()
                say(f"{len(written)} changed" if written else "nothing changed")
            except PolicyError as error:
                say(str(error))

        server = LiveReloadServer(
            again, host="127.0.0.1", port=port, root=str(preview.root), mount_path="/"
        )
        for each in preview.watched():
            server.watch(str(each))
        say(f"http://127.0.0.1:{port}/")
        try:
            server.serve()  # type: ignore[no-untyped-call]
        finally:
            server.shutdown()
