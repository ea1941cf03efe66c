"""Benefits paid by the month: whom what is new touches, what is due, what was decided before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from policy.proactive.benefits import Decided
from policy.proactive.deciding import compare, prepare, written

if TYPE_CHECKING:
    import pyarrow as pa

    from policy.book import StatuteBook
    from policy.ledger.ledger import Ledger
    from policy.proactive.benefits import Assembly, Fields, Night, Papers
    from policy.registers.reading import Registers

_ANSWERS = """
CREATE OR REPLACE TEMP TABLE answers AS
SELECT answer_id, person_code AS person, case_id, child_code AS subject, benefit, answer, value,
    answered_on, recorded_on
FROM "board/answers"
"""
_NOBODY = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT NULL::VARCHAR AS person, NULL::DATE AS month, NULL::VARCHAR AS source,
    NULL::DATE AS recorded_on LIMIT 0
"""


class Monthly:
    """The service of a book whose benefits are paid by the month.

    Args:
        assembly: how its people are put together.

    """

    consents = ()

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly

    def fields(self, book: StatuteBook, day: str) -> Fields:
        """Return the columns that may and have to be read, by table."""
        return self._assembly.fields(book, day)

    def decide(
        self,
        book: StatuteBook,
        registers: Registers,
        ledger: Ledger,
        night: Night,
        fields: Fields,
    ) -> Decided:
        """Compare what is due with what was decided, for those touched or for everybody."""
        assembly, db, day = self._assembly, registers.connection, night.day
        db.execute(_ANSWERS)
        touching = _asking(db, ledger, night.since)
        night = replace(night, opened=ledger.opened())
        if night.since:
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
        return Decided(*written(db))

    def papers(self, *_: object) -> Papers:
        """Return nothing: all that is decided stands in the ledger."""
        return {}


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
