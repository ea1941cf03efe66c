"""Python's search for garbage, paused where much is made that stays."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def collection_paused() -> Iterator[None]:
    """Keep Python from looking for garbage: what is read stays, and is much."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def importing() -> Iterator[None]:
    """Keep Python from looking for garbage in modules that a process imports as it begins.

    They stay to its end, and looking through them there takes a tenth of a short process. Whatever
    else there is then stays too: it is little, as nothing was looked through entirely before.
    """
    begins = gc.isenabled() and not gc.get_stats()[2]["collections"]
    with collection_paused():
        yield
        if begins:
            gc.freeze()


@contextmanager
def kept() -> Iterator[None]:
    """Keep Python from ever looking for garbage in what is read; for a process that ends soon."""
    with collection_paused():
        yield
        gc.freeze()
