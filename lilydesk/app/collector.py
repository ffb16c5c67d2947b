"""Collector: Python's collector of garbage, kept from making the window stand still.

It looks through all objects in one go with every thread stopped: 0.3 to 1.4 s with 1,000 measures
open, at any time. But what there are so many of (documents, readings, drawings) is without cycles
and is freed without it. So while the program runs it looks only at what is new, in small portions.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 2000
_MOST_NEW = 20_000  # objects: some milliseconds


class Collector(QObject):
    """Does the collecting from `start` to `shutdown`. GUI thread only."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self.on_tick)

    def start(self) -> None:
        """Nothing is collected any more but here."""
        gc.disable()
        gc.freeze()
        self._timer.start()

    def on_tick(self) -> None:
        """Collect what is new, unless it is much, and never look at what is left again."""
        if _n_new() <= _MOST_NEW:
            gc.collect(0)
        gc.freeze()

    def shutdown(self) -> None:
        """Leave it to Python again."""
        if self._timer.isActive():
            self._timer.stop()
            gc.unfreeze()
            gc.enable()


def _n_new() -> int:
    """How many objects came since the last tick.

    Trap: in one call from C. Between two steps of Python another thread may run while the list
    holds a tuple that it is making, and Python then raises SystemError there.
    """
    return sum(map(len, map(gc.get_objects, (0,))))
