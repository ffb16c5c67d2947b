"""A part as MusicXML tells it, measure by measure, before notes are sorted into voices.

Onsets and lengths are quarters, onsets counted from the start of the measure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from lilydesk.codecs.musicxml.values import NOTHING, ONE
from lilydesk.notation import Duration, Key, Mark, MarkKind, Pitch, Placement, TimeSignature
from lilydesk.notation.document import Syllable
from lilydesk.notation.event import ChordSymbol, Clef, Tempo


@dataclass(slots=True)
class Head:
    """One pitch of a note or chord."""

    pitch: Pitch
    has_sign: bool = False  # an accidental is printed
    is_courtesy: bool = False
    is_tied: bool = False  # to the next note
    is_tied_in: bool = False


@dataclass(frozen=True, slots=True)
class TupletStart:
    """Where a bracket begins; numbers are 0 where only the notes tell the ratio."""

    number: str
    actual: int = 0
    normal: int = 0


@dataclass(frozen=True, slots=True)
class SlurEnd:
    """One end of a slur."""

    number: str
    is_start: bool


@dataclass(slots=True)
class RawNote:
    """A note, chord or rest (without heads)."""

    onset: Fraction
    length: Fraction  # 0 for grace notes
    voice: str
    staff: int
    heads: list[Head] = field(default_factory=list)
    duration: Duration | None = None  # as written, if one value tells it
    actual: int = 1  # so many in the time of `normal`
    normal: int = 1
    is_grace: bool = False
    is_hidden: bool = False
    position: Pitch | None = None
    marks: list[Mark] = field(default_factory=list)
    tuplet_starts: list[TupletStart] = field(default_factory=list)
    tuplet_stops: list[str] = field(default_factory=list)
    slurs: list[SlurEnd] = field(default_factory=list)
    stem: str = ""
    syllables: dict[str, Syllable] = field(default_factory=dict)
    tremolo: str = ""  # "start" or "stop" of a double tremolo
    n_strokes: int = 0

    @property
    def ratio(self) -> Fraction:
        """What tuplets multiply the written value by."""
        return Fraction(self.normal, self.actual) if self.actual != self.normal else ONE


@dataclass(frozen=True, slots=True)
class RawMark:
    """A mark that belongs to a moment of a staff."""

    onset: Fraction
    staff: int
    voice: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class RawContext:
    """A tempo or a chord symbol."""

    onset: Fraction
    staff: int
    event: Tempo | ChordSymbol


@dataclass(frozen=True, slots=True)
class RawClef:
    """A clef; `octaves` is its own small 8, while its name also tells how the part transposes."""

    onset: Fraction
    staff: int
    clef: Clef
    octaves: int


@dataclass(frozen=True, slots=True)
class RawWedge:
    """A hairpin's start, or its end (HAIRPIN_END)."""

    onset: Fraction
    staff: int
    number: str
    kind: MarkKind
    placement: Placement | None = None


@dataclass(frozen=True, slots=True)
class RawOttava:
    """From here on a staff is written so many octaves lower than it sounds."""

    onset: Fraction
    staff: int
    octaves: int


@dataclass(slots=True)
class Signs:
    """Repeats, endings and jumps of a measure."""

    starts_repeat: bool = False
    times: int = 0  # played so often up to here; 0: no repeat ends here
    ending: tuple[int, ...] = ()  # numbers of the ending that begins here
    ends_ending: bool = False
    is_end: bool = False  # a final barline
    has_segno: bool = False
    has_coda: bool = False
    to_coda: bool = False
    is_fine: bool = False
    da_capo: bool = False
    dal_segno: bool = False


@dataclass(slots=True)
class RawMeasure:
    """One measure of one part."""

    index: int
    notes: list[RawNote] = field(default_factory=list)
    marks: list[RawMark] = field(default_factory=list)
    contexts: list[RawContext] = field(default_factory=list)
    wedges: list[RawWedge] = field(default_factory=list)
    ottavas: list[RawOttava] = field(default_factory=list)
    clefs: list[RawClef] = field(default_factory=list)
    key: Key | None = None  # in force
    time: TimeSignature | None = None  # in force
    length: Fraction = NOTHING  # as far as anything reaches
    left: str = ""  # barlines
    right: str = ""
    signs: Signs = field(default_factory=Signs)
    said: Signs = field(default_factory=Signs)  # jumps that only words or signs tell
    hidden_tempos: list[tuple[Fraction, Tempo]] = field(default_factory=list)  # only heard


@dataclass(slots=True)
class RawPart:
    """A part: its measures and how many staves it says it has."""

    identifier: str
    measures: list[RawMeasure] = field(default_factory=list)
    n_staves: int = 1
