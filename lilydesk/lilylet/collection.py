"""Pausing the cyclic garbage collector while many values without cycles are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Pauses the collector of the whole process; nested use is fine.

    Reading a long score makes some 200,000 values, none of them in a cycle; the collector, woken
    by their number, would take two thirds of the time (measured: 160 ms without, 480 ms with).
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
