"""Registers linked: entries laid out, compared and decided about, kind by kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy.registers.linking.comparing import compare
from policy.registers.linking.deciding import REVIEW, Facts, Pair, decide
from policy.registers.linking.entries import CONSENTED, lay_out, open_entries, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from policy.registers.linking.deciding import Decided
    from policy.registers.linking.review import Answers
    from policy.registers.linking.rules import Kind, Purpose, Rules
    from policy.registers.reading import Registers


@dataclass(frozen=True)
class LinkedKind:
    """What was decided about the entries of a kind of persons.

    Attributes:
        kind: what they are of.
        pairs: the pairs that weighed enough to be looked at.
        weights: of each pair the weight of each thing compared.
        decided: what became of them.

    """

    kind: Kind
    pairs: Sequence[Pair]
    weights: Sequence[Mapping[str, float]]
    decided: Decided


@dataclass(frozen=True)
class Linked:
    """Registers that were linked on a day, for a purpose."""

    rules: Rules
    purpose: Purpose
    kinds: Sequence[LinkedKind]


def link(
    registers: Registers,
    rules: Rules,
    purpose: Purpose,
    day: str | date,
    answers: Answers | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Linked:
    """Link the entries of registers that are of one person.

    The entries stay in the registers' connection, a table for each kind.

    Args:
        registers: the registers, opened with the consent that the rules name.
        rules: how they are linked.
        purpose: how sure a link must be.
        day: the day on which they are known.
        answers: what persons said of pairs.
        tell: called with what is being done.

    Raises:
        PolicyError: a register lacks what is read, or an answer is about other entries.

    """
    tell("reading registers")
    rules = rules.read_for(purpose)
    open_entries(registers, rules, day)
    reached: dict[str, set[str]] = {}
    kinds = []
    for kind in rules.kinds:
        lay_out(registers, rules, kind, reached if purpose.consent else None)
        tell(f"comparing {kind.name}")
        found = compare(registers.connection, kind, purpose.review).to_pydict()
        things = list(kind.comparisons)
        pairs = [
            Pair(left, right, weight, dict(zip(things, levels, strict=True)))
            for left, right, weight, *levels in zip(
                *(found[name] for name in ("left", "right", "weight")),
                *(found[f"{thing}_level"] for thing in things),
                strict=True,
            )
        ]
        each = zip(*(found[f"{thing}_weight"] for thing in things), strict=True)
        weights = [dict(zip(things, row, strict=True)) for row in each]
        rows = registers.connection.sql(
            f"SELECT entry, birth_date, different_within FROM {quoted(kind.name)} ORDER BY entry"
        ).fetchall()
        facts = {entry: Facts(born, within) for entry, born, within in rows}
        said = answers.that_hold(registers.connection, kind) if answers else {}
        tell(f"deciding about {kind.name}")
        found_of = LinkedKind(kind, pairs, weights, decide(pairs, facts, kind, purpose, said))
        kinds.append(found_of)
        for table, keys in _reached(registers, found_of).items():
            reached.setdefault(table, set()).update(keys)
    return Linked(rules, purpose, kinds)


def _reached(registers: Registers, linked: LinkedKind) -> dict[str, set[str]]:
    """Return the keys of rows that are, or may be, of somebody whose consent stands, by table."""
    rows = registers.connection.sql(f"SELECT entry FROM {quoted(CONSENTED)}").fetchall()
    person = linked.decided.person
    consenting = {person[entry] for (entry,) in rows if entry in person}
    asked = [
        {person[end] for end in pair.ends}
        for pair, (outcome, _) in zip(linked.pairs, linked.decided.outcomes, strict=True)
        if outcome == REVIEW
    ]
    maybe = consenting.union(*(ends for ends in asked if ends & consenting))
    reached: dict[str, set[str]] = {}
    for entry, of in person.items():
        if of in maybe:
            table, _, key = entry.split("#", 2)
            reached.setdefault(table, set()).add(key)
    return reached
