"""One number of the law changed by policyengine-core's Reform; argument: how many runs."""

from __future__ import annotations

import itertools
import json
import sys
import time

from policyengine_core.reforms import Reform

from tests.benchmarks.peers.policyengine_estonia import SYSTEM

AMOUNTS = itertools.count(100)


def modify(parameters):
    """Change one number."""
    rate = parameters.child_allowance.first_and_second_child
    rate.update(period="year:2025:10", value=next(AMOUNTS))
    return parameters


class AnotherAmount(Reform):
    """Changes one number."""

    def apply(self):
        """Change it."""
        self.modify_parameters(modifier_function=modify)


def main() -> None:
    """Print the seconds of each run."""
    seconds = []
    for _ in range(int(sys.argv[1]) + 1):
        start = time.perf_counter()
        AnotherAmount(SYSTEM)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds[1:]}))


if __name__ == "__main__":
    main()
