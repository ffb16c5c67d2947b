"""The next window of a long piece, fed to a decoder of its own while the present one is in use."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from queue import SimpleQueue

from lilydesk.engines.asking import answered
from lilydesk.engines.patch_memory import Call, PatchMemory


class WindowAhead:
    """Feeds calls in a thread, in their order. Owned by the thread that writes."""

    def __init__(self, memory: PatchMemory, calls: Sequence[Call]) -> None:
        """Begin with these calls, on the weights of `memory`."""
        self._memory = memory.fork(0)
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        self._is_given_up = threading.Event()
        self._error: Exception | None = None
        self.add(calls)
        self._thread = threading.Thread(target=self._feed, name="window ahead", daemon=True)
        self._thread.start()

    def add(self, calls: Sequence[Call]) -> None:
        """More, behind what is there."""
        for call in calls:
            self._calls.put(call)

    def finished(self) -> PatchMemory:
        """Wait until all is fed; the memory with it. Raises what the decoder raised."""
        self._end()
        if self._error is not None:
            raise self._error
        return self._memory

    def close(self) -> None:
        """Give up; at most one call is waited for."""
        self._is_given_up.set()
        self._end()

    def _end(self) -> None:
        self._calls.put(None)
        self._thread.join()

    def _feed(self) -> None:
        while (call := self._calls.get()) is not None and not self._is_given_up.is_set():
            try:
                answered(self._memory.feed(call))
            except Exception as error:  # for the thread that writes
                self._error = error
                return
