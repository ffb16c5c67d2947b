"""Some tokens of several takes in one compiled call: a step, a draw, the next step with it.

All threads of a team run `draft` together. The first one that comes draws; the others wait until
it says how many rows the next step has.
"""
# mypy: ignore-errors
# (numba infers the types)

from __future__ import annotations

import numpy as np
from numba import carray, njit, types

from lilydesk.engines.native import columns as c
from lilydesk.engines.native.arithmetic import INNER
from lilydesk.engines.native.drawing import draw
from lilydesk.engines.native.frames import (
    ENTRY,
    NO_STATE,
    arrays_of,
    call_forward,
    line_of,
    step,
    table_of,
)
from lilydesk.engines.native.intrinsics import add_atomically, pointer_of
from lilydesk.engines.native.stepping import wait_until


@njit(error_model="numpy", **INNER)
def _draw_all(frame, places, tables, takes, rows, at, n_left):
    """A token for each take that draws; those that go on have their next row then, in order.

    Returns how many these are.
    """
    stream, output = tables[0], tables[5]
    hidden, vocab = frame[c.WIDTH], frame[c.N_OUTPUTS]
    embedding = table_of(frame, c.IN_EMBEDDING, np.float32)
    possible, ends = line_of(frame, c.IN_POSSIBLE, np.bool_), line_of(frame, c.IN_ENDS, np.bool_)
    wishes = table_of(frame, c.IN_TAKES, np.int64)
    samplings = table_of(frame, c.IN_SAMPLINGS, np.float64)
    n_rows = 0
    for k in range(n_left):
        take = takes[k]
        wish, sampling, n_wanted = wishes[take], samplings[take], wishes[take, c.N_WANTED]
        chances = carray(pointer_of(wish[c.CHANCES]), n_wanted, np.float64)
        tokens = carray(pointer_of(wish[c.TOKENS]), 1 + n_wanted, np.int64)
        logits = carray(pointer_of(wish[c.LOGITS]), (n_wanted, vocab), np.float32)
        n = tokens[0]
        for token in range(vocab):
            logits[n, token] = output[rows[k], token]
        token = draw(logits[n], possible, sampling[c.TEMPERATURE], int(sampling[c.TOP_K]),
                     sampling[c.TOP_P], chances[n])  # fmt: skip
        tokens[0], tokens[1 + n] = n + 1, token
        if token < 0 or ends[token] or n + 1 == n_wanted:
            continue
        at[take, c.POSITION] += 1
        places[n_rows, c.LINE], places[n_rows, c.POSITION] = at[take, c.LINE], at[take, c.POSITION]
        for i in range(hidden):
            stream[n_rows, i] = embedding[token, i]
        takes[n_rows], rows[n_rows] = take, n_rows
        n_rows += 1
    return n_rows


@njit(types.void(types.int64[::1]), **ENTRY)
def draft(frame):
    """Feed the rows of a frame as kernels.forward does, then draw for each take and feed that.

    The takes were put there (see frames.put_take). A negative token tells why there is none (see
    drawing.draw). `counters` have a line for each step and one more, all zero; a thread alone has
    none. A large decoder stops when fewer than half of the takes still draw: its steps for one take
    are nearly as dear as for all. N_STEPS are counted.
    """
    before, tables, quantised, counters = arrays_of(frame)
    places = before[c.IN_PLACES]
    is_alone = len(counters) == 0
    n_of_step = len(before[c.IN_PROGRAM]) * c.COUNTER
    turns = len(counters) - n_of_step  # where the last line begins
    draws = is_alone or add_atomically(counters, turns, 1) == 0
    n_takes, n_rows = frame[c.N_TAKES], frame[c.N_ROWS]
    wishes = table_of(frame, c.IN_TAKES, np.int64)
    takes = np.empty(n_takes, np.int64)  # those that still draw, and the row that foretells each
    rows = np.empty(n_takes, np.int64)
    at = np.empty((n_takes, 2), np.int64)  # where the last row of each take went
    for take in range(n_takes):
        takes[take] = take
        rows[take] = wishes[take, c.LAST_ROW]
        at[take, c.LINE] = places[rows[take], c.LINE]
        at[take, c.POSITION] = places[rows[take], c.POSITION]
    n_left = n_takes
    least = (n_takes + 1) // 2 if frame[c.IS_LARGE] else 1
    n_steps = 0
    while n_left >= least:
        begin = n_steps * n_of_step
        of_step = counters if is_alone else counters[begin : begin + n_of_step]
        call_forward(frame[c.FORWARD], (*before, n_rows, tables, quantised, of_step))
        n_steps += 1
        if draws:
            n_left = _draw_all(frame, places, tables, takes, rows, at, n_left)
            if not is_alone:
                add_atomically(counters, turns + n_steps, n_left + 1)
        else:
            n_left = wait_until(counters, turns + n_steps, 1) - 1
        n_rows = n_left
    if draws:
        frame[c.N_STEPS] = n_steps


@njit(types.void(types.int64[::1], types.int64[::1]), **ENTRY)
def hand_over(states, frame):
    """Put outputs of the frame `states` where the takes of another one wait for them."""
    output = table_of(states, c.IN_TABLES + 5, np.float32)
    stream = table_of(frame, c.IN_TABLES, np.float32)
    wishes = table_of(frame, c.IN_TAKES, np.int64)
    for take in range(frame[c.N_TAKES]):
        row = wishes[take, c.STATE_ROW]
        if row != NO_STATE:
            for i in range(frame[c.WIDTH]):  # numba compiles a slice's checks for a second
                stream[wishes[take, c.FIRST_ROW], i] = output[row, i]


@njit(types.void(types.int64[::1], types.int64[::1]), **ENTRY)
def foretell(states, frame):
    """Feed a frame, and draft with another one what follows its outputs: of one thread alone."""
    step(states)
    hand_over(states, frame)
    draft(frame)
