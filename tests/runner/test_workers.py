"""Work spread over processes."""

import multiprocessing
import os
import signal
import sys

import pytest

from policy.testing import merging, workers
from policy.testing.merging import verdicts
from policy.testing.runner import read_cases
from policy.testing.workers import EndedError, cores, spread

from .test_merging import TOY, told

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are forked on Linux alone"
)
ENDING = 3


def ends_at_three(number):
    if number == ENDING:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 10


@pytest.fixture
def toy_cases(toy, tmp_path):
    path = tmp_path / "cases.yaml"
    path.write_text(TOY, encoding="utf-8")
    return read_cases(path, toy)


@pytest.fixture
def at_once(monkeypatch):
    """Spread cases before any is run in this process."""
    monkeypatch.setattr(merging, "_A_MOMENT", -1)


@pytest.mark.parametrize("processes", [1, 2, 3, 20])
def test_each_piece_is_done_once(processes):
    done = sorted(spread(range(10), lambda number: number * 10, processes))
    assert done == [(number, number * 10) for number in range(10)]


def test_no_work_needs_no_process():
    assert [*spread([], ends_at_three, 2)] == []


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_of_a_process_that_ends_only_its_piece_is_lost(processes):
    done = dict(spread(range(10), ends_at_three, processes))
    ended = done.pop(ENDING)
    assert isinstance(ended, EndedError)
    assert str(ended) == "SIGKILL"
    assert done == {number: number * 10 for number in range(10) if number != ENDING}


def test_an_exit_is_told_with_its_code():
    ((_, ended),) = spread([1], lambda _: os._exit(7), 2)
    assert str(ended) == "exit code 7"


def test_what_work_raises_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        [*spread([1, 0], lambda number: 1 / number, 2)]
    assert multiprocessing.active_children() == []


def interrupted(number):
    os.kill(os.getpid(), signal.SIGINT)
    return number


def test_stopping_is_for_the_process_in_charge():
    assert sorted(spread([1, 2], interrupted, 2)) == [(1, 1), (2, 2)]


def test_processes_end_when_nobody_wants_more():
    done = spread(range(100), lambda number: number, 2)
    next(done)
    assert len(multiprocessing.active_children()) == 2
    done.close()
    assert multiprocessing.active_children() == []


def test_only_linux_has_cores_to_spread_over(monkeypatch):
    assert cores() == len(os.sched_getaffinity(0))
    monkeypatch.setattr(workers.sys, "platform", "darwin")
    assert cores() == 1


@pytest.mark.parametrize("isolate", [False, True])
@pytest.mark.parametrize("processes", [2, 5])
def test_verdicts_are_those_of_one_process(toy_cases, at_once, processes, isolate):
    here = sorted(told(verdict) for verdict in verdicts(toy_cases))
    spread_out = verdicts(toy_cases, isolate=isolate, processes=processes)
    assert sorted(told(verdict) for verdict in spread_out) == here


def test_a_process_that_ends_costs_one_case_its_verdict(toy_cases, at_once, monkeypatch):
    run = merging._run

    def run_or_end(group):
        if any(case.name == "Differs" for case in group):
            os.kill(os.getpid(), signal.SIGKILL)
        return run(group)

    here = {verdict.case.name: told(verdict) for verdict in verdicts(toy_cases)}
    monkeypatch.setattr(merging, "_run", run_or_end)
    found = {verdict.case.name: verdict for verdict in verdicts(toy_cases, processes=2)}
    (problem,) = found.pop("Differs").problems
    assert str(problem).endswith(
        "the process that ran the test 'Differs' ended: SIGKILL; look for what ends it: memory,"
        " or code that is not Python's, in a formula"
    )
    assert problem.location.line == TOY[: TOY.index("name: Differs")].count("\n") + 1
    del here["Differs"]
    assert {name: told(verdict) for name, verdict in found.items()} == here


def test_a_suite_that_is_done_in_a_moment_starts_no_process(toy_cases, monkeypatch):
    monkeypatch.setattr(merging, "_A_MOMENT", 1e9)
    monkeypatch.setattr(workers, "_Worker", None)
    assert len([*verdicts(toy_cases, processes=2)]) == len(toy_cases)
