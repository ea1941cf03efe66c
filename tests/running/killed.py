"""``python -m tests.running.killed SOURCE TARGET SEED``: a run that is killed again and again.

Each time a child process goes on with the run, and is killed: at a step chosen at random of those
that write to the disk, or at any time. Prints how often.
"""

import json
import os
import random
import shutil
import signal
import sys
from pathlib import Path

import policy
from policy.running import run

OUTPUTS = ("child_allowance", "large_family_allowance", "child_allowance_of_child")
#: Persons in a block, steps and seconds that a child lives at most.
BLOCK, STEPS, SECONDS = 20, 30, 0.4
STEPPED = ((os, "fsync"), (Path, "replace"), (Path, "mkdir"), (shutil, "rmtree"))


def main(source, target, seed):
    rng = random.Random(int(seed))
    book = policy.load("estonia")
    run.BLOCK = BLOCK
    told = {"killed": 0}
    while True:
        child = os.fork()
        if not child:
            die = rng.choice([at_a_step, at_any_time]) if told["killed"] else at_a_step
            die(rng.random())
            book.run_tables(source, target, "2024-05", OUTPUTS, engine="numpy")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        rng.random()
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            break
        told["killed"] += 1
        if Path(target).exists():
            break
    print(json.dumps(told))


def at_any_time(chance):
    signal.setitimer(signal.ITIMER_REAL, SECONDS * chance + 0.001)


def at_a_step(chance):
    left = int(STEPS * chance)

    def stepped(function):
        def step(*args, **kwargs):
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return step

    for where, name in STEPPED:
        setattr(where, name, stepped(getattr(where, name)))


if __name__ == "__main__":
    main(*sys.argv[1:])
