"""What a composer may ask of new measures besides that they are music."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lilydesk.errors import LilyDeskError

Range = tuple[int, int]
Keeps = Literal["none", "rhythm", "pitches"]
VoicePlace = tuple[int, int]
LOWEST_MIDI, HIGHEST_MIDI = 21, 108  # A0 and C8


@dataclass(frozen=True, slots=True)
class Constraints:
    """Limits on the notes that a model writes. Raises LilyDeskError for limits without sense.

    `ranges` are the lowest and highest note of each staff of the score, from the top, as MIDI
    numbers of the notes as they are written; None, and staves that are left out, are free.
    `key_only` leaves the seven notes of the key signature (the natural minor scale).
    `max_polyphony` counts the notes that sound together on a staff: of one chord, and of all
    voices of its part that stand there. Notes that are given are counted, but never changed.
    """

    ranges: tuple[Range | None, ...] = ()
    key_only: bool = False
    max_polyphony: int | None = None  # from 1; None = as many as the model likes

    def __post_init__(self) -> None:
        for limits in self.ranges:
            if limits and not LOWEST_MIDI <= limits[0] <= limits[1] <= HIGHEST_MIDI:
                raise LilyDeskError(
                    f"From {limits[0]} to {limits[1]} is no range of notes.",
                    "Give the lowest note first; the piano reaches from 21 (A0) to 108 (C8).",
                )
        if self.max_polyphony is not None and self.max_polyphony < 1:
            raise LilyDeskError(
                "At least one note must be allowed to sound.", f"{self.max_polyphony} was given."
            )


@dataclass(frozen=True, slots=True)
class GivenMeasure:
    """A measure that is there, and what of it stays.

    The new measure has the voices of this one, with staff, key and time as there. Locked voices
    (part and voice, from 0, in the order of the text) stay as they are. Of the others "rhythm"
    keeps all but the pitches: a note stays a note, a chord keeps its number of notes, a note tied
    to the one before keeps its pitch. "pitches" keeps the notes and chords in their order, without
    grace notes, and leaves the rhythm to the model. "none" keeps nothing of them.
    """

    text: str  # canonical; ends in "|" and a newline
    locked: frozenset[VoicePlace] = frozenset()
    keeps: Keeps = "none"
