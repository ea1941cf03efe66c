"""School clothing grants of North Lanarkshire, awarded from linked records to who consented.

The council pays the grant without application to families who applied before, permitted it to check
its records, and have council tax reduction or Housing Benefit, for the children on their claim. So
a grant is paid along a chain: consent, claim, child on the claim, pupil. Each step is a link, or
stands in one register; where one is not sure, nothing is paid and a person is asked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from policy.errors import PolicyError, Problem
from policy.legislation.parameters import iso_day
from policy.registers.entries import view_of
from policy.registers.linking.deciding import REVIEW
from policy.registers.linking.entries import CONSENTED, quoted
from policy.registers.linking.linking import link
from policy.registers.linking.rules import rules_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from policy.book import StatuteBook
    from policy.legislation.people import Array
    from policy.registers.linking.linking import Linked, LinkedKind
    from policy.registers.linking.review import Answers
    from policy.registers.reading import Registers

_CLAIMS, _CHILDREN = "benefits/claims", "benefits/claim_children"
_PUPILS, _CONSENTS = "school/pupils", "consent/consents"
GRANT, _WITH_CONSENT = "school_clothing_grant", "clothing_grant_with_consent"
_BENEFIT = "receives_housing_benefit"
#: What is read of the claims of who consented, and of no others.
_FACTS = ("council_tax_reduction", _BENEFIT, "claimed_from")
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


@dataclass(frozen=True)
class Award:
    """A grant that is paid without application.

    Attributes:
        pupil, claim, consent: the numbers of the pupil, the claim it is on and the consent.
        stage: the pupil's stage of school.
        amount: in GBP; None where the amount of the year is not known.
        scenario: what it was calculated with.
        entries: the entries of registers that it rests on, by table and day:
            ``"school/pupils 2024-04-01"``.

    """

    pupil: str
    claim: str
    consent: str
    stage: str
    amount: float | None
    scenario: Mapping[str, Any] = field(default_factory=dict, compare=False)
    entries: Sequence[str] = field(default=(), compare=False)


@dataclass(frozen=True)
class Notice:
    """What consent would bring a pupil without it, if the family has what the grant needs.

    Nothing was read of the family's claims, or whether it has one: the amount holds if it applied
    in an earlier school year and has council tax reduction or Housing Benefit for the child.

    Attributes:
        pupil: the number of the pupil.
        stage: its stage of school.
        amount: in GBP; None where the amount of the year is not known.

    """

    pupil: str
    stage: str
    amount: float | None


@dataclass(frozen=True)
class ClothingGrants:
    """The grants of a day.

    Attributes:
        awards: grants to pay.
        notices: what consent would bring those of whom nobody consented.
        held_back: pupils for whom nothing is paid before a person answered the review file.
        linked: the links they follow from.

    """

    awards: Sequence[Award]
    notices: Sequence[Notice]
    held_back: Sequence[str]
    linked: Linked


def clothing_grants(
    book: StatuteBook,
    registers: Registers,
    day: str | date,
    answers: Answers | None = None,
    paid: Iterable[str] = (),
) -> ClothingGrants:
    """Award the school clothing grants of a day.

    Args:
        book: the book ``north_lanarkshire``.
        registers: the council's registers, opened with the consent ``record_checks``.
        day: the day; grants without application are awarded in August.
        answers: what persons said of uncertain links.
        paid: numbers of the pupils whose grant of the school year was paid before.

    Returns:
        Awards, notices and pupils held back, each in the order of the pupils' numbers.

    Raises:
        PolicyError: a register lacks what is read, or may not be read.

    """
    on = iso_day(day)
    rules = rules_of(book.name)
    linked = link(registers, rules, rules.purpose("pay"), on, answers)
    chain = _Chain(registers, linked)
    registers.as_known_on(on, {_PUPILS: ["school_stage"]})
    stages = dict(sorted(_rows(registers, f'SELECT pupil_no, school_stage FROM "{_PUPILS}"')))
    facts = _facts(registers, chain.permitted, on)
    on_claim = {p: claim for p, claim in chain.surely_on(facts).items() if p in stages}
    year = school_year(book, on)
    applied = _applied(registers)
    claims = sorted(set(on_claim.values()))
    consent = {
        each: min(chain.permitted[each], key=lambda no: (applied[no], no)) for each in claims
    }
    number = {claim: n for n, claim in enumerate(claims)}
    were_paid = set(paid)

    def families(pupils: Sequence[str], family: Sequence[int], **given: Any) -> _Families:
        stage = [stages[pupil] for pupil in pupils]
        return _Families(pupils, family, stage, [pupil in were_paid for pupil in pupils], given)

    consenting = families(
        list(on_claim),
        [number[claim] for claim in on_claim.values()],
        consents_to_record_checks=[True] * len(claims),
        applied_for_clothing_grant_before=[applied[consent[each]] < year for each in claims],
        council_tax_reduction=[facts[claim][0] for claim in claims],
        receives_housing_benefit=[facts[claim][1] for claim in claims],
    )
    known = on_claim.keys() | chain.doubtful | chain.consenting
    without = [pupil for pupil in stages if pupil not in known]
    supposed = families(
        without,
        range(len(without)),
        applied_for_clothing_grant_before=[True] * len(without),
        receives_housing_benefit=[True] * len(without),
    )
    due = {}
    if on[:7] == year[:7]:  # (without application it is awarded as the school year begins)
        due = _grants(book, consenting, GRANT, "has_clothing_grant_unasked", on)
    missed = _grants(book, supposed, _WITH_CONSENT, "could_have_clothing_grant_unasked", on)
    entered = _entered(registers, linked) if due else {}
    place = {pupil: row for row, pupil in enumerate(consenting.pupils)}
    return ClothingGrants(
        [
            Award(
                pupil,
                claim,
                consent[claim],
                stages[pupil],
                amount,
                consenting.scenario(place[pupil]),
                chain.entries(pupil, claim, consent[claim], entered),
            )
            for pupil, amount in due.items()
            for claim in [on_claim[pupil]]
        ],
        [Notice(pupil, stages[pupil], amount) for pupil, amount in missed.items()],
        sorted(chain.doubtful - on_claim.keys()),
        linked,
    )


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


class _Chain:
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
            self.consenting |= adults.surely(entry, _PUPILS) | adults.perhaps(entry, _PUPILS)
        self.doubtful: set[str] = set()
        self._pupils_on: dict[str, dict[str, str]] = defaultdict(dict)
        named = f"SELECT entry, beside FROM {quoted(linked.kinds[1].kind.name)}"
        for entry, claim in _rows(registers, f"{named} WHERE beside IS NOT NULL ORDER BY entry"):
            pupils = children.surely(entry, _PUPILS)
            if claim in self.permitted:
                self._pupils_on[claim] |= dict.fromkeys(pupils, entry)
            elif claim in uncertain:
                self.doubtful |= pupils
            self.doubtful |= children.perhaps(entry, _PUPILS)

    def surely_on(self, claims: Iterable[str]) -> dict[str, str]:
        """Return the pupils on some claims, each with the first that it is on."""
        found: dict[str, str] = {}
        for claim in sorted(claims):
            for pupil in sorted(self._pupils_on[claim]):
                found.setdefault(pupil, claim)
        return found

    def entries(
        self, pupil: str, claim: str, consent: str, entered: Mapping[str, date]
    ) -> tuple[str, ...]:
        """Return the table and day of each entry by which a pupil is on a claim."""
        child = self._pupils_on[claim][pupil]
        names = (
            f"{_CONSENTS}#claimant#{consent}",
            f"{_CLAIMS}#claimant#{claim}",
            child,
            f"{_PUPILS}#pupil#{pupil}",
        )
        return tuple(f"{each.partition('#')[0]} {entered[each]}" for each in names)


def _entered(registers: Registers, linked: Linked) -> dict[str, date]:
    """Return the day of each entry that was compared."""
    kinds = (quoted(each.kind.name) for each in linked.kinds)
    every = " UNION ALL ".join(f"SELECT entry, recorded_on FROM {name}" for name in kinds)
    return dict(_rows(registers, every))


def _facts(registers: Registers, claims: Iterable[str], day: str) -> dict[str, tuple[float, bool]]:
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


def _applied(registers: Registers) -> dict[str, str]:
    """Return the ISO day of the application that each consent came with."""
    return dict(
        _rows(registers, f'SELECT consent_no, CAST(given_on AS VARCHAR) FROM "{_CONSENTS}"')
    )


def _rows(registers: Registers, query: str) -> list[Any]:
    return list(registers.connection.sql(query).fetchall())


def school_year(book: StatuteBook, day: str) -> str:
    """Return the first day of the school year of a day."""
    first = book.parameters["school.first_month"].at(day)
    month = int(first.value) if first else 1
    year = int(day[:4]) - (int(day[5:7]) < month)
    return f"{year}-{month:02}-01"


@dataclass(frozen=True)
class _Families:
    """Pupils, each in a family with one householder.

    Attributes:
        pupils: their numbers.
        family: of each the number of its family, from 0.
        stages: of each the stage of school.
        paid: of each whether the grant of the school year was paid.
        facts: of each family what its householder and the household have, by variable.

    """

    pupils: Sequence[str]
    family: Sequence[int]
    stages: Sequence[str]
    paid: Sequence[bool]
    facts: Mapping[str, Sequence[bool] | Sequence[float]]

    def calculate(self, book: StatuteBook, output: str, day: str) -> Array:
        """Return the answers for the pupils."""
        count = len(self.facts[_BENEFIT])
        none = np.zeros(count, bool)
        columns = {
            _BENEFIT: np.concatenate([np.array(self.facts[_BENEFIT], bool), self._all(False)]),
            "is_on_the_claim": np.concatenate([none, self._all(True)]),
            "clothing_grant_was_paid": np.concatenate([none, np.array(self.paid, bool)]),
            "school_stage": np.array(["none"] * count + list(self.stages)),
        }
        columns |= {name: np.array(each) for name, each in self.facts.items() if name != _BENEFIT}
        roles = np.array(["householder"] * count + ["child"] * len(self.pupils))
        household = np.concatenate([np.arange(count), np.array(self.family, int)])
        found = book.calculate_arrays(columns, {"household": (household, roles)}, [output], day[:7])
        answers: Array = found[output][count:]
        return answers

    def scenario(self, row: int) -> dict[str, Any]:
        """Return a pupil and its householder as a scenario, with what is read of them alone."""
        of_family = {name: each[self.family[row]] for name, each in self.facts.items()}
        householder, pupil = "claimant", self.pupils[row]
        if pupil == householder:
            householder = "the claimant"
        return {
            "persons": {
                householder: {_BENEFIT: of_family.pop(_BENEFIT)},
                pupil: {"is_on_the_claim": True, "school_stage": self.stages[row]},
            },
            "households": {
                "household": {"householders": [householder], "children": [pupil], **of_family}
            },
        }

    def only(self, chosen: Iterable[int]) -> _Families:
        """Return some of the pupils, in all families."""
        rows = list(chosen)
        return _Families(
            [self.pupils[row] for row in rows],
            [self.family[row] for row in rows],
            [self.stages[row] for row in rows],
            [self.paid[row] for row in rows],
            self.facts,
        )

    def _all(self, value: bool) -> Array:
        return np.full(len(self.pupils), value)


def amount_is_known(book: StatuteBook, stage: str, day: str) -> bool:
    """Tell whether the council has published the grant of a stage of school for a day."""
    amount = book.parameters[f"{GRANT}.{stage}"].at(day)
    return amount is not None and amount.value is not None


def _grants(
    book: StatuteBook, families: _Families, output: str, condition: str, day: str
) -> dict[str, float | None]:
    """Return the grants of pupils, those that are not 0; None where the amount is not known.

    Args:
        book: the book.
        families: the pupils.
        output: the variable of the amount.
        condition: the variable that says whether there is one.
        day: the ISO day.

    """
    if not families.pupils:
        return {}
    known = {stage: amount_is_known(book, stage, day) for stage in set(families.stages)}
    with_amount = families.only(n for n, each in enumerate(families.stages) if known[each])
    without = families.only(n for n, each in enumerate(families.stages) if not known[each])
    found: dict[str, float | None] = {}
    if with_amount.pupils:
        amounts = with_amount.calculate(book, output, day).tolist()
        found |= {
            p: amount for p, amount in zip(with_amount.pupils, amounts, strict=True) if amount
        }
    if without.pupils:
        has = without.calculate(book, condition, day).tolist()
        rows = zip(without.pupils, has, without.paid, strict=True)
        found |= {pupil: None for pupil, yes, paid in rows if yes and not paid}
    return dict(sorted(found.items()))
