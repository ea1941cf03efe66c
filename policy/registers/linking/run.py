"""Linking from a folder of registers to a folder of links."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from policy.errors import PolicyError, Problem
from policy.registers.linking.deciding import LINKED, REVIEW
from policy.registers.linking.golden import golden
from policy.registers.linking.linking import link
from policy.registers.linking.output import write_links
from policy.registers.linking.quality import Quality, quality
from policy.registers.linking.review import read_answers
from policy.registers.linking.rules import rules_of
from policy.registers.reading import Registers
from policy.registers.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from policy.book import StatuteBook
    from policy.registers.linking.linking import Linked


@dataclass(frozen=True)
class Count:
    """How many entries there are of a kind of persons, and what became of them."""

    name: str
    entries: int
    found: int
    linked: int
    review: int


@dataclass(frozen=True)
class Ran:
    """What linking did.

    Attributes:
        counts: of each kind of persons: entries, persons found, pairs linked and to review; and of
            households.
        quality: how good the links are; empty where the truth is not known.
        answers: how many answers of persons were followed.
        lapsed: how many were not, because an entry says something else since.

    """

    counts: Sequence[Count]
    quality: Mapping[str, Quality]
    answers: int
    lapsed: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "counts": [asdict(each) for each in self.counts],
            "quality": {name: each.to_dict() for name, each in self.quality.items()},
            "answers": self.answers,
            "lapsed": self.lapsed,
        }


def run(
    book: StatuteBook,
    registers: Path,
    out: Path,
    purpose: str,
    day: str,
    review: Path | None = None,
    truth: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Ran:
    """Link registers, and write what was found to a new folder.

    Args:
        book: the statute book whose registers they are.
        registers: the folder of registers.
        out: the folder to write.
        purpose: what the links are for.
        day: the ISO day on which the registers are known.
        review: a review file that a person filled in.
        truth: the truth of generated registers, to measure by.
        tell: called with what is being done.

    Raises:
        PolicyError: something cannot be read or written, or the purpose reads entries of persons
            who did not consent and the registers are not generated ones.

    """
    rules = rules_of(book.name)
    wanted = rules.purpose(purpose)
    if not wanted.consent and truth is None:
        message = f"the purpose '{purpose}' reads entries without consent, of generated registers"
        raise PolicyError(Problem(message, remedy="name their truth with --truth"))
    answers = read_answers(review) if review else None
    consents = [rules.consent.name]
    with Registers(registers, sources_of(book), consents=consents) as opened:
        linked = link(opened, rules, wanted, day, answers, tell)
        tell("putting golden records together")
        records = golden(opened.connection, linked)
        measured = quality(linked, records[1], truth) if truth else {}
        held = sum(
            len(answers.that_hold(opened.connection, each.kind)) if answers else 0
            for each in linked.kinds
        )
        tell("writing")
        write_links(out, opened.connection, linked, records, answers)
    of_households = sum(map(len, records[1]["entries"].to_pylist()))
    counts = [*_counts(linked), Count("households", of_households, len(records[1]), 0, 0)]
    return Ran(counts, measured, held, len(answers.given) - held if answers else 0)


def _counts(linked: Linked) -> list[Count]:
    found = []
    for each in linked.kinds:
        person = each.decided.person
        outcomes = [outcome for outcome, _ in each.decided.outcomes]
        pairs = outcomes.count(LINKED), outcomes.count(REVIEW)
        found.append(Count(each.kind.name, len(person), len(set(person.values())), *pairs))
    return found
