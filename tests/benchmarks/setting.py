"""How large the benchmarks are run, and where peers are installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.benchmarks.environments import ROOT, Environment

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """One run of the benchmarks.

    Attributes:
        smoke: small sizes, each way once: only to see that it works and answers are equal.
        folder: where environments of peers are kept.
        families: how many families are streamed, one after the other; none for the usual sizes.

    """

    smoke: bool
    folder: Path
    families: tuple[int, ...] = ()

    def size(self, full: int, small: int) -> int:
        """Return a size: the full one, or the small one of a smoke test."""
        return small if self.smoke else full

    def runs(self, full: int) -> int:
        """Return how often work is repeated: once in a smoke test."""
        return 1 if self.smoke else full

    def environment(self, name: str, *requirements: str, with_policy: bool = False) -> Environment:
        """Return an environment for a peer; also with this library, from its source."""
        own = ("-e", f"{ROOT}[speed]") if with_policy else ()
        return Environment(self.folder, name, (*requirements, *own))
