"""Pitch: a step, an alteration and an octave, as written; and its sound as a MIDI number."""

from __future__ import annotations

from dataclasses import dataclass

STEPS = "cdefgab"
SEMITONES = (0, 2, 4, 5, 7, 9, 11)  # of the steps above c; of major and perfect intervals
_SEMITONES = dict(zip(STEPS, SEMITONES, strict=True))
_STEP_INDEX = {step: index for index, step in enumerate(STEPS)}


@dataclass(frozen=True, slots=True)
class Pitch:
    """A pitch by name. Octave 4 holds middle C (scientific pitch notation)."""

    step: str  # one of STEPS
    alter: int = 0  # semitones: -2 double flat ... 2 double sharp
    octave: int = 4

    @property
    def step_index(self) -> int:
        """0 for c ... 6 for b."""
        return _STEP_INDEX[self.step]

    @property
    def diatonic(self) -> int:
        """Steps above c of octave 0; neighbours on the staff differ by one."""
        return 7 * self.octave + _STEP_INDEX[self.step]

    @property
    def midi(self) -> int:
        """MIDI note number; middle C is 60. Not clipped to 0..127."""
        return 12 * (self.octave + 1) + _SEMITONES[self.step] + self.alter
