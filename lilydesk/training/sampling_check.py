"""Is it music yet? Samples drawn from the model in training, through its torch modules.

The engine's own sampler does the drawing; only its two graphs are replaced, so that nothing has to
be exported while a run goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from lilydesk.engines import Sampling
from lilydesk.engines import bundle as bundles
from lilydesk.engines.free_sampling import FreeSampler
from lilydesk.engines.patches import without_markers
from lilydesk.engines.session import Graphs
from lilydesk.engines.tokenizer import Tokenizer
from lilydesk.lilylet import parse_document
from lilydesk.training.export import PatchGraph, TokenGraph
from lilydesk.training.model import HierarchicalModel, normed
from lilydesk.training.pieces import PackedPiece


class TorchGraph:
    """A decoder with its KV cache, in the manner of the engines' graphs."""

    def __init__(self, graph: nn.Module, level: bundles.LevelGeometry, device: str) -> None:
        """Take a graph of training.export."""
        self._graph, self._level, self._device = graph, level, device
        self.reset()

    def reset(self) -> None:
        """Forget everything that was fed."""
        shape = (1, self._level.n_kv_heads, 0, self._level.head_dim)
        empty = torch.zeros(shape, device=self._device)
        self._past = (empty,) * (2 * self._level.n_layers)

    @property
    def length(self) -> int:
        """Rows in the cache."""
        return int(self._past[0].shape[2])

    def truncate(self, length: int) -> None:
        """Forget all rows behind the first `length`."""
        self._past = tuple(past[:, :, :length] for past in self._past)

    def fork(self, length: int) -> TorchGraph:
        """Another decoder on the same weights that remembers the first `length` rows."""
        forked = copy(self)
        forked.truncate(length)
        return forked

    @torch.no_grad()
    def run(self, rows: NDArray[Any]) -> NDArray[np.float32]:
        """Feed rows of shape (1, L, ...); the output's rows."""
        output, *past = self._graph(torch.from_numpy(rows).to(self._device), self._past)
        self._past = tuple(past)
        answer: NDArray[np.float32] = output.float().cpu().numpy()
        return answer


def torch_sampler(model: HierarchicalModel) -> FreeSampler:
    """A sampler for a model as it stands."""
    sizes = model.geometry
    levels = [
        bundles.LevelGeometry(n_layers, sizes.n_heads, sizes.head_dim)
        for n_layers in (sizes.n_patch_layers, sizes.n_token_layers)
    ]
    geometry = bundles.Geometry(
        sizes.patch_size, sizes.hidden, sizes.vocab, levels[0], levels[1], sizes.context
    )
    embedding = normed(model.token_embedding.weight).detach().float().cpu().numpy()
    nowhere = Path()
    bundle = bundles.Bundle(
        "in training", nowhere, nowhere, geometry, embedding, Tokenizer.standard(), ()
    )
    device = str(model.token_embedding.weight.device)
    patch = TorchGraph(PatchGraph(model), levels[0], device)
    token = TorchGraph(TokenGraph(model), levels[1], device)
    return FreeSampler(bundle, Graphs(patch, token))


def sample_soundness(
    model: HierarchicalModel, pieces: Sequence[PackedPiece], n_samples: int, n_measures: int = 8
) -> dict[str, float]:
    """Shares of samples that parse and of voices that fill their measure exactly.

    Samples are drawn in the styles of the first pieces, always with the same seeds.
    """
    sampler, n_parsing = torch_sampler(model), 0
    fits: list[bool] = []
    for seed, piece in enumerate(pieces[:n_samples]):
        sample = sampler.write(_style_lines(piece), n_measures, Sampling(), seed)
        parsed = parse_document(without_markers(sample.text))
        n_parsing += not parsed.errors
        fits += [
            voice.length == measure.expected
            for measure in parsed.document.measures
            for voice in measure.voices
        ]
    return {
        "samples_parse": n_parsing / max(1, min(n_samples, len(pieces))),
        "samples_full_voices": sum(fits) / max(1, len(fits)),
    }


def _style_lines(piece: PackedPiece) -> list[str]:
    decode = Tokenizer.standard().decode
    return [decode(line.reshape(-1).tolist()).rstrip("\n") for line in piece.style]
