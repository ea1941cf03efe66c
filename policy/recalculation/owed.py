"""Arrears and overpayments: what the law gives, against what was paid and settled since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy.comparing.causes import causes_of
from policy.errors import PolicyError
from policy.legislation.legislation import section_of
from policy.legislation.times import slots_asked
from policy.population.tables import is_table
from policy.recalculation.decisions import read_decisions, read_paid, write_decisions, write_paid
from policy.scenario.answers import answers
from policy.scenario.columns import facts_of, people_of

if TYPE_CHECKING:
    from pathlib import Path

    from policy.book import StatuteBook
    from policy.errors import Problem
    from policy.legislation.legislation import Legislation
    from policy.recalculation.decisions import Decision, Paid
    from policy.scenario.situation import Expected

#: Less than this is no difference: half a cent.
_NOTHING = 0.005
ARREARS, OVERPAYMENT = "arrears", "overpayment"


@dataclass(frozen=True)
class Item:
    """An amount that was paid, and what the law gives for it.

    Attributes:
        decision: the decision, by its name or its line.
        number: the place of the decision, or of the row, in the file.
        variable: the benefit.
        label: its name in plain words.
        section: where the law says it.
        id: who was paid.
        period: for when.
        paid: what was paid at first.
        settled: what was paid later since, less what was recovered.
        due: what the law gives.
        reasons: what is another in the law.

    """

    decision: str
    number: int
    variable: str
    label: str
    section: str
    id: str
    period: str
    paid: float
    settled: float
    due: float
    reasons: tuple[str, ...] = ()

    @property
    def owed(self) -> float:
        """What is still to be paid; less than 0 where too much was paid."""
        owed = round(self.due - self.paid - self.settled, 2)
        return owed if abs(owed) >= _NOTHING else 0.0

    @property
    def kind(self) -> str:
        """``arrears`` or ``overpayment``; empty where nothing is owed."""
        return ARREARS if self.owed > 0 else OVERPAYMENT if self.owed < 0 else ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {**vars(self), "reasons": list(self.reasons), "owed": self.owed, "kind": self.kind}


@dataclass(frozen=True)
class Owed:
    """What is owed on past decisions.

    Attributes:
        items: every amount that was paid, in the file's order.
        limit: how much of an overpayment may be set off in a month, and where the law says so;
            empty where nothing was overpaid, or where the book does not say.

    """

    items: tuple[Item, ...]
    limit: str = ""

    @property
    def open(self) -> list[Item]:
        """The amounts on which something is owed."""
        return [each for each in self.items if each.kind]

    def net(self) -> dict[str, dict[str, float]]:
        """Return what is owed, netted, by person or group and by month."""
        sums: dict[str, dict[str, float]] = {}
        for each in self.open:
            months = sums.setdefault(each.id, {})
            months[each.period] = round(months.get(each.period, 0.0) + each.owed, 2)
        return sums

    @property
    def arrears(self) -> float:
        """All that is still to be paid."""
        return round(sum(each.owed for each in self.items if each.kind == ARREARS), 2)

    @property
    def overpayments(self) -> float:
        """All that was paid too much."""
        return round(-sum(each.owed for each in self.items if each.kind == OVERPAYMENT), 2)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data ready for JSON."""
        return {
            "items": [each.to_dict() for each in self.items],
            "net": self.net(),
            "arrears": self.arrears,
            "overpayments": self.overpayments,
            "limit": self.limit,
        }


def recalculate(
    before: StatuteBook, after: StatuteBook, file: str | Path, target: str | Path | None = None
) -> Owed:
    """Calculate past decisions anew.

    Args:
        before: the law the decisions were made by, where they name no day (``decided``).
        after: the law that they are calculated anew by.
        file: the decisions: YAML, or a table.
        target: where to write the decisions with what is now settled; run on that file, nothing
            is owed.

    Raises:
        PolicyError: the decisions cannot be read or calculated, or the file cannot be written.

    """
    if is_table(file):
        table, paid = read_paid(after, file)
        items = [_of_table(after, each, table.lines[each.row]) for each in paid]
        if target is not None:
            settled = {(each.number, each.variable): _settled(each) for each in items}
            write_paid(table, target, settled)
        return _owed(after, items)
    decisions = read_decisions(after, file)
    items = []
    problems: list[Problem] = []
    for each in decisions:
        try:
            items += _of_decision(before, each)
        except PolicyError as error:
            problems += error.problems
    if problems:
        raise PolicyError(*problems)
    if target is not None:
        write_decisions(file, target, _by_decision(after, items))
    return _owed(after, items)


def _owed(law: Legislation, items: list[Item]) -> Owed:
    name = law.metadata.get("set_off")
    if not name or not any(each.kind == OVERPAYMENT for each in items):
        return Owed(tuple(items))
    variable = law.variable(name)
    return Owed(tuple(items), f"{variable.label} a month: {name}, {section_of(variable)}")


def _settled(item: Item) -> float:
    return round(item.settled + item.owed, 2)


def _of_table(law: Legislation, paid: Paid, line: int) -> Item:
    variable = law.variable(paid.variable)
    return Item(
        decision=f"line {line}",
        number=paid.row,
        variable=paid.variable,
        label=variable.label or paid.variable,
        section=section_of(variable),
        id=paid.id,
        period=paid.period,
        paid=paid.paid,
        settled=paid.settled,
        due=paid.due,
    )


def _of_decision(before: StatuteBook, decision: Decision) -> list[Item]:
    scenario = decision.scenario
    law, situation = scenario.law, scenario.situation
    people, facts = people_of(law, [situation]), facts_of(law, [situation])
    asked = list(dict.fromkeys((each.variable, each.period) for each in scenario.expected))
    where = scenario.document.where(*scenario.path)
    due = answers(law, people, facts, asked, where)
    items = []
    for each in scenario.expected:
        variable = law.variable(each.variable)
        item = Item(
            decision=decision.name,
            number=decision.number,
            variable=each.variable,
            label=variable.label or each.variable,
            section=section_of(variable),
            id=situation.ids[each.entity][each.index],
            period=str(each.period),
            paid=float(each.value),
            settled=decision.settled.get((each.variable, each.index, each.period), 0.0),
            due=float(due[each.variable, each.period][each.index]),
        )
        if item.kind:
            reasons = _reasons(before, decision, each)
            item = Item(**{**vars(item), "reasons": reasons})
        items.append(item)
    return items


def _reasons(before: StatuteBook, decision: Decision, each: Expected) -> tuple[str, ...]:
    """Say what is another in the law than when it was decided."""
    scenario = decision.scenario
    old = before.as_known_on(decision.decided) if decision.decided else before
    if old is scenario.law:
        return ("the law is the same: what was paid is not what it gives for these facts",)
    situation = scenario.situation
    people, facts = people_of(scenario.law, [situation]), facts_of(scenario.law, [situation])
    slots = slots_asked(scenario.law.variable(each.variable), each.period)
    return tuple(map(str, causes_of(old, scenario.law, people, facts, slots)))


def _by_decision(law: Legislation, items: list[Item]) -> dict[int, dict[str, Any]]:
    """Return what stands under ``settled`` of each decision."""
    found: dict[int, dict[str, Any]] = {}
    for each in items:
        amount = _settled(each)
        if amount:
            plural = law.variable(each.variable).entity.plural
            own = found.setdefault(each.number, {}).setdefault(plural, {}).setdefault(each.id, {})
            own.setdefault(each.variable, {})[each.period] = amount
    return found
