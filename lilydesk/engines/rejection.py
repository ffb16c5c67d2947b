"""Drawing by rejection: draw, test, mask, draw again from what is left.

So the distribution is the model's own, restricted to what may come.
"""

from __future__ import annotations

import numpy as np

from lilydesk.engines.drawing import draw_allowed
from lilydesk.engines.guide import MeasureGuide
from lilydesk.engines.sampling import FloatArray, Sampling
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

    `logits` has shape (vocab,) and stays untouched, and so does `allowed`. Raises BundleError if
    a logit is no number.
    """
    left = allowed
    for _ in range(_N_TRIES):
        token = draw_allowed(logits, left, sampling, rng)
        if guide.accepts(token):
            return token
        if left is allowed:
            left = allowed.copy()
        left[token] = False
        if not left.any():
            break
    accepted = guide.accepted_of(left)
    if not accepted.any():
        accepted = guide.way_out()
    return draw_allowed(logits, accepted, sampling, rng)
