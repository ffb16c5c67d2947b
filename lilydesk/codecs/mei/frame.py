"""What the voices of one measure share, and where the writing of one voice has got to."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from lilydesk.codecs.mei.accidentals import StaffAlterations
from lilydesk.codecs.mei.attributes import number, octave_displacement
from lilydesk.codecs.mei.context import EntryContext, ScoreFacts
from lilydesk.codecs.mei.links import Link
from lilydesk.notation import Chord, Measure, Voice, element_id
from lilydesk.timeline.placing import ClefPoint, VoiceKey, clef_at


@dataclass(frozen=True, slots=True)
class MeasureFrame:
    """What the voices of a measure share."""

    name: int  # see measures.Place
    measure: Measure
    entry: EntryContext
    facts: ScoreFacts
    clefs: list[ClefPoint]
    alterations: StaffAlterations | None  # for the conventional style of accidentals
    has_displaced_clef: bool  # one with a small 8 or 15 is in force somewhere
    tempos: set[tuple[object, ...]] = field(default_factory=set)  # written so far

    def stamp(self, onset: Fraction) -> str:
        """@tstamp: beats of the time signature, the first is 1."""
        unit = self.measure.time.denominator if self.measure.time else 4
        return number(1 + onset * unit / 4)

    def identifier(self, kind: str, offset: int) -> str:
        """Id of an element of this measure."""
        return element_id(self.name, kind, offset)

    def chord_identifier(self, chord: Chord) -> str:
        """Id of a note (one head) or chord."""
        if len(chord.heads) == 1:
            return element_id(self.name, "n", chord.heads[0].span.start)
        return element_id(self.name, "c", chord.span.start)

    @property
    def fifths(self) -> int:
        """Signs of the key."""
        return self.measure.key.fifths if self.measure.key else 0


def is_displaced(entry: EntryContext, points: list[ClefPoint]) -> bool:
    """Whether a clef with a small 8 or 15 is in force somewhere in a measure."""
    return any(octave_displacement(clef) for clef in entry.clefs.values()) or any(
        octave_displacement(point.clef) for point in points
    )


@dataclass(slots=True)
class LayerPieces:
    """What a voice contributes to its measure."""

    content: str = ""
    controls: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


class VoiceState:
    """Where the writing of a voice has got to. Mutable, made new for each voice."""

    def __init__(self, frame: MeasureFrame, key: VoiceKey, voice: Voice) -> None:
        self.frame = frame
        self.key = key
        self.pieces = LayerPieces()
        self.offset = frame.facts.offsets[key.part]
        self.home = self.offset + voice.staff  # staff through all parts
        self.staff = self.home
        self.onset = Fraction(0)
        self.stem = ""  # attribute
        self.ottava = frame.entry.ottavas.get(key, 0)  # octaves

    @property
    def staff_attribute(self) -> str:
        """@staff, where the voice is on another staff than its own."""
        return f' staff="{self.staff}"' if self.staff != self.home else ""

    @property
    def moment(self) -> str:
        """@tstamp and @staff, for what hangs on no note."""
        return f'tstamp="{self.frame.stamp(self.onset)}" staff="{self.staff}"'

    def octaves_moved(self) -> tuple[int, int]:
        """Octaves by which the clef in force moves the sound, and by which the staffDef says so."""
        frame = self.frame
        clef = clef_at(frame.clefs, frame.entry.clefs, self.staff, self.onset)
        first = clef_at(frame.clefs, frame.entry.clefs, self.staff, Fraction(0))
        return octave_displacement(clef), octave_displacement(first)
