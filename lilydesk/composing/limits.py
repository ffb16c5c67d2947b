"""Limits on notes in a composer's words: `G3-C6` for all staves, `1:G3-C6, 2:Cello` for some."""

from __future__ import annotations

import re

from lilydesk.engines import Constraints
from lilydesk.engines.constraints import HIGHEST_MIDI, LOWEST_MIDI, Range
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet.instrument_ranges import range_of_instrument
from lilydesk.notation import Pitch

MOST_STAVES = 32
Ranges = tuple[Range | None, ...]
_NOTE = re.compile(r"([A-Ga-g])([#♯b♭]?)(-?\d)")
_RANGE = re.compile(r"([A-Ga-g][#♯b♭]?-?\d)\s*[-–]\s*([A-Ga-g][#♯b♭]?-?\d)")
_OF_STAFF = re.compile(r"(?:(\d{1,2})\s*:)?\s*(.*)")


def read_limits(ranges: str, key_only: bool, max_notes: int) -> Constraints:
    """What may come; empty words and 0 notes are no limits. Raises LilyDeskError."""
    return Constraints(read_ranges(ranges), key_only, max_notes or None)


def limits_in_words(constraints: Constraints) -> str:
    """`only notes of the key, at most 4 notes at once`; empty without limits."""
    words = ["only notes of the key"] * constraints.key_only
    if constraints.max_polyphony is not None:
        number = constraints.max_polyphony
        words.append(f"at most {number} {'note' if number == 1 else 'notes'} at once")
    words += ["within a range of notes"] * any(constraints.ranges)
    return ", ".join(words)


def read_ranges(words: str) -> Ranges:
    """The limits of each staff; later ones take the place of those before. Raises LilyDeskError."""
    found: list[Range | None] = [None] * MOST_STAVES
    for part in filter(None, (one.strip() for one in words.split(","))):
        match = _OF_STAFF.fullmatch(part)
        limits = _read_range(match[2]) if match else None
        if limits is None or match is None or (match[1] and not 1 <= int(match[1]) <= MOST_STAVES):
            raise LilyDeskError(
                f"“{part}” is no range of notes.",
                "Write it like G3-C6, or 2:C2-E4 or 2:Cello for the second staff; middle C is C4.",
            )
        if not LOWEST_MIDI <= limits[0] <= limits[1] <= HIGHEST_MIDI:
            raise LilyDeskError(
                f"“{part}” is no range of notes.",
                "Write the lowest note first; the piano reaches from A0 to C8.",
            )
        if match[1]:
            found[int(match[1]) - 1] = limits
        else:
            found = [limits] * MOST_STAVES
    while found and found[-1] is None:
        found.pop()
    return tuple(found)


def _read_range(words: str) -> Range | None:
    """The MIDI numbers of `G3-C6`, or of what an instrument such as `Flute` plays; None if neither.

    Raises LilyDeskError for notes that cannot be.
    """
    match = _RANGE.fullmatch(words.strip())
    ends = match.groups() if match else range_of_instrument(words)
    return (midi_of(ends[0]), midi_of(ends[1])) if ends else None


def midi_of(name: str) -> int:
    """MIDI number of a note such as `G3`, `Bb2` or `F♯5`; middle C is C4. Raises LilyDeskError."""
    match = _NOTE.fullmatch(name)
    if match is None:
        raise LilyDeskError(f"“{name}” is no note.", "Write it like G3, Bb2 or F#5.")
    sign = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}[match[2]]
    return Pitch(match[1].lower(), sign, int(match[3])).midi
