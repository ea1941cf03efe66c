"""``policy docs``: the published law as a site."""

from __future__ import annotations

import time
from pathlib import Path

import click

from policy.testing.workers import cores


@click.group(
    epilog="""\b
Examples:
  policy docs build --out site
  policy docs build estonia --out site
  policy docs build . --out site
  policy docs serve nebraska
"""
)
def command() -> None:
    """Publish statute books as a site: pages for people, data for programs."""


books_argument = click.argument("books", metavar="[BOOK]...", nargs=-1)
evidence_option = click.option(
    "--evidence",
    metavar="FOLDER",
    type=click.Path(file_okay=False, exists=True),
    help="Show what BOOK.coverage.json and BOOK.mutate.json in it say of the tests.",
)


@command.command()
@books_argument
@click.option("--out", metavar="DIR", required=True, type=click.Path(), help="The folder to write.")
@evidence_option
def build(books: tuple[str, ...], out: str, evidence: str | None) -> None:
    """Build the site of BOOKs: names, folders, or OpenFisca country packages; else of all.

    Every example on it is calculated, and a wrong one is an error. The folder works as it is: on
    any server, or opened from disk. It is put in its place when it is whole.
    """
    from policy.site import site  # noqa: PLC0415 (for a quick start)

    begun = time.perf_counter()
    made = site.Site(books, Path(evidence) if evidence else None)
    site.build(made, Path(out), processes=cores())
    pages = sum(1 for _ in Path(out).rglob("*.html"))
    click.echo(f"{pages:,} pages in {out}, {time.perf_counter() - begun:.0f} s")


@command.command()
@books_argument
@click.option("--port", default=8000, show_default=True, help="The port on this machine.")
@evidence_option
def serve(books: tuple[str, ...], port: int, evidence: str | None) -> None:
    """Show the site on this machine, and again whenever a file of the law changes."""
    from policy.site import serving, site  # noqa: PLC0415 (for a quick start)

    made = site.Site(books, Path(evidence) if evidence else None)
    serving.serve(made, port, click.echo)
