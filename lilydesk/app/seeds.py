"""Seeds: the number that a piece can be written again from."""

from __future__ import annotations

import random

LARGEST_SEED = 2**31 - 1  # that the window can show, and that is drawn


def draw_seed() -> int:
    """A seed that nobody chose."""
    return random.SystemRandom().randint(1, LARGEST_SEED)
