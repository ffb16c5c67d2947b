"""Limits on the notes of a voice: ranges, the key, and how many sound together."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from lilydesk.engines.constraints import Range
from lilydesk.engines.voice_pitch import ANYWHERE, PitchRule

FOREVER = Fraction(10**6)
_FIFTHS = {step: fifths for fifths, step in enumerate("fcgdaeb", -1)}
_SHARPS = "fcgdaeb"


class Sounding(NamedTuple):
    """Notes of a chord, and when they sound, in 128ths from the measure's start."""

    staff: int
    start: Fraction
    end: Fraction
    n_notes: int


class Limits(NamedTuple):
    """What holds for the notes of a voice."""

    ranges: tuple[Range | None, ...] = ()  # of the staves of its part
    key_only: bool = False
    most: int = 0  # notes that may sound together on a staff; 0 = any number
    others: tuple[Sounding, ...] = ()  # what the other voices of the part play

    def rule(self, staff: int, fifths: int | None) -> PitchRule:
        """The pitches that may stand on a staff in a key."""
        limits = self.ranges[staff - 1] if staff <= len(self.ranges) else None
        alters = alters_in(fifths) if self.key_only and fifths is not None else None
        if limits is None and alters is None:
            return ANYWHERE
        lowest, highest = limits or (None, None)
        return PitchRule(lowest, highest, alters)

    def clear(self, staff: int, start: Fraction, n_notes: int) -> Fraction:
        """How long from `start` this many notes may sound, given what the other voices play."""
        if n_notes > self.most:
            return Fraction(0)
        others = [other for other in self.others if other.staff == staff and other.end > start]
        for place in sorted({start, *(other.start for other in others if other.start > start)}):
            sounding = sum(o.n_notes for o in others if o.start <= place < o.end)
            if sounding + n_notes > self.most:
                return place - start
        return FOREVER


FREE = Limits()


def fifths_of(key: str) -> int:
    r"""Place of a key such as `g \\minor` in the circle of fifths; C major is 0."""
    tonic, mode = key.split()
    alter = tonic[1:].count("s") - tonic[1:].count("f")
    return _FIFTHS[tonic[0]] + 7 * alter - 3 * (mode == "\\minor")


@lru_cache(maxsize=64)
def alters_in(fifths: int) -> tuple[int, ...]:
    """Semitones that a key signature adds to the steps c to b."""
    return tuple(
        (_SHARPS.index(step) < fifths) - (6 - _SHARPS.index(step) < -fifths) for step in "cdefgab"
    )
