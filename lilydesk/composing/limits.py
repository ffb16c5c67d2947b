"""Limits on notes in a composer's words: `G3-C6` for all staves, `1:G3-C6, 2:C2-E4` for some."""

from __future__ import annotations

import re

from lilydesk.engines import Constraints
from lilydesk.errors import LilyDeskError

MOST_STAVES = 32
_NOTE = re.compile(r"([A-Ga-g])([#♯b♭]?)(-?\d)")
_RANGE = re.compile(r"(?:(\d{1,2})\s*:\s*)?([A-Ga-g][#♯b♭]?-?\d)\s*[-–]\s*([A-Ga-g][#♯b♭]?-?\d)")
_SEMITONES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}


def read_limits(ranges: str, key_only: bool, max_notes: int) -> Constraints:
    """What may come; empty words and 0 notes are no limits. Raises LilyDeskError."""
    return Constraints(_read_ranges(ranges), key_only, max_notes or None)


def limits_in_words(constraints: Constraints) -> str:
    """`only notes of the key, at most 4 notes at once`; empty without limits."""
    words = ["only notes of the key"] * constraints.key_only
    if constraints.max_polyphony is not None:
        words.append(f"at most {constraints.max_polyphony} notes at once")
    words += ["within a range of notes"] * any(constraints.ranges)
    return ", ".join(words)


def _read_ranges(words: str) -> tuple[tuple[int, int] | None, ...]:
    found: list[tuple[int, int] | None] = [None] * MOST_STAVES
    for part in filter(None, (one.strip() for one in words.split(","))):
        match = _RANGE.fullmatch(part)
        if match is None or (match[1] and not 1 <= int(match[1]) <= MOST_STAVES):
            raise LilyDeskError(
                f"“{part}” is no range of notes.",
                "Write it like G3-C6, or 2:C2-E4 for the second staff; middle C is C4.",
            )
        limits = _midi(match[2]), _midi(match[3])
        if match[1]:
            found[int(match[1]) - 1] = limits
        else:
            found = [limits] * MOST_STAVES
    while found and found[-1] is None:
        found.pop()
    return tuple(found)


def _midi(name: str) -> int:
    match = _NOTE.fullmatch(name)
    assert match is not None
    sign = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[match[2]]
    return 12 * (int(match[3]) + 1) + _SEMITONES[match[1].lower()] + sign
