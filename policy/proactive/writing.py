"""The files of a night: its decisions by kind, and what is sent to the people they are about."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import parquet

from policy.errors import Location, PolicyError, Problem, not_written
from policy.ledger.rows import (
    AWARD,
    CORRECTION,
    ENDING,
    LAPSE,
    OFFER,
    OPENING,
    QUESTION,
    REFERRAL,
    VOID,
    decision_of,
)
from policy.private import make_private, open_private
from policy.proactive.telling import notice

if TYPE_CHECKING:
    from policy.book import StatuteBook
    from policy.ledger.ledger import Ledger
    from policy.proactive.benefits import Papers

#: The file of each kind of decision.
FILES = {
    OPENING: "openings",
    AWARD: "awards",
    OFFER: "offers",
    QUESTION: "questions",
    REFERRAL: "referrals",
    CORRECTION: "corrections",
    ENDING: "endings",
    VOID: "voids",
    LAPSE: "lapses",
}
NOTICES = "notices"


def write_night(
    book: StatuteBook, ledger: Ledger, day: str, folder: str | Path, papers: Papers
) -> Path:
    """Write the files of a night into a folder of its own, named by the day, whole or not at all.

    ``awards.parquet`` and so on hold the decisions of each kind, ``notices.parquet`` a text for
    each person to be told; ``papers`` are files beside them, by name. Only their owner can read
    them. A night written before is left as it is.

    Returns:
        The folder of the night.

    Raises:
        PolicyError: it cannot be written, or other files are there: a review file that somebody
            filled in, or the night of another ledger.

    """
    target = Path(folder) / day
    made = ledger.of_night(day)
    kinds = made.column("kind").to_pylist()
    told = [
        (row["id"], row["recipient"], notice(book, decision_of([*row.values()])))
        for row in made.to_pylist()
        if row["kind"] != OPENING and row["recipient"]
    ]
    names = ("id", "recipient", "text")
    notices = pa.table(
        {n: pa.array([t[i] for t in told], pa.string()) for i, n in enumerate(names)}
    )
    tables = {
        name: made.filter(pa.array([each == kind for each in kinds], pa.bool_()))
        for kind, name in FILES.items()
    }
    try:
        make_private(Path(folder))
        new = Path(folder) / f".{day}"
        shutil.rmtree(new, ignore_errors=True)  # (of a night that was stopped)
        new.mkdir(mode=0o700)
        for name, table in {**tables, NOTICES: notices}.items():
            if len(table):
                _write(table, new / f"{name}.parquet")
        for name, paper in papers.items():
            _write(paper, new / name)
        if target.exists():
            is_there = _files(target) == _files(new)
            shutil.rmtree(new)
            if not is_there:
                raise _others(target)
        else:
            new.rename(target)
    except OSError as error:
        raise not_written(folder, error, "name another folder") from None
    return target


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _others(target: Path) -> PolicyError:
    message = "other files than the night's are there, and were left; the night is in the ledger"
    remedy = "name another folder, or move what is there, and run the night again for its files"
    return PolicyError(Problem(message, Location(str(target)), remedy))


def _write(paper: pa.Table | str, path: Path) -> None:
    with open_private(path) as file:
        if isinstance(paper, str):
            file.write(paper.encode())
        else:
            parquet.write_table(paper, file)
