"""One night: what is new in the registers, whom it touches, what is due, what is decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.errors import PolicyError, Problem, did_you_mean
from policy.ledger.law import kept
from policy.ledger.ledger import Ledger, Run
from policy.legislation.parameters import iso_day
from policy.proactive.benefits import Night
from policy.proactive.deciding import compare, prepare, written
from policy.proactive.entries import read_of, refuse_backdated
from policy.proactive.estonia import Estonia
from policy.proactive.writing import write_night
from policy.registers.reading import Registers
from policy.registers.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyarrow as pa

    from policy.book import StatuteBook
    from policy.ledger.law import KeptLaw
    from policy.proactive.benefits import Assembly

#: How the families of each book are put together.
ASSEMBLIES: dict[str, Assembly] = {"estonia": Estonia()}


@dataclass(frozen=True)
class Done:
    """A night that was run.

    Attributes:
        run: as it stands in the ledger.
        is_new: whether it was run now; else it was in the ledger already.

    """

    run: Run
    is_new: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {**self.run.to_dict(), "is_new": self.is_new}


def run_nights(
    book: StatuteBook,
    registers: str | Path,
    ledger: str | Path,
    days: Iterable[str],
    target: str | Path | None = None,
) -> Iterator[Done]:
    """Run nights, one after the other, and yield each.

    Args:
        book: the statute book.
        registers: the folder of registers.
        ledger: the file of the ledger; made where there is none.
        days: the ISO days of the nights, in their order. What was entered since the last run
            before a night is read in it, also where nights between them were missed.
        target: a folder in which the files of each night are written.

    Raises:
        PolicyError: there is no such folder or ledger, the book has no proactive service, a night
            is before the last one, or the registers hold new entries for days before it.

    """
    if book.name not in ASSEMBLIES:
        near = did_you_mean(book.name, ASSEMBLIES, kind="books with a proactive service")
        raise PolicyError(Problem(f"the book '{book.name}' has no proactive service", remedy=near))
    sources, law = sources_of(book), kept(book)
    with Registers(registers, sources) as opened, Ledger.open(ledger) as decided:
        for day in days:
            done = _run(book, law, opened, decided, iso_day(day))
            if target is not None:
                write_night(book, decided, done.run.date, target)
            yield done


def _run(book: StatuteBook, law: KeptLaw, registers: Registers, ledger: Ledger, day: str) -> Done:
    assembly = ASSEMBLIES[book.name]
    before = [run for run in ledger.runs() if run.date < day]
    since = before[-1].date if before else ""
    fields = assembly.fields(book, day)
    read = read_of(registers, fields, since, day)
    if before:
        refuse_backdated(read, before[-1])
    run = Run(day, read)
    earlier = ledger.done(run)
    if earlier:
        return Done(earlier, is_new=False)
    db = registers.connection
    db.execute(_ANSWERS)
    touching = _asking(db, ledger, since)
    night = Night(day, since, ledger.opened())
    if since:
        assembly.touch(registers, night, fields, touching)
    else:
        db.execute(_NOBODY)
    night = _months(db, night, book.covers_from)
    assembly.read(registers, night, fields)
    scope = None
    if not night.everyone:
        scope = db.table("scope").to_arrow_table().column("person")
    prepare(db, ledger.decided(scope))
    assembly.compute(book, registers, night)
    compare(
        db,
        night,
        assembly.benefits,
        assembly.answer_by(book, day),
        assembly.paid_until(book, day),
        ledger.unanswered(day),
        assembly.offers(book, registers, night, fields),
    )
    assembly.scenarios(registers)
    decisions, inputs = written(db)
    return Done(ledger.append(run, law, inputs, decisions), is_new=True)


_NOBODY = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT NULL::VARCHAR AS person, NULL::DATE AS month, NULL::VARCHAR AS source,
    NULL::DATE AS recorded_on LIMIT 0
"""


def _months(db: Any, night: Night, covers_from: str) -> Night:
    """Return the night with its months: from the first that is touched to the one after the day's.

    Everybody is looked at in the first night of a month, and in the first of all.
    """
    this = np.datetime64(night.day, "M")
    since = np.datetime64(night.since, "M") if night.since else this - 1
    everyone = [str(month) for month in np.arange(since + 1, this + 1)]
    if not night.since:
        everyone.append(str(this + 1))
    ((first,),) = db.execute("SELECT strftime(min(month), '%Y-%m') FROM touched").fetchall()
    earliest = max(min(first or str(this), everyone[0] if everyone else str(this)), covers_from[:7])
    db.execute("UPDATE touched SET month = greatest(month, ?::DATE)", (f"{covers_from[:7]}-01",))
    months = np.arange(np.datetime64(earliest, "M"), this + 2).astype(str).tolist()
    return replace(night, months=tuple(months), everyone=frozenset(everyone))


_ANSWERS = """
CREATE OR REPLACE TEMP TABLE answers AS
SELECT answer_id, person_code AS person, case_id, child_code AS subject, benefit, answer, value,
    answered_on, recorded_on
FROM "board/answers"
"""


def _asking(db: Any, ledger: Ledger, since: str) -> pa.Table:
    """Return the persons whom new answers are about, and the first month of what they are about."""
    new = "FROM answers WHERE recorded_on > nullif(?, '')::DATE AND {} IS NOT NULL"
    ids = db.sql(f"SELECT DISTINCT case_id {new.format('case_id')}", params=(since,))
    persons = db.sql(
        f"SELECT subject {new.format('subject')} UNION SELECT person {new.format('person')}",
        params=(since, since),
    )
    ids, persons = (each.to_arrow_table().column(0) for each in (ids, persons))
    return ledger.cases(ids, persons)
