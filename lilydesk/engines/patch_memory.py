"""A patch decoder that knows what it was fed, so that no prefix is fed twice.

A state depends on all patches before it, and, where a graph quantises its activations per call,
on how they were parted into calls. So whole calls are compared: what is fed again would have been
fed in the same way, and the states are those of a decoder that remembers nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.asking import Ask, Asking
from lilydesk.engines.drafting import Draft, Feed
from lilydesk.engines.drawing import check_logits
from lilydesk.engines.patches import Patch
from lilydesk.engines.session import Graph

Call = tuple[Patch, ...]
"""Patches that are fed together."""
State = NDArray[np.float32]
"""What foretells the next patch, shape (1, 1, hidden)."""

CALL_SIZE = 128  # patches; small enough to be cancelled, and to leave most of a changed prefix


def calls_of(patches: Sequence[Patch]) -> list[Call]:
    """Patches parted into calls, in a way that depends on nothing but them."""
    return [tuple(patches[i : i + CALL_SIZE]) for i in range(0, len(patches), CALL_SIZE)]


class PatchMemory:
    """A patch decoder with its past, call by call. It is a Graph itself."""

    def __init__(self, graph: Graph) -> None:
        """Begin with nothing, whatever the graph was fed before."""
        self._graph = graph
        self._calls: list[Call] = []
        self._states: list[State] = []  # after each call
        graph.reset()

    @property
    def length(self) -> int:
        """Patches in the cache."""
        return self._graph.length

    @property
    def state(self) -> State:
        """What foretells the patch after the last one that was fed."""
        return self._states[-1]

    def feed(self, call: Call) -> Asking[State]:
        """Feed patches behind those in the cache; the state after them. Raises BundleError."""
        rows = np.array(call, dtype=np.int64)[None]  # (1, L, patch_size)
        output = yield Ask(self._graph, rows)
        self._note(call, output)
        return self.state

    def foretell(self, call: Call, ask: Ask) -> Asking[Draft]:
        """Feed a few patches and draft what follows, in one call. Raises BundleError."""
        before = Feed(self._graph, np.array(call, dtype=np.int64)[None])
        draft: Draft = yield Ask(ask.graph, ask.rows, ask.wish, before)
        assert draft.state is not None
        self._note(call, draft.state)
        return draft

    def rewind(self, calls: Sequence[Call]) -> int:
        """Go back to where these calls part from those that were fed; how many are left."""
        n_common = 0
        for known, call in zip(self._calls, calls, strict=False):
            if known != call:
                break
            n_common += 1
        self._cut(n_common)
        self._graph.truncate(sum(map(len, self._calls)))
        return n_common

    def fork(self, length: int) -> PatchMemory:
        """Another memory on the same weights with the first `length` patches of this one."""
        other = PatchMemory.__new__(PatchMemory)
        other._graph = self._graph.fork(length)
        other._calls, other._states = list(self._calls), list(self._states)
        other._cut_to(length)
        return other

    def reset(self) -> None:
        """Forget everything that was fed."""
        self._cut(0)
        self._graph.reset()

    def truncate(self, length: int) -> None:
        """Forget all patches behind the first `length`."""
        self._cut_to(length)
        self._graph.truncate(length)

    def run(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Feed patches (1, L, patch_size), L >= 1; their states (1, L, hidden)."""
        output = self._graph.run(rows)
        self._note(tuple(map(tuple, rows[0].tolist())), output)
        return output

    def _note(self, call: Call, output: NDArray[np.float32]) -> None:
        state = output[:, -1:].copy()  # a view would keep the whole output
        if not math.isfinite(np.vdot(state, state)):  # quicker, but a number may be too large
            check_logits(state)
        self._calls.append(call)
        self._states.append(state)

    def _cut(self, n_calls: int) -> None:
        del self._calls[n_calls:], self._states[n_calls:]

    def _cut_to(self, length: int) -> None:
        """Keep the calls within `length`; a call that is cut apart equals no other any more."""
        n_patches = 0
        for index, call in enumerate(self._calls):
            if n_patches + len(call) > length:
                self._cut(index)
                if length > n_patches:
                    self._calls.append(((),) * (length - n_patches))
                    self._states.append(np.zeros((1, 1, 0), dtype=np.float32))
                return
            n_patches += len(call)
