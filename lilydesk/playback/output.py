"""Where a transport sends its events: a clock and a queue, with sound or without."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Protocol

from lilydesk.playback.events import PlayEvent


class Output(Protocol):
    """A queue of timed events, and the clock that they are timed by.

    `prepare` may be slow and may be called from any thread while nothing plays; all else returns
    at once and is called from one thread.
    """

    @property
    def latency_s(self) -> float:
        """How long after its time on the clock an event is heard."""

    def now_s(self) -> float:
        """The clock: seconds since the output was opened."""

    def prepare(self, programs: Iterable[tuple[int, int]]) -> None:
        """Get the sounds of (channel, program) pairs ready."""

    def send(self, event: PlayEvent, at_s: float) -> None:
        """Queue an event for a time on the clock; events of one time keep their order."""

    def cancel_pending(self) -> None:
        """Drop what is queued; what sounds goes on sounding."""

    def silence(self) -> None:
        """Lift all keys and pedals at once."""

    def close(self) -> None:
        """Stop for good and free the device."""


class SilentOutput:
    """No sound, but time passes: lets the score be followed on a machine without a sound card."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._opened_s = clock()

    @property
    def latency_s(self) -> float:
        """Nothing is heard, so nothing is late."""
        return 0.0

    def now_s(self) -> float:
        """Seconds of the clock since this output was made."""
        return self._clock() - self._opened_s

    def prepare(self, programs: Iterable[tuple[int, int]]) -> None:
        """No sounds to get ready."""

    def send(self, event: PlayEvent, at_s: float) -> None:
        """Nobody listens."""

    def cancel_pending(self) -> None:
        """Nothing was queued."""

    def silence(self) -> None:
        """It is silent."""

    def close(self) -> None:
        """No device to free."""
