"""Whether a step of few rows is worth sharing with helpers just now: measured again and again.

On an idle machine two threads are faster. On a busy one a helper that the system puts aside in the
middle of its share holds up the step, many times as long as it helped.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

_ALONE_FIRST = 4  # calls that show how long one thread takes
_PAYS = 0.85  # of the time of one thread
_STRIKES = 3  # shared calls that did not pay, before one thread goes on by itself
_SHORTEST, _LONGEST = 128, 4096  # calls until it is tried again, twice as many each time


class Pace:
    """Decides for each of like calls; knows how long the last ones took."""

    def __init__(self, is_large: bool) -> None:
        """Small decoders never share."""
        self._is_large = is_large
        self._alone_left = _ALONE_FIRST
        self._pause = _SHORTEST
        self._alone_s = float("inf")
        self._strikes = 0

    @property
    def is_shared(self) -> bool:
        """Whether the next call is to be shared."""
        return self._is_large and self._alone_left == 0

    @contextlib.contextmanager
    def measured(self) -> Iterator[bool]:
        """Whether to share the call inside; its time is taken."""
        if not self._is_large:
            yield False
            return
        is_shared = self.is_shared
        started_s = time.perf_counter()
        yield is_shared
        self.note(is_shared, time.perf_counter() - started_s)

    def note(self, is_shared: bool, elapsed_s: float) -> None:
        """Learn from a call."""
        if not is_shared:
            self._alone_left -= 1
            # Slowly upwards: a growing cache makes calls longer, a busy moment only one of them.
            self._alone_s = min(elapsed_s, 1.02 * self._alone_s)
        elif elapsed_s <= _PAYS * self._alone_s:
            self._strikes, self._pause = 0, _SHORTEST
        else:
            self._strikes += 1
            if self._strikes == _STRIKES:
                self._strikes, self._alone_left = 0, self._pause
                self._pause = min(2 * self._pause, _LONGEST)
