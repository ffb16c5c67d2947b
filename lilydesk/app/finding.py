"""Finding words in the text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from lilydesk.notation.span import Span


def find_all(text: str, words: str) -> tuple[Span, ...]:
    """Where the words stand, in order; capitals count only if there are some in the words."""
    if not words:
        return ()
    flags = re.NOFLAG if words != words.lower() else re.IGNORECASE
    return tuple(Span(*found.span()) for found in re.finditer(re.escape(words), text, flags))


def next_place(found: Sequence[Span], here: Span, *, forwards: bool = True) -> int:
    """Index of the first place behind `here`, or in front of it; from the other end if none is."""
    starts = [span.start for span in found]
    if forwards:
        return bisect_right(starts, here.start) % len(found)
    return (bisect_left(starts, here.start) - 1) % len(found)
