"""What a score sounds like: plain values for the synth, the MIDI file and the position display.

An onset or length without unit is in quarters from the start of the performance, repeats unfolded.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class SoundingNote:
    """One note as it is played. Ties are joined: `element_ids` names all heads it comes from."""

    onset: Fraction
    length: Fraction
    onset_s: float
    length_s: float
    midi: int  # 0..127
    velocity: int  # 1..127
    channel: int  # from 0
    element_ids: tuple[str, ...]
    staff: int = 1  # of its part, from 1; where its voice begins


@dataclass(frozen=True, slots=True)
class ControlChange:
    """A MIDI controller, such as 64, the sustain pedal."""

    onset_s: float
    channel: int
    controller: int
    value: int
    onset: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class ChannelProgram:
    """The sound of a channel: a General MIDI program from 0, and the name of its part."""

    channel: int
    program: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class TempoChange:
    """From here on this many quarters a minute."""

    onset: Fraction
    onset_s: float
    quarters_per_minute: Fraction


@dataclass(frozen=True, slots=True)
class Signature:
    """Key and time signature from here on."""

    onset: Fraction
    fifths: int  # sharps, or flats if negative
    is_minor: bool
    numerator: int
    denominator: int


class MeasureOnset(NamedTuple):
    """When a measure of the document is played; a repeated one comes several times."""

    onset_s: float
    measure_index: int


@dataclass(frozen=True, slots=True)
class Performance:
    """A whole score, ready to be played."""

    notes: tuple[SoundingNote, ...]  # by onset
    controls: tuple[ControlChange, ...]  # by onset
    channels: tuple[ChannelProgram, ...]
    tempos: tuple[TempoChange, ...]  # by onset; the first at 0
    measures: tuple[MeasureOnset, ...]
    length_s: float
    length: Fraction = Fraction(0)
    signatures: tuple[Signature, ...] = ()  # by onset, only where something changes
