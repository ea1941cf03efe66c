"""The peak memory of a process that makes up families and calculates all their benefits, in GB.

Arguments: the backend, or an empty word for openfisca-core; and how many families.
"""

from __future__ import annotations

import resource
import sys

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
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)


if __name__ == "__main__":
    main()
