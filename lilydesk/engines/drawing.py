"""Drawing one of the tokens that may come: compiled where the decoders are, else with numpy."""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from lilydesk.engines.bundle import CHOOSE_ANOTHER
from lilydesk.engines.sampling import FloatArray, Sampling, token_at
from lilydesk.engines.vocabulary import Mask
from lilydesk.errors import BundleError

_COMPILED = "lilydesk.engines.native.drawing"  # imported by native.opening, if it can be


def draw_allowed(logits: FloatArray, allowed: Mask, sampling: Sampling, chance: float) -> int:
    """Draw one of the allowed tokens as token_at does; both of shape (vocab,), left untouched.

    Raises BundleError if a logit is no finite number, ValueError if no token is allowed.
    """
    compiled = sys.modules.get(_COMPILED)
    if compiled is None or logits.dtype != np.float32:
        check_logits(logits)
        return token_at(np.where(allowed, logits, -np.inf), sampling, chance)
    token: int = compiled.draw(
        logits, allowed, sampling.temperature, sampling.top_k, sampling.top_p, chance
    )
    if token == compiled.NO_NUMBER:
        check_logits(logits)
    if token == compiled.NONE_ALLOWED:
        raise ValueError("no token is allowed")
    return token


def check_logits(logits: FloatArray | NDArray[np.float32]) -> None:
    """Raise BundleError if the model's answer is no number."""
    if not np.isfinite(logits).all():
        raise BundleError(
            "The model answers with something that is no number; its files are damaged.",
            f"Get the bundle again. {CHOOSE_ANOTHER}",
        )
