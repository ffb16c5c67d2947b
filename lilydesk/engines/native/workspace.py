"""Memory that a step works in: what each row is between its phases."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.drafting import DraftTables
from lilydesk.engines.native import columns as c
from lilydesk.engines.native.drafting import draft
from lilydesk.engines.native.frames import step
from lilydesk.engines.native.kernels import ADDRESS
from lilydesk.engines.native.packing import PackedDecoder
from lilydesk.engines.native.team import Job, Team


class Workspace:
    """Buffers for the rows of one call at a time, and the threads that work in them.

    Compiled code finds them by the `frame`, whose rows and takes frames.put_... notes.
    """

    def __init__(
        self, packed: PackedDecoder, width: int, n_outputs: int, is_large: bool, n_threads: int
    ) -> None:
        """Room for one row, of `width` numbers; it grows as it is asked to."""
        self.frame = np.zeros(c.SLOTS_BEGIN + c.N_IN_FRAME * c.OF_SLOT, np.int64)
        numbers = [c.FORWARD, c.IS_LARGE, c.WIDTH, c.N_OUTPUTS]
        self.frame[numbers] = ADDRESS, is_large, width, n_outputs
        self._held: dict[int, NDArray[Any]] = {}
        self._hold(c.IN_SIZES, packed.sizes)
        self._hold(c.IN_PROGRAM, packed.program)
        self._hold(c.IN_WEIGHTS, packed.weights)
        self._hold(c.IN_FLOATS, packed.floats)
        self._hold(c.IN_TOTALS, packed.totals)
        self.step: Job = partial(step, self.frame)
        self.draft: Job = partial(draft, self.frame)
        self._sizes, self._n_outputs = packed.sizes, n_outputs
        self._n_counters = len(packed.program) * c.COUNTER  # of a step
        self._counters = np.zeros(0, np.int64)
        self._tables: DraftTables | None = None
        self._team = Team(self.frame, n_threads)
        self._n_rows = self._n_takes = self._n_pages = self._n_steps = 0
        self._hold(c.IN_COUNTERS, self._counters)
        self.make_room(1, 1, 1)

    def run(self, job: Job, n_steps: int) -> None:
        """Do a job of so many steps in all threads; of none, here alone."""
        self.share(n_steps)
        if n_steps:
            self.frame[c.DRAWS] = job is self.draft
            self._team.run(job)
        else:
            job()

    def share(self, n_steps: int) -> None:
        """Let threads share so many steps; with none, one thread works alone."""
        if n_steps != self._n_steps:
            self._n_steps, n = n_steps, n_steps * self._n_counters
            if len(self._counters) < n:
                self._counters = np.zeros(n, np.int64)
            self._hold(c.IN_COUNTERS, self._counters[:n])
        if n_steps:
            self._held[c.IN_COUNTERS][:] = 0

    def draw_with(self, tables: DraftTables) -> None:
        """Let drafts draw with these tables."""
        if tables is self._tables:
            return
        self._tables = tables
        self._hold(c.IN_EMBEDDING, np.ascontiguousarray(tables.embedding, np.float32))
        self._hold(c.IN_POSSIBLE, tables.possible)
        self._hold(c.IN_ENDS, tables.ends)

    def make_room(self, n_rows: int, n_takes: int, n_pages: int) -> None:
        """For so many rows of so many caches, each with at most so many pages."""
        if n_takes > self._n_takes or n_pages > self._n_pages:
            self._n_takes, self._n_pages = max(n_takes, self._n_takes), max(n_pages, self._n_pages)
            self._hold(c.IN_PAGES, np.zeros((self._n_takes, self._n_pages), np.int64))
            self._hold(c.IN_TAKES, np.zeros((self._n_takes, c.OF_TAKE), np.int64))
            self._hold(c.IN_SAMPLINGS, np.zeros((self._n_takes, c.OF_SAMPLING)))
        if n_rows > self._n_rows:
            self._n_rows = n_rows = -(-n_rows // 4) * 4  # as arithmetic.matrix_block computes four
            self._make_rows(n_rows)

    def _make_rows(self, n_rows: int) -> None:
        """Tables: stream, work, mixed heads, angles, normed stream, output."""
        hidden, wide, head_dim = map(int, self._sizes[[c.HIDDEN, c.WIDE, c.HEAD_DIM]])
        widths = (hidden, max(3 * hidden, 2 * wide), hidden, head_dim, hidden, self._n_outputs)
        tables = [np.zeros((n_rows, _round(width)), np.float32) for width in widths]
        deepest = _round(max(hidden, wide))
        quantised: list[NDArray[Any]] = [
            np.zeros((n_rows, deepest), np.uint8),
            np.zeros(n_rows, np.float32),
            np.zeros(n_rows, np.int32),
            np.zeros((n_rows, deepest // c.GROUP), np.int32),
        ]
        for slot, array in enumerate([*tables, *quantised], c.IN_TABLES):
            self._hold(slot, array)
        self._hold(c.IN_PLACES, np.zeros((n_rows, 2), np.int64))
        self._hold(c.IN_IDS, np.zeros((n_rows, max(1, int(self._sizes[c.SLOTS]))), np.int64))
        self.output = tables[-1]

    def _hold(self, slot: int, array: NDArray[Any]) -> None:
        """Keep an array, and note in the frame where it is."""
        assert array.flags.c_contiguous
        self._held[slot] = array
        at = c.SLOTS_BEGIN + slot * c.OF_SLOT
        self.frame[at : at + 1 + array.ndim] = array.ctypes.data, *array.shape


def _round(width: int) -> int:
    return -(-width // c.BLOCK) * c.BLOCK
