"""EngineShelf: the model in hand, opened when it is first needed and kept until another is."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lilydesk.app.bundles import find_bundle

if TYPE_CHECKING:
    from pathlib import Path

    from lilydesk.composing.candidate import TakeEngine


class EngineShelf:
    """Keeps the engine used last. One thread only."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._engine: TakeEngine | None = None

    def take(self, bundle: str) -> TakeEngine:
        """The engine of a bundle, opened if it is not the one in hand. Raises BundleError."""
        path = find_bundle(bundle)
        if self._engine is None or path != self._path:
            self._engine = None  # two models at once would need the memory of both
            with _collector_at_rest():
                from lilydesk.engines import open_engine

                self._engine, self._path = open_engine(path), path
        return self._engine


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep Python's collector of garbage from all that the model's libraries bring along.

    While it looks through that, every thread stands still, the window's too (measured: 56 ms of a
    core's time after numba was imported; under load the window stood still for 300 ms).
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
