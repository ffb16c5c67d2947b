"""Some tokens of several takes in one compiled call: a step, a draw, the next step with it.

All threads of a team run `draft` together. The first one that comes draws; the others wait until
it says how many rows the next step has.
"""
# mypy: ignore-errors
# (numba infers the types)

from __future__ import annotations

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from lilydesk.engines.native.arithmetic import INNER
from lilydesk.engines.native.columns import COUNTER, HIDDEN, LINE, POSITION
from lilydesk.engines.native.drawing import draw
from lilydesk.engines.native.intrinsics import add_atomically
from lilydesk.engines.native.stepping import SIGNATURE, wait_until


@intrinsic
def _step(typingctx, address, arguments):
    """Call forward(*arguments), which lies at `address`."""

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


_MASK = types.Array(types.boolean, 1, "C", readonly=True)
_SIGNATURE = types.void(
    types.int64,  # kernels.ADDRESS
    *SIGNATURE.args,
    types.int64[::1],  # last row of each take
    types.Array(types.float32, 2, "C", readonly=True),  # embedding
    _MASK,  # the tokens that may be drawn
    _MASK,  # those that end a draft
    types.float64[:, ::1],  # temperature, top_k and top_p of each take
    types.float64[:, ::1],  # random numbers of each take
    types.int64[::1],  # how many tokens each take wants at most, one at least
    types.int64,  # how many takes must be drawing for another step
    types.int64[:, ::1],  # the tokens drawn
    types.int64[::1],  # how many there are of each take
    types.float32[:, :, ::1],  # the logits they were drawn from
)


@njit(error_model="numpy", **INNER)
def _draw_all(sizes, places, tables, takes, rows, at, n_left, embedding, possible, ends, samplings,
              chances, n_wanted, tokens, n_drawn, logits):  # fmt: skip
    """A token for each take that draws; those that go on have their next row then, in order.

    Returns how many these are.
    """
    stream, output = tables[0], tables[5]
    hidden, vocab = sizes[HIDDEN], logits.shape[2]
    n_rows = 0
    for k in range(n_left):
        take = takes[k]
        n = n_drawn[take]
        for token in range(vocab):
            logits[take, n, token] = output[rows[k], token]
        token = draw(logits[take, n], possible, samplings[take, 0], int(samplings[take, 1]),
                     samplings[take, 2], chances[take, n])  # fmt: skip
        tokens[take, n] = token
        n_drawn[take] = n + 1
        if token < 0 or ends[token] or n + 1 == n_wanted[take]:
            continue
        at[take, POSITION] += 1
        places[n_rows, LINE], places[n_rows, POSITION] = at[take, LINE], at[take, POSITION]
        for i in range(hidden):
            stream[n_rows, i] = embedding[token, i]
        takes[n_rows], rows[n_rows] = take, n_rows
        n_rows += 1
    return n_rows


@njit(_SIGNATURE, nogil=True, cache=True, error_model="numpy", no_cfunc_wrapper=True)
def draft(step, sizes, program, weights, floats, totals, places, pages, ids, n_rows, tables,
          quantised, counters, last_rows, embedding, possible, ends, samplings, chances, n_wanted,
          least, tokens, n_drawn, logits):  # fmt: skip
    """Feed the rows as kernels.forward does, then draw for each take and feed what was drawn.

    A negative token tells why there is none (see drawing.draw). `places` have room for each take;
    `n_drawn` is zero. `counters` have a line for each step and one more, all zero; a thread alone
    has none.
    """
    is_alone = len(counters) == 0
    n_of_step = len(program) * COUNTER
    turns = len(counters) - n_of_step  # where the last line begins
    draws = is_alone or add_atomically(counters, turns, 1) == 0
    n_takes = len(last_rows)
    takes = np.empty(n_takes, np.int64)  # those that still draw, and the row that foretells each
    rows = np.empty(n_takes, np.int64)
    at = np.empty((n_takes, 2), np.int64)  # where the last row of each take went
    for take in range(n_takes):
        takes[take] = take
        rows[take] = last_rows[take]
        at[take, LINE] = places[last_rows[take], LINE]
        at[take, POSITION] = places[last_rows[take], POSITION]
    n_left = n_takes
    n_steps = 0
    while n_left >= least:
        begin = n_steps * n_of_step
        of_step = counters if is_alone else counters[begin : begin + n_of_step]
        _step(step, (sizes, program, weights, floats, totals, places, pages, ids, n_rows, tables,
                     quantised, of_step))  # fmt: skip
        n_steps += 1
        if draws:
            n_left = _draw_all(
                sizes, places, tables, takes, rows, at, n_left, embedding, possible, ends,
                samplings, chances, n_wanted, tokens, n_drawn, logits,
            )  # fmt: skip
            if not is_alone:
                add_atomically(counters, turns + n_steps, n_left + 1)
        else:
            n_left = wait_until(counters, turns + n_steps, 1) - 1
        n_rows = n_left
