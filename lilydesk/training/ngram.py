"""The yardstick: an interpolated n-gram over the tokens of the patches, pads left out.

Witten–Bell: the more different tokens followed a context, the more its shorter context is asked.

    P(w | h) = (n(h w) + t(h) P(w | h')) / (n(h) + t(h)),   t(h) = distinct tokens after h

h' is h without its first token; the empty context falls back on equal shares. Run it:

    python -m lilydesk.training.ngram --corpus TEXTS --valid TEXTS [--every 4] [--order 8]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.tokenizer import PAD
from lilydesk.errors import LilyDeskError
from lilydesk.training.data import read_corpus
from lilydesk.training.pieces import PackedPiece

Keys = NDArray[np.uint64]  # the last tokens of a stream, 8 bits each, the newest lowest
MAX_ORDER = 8  # so that a key fits 64 bits
_BITS = np.uint64(8)


@dataclass(frozen=True, slots=True)
class _Level:
    """Counts of all n-grams of one length, and of their contexts; both sorted by key."""

    grams: Keys
    counts: NDArray[np.int64]
    contexts: Keys
    totals: NDArray[np.int64]  # n(h)
    kinds: NDArray[np.int64]  # t(h)


class NGram:
    """Counts of a training stream."""

    def __init__(self, stream: NDArray[np.uint8], order: int, vocab: int = 256) -> None:
        """Count a stream (see `token_stream`). Raises LilyDeskError for an order out of range."""
        if not 1 <= order <= MAX_ORDER:
            raise LilyDeskError(f"The order must lie between 1 and {MAX_ORDER}, not {order}.", "")
        self._vocab = vocab
        is_counted = stream != PAD
        self._levels = [_count(_keys(stream, n)[is_counted]) for n in range(1, order + 1)]

    def bits(self, stream: NDArray[np.uint8], is_counted: NDArray[np.bool_]) -> float:
        """Bits of the tokens of another stream for which `is_counted` holds."""
        n_tokens = int(is_counted.sum())
        chances = np.full(n_tokens, 1.0 / self._vocab)
        for n, level in enumerate(self._levels, start=1):
            keys = _keys(stream, n)[is_counted]
            seen = _look_up(level.grams, level.counts, keys)
            totals = _look_up(level.contexts, level.totals, keys >> _BITS)
            kinds = _look_up(level.contexts, level.kinds, keys >> _BITS)
            mass = np.maximum(totals + kinds, 1)
            chances = np.where(totals > 0, (seen + kinds * chances) / mass, chances)
        return float(-np.log2(chances).sum())


def _keys(stream: NDArray[np.uint8], n: int) -> Keys:
    """For each place of a stream the n tokens that end there; pads stand before its beginning."""
    keys = np.zeros(len(stream), dtype=np.uint64)
    for back in range(n):
        shifted = stream[: len(stream) - back].astype(np.uint64)
        keys[back:] |= shifted << np.uint64(8 * back)
    return keys


def _count(keys: Keys) -> _Level:
    grams, counts = np.unique(keys, return_counts=True)
    contexts, starts = np.unique(grams >> _BITS, return_index=True)
    totals = np.add.reduceat(counts, starts)
    kinds = np.diff(np.append(starts, len(grams)))
    return _Level(grams, counts, contexts, totals, kinds)


def _look_up(table: Keys, values: NDArray[np.int64], keys: Keys) -> NDArray[np.int64]:
    places = np.minimum(np.searchsorted(table, keys), len(table) - 1)
    return np.where(table[places] == keys, values[places], 0)


def token_stream(
    pieces: Sequence[PackedPiece],
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """All tokens of the pieces without pads, and which count in a score.

    Pads stand only between pieces, so that no context reaches into another one. As in the scores of
    bundles, the first patch of a piece has nothing before it and does not count.
    """
    bos = np.array([[1] * 15 + [2]], dtype=np.uint8)
    gap = np.zeros(MAX_ORDER, dtype=np.uint8)
    tokens, counted = [], []
    for piece in pieces:
        patches = np.concatenate([*piece.style, bos, piece.headers, piece.body])
        is_token = patches != PAD
        counts = np.broadcast_to(np.arange(len(patches))[:, None] > 0, patches.shape)
        tokens += [gap, patches[is_token]]
        counted += [gap.astype(bool), counts[is_token]]
    return np.concatenate(tokens), np.concatenate(counted)


def bits_per_token(
    training: Sequence[PackedPiece], valid: Sequence[PackedPiece], order: int
) -> float:
    """How well an n-gram of the training pieces foretells the valid ones."""
    model = NGram(token_stream(training)[0], order)
    stream, is_counted = token_stream(valid)
    return model.bits(stream, is_counted) / int(is_counted.sum())


def main(words: Sequence[str] | None = None) -> int:
    """Print the figure as JSON."""
    parser = argparse.ArgumentParser(description="Bits per token of an n-gram.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--valid", type=Path, required=True)
    parser.add_argument("--every", type=int, default=4, help="train on each n-th piece")
    parser.add_argument("--order", type=int, default=MAX_ORDER)
    arguments = parser.parse_args(words)
    training = read_corpus(arguments.corpus)[:: arguments.every]
    figure = bits_per_token(training, read_corpus(arguments.valid), arguments.order)
    print(json.dumps({"order": arguments.order, "pieces": len(training), "bits_per_token": figure}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
