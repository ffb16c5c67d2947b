"""Drawing a token, compiled: the same steps as sampling.draw_token, without arrays in between."""
# mypy: ignore-errors
# (numba infers the types)

from __future__ import annotations

import math

import numpy as np
from numba import njit, types

from lilydesk.engines.native.arithmetic import INNER

NONE_ALLOWED, NO_NUMBER = -1, -2

_SIGNATURE = types.int64(
    types.Array(types.float32, 1, "C", readonly=True),  # logits
    types.Array(types.boolean, 1, "C", readonly=True),  # allowed
    types.float64,  # temperature
    types.int64,  # top_k
    types.float64,  # top_p
    types.float64,  # a random number, at least 0 and below 1
)


@njit(error_model="numpy", **INNER)
def _is_before(scaled, one, other):
    """Whether a token is likelier, or as likely and has the lower number."""
    return scaled[one] > scaled[other] or (scaled[one] == scaled[other] and one < other)


@njit(error_model="numpy", **INNER)
def _sink(heap, scaled, start, n):
    """Let the token at `start` sink to where none below it comes before it."""
    token = heap[start]
    value = scaled[token]
    place = start
    while 2 * place + 1 < n:
        child = 2 * place + 1
        other = child + 1
        if other < n and _is_before(scaled, heap[other], heap[child]):
            child = other
        lower = heap[child]
        if not (scaled[lower] > value or (scaled[lower] == value and lower < token)):
            break
        heap[place] = lower
        place = child
    heap[place] = token


@njit(error_model="numpy", **INNER)
def _take(heap, scaled, n, order, place):
    """Put the best token into its place of the order; how many are left."""
    order[place] = heap[0]
    heap[0] = heap[n - 1]
    _sink(heap, scaled, 0, n - 1)
    return n - 1


@njit(_SIGNATURE, cache=True, error_model="numpy", no_cfunc_wrapper=True)
def draw(logits, allowed, temperature, top_k, top_p, chance):
    """One of the allowed tokens; NONE_ALLOWED, or NO_NUMBER if any logit is not finite.

    The tokens lie in a heap, and only those are taken out that the shares of probability reach.
    Tokens so unlikely that all of them together are less than top_p leaves out do not get there.
    """
    size = len(logits)
    scaled = np.empty(size, np.float64)
    heap = np.empty(size, np.int64)
    n = 0
    best = -np.inf
    for token in range(size):
        if not math.isfinite(logits[token]):
            return NO_NUMBER
        if allowed[token]:
            scaled[token] = logits[token] / temperature
            best = max(best, scaled[token])
            heap[n] = token
            n += 1
    if n == 0:
        return NONE_ALLOWED
    most = min(top_k, n) if top_k else n
    total = 0.0
    if most == n:
        shares = np.empty(n, np.float64)
        for place in range(n):
            shares[place] = math.exp(scaled[heap[place]] - best)
            total += shares[place]
        least = total * (1.0 - top_p) / (2 * n)
        n_likely = 0
        for place in range(n):
            heap[n_likely] = heap[place]
            n_likely += shares[place] >= least
        n = most = n_likely
    for start in range(n // 2 - 1, -1, -1):
        _sink(heap, scaled, start, n)
    order = np.empty(most, np.int64)
    masses = np.empty(most, np.float64)  # up to each token, itself included
    n_taken = 0
    if total == 0.0:  # the masses are shares of top_k tokens alone
        while n_taken < most:
            n = _take(heap, scaled, n, order, n_taken)
            total += math.exp(scaled[order[n_taken]] - best)
            n_taken += 1
    before = 0.0
    n_kept = 0
    while n_kept < most and before < top_p:
        if n_kept == n_taken:
            n = _take(heap, scaled, n, order, n_taken)
            n_taken += 1
        before += math.exp(scaled[order[n_kept]] - best) / total
        masses[n_kept] = before
        n_kept += 1
    for place in range(n_kept):
        if masses[place] / before > chance:
            return order[place]
    return order[n_kept - 1]
