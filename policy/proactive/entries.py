"""What a night has read: how many entries each table has, and the number and digest of the new.

By it a night that was run is known again, and entries added later for a day before it are noticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from policy.errors import PolicyError, Problem
from policy.ledger.rows import canonical, digest_of
from policy.registers.entries import column, view_of
from policy.registers.sources import RECORDED_ON, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from policy.ledger.ledger import Run
    from policy.registers.linking.review import Answers
    from policy.registers.reading import Registers

#: What answers about uncertain links are called among what a night has read.
REVIEW = "review"


def read_of(
    registers: Registers, fields: Mapping[str, Sequence[str]], since: str, day: str
) -> dict[str, Any]:
    """Return what is read in a night, by table; the columns read, and no others, are in the digest.

    Args:
        registers: the registers.
        fields: the columns, by table.
        since: the day of the last run, or an empty string.
        day: that of this one.

    """
    registers.as_known_on(day, fields)
    found = {}
    for path, names in fields.items():
        until, new = _made(exp.LTE, day), _made(exp.GT, since or "0001-01-01")
        columns = [column(name) for name in (*names, RECORDED_ON, WITHDRAWN)]
        row = exp.cast(exp.func("to_json", exp.func("row", *columns)), "varchar")
        digest = exp.cast(exp.func("md5_number_lower", row), "hugeint")
        query = (
            exp.select(
                exp.Count(this=exp.Star()),
                exp.func("count_if", new),
                exp.func("sum", exp.case().when(new, digest)),
            )
            .from_(view_of(registers.sources.table(path)))
            .where(until)
        )
        (counted,) = registers.connection.sql(query.sql("duckdb")).fetchall()
        entries, count, said = counted
        found[path] = {"entries": entries, "new": count or 0, "digest": str(said or 0)}
    return found


def read_of_answers(answers: Answers) -> dict[str, Any]:
    """Return how many answers about uncertain links there are, and their digest."""
    said = sorted([*pair, *answer] for pair, answer in answers.given.items())
    return {"entries": len(said), "new": 0, "digest": digest_of(canonical(said))}


def refuse_backdated(read: Mapping[str, Any], last: Run) -> None:
    """Refuse registers in which entries were added, or taken away, for days that were run already.

    Args:
        read: what is read in a night after the last.
        last: the last night that was run.

    Raises:
        PolicyError: naming the tables.

    """
    problems = []
    for path, found in read.items():
        count = found["entries"] - found["new"]
        known = last.read.get(path, {}).get("entries", count)
        if count != known:
            problems.append(
                Problem(
                    f"the table '{path}' has {count - known:+,} entries for days up to"
                    f" {last.date}, which were run already",
                    remedy="enter what is new under a later day",
                    code="backdated",
                )
            )
    if problems:
        raise PolicyError(*problems)


def _made(compared: type[exp.Binary], day: str) -> exp.Condition:
    said = exp.cast(exp.Literal.string(day), "date")
    return compared(this=column(RECORDED_ON), expression=said)
