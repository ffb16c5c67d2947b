"""A decoder's step for some rows, from embedding to output, as one compiled function.

Every row is computed by itself: its numbers do not depend on what other rows are in the call.
All threads of a team run `forward` together. The work of each phase is cut into chunks that are
claimed one by one, so a thread that the system holds back delays the others by one chunk at most.
Numba compiles when this module is imported, or loads what an earlier import has compiled.
"""
# mypy: ignore-errors
# (numba infers the types)

from __future__ import annotations

import math

import numpy as np
from numba import carray, njit

from lilydesk.engines.native.arithmetic import (
    SUMMING,
    TOGETHER,
    activate,
    attend,
    compiled,
    embed,
    matrix_block,
    matrix_block_4_bits,
    normalise,
    normalise_in_place,
    quantise,
    quantise_signed,
    rotate,
)  # fmt: skip
from lilydesk.engines.native.columns import (
    ACTIVATE,
    BLOCK,
    COUNTER,
    EMBED,
    EMBEDDING,
    EPSILON,
    FREQUENCIES,
    GAIN,
    GROUP,
    GROUP_BYTES,
    HEAD_DIM,
    HEADS,
    HIDDEN,
    IS_SIGNED,
    KEY_GAIN,
    KIND,
    LANES,
    LAYER,
    LINE,
    MATRIX,
    MATRIX_4_BITS,
    N_HEADS,
    N_IN,
    N_OUT,
    NO_EMBEDDING,
    NORM,
    OUTPUT,
    PAGE,
    POSITION,
    SCALE,
    TARGET,
    TO_STREAM,
    TO_WORK,
    WEIGHT,
    WIDE,
)  # fmt: skip
from lilydesk.engines.native.intrinsics import (
    add_atomically,
    pointer_of,
    unowned,
)
from lilydesk.engines.native.intrinsics_attention import keep_key
from lilydesk.engines.native.stepping import SIGNATURE, wait_until

_ONE = np.float32(1)


@compiled
def _begin_row(sizes, weights, floats, places, ids, r, stream, angles):
    """Embedding of a row, and the angles of its position."""
    if sizes[EMBEDDING] != NO_EMBEDDING:
        embed(sizes, weights, floats, ids[r], stream[r])
    half = sizes[HEAD_DIM] // 2
    for i in range(half):
        angle = np.float32(places[r, POSITION]) * floats[sizes[FREQUENCIES] + i]
        angles[r, i] = np.float32(math.cos(angle))
        angles[r, half + i] = np.float32(math.sin(angle))


@compiled
def _head(sizes, step, floats, places, pages, n_rows, head, work, angles, scores, mixed):
    """One head for all rows: their keys and values go into the cache, then attention."""
    n, hidden, n_heads = sizes[HEAD_DIM], sizes[HIDDEN], sizes[N_HEADS]
    half = n // 2
    scale = _ONE / math.sqrt(np.float32(n))
    at_keys = (step[LAYER] * 2 * n_heads + head) * PAGE * n * 4
    at_values = at_keys + n_heads * PAGE * n * 4
    for r in range(n_rows):
        position = places[r, POSITION]
        page, place = pages[places[r, LINE], position // PAGE], position % PAGE
        values = carray(pointer_of(page + at_values), (PAGE, n), np.float32)
        query = work[r, head * n : (head + 1) * n]
        key = work[r, hidden + head * n : hidden + (head + 1) * n]
        value = work[r, 2 * hidden + head * n : 2 * hidden + (head + 1) * n]
        cosines, sines = angles[r, :half], angles[r, half : 2 * half]
        for part, gain, at, factor in (
            (query, step[GAIN], 0, scale), (key, step[KEY_GAIN], 1, _ONE)
        ):  # fmt: skip
            epsilon = floats[step[EPSILON] + at]
            if epsilon >= 0:
                normalise_in_place(part, n, epsilon, floats[gain : gain + n])
            rotate(part[:half], part[half:n], half, cosines, sines, factor)
        keep_key(key, n, page + at_keys + place // LANES * LANES * n * 4, place % LANES)
        for i in range(n):
            values[place, i] = value[i]
    for begin in range(0, n_rows, TOGETHER):
        n_together = min(n_rows - begin, TOGETHER)
        attend(
            work, head * n, begin, n_together, places, pages, at_keys, at_values, n, scores, mixed
        )


@compiled
def _n_chunks(sizes, step, n_rows):
    if step[KIND] == MATRIX or step[KIND] == MATRIX_4_BITS:
        return (step[N_OUT] + BLOCK - 1) // BLOCK
    if step[KIND] == HEADS:
        return sizes[N_HEADS]
    return n_rows


@njit(SIGNATURE, nogil=True, cache=True, error_model="numpy", fastmath=SUMMING,
      no_cfunc_wrapper=True)  # fmt: skip
def forward(sizes, program, weights, floats, totals, places, pages, ids, n_rows, tables,
            quantised, counters):  # fmt: skip
    """All rows through the program; what each thread of the team runs with the same arguments.

    `counters` must be zero; a thread alone has none. `tables` have a line for each row: stream
    (the embeddings, unless the decoder embeds `ids` itself), work, mixed heads, angles, normed
    stream, output.
    """
    sizes, program, weights = unowned(sizes), unowned(program), unowned(weights)
    floats, totals, places = unowned(floats), unowned(totals), unowned(places)
    pages, ids, counters = unowned(pages), unowned(ids), unowned(counters)
    stream, work, mixed = unowned(tables[0]), unowned(tables[1]), unowned(tables[2])
    angles, normed, output = unowned(tables[3]), unowned(tables[4]), unowned(tables[5])
    rows, scales = unowned(quantised[0]), unowned(quantised[1])
    zeros, totals_of_rows = unowned(quantised[2]), unowned(quantised[3])
    quantised = (rows, scales, zeros, totals_of_rows)
    n = sizes[HIDDEN]
    held_sums = np.empty(4 * BLOCK, dtype=np.int32)
    held_products = np.empty(4 * BLOCK, dtype=np.float32)
    sums, products = unowned(held_sums), unowned(held_products)
    is_alone = len(counters) == 0
    n_seen = 0
    for r in range(n_rows):
        n_seen = max(n_seen, places[r, POSITION] + 1)
    held_scores = np.empty(TOGETHER * ((n_seen + LANES - 1) // LANES * LANES), dtype=np.float32)
    scores = unowned(held_scores)
    for phase in range(len(program)):
        step = program[phase]
        kind = step[KIND]
        n_chunks = _n_chunks(sizes, step, n_rows)
        chunk = -1
        while True:
            if is_alone:
                chunk += 1
            else:
                chunk = add_atomically(counters, phase * COUNTER, 1)
            if chunk >= n_chunks:
                break
            if kind in (MATRIX, MATRIX_4_BITS):
                n_in, column = step[N_IN], chunk * BLOCK
                at = step[SCALE] + column
                adds = step[TARGET] == TO_STREAM
                target = output
                if step[TARGET] == TO_WORK:
                    target = work
                elif adds:
                    target = stream
                if kind == MATRIX:
                    begin = step[WEIGHT] + column * ((n_in + 3) // 4 * 4)
                    matrix_block(
                        weights, begin, floats[at : at + BLOCK], totals[at : at + BLOCK], n_in,
                        column, quantised, n_rows, sums, target, adds,
                    )  # fmt: skip
                else:
                    begin = step[WEIGHT] + chunk * (n_in // GROUP) * GROUP_BYTES
                    matrix_block_4_bits(
                        weights, begin, n_in, column, quantised, n_rows, products, target, adds
                    )
            elif kind == HEADS:
                _head(
                    sizes, step, floats, places, pages, n_rows, chunk, work, angles, scores, mixed
                )
            elif kind == EMBED:
                _begin_row(sizes, weights, floats, places, ids, chunk, stream, angles)
            else:
                line, width = mixed[chunk], n
                if kind in (NORM, OUTPUT):
                    line = output[chunk] if kind == OUTPUT else normed[chunk]
                    gains = floats[step[GAIN] : step[GAIN] + n]
                    normalise(stream[chunk], n, floats[step[EPSILON]], gains, line)
                elif kind == ACTIVATE:
                    line, width = work[chunk], sizes[WIDE]
                    activate(line, width)
                if step[IS_SIGNED]:
                    sums_of_groups = totals_of_rows[chunk]
                    quantise_signed(line, width, rows[chunk], scales, sums_of_groups, chunk)
                elif kind != OUTPUT:
                    quantise(line, width, rows[chunk], scales, zeros, chunk)
            if not is_alone:
                add_atomically(counters, phase * COUNTER + 8, 1)
        if not is_alone:
            wait_until(counters, phase * COUNTER + 8, n_chunks)
    held_sums[0] = held_products[0] = held_scores[0] = 0  # they must live until here


ADDRESS = forward.overloads[SIGNATURE.args].library.get_pointer_to_function(
    forward.overloads[SIGNATURE.args].fndesc.llvm_func_name
)
"""Where the compiled `forward` lies in this process."""
