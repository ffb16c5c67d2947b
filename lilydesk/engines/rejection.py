r"""Drawing by rejection: draw, test, and if it is refused draw again from all that may come.

So the distribution is the model's own, restricted to what may come. One thing is put in the place
of another: a separator that the piece has no use for, as `\\` in a melody, still says that the
voice ends, so its share goes to the separators that may come, not to clefs and barlines.
"""

from __future__ import annotations

import numpy as np

from lilydesk.engines.drawing import draw_allowed
from lilydesk.engines.guide import MeasureGuide
from lilydesk.engines.sampling import FloatArray, Sampling


def accepted_or_drawn(
    drafted: int,
    logits: FloatArray,
    guide: MeasureGuide,
    sampling: Sampling,
    rng: np.random.Generator,
) -> int:
    """The drafted token if the guide takes it, else another one; if there is none, the way out.

    `logits` has shape (vocab,) and stays untouched. Raises BundleError if a logit is no number.
    """
    if guide.takes(drafted):
        return drafted
    allowed = guide.sorted_allowed()
    if len(allowed.tokens) == 1:
        return allowed.tokens[0]
    refused = allowed.refused
    if drafted not in refused:
        accepted = guide.mask_or_way_out([*guide.accepted_of(allowed), *refused])
        drafted = draw_allowed(logits, accepted, sampling, rng.random())
    if drafted not in refused:
        return drafted
    return draw_allowed(logits, guide.mask_or_way_out(allowed.ends), sampling, rng.random())
