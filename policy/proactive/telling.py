"""What is told of a decision: to whom it is about, in plain words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from policy.ledger.replaying import scenario_of
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
)
from policy.legislation.legislation import section_of
from policy.proactive.reasons import (
    ACCEPTED,
    BY_LAW,
    CHANGED,
    CLAIMED,
    CONSENTED,
    FIRST_TIME,
    NO_AMOUNT,
    NO_ANSWER,
    NO_LONGER,
    NO_NUMBER,
    NOT_HELD,
    OTHER_RECIPIENT,
    PUBLISHED,
    RESUMED,
    RUNNING,
    TOO_LATE,
    WAIVED,
)
from policy.registers.sources import sources_of

if TYPE_CHECKING:
    from policy.book import StatuteBook
    from policy.explain.explanation import Explanation
    from policy.ledger.ledger import Ledger
    from policy.ledger.rows import Decision
    from policy.registers.sources import Sources

#: What each kind of decision, and its reason, says of a benefit.
_SAYS = {
    (OPENING, RUNNING): "was being paid when the service began",
    (AWARD, BY_LAW): "is granted without application",
    (AWARD, ACCEPTED): "is granted, as the offer was accepted",
    (AWARD, CLAIMED): "is granted to the parent who claimed it",
    (AWARD, CONSENTED): "is granted without application, as the claimant permitted record checks",
    (AWARD, NO_AMOUNT): (
        "is granted without application, as the claimant permitted record checks; its amount is not"
        " published yet"
    ),
    (OFFER, FIRST_TIME): "can be granted: nobody has to apply, it is enough to accept",
    (OFFER, WAIVED): "can be granted to the other parent, as it was waived",
    (OFFER, CHANGED): "is offered anew, with other amounts",
    (CORRECTION, CHANGED): "is paid in other amounts",
    (CORRECTION, RESUMED): "is paid again",
    (CORRECTION, PUBLISHED): "was granted, and its amount is published now",
    (ENDING, NO_LONGER): "is paid no longer",
    (ENDING, OTHER_RECIPIENT): "is no longer paid to this recipient, who does not raise the child",
    (VOID, WAIVED): "is not granted: it was waived in time",
    (VOID, CLAIMED): "is not granted to this recipient: the other parent claimed in time",
    (LAPSE, NO_ANSWER): "was offered, and nobody answered in time; the offer can be accepted still",
    (LAPSE, NO_LONGER): "was offered, and is no longer due",
    (LAPSE, TOO_LATE): "stays granted: the objection came after its last day",
    (QUESTION, NOT_HELD): "no register holds this fact, and something else may be due by it",
    (REFERRAL, NO_NUMBER): (
        "is left to an official: the law kept here lacks a number by which it is calculated"
    ),
}
#: What can be done, and where the law says so.
_MAY = {
    AWARD: "The recipient can waive it, or the other parent claim it, until {day}",
    OFFER: "Accept, or choose who is paid, until {day}",
    QUESTION: "Answer until {day}",
}
#: What was paid, and is not due, or the other way round.
_OWED = {
    True: "{amount:,.2f} {currency} is still to be paid for months past",
    False: "{amount:,.2f} {currency} was paid too much",
}


@dataclass(frozen=True)
class Told:
    """A decision explained.

    Attributes:
        decision: as it stands in the ledger.
        says: what was decided, on one line.
        amounts: what is paid from which month on, a line each.
        rests_on: the entries of registers that brought it about, a line each.
        may: what can be done until when; empty where nothing can.
        law: the section, and the law version.
        later: what was decided on the same thing since.
        tree: how the last amount was calculated; None where there is none.

    """

    decision: Decision
    says: str
    amounts: tuple[str, ...]
    rests_on: tuple[str, ...]
    may: str
    section: str
    later: tuple[Decision, ...]
    tree: Explanation | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "decision": self.decision.to_dict(),
            "says": self.says,
            "amounts": [*self.amounts],
            "rests_on": [*self.rests_on],
            "may": self.may,
            "section": self.section,
            "later": [each.id for each in self.later],
            "tree": self.tree.to_dict() if self.tree else None,
        }


def explain(ledger: Ledger, id_: str) -> Told:
    """Explain a decision, by the law and the facts that the ledger keeps with it.

    Args:
        ledger: the ledger.
        id_: the decision's id.

    Raises:
        PolicyError: there is no such decision, or its law is not kept.

    """
    decision = ledger.decision(id_)
    since = [
        each
        for each in ledger.history(decision.subject, decision.benefit)
        if each.number > decision.number
    ]
    with ledger.law_of(decision.run_date).loaded() as book:
        return Told(
            decision,
            says(book, decision),
            tuple(_amounts(decision)),
            tuple(_entry(sources_of(book), each) for each in decision.reasons.get("entries") or ()),
            may(decision),
            section_of(book.variable(decision.benefit)),
            tuple(since),
            _tree(book, ledger, decision),
        )


def says(book: StatuteBook, decision: Decision) -> str:
    """Say what was decided, about whom, on one line."""
    variable = book.variable(decision.benefit)
    what = _SAYS[decision.kind, decision.reasons["why"]]
    about = f", {decision.subject}" if decision.subject != decision.recipient else ""
    to = f"; recipient: {decision.recipient}" if decision.recipient else ""
    owed = decision.reasons.get("owed", 0)
    said = _OWED[owed > 0].format(amount=abs(owed), currency=book.currency)
    more = f". {said}" if owed else ""
    named = section_of(variable)
    section = f" ({named})" if named and named != variable.label else ""
    return f"{variable.label}{about}{section}: {what}{to}{more}"


def may(decision: Decision) -> str:
    """Say what can be done about a decision, and until when."""
    if decision.answer_by is None or decision.kind not in _MAY:
        return ""
    return _MAY[decision.kind].format(day=decision.answer_by)


def notice(book: StatuteBook, decision: Decision) -> str:
    """Return the text that is sent to the recipient of a decision."""
    lines = [f"{says(book, decision)}.", *_amounts(decision), may(decision)]
    return "\n".join(filter(None, (*lines, f"Number of the decision: {decision.id}")))


def _amounts(decision: Decision) -> list[str]:
    months = [*decision.amounts.items()]
    if decision.period_until and len(months) == 1 and decision.period_until == decision.period_from:
        return [f"{months[0][0]}: {months[0][1]:,.2f}, once"]
    following = [month for month, _ in months[1:]]
    return [
        f"{month}: {amount:,.2f}" if until == _next(month) else f"from {month} on: {amount:,.2f}"
        for (month, amount), until in zip_longest(months, following)
    ]


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def _entry(sources: Sources, entry: str) -> str:
    path, day = entry.split(" ")
    table = sources.table(path)
    register = sources.registers[table.register]
    return f"{register.title}, {table.name}: entry of {day}"


def _tree(book: StatuteBook, ledger: Ledger, decision: Decision) -> Explanation | None:
    if not decision.amounts or not decision.input_digest:
        return None
    month = max(decision.amounts)
    scenario = scenario_of(json.loads(ledger.facts(decision.input_digest)), month)
    if scenario is None:
        return None
    person = book.variable(decision.benefit).entity.is_person
    return book.explain(scenario, decision.benefit, decision.subject if person else None, month)
