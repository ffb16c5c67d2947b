"""A few threads that do one job together, listen for the next one, and sleep after a while.

The job shares its work out by itself (kernels.forward), so a helper that comes late, or never,
costs nothing but its help.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.native import columns as c
from lilydesk.engines.native.serving import ASLEEP, call_helpers, dismiss_helpers, serve

Job = Callable[[], None]

_IDLE_S = 0.25  # asleep; then a helper ends. The next job starts it again, which takes some 0.1 ms


class Team:
    """The caller's thread and its helpers. Not for two threads at once."""

    def __init__(self, frame: NDArray[np.int64], n_threads: int) -> None:
        """Start nothing yet. The helpers do what the frame says."""
        n_helpers = n_threads - 1
        self._states = np.full(n_helpers * c.COUNTER, ASLEEP, np.int64)
        self._helpers = [_Helper(frame, self._states, i * c.COUNTER) for i in range(n_helpers)]

    def run(self, job: Job) -> None:
        """Do a job in all threads; returns when none of them is in it any more."""
        if call_helpers(self._states):
            for helper in self._helpers:
                helper.wake()
        try:
            job()
        finally:
            dismiss_helpers(self._states)


class _Helper:
    def __init__(self, frame: NDArray[np.int64], states: NDArray[np.int64], at: int) -> None:
        self._frame, self._states, self._at = frame, states, at
        self._guard = threading.Lock()  # of the thread
        self._thread: threading.Thread | None = None
        self._is_told = threading.Event()

    def wake(self) -> None:
        """Let it look whether it is called; if it is awake, that costs nothing."""
        with self._guard:
            self._is_told.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="native", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            is_told = self._is_told.wait(_IDLE_S)
            with self._guard:
                if not is_told and not self._is_told.is_set():
                    self._thread = None
                    return
                self._is_told.clear()
            serve(self._frame, self._states, self._at)
