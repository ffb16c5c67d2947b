"""Drawing one token from logits: temperature, top-k, top-p, one random number.

Source of the order of steps: the reference runtime of the LilyNota bundle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lilydesk.errors import LilyDeskError

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How freely tokens are drawn. Raises LilyDeskError for values out of range."""

    temperature: float = 1.0  # below 1 plainer, above 1 more adventurous
    top_p: float = 0.9  # share of the probability that may be drawn from; 1 = all of it
    top_k: int = 0  # number of tokens that may be drawn; 0 = all of them, 1 = always the likeliest

    def __post_init__(self) -> None:
        if not (math.isfinite(self.temperature) and 0 < self.temperature <= 10):
            raise LilyDeskError(
                f"The temperature must be above 0 and at most 10, not {self.temperature:g}.",
                "1 is the model's own taste.",
            )
        if not 0 < self.top_p <= 1:
            raise LilyDeskError(
                f"Top-p must be above 0 and at most 1, not {self.top_p:g}.", "0.9 is a good start."
            )
        if self.top_k < 0:
            raise LilyDeskError(
                f"Top-k must be 0 or more, not {self.top_k}.", "0 leaves them all to choose from."
            )


GREEDY = Sampling(top_k=1)
"""Always the likeliest token: no chance left."""


def draw_token(logits: FloatArray, sampling: Sampling, rng: np.random.Generator) -> int:
    """Draw one token id from logits of shape (vocab,), with one random number (see token_at)."""
    return token_at(logits, sampling, rng.random())


def token_at(logits: FloatArray, sampling: Sampling, chance: float) -> int:
    """The token id that a random number, at least 0 and below 1, draws from logits (vocab,).

    In float64: temperature, then top-k (0 = off), then top-p, which keeps the token that crosses
    the threshold, so at least one survives. Sampling has checked its own ranges (temperature > 0).
    Raises ValueError if every logit is -inf.
    """
    ids = np.flatnonzero(logits > -np.inf)  # (n,) those that may be drawn
    if not len(ids):
        raise ValueError("no token allowed: every logit is -inf")
    scaled = logits[ids].astype(np.float64) / sampling.temperature
    order = np.argsort(-scaled, kind="stable")  # best first
    if sampling.top_k:
        order = order[: sampling.top_k]
    probs = scaled[order]
    np.exp(probs - probs[0], out=probs)
    probs /= probs.sum()
    before = np.cumsum(probs) - probs  # the mass before each token
    kept = np.cumsum(probs[: int(np.searchsorted(before, sampling.top_p))])
    place = int(np.searchsorted(kept / kept[-1], chance, side="right"))
    return int(ids[order[place]])
