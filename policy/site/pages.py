"""The pages and data of a site, rendered from what its books publish."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from policy.legislation.checks.form import SCHEMAS
from policy.legislation.units import is_money, shown
from policy.site import addresses
from policy.site.effects import COUNT, SEED
from policy.site.here import Here, day, md, paragraphs
from policy.site.history import ALWAYS, text_of
from policy.site.model import BENEFIT, FACT, STEP, Provision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from policy.site.model import Book, Change, Number, Thing

_TEMPLATES = Path(__file__).parent / "templates"
#: The schema of what is published as data, beside those of the files of a book.
PAGE_SCHEMA = Path(__file__).parent / "schemas" / "page.schema.json"
_KINDS = {
    "bool": "yes or no",
    "date": "a date",
    "float": "a number",
    "int": "a whole number",
    "str": "a text",
}
_TITLES = {
    BENEFIT: "What the book gives and takes",
    STEP: "Steps on the way",
    FACT: "Facts to give",
}
#: How far what is found by the site's search is raised above the rest.
_BOOSTS = {BENEFIT: 2, STEP: 1, FACT: 1}
#: So many changes are on a book's page, and so many entries in the feed.
_RECENT, _ENTRIES = 12, 60
_RAISED, _DIGITS = re.compile("[⁰¹²³⁴-⁹]+"), str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_URL = re.compile(r"https?://[^\s,)]+")


@dataclass(frozen=True)
class File:
    """A file of the site's sources: where it stands, and what is in it."""

    path: str
    text: str


@cache
def environment() -> Environment:
    """Return the templates of the site's pages."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(day=day, md=md, haystack=_haystack, value=text_of, linked=_linked)
    made.filters["tojson"] = lambda text: Markup(json.dumps(str(text), ensure_ascii=False))
    return made


def _haystack(thing: Thing) -> str:
    """Return the words by which a variable is found in a list."""
    return " ".join(
        (
            thing.label,
            *thing.entry.labels.values(),
            thing.name.replace("_", " "),
            thing.entry.section,
        )
    ).lower()


def _linked(text: str) -> Markup:
    """Return a text with its addresses as links."""
    parts, end = [], 0
    for found in _URL.finditer(text):
        parts += [
            escape(text[end : found.start()]),
            Markup('<a href="{}" rel="external">{}</a>').format(found[0], found[0].split("/")[2]),
        ]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


class Pages:
    """Renders the pages of books; a book's own and those that books share.

    Attributes:
        books: the books.
        kept: the pages of variables and numbers rendered before, with what they were made of. They
            are taken again while that is the same, but for the version of the law in their data.

    """

    def __init__(self, books: Iterable[Book], kept: dict[Any, Any] | None = None) -> None:
        self.books = tuple(books)
        self.kept = {} if kept is None else kept
        self.environment = environment()

    def _render(self, template: str, **things: Any) -> str:
        return self.environment.get_template(template).render(**things)

    def of_book(self, book: Book) -> Iterator[File]:
        """Yield the files of one book."""
        yield from self._of_book(book)
        names = _names(book)
        for thing in book.things.values():
            used = dict.fromkeys((*thing.parameters, *thing.headline))
            made_of = (thing, [book.numbers[name] for name in used], names)
            yield from self._again(
                (book.name, "variable", thing.name), made_of, self._of_thing, book, thing
            )
        for number in book.numbers.values():
            key = (book.name, "number", number.name)
            yield from self._again(key, (number, names), self._of_number, book, number)
        yield from self._of_law(book)
        yield from self._of_reforms(book)

    def _again(
        self, key: Any, made_of: Any, make: Callable[..., Iterator[File]], *things: Any
    ) -> list[File]:
        """Return files as they were made before, if they are made of the same."""
        before = self.kept.get(key)
        if before is None or before[0] != made_of:
            self.kept[key] = before = (made_of, list(make(*things)))
        files: list[File] = before[1]
        return files

    def _page(self, template: str, h: Here, **things: Any) -> File:
        return File(f"{h.address}.md", self._render(template, h=h, book=h.book, **things))

    def _of_book(self, book: Book) -> Iterator[File]:
        h = Here(addresses.book(book.name), book)
        counts: dict[str, int] = {}
        for act, name in book.provisions:
            counts[act] = counts.get(act, 0) + bool(name)
        past = [each for each in book.changes if each.date <= book.as_of]
        coming = [each for each in book.changes if each.date > book.as_of]
        yield self._page(
            "book.md",
            h,
            outputs=[book.things[name] for name in book.outputs],
            acts=[
                (act, addresses.act(book.name, key), counts.get(key, 0))
                for key, act in book.acts.items()
                if key in counts
            ],
            recent=[*reversed(coming), *reversed(past)][:_RECENT],
            tables=[
                (table.title, f"{h.thing(thing.name)}#tables", thing.label)
                for thing in book.things.values()
                for table in thing.tables
            ],
        )
        yield _json(
            h.address,
            {
                "name": book.name,
                "title": book.title,
                "titles": book.titles,
                "description": book.description,
                "currency": book.currency,
                "languages": book.languages,
                "covers_from": book.covers_from,
                "law_read_on": book.as_of,
                "law_version": book.version,
                "acts": {key: asdict(act) for key, act in book.acts.items()},
                "outputs": book.outputs,
                "grades": book.grades,
                "evidence": [asdict(each) for each in book.evidence],
                "reforms": list(book.reforms),
            },
        )
        trail = [(book.title, addresses.book(book.name))]
        yield self._things_list(book, trail)
        yield self._numbers_list(book, trail)
        yield self._glossary(book, trail)

    def _things_list(self, book: Book, trail: list[tuple[str, str]]) -> File:
        h = Here(f"{book.name}/variables/index", book)
        groups = []
        for kind, heading in _TITLES.items():
            rows = [
                (
                    _haystack(each),
                    each.label,
                    h.thing(each.name),
                    each.entry.labels,
                    each.entry.section,
                )
                for each in book.things.values()
                if each.kind == kind
            ]
            if rows:
                groups.append((kind, heading, sorted(rows, key=lambda row: row[1].casefold())))
        lead = "Everything that is given, worked out or asked for, with the section of the law."
        return self._page("list.md", h, title="Terms", lead=lead, groups=groups, trail=trail)

    def _numbers_list(self, book: Book, trail: list[tuple[str, str]]) -> File:
        h = Here(f"{book.name}/parameters/index", book)
        folders: dict[str, list[Any]] = {}
        for number in book.numbers.values():
            value, _ = h.value(number, book.as_of)
            text = f"{number.label} {' '.join(number.first.labels.values())} {number.first.section}"
            row = (text.lower(), number.label, h.number(number.name), number.first.labels, value)
            folders.setdefault(number.name.partition(".")[0], []).append(row)
        groups = [
            (name, name.replace("_", " ").capitalize(), rows) for name, rows in folders.items()
        ]
        lead = f"Every number of the law, with its value on {day(book.as_of)}."
        return self._page("list.md", h, title="Numbers", lead=lead, groups=groups, trail=trail)

    def _glossary(self, book: Book, trail: list[tuple[str, str]]) -> File:
        h = Here(f"{book.name}/glossary", book)
        rows: dict[str, list[Any]] = {}
        for thing in book.things.values():
            meaning = (paragraphs(thing.entry.meaning) or [""])[0]
            row = (_haystack(thing), thing.label, h.thing(thing.name), thing.entry.labels, meaning)
            rows.setdefault(thing.label[:1].upper(), []).append(row)
        groups = [
            (f"letter-{ord(letter)}", letter, sorted(each, key=lambda row: row[1].casefold()))
            for letter, each in sorted(rows.items())
        ]
        lead = "The terms of the book in its languages, each with what it means."
        return self._page("list.md", h, title="Glossary", lead=lead, groups=groups, trail=trail)

    def _of_thing(self, book: Book, thing: Thing) -> Iterator[File]:
        h = Here(addresses.variable(book.name, thing.name), book)
        meaning = paragraphs(thing.entry.meaning)
        entry = thing.entry
        by = "once, for all time" if entry.period == "eternity" else f"by the {entry.period}"
        values = ", ".join(entry.choices) or _KINDS.get(entry.type, entry.type)
        if is_money(entry.unit):
            values = f"an amount in {entry.unit}"
        elif entry.unit and entry.unit not in {"1", "date", "yes or no"}:
            values = f"{values} ({entry.unit})"
        provisions = {(each.act, each.provision) for each in thing.citations if each.provision}
        near = [
            each.name
            for each in book.things.values()
            if each.name != thing.name
            and each.kind != FACT
            and each.name not in thing.used_by
            and provisions & {(c.act, c.provision) for c in each.citations}
        ]
        yield self._page(
            "variable.md",
            h,
            thing=thing,
            lead=meaning[0] if meaning else thing.label,
            more=meaning[1:],
            by=by,
            values=values,
            default=shown(entry.default, entry.unit),
            boost=_BOOSTS[thing.kind],
            always=ALWAYS,
            facts=h.facts(thing) if thing.kind != FACT else [],
            users=h.named(thing.used_by),
            near=h.named(near)[:_RECENT],
            reforms=[
                (reform.title, h.reform(name), reform.bill)
                for name, reform in book.reforms.items()
                if thing.name in reform.outputs or thing.name in dict(reform.formulas)
            ],
            trail=[
                (book.title, addresses.book(book.name)),
                ("Terms", f"{book.name}/variables/index"),
            ],
        )
        yield _json(
            h.address,
            {
                "book": book.name,
                "law_version": book.version,
                "kind": thing.kind,
                **{key: each for key, each in asdict(entry).items() if key != "formulas"},
                "acts": [asdict(each) for each in thing.citations],
                "formulas": [
                    {"start": each.start, "source": each.source} for each in entry.formulas
                ],
                "variables": thing.variables,
                "parameters": thing.parameters,
                "used_by": thing.used_by,
                "facts": thing.facts,
                "changes": [asdict(each) for each in thing.changes],
                "examples": [
                    {
                        "name": each.name,
                        "source": each.source,
                        "period": each.period,
                        **each.data,
                        "edges": [asdict(edge) for edge in each.edges],
                    }
                    for each in thing.examples
                ],
                "tables": [each.data for each in thing.tables],
            },
        )

    def _of_number(self, book: Book, number: Number) -> Iterator[File]:
        h = Here(addresses.number(book.name, number.name), book)
        listed = set(book.outputs)
        reached = [name for name in listed if _rests_on(book, name, number.name)]
        yield self._page(
            "number.md",
            h,
            number=number,
            notes=paragraphs(number.first.documentation),
            schedules=_schedules(number),
            references=list(
                dict.fromkeys(
                    each
                    for part in number.parts
                    for value in part.values
                    for each in value.references
                )
            ),
            users=h.named(number.used_by),
            outputs=h.named(sorted(set(reached) - set(number.used_by))),
            reforms=[
                (book.reforms[name].title, h.reform(name), book.reforms[name].bill)
                for name in number.reforms
            ],
            trail=[
                (book.title, addresses.book(book.name)),
                ("Numbers", f"{book.name}/parameters/index"),
            ],
        )
        parts = [
            {key: each for key, each in asdict(part).items() if key != "file"}
            for part in number.parts
        ]
        yield _json(
            h.address,
            {
                "book": book.name,
                "law_version": book.version,
                "name": number.name,
                "label": number.label,
                "parts": parts,
                "used_by": number.used_by,
                "reforms": number.reforms,
                "known": [asdict(each) for each in number.known],
            },
        )
        yield File(f"{h.address}.csv", _csv(number))

    def _of_law(self, book: Book) -> Iterator[File]:
        by_act: dict[str, list[Provision]] = {}
        for (key, _), provision in book.provisions.items():
            by_act.setdefault(key, []).append(provision)
        trail = [(book.title, addresses.book(book.name))]
        languages = [each for each in book.languages if each != book.language]
        for key, provisions in by_act.items():
            act = book.acts[key]
            h = Here(addresses.act(book.name, key), book)
            whole = next((each for each in provisions if not each.name), None)
            named = sorted((each for each in provisions if each.name), key=_numbered)
            yield self._page(
                "act.md",
                h,
                act=act,
                whole=whole or Provision(key, "", (), ()),
                provisions=[
                    (each, addresses.provision(book.name, key, each.name)) for each in named
                ],
                trail=trail,
            )
            for each in named:
                here = Here(addresses.provision(book.name, key, each.name), book)
                groups = [
                    (title, _members(here, names))
                    for title, names in (
                        ("What is worked out by it", _of(book, each.things, fact=False)),
                        ("Numbers in it", each.numbers),
                        ("Facts it asks for", _of(book, each.things, fact=True)),
                    )
                    if names
                ]
                yield self._page(
                    "provision.md",
                    here,
                    act=act,
                    provision=each,
                    groups=groups,
                    languages=languages,
                    trail=[*trail, (act.title, h.address)],
                )

    def _of_reforms(self, book: Book) -> Iterator[File]:
        if not book.reforms:
            return
        trail = [(book.title, addresses.book(book.name))]
        h = Here(f"{book.name}/reforms/index", book)
        rows: list[Any] = [
            (each.title.lower(), each.title, h.reform(name), {}, each.bill)
            for name, each in book.reforms.items()
        ]
        lead = "Changes of the law that were proposed, or passed and taken back, as files."
        groups = [("all-reforms", "All", rows)]
        yield self._page("list.md", h, title="Reforms", lead=lead, groups=groups, trail=trail)
        for name, each in book.reforms.items():
            here = Here(addresses.reform(book.name, name), book)
            yield self._page(
                "reform.md",
                here,
                reform=each,
                report_note=(
                    f"In {COUNT:,} drawn from published counts with seed {SEED}, weighted to all"
                    f" there are, in the month of {each.effective[:7]}: a synthetic population"
                    " shows the kind of effect, and is no forecast."
                ),
                trail=[*trail, ("Reforms", f"{book.name}/reforms/index")],
            )
            data = {key: value for key, value in asdict(each).items() if key != "formulas"}
            yield _json(here.address, {"book": book.name, **data})

    def shared(self, guides: Mapping[str, str]) -> Iterator[File]:
        """Yield the files that all books share.

        Args:
            guides: the titles of the guides that join the site, by address.

        """
        yield self._home(guides)
        yield from self._timeline()
        yield File("feed.xml", self._feed())
        of_files = sorted(SCHEMAS.glob("*.json"))
        for path in (*of_files, PAGE_SCHEMA):
            yield File(f"schemas/{path.name}", path.read_text(encoding="utf-8"))
        schemas = [path.name for path in of_files]
        yield File("data.md", self._render("data.md", books=self.books, schemas=schemas))
        yield _json("index", {"books": [_catalogue(book) for book in self.books]})

    def _home(self, guides: Mapping[str, str]) -> File:
        here = [Here(addresses.HOME, book) for book in self.books]
        title = "The law, as it is computed" if len(here) > 1 else self.books[0].title
        lead = (
            "What the law gives and takes, since when, by which section, and why: read off the"
            " very rules that calculate it."
        )
        numbers = {
            h.book.name: [
                (
                    each.label,
                    h.number(each.name),
                    f"{each.label} {' '.join(each.first.labels.values())}".lower(),
                )
                for each in h.book.numbers.values()
            ]
            for h in here
        }
        return File(
            "index.md",
            self._render(
                "home.md",
                title=title,
                lead=lead,
                books=[(h, h.book, [h.book.things[name] for name in h.book.outputs]) for h in here],
                numbers=numbers,
                tables=[
                    (table.title, f"{h.thing(thing.name)}#tables")
                    for h in here
                    for thing in h.book.things.values()
                    for table in thing.tables
                ],
                years=[year for year in self._years if year <= _next_year(self.books)],
                guides=[
                    (text, addresses.link(addresses.HOME, address))
                    for address, text in guides.items()
                ],
            ),
        )

    @cached_property
    def _years(self) -> list[str]:
        """The years in which something changes, the newest first."""
        return sorted({each.date[:4] for book in self.books for each in book.changes}, reverse=True)

    def _timeline(self) -> Iterator[File]:
        years = [(year, addresses.year(year)) for year in self._years]

        def page(
            address: str, title: str, lead: str, sections: list[tuple[str, list[Any]]]
        ) -> File:
            return File(
                f"{address}.md",
                self._render(
                    "timeline.md",
                    here=Here(address, self.books[0]),
                    title=title,
                    lead=lead,
                    years=years,
                    sections=sections,
                ),
            )

        def grouped(address: str, of: Any) -> list[Any]:
            found = [(Here(address, b), [c for c in b.changes if of(b, c)]) for b in self.books]
            return [(h, items) for h, items in found if items]

        home = addresses.TIMELINE
        read_in = max(book.as_of for book in self.books)[:4]
        read = "; ".join(f"{b.title} as read on {day(b.as_of)}" for b in self.books if b.as_of)
        coming = grouped(home, lambda b, c: c.date > b.as_of)
        newest = [
            (
                year,
                grouped(home, lambda b, c, year=year: c.date <= b.as_of and c.date[:4] == year),
            )
            for year in [each for each in self._years if each <= read_in][:2]
        ]
        lead = f"Every change of the law by the day it takes effect. {read}." + (
            "" if coming else " No later change was then in the texts that were read."
        )
        sections = [("To come", coming)] if coming else []
        yield page(
            home, "Timeline of the law", lead, [*sections, *((y, g) for y, g in newest if g)]
        )
        for year, address in years:
            days = sorted(
                {c.date for b in self.books for c in b.changes if c.date[:4] == year}, reverse=True
            )
            yield page(
                address,
                f"Changes of the law in {year}",
                "By the day they take effect, the latest first.",
                [
                    (day(date), grouped(address, lambda _, c, date=date: c.date == date))
                    for date in days
                ],
            )
        yield _json(
            home,
            {
                "changes": [
                    {"book": b.name, "future": c.date > b.as_of, **asdict(c)}
                    for b in self.books
                    for c in b.changes
                ]
            },
        )

    def _feed(self) -> str:
        entries: dict[tuple[str, str], tuple[Book, list[Change]]] = {}
        for book in self.books:
            for change in book.changes:
                entries.setdefault((change.date, book.name), (book, []))[1].append(change)
        newest = sorted(entries, reverse=True)[:_ENTRIES]
        return self._render(
            "feed.xml",
            books=self.books,
            updated=max((date for date, _ in newest), default="1970-01-01"),
            entries=[(key[0], *entries[key]) for key in newest],
        )


def _names(book: Book) -> str:
    """Return a digest of all by which pages name each other."""
    named: list[Any] = [
        (each.name, each.label, each.kind, each.entry.section, each.variables, each.parameters)
        for each in book.things.values()
    ]
    named += [(each.name, each.label, each.first.section) for each in book.numbers.values()]
    named += [(each.name, each.title, each.bill, each.outputs) for each in book.reforms.values()]
    return hashlib.sha256(repr((named, book.outputs, book.as_of)).encode()).hexdigest()


def _next_year(books: Iterable[Book]) -> str:
    """Return the year after that in which the law was read."""
    return str(int(max(book.as_of for book in books)[:4] or 0) + 1)


def _rests_on(book: Book, name: str, number: str) -> bool:
    """Tell whether a variable rests on a number, nearer or further away."""
    seen, todo = {name}, [name]
    while todo:
        thing = book.things[todo.pop()]
        if number in thing.parameters:
            return True
        fresh = [each for each in thing.variables if each not in seen]
        seen.update(fresh)
        todo += fresh
    return False


def _of(book: Book, names: Iterable[str], *, fact: bool) -> list[str]:
    return [name for name in names if (book.things[name].kind == FACT) == fact]


def _members(h: Here, names: Iterable[str]) -> list[Any]:
    """Return variables or numbers with label, link, labels, section and meaning."""
    found = []
    for name in names:
        if name in h.book.things:
            entry = h.book.things[name].entry
            meaning = (paragraphs(entry.meaning) or [""])[0]
            found.append((entry.label, h.thing(name), entry.labels, entry.section, meaning))
        else:
            number = h.book.numbers[name]
            value, since = h.value(number, h.book.as_of)
            meaning = f"{value} since {since}" if since else value
            first = number.first
            found.append((number.label, h.number(name), first.labels, first.section, meaning))
    return sorted(found, key=lambda each: each[0].casefold())


def _numbered(provision: Provision) -> tuple[str, list[int]]:
    """Order sections as the act does: § 9 before § 19, § 19 before § 19¹."""
    plain = _RAISED.sub(lambda found: f".{found[0]}", provision.name).translate(_DIGITS)
    kind = re.match(r"[a-z]*", plain)
    return (kind[0] if kind else "", [int(each) for each in re.findall(r"\d+", plain)])


def _schedules(number: Number) -> list[tuple[str, list[str], list[list[str]]]]:
    """Return a schedule as the statute's table: for each day a version, the newest first."""
    kinds = [kind for kind in number.brackets[0] if kind != "threshold"] if number.brackets else []
    found = []
    for start in reversed(number.starts if number.brackets else ()):
        rows: list[list[str]] = []
        lines = []
        for bracket in number.brackets:
            begins = bracket["threshold"].at(start) if "threshold" in bracket else None
            if begins is not None and begins.value is not None:
                lines.append((begins.value, bracket))
        for place, (begins_at, bracket) in enumerate(lines):
            until = lines[place + 1][0] if place + 1 < len(lines) else None
            unit = bracket["threshold"].unit
            upper = f"under {_amount(until, unit)}" if until is not None else "and more"
            values = [
                text_of(at.value, bracket[kind].unit) if (at := bracket[kind].at(start)) else ""
                for kind in kinds
            ]
            rows.append([_amount(begins_at, unit), upper, *values])
        heads = ["From", "To", *(kind.replace("_", " ").capitalize() for kind in kinds)]
        found.append((start, heads, rows))
    return found


def _amount(value: Any, unit: str) -> str:
    if isinstance(value, int | float) and value == int(value) and unit.isupper():
        return f"{int(value):,} {unit}"
    return text_of(value, unit)


def _csv(number: Number) -> str:
    """Return a number's history as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["parameter", "from", "value", "unit", "enacted", "source", "reference", "href"]
    )
    for part in number.parts:
        for each in part.values:
            first = each.references[0] if each.references else None
            value = "" if each.value is None else each.value
            if isinstance(value, list):
                value = " ".join(map(str, value))
            writer.writerow(
                [
                    part.name,
                    each.start,
                    value,
                    part.unit,
                    each.enacted,
                    each.source,
                    first.title if first else "",
                    first.href if first else "",
                ]
            )
    return text.getvalue()


def _catalogue(book: Book) -> dict[str, Any]:
    """Return every variable and number of a book with its address."""
    return {
        "name": book.name,
        "title": book.title,
        "law_version": book.version,
        "variables": [
            {
                "name": each.name,
                "label": each.label,
                "labels": each.entry.labels,
                "kind": each.kind,
                "unit": each.entry.unit,
                "section": each.entry.section,
                "page": f"{addresses.variable(book.name, each.name)}.html",
                "data": f"{addresses.variable(book.name, each.name)}.json",
            }
            for each in book.things.values()
        ],
        "parameters": [
            {
                "name": each.name,
                "label": each.label,
                "labels": each.first.labels,
                "unit": each.first.unit,
                "section": each.first.section,
                "page": f"{addresses.number(book.name, each.name)}.html",
                "data": f"{addresses.number(book.name, each.name)}.json",
                "csv": f"{addresses.number(book.name, each.name)}.csv",
            }
            for each in book.numbers.values()
        ],
    }


def _json(address: str, data: Any) -> File:
    text = json.dumps(data, ensure_ascii=False, default=_plain)
    return File(f"{address}.json", f"{text}\n")


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
