"""How good linking is, where it is known who is who: on generated registers alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, astuple, dataclass
from typing import TYPE_CHECKING

from pyarrow import parquet

from policy.errors import Location, PolicyError, Problem
from policy.registers.linking.deciding import REVIEW, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pyarrow as pa

    from policy.registers.linking.linking import Linked


@dataclass(frozen=True)
class Quality:
    """How many pairs of entries were linked rightly.

    Attributes:
        linked: pairs of entries that are one person by the links made.
        rightly: those of them that are one person.
        same: pairs of entries that are one person, found or not.
        review: pairs that a person is asked about.
        review_same: those of them that are one person.

    >>> Quality(linked=1000, rightly=999, same=1100, review=60, review_same=50).precision
    0.999

    """

    linked: int
    rightly: int
    same: int
    review: int = 0
    review_same: int = 0

    @property
    def precision(self) -> float:
        """The share of linked pairs that are one person."""
        return self.rightly / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        """The share of pairs of one person that are linked."""
        return self.rightly / self.same if self.same else 1.0

    def to_dict(self) -> dict[str, float]:
        """Return the counts and shares as plain data."""
        return {**asdict(self), "precision": self.precision, "recall": self.recall}


def quality(linked: Linked, households: pa.Table, truth: Path) -> dict[str, Quality]:
    """Measure links and households against the truth.

    Args:
        linked: what was linked.
        households: the golden records of households.
        truth: the folder ``truth`` of generated registers.

    Returns:
        The quality of each kind of persons, of ``links that pay``, and of ``households``.

    Raises:
        PolicyError: there is no truth in the folder, or it is of other registers.

    """
    person, home = _truth(truth)
    found = {}
    try:
        for each in linked.kinds:
            asked = [
                person[pair.left] == person[pair.right]
                for pair, (outcome, _) in zip(each.pairs, each.decided.outcomes, strict=True)
                if outcome == REVIEW
            ]
            pairs = _pairs(each.decided.person, person)
            found[each.kind.name] = Quality(*pairs, len(asked), sum(asked))
        found["links that pay"] = _paying(linked, person)
        of = zip(
            households["household"].to_pylist(), households["entries"].to_pylist(), strict=True
        )
        found["households"] = Quality(*_pairs({e: house for house, many in of for e in many}, home))
    except KeyError:
        message, remedy = "this is the truth of other registers", "name the folder made with them"
        raise PolicyError(Problem(message, Location(str(truth)), remedy)) from None
    return found


def _paying(linked: Linked, truth: Mapping[str, int]) -> Quality:
    """Measure the links along which something is paid."""
    total = Quality(0, 0, 0)
    for ends in linked.rules.pays_by:
        for each in linked.kinds:
            one, other = (_named(each.decided.person, name) for name in ends)
            asked = [
                pair
                for pair, (outcome, _) in zip(each.pairs, each.decided.outcomes, strict=True)
                if outcome == REVIEW and {name_of(end) for end in pair.ends} == set(ends)
            ]
            same = [truth[pair.left] == truth[pair.right] for pair in asked]
            person = each.decided.person
            joined = [person[pair.left] == person[pair.right] for pair in asked]
            counts = (
                _between(one.values(), other.values()) - sum(joined),
                _between(
                    ((of, truth[entry]) for entry, of in one.items()),
                    ((of, truth[entry]) for entry, of in other.items()),
                )
                - sum(a and b for a, b in zip(same, joined, strict=True)),
                _between((truth[entry] for entry in one), (truth[entry] for entry in other)),
                len(asked),
                sum(same),
            )
            total = Quality(*(a + b for a, b in zip(astuple(total), counts, strict=True)))
    return total


def _named(person: Mapping[str, str], name: str) -> dict[str, str]:
    return {entry: of for entry, of in person.items() if name_of(entry) == name}


def _between(one: Iterable[object], other: Iterable[object]) -> int:
    """Count pairs of an element of one and one of the other that are equal."""
    ones, others = Counter(one), Counter(other)
    return sum(count * others[each] for each, count in ones.items())


def _pairs(found: Mapping[str, str], truth: Mapping[str, int]) -> tuple[int, int, int]:
    """Count pairs together: those found, those of them that are true, and all that are true."""
    return (
        _within(found.values()),
        _within((of, truth[entry]) for entry, of in found.items()),
        _within(truth[entry] for entry in found),
    )


def _within(groups: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(groups).values())


def _truth(folder: Path) -> tuple[dict[str, int], dict[str, int]]:
    path = folder / "persons.parquet"
    try:
        table = parquet.read_table(path).to_pydict()
    except (OSError, ValueError):
        message, remedy = "there is no truth to measure by", "name the folder 'truth' of a sample"
        raise PolicyError(Problem(message, Location(str(path)), remedy)) from None
    of = zip(table["table"], table["role"], table["key"], strict=True)
    entries = ["#".join(each) for each in of]
    persons = dict(zip(entries, table["person"], strict=True))
    return persons, dict(zip(entries, table["household"], strict=True))
