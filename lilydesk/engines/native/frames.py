"""What Python hands to compiled code: a frame, which says where the arrays of a workspace are.

Each array that is handed over singly costs time, most where a large decoder has just driven
Python's memory out of the processor's caches. Whatever is in a frame has to be held by someone.
"""
# mypy: ignore-errors
# (numba infers the types)

from __future__ import annotations

import numpy as np
from numba import carray, njit, types
from numba.extending import intrinsic

from lilydesk.engines.native import columns as c
from lilydesk.engines.native.arithmetic import compiled
from lilydesk.engines.native.intrinsics import pointer_of
from lilydesk.engines.native.stepping import SIGNATURE

FITS, MISFITS, NO_STATE = 0, -1, -1
_INT, _BYTE, _FLOAT = np.int64, np.uint8, np.float32
_FRAME = types.int64[::1]
ENTRY = {"nogil": True, "cache": True, "error_model": "numpy", "no_cfunc_wrapper": True}
"""Of functions that Python calls."""


@intrinsic
def call_forward(typingctx, address, arguments):
    """Call kernels.forward(*arguments), which lies at `address`."""

    def codegen(context, builder, signature, values):
        kinds = SIGNATURE.args
        convention = context.call_conv
        kind = convention.get_function_type(types.void, kinds)
        parts = [
            context.cast(builder, builder.extract_value(values[1], i), arguments.types[i], kind)
            for i, kind in enumerate(kinds)
        ]
        function = builder.inttoptr(values[0], kind.as_pointer())
        convention.call_function(builder, function, types.void, kinds, parts)
        return context.get_dummy_value()

    return types.void(address, arguments), codegen


@compiled
def line_of(frame, slot, dtype):
    """An array of one dimension."""
    at = c.SLOTS_BEGIN + slot * c.OF_SLOT
    return carray(pointer_of(frame[at]), frame[at + 1], dtype)


@compiled
def table_of(frame, slot, dtype):
    """An array of two dimensions."""
    at = c.SLOTS_BEGIN + slot * c.OF_SLOT
    return carray(pointer_of(frame[at]), (frame[at + 1], frame[at + 2]), dtype)


@compiled
def arrays_of(frame):
    """What forward is called with: before the number of rows, and behind it."""
    before = (
        line_of(frame, c.IN_SIZES, _INT), table_of(frame, c.IN_PROGRAM, _INT),
        line_of(frame, c.IN_WEIGHTS, np.int8), line_of(frame, c.IN_FLOATS, _FLOAT),
        line_of(frame, c.IN_TOTALS, np.int32), table_of(frame, c.IN_PLACES, _INT),
        table_of(frame, c.IN_PAGES, _INT), table_of(frame, c.IN_IDS, _INT),
    )  # fmt: skip
    first = c.IN_TABLES
    tables = (
        table_of(frame, first, _FLOAT), table_of(frame, first + 1, _FLOAT),
        table_of(frame, first + 2, _FLOAT), table_of(frame, first + 3, _FLOAT),
        table_of(frame, first + 4, _FLOAT), table_of(frame, first + 5, _FLOAT),
    )  # fmt: skip
    first = c.IN_QUANTISED
    quantised = (
        table_of(frame, first, _BYTE), line_of(frame, first + 1, _FLOAT),
        line_of(frame, first + 2, np.int32), table_of(frame, first + 3, np.int32),
    )  # fmt: skip
    return before, tables, quantised, line_of(frame, c.IN_COUNTERS, _INT)


@njit(types.void(_FRAME), **ENTRY)
def step(frame):
    """Feed the rows of a frame as kernels.forward does."""
    before, tables, quantised, counters = arrays_of(frame)
    n_rows = frame[c.N_ROWS]
    frame[c.N_STEPS] = 1  # each thread writes the same
    call_forward(frame[c.FORWARD], (*before, n_rows, tables, quantised, counters))


@compiled
def _put(frame, line, rows, target, pages, length):
    """Copy rows behind those of the lines before, if they have the target's width."""
    n_rows = 0 if line == 0 else frame[c.N_ROWS]
    n_new = rows.shape[1]
    if rows.shape[0] != 1 or rows.shape[2] != frame[c.WIDTH]:
        return MISFITS
    places, table = table_of(frame, c.IN_PLACES, _INT), table_of(frame, c.IN_PAGES, _INT)
    for r in range(n_new):
        places[n_rows + r, c.LINE], places[n_rows + r, c.POSITION] = line, length + r
        for i in range(rows.shape[2]):
            target[n_rows + r, i] = rows[0, r, i]
    for i in range(len(pages)):
        table[line, i] = pages[i]
    frame[c.N_ROWS], frame[c.N_TAKES] = n_rows + n_new, line + 1
    return FITS


_PLACED = (types.int64[::1], types.int64)  # addresses of pages, how many rows they hold so far
_VECTORS = types.Array(types.float32, 3, "C", readonly=True)


@njit(types.int64(_FRAME, types.int64, types.Array(types.int64, 3, "C", readonly=True), *_PLACED),
      **ENTRY)  # fmt: skip
def put_ids(frame, line, rows, pages, length):
    """Put a cache's next rows of ids into a frame, as its `line`: the lines in their order.

    MISFITS if they have another width, or are none that the decoder knows. There must be room.
    """
    vocab = line_of(frame, c.IN_SIZES, _INT)[c.VOCAB]
    for id in rows.flat:
        if id < 0 or id >= vocab:
            return MISFITS
    return _put(frame, line, rows, table_of(frame, c.IN_IDS, _INT), pages, length)


@njit(types.int64(_FRAME, types.int64, _VECTORS, *_PLACED), **ENTRY)
def put_vectors(frame, line, rows, pages, length):
    """Put a cache's next rows of vectors into a frame, as put_ids does."""
    return _put(frame, line, rows, table_of(frame, c.IN_TABLES, _FLOAT), pages, length)


@njit(types.int64(_FRAME, types.int64, _VECTORS, *_PLACED, types.int64, types.float64[::1],
                  types.float64, types.int64, types.float64, types.int64[::1],
                  types.float32[:, ::1]),
      **ENTRY)  # fmt: skip
def put_take(frame, line, rows, pages, length, state_row, chances, temperature, top_k, top_p,
             tokens, logits):  # fmt: skip
    """Put a take's next rows into a frame, and how its tokens are drawn (see drafting.draft).

    `tokens` has room for their number, then for each of them; `logits` for their logits. If
    `state_row` is not NO_STATE, that output of another frame takes the place of the first row.
    """
    tokens[0] = 0
    take = table_of(frame, c.IN_TAKES, _INT)[line]
    take[c.STATE_ROW], take[c.FIRST_ROW] = state_row, 0 if line == 0 else frame[c.N_ROWS]
    take[c.N_WANTED], take[c.CHANCES] = len(chances), chances.ctypes.data
    take[c.TOKENS], take[c.LOGITS] = tokens.ctypes.data, logits.ctypes.data
    sampling = table_of(frame, c.IN_SAMPLINGS, np.float64)[line]
    sampling[c.TEMPERATURE], sampling[c.TOP_K], sampling[c.TOP_P] = temperature, top_k, top_p
    fits = _put(frame, line, rows, table_of(frame, c.IN_TABLES, _FLOAT), pages, length)
    take[c.LAST_ROW] = frame[c.N_ROWS] - 1
    return fits
