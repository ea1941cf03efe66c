"""School clothing grants of North Lanarkshire, awarded from linked records to who consented.

The council pays the grant without application to families who applied before, permitted it to check
its records, and have council tax reduction or Housing Benefit, for the children on their claim.
Where a link between them is not sure, nothing is paid and a person is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.legislation.parameters import iso_day
from policy.proactive.consented_claims import (
    PUPILS,
    Chain,
    applied_on,
    entered,
    facts_of_claims,
)
from policy.registers.linking.linking import link
from policy.registers.linking.rules import rules_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from policy.book import StatuteBook
    from policy.legislation.people import Array
    from policy.registers.linking.linking import Linked
    from policy.registers.linking.review import Answers
    from policy.registers.reading import Registers

GRANT, _WITH_CONSENT = "school_clothing_grant", "clothing_grant_with_consent"
_BENEFIT = "receives_housing_benefit"


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
    chain = Chain(registers, linked)
    school = registers.as_known_on(on, {PUPILS: ["school_stage"]})[PUPILS]
    stages = dict(sorted(school.select("pupil_no", "school_stage").fetchall()))
    facts = facts_of_claims(registers, chain.permitted, on)
    on_claim = [(p, claim) for p, claim in chain.surely_on(facts) if p in stages]
    year = school_year(book, on)
    applied = applied_on(registers)
    claims = sorted({claim for _, claim in on_claim})
    consent = {
        each: min(chain.permitted[each], key=lambda no: (applied[no], no)) for each in claims
    }
    number = {claim: n for n, claim in enumerate(claims)}
    were_paid = set(paid)

    def families(pupils: Sequence[str], family: Sequence[int], **given: Any) -> _Families:
        stage = [stages[pupil] for pupil in pupils]
        return _Families(pupils, family, stage, [pupil in were_paid for pupil in pupils], given)

    consenting = families(
        [pupil for pupil, _ in on_claim],
        [number[claim] for _, claim in on_claim],
        consents_to_record_checks=[True] * len(claims),
        applied_for_clothing_grant_before=[applied[consent[each]] < year for each in claims],
        council_tax_reduction=[facts[claim][0] for claim in claims],
        receives_housing_benefit=[facts[claim][1] for claim in claims],
    )
    sure = {pupil for pupil, _ in on_claim}
    known = sure | chain.doubtful | chain.consenting
    without = [pupil for pupil in stages if pupil not in known]
    supposed = families(
        without,
        range(len(without)),
        applied_for_clothing_grant_before=[True] * len(without),
        receives_housing_benefit=[True] * len(without),
    )
    due: dict[int, float | None] = {}
    if on[:7] == year[:7]:  # (without application it is awarded as the school year begins)
        due = _grants(book, consenting, GRANT, on)
    missed = _grants(book, supposed, _WITH_CONSENT, on)
    first: dict[str, int] = {}
    for row in due:
        first.setdefault(consenting.pupils[row], row)  # (one grant, by whichever claim)
    days = entered(registers, linked) if due else {}
    return ClothingGrants(
        [
            Award(
                pupil,
                claim,
                consent[claim],
                stages[pupil],
                due[row],
                consenting.scenario(row),
                chain.entries(pupil, claim, consent[claim], days),
            )
            for pupil, row in first.items()
            for claim in [on_claim[row][1]]
        ],
        [Notice(without[row], stages[without[row]], amount) for row, amount in missed.items()],
        sorted(chain.doubtful - sure - were_paid),
        linked,
    )


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
        """Return the amounts for the pupils: NaN where it is not known."""
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
        found = book.calculate_arrays(
            columns, {"household": (household, roles)}, [output], day[:7], with_unknown=True
        )
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

    def _all(self, value: bool) -> Array:
        return np.full(len(self.pupils), value)


def _grants(
    book: StatuteBook, families: _Families, output: str, day: str
) -> dict[int, float | None]:
    """Return the grants of pupils, those that are not 0; None where the amount is not known.

    Args:
        book: the book.
        families: the pupils.
        output: the variable of the amount.
        day: the ISO day.

    Returns:
        By the pupil's place among them, in order.

    """
    amounts = families.calculate(book, output, day).tolist() if families.pupils else []
    return {
        row: None if isnan(amount) else amount
        for row, (amount, paid) in enumerate(zip(amounts, families.paid, strict=True))
        if amount and not (isnan(amount) and paid)
    }
