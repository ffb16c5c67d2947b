"""The token-level decoder at work: a hidden state becomes the tokens of one patch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.asking import Ask, Asking
from lilydesk.engines.bundle import Bundle
from lilydesk.engines.guide import MeasureGuide
from lilydesk.engines.patches import Patch
from lilydesk.engines.rejection import draw_accepted
from lilydesk.engines.sampling import Sampling
from lilydesk.engines.session import Graph
from lilydesk.engines.tokenizer import EOS, PAD


class TokenWriter:
    """Draws patches; the guide says what may come, the model what shall."""

    def __init__(self, bundle: Bundle) -> None:
        """Use the bundle's embedding table."""
        self._embedding = bundle.embedding
        self._patch_size = bundle.geometry.patch_size

    def write(
        self,
        graph: Graph,
        hidden: NDArray[np.float32],
        begun: Sequence[int],
        guide: MeasureGuide,
        sampling: Sampling,
        rng: np.random.Generator,
    ) -> Asking[Patch]:
        """One patch that begins with the tokens `begun`, closed where the guide's segment closes.

        `hidden` has shape (1, 1, hidden); `graph` is the token decoder. Tokens that are settled
        cost no run of it: they wait and go in together with the next one that is drawn.
        """
        graph.reset()
        tokens = list(begun)
        n_fed = -1  # tokens in the cache; -1: the hidden state, which stands for bos, is not
        while len(tokens) < self._patch_size and not guide.is_segment_closed:
            token = guide.only_token
            if token is None:
                allowed = guide.allowed()
                if np.count_nonzero(allowed) == 1:
                    token = int(allowed.argmax())
                else:
                    rows = self._rows(hidden, tokens, n_fed)
                    logits = (yield Ask(graph, rows, is_patch_level=False))[0, -1]  # (vocab,)
                    n_fed = len(tokens)
                    token = draw_accepted(logits, allowed, guide, sampling, rng)
            tokens.append(token)
            guide.accept(token)
        return self._closed(tokens)

    def _rows(
        self, hidden: NDArray[np.float32], tokens: Sequence[int], n_fed: int
    ) -> NDArray[np.float32]:
        """What is not in the cache yet, shape (1, L, hidden)."""
        if n_fed == len(tokens) - 1:  # most steps; no array is copied
            if not tokens:
                return hidden
            return self._embedding[tokens[-1] : tokens[-1] + 1][None]
        rows = self._embedding[tokens[max(0, n_fed) :]][None]
        return rows if n_fed >= 0 else np.concatenate([hidden, rows], axis=1)

    def _closed(self, tokens: list[int]) -> Patch:
        missing = self._patch_size - len(tokens)
        return tuple(tokens + [EOS] * (missing > 0) + [PAD] * (missing - 1))
