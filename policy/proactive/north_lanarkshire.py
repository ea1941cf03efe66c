"""Nights of North Lanarkshire: school clothing grants, awarded to who permitted record checks.

The council awards them in August, when the school year begins. So a night looks on what is new in
that month alone; one after it catches up, as the last of August would have decided. What was
granted stays granted: no source tells that a grant is taken back, or when it is.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

from policy.ledger.replaying import scenario_of
from policy.ledger.rows import AWARD, CORRECTION, SAID, canonical, digest_of
from policy.proactive.benefits import Decided
from policy.proactive.clothing_grant import (
    GRANT,
    clothing_grants,
    school_year,
)
from policy.proactive.consented_claims import CONSENTS, PUPILS, a_claim_begins
from policy.proactive.entries import REVIEW
from policy.proactive.reasons import CONSENTED, NO_AMOUNT, PUBLISHED
from policy.registers.linking.entries import fields_of
from policy.registers.linking.output import evidence
from policy.registers.linking.review import review_file
from policy.registers.linking.rules import rules_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy.book import StatuteBook
    from policy.ledger.ledger import Ledger
    from policy.ledger.rows import Decision
    from policy.proactive.benefits import Fields, Night, Papers
    from policy.proactive.clothing_grant import Award, ClothingGrants
    from policy.registers.reading import Registers

#: Whether a consent begins or ends to stand after one day, and at the latest on another.
_CONSENT_TURNS = f"""
SELECT count(*) > 0 FROM "{CONSENTS}"
WHERE (given_on > $since::DATE AND given_on <= $until::DATE)
    OR (withdrawn_on > $since::DATE AND withdrawn_on <= $until::DATE)
"""


class SchoolClothingGrants:
    """School clothing grants that are awarded from linked records, without application."""

    consents = ("record_checks",)

    def fields(self, book: StatuteBook, day: str) -> Fields:
        """Return the columns by which registers are linked, and the pupils' stage of school.

        What a claim pays is not among them: it is read of who consented, when that is known.
        """
        del day
        rules = rules_of(book.name)
        fields = fields_of(rules.read_for(rules.purpose("pay")))
        return {**fields, PUPILS: (*fields[PUPILS], "school_stage")}

    def decide(
        self,
        book: StatuteBook,
        registers: Registers,
        ledger: Ledger,
        night: Night,
        fields: Fields,
    ) -> Decided:
        """Award the grants that are due and were not awarded, and say amounts published since."""
        del fields
        rows, facts = [], {}
        for decision, amount in _published(book, ledger, night):
            rows.append(_correction(decision, amount))
        grants = _grants(book, registers, ledger, night)
        month = school_year(book, night.day)[:7]
        for award in grants.awards if grants else ():
            written = canonical({month: award.scenario})
            facts[digest_of(written)] = written
            rows.append(_award(award, month, digest_of(written)))
        inputs = {"digest": _texts(facts), "facts": _texts(facts.values())}
        return Decided(
            pa.table({name: _texts(row.get(name) for row in rows) for name in SAID}),
            pa.table(inputs),
            _papers(registers, night, grants) if grants else {},
        )

    def papers(
        self,
        book: StatuteBook,
        registers: Registers,
        ledger: Ledger,
        night: Night,
        fields: Fields,
    ) -> Papers:
        """Return the pairs that a person is asked about, and what waits for it; links, consents."""
        del fields
        grants = _grants(book, registers, ledger, night)
        return _papers(registers, night, grants) if grants else {}


def _grants(
    book: StatuteBook, registers: Registers, ledger: Ledger, night: Night
) -> ClothingGrants | None:
    """Return the grants of a night; None where nothing that they rest on is new."""
    year = school_year(book, night.day)
    last = np.datetime64(year[:7], "M") + 1
    on = min(night.day, str(last.astype("M8[D]") - 1))
    if on <= night.since or (night.last is None and on < night.day):
        return None  # (grants are awarded as the school year begins, and that was seen)
    if night.since >= year and not _is_new(book, registers, night, on):
        return None
    awarded = {
        each.subject
        for each in ledger.history(benefit=GRANT, until=night.since)
        if each.period_from >= year[:7]
    }
    return clothing_grants(book, registers, on, night.review, awarded)


def _is_new(book: StatuteBook, registers: Registers, night: Night, on: str) -> bool:
    """Tell whether something that grants rest on is new since the last run, in the same month."""
    assert night.last is not None
    if any(each["new"] for each in night.read.values()) or night.last.law_version != book.version:
        return True
    if night.last.read.get(REVIEW) != night.read.get(REVIEW):
        return True
    days = {"since": night.since, "until": on}
    ((turns,),) = registers.connection.execute(_CONSENT_TURNS, days).fetchall()
    return bool(turns) or a_claim_begins(registers, night.since, on)


def _award(award: Award, month: str, digest: str) -> dict[str, str | None]:
    known = award.amount is not None
    reasons = {
        "why": CONSENTED if known else NO_AMOUNT,
        "consent": award.consent,
        "entries": sorted(award.entries),
    }
    return {
        "kind": AWARD,
        "subject": award.pupil,
        "benefit": GRANT,
        "period_from": month,
        "period_until": month,
        "amounts": canonical({month: award.amount} if known else {}),
        "recipient": award.claim,
        "input_digest": digest,
        "reasons": canonical(reasons),
    }


def _correction(decision: Decision, amount: float) -> dict[str, str | None]:
    return {
        **{name: getattr(decision, name) for name in SAID},
        "kind": CORRECTION,
        "amounts": canonical({decision.period_from: amount}),
        "reasons": canonical({"why": PUBLISHED, "owed": amount}),
        "previous": decision.id,
    }


def _published(book: StatuteBook, ledger: Ledger, night: Night) -> Iterator[tuple[Decision, float]]:
    """Yield the awards whose amount was not published when they were made, and is now."""
    if night.last is None or night.last.law_version == book.version:
        return
    standing = {
        (each.subject, each.period_from): each
        for each in ledger.history(benefit=GRANT, until=night.since)
    }
    scenarios: dict[str, list[tuple[Decision, Any]]] = defaultdict(list)
    for each in standing.values():
        if not each.amounts and each.input_digest:
            month = each.period_from
            scenario = scenario_of(json.loads(ledger.facts(each.input_digest)), month)
            stage = scenario["persons"][each.subject]["school_stage"] if scenario else ""
            if _is_published(book, stage, f"{month}-01"):
                scenarios[month].append((each, scenario))
    for month, waiting in scenarios.items():
        results = book.calculate_many([scenario for _, scenario in waiting], [GRANT], month)
        for (each, _), result in zip(waiting, results, strict=True):
            yield each, cast("float", result.value(GRANT, each.subject))


def _is_published(book: StatuteBook, stage: str, day: str) -> bool:
    """Tell whether the council has published the grant of a stage of school for a day."""
    amount = book.parameters[f"{GRANT}.{stage}"].at(day)
    return amount is not None and amount.value is not None


def _papers(registers: Registers, night: Night, grants: ClothingGrants) -> Papers:
    notices = grants.notices
    without = {
        "pupil": _texts(each.pupil for each in notices),
        "stage": _texts(each.stage for each in notices),
        "amount": pa.array([each.amount for each in notices], pa.float64()),
    }
    return {
        "review.csv": review_file(registers.connection, grants.linked, night.review),
        "held_back.parquet": pa.table({"pupil": _texts(grants.held_back)}),
        "without_consent.parquet": pa.table(without),
        "links.parquet": evidence(grants.linked),
    }


def _texts(values: Iterable[Any]) -> pa.Array:
    return pa.array(list(values), pa.string())
