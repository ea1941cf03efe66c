"""What is compared with what, and how sure a link must be: read from ``rules/BOOK.yaml``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy.documents import read_document
from policy.errors import PolicyError, Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What an entry leaves out has no level of agreement.
_MISSING = "missing"
_RESIDENCE = frozenset({"address", "postcode"})
_RULES = Path(__file__).parent / "rules"


@dataclass(frozen=True)
class Entry:
    """Where a register names a person.

    Attributes:
        table: the path of the table, ``"school/pupils"``.
        role: as what the person is named there.
        columns: the table's column for each thing compared, ``{"surname": "parent_surname"}``.
        beside: a table that says more of the same thing: its path, the column both have, and its
            columns; None without one.
        at_one_address: whether who it links belongs to its household only at the same address.
        different_within: two entries with the same values of these columns are of two persons; with
            no columns any two are. None where two may be of one person.

    """

    table: str
    role: str
    columns: Mapping[str, str]
    beside: tuple[str, str, Mapping[str, str]] | None
    at_one_address: bool
    different_within: tuple[str, ...] | None

    @property
    def name(self) -> str:
        """What its entries are called: ``"school/pupils#parent"``."""
        return f"{self.table}#{self.role}"

    @property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """The columns it reads, by table."""
        own = {self.table: (*self.columns.values(), *(self.different_within or ()))}
        return own | ({self.beside[0]: tuple(self.beside[2].values())} if self.beside else {})


@dataclass(frozen=True)
class Level:
    """How far two entries agree in a thing compared: ``same`` … ``other``.

    Attributes:
        name: its name.
        m, u: its share among entries of one person, and among those of two.
        never_automatic: why a link with it is left to a person; empty where it is not.
        never: why it is no link; empty where it can be one.

    """

    name: str
    m: float
    u: float
    never_automatic: str
    never: str


@dataclass(frozen=True)
class Kind:
    """Persons who are compared with each other, as adults are.

    Attributes:
        name: its name.
        prior: the share of pairs taken at random that are of one person.
        entries: where registers name such persons.
        blocking: things compared; two entries are looked at that agree in all of one of these.
        comparisons: of each thing compared, its levels.
        left_out: why a link is left to a person where an entry leaves a thing out that both
            registers hold.

    """

    name: str
    prior: float
    entries: tuple[Entry, ...]
    blocking: tuple[tuple[str, ...], ...]
    comparisons: Mapping[str, tuple[Level, ...]]
    left_out: Mapping[str, str]

    def holding(self, thing: str) -> frozenset[str]:
        """Return the names of the entries whose registers hold a thing compared."""
        said = _RESIDENCE if thing == "residence" else {thing}
        return frozenset(
            each.name
            for each in self.entries
            if said & {*each.columns, *(each.beside[2] if each.beside else ())}
        )


@dataclass(frozen=True)
class Purpose:
    """How sure a link must be for a use.

    Attributes:
        name: its name.
        automatic: at or above this weight a link is made.
        review: from this weight on a person is asked.
        margin: by how much a link must outweigh another that cannot be meant, too.
        consent: whether only entries that may be of those who consented are read.
        without: tables that are not read for it.

    """

    name: str
    automatic: float
    review: float
    margin: float
    consent: bool
    without: tuple[str, ...]


@dataclass(frozen=True)
class Consent:
    """The entries by which persons permit that others are read."""

    table: str
    name: str
    since: str
    until: str


@dataclass(frozen=True)
class Rules:
    """How the registers of a book are linked.

    Attributes:
        kinds: what is compared with each other.
        purposes: how sure links must be, by what they are for.
        consent: the entries of those who permit that theirs are read.
        pays_by: the names of the entries, two by two, along whose links something is paid.

    """

    kinds: tuple[Kind, ...]
    purposes: Mapping[str, Purpose]
    consent: Consent
    pays_by: tuple[tuple[str, str], ...]

    def read_for(self, purpose: Purpose) -> Rules:
        """Return the rules without the tables that are not read for a purpose."""
        kinds = (
            replace(kind, entries=tuple(e for e in kind.entries if e.table not in purpose.without))
            for kind in self.kinds
        )
        return replace(self, kinds=tuple(kinds))

    def purpose(self, name: str) -> Purpose:
        """Return a purpose.

        Raises:
            PolicyError: there is none of that name; the nearest is given.

        """
        if name not in self.purposes:
            raise PolicyError(
                Problem(
                    f"nothing is linked for the purpose '{name}'",
                    remedy=did_you_mean(name, self.purposes, kind="purposes"),
                )
            )
        return self.purposes[name]


@cache
def rules_of(book: str) -> Rules:
    """Return how the registers of a book are linked.

    Raises:
        PolicyError: nothing is said about the book; its registers have a number for each person, or
            there are none.

    >>> rules_of("north_lanarkshire").purpose("pay").automatic
    8
    >>> rules_of("x")
    Traceback (most recent call last):
    ...
    policy.errors.PolicyError: the registers of 'x' are not linked; valid books: north_lanarkshire

    """
    books = [path.stem for path in _RULES.glob("*.yaml")]
    if book not in books:
        raise PolicyError(
            Problem(
                f"the registers of '{book}' are not linked",
                remedy=did_you_mean(book, books, kind="books"),
            )
        )
    data = read_document(_RULES / f"{book}.yaml").data
    consent = data["consent"]
    return Rules(
        tuple(_kind(name, each) for name, each in data["groups"].items()),
        {
            name: Purpose(
                name,
                each["automatic"],
                each["review"],
                each["margin"],
                each["consent"],
                tuple(each.get("without", ())),
            )
            for name, each in data["purposes"].items()
        },
        Consent(consent["table"], consent["name"], consent["from"], consent["until"]),
        tuple((one, other) for one, other in data["pays_by"]),
    )


def _kind(name: str, data: Mapping[str, Any]) -> Kind:
    return Kind(
        name,
        data["prior"],
        tuple(_entry(each) for each in data["entries"]),
        tuple(tuple(each) for each in data["blocking"]),
        {
            thing: tuple(
                Level(key, of["m"], of["u"], of.get("never_automatic", ""), of.get("never", ""))
                for key, of in levels.items()
                if key != _MISSING
            )
            for thing, levels in data["comparisons"].items()
        },
        {
            thing: levels[_MISSING]["never_automatic"]
            for thing, levels in data["comparisons"].items()
            if _MISSING in levels
        },
    )


def _entry(data: Mapping[str, Any]) -> Entry:
    beside = data.get("with")
    within = data.get("different_within")
    return Entry(
        data["table"],
        data["role"],
        data["columns"],
        (beside["table"], beside["by"], beside["columns"]) if beside else None,
        data["same_household"] == "at one address",
        None if within is None else tuple(within),
    )
