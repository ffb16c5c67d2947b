"""A few threads that do one job together and sleep in between.

The job shares its work out by itself (kernels.forward), so a helper that comes late, or never,
costs nothing but its help.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

Job = Callable[[], None]

_IDLE_S = 0.25  # then a helper ends; the next job starts it again, which takes some 0.1 ms


class Team:
    """The caller's thread and its helpers. Not for two threads at once."""

    def __init__(self, n_threads: int) -> None:
        """Start nothing yet."""
        self._helpers = [_Helper() for _ in range(n_threads - 1)]

    def run(self, job: Job) -> None:
        """Do a job in all threads; returns when none of them is in it any more."""
        for helper in self._helpers:
            helper.offer(job)
        try:
            job()
        finally:
            for helper in self._helpers:
                helper.finish()


class _Helper:
    def __init__(self) -> None:
        self._guard = threading.Lock()  # of the next two
        self._job: Job | None = None
        self._thread: threading.Thread | None = None
        self._wake, self._done = threading.Lock(), threading.Lock()  # locked: nothing to tell
        self._wake.acquire()
        self._done.acquire()

    def offer(self, job: Job) -> None:
        with self._guard:
            self._job = job
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="native", daemon=True)
                self._thread.start()
        if self._wake.locked():  # else it was told already, of a job that is over
            self._wake.release()

    def finish(self) -> None:
        """Take the job back if it was not begun, else wait until it is done."""
        with self._guard:
            job, self._job = self._job, None
        if job is None:
            self._done.acquire()

    def _work(self) -> None:
        while True:
            told = self._wake.acquire(timeout=_IDLE_S)
            with self._guard:
                job, self._job = self._job, None
                if job is None and not told:
                    self._thread = None
                    return
            if job is None:
                continue
            try:
                job()
            finally:
                self._done.release()
