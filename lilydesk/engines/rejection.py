"""Drawing by rejection: draw, test, mask, draw again from what is left.

So the distribution is the model's own, restricted to what may come.
"""

from __future__ import annotations

import numpy as np

from lilydesk.engines.guide import MeasureGuide
from lilydesk.engines.sampling import FloatArray, Sampling, draw_token
from lilydesk.engines.vocabulary import Mask

_N_TRIES = 3  # then each token is tested: dearer than a few draws, cheaper than many


def draw_accepted(
    logits: FloatArray,
    allowed: Mask,
    guide: MeasureGuide,
    sampling: Sampling,
    rng: np.random.Generator,
) -> int:
    """Draw one of the allowed tokens that the guide accepts; if there is none, the way out.

    `logits` has shape (vocab,) and stays untouched, and so does `allowed`.
    """
    left = np.where(allowed, logits, -np.inf)
    for _ in range(_N_TRIES):
        token = draw_token(left, sampling, rng)
        if guide.accepts(token):
            return token
        left[token] = -np.inf
        if not np.isfinite(left).any():
            break
    accepted = guide.accepted_of(np.isfinite(left))
    if not accepted.any():
        accepted = guide.way_out()
        left = logits
    return draw_token(np.where(accepted, left, -np.inf), sampling, rng)
