"""Work spread over processes, one for each core.

The processes are forks of this one: they have all that was read and made ready so far, and send
back nothing but results. Where a process cannot be forked safely, all work is done in this one.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import warnings
from collections import deque
from contextlib import suppress
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection

Work = TypeVar("Work")
Result = TypeVar("Result")


class EndedError(Exception):
    """The process that did a piece of work ended before the work did; the text says how."""


def cores() -> int:
    """Return how many processes work can be spread over.

    >>> cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def spread(
    work: Sequence[Work], do: Callable[[Work], Result], processes: int
) -> Iterator[tuple[Work, Result | EndedError]]:
    """Do pieces of work in processes; yield each with its result, in no order.

    Args:
        work: the pieces.
        do: does a piece; its result can be pickled.
        processes: how many at once.

    Raises:
        Exception: what ``do`` raises.

    >>> sorted(spread([1, 2, 3], lambda number: number * 10, processes=2))
    [(1, 10), (2, 20), (3, 30)]

    """
    waiting = _shares(len(work), processes)
    workers: dict[Any, _Worker[Work, Result]] = {}
    try:
        while any(waiting) or workers:
            while any(waiting) and len(workers) < processes:
                free = set(range(processes)) - {worker.share for worker in workers.values()}
                worker = _Worker(free.pop(), work, do, workers.values())
                workers[worker.answers] = worker
                worker.start_on(_next(waiting, worker.share))
            for answers in wait([*workers]):
                worker = workers[answers]
                number, result = worker.number, worker.result()
                if isinstance(result, EndedError) or not any(waiting):
                    workers.pop(answers).end()
                else:
                    worker.start_on(_next(waiting, worker.share))
                yield work[number], result
    finally:
        for worker in workers.values():
            worker.end()


def _shares(count: int, processes: int) -> list[deque[int]]:
    """Divide numbers into as many shares, each of neighbours."""
    ends = [count * share // processes for share in range(processes + 1)]
    return [deque(range(start, end)) for start, end in pairwise(ends)]


def _next(shares: list[deque[int]], own: int) -> int:
    """Take the next of an own share, else the last of the longest."""
    return shares[own].popleft() if shares[own] else max(shares, key=len).pop()


class _Worker(Generic[Work, Result]):
    """A forked process that does one piece of work after another."""

    def __init__(
        self,
        share: int,
        work: Sequence[Work],
        do: Callable[[Work], Result],
        others: Iterable[_Worker[Any, Any]],
    ) -> None:
        fork = get_context("fork")
        self.share, self.number = share, -1
        # (both ends of what it is asked are held here, so that asking one that ended is no error)
        self._asked, self._asking = fork.Pipe(duplex=False)
        self.answers, answering = fork.Pipe(duplex=False)
        self._ends = (self._asked, self._asking, self.answers)
        ours = [self._asking, self.answers, *(end for each in others for end in each._ends)]
        self._process = fork.Process(
            target=_serve, args=(self._asked, answering, ours, work, do), daemon=True
        )
        with warnings.catch_warnings():  # (of threads: NumPy's rest, and the progress bar's draw)
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        answering.close()

    def start_on(self, number: int) -> None:
        """Start on the piece of work with a number."""
        self.number = number
        self._asking.send(number)

    def result(self) -> Result | EndedError:
        """Return the result that is there.

        Raises:
            Exception: what the work raised.

        """
        try:
            result, error = self.answers.recv()
        except (EOFError, OSError):
            self._process.join()
            return EndedError(_how_ended(self._process.exitcode))
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]

    def end(self) -> None:
        """End the process."""
        for end in self._ends:
            end.close()
        self._process.terminate()
        self._process.join()


def _serve(
    asked: Connection,
    answering: Connection,
    ours: Iterable[Connection],
    work: Sequence[Any],
    do: Callable[[Any], Any],
) -> None:
    """Do the work that is asked for, until nobody can ask any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # (Ctrl-C is for the process that is in charge)
    sys.stdout = sys.stderr = sys.__stderr__  # (a progress bar has its own, with a thread)
    gc.freeze()
    for each in ours:
        each.close()
    with suppress(EOFError):
        while True:
            number = asked.recv()
            try:
                answer: tuple[Any, Exception | None] = do(work[number]), None
            except Exception as error:  # raised again by the process that is in charge
                answer = None, error
            answering.send(answer)


def _how_ended(code: int | None) -> str:
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit code {code}"
