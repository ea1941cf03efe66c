"""Decisions calculated again: by the law that is kept with them, from the facts kept with them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from policy.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policy.book import StatuteBook
    from policy.ledger.law import KeptLaw
    from policy.ledger.ledger import Ledger
    from policy.ledger.rows import Decision


@dataclass(frozen=True)
class Replayed:
    """A decision, and what the law gives for it now.

    Attributes:
        decision: as it stands in the ledger.
        now: the amounts calculated again, by month.
        library: the version of the library that did.

    """

    decision: Decision
    now: dict[str, float]
    library: str = __version__

    @property
    def same(self) -> bool:
        """Whether they are the same cents."""
        return self.now == self.decision.amounts

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        decided = self.decision.to_dict()
        return {"decision": decided, "now": self.now, "same": self.same, "library": self.library}


def replay(ledger: Ledger, decisions: Iterable[str | Decision]) -> Iterator[Replayed]:
    """Yield decisions, or those of some ids, calculated again: those of one law together.

    Raises:
        PolicyError: there is no such decision, or its law or facts are not kept.

    """
    nights: dict[str, list[Decision]] = {}
    for each in decisions:
        decision = ledger.decision(each) if isinstance(each, str) else each
        nights.setdefault(decision.run_date, []).append(decision)
    by_law: dict[KeptLaw, list[str]] = {}
    for night in nights:
        by_law.setdefault(ledger.law_of(night), []).append(night)
    for law, of_law in by_law.items():
        with law.loaded() as book:
            for decision in (decision for night in of_law for decision in nights[night]):
                yield Replayed(decision, amounts_of(book, ledger, decision))


def amounts_of(book: StatuteBook, ledger: Ledger, decision: Decision) -> dict[str, float]:
    """Return what a law gives for the months of a decision, from its facts."""
    facts = json.loads(ledger.facts(decision.input_digest)) if decision.input_digest else {}
    return {
        month: _amount(book, scenario_of(facts, month), decision, month)
        for month in decision.amounts
    }


def scenario_of(facts: dict[str, Any], month: str) -> dict[str, Any] | None:
    """Return the scenario of a month: the last one written for it or a month before.

    >>> scenario_of({"2026-01": {"persons": {}}, "2026-04": {"persons": {"a": {}}}}, "2026-03")
    {'persons': {}}
    >>> scenario_of({"2026-04": {"persons": {"a": {}}}}, "2026-03")  # (in no family then)
    """
    months = [each for each in facts if each <= month]
    return facts[max(months)] if months else None


def _amount(
    book: StatuteBook, scenario: dict[str, Any] | None, decision: Decision, month: str
) -> float:
    if scenario is None:  # (who is in no family is due nothing)
        return 0.0
    result = book.calculate(scenario, [decision.benefit], month)
    entity = book.variable(decision.benefit).entity
    instance = decision.subject if entity.is_person else None
    return cast("float", result.value(decision.benefit, instance))
