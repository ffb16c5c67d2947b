"""What may have been meant: the nearest known name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_MAX_LENGTH = 40
_MAX_DIFFERENCE = 3


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, if any is like it; letter case counts little."""
    if len(name) > _MAX_LENGTH:
        return None
    by_lower = {
        candidate.lower(): candidate
        for candidate in known
        if abs(len(candidate) - len(name)) <= _MAX_DIFFERENCE
    }
    if name.lower() in by_lower:
        return by_lower[name.lower()]
    found = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.7)
    return by_lower[found[0]] if found else None
