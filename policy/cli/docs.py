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
    from policy.site.site import Site, build as make  # noqa: PLC0415 (for a quick start)

    begun = time.perf_counter()
    make(Site(books, Path(evidence) if evidence else None), Path(out), processes=cores())
    pages = sum(1 for _ in Path(out).rglob("*.html"))
    click.echo(f"{pages:,} pages in {out}, {time.perf_counter() - begun:.0f} s")
