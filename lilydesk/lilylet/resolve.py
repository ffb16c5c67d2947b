"""Relative octaves and written durations: text to values, remembered.

Both functions are pure; their caches are bounded.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from lilydesk.notation.duration import Duration
from lilydesk.notation.pitch import STEPS, Pitch

# Lengths are summed as integers: a 1024th with four dots, and tuplets of 3, 5, 6, 7 and 9 are whole
# numbers of these; other tuplets go on as Fractions.
UNITS_PER_QUARTER = 2**12 * 3**2 * 5 * 7
MIDDLE_C_DIATONIC = 28
LOWEST_DIATONIC, HIGHEST_DIATONIC = -7, 67  # MIDI 0 is C of octave -1, MIDI 127 G of octave 9
ALTERS = {"": 0, "s": 1, "f": -1, "ss": 2, "ff": -2}
ACCIDENTALS = {alter: word for word, alter in ALTERS.items()}
_MAX_DIVISION = 1024
_MAX_DOTS = 4
_MAX_OCTAVE = 30  # where a chain of octave marks ends; far beyond what sounds
_MAX_OCTAVE_MARKS = 2 * _MAX_OCTAVE

Units = int | Fraction


class ResolvedPitch(NamedTuple):
    """A pitch and its place on the staff, which the next note relates to."""

    pitch: Pitch
    diatonic: int


class ResolvedDuration(NamedTuple):
    """A written duration and its length in units (UNITS_PER_QUARTER)."""

    duration: Duration
    units: int


@lru_cache(maxsize=8192)
def resolve_pitch(text: str, base: int) -> ResolvedPitch:
    """The pitch written as `text` (step, accidental, octave marks) after a note at `base`.

    `base` is Pitch.diatonic of the note before. The nearest octave counts, then the marks; octaves
    end at 30 above and below.
    """
    name = text.rstrip("',")
    marks = text[len(name) : len(name) + _MAX_OCTAVE_MARKS]
    step = STEPS.index(name[0])
    distance = (step - base) % 7
    nearest = base + distance - (7 if distance > 3 else 0)
    diatonic = nearest + 7 * (marks.count("'") - marks.count(","))
    octave = max(-_MAX_OCTAVE, min(diatonic // 7, _MAX_OCTAVE))
    pitch = Pitch(name[0], ALTERS[name[1:]], octave)
    return ResolvedPitch(pitch, 7 * octave + step)


@lru_cache(maxsize=1024)
def resolve_duration(text: str) -> ResolvedDuration | None:
    """The duration written as digits and dots; None if no such note value exists."""
    digits = text.rstrip(".")
    dots = len(text) - len(digits)
    if len(digits) > 4 or dots > _MAX_DOTS:
        return None
    division = int(digits)
    if not 1 <= division <= _MAX_DIVISION or division & (division - 1):
        return None
    duration = Duration(division, dots)
    return ResolvedDuration(duration, int(duration.length * UNITS_PER_QUARTER))


@lru_cache(maxsize=4096)
def quarters(units: Units) -> Fraction:
    """Units as quarter notes."""
    return Fraction(units) / UNITS_PER_QUARTER


def octave_marks(pitch: Pitch, base: int) -> str:
    """The octave marks that make `pitch`, written after a note at `base`, sound as it is."""
    distance = pitch.diatonic - base
    octaves = (distance + 3) // 7
    return "'" * octaves if octaves >= 0 else "," * -octaves
