"""Whether a ledger is as it was written: every seal, every digest, every count."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import duckdb

from policy.errors import PolicyError, Problem
from policy.ledger.rows import DECISION, NOTHING, RUN, digest_of, id_of, seals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.ledger.ledger import Ledger

#: A seal, or its beginning.
_SEAL = re.compile("[0-9a-f]{12,64}")
#: Rows looked at in one go.
_AT_ONCE = 50_000


@dataclass(frozen=True)
class Broken:
    """Something that is not as it was written.

    Attributes:
        where: the table and the row.
        why: what is wrong with it.

    """

    where: str
    why: str

    def __str__(self) -> str:
        """Write it on one line."""
        return f"{self.where}: {self.why}"


def verify(ledger: Ledger, known_hash: str | None = None) -> list[Broken]:
    """Return what is broken in a ledger; nothing if it is as it was written.

    Args:
        ledger: the ledger.
        known_hash: the seal of a night, noted down elsewhere, or its beginning of twelve digits or
            more: it has to be there still. Without it nights taken away from the end, or written
            anew with other seals, cannot be noticed.

    Returns:
        The first broken row of the chain, and every broken input and law.

    Raises:
        PolicyError: the known seal is none.

    """
    if known_hash is not None and not _SEAL.fullmatch(known_hash):
        raise PolicyError(
            Problem(
                f"'{known_hash}' is no seal",
                remedy=f"give its {len(NOTHING)} digits of 0-9 and a-f, or the first 12 or more",
            )
        )
    try:
        return [*_problems(ledger, known_hash)]
    except duckdb.Error:
        return [Broken("file", "it cannot be read")]


def _problems(ledger: Ledger, known_hash: str | None) -> Iterator[Broken]:
    runs = _read(ledger, f"SELECT {', '.join(RUN)}, hash FROM runs ORDER BY run_date")
    seal, number = NOTHING, 0
    decisions = _decisions(ledger)
    hashes = set()
    for *run, hash_ in runs:
        date, law, count = run[0], run[1], run[5]
        for _ in range(count or 0):
            row = next(decisions, None)
            number += 1
            if row is None:
                yield Broken(f"night {date}", f"decision {number} is missing")
                return
            seal, why = _checked(seal, row, number, date, law)
            if why:
                yield Broken(f"decision {number}", why)
                return
        (seal,) = seals(seal, [run])
        if seal != hash_:
            yield Broken(f"night {date}", "its seal does not fit")
            return
        hashes.add(seal)
    if next(decisions, None) is not None:
        yield Broken(f"decision {number + 1}", "it belongs to no night")
    if known_hash is not None and not any(each.startswith(known_hash) for each in hashes):
        yield Broken("nights", "none has the seal that was noted down")
    yield from _inputs(ledger)
    yield from _laws(ledger)


def _decisions(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    cursor = ledger.connection.cursor()
    columns = ", ".join((*DECISION, "hash"))
    found = cursor.execute(f"SELECT {columns} FROM decisions ORDER BY number, hash")
    while rows := found.fetchmany(_AT_ONCE):
        yield from rows


def _checked(
    seal: str, row: tuple[Any, ...], number: int, date: str, law: str
) -> tuple[str, str | None]:
    """Return the seal of a row, and what is wrong with it."""
    *said, hash_ = row
    named = dict(zip(DECISION, said, strict=True))
    (own,) = seals(seal, [said])
    if own != hash_:
        return own, "its seal does not fit: it, or one before it, was changed"
    expected = id_of(
        *(
            named[name]
            for name in ("run_date", "kind", "subject", "benefit", "period_from", "period_until")
        )
    )
    if (named["number"], named["run_date"], named["law_version"]) != (number, date, law):
        return own, "it does not belong where it stands"
    return own, None if named["id"] == expected else "its id is not its own"


def _inputs(ledger: Ledger) -> Iterator[Broken]:
    cursor = ledger.connection.cursor()
    found = cursor.execute("SELECT digest, facts FROM inputs ORDER BY digest")
    while rows := found.fetchmany(_AT_ONCE):
        for digest, facts in rows:
            if facts is None or digest_of(facts) != digest:
                yield Broken(f"facts {digest}", "they were changed")
    lost = _read(
        ledger,
        "SELECT min(number) FROM decisions ANTI JOIN inputs ON input_digest = digest"
        " WHERE input_digest IS NOT NULL HAVING count(*) > 0",
    )
    yield from (Broken(f"decision {number}", "its facts are missing") for (number,) in lost)
    loose = _read(
        ledger, "SELECT digest FROM inputs ANTI JOIN decisions ON input_digest = digest LIMIT 1"
    )
    yield from (Broken(f"facts {digest}", "no decision rests on them") for (digest,) in loose)
    twice = _read(ledger, "SELECT digest FROM inputs GROUP BY digest HAVING count(*) > 1 LIMIT 1")
    yield from (Broken(f"facts {digest}", "they are there twice") for (digest,) in twice)


def _laws(ledger: Ledger) -> Iterator[Broken]:
    kept = {
        digest: (version, sha256(files or b"").hexdigest())
        for digest, version, files in _read(ledger, "SELECT digest, version, files FROM laws")
    }
    used = {*_read(ledger, "SELECT DISTINCT law_digest, law_version FROM runs")}
    for digest, version in sorted(used):
        if digest not in kept:
            yield Broken(f"law {version}", "it is missing")
        elif kept[digest] != (version, digest):
            yield Broken(f"law {version}", "its files were changed")
    for digest in sorted(kept.keys() - {digest for digest, _ in used}):
        yield Broken(f"law {kept[digest][0]}", "no night used it")


def _read(ledger: Ledger, query: str) -> list[Any]:
    return ledger.connection.cursor().execute(query).fetchall()
