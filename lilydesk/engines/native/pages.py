"""The KV cache of a compiled decoder, in pages that forks share until one of them writes there.

So four takes behind one prefix hold it once, and a core that reads it for one row finds it in its
cache for the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.native import columns as c

Page = NDArray[np.float32]
"""(layers, 2, heads, blocks, LANES * head_dim): keys and values of PAGE positions.

A block has 16 of them; keys are interleaved in it, values are not (see intrinsics_attention).
"""
_BLOCKS = c.PAGE // c.LANES


@dataclass(slots=True)
class _Held:
    """A page; once it is shared it is never written to again, by whomever."""

    page: Page
    is_shared: bool = False


class Pages:
    """Keys and values of the positions that one graph was fed."""

    def __init__(self, n_layers: int, n_heads: int, head_dim: int) -> None:
        """Hold nothing yet."""
        self._shape = (n_layers, 2, n_heads, _BLOCKS, c.LANES * head_dim)
        self._held: list[_Held] = []
        self.addresses = np.zeros((1, 0), np.int64)

    def fork(self, length: int) -> Pages:
        """The first `length` positions once more, on the same pages."""
        other = Pages.__new__(Pages)
        other._shape = self._shape
        other._held = self._held[: _n_pages(length)]
        for held in other._held:
            held.is_shared = True
        other._note_addresses()
        return other

    def forget_behind(self, length: int) -> None:
        """Let go of pages behind the first `length` positions that others have too."""
        kept = _n_pages(length)
        if any(held.is_shared for held in self._held[kept:]):
            own = [held for held in self._held[kept:] if not held.is_shared]
            self._held[kept:] = own
            self._note_addresses()

    def make_room(self, length: int, n_new: int) -> None:
        """Let `n_new` positions be written behind `length`. Raises MemoryError."""
        first, end = length // c.PAGE, _n_pages(length + n_new)
        held = self._held
        if len(held) >= end and not any(each.is_shared for each in held[first:end]):
            return
        for index in range(first, end):
            if index >= len(held):
                held.append(_Held(np.empty(self._shape, np.float32)))
            elif held[index].is_shared:
                held[index] = _Held(self._copy(held[index].page, length - index * c.PAGE))
        self._note_addresses()

    def layer(self, layer: int, length: int) -> NDArray[np.float32]:
        """Keys and values of a layer, shape (2, heads, length, head_dim)."""
        parts = [held.page[layer] for held in self._held[: _n_pages(length)]]
        blocks = np.stack(parts, axis=2)  # (2, heads, pages, blocks, 16 * head_dim)
        n_heads, head_dim = self._shape[2], self._shape[4] // c.LANES
        keys = blocks[0].reshape(n_heads, -1, head_dim, c.LANES).swapaxes(2, 3)
        values = blocks[1].reshape(n_heads, -1, c.LANES, head_dim)
        both = np.stack([keys, values]).reshape(2, n_heads, -1, head_dim)
        return both[:, :, :length]

    def _copy(self, page: Page, n_positions: int) -> Page:
        """A page of our own with the first positions; memory is taken for no more than those."""
        copy = np.empty(self._shape, np.float32)
        n_blocks = -(-n_positions // c.LANES)
        if n_blocks > 0:
            copy[:, :, :, :n_blocks] = page[:, :, :, :n_blocks]
        return copy

    def _note_addresses(self) -> None:
        self.addresses = np.array([[held.page.ctypes.data for held in self._held]], np.int64)


def addresses_of(caches: list[Pages]) -> NDArray[np.int64]:
    """A line of addresses for each cache, filled up with zeros."""
    if len(caches) == 1:
        return caches[0].addresses
    widths = {each.addresses.shape[1] for each in caches}
    if len(widths) == 1:
        return np.concatenate([each.addresses for each in caches])
    table = np.zeros((len(caches), max(widths)), np.int64)
    for line, each in zip(table, caches, strict=True):
        line[: each.addresses.shape[1]] = each.addresses[0]
    return table


def _n_pages(length: int) -> int:
    return -(-length // c.PAGE)
