"""What a page's template asks for: links from where the page stands, words and steps as HTML."""

from __future__ import annotations

import datetime
import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from policy.site import addresses, drawings
from policy.site.history import text_of
from policy.site.model import FACT
from policy.site.words import PARAMETER, Link, Quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from policy.site.model import Book, Number, Proposal, Thing, Why
    from policy.site.sections import Citation
    from policy.site.words import Case, Piece, Row

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>&~^=$:\"'-])")
_FORMATTER, _LEXER = HtmlFormatter(nowrap=True), PythonLexer(stripnl=False)
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def day(date: str) -> str:
    """Write an ISO date as people do.

    >>> day("2024-05-01")
    '1 May 2024'
    """
    try:
        found = datetime.date.fromisoformat(date)
    except ValueError:
        return date
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


def md(text: str) -> Markup:
    """Write a text so that Markdown leaves it as it is."""
    return Markup(_SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text))


def paragraphs(text: str) -> list[str]:
    r"""Split a text at its empty lines.

    >>> paragraphs("One.\n\nTwo,\nstill.")
    ['One.', 'Two, still.']
    """
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


@dataclass(frozen=True)
class Here:
    """A page's view of a book: everything as links from its own address."""

    address: str
    book: Book

    def to(self, address: str, ending: str = ".html") -> str:
        """Return the link to an address."""
        return addresses.link(self.address, address, ending)

    def thing(self, name: str) -> str:
        """Return the link to a variable."""
        return self.to(addresses.variable(self.book.name, name))

    def number(self, name: str) -> str:
        """Return the link to a parameter, a schedule, or the list of those in a folder."""
        if name in self.book.numbers:
            return self.to(addresses.number(self.book.name, name))
        anchor = name.partition(".")[0] if name else ""
        return f"{self.to(f'{self.book.name}/parameters/index')}#{anchor}"

    def reform(self, name: str) -> str:
        """Return the link to a reform."""
        return self.to(addresses.reform(self.book.name, name))

    def named(self, names: Iterable[str]) -> list[tuple[str, str, str]]:
        """Return variables or numbers as label, link and section, in the labels' order."""
        found = []
        for name in names:
            if name in self.book.things:
                each = self.book.things[name]
                found.append((each.label, self.thing(name), each.entry.section))
            elif name in self.book.numbers:
                number = self.book.numbers[name]
                found.append((number.label, self.number(name), number.first.section))
        return sorted(found, key=lambda each: each[0].casefold())

    def cited(self, citations: Iterable[Citation]) -> Markup:
        """Return what is cited, each section a link to its page."""
        parts = []
        for each in citations:
            if each.act:
                href = self.to(addresses.provision(self.book.name, each.act, each.provision))
                parts.append(Markup('<a href="{}">{}</a>').format(href, each.text))
            else:
                parts.append(escape(each.text))
        return Markup(", ").join(parts)

    def words(self, pieces: Iterable[Piece]) -> Markup:
        """Return words as HTML."""
        return Markup("").join(map(self._piece, pieces))

    def _piece(self, piece: Piece) -> Markup:
        match piece:
            case Link(kind=kind, name=name, text=text):
                href = self.number(name) if kind == PARAMETER else self.thing(name)
                return Markup('<a href="{}">{}</a>').format(href, text)
            case Quoted(text=text, code=True):
                return Markup("<code>{}</code>").format(text)
            case Quoted(text=text):
                return Markup("<q>{}</q>").format(text)
            case _:
                return escape(piece)

    def case(self, case: Case) -> Markup:
        """Return one case of a choice."""
        if not case.when:
            return Markup("otherwise: {}").format(self.words(case.then))
        return Markup("if {}: {}").format(self.words(case.when), self.words(case.then))

    def sections(self, row: Row) -> Markup:
        """Return the sections of what a statement names."""
        found: dict[str, Markup] = {}
        for _, link in row.names:
            holder: Any = self.book.things.get(link.name) or self.book.numbers.get(link.name)
            if holder is not None and holder.citations:
                for each in holder.citations:
                    found.setdefault(each.provision or each.text, self.cited([each]))
        return Markup(", ").join(found.values())

    def code(self, text: str, names: Iterable[tuple[str, Link]] = ()) -> Markup:
        """Return code in colours, its names as links."""
        coloured = highlight(text, _LEXER, _FORMATTER).rstrip("\n")
        for name, link in names:
            href = self.number(link.name) if link.kind == PARAMETER else self.thing(link.name)
            written = html.escape(name)
            anchor = f'<a href="{html.escape(href)}">{written}</a>'
            coloured = coloured.replace(f">{written}</span>", f">{anchor}</span>")
        return Markup(coloured)

    def why(self, why: Why) -> Markup:
        """Return the steps of an explanation as nested lists."""
        href = ""
        name = why.name.partition("[")[0]
        if name in self.book.things:
            href = self.thing(name)
        elif name in self.book.numbers:
            href = self.number(name)
        label = Markup('<a href="{}">{}</a>').format(href, why.label) if href else escape(why.label)
        of = f" ({why.id})" if why.id else ""
        said = {"given": ", given", "assumed": ", assumed: not given"}.get(why.kind, "")
        section = f", {why.section}" if why.section else ""
        more = f" (+ {why.hidden} steps)" if why.hidden else ""
        steps = Markup("").join(map(self.why, why.steps))
        below = Markup("<ul>{}</ul>").format(steps) if steps else ""
        return Markup("<li>{}{}: <b>{}</b><span class='muted'>{}{}{}</span>{}</li>").format(
            label, of, why.text, section, said, more, below
        )

    def picture(self, thing: Thing) -> Markup:
        """Return the picture of what a variable rests on."""
        book = self.book

        def needs(key: str) -> tuple[str, ...]:
            found = book.things.get(key)
            return (*found.variables, *found.parameters) if found else ()

        def node(key: str) -> drawings.Node:
            found = book.things.get(key)
            if found:
                return drawings.Node(found.label, found.kind, self.thing(key))
            return drawings.Node(book.numbers[key].label, "number", self.number(key))

        title = f"What {thing.label} rests on"
        return Markup(drawings.dependencies(thing.name, needs, node, title))

    def chart(self, number: Number) -> Markup:
        """Return the picture of a number's history; none where it is no number or never changed."""
        part = number.first
        values = [
            (each.start, float(each.value), text_of(each.value, part.unit))
            for each in part.values
            if isinstance(each.value, int | float) and not isinstance(each.value, bool)
        ]
        if number.brackets or len(values) < 2:  # noqa: PLR2004
            return Markup("")
        title = f"{number.label} from {values[0][0]}"
        return Markup(drawings.steps(values, self.book.as_of, title))

    def value(self, number: Number, date: str) -> tuple[str, str]:
        """Return what a number was on a day, in words, and since when."""
        if number.brackets:
            return f"a schedule of {len(number.brackets)} brackets", max(
                (start for start in number.starts if start <= date), default=""
            )
        found = number.first.at(date)
        return (
            (text_of(found.value, number.first.unit), found.start)
            if found
            else ("not in force", "")
        )

    def on_date(self, names: Iterable[str]) -> Markup:
        """Return the histories of numbers for the script that shows a day's."""
        data = []
        for name in names:
            number = self.book.numbers[name]
            part = number.first
            values = (
                [
                    [start, f"a schedule of {len(number.brackets)} brackets"]
                    for start in number.starts
                ]
                if number.brackets
                else [[each.start, text_of(each.value, part.unit)] for each in part.values]
            )
            data.append(
                {
                    "label": number.label,
                    "values": values,
                    "known": [
                        {
                            "from": each.first,
                            "values": [[v.start, text_of(v.value, part.unit)] for v in each.values],
                            "planned": [self._planned(self.book.reforms[p]) for p in each.planned],
                        }
                        for each in number.known
                    ],
                }
            )
        text = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
        return Markup(text)

    def _planned(self, reform: Proposal) -> list[str]:
        return [
            reform.title,
            self.reform(reform.name),
            reform.effective,
            reform.enacted,
            reform.repealed,
        ]

    def facts(self, thing: Thing) -> list[Thing]:
        """Return the facts that a variable asks for, by label."""
        found = [self.book.things[name] for name in thing.facts]
        return sorted((each for each in found if each.kind == FACT), key=lambda each: each.label)
