"""What is written in a ledger: its tables, the columns of a decision, and how rows are sealed.

Every row of decisions, and of runs, is sealed by the SHA-256 of the seal before it and the row's
values as JSON. The decisions of a night come first, then the run, then the next night's: one chain.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: The form that a ledger of this library has.
FORM = 1
#: The seal before the first row.
NOTHING = "0" * 64

#: What a decision can be; in this order those of one night are written.
OPENING = "opening"
AWARD = "award"
OFFER = "offer"
QUESTION = "question"
REFERRAL = "referral"
CORRECTION = "correction"
ENDING = "ending"
VOID = "void"
LAPSE = "lapse"
KINDS = (OPENING, VOID, ENDING, CORRECTION, AWARD, OFFER, QUESTION, REFERRAL, LAPSE)
#: The kinds that say what is paid from a month on, until another decision does.
PAYING = (OPENING, AWARD, CORRECTION, ENDING, VOID)

#: What whoever decides says of a decision; the ledger adds the others. A day is an ISO text.
SAID = (
    "kind",
    "subject",
    "benefit",
    "period_from",
    "period_until",
    "amounts",
    "recipient",
    "input_digest",
    "reasons",
    "answer_by",
    "previous",
)
DECISION = ("number", "id", "run_date", *SAID, "law_version")
RUN = ("run_date", "law_version", "law_digest", "read", "counts", "decisions")

#: The tables of a ledger, and the columns of each.
TABLES = {
    "ledger": {"form": "INTEGER"},
    "laws": {"digest": "VARCHAR PRIMARY KEY", "version": "VARCHAR", "files": "BLOB"},
    "inputs": {"digest": "VARCHAR", "facts": "VARCHAR"},
    "decisions": {
        **{name: "BIGINT" if name == "number" else "VARCHAR" for name in DECISION},
        "hash": "VARCHAR",
    },
    "runs": {
        **{name: "BIGINT" if name == "decisions" else "VARCHAR" for name in RUN},
        "hash": "VARCHAR",
    },
}

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Decision:
    """A decision as it stands in a ledger.

    Attributes:
        number: its place in the ledger, from 1.
        id: by which it is asked for and answered: the day of the run, and a digest.
        run_date: the night in which it was made.
        kind: one of :data:`KINDS`.
        subject: the code of the person whom it is about.
        benefit: the variable of the statute book.
        period_from: the first month.
        period_until: the last month, where it is known.
        amounts: by the month from which each is paid, until the next; nothing where none is.
        recipient: the code of the person who is paid, or asked.
        input_digest: of the facts that it rests on.
        reasons: what it says of itself: texts, sections, entries of registers.
        answer_by: the last day of an answer, where one is asked for.
        previous: the id of the decision before it on the same thing.
        law_version: the law that it was made by.
        hash: the seal.

    """

    number: int
    id: str
    run_date: str
    kind: str
    subject: str
    benefit: str
    period_from: str
    period_until: str | None
    amounts: dict[str, float]
    recipient: str | None
    input_digest: str | None
    reasons: dict[str, Any]
    answer_by: str | None
    previous: str | None
    law_version: str
    hash: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return dict(vars(self))


def decision_of(row: Sequence[Any]) -> Decision:
    """Return a decision from its row: the columns of :data:`DECISION`, and the seal."""
    said = dict(zip((*DECISION, "hash"), row, strict=True))
    amounts, reasons = json.loads(said.pop("amounts")), json.loads(said.pop("reasons"))
    return Decision(**said, amounts=amounts, reasons=reasons)


def id_of(
    run_date: str, kind: str, subject: str, benefit: str, period_from: str, period_until: str | None
) -> str:
    """Return the id of a decision, the same however often the night is run.

    >>> id_of("2026-05-11", "award", "62605110018", "child_allowance_of_child", "2026-05", None)
    '2026-05-11-ff1ae20452206633'
    """
    said = canonical([run_date, kind, subject, benefit, period_from, period_until])
    return f"{run_date}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def canonical(data: Any) -> str:
    """Write data as JSON in the one way that seals and digests are made of.

    >>> canonical({"b": [1, None], "a": "é"})
    '{"a":"é","b":[1,null]}'
    """
    return _CANONICAL.encode(data)


def digest_of(text: str) -> str:
    """Return the digest of a text: by which facts are known in a ledger."""
    return hashlib.sha256(text.encode()).hexdigest()


def seals(before: str, rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the seal of each row, from the seal before the first of them.

    >>> first, second = seals(NOTHING, [(1, "a"), (2, "b")])
    >>> second == next(seals(first, [(2, "b")]))
    True
    """
    seal = before
    for row in rows:
        written = _CANONICAL.encode(row)
        seal = hashlib.sha256(f"{seal}{written}".encode()).hexdigest()
        yield seal
