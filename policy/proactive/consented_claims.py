"""Claims of who consented: whose they surely are, which pupils are on them, and what they pay.

A grant is paid along a chain: consent, claim, child on the claim, pupil. Each step is a link, or
stands in one register; where one is not sure, a person is asked.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from policy.errors import PolicyError, Problem
from policy.registers.entries import view_of
from policy.registers.linking.deciding import REVIEW
from policy.registers.linking.entries import CONSENTED, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from policy.registers.linking.linking import Linked, LinkedKind
    from policy.registers.reading import Registers

_CLAIMS, PUPILS, CONSENTS = "benefits/claims", "school/pupils", "consent/consents"
#: What is read of the claims of who consented, and of no others.
_FACTS = ("council_tax_reduction", "receives_housing_benefit", "claimed_from")
_UNTIL, _PERMITTED = "claimed_until", "claims of who consented"
_READ = f"""
WITH known AS (
    SELECT claim_no, TRY_CAST(council_tax_reduction AS DOUBLE) AS reduction,
        TRY_CAST(receives_housing_benefit AS BOOLEAN) AS benefit,
        TRY_CAST(claimed_from AS DATE) AS since, TRY_CAST(claimed_until AS DATE) AS until, withdrawn
    FROM "{_CLAIMS} entries" SEMI JOIN "{_PERMITTED}" USING (claim_no)
    WHERE recorded_on <= $day
    QUALIFY row_number() OVER (PARTITION BY claim_no ORDER BY recorded_on DESC) = 1
)
SELECT claim_no, reduction, benefit, since FROM known
WHERE NOT withdrawn AND (since IS NULL OR since <= $day) AND (until IS NULL OR until >= $day)
ORDER BY claim_no
"""
_BEGINS = f"""
SELECT count(*) > 0 FROM "{_CLAIMS} entries"
WHERE TRY_CAST(claimed_from AS DATE) > $since::DATE
    AND TRY_CAST(claimed_from AS DATE) <= $until::DATE AND recorded_on <= $until::DATE
"""


class _Links:
    """What entries of a kind of persons are linked to, by table and key."""

    def __init__(self, linked: LinkedKind) -> None:
        self._person = linked.decided.person
        self._entries: dict[str, list[str]] = defaultdict(list)
        self._doubts: dict[str, set[str]] = defaultdict(set)
        self._asked: dict[str, set[str]] = defaultdict(set)
        for entry, person in self._person.items():
            self._entries[person].append(entry)
        for pair, (outcome, _) in zip(linked.pairs, linked.decided.outcomes, strict=True):
            if outcome == REVIEW:
                one, other = (self._person[end] for end in pair.ends)
                self._doubts[one].add(other)
                self._doubts[other].add(one)
                self._asked[pair.left].add(pair.right)
                self._asked[pair.right].add(pair.left)

    def surely(self, entry: str, table: str) -> set[str]:
        """Return the keys of a table's entries that are of the same person, asked of none."""
        members = self._entries[self._person[entry]]
        return _keys((each for each in members if each not in self._asked[entry]), table)

    def perhaps(self, entry: str, table: str) -> set[str]:
        """Return the keys of a table's entries of which a person is asked whether they are."""
        doubts = self._doubts[self._person[entry]]
        members = (each for person in doubts for each in self._entries[person])
        return _keys(members, table) - self.surely(entry, table)


def _keys(entries: Iterable[str], table: str) -> set[str]:
    return {key for of, _, key in (each.split("#", 2) for each in entries) if of == table}


class Chain:
    """Which pupils are on the claim of who consented, and how surely.

    Attributes:
        permitted: of claims that may be read, the numbers of the consents.
        consenting: pupils of whom a parent named at school consented, or may have.
        doubtful: pupils who may be on such a claim, and it is not sure.

    """

    def __init__(self, registers: Registers, linked: Linked) -> None:
        adults, children = (_Links(each) for each in linked.kinds)
        self.permitted: dict[str, set[str]] = defaultdict(set)
        self.consenting: set[str] = set()
        uncertain: set[str] = set()
        for entry, key in _rows(registers, f'SELECT entry, key FROM "{CONSENTED}" ORDER BY entry'):
            for claim in adults.surely(entry, _CLAIMS):
                self.permitted[claim].add(key)
            uncertain |= adults.perhaps(entry, _CLAIMS)
            self.consenting |= adults.surely(entry, PUPILS) | adults.perhaps(entry, PUPILS)
        self.doubtful: set[str] = set()
        self._pupils_on: dict[str, dict[str, str]] = defaultdict(dict)
        named = f"SELECT entry, beside FROM {quoted(linked.kinds[1].kind.name)}"
        for entry, claim in _rows(registers, f"{named} WHERE beside IS NOT NULL ORDER BY entry"):
            pupils = children.surely(entry, PUPILS)
            if claim in self.permitted:
                self._pupils_on[claim] |= dict.fromkeys(pupils, entry)
            elif claim in uncertain:
                self.doubtful |= pupils
            self.doubtful |= children.perhaps(entry, PUPILS)

    def surely_on(self, claims: Iterable[str]) -> list[tuple[str, str]]:
        """Return the pupils on some claims, each with every claim that it is on, in their order."""
        return sorted((pupil, claim) for claim in claims for pupil in self._pupils_on[claim])

    def entries(
        self, pupil: str, claim: str, consent: str, entered: Mapping[str, date]
    ) -> tuple[str, ...]:
        """Return the table and day of each entry by which a pupil is on a claim."""
        child = self._pupils_on[claim][pupil]
        names = (
            f"{CONSENTS}#claimant#{consent}",
            f"{_CLAIMS}#claimant#{claim}",
            child,
            f"{PUPILS}#pupil#{pupil}",
        )
        return tuple(f"{each.partition('#')[0]} {entered[each]}" for each in names)


def entered(registers: Registers, linked: Linked) -> dict[str, date]:
    """Return the day of each entry that was compared."""
    kinds = (quoted(each.kind.name) for each in linked.kinds)
    every = " UNION ALL ".join(f"SELECT entry, recorded_on FROM {name}" for name in kinds)
    return dict(_rows(registers, every))


def facts_of_claims(
    registers: Registers, claims: Iterable[str], day: str
) -> dict[str, tuple[float, bool]]:
    """Read the claims of who consented, and no row of another: those in force on a day.

    Returns:
        Of each claim the council tax reduction, GBP a year, and whether Housing Benefit is paid.

    """
    _refuse_lacking(registers)
    keys = pa.table({"claim_no": pa.array(sorted(claims), pa.string())})
    registers.connection.register(_PERMITTED, keys)
    found = registers.connection.execute(_READ, {"day": day}).fetchall()
    broken = sum(any(fact is None for fact in facts) for _, *facts in found)
    if broken:
        message = f"{broken:,} of the claims that are read lack a fact, or have one of another type"
        raise PolicyError(Problem(message, remedy=f"correct {', '.join(_FACTS)} in '{_CLAIMS}'"))
    return {claim: (reduction, benefit) for claim, reduction, benefit, _ in found}


def a_claim_begins(registers: Registers, since: str, until: str) -> bool:
    """Tell whether any claim begins after one day, and at the latest on another; not whose."""
    _refuse_lacking(registers)
    days = {"since": since, "until": until}
    ((begins,),) = registers.connection.execute(_BEGINS, days).fetchall()
    return bool(begins)


def _refuse_lacking(registers: Registers) -> None:
    table = registers.sources.table(_CLAIMS)
    opened = registers.connection.view(view_of(table).name)
    lacking = [name for name in (*_FACTS, _UNTIL) if name not in opened.columns]
    if lacking:
        raise PolicyError(
            Problem(f"'{_CLAIMS}' has no column '{lacking[0]}'", remedy="add it, as declared")
        )


def applied_on(registers: Registers) -> dict[str, str]:
    """Return the ISO day of the application that each consent came with."""
    return dict(_rows(registers, f'SELECT consent_no, CAST(given_on AS VARCHAR) FROM "{CONSENTS}"'))


def _rows(registers: Registers, query: str) -> list[Any]:
    return list(registers.connection.sql(query).fetchall())
