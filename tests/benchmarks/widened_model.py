"""A small trained model inside matrices of the published size, so that those write music too.

The small weights stand in the first rows and columns of the large matrices; where these read the
rest of the stream, which stays zero, they hold noise. Layers that the small model lacks add
nothing. The stream is wider and `factor` times as large, so that its mean square stays; gains and
what is added to the stream make up for that. Layers are as in the bundles of `lilydesk train`
(queries and keys normed, patches embedded by a table), projections apart as in the published ones.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from lilydesk.engines.bundle import Bundle
from lilydesk.engines.native.structure import Decoder, Layer, read_decoder
from lilydesk.engines.native.tracing import Linear
from lilydesk.engines.native.tracing import Norm as KnownNorm
from lilydesk.training.model import Geometry
from tests.benchmarks.published_bundle import Norm, PlainBlock, PlainDecoder, PlainModel

Floats = NDArray[np.float32]


class NormedHeadsBlock(PlainBlock):
    """A layer whose queries and keys are normed."""

    def __init__(self, geometry: Geometry) -> None:
        super().__init__(geometry)
        self.query_norm, self.key_norm = Norm(self.head_dim), Norm(self.head_dim)

    def heads(self, x: Tensor) -> tuple[Tensor, ...]:
        """Query, key and value of shape (B, heads, L, head_dim)."""
        q, k, v = super().heads(x)
        return self.query_norm(q), self.key_norm(k), v


class WidenedModel(PlainModel):
    """A bundle's model, as wide and as deep as a geometry says."""

    def __init__(self, bundle: Bundle, geometry: Geometry) -> None:
        super().__init__(geometry)
        self.factor = (geometry.hidden / bundle.geometry.hidden) ** 0.5
        files = ((bundle.patch_graph, bundle.geometry.patch, "hidden"),
                 (bundle.token_graph, bundle.geometry.token, "logits"))  # fmt: skip
        patch, token = (read_decoder(*file) for file in files)
        for decoder, known in ((self.patch_decoder, patch), (self.token_decoder, token)):
            if known.layers[0].query_norm.epsilon >= 0:
                decoder.blocks = nn.ModuleList(NormedHeadsBlock(geometry) for _ in decoder.blocks)
            self._fill_decoder(decoder, known)
        self._fill_norm(self.patch_decoder.norm, patch.final_norm, self.factor)  # a stream again
        self._fill_norm(self.token_decoder.norm, token.final_norm)
        assert token.head is not None
        _place(self.head, _floats(token.head))
        assert patch.table is not None
        self.table_norm = Norm(geometry.hidden, patch.table_epsilon)
        self.patch_embedding = nn.Embedding.from_pretrained(self._wider(patch.table))
        self.token_table = self._wider(bundle.embedding).numpy()
        self.slot_offsets = torch.arange(geometry.patch_size) * geometry.vocab

    def embed_patches(self, patches: Tensor) -> Tensor:
        """Patches (B, L, T) of ids to (B, L, H): one row per slot and id, summed and normed."""
        summed = self.patch_embedding(patches + self.slot_offsets).sum(dim=2)
        return self.table_norm.divided(summed)

    def _wider(self, table: Floats) -> Tensor:
        missing = self.geometry.hidden - table.shape[1]
        return F.pad(torch.from_numpy(table * np.float32(self.factor)), (0, missing))

    def _fill_decoder(self, decoder: PlainDecoder, known: Decoder) -> None:
        n_hidden, n_wide = (len(m.weight) for m in (known.layers[0].out, known.layers[0].down))
        for index, block in enumerate(decoder.blocks):
            assert isinstance(block, PlainBlock)
            if index < len(known.layers):
                self._fill_block(block, known.layers[index])
            else:
                for linear in (block.q, block.k, block.v, block.o, block.gate, block.up):
                    _place(linear, np.zeros((n_hidden, 0), np.float32))
                _place(block.down, np.zeros((n_wide, 0), np.float32))

    def _fill_block(self, block: PlainBlock, layer: Layer) -> None:
        self._fill_norm(block.input_norm, layer.attention_norm)
        self._fill_norm(block.mlp_norm, layer.mlp_norm)
        if isinstance(block, NormedHeadsBlock):
            _fill_gain(block.query_norm, layer.query_norm)
            _fill_gain(block.key_norm, layer.key_norm)
        heads = np.split(np.hstack([_floats(part) for part in layer.qkv]), 3, axis=1)
        halves = np.split(np.hstack([_floats(part) for part in layer.gate_up]), 2, axis=1)
        linears = (block.q, block.k, block.v, block.gate, block.up)
        for linear, part in zip(linears, (*heads, *halves), strict=True):
            _place(linear, part)
        _place(block.o, _floats(layer.out) * np.float32(self.factor))
        _place(block.down, _floats(layer.down) * np.float32(self.factor))

    def _fill_norm(self, norm: Norm, known: KnownNorm, times: float = 1.0) -> None:
        """Such that a stream `factor` times as large comes out as it did, or `times` that."""
        _fill_gain(norm, known, times / self.factor)


def _fill_gain(norm: Norm, known: KnownNorm, times: float = 1.0) -> None:
    norm.epsilon = known.epsilon
    with torch.no_grad():
        norm.weight[: len(known.gain) or None] = torch.tensor(known.gain if known.gain.size else 1)
        norm.weight *= times


def _floats(linear: Linear) -> Floats:
    return linear.weight * linear.scale


def _place(linear: nn.Linear, small: Floats) -> None:
    """Put a matrix (n_in, n_out) into the corner of a larger one.

    Of the large one's other numbers, those that the same inputs meet are zero, and none is larger
    than the largest of its column: every column keeps its scale when it is quantised.
    """
    n_in, n_out = small.shape
    with torch.no_grad():
        linear.weight[:, :n_in] = 0
        linear.weight[:n_out, :n_in] = torch.from_numpy(small.T)
        largest = torch.from_numpy(np.abs(small).max(axis=0, initial=0))[:, None]
        linear.weight[:n_out, n_in:] = linear.weight[:n_out, n_in:].clamp(-largest, largest)
