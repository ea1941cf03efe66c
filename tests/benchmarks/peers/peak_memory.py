"""The peak memory of a process that makes up families and calculates all their benefits, in GB.

Arguments: the backend, or an empty word for openfisca-core; and how many families.
"""

from __future__ import annotations

import sys
from pathlib import Path

import policy
from tests.benchmarks import reference
from tests.benchmarks.families import PERIOD, families


def main() -> None:
    """Calculate, then print the most memory that the process held."""
    backend, count = sys.argv[1], int(sys.argv[2])
    book = policy.load("estonia")
    names = book.metadata["outputs"]
    made = families(count)
    if backend:
        members = {"family": (made.family, made.role)}
        book.calculate_arrays(made.facts, members, names, PERIOD, backend=backend)
    else:
        reference.of_columns(book, made, reference.roles_of(book, made), names, made.facts)
    print(peak())


def peak() -> float:
    """Return the most memory the process has held, in GB.

    Linux tells it of the process alone; what ``resource`` tells begins with the parent's.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e9


if __name__ == "__main__":
    main()
