"""Memory that a step works in: what each row is between its phases."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.native import columns as c
from lilydesk.engines.native.packing import PackedDecoder
from lilydesk.engines.native.team import Job, Team


class Workspace:
    """Buffers for the rows of one call at a time, and the threads that work in them."""

    def __init__(self, packed: PackedDecoder, n_outputs: int, n_threads: int) -> None:
        """Room for one row; it grows as it is asked to."""
        self._sizes, self._n_outputs = packed.sizes, n_outputs
        self._n_counters = len(packed.program) * c.COUNTER  # of a step
        self._counters = np.zeros(0, np.int64)
        self._team = Team(n_threads)
        self._n_rows = 0
        self.make_room(1)

    def counters_of(self, n_steps: int) -> NDArray[np.int64]:
        """Zeros for the threads of so many steps."""
        n = n_steps * self._n_counters
        if len(self._counters) < n:
            self._counters = np.zeros(n, np.int64)
        counters = self._counters[:n]
        counters[:] = 0
        return counters

    def run(self, is_shared: bool, job: Job) -> None:
        """Do a job in all threads, or here."""
        if is_shared:
            self._team.run(job)
        else:
            job()

    def make_room(self, n_rows: int) -> None:
        """For that many rows: stream, work, mixed heads, angles, normed stream, output."""
        if n_rows <= self._n_rows:
            return
        n_rows = -(-n_rows // 4) * 4  # arithmetic.matrix_block computes four where there are three
        hidden, wide, head_dim = map(int, self._sizes[[c.HIDDEN, c.WIDE, c.HEAD_DIM]])
        widths = (hidden, max(3 * hidden, 2 * wide), hidden, head_dim, hidden, self._n_outputs)
        self.tables = tuple(np.zeros((n_rows, _round(width)), np.float32) for width in widths)
        deepest = _round(max(hidden, wide))
        self.quantised: tuple[NDArray[Any], ...] = (
            np.zeros((n_rows, deepest), np.uint8),
            np.zeros(n_rows, np.float32),
            np.zeros(n_rows, np.int32),
            np.zeros((n_rows, deepest // c.GROUP), np.int32),
        )
        self.ids = np.zeros((n_rows, max(1, int(self._sizes[c.SLOTS]))), np.int64)
        self._n_rows = n_rows


def _round(width: int) -> int:
    return -(-width // c.BLOCK) * c.BLOCK
