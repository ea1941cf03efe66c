"""Sections of law as the book writes them: split into acts and their numbered provisions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A provision: "§ 21¹", "§§ 39–43", "s. 79", "regs 36 to 65", "sch. 1", "ch. 3", "60-3,187".
_PROVISION = re.compile(
    r"§+ ?[\d⁰¹²³⁴-⁹–]+|(?:ss?|regs?|sch|ch|arts?)\.? ?\d[\w/]*(?: to \d+)?|\d+-[\d,.]*\d|sch\."
)
_NUMBER = re.compile(r"[\d⁰¹²³⁴-⁹–]+")
_SUPERSCRIPT = re.compile("[⁰¹²³⁴-⁹]+")
#: Provisions named several at once, and one of them.
_ONE = {"ss.": "s.", "regs": "reg.", "arts.": "art.", "§§": "§"}


@dataclass(frozen=True)
class Citation:
    """A part of what is cited: its words, the key of the act, and the provision in it.

    ``act`` is empty where the book has no such act, ``provision`` where all of it is cited.
    """

    text: str
    act: str
    provision: str


def citations(section: str, acts: Iterable[str]) -> list[Citation]:
    """Split a section as the book writes it.

    >>> for each in citations("PHS § 34(4), (9¹), § 37; TLS § 63", ["PHS", "TLS"]):
    ...     print(each.act, "|", each.provision, "|", each.text)
    PHS | § 34 | PHS § 34(4), (9¹)
    PHS | § 37 | § 37
    TLS | § 63 | TLS § 63
    >>> [each.provision for each in citations("LGFA ss. 72, 79", ["LGFA"])]
    ['s. 72', 's. 79']
    >>> citations("NRS 60-3,187(3)", ["NRS"])[0].provision
    '60-3,187'
    """
    keys = sorted(acts, key=len, reverse=True)
    found: list[Citation] = []
    act = ""
    for part in (part for group in section.split("; ") for part in group.split(", ")):
        own = next((key for key in keys if part == key or part.startswith(f"{key} ")), "")
        act = own or act
        rest = part.removeprefix(own).strip()
        provision = _provision(rest, found[-1].provision if found and not own else "")
        last = found[-1] if found else None
        if last and not own and provision == last.provision:
            found[-1] = Citation(f"{last.text}, {part}", last.act, last.provision)
        elif part:
            found.append(Citation(part, act, provision))
    return found


def _provision(text: str, before: str) -> str:
    """Return the provision that a text begins with; numbers alone go on from the one before."""
    written = _PROVISION.search(text)
    if not written:
        number = _NUMBER.fullmatch(text)
        return f"{before.rpartition(' ')[0]} {text}" if number and before[:1] in "§sr" else before
    found = written[0]
    kind, _, number_ = found.partition(" ")
    several = not _NUMBER.fullmatch(number_) or "–" in number_
    return found if several or kind not in _ONE else f"{_ONE[kind]} {number_}"


def slug(text: str) -> str:
    """Return a text as part of an address.

    >>> slug("§ 21¹"), slug("60-3,187"), slug("KVTS määrus"), slug("sch. 1")
    ('21_1', '60-3-187', 'kvts-maarus', 'sch-1')
    """
    plain = _SUPERSCRIPT.sub(lambda found: f"_{found[0]}", text)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")
