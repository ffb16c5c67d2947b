"""Whether a step of few rows is worth sharing with helpers just now: measured again and again.

On an idle machine two threads are faster, though not by much where memory is what both wait for.
On a busy one a helper that the system puts aside in the middle of its share holds up the step, many
times as long as it helped.
"""

from __future__ import annotations

from collections import deque
from statistics import median

_ALONE_FIRST = 4  # calls that show how long one thread takes; the first finds cold caches
_ALONE_KEPT = 5  # of which the middle one counts
_LOOK_AGAIN = 24  # shared calls, then one alone: the speed of memory drifts, and caches grow
_PAYS = 0.95  # of the time of one thread
# In times of one thread: what shared calls may lose in all, and how much they may have saved up
# before. So held-up calls are borne while sharing gains in the mean, and a busy machine is noticed.
_MOST_LOST, _MOST_SAVED = 1.5, 16.0
_SHORTEST, _LONGEST = 128, 1024  # steps until it is tried again, twice as many each time
_PROVEN = 32  # shared calls in a row, after which the next pause is short again


class Pace:
    """Decides for each of like calls; knows how long the last ones took."""

    def __init__(self) -> None:
        """Begin with a look at one thread."""
        self._alone_left = _ALONE_FIRST
        self._pause = _SHORTEST
        self._alone_s: deque[float] = deque(maxlen=_ALONE_KEPT)
        self._lost = 0.0  # times of one thread
        self._n_shared = 0  # in a row, but for looks

    @property
    def is_shared(self) -> bool:
        """Whether the next call is to be shared."""
        return self._alone_left == 0

    def note(self, is_shared: bool, elapsed_s: float, n_steps: float = 1.0) -> None:
        """Learn from a call."""
        elapsed_s /= n_steps
        if not is_shared:
            self._alone_left -= 1
            self._alone_s.append(elapsed_s)
            return
        loss = elapsed_s / max(median(self._alone_s), 1e-9) - _PAYS
        self._lost = max(-_MOST_SAVED, self._lost + loss)
        self._n_shared += 1
        if self._n_shared == _PROVEN:
            self._pause = _SHORTEST
        if self._lost > _MOST_LOST:
            self._lost, self._n_shared = 0.0, 0
            self._alone_left = max(_ALONE_FIRST, int(self._pause / n_steps))
            self._pause = min(2 * self._pause, _LONGEST)
        elif self._n_shared % _LOOK_AGAIN == 0:
            self._alone_left = 1
