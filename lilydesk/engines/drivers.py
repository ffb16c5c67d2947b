"""Takes driven in several threads: for small models, of whose patches Python is the larger part.

While one thread is in a decoder, which runs without Python's lock, another one draws.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from queue import SimpleQueue

from lilydesk.engines.asking import Work, Writer, begin_together, drive
from lilydesk.engines.bundle import Geometry
from lilydesk.engines.cores import usable_cores

_MOST_DRIVERS = 2  # with more of them Python's lock, which only one can hold, gives nothing

Piece = tuple[int, str]


def write_side_by_side(
    first: Work, others: Iterator[Work], n_drivers: int
) -> Iterator[tuple[int, str]]:
    """The pieces of several takes, each with the number of its take.

    The takes are dealt out to the caller's thread and its helpers (see begin_together). Each
    take's pieces come in their order. A fault in one take ends them all.
    """
    with ExitStack() as stack:
        writers = begin_together(first, others, stack)
        helpers = [
            stack.enter_context(closing(_Helper(writers[number::n_drivers])))
            for number in range(1, min(n_drivers, len(writers)))
        ]
        for piece in drive(writers[::n_drivers]):
            yield piece
            for helper in helpers:
                yield from helper.pieces()
        for helper in helpers:
            yield from helper.remaining()


def drivers_for(geometry: Geometry) -> int:
    """How many pay: for a small model one for each core, two at most; else one.

    The steps of a large model are shared by threads already, and best with all takes in one call.
    """
    return min(_MOST_DRIVERS, usable_cores()) if geometry.is_small else 1


class _Helper:
    """A thread that writes some takes. Owned by the thread that reads their pieces."""

    def __init__(self, writers: Sequence[Writer]) -> None:
        self._writers = writers
        self._given: SimpleQueue[Piece | Exception | None] = SimpleQueue()
        self._is_given_up = threading.Event()
        self._is_read = False
        self._thread = threading.Thread(target=self._write, name="takes", daemon=True)
        self._thread.start()

    def pieces(self) -> Iterator[Piece]:
        """What is there, without waiting. Raises what a take raised."""
        while not self._is_read and not self._given.empty():
            yield from self._read()

    def remaining(self) -> Iterator[Piece]:
        """All that is still to come."""
        while not self._is_read:
            yield from self._read()

    def close(self) -> None:
        """Give up; at most one patch is waited for."""
        self._is_given_up.set()
        self._thread.join()

    def _read(self) -> Iterator[Piece]:
        given = self._given.get()
        if isinstance(given, Exception):
            raise given
        if given is None:
            self._is_read = True
        else:
            yield given

    def _write(self) -> None:
        try:
            for piece in drive(self._writers):
                self._given.put(piece)
                if self._is_given_up.is_set():
                    return
        except Exception as error:  # for the thread that reads
            self._given.put(error)
        else:
            self._given.put(None)
