"""One night: what is new in the registers, whom it touches, what is due, what is decided."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy.errors import Location, PolicyError, Problem, did_you_mean
from policy.ledger.law import kept
from policy.ledger.ledger import Ledger, Run
from policy.legislation.parameters import iso_day
from policy.proactive.benefits import Night
from policy.proactive.entries import REVIEW, read_of, read_of_answers, refuse_backdated
from policy.proactive.estonia import Estonia
from policy.proactive.monthly import Monthly
from policy.proactive.north_lanarkshire import SchoolClothingGrants
from policy.proactive.writing import write_night
from policy.registers.linking.review import read_answers
from policy.registers.linking.rules import rules_of
from policy.registers.reading import Registers
from policy.registers.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy.book import StatuteBook
    from policy.ledger.law import KeptLaw
    from policy.proactive.benefits import Papers, Service
    from policy.registers.linking.review import Answers

#: What is decided in the nights of each book.
SERVICES: dict[str, Service] = {
    "estonia": Monthly(Estonia()),
    "north_lanarkshire": SchoolClothingGrants(),
}


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
    review: str | Path | None = None,
) -> Iterator[Done]:
    """Run nights, one after the other, and yield each.

    Args:
        book: the statute book.
        registers: the folder of registers.
        ledger: the file of the ledger; made where there is none.
        days: the ISO days of the nights, in their order. What was entered since the last run
            before a night is read in it, also where nights between them were missed.
        target: a folder in which the files of each night are written.
        review: what persons said of uncertain links, where the book's registers are linked: a
            review file that was filled in.

    Raises:
        PolicyError: there is no such folder or ledger, the book has no proactive service, the
            ledger is another book's, a night is before the last one, or the registers hold new
            entries for days before it; or there is no such review file, or no registers to link.

    """
    if book.name not in SERVICES:
        near = did_you_mean(book.name, SERVICES, kind="books with a proactive service")
        raise PolicyError(Problem(f"the book '{book.name}' has no proactive service", remedy=near))
    service, sources, law = SERVICES[book.name], sources_of(book), kept(book)
    answers = None
    if review is not None:
        rules_of(book.name)
        answers = read_answers(Path(review))
    with (
        Registers(registers, sources, consents=service.consents) as opened,
        _ledger_of(book, Path(ledger)) as decided,
    ):
        for day in map(iso_day, days):
            done, papers = _run(book, law, opened, decided, day, answers, target is not None)
            if target is not None:
                write_night(book, decided, day, target, papers)
            yield done


@contextmanager
def _ledger_of(book: StatuteBook, path: Path) -> Iterator[Ledger]:
    """Open the ledger of a book; one that is new and gets no night is not left behind."""
    is_new = not path.exists()
    ledger = Ledger.open(path)
    try:
        _refuse_another(ledger, book.name)
        yield ledger
    finally:
        is_empty = is_new and not ledger.runs()
        ledger.close()
        if is_empty:
            path.unlink()


def _refuse_another(ledger: Ledger, book: str) -> None:
    """Refuse the ledger of another book: its nights and those of this one have one order."""
    runs = ledger.runs()
    kept_for = ledger.law_of(runs[-1].date).book if runs else book
    if kept_for != book:
        message = f"this is the ledger of '{kept_for}', and the night is one of '{book}'"
        remedy = "name another ledger: each book has its own; one that is not there is made"
        raise PolicyError(Problem(message, Location(str(ledger.path)), remedy, code="ledger"))


def _run(
    book: StatuteBook,
    law: KeptLaw,
    registers: Registers,
    ledger: Ledger,
    day: str,
    review: Answers | None,
    is_written: bool,
) -> tuple[Done, Papers]:
    """Run a night, and return what is written beside its decisions."""
    service = SERVICES[book.name]
    before = [run for run in ledger.runs() if run.date < day]
    last = before[-1] if before else None
    since = last.date if last else ""
    fields = service.fields(book, day)
    read = read_of(registers, fields, since, day)
    if last:
        refuse_backdated(read, last)
    if review is not None:
        read[REVIEW] = read_of_answers(review)
    night = Night(day, since, read, last, review)
    run = Run(day, read)
    given = book, registers, ledger, night, fields
    earlier = ledger.done(run)
    if earlier:
        return Done(earlier, is_new=False), service.papers(*given) if is_written else {}
    decided = service.decide(*given)
    return Done(ledger.append(run, law, decided.inputs, decided.decisions), True), decided.papers
