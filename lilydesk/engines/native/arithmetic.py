"""What a decoder computes with one row, in float32, compiled.

Formulas: Llama; onnxruntime's DynamicQuantizeLinear and MatMulInteger, for one row.
"""
# mypy: ignore-errors
# (numba infers the types)

from __future__ import annotations

import math

import numpy as np
from numba import njit

from lilydesk.engines.native.columns import (
    BLOCK,
    EMBEDDING,
    FLOAT_TABLE,
    GROUP,
    HIDDEN,
    LANES,
    LINE,
    PAGE,
    POSITION,
    SLOTS,
    TABLE,
    TABLE_BIAS,
    TABLE_EPSILON,
    TABLE_SCALE,
    VOCAB,
)  # fmt: skip
from lilydesk.engines.native.intrinsics import bits_of, dot_rows, from_bits, nearest
from lilydesk.engines.native.intrinsics_4_bits import dot_rows_4_bits
from lilydesk.engines.native.intrinsics_attention import add_values, highest_of, score_blocks

# Sums may be taken in another order, so that they are computed side by side. Each row all the same
# is computed by the same code, and gives the same whatever other rows there are.
SUMMING = {"reassoc", "contract", "nsz"}
INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Of functions that only compiled ones call: to compile takes a tenth less."""
compiled = njit(nogil=True, error_model="numpy", fastmath=SUMMING, forceinline=True, **INNER)
"""Put into what calls it: handing arrays over took a tenth of a small decoder's time.

Besides, LLVM is left no choice. The process that compiled `forward` would call parts compiled
singly, others those inside it, whose sums may differ in the last bit.
"""

_ZERO, _ONE, _255 = np.float32(0), np.float32(1), np.float32(255)
_INFINITY_KEY = 0x7F800000
_BLOCKS = PAGE // LANES
TOGETHER = 4  # rows of which each page of keys and values is read once


@compiled
def exponential(x):
    """e**x for float32, to two units in the last place; 1e-38 below -87.

    Source of the polynomial: the Cephes library, expf.
    """
    x = min(max(x, np.float32(-87.0)), np.float32(88.0))
    n = nearest(x * np.float32(1.44269504))
    r = x - n * np.float32(0.693359375)
    r = r - n * np.float32(-2.12194440e-4)
    p = np.float32(1.9875691500e-4)
    p = p * r + np.float32(1.3981999507e-3)
    p = p * r + np.float32(8.3334519073e-3)
    p = p * r + np.float32(4.1665795894e-2)
    p = p * r + np.float32(1.6666665459e-1)
    p = p * r + np.float32(5.0000001201e-1)
    p = p * r * r + r + _ONE
    return p * from_bits((np.int32(n) + np.int32(127)) << np.int32(23))


@compiled
def quantise(row, n, out, scales, zeros, r):
    """Put row[:n] as uint8 into `out`, what zero is into zeros[r], the step into scales[r].

    The step is no number if one of the row is none: so that a damaged model shows. Floats are
    compared as whole numbers of the same order, which keeps sight of what is no number.
    """
    low = np.int32(0)
    high = np.int32(0)
    for i in range(n):
        bits = bits_of(row[i])
        key = bits ^ ((bits >> np.int32(31)) & np.int32(0x7FFFFFFF))
        low = min(low, key)
        high = max(high, key)
    least = from_bits(low ^ ((low >> np.int32(31)) & np.int32(0x7FFFFFFF)))
    scale = (from_bits(high) - least) / _255
    if scale == _ZERO:
        scale = _ONE
    zero = min(max(nearest(-least / scale), _ZERO), _255)
    for i in range(n):
        out[i] = np.uint8(np.int32(min(max(nearest(row[i] / scale) + zero, _ZERO), _255)))
    is_number = high < _INFINITY_KEY and low > -_INFINITY_KEY - 1
    scales[r] = scale if is_number else np.float32(np.nan)
    zeros[r] = np.int32(zero) if is_number else np.int32(0)


@compiled
def quantise_signed(row, n, out, scales, totals, r):
    """Put row[:n] as int8 into the bytes `out`, the step into scales[r], groups' sums in `totals`.

    What is no number shows as in quantise.
    """
    high = np.int32(0)
    for i in range(n):
        high = max(high, bits_of(row[i]) & np.int32(0x7FFFFFFF))
    scale = from_bits(high) / np.float32(127)
    if scale == _ZERO:
        scale = _ONE
    for g in range(n // GROUP):
        total = np.int32(0)
        for i in range(g * GROUP, (g + 1) * GROUP):
            number = np.int32(nearest(row[i] / scale))
            total += number
            out[i] = np.uint8(number & np.int32(255))
        totals[g] = total
    scales[r] = scale if high < _INFINITY_KEY else np.float32(np.nan)


@compiled
def _to_one(row, n, epsilon):
    """What row[:n] is to be multiplied by for a root mean square of one."""
    total = _ZERO
    for i in range(n):
        total += row[i] * row[i]
    return _ONE / math.sqrt(total / np.float32(n) + epsilon)


@compiled
def normalise(row, n, epsilon, gains, out):
    """out[:n] = row[:n] / root mean square * gains."""
    factor = _to_one(row, n, epsilon)
    for i in range(n):
        out[i] = row[i] * factor * gains[i]


@compiled
def normalise_in_place(row, n, epsilon, gains):
    """The same for row[:n] itself: compilers do not take two names for one array well."""
    factor = _to_one(row, n, epsilon)
    for i in range(n):
        row[i] = row[i] * factor * gains[i]


@compiled
def embed(sizes, weights, floats, ids, out):
    """The vector of one patch."""
    n = sizes[HIDDEN]
    out[:n] = _ZERO
    for slot in range(sizes[SLOTS]):
        at = sizes[TABLE] + (slot * sizes[VOCAB] + ids[slot]) * n
        if sizes[EMBEDDING] == FLOAT_TABLE:
            entry = floats[at : at + n]
            for i in range(n):
                out[i] += entry[i]
        else:
            column = weights[at : at + n]
            for i in range(n):
                out[i] += np.float32(column[i])  # whole numbers: exact
    if sizes[EMBEDDING] == FLOAT_TABLE:
        if sizes[TABLE_EPSILON] >= 0:
            at = sizes[TABLE_EPSILON]  # the gains stand 16 behind it
            normalise_in_place(out, n, floats[at], floats[at + 16 : at + 16 + n])
        return
    step = _ONE / _255  # of a row of zeros and ones
    scales = floats[sizes[TABLE_SCALE] : sizes[TABLE_SCALE] + n]
    bias = floats[sizes[TABLE_BIAS] : sizes[TABLE_BIAS] + n]
    for i in range(n):
        out[i] = out[i] * _255 * (step * scales[i]) + bias[i]


@compiled
def activate(row, n):
    """row[:n] = SiLU(row[:n]) * row[n:2n]."""
    for i in range(n):
        gate = row[i]
        row[i] = gate / (_ONE + exponential(-gate)) * row[n + i]


@compiled
def rotate(low, high, half, cosines, sines, factor):
    """Turn a head, whose halves are `low` and `high`, to its position."""
    for i in range(half):
        left, right = low[i], high[i]
        low[i] = (left * cosines[i] - right * sines[i]) * factor
        high[i] = (right * cosines[i] + left * sines[i]) * factor


@compiled
def attend(work, first, begin, n_rows, places, pages, keys, values, n, scores, out):
    """Attention of one head for rows `begin`, `begin` + 1 ... to what each has seen of its cache.

    Queries are work[r, first : first + n], scaled already, and results go to the same numbers of
    `out`. In each page the head's keys begin `keys` bytes behind the page's address, values
    likewise. Rows take turns page by page, so that one which several of them have is read once.
    """
    stride = len(scores) // TOGETHER
    end = begin + n_rows
    n_most = 0
    for r in range(begin, end):
        n_most = max(n_most, places[r, POSITION] + 1)
        out[r, first : first + n] = _ZERO
    for t in range(0, n_most, PAGE):
        for r in range(begin, end):
            n_here = min(places[r, POSITION] + 1 - t, PAGE)
            address = pages[places[r, LINE], t // PAGE] + keys
            at = (r - begin) * stride + t
            if n_here > PAGE - LANES:
                score_blocks(work[r], first, address, n, scores, at, _BLOCKS)
            else:
                for i in range(0, n_here, LANES):
                    score_blocks(work[r], first, address + i * n * 4, n, scores, at + i, 1)
    for r in range(begin, end):
        at = (r - begin) * stride
        _share_out(scores[at : at + stride], places[r, POSITION] + 1)
    for t in range(0, n_most, PAGE):
        for r in range(begin, end):
            n_here = min(places[r, POSITION] + 1 - t, PAGE)
            if n_here > 0:
                address = pages[places[r, LINE], t // PAGE] + values
                at = (r - begin) * stride + t
                if n % (4 * LANES) == 0:
                    for i in range(0, n, 4 * LANES):
                        add_values(scores, at, address + i * 4, n_here, n, out[r], first + i, 4)
                else:
                    for i in range(0, n, LANES):
                        add_values(scores, at, address + i * 4, n_here, n, out[r], first + i, 1)


@compiled
def _share_out(scores, n):
    """Make shares of the first `n` scores, which then are 1 in all."""
    n_whole = (n + LANES - 1) // LANES * LANES
    for t in range(n, n_whole):
        scores[t] = np.float32(-3.0e38)
    highest = highest_of(scores, n_whole)
    total = _ZERO
    for t in range(n_whole):
        weight = exponential(scores[t] - highest)
        scores[t] = weight
        total += weight
    factor = _ONE / total
    for t in range(n_whole):
        scores[t] *= factor


@compiled
def scaled(part, zero, scale, totals, factors, adds, out):
    """Whole numbers of one row and block to floats, put into `out` or added to it."""
    if adds:
        for j in range(BLOCK):
            out[j] += np.float32(part[j] - zero * totals[j]) * (scale * factors[j])
    else:
        for j in range(BLOCK):
            out[j] = np.float32(part[j] - zero * totals[j]) * (scale * factors[j])


@compiled
def matrix_block(weights, begin, factors, totals, n_in, column, quantised, n_rows, sums, out, adds):
    """All rows through the 64 columns of a matrix whose block begins at weights[begin].

    `quantised` has room for four rows: it takes longer to compute three than four.
    """
    rows, scales, zeros, _ = quantised
    n_quads = (n_in + 3) // 4
    stride = rows.shape[1]
    r = 0
    while r < n_rows:
        n = min(n_rows - r, 4)
        if n >= 3:
            dot_rows(weights, begin, rows, r * stride, stride, n_quads, sums, 4)
        elif n == 2:
            dot_rows(weights, begin, rows, r * stride, stride, n_quads, sums, 2)
        else:
            dot_rows(weights, begin, rows, r * stride, stride, n_quads, sums, 1)
        for k in range(n):
            part = sums[k * BLOCK : (k + 1) * BLOCK]
            target = out[r + k, column : column + BLOCK]
            scaled(part, zeros[r + k], scales[r + k], totals, factors, adds, target)
        r += n


@compiled
def matrix_block_4_bits(weights, begin, n_in, column, quantised, n_rows, sums, out, adds):
    """As matrix_block, for a matrix of 4 bits."""
    rows, scales, _, totals = quantised
    n_groups = n_in // GROUP
    stride, stride_of_totals = rows.shape[1], totals.shape[1]
    r = 0
    while r < n_rows:
        first, at = r * stride, r * stride_of_totals
        if n_rows - r >= 4:
            dot_rows_4_bits(
                weights, begin, rows, first, stride, n_groups, totals, at, stride_of_totals, sums, 4
            )
            n = 4
        else:
            dot_rows_4_bits(
                weights, begin, rows, first, stride, n_groups, totals, at, stride_of_totals, sums, 1
            )
            n = 1
        for k in range(n):
            target = out[r + k, column : column + BLOCK]
            scale = scales[r + k]
            for j in range(BLOCK):
                result = sums[k * BLOCK + j] * scale
                target[j] = target[j] + result if adds else result
        r += n
