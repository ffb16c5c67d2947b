"""What stands in a voice, in the order of the text: sounding events and changes of context."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from lilydesk.notation.duration import Duration
from lilydesk.notation.mark import Mark, Placement
from lilydesk.notation.pitch import Pitch
from lilydesk.notation.span import Span


@dataclass(frozen=True, slots=True)
class NoteHead:
    """One pitch of a note or chord. Sounding, except that a transposing clef still moves it."""

    pitch: Pitch
    span: Span
    is_courtesy: bool = False  # the accidental is shown although the key implies it


@dataclass(frozen=True, slots=True)
class Chord:
    """A note (one head) or a chord (several, in the order of the text)."""

    heads: tuple[NoteHead, ...]
    duration: Duration
    span: Span
    marks: tuple[Mark, ...] = ()
    is_grace: bool = False  # takes no time in the measure


class RestKind(Enum):
    """How a rest shows."""

    VISIBLE = "r"
    INVISIBLE = "s"
    FULL_MEASURE = "R"


@dataclass(frozen=True, slots=True)
class Rest:
    """A rest; a positioned one has the pitch of its place on the staff."""

    kind: RestKind
    duration: Duration
    span: Span
    marks: tuple[Mark, ...] = ()
    position: Pitch | None = None
    is_grace: bool = False


@dataclass(frozen=True, slots=True)
class Tuplet:
    """Events whose lengths are multiplied by `ratio` (2/3 for a triplet). May be nested."""

    ratio: Fraction
    numerator: int  # as written after \\tuplet (3/2 -> 3 in the time of 2); \\times is turned round
    denominator: int
    events: tuple[Event, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class DoubleTremolo:
    """Two notes or chords in quick alternation: `count` pairs of `duration` each."""

    first: Chord
    second: Chord
    count: int
    duration: Duration
    span: Span

    @property
    def length(self) -> Fraction:
        """Length in quarter notes of the whole figure."""
        return 2 * self.count * self.duration.length


@dataclass(frozen=True, slots=True)
class Clef:
    """A clef and where it shifts the sound, in diatonic steps and semitones (8 below: -7, -12)."""

    shape: str  # G, F or C
    line: int  # from the bottom, 1..5
    name: str  # as written, e.g. "treble_8"
    shift_steps: int = 0
    shift_semitones: int = 0


@dataclass(frozen=True, slots=True)
class Key:
    """A key: tonic and mode."""

    tonic: Pitch  # the octave has no meaning
    mode: str  # "major" or "minor"

    @property
    def fifths(self) -> int:
        """Sharps (positive) or flats (negative) of the signature."""
        base = {"f": -1, "c": 0, "g": 1, "d": 2, "a": 3, "e": 4, "b": 5}[self.tonic.step]
        return base + 7 * self.tonic.alter - (3 if self.mode == "minor" else 0)


@dataclass(frozen=True, slots=True)
class TimeSignature:
    """A time signature; `is_symbol` where 4/4 and 2/2 are shown as C and cut C."""

    numerator: int
    denominator: int
    is_symbol: bool = False

    @property
    def length(self) -> Fraction:
        """Length of a full measure in quarter notes."""
        return Fraction(4 * self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class ClefChange:
    """\\clef"""

    clef: Clef
    span: Span


@dataclass(frozen=True, slots=True)
class KeyChange:
    """\\key"""

    key: Key
    span: Span


@dataclass(frozen=True, slots=True)
class TimeChange:
    """\\time"""

    time: TimeSignature
    span: Span


@dataclass(frozen=True, slots=True)
class Partial:
    """\\partial: the length that an incomplete measure is meant to have."""

    duration: Duration
    span: Span


@dataclass(frozen=True, slots=True)
class StaffChange:
    """\\staff: from here on this staff of the part (counted from 1)."""

    staff: int
    span: Span


@dataclass(frozen=True, slots=True)
class Tempo:
    """\\tempo: words, a metronome mark, or both."""

    text: str
    beat: Duration | None
    beats_per_minute: Fraction | None
    span: Span


@dataclass(frozen=True, slots=True)
class Ottava:
    """\\ottava: 1 = written an octave lower than it sounds (8va), -1 = 8vb, 0 = end."""

    octaves: int
    span: Span


class StemDirection(Enum):
    """Where stems point from here on."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class StemChange:
    """\\stemUp, \\stemDown, \\stemNeutral"""

    direction: StemDirection
    span: Span


@dataclass(frozen=True, slots=True)
class Barline:
    """\\bar: the style as written, one of `||` `|.` `.|:` `:|.` `:..:`."""

    style: str
    span: Span


@dataclass(frozen=True, slots=True)
class ChordSymbol:
    """\\chords: a chord symbol over the staff."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class StandaloneMark:
    """A dynamic, text, coda ... before any note of the voice; it belongs to the moment."""

    mark: Mark
    span: Span


Timed = Chord | Rest | Tuplet | DoubleTremolo
Context = (
    ClefChange
    | KeyChange
    | TimeChange
    | Partial
    | StaffChange
    | Tempo
    | Ottava
    | StemChange
    | Barline
    | ChordSymbol
    | StandaloneMark
)
Event = Timed | Context

__all__ = [
    "Barline", "Chord", "ChordSymbol", "Clef", "ClefChange", "Context", "DoubleTremolo", "Event",
    "Key", "KeyChange", "NoteHead", "Ottava", "Partial", "Placement", "Rest", "RestKind",
    "StaffChange", "StandaloneMark", "StemChange", "StemDirection", "Tempo", "TimeChange",
    "TimeSignature", "Timed", "Tuplet",
]  # fmt: skip
