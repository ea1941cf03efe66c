"""A night that is killed at any instant and run again leaves the ledger it would have left."""

import multiprocessing
import random
import signal
import stat
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import count, repeat
from pathlib import Path

import pytest
import yaml

from policy.ledger.ledger import Ledger
from policy.ledger.rows import TABLES

from .conftest import write_registers
from .warm import run, whole

ROOT = Path(__file__).parents[2]
DAYS = ["2026-05-01", "2026-05-12", "2026-05-13", "2026-06-01", "2026-06-20"]
KILLS = 200
#: One for each of the processes that kill.
SEEDS = (7, 8)
BEFORE = "before it, or run before"
#: Seconds after the beginning or the end of adding a night within which a kill comes, most early:
#: the adding takes a few hundredths of a second.
SOON = 0.05


@pytest.fixture
def registers(tmp_path, book):
    """Registers of all that a scenario file tells of births."""
    scenarios = yaml.safe_load((Path(__file__).parent / "scenarios" / "births.yaml").read_text())
    late = next(each for each in scenarios if "two codes" in each["name"])
    return write_registers(tmp_path / "registers", late["entries"], book)


def test_killed_at_any_instant_and_run_again_the_ledger_is_the_same(
    registers, tmp_path, monkeypatch
):
    """Half of the kills come at a random time of a night, the others as it is added, or after.

    What has been killed is run again, and may be killed again.
    """
    monkeypatch.syspath_prepend(ROOT)
    never = tmp_path / "never"
    never.mkdir()
    run(registers, never / "ledger.duckdb", DAYS, never / "out")
    assert len(whole(never / "ledger.duckdb")) == len(DAYS)
    stages = Counter()
    with ProcessPoolExecutor(len(SEEDS), mp_context=forking()) as pool:
        print("seeds", SEEDS)
        folders = [tmp_path / str(seed) for seed in SEEDS]
        for found in pool.map(kill, SEEDS, folders, repeat(registers), repeat(never)):
            stages.update(found)
    print(dict(stages))
    assert stages.total() >= KILLS
    assert set(stages) == {BEFORE, "in it", "after it"}


def forking():
    """Return what starts processes where one has got to with importing, and no further."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.proactive.warm"])
    return context


def kill(seed, folder, registers, never):
    """Run the nights, with kills, until there were enough; return how many came in which stage."""
    chance, context = random.Random(seed), forking()
    seals, made = whole(never / "ledger.duckdb"), tables(never / "ledger.duckdb")
    stages, longest = Counter(), 1.0
    rounds = count()
    while stages.total() < KILLS / len(SEEDS):
        number = next(rounds)
        here = folder / str(number)
        here.mkdir(parents=True)
        ledger = here / "ledger.duckdb"
        for done, day in enumerate(DAYS):
            ended = False
            while not ended:
                began = time.monotonic()
                hears, tells = context.Pipe(duplex=False)
                night = (registers, ledger, [day], here / "out", tells)
                process = context.Process(target=run, args=night)
                process.start()
                tells.close()
                heard = []
                if stages.total() < KILLS / len(SEEDS):
                    awaited = chance.choice([None, None, "in it", "after it"])
                    while awaited and awaited not in heard and hear(hears, heard):
                        pass
                    process.join(
                        SOON * chance.random() ** 3 if awaited else chance.uniform(0, longest)
                    )
                    process.kill()
                process.join()
                while hear(hears, heard):
                    pass
                there = whole(ledger) if ledger.exists() else []
                assert there in (seals[:done], seals[: done + 1]), (seed, number, day)
                ended = process.exitcode == 0
                if ended:
                    longest = time.monotonic() - began
                else:
                    assert process.exitcode == -signal.SIGKILL, (seed, number, day)
                    stages[heard[-1] if heard else BEFORE] += 1
        assert tables(ledger) == made, (seed, number)
        assert files(here / "out") == files(never / "out"), (seed, number)
        assert {path.name for path in here.iterdir()} == {"ledger.duckdb", "out"}
    return stages


def hear(hears, heard):
    """Add what a process says next; return whether it said something before it ended."""
    try:
        heard.append(hears.recv_bytes().decode())
    except EOFError:
        return False
    return True


def tables(ledger):
    """Return all that is in a ledger."""
    with Ledger.open(ledger, read_only=True) as opened:
        return {
            name: opened.connection.sql(f"FROM {name} ORDER BY ALL").fetchall() for name in TABLES
        }


def files(folder):
    return {
        str(path.relative_to(folder)): (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }
