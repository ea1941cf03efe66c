"""Measuring: ways of doing the same work, taken in turns, and what came of it."""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: Work that is done more often than this is done this often.
FEW, SOME, MANY = 3, 10, 300
#: Runs of a turn, of work that takes a millisecond.
TURN = 10


@dataclass(frozen=True)
class Timing:
    """Seconds that repeated runs took."""

    median: float
    least: float
    most: float
    runs: int

    @staticmethod
    def of(seconds: Sequence[float]) -> Timing:
        """Sum up the seconds of runs."""
        return Timing(statistics.median(seconds), min(seconds), max(seconds), len(seconds))

    def times(self, factor: float) -> Timing:
        """Return the timing of as many times the work."""
        return Timing(self.median * factor, self.least * factor, self.most * factor, self.runs)


@dataclass(frozen=True)
class Way:
    """One way of doing a benchmark's work.

    Attributes:
        name: who does it.
        timing: how long it took; None where it could not be run.
        same: whether its answers are those of the first way; None where that was not looked at.
        memory: the most memory of the process in GB, where it was measured.
        note: what to know about it.

    """

    name: str
    timing: Timing | None = None
    same: bool | None = None
    memory: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Report:
    """What a benchmark found: the first way is this library's."""

    id: str
    work: str
    aim: str
    ways: list[Way] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        """Whether no way gave other answers."""
        return all(way.same is not False for way in self.ways)

    def as_data(self) -> dict[str, Any]:
        """Return it for JSON, with how many times as long as the first way each took."""
        data = asdict(self)
        for way, row in zip(self.ways, data["ways"], strict=True):
            row["ratio"] = ratio(self, way)
        return data


def ratio(report: Report, way: Way) -> float | None:
    """Return how many times as long as the first way another took."""
    first = report.ways[0].timing
    return way.timing.median / first.median if way.timing and first else None


def in_turns(
    ways: Mapping[str, Callable[[], Any]], runs: Mapping[str, int], turn: int = 1
) -> tuple[dict[str, Timing], dict[str, Any]]:
    """Run each way once to warm it, then all in turns, so that noise of the machine hits all.

    Args:
        ways: what does the work.
        runs: how often each does it, in all.
        turn: how often in a turn. Work of less than some milliseconds needs more than one: before
            a turn garbage is collected, which leaves the processor's cache cold, and the other way
            has filled it with its own. In longer turns the first run is not timed, of any way.

    As a service does, what there is once all are warm is kept from the search for garbage
    (``gc.freeze``); the search goes on in all ways alike.

    Returns:
        The timing of each way, and its answer.

    """
    answers = {name: work() for name, work in ways.items()}
    gc.collect()
    gc.freeze()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    while any(len(seconds[name]) < runs[name] for name in ways):
        for name, work in ways.items():
            left = min(turn, runs[name] - len(seconds[name]))
            if not left:
                continue
            gc.collect()
            if turn > 1:
                work()
            for _ in range(left):
                start = time.perf_counter()
                work()
                seconds[name].append(time.perf_counter() - start)
    gc.unfreeze()
    return {name: Timing.of(each) for name, each in seconds.items()}, answers


def same_cents(one: Any, other: Any) -> bool:
    """Tell whether amounts are equal to the cent."""
    in_cents = [np.rint(np.asarray(each, dtype=np.float64) * 100) for each in (one, other)]
    return np.array_equal(*in_cents)
