"""Which pairs are linked, which a person is asked about, and who then is one person.

A link is made where it is sure, and where nothing speaks against what follows from it: one person
has one date of birth, and is one pupil. Where something does, the better link stands if it is
better by far; otherwise none does, and a person is asked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from policy.registers.linking.rules import Kind, Purpose

#: What becomes of a pair: linked, a person is asked, or two persons.
LINKED, REVIEW, DIFFERENT = "linked", "review", "different"
#: What a person may answer.
SAME, UNSURE = "same", "unsure"
_TOO_LITTLE = "too little speaks for it"


@dataclass(frozen=True)
class Pair:
    """Two entries compared.

    Attributes:
        left, right: the entries' names.
        weight: what speaks for one person, in bits.
        levels: how far they agree, by thing compared.

    """

    left: str
    right: str
    weight: float
    levels: Mapping[str, str]

    @property
    def ends(self) -> tuple[str, str]:
        """Both entries."""
        return self.left, self.right


@dataclass(frozen=True)
class Facts:
    """What one person can have but once.

    Attributes:
        born: the date of birth, if the entry says it.
        within: entries with the same are of different persons; None where they need not be.

    """

    born: date | None
    within: str | None


@dataclass(frozen=True)
class Decided:
    """What became of pairs.

    Attributes:
        outcomes: of each pair ``linked``, ``review`` or ``different``, and why. A pair to review
            can be of one person by other links; nothing is paid by it before it is answered.
        person: of each entry the entry that stands for the person: the first of theirs.

    """

    outcomes: Sequence[tuple[str, str]]
    person: Mapping[str, str]


def decide(
    pairs: Sequence[Pair],
    facts: Mapping[str, Facts],
    kind: Kind,
    purpose: Purpose,
    answers: Mapping[tuple[str, str], str],
) -> Decided:
    """Decide about pairs.

    Args:
        pairs: the pairs that weigh enough to be looked at.
        facts: of every entry.
        kind: what the entries are of.
        purpose: how sure a link must be.
        answers: what persons said of pairs: ``same``, ``different`` or ``unsure``.

    """
    outcomes = [_alone(pair, kind, purpose, answers.get(pair.ends)) for pair in pairs]
    told = {pair.ends for pair in pairs if answers.get(pair.ends) == SAME}
    apart = {ends for ends, answer in answers.items() if answer == DIFFERENT}
    linked = [n for n, (outcome, _) in enumerate(outcomes) if outcome == LINKED]
    linked, undone = _without_contradictions(pairs, linked, facts, apart, told, purpose.margin)
    for number, why in undone.items():
        outcomes[number] = REVIEW, why
    person = together(facts, [pairs[number].ends for number in linked])
    members = _members(person)
    for number, (outcome, _) in enumerate(outcomes):
        if outcome == REVIEW and number not in undone:
            one, other = (person[end] for end in pairs[number].ends)
            if one == other:  # (what a person is asked for another reason, is asked)
                if outcomes[number][1] == _TOO_LITTLE:
                    outcomes[number] = LINKED, "follows from other links"
            elif _contradiction([*members[one], *members[other]], facts, apart):
                outcomes[number] = DIFFERENT, "one of them is linked to another"
    return Decided(outcomes, person)


def _alone(pair: Pair, kind: Kind, purpose: Purpose, answer: str | None) -> tuple[str, str]:
    """Decide about a pair by itself."""
    if answer == SAME:
        return LINKED, "a person said so"
    if answer == DIFFERENT:
        return DIFFERENT, "a person said so"
    if answer == UNSURE:
        return REVIEW, "a person was unsure"
    levels = [
        level
        for thing, of in kind.comparisons.items()
        for level in of
        if level.name == pair.levels[thing]
    ]
    never = [level.never for level in levels if level.never]
    if never:
        return DIFFERENT, never[0]
    doubts = [level.never_automatic for level in levels if level.never_automatic]
    doubts += [why for thing, why in kind.left_out.items() if _leaves_out(pair, kind, thing)]
    if pair.weight < purpose.automatic:
        doubts.append(_TOO_LITTLE)
    return (REVIEW, doubts[0]) if doubts else (LINKED, "weight")


def _leaves_out(pair: Pair, kind: Kind, thing: str) -> bool:
    """Tell whether an entry does not say what both registers hold."""
    if pair.levels[thing] != "missing":
        return False
    return {name_of(end) for end in pair.ends} <= kind.holding(thing)


def name_of(entry: str) -> str:
    """Return the table and role of an entry.

    >>> name_of("school/pupils#parent#S1")
    'school/pupils#parent'

    """
    table, role, _ = entry.split("#", 2)
    return f"{table}#{role}"


def _without_contradictions(
    pairs: Sequence[Pair],
    linked: Sequence[int],
    facts: Mapping[str, Facts],
    apart: set[tuple[str, str]],
    told: set[tuple[str, str]],
    margin: float,
) -> tuple[list[int], dict[int, str]]:
    """Return the links that stand, and why the others do not."""
    undone: dict[int, str] = {}
    for strict in (False, True):
        person = together(facts, [pairs[number].ends for number in linked])
        wrong = {
            first: why
            for first, members in _members(person).items()
            if len(members) > 1 and (why := _contradiction(members, facts, apart))
        }
        within: dict[str, list[int]] = defaultdict(list)
        for number in linked:
            first = person[pairs[number].left]
            if first in wrong and pairs[number].ends not in told:
                within[first].append(number)
        for first, numbers in within.items():
            for number in numbers:
                if strict or _has_rival(pairs, number, numbers, facts, margin):
                    undone[number] = wrong[first]
        linked = [number for number in linked if number not in undone]
    return list(linked), undone


def _has_rival(
    pairs: Sequence[Pair],
    number: int,
    numbers: Iterable[int],
    facts: Mapping[str, Facts],
    margin: float,
) -> bool:
    """Tell whether another link of one of the two ends is nearly as good, and excludes it."""
    pair = pairs[number]
    for rival in numbers:
        other = pairs[rival]
        common = set(pair.ends) & set(other.ends)
        if rival != number and common:
            ends = [end for end in (*pair.ends, *other.ends) if end not in common]
            if _contradiction(ends, facts, set()) and other.weight > pair.weight - margin:
                return True
    return False


def _contradiction(
    entries: Sequence[str], facts: Mapping[str, Facts], apart: set[tuple[str, str]]
) -> str:
    """Return why entries cannot be of one person; empty where they can."""
    scopes = [within for each in entries if (within := facts[each].within) is not None]
    if len(scopes) > len(set(scopes)):
        return "two entries of one register, which has one for each person"
    born = sorted({born for each in entries if (born := facts[each].born)})
    for number, one in enumerate(born):
        if any(_far_apart(one, other) for other in born[:number]):
            return "dates of birth differ"
    if apart and any((a, b) in apart for a in entries for b in entries):
        return "a person said that two are different"
    return ""


def _far_apart(one: date, other: date) -> bool:
    """Tell whether two dates are no two ways of writing one: turned, or one part mistyped."""
    parts = zip(one.timetuple()[:3], other.timetuple()[:3], strict=True)
    turned = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    return sum(a == b for a, b in parts) < 2 and not turned  # noqa: PLR2004 (of three parts)


def together(entries: Iterable[str], links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return, for each entry, the first of those that links join with it.

    >>> together(["a", "b", "c"], [("b", "c")])
    {'a': 'a', 'b': 'b', 'c': 'b'}
    """
    first = {entry: entry for entry in entries}

    def find(entry: str) -> str:
        while first[entry] != entry:
            first[entry] = first[first[entry]]
            entry = first[entry]
        return entry

    for one, other in links:
        low, high = sorted((find(one), find(other)))
        first[high] = low
    return {entry: find(entry) for entry in first}


def _members(person: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry, first in person.items():
        found[first].append(entry)
    return found
