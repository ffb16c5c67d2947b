"""A decoder's weights in the order in which the kernels read them, and the program of a step.

Every matrix becomes blocks of 64 outputs, one after the other; a block holds, for each four
inputs, 64 times four bytes. Missing inputs and outputs are zeros. Projections that read the same
input stand side by side. See columns.py for the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.native import columns as c
from lilydesk.engines.native.structure import Decoder, Layer
from lilydesk.engines.native.tracing import Linear, Norm, require

_ALIGNMENT = 64  # bytes, so that no load of 64 bytes crosses a cache line


@dataclass(frozen=True, slots=True)
class PackedDecoder:
    """What kernels.forward takes; see columns.py."""

    sizes: NDArray[np.int64]
    program: NDArray[np.int64]
    weights: NDArray[np.int8]
    floats: NDArray[np.float32]
    totals: NDArray[np.int32]


def pack_decoder(
    decoder: Decoder, slots: int, vocab: int, path: Path, has_4_bits: bool = False
) -> PackedDecoder:
    """Arrange a decoder's weights, the matrices of its layers in 4 bits if so wanted.

    They go to the file `path` matrix by matrix, and are mapped from there: a large model's are
    never all in memory. Raises OSError, and UnrecognisedError if shapes do not fit together.
    """
    with path.open("wb") as file:
        packer = _Packer(decoder, slots, vocab, file, has_4_bits)
        tables = packer.pack()
    weights = np.asarray(np.memmap(path, np.int8, "r"))
    return PackedDecoder(weights=weights, **tables)


def pack_matrix(weight: NDArray[np.int8]) -> NDArray[np.int8]:
    """(n_in, n_out) to (blocks, n_in / 4, 64, 4)."""
    n_in, n_out = weight.shape
    if n_in % 4 or n_out % c.BLOCK:
        weight = np.pad(weight, ((0, -n_in % 4), (0, -n_out % c.BLOCK)))
        n_in, n_out = weight.shape
    quads = weight.reshape(n_in // 4, 4, n_out // c.BLOCK, c.BLOCK)
    packed = np.empty((n_out // c.BLOCK, n_in // 4, c.BLOCK, 4), np.int8)
    for index in range(4):  # four times as fast as one copy of all axes in another order
        packed[:, :, :, index] = quads[:, index].swapaxes(0, 1)
    return packed


def pack_4_bits(weight: NDArray[np.int8], scale: NDArray[np.float32]) -> NDArray[np.int8]:
    """(n_in, n_out) to (blocks, groups, bytes of a group); see intrinsics_4_bits.py.

    The step of a group is an eighth of its number that is farthest from zero, which so is kept.
    """
    n_in, n_out = weight.shape
    blocks = -(-n_out // c.BLOCK)
    padded = np.pad(weight, ((0, 0), (0, blocks * c.BLOCK - n_out)))
    scales = np.pad(scale, (0, blocks * c.BLOCK - n_out))
    groups = padded.reshape(n_in // c.GROUP, c.GROUP, blocks * c.BLOCK)
    least, most = groups.min(axis=1).astype(np.float32), groups.max(axis=1).astype(np.float32)
    step = np.where(-least >= most, least, most) / -8  # (groups, n_out), in steps of the 8 bits
    step[step == 0] = 1
    numbers = np.clip(np.rint(groups / step[:, None]) + 8, 0, 15).astype(np.uint8)
    # (groups, pairs, upper or lower, four inputs, blocks, 64) -> bytes of four inputs together
    parts = numbers.reshape(-1, c.GROUP // 8, 2, 4, blocks, c.BLOCK)
    both = parts[:, :, 0] | parts[:, :, 1] << 4
    packed = np.empty((blocks, len(groups), c.GROUP_BYTES), np.uint8)
    packed[:, :, : c.GROUP * c.BLOCK // 2] = both.transpose(3, 0, 1, 4, 2).reshape(
        blocks, len(groups), -1
    )
    halves = (step * scales).astype(np.float16).reshape(-1, blocks, c.BLOCK).transpose(1, 0, 2)
    packed[:, :, c.GROUP * c.BLOCK // 2 :] = np.ascontiguousarray(halves).view(np.uint8)
    return packed.view(np.int8)


class _Pile:
    """Arrays laid end to end, each at a round address."""

    def __init__(self, take: Callable[[NDArray[Any]], object]) -> None:
        self._take = take
        self.size = 0

    def add(self, array: NDArray[Any]) -> int:
        """Where the array begins, counted in its numbers."""
        begin, flat = self.size, array.reshape(-1)
        gap = -flat.nbytes % _ALIGNMENT // flat.itemsize
        self._take(flat)
        self._take(np.zeros(gap, flat.dtype))
        self.size += len(flat) + gap
        return begin


class _Packer:
    def __init__(
        self, decoder: Decoder, slots: int, vocab: int, file: BinaryIO, has_4_bits: bool
    ) -> None:
        self._has_4_bits = has_4_bits
        self._decoder, self._slots, self._vocab = decoder, slots, vocab
        self._hidden = decoder.layers[0].out.weight.shape[1]
        self._wide = decoder.layers[0].down.weight.shape[0]
        self._held: dict[str, list[NDArray[Any]]] = {"floats": [], "totals": []}
        self._weights = _Pile(lambda array: file.write(array.data))
        self._floats, self._totals = (_Pile(parts.append) for parts in self._held.values())
        self._program: list[dict[int, int]] = []

    def pack(self) -> dict[str, NDArray[Any]]:
        """Write the weights; the other arrays by their names in PackedDecoder."""
        level = self._decoder.level
        require(self._hidden == level.n_kv_heads * level.head_dim, "heads that are shared")
        fits = self._hidden % c.GROUP == 0 and self._wide % c.GROUP == 0
        require(fits or not self._has_4_bits, "sizes that do not divide into groups")
        require(level.head_dim % c.LANES == 0, "heads of an uneven size")
        require(level.head_dim == 2 * len(self._decoder.frequencies), "positions of another kind")
        self._phase(c.EMBED)
        for index, layer in enumerate(self._decoder.layers):
            self._layer(index, layer)
        self._end()
        sizes = self._sizes()
        program = [[row.get(i, 0) for i in range(c.N_COLUMNS)] for row in self._program]
        floats = np.concatenate(self._held["floats"])
        require(bool(np.isfinite(floats).all()), "weights that are no numbers")
        totals = np.concatenate([*self._held["totals"], np.zeros(0, np.int32)])
        return {"sizes": sizes, "program": np.array(program), "floats": floats, "totals": totals}

    # --- phases ---

    def _phase(self, kind: int, columns: dict[int, int] | None = None) -> None:
        self._program.append({c.KIND: kind, **(columns or {})})

    def _layer(self, index: int, layer: Layer) -> None:
        hidden, wide, head_dim = self._hidden, self._wide, self._decoder.level.head_dim
        signed = {c.IS_SIGNED: int(self._has_4_bits)}
        matrix = self._matrix_4_bits if self._has_4_bits else self._matrix
        self._norm(layer.attention_norm, signed)
        matrix(layer.qkv, hidden, 3 * hidden, c.TO_WORK)
        heads = {
            c.LAYER: index,
            c.GAIN: self._gains(layer.query_norm, head_dim),
            c.KEY_GAIN: self._gains(layer.key_norm, head_dim),
            c.EPSILON: self._numbers(layer.query_norm.epsilon, layer.key_norm.epsilon),
        }
        self._phase(c.HEADS, heads)
        self._phase(c.QUANTISE, signed)
        matrix([layer.out], hidden, hidden, c.TO_STREAM)
        self._norm(layer.mlp_norm, signed)
        matrix(layer.gate_up, hidden, 2 * wide, c.TO_WORK)
        self._phase(c.ACTIVATE, signed)
        matrix([layer.down], wide, hidden, c.TO_STREAM)

    def _end(self) -> None:
        head = self._decoder.head
        self._norm(self._decoder.final_norm, {}, c.OUTPUT if head is None else c.NORM)
        if head is not None:
            self._matrix([head], self._hidden, self._vocab, c.TO_OUTPUT)

    def _norm(self, norm: Norm, columns: dict[int, int], kind: int = c.NORM) -> None:
        gains = self._gains(norm, self._hidden)
        self._phase(kind, {c.GAIN: gains, c.EPSILON: self._numbers(norm.epsilon), **columns})

    def _matrix(self, parts: Sequence[Linear], n_in: int, n_out: int, target: int) -> None:
        weight, scale = self._joined(parts, n_in, n_out)
        gap = (0, -n_out % c.BLOCK)
        scale_at = self._numbers(*np.pad(scale, gap))
        totals = np.pad(weight.sum(axis=0, dtype=np.int32), gap)
        self._totals.add(np.zeros(scale_at - self._totals.size, np.int32))  # at the same place
        self._totals.add(totals)
        columns = {c.WEIGHT: self._weights.add(pack_matrix(weight)), c.SCALE: scale_at}
        self._phase(c.MATRIX, {**columns, c.N_IN: n_in, c.N_OUT: n_out, c.TARGET: target})

    def _matrix_4_bits(self, parts: Sequence[Linear], n_in: int, n_out: int, target: int) -> None:
        begin = self._weights.add(pack_4_bits(*self._joined(parts, n_in, n_out)))
        columns = {c.WEIGHT: begin, c.N_IN: n_in, c.N_OUT: n_out, c.TARGET: target}
        self._phase(c.MATRIX_4_BITS, columns)

    def _joined(
        self, parts: Sequence[Linear], n_in: int, n_out: int
    ) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
        weight = np.concatenate([part.weight for part in parts], axis=1)
        require(weight.shape == (n_in, n_out), f"a matrix of {weight.shape}, not {(n_in, n_out)}")
        require(all(part.bias is None for part in parts), "a matrix with a bias")
        return weight, np.concatenate([part.scale for part in parts])

    # --- numbers ---

    def _numbers(self, *numbers: float) -> int:
        return self._floats.add(np.array(numbers, dtype=np.float32))

    def _gains(self, norm: Norm, n: int) -> int:
        gains = norm.gain if norm.gain.size else np.ones(n, np.float32)
        require(gains.size == n, "gains of another length")
        return self._floats.add(gains)

    def _sizes(self) -> NDArray[np.int64]:
        level = self._decoder.level
        sizes = np.zeros(c.N_SIZES, np.int64)
        sizes[[c.HIDDEN, c.WIDE]] = self._hidden, self._wide
        sizes[[c.N_HEADS, c.HEAD_DIM]] = level.n_kv_heads, level.head_dim
        sizes[[c.SLOTS, c.VOCAB]] = self._slots, self._vocab
        sizes[c.FREQUENCIES] = self._floats.add(self._decoder.frequencies)
        self._embedding(sizes)
        return sizes

    def _embedding(self, sizes: NDArray[np.int64]) -> None:
        table, one_hot = self._decoder.table, self._decoder.one_hot
        shape = (self._slots * self._vocab, self._hidden)
        sizes[c.EMBEDDING], sizes[c.TABLE_EPSILON] = c.NO_EMBEDDING, -1
        if table is not None:
            require(table.shape == shape, "another table of patches")
            sizes[c.EMBEDDING] = c.FLOAT_TABLE
            sizes[c.TABLE] = self._floats.add(table)
            if self._decoder.table_epsilon >= 0:
                sizes[c.TABLE_EPSILON] = self._numbers(self._decoder.table_epsilon)
                self._floats.add(np.ones(self._hidden, np.float32))  # 16 numbers behind it
        elif one_hot is not None:
            require(one_hot.weight.shape == shape, "another matrix of patches")
            bias = np.zeros(self._hidden, np.float32) if one_hot.bias is None else one_hot.bias
            sizes[c.EMBEDDING] = c.ONE_HOT
            sizes[c.TABLE] = self._weights.add(one_hot.weight)
            sizes[c.TABLE_SCALE] = self._floats.add(np.ascontiguousarray(one_hot.scale))
            sizes[c.TABLE_BIAS] = self._floats.add(bias)
