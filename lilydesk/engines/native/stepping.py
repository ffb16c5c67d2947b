"""What kernels.forward is called with, and how threads wait for each other in it.

Apart from it, so that drafting.py, which calls it by its address, is compiled beside it.
"""
# mypy: ignore-errors
# (numba infers the types)

from __future__ import annotations

from numba import types

from lilydesk.engines.native.arithmetic import compiled
from lilydesk.engines.native.intrinsics import let_others_run, load_atomically, pause

_PATIENCE = 500  # pauses before other threads are let onto the core

_FLOATS, _TABLE = types.float32[::1], types.float32[:, ::1]
SIGNATURE = types.void(
    types.int64[::1],  # sizes
    types.int64[:, ::1],  # program
    types.Array(types.int8, 1, "C", readonly=True),  # weights
    types.Array(types.float32, 1, "C", readonly=True),  # floats
    types.Array(types.int32, 1, "C", readonly=True),  # totals
    types.int64[:, ::1],  # places (R, 2)
    types.int64[:, ::1],  # pages (caches, pages): addresses
    types.int64[:, ::1],  # ids (R, slots)
    types.int64,  # n_rows
    types.Tuple((_TABLE, _TABLE, _TABLE, _TABLE, _TABLE, _TABLE)),  # see forward
    # quantised rows: bytes, steps, zeros, sums of groups
    types.Tuple((types.uint8[:, ::1], _FLOATS, types.int32[::1], types.int32[:, ::1])),
    types.int64[::1],  # counters
)


@compiled
def wait_until(counters, index, least):
    """Wait until another thread has left a number there that is no less; the number."""
    waited = 0
    while True:
        number = load_atomically(counters, index)
        if number >= least:
            return number
        pause()
        waited += 1
        if waited > _PATIENCE:
            let_others_run()
