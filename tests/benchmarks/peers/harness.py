"""What the scripts of peers share: families in, seconds and answers out."""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.families import Families, families

if TYPE_CHECKING:
    from collections.abc import Callable


def measured(package: str, prepare: Callable[[Families], dict[str, Callable[[], Any]]]) -> None:
    """Run what is prepared, once to warm and then the times asked for; print JSON.

    Arguments of the script: how many families, how many runs, and the file for the answers.
    """
    count, runs, file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    works = prepare(families(count))
    seconds: dict[str, list[float]] = {}
    for name, work in works.items():
        answers = work()
        seconds[name] = []
        for _ in range(runs):
            start = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - start)
        np.savez(f"{file}{name}.npz", **{key: np.asarray(each) for key, each in answers.items()})
    print(json.dumps({"version": version(package), "seconds": seconds}))
