"""The KV cache of a compiled decoder, in pages that forks share until one of them writes there.

So four takes behind one prefix hold it once, and a core that reads it for one row finds it in its
cache for the next.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.native import columns as c

Page = NDArray[np.float32]
"""(layers, 2, heads, blocks, LANES * head_dim): keys and values of PAGE positions.

A block has 16 of them; keys are interleaved in it, values are not (see intrinsics_attention).
"""
_BLOCKS = c.PAGE // c.LANES


class Pages:
    """Keys and values of the positions that one graph was fed."""

    def __init__(self, n_layers: int, n_heads: int, head_dim: int) -> None:
        """Hold nothing yet."""
        self._shape = (n_layers, 2, n_heads, _BLOCKS, c.LANES * head_dim)
        self._held: list[Page] = []
        self._n_shared = 0  # of these, the first; they are never written to again, by whomever
        self.addresses = np.zeros(0, np.int64)  # of the pages

    def fork(self, length: int) -> Pages:
        """The first `length` positions once more, on the same pages."""
        other = Pages.__new__(Pages)
        other._shape, other._n_shared = self._shape, _n_pages(length)
        other._held = self._held[: other._n_shared]
        self._n_shared = max(self._n_shared, other._n_shared)
        other._note_addresses()
        return other

    def forget_behind(self, length: int) -> None:
        """Let go of pages behind the first `length` positions that others have too."""
        kept = _n_pages(length)
        if kept < self._n_shared:
            del self._held[kept : self._n_shared]
            self._n_shared = kept
            self._note_addresses()

    def make_room(self, length: int, n_new: int) -> int:
        """Let `n_new` positions be written behind `length`; how many pages there are then.

        Raises MemoryError.
        """
        first, end = length // c.PAGE, _n_pages(length + n_new)
        if first >= self._n_shared and end <= len(self._held):
            return len(self._held)
        for index in range(first, self._n_shared):
            self._held[index] = self._copy(self._held[index], length - index * c.PAGE)
        self._n_shared = min(self._n_shared, first)
        while len(self._held) < end:
            self._held.append(self._new_page())
        self._note_addresses()
        return len(self._held)

    def layer(self, layer: int, length: int) -> NDArray[np.float32]:
        """Keys and values of a layer, shape (2, heads, length, head_dim)."""
        parts = [page[layer] for page in self._held[: _n_pages(length)]]
        blocks = np.stack(parts, axis=2)  # (2, heads, pages, blocks, 16 * head_dim)
        n_heads, head_dim = self._shape[2], self._shape[4] // c.LANES
        keys = blocks[0].reshape(n_heads, -1, head_dim, c.LANES).swapaxes(2, 3)
        values = blocks[1].reshape(n_heads, -1, c.LANES, head_dim)
        both = np.stack([keys, values]).reshape(2, n_heads, -1, head_dim)
        return both[:, :, :length]

    def _copy(self, page: Page, n_positions: int) -> Page:
        """A page of our own with the first positions; memory is taken for no more than those."""
        copy = self._new_page()
        n_blocks = -(-n_positions // c.LANES)
        if n_blocks > 0:
            copy[:, :, :, :n_blocks] = page[:, :, :, :n_blocks]
        return copy

    def _new_page(self) -> Page:
        """Not written to; it begins with a cache line, so that no vector lies across two."""
        n = math.prod(self._shape)
        room = np.empty(n + c.LANES, np.float32)
        first = -room.ctypes.data % (4 * c.LANES) // 4
        return room[first : first + n].reshape(self._shape)

    def _note_addresses(self) -> None:
        self.addresses = np.array([page.ctypes.data for page in self._held], np.int64)


def _n_pages(length: int) -> int:
    return -(-length // c.PAGE)
