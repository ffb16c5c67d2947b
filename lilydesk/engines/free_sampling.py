"""What a model writes when nobody holds its hand: for measuring models, never for composers.

No guide says which token may come. Only the number of measures is told, as the reference runtime
does it: by the first stream marker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.bundle import Bundle, read_bundle
from lilydesk.engines.drawing import draw_allowed
from lilydesk.engines.patches import Patch, PatchLayout, marker
from lilydesk.engines.sampling import Sampling
from lilydesk.engines.session import Graphs, open_graphs
from lilydesk.engines.tokenizer import BOS, EOS, PAD


@dataclass(frozen=True, slots=True)
class FreeSample:
    """A piece as it came, its stream markers included."""

    text: str
    n_patches: int
    is_ended: bool  # by the model itself, not by the limit of patches


class FreeSampler:
    """Draws pieces without constraints. Not for two threads at once."""

    def __init__(self, bundle: Bundle, graphs: Graphs) -> None:
        """Take a bundle and its graphs."""
        self._bundle = bundle
        self._graphs = graphs
        self._all = np.ones(bundle.geometry.vocab, dtype=np.bool_)
        self._layout = PatchLayout(bundle.tokenizer, bundle.geometry.patch_size)

    @classmethod
    def open(cls, path: Path) -> FreeSampler:
        """The sampler for a bundle's folder or .zip. Raises BundleError."""
        bundle = read_bundle(path)
        return cls(bundle, open_graphs(bundle))

    def write(
        self, style_lines: Sequence[str], n_measures: int, sampling: Sampling, seed: int
    ) -> FreeSample:
        """A new piece; it ends with the model's own eos patch, or where its context is full.

        Raises BundleError where the model fails.
        """
        rng = np.random.default_rng(seed)
        prompt = self._layout.prompt(style_lines)
        first_marker = self._encode(marker(0, n_measures - 1))
        opening, is_begun = self._encode("[r:"), False
        self._graphs.patch.reset()
        hidden = self._state(prompt)
        patches: list[Patch] = []
        while len(prompt) + len(patches) < self._bundle.geometry.context:
            patch = self._draw_patch(hidden, (), sampling, rng)
            if not is_begun and patch[: len(opening)] == opening:
                is_begun = True
                patch = self._draw_patch(hidden, first_marker, sampling, rng)
            if patch[:2] == (BOS, EOS):
                return self._sample(patches, is_ended=True)
            patches.append(patch)
            hidden = self._state([patch])
        return self._sample(patches, is_ended=False)

    def _sample(self, patches: Sequence[Patch], is_ended: bool) -> FreeSample:
        text = self._bundle.tokenizer.decode(token for patch in patches for token in patch)
        return FreeSample(text, len(patches), is_ended)

    def _encode(self, text: str) -> Patch:
        return tuple(self._bundle.tokenizer.encode(text))

    def _state(self, patches: Sequence[Patch]) -> NDArray[np.float32]:
        return self._graphs.patch.run(np.array(patches, dtype=np.int64)[None])[:, -1:]

    def _draw_patch(
        self,
        hidden: NDArray[np.float32],
        begun: Patch,
        sampling: Sampling,
        rng: np.random.Generator,
    ) -> Patch:
        """One patch that begins with `begun`; what follows the first eos is pad."""
        size = self._bundle.geometry.patch_size
        graph, tokens = self._graphs.token, list(begun[:size])
        graph.reset()
        rows = np.concatenate([hidden, self._bundle.embedding[tokens][None]], axis=1)
        while len(tokens) < size and tokens[-1:] != [EOS]:
            logits = graph.run(rows)[0, -1]
            tokens.append(draw_allowed(logits, self._all, sampling, rng.random()))
            rows = self._bundle.embedding[tokens[-1:]][None]
        return tuple(tokens + [PAD] * (size - len(tokens)))
