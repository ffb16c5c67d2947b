"""One measure as MEI, from nothing but its entry context; and what stands before it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from lilydesk.codecs.mei.accidentals import AccidentalStyle, StaffAlterations
from lilydesk.codecs.mei.attributes import (
    BARLINE,
    clef_attributes,
    key_signature,
    transposition_attributes,
)
from lilydesk.codecs.mei.context import EntryContext, ScoreFacts, clefs_at_start
from lilydesk.codecs.mei.frame import MeasureFrame, is_displaced
from lilydesk.codecs.mei.layer import write_layer
from lilydesk.codecs.mei.links import Link
from lilydesk.notation import Chord, Event, Key, Measure, NoteHead, TimeSignature, measure_id
from lilydesk.notation.event import DoubleTremolo, Ottava
from lilydesk.timeline.placing import (
    ClefPoint,
    VoiceKey,
    clef_points,
    full_measure_length,
    has_clef,
    placed_events,
    voice_keys,
)
from lilydesk.timeline.playing_order import barlines


class StaffPiece(NamedTuple):
    """A <staff> in three parts: a clef for the next measure goes between the last two."""

    opening: str
    content: str  # of the longest layer, at whose end the measure ends
    closing: str


class Place(NamedTuple):
    """What a measure is called, and whether the score begins with it."""

    name: int  # in ids; its index, as long as no measure came or went before it
    is_first: bool


@dataclass(frozen=True, slots=True)
class MeasurePiece:
    """A measure encoded, but for what its neighbours and links add to it (see document)."""

    name: int
    is_first: bool
    changes: str  # scoreDef that stands before the measure, "" where nothing changes
    leading_clefs: dict[int, str]  # by staff: elements that stand before the barline
    staves: tuple[StaffPiece, ...]
    controls: tuple[str, ...]
    links: tuple[Link, ...]
    voices: frozenset[VoiceKey]
    left: str  # barlines in words of MEI, "" where plain
    right: str


def encode_measure(
    measure: Measure, place: Place, entry: EntryContext, facts: ScoreFacts
) -> MeasurePiece:
    """Encode one measure. A pure function: the same arguments give the same piece."""
    frame = _frame(measure, place.name, entry, facts)
    layers: dict[int, list[tuple[Fraction, str]]] = {}
    controls: list[str] = []
    links: list[Link] = []
    voices: set[VoiceKey] = set()
    for key, voice in voice_keys(measure):
        pieces = write_layer(frame, key, voice)
        staff = facts.offsets[key.part] + voice.staff
        layers.setdefault(staff, []).append((voice.length, pieces.content))
        controls += pieces.controls
        links += pieces.links
        voices.add(key)
    left, right = (BARLINE.get(style, "") for style in barlines(measure))
    is_first = place.is_first
    leading = [] if is_first else [point for point in frame.clefs if point.onset == 0]
    return MeasurePiece(
        name=place.name,
        is_first=is_first,
        changes="" if is_first else _changes(measure, entry, frame.clefs),
        leading_clefs={point.staff: _clef_element(frame, point) for point in leading},
        staves=tuple(_staff(number, layers.get(number, [])) for number in _numbers(facts)),
        controls=tuple(controls),
        links=tuple(links),
        voices=frozenset(voices),
        left=left,
        right=right,
    )


def join_measure(
    piece: MeasurePiece, clefs_after: dict[int, str], linked: list[str], left: str, right: str
) -> str:
    """The <measure>, with the clefs of the next one, with elements from links, and barlines."""
    number = 1 if piece.is_first else piece.name + 1  # by which verovio knows the first one
    sides = f' left="{left}"' if left else ""
    sides += f' right="{right}"' if right else ""
    staves = "".join(
        f"{staff.opening}{staff.content}{clefs_after.get(number, '')}{staff.closing}"
        for number, staff in enumerate(piece.staves, start=1)
    )
    return (
        f'<measure xml:id="{measure_id(piece.name)}" n="{number}"{sides}>'
        f"{staves}{''.join(piece.controls)}{''.join(linked)}</measure>"
    )


def _frame(measure: Measure, name: int, entry: EntryContext, facts: ScoreFacts) -> MeasureFrame:
    points: list[ClefPoint] = []
    if any(has_clef(voice.events) for voice in measure.voices):
        points = clef_points(measure, facts.offsets, entry.clefs)
    alterations = None
    if facts.accidentals is AccidentalStyle.CONVENTIONAL:
        alterations = _alterations(measure, entry, facts)
    displaced = is_displaced(entry, points)
    return MeasureFrame(name, measure, entry, facts, points, alterations, displaced)


def _alterations(measure: Measure, entry: EntryContext, facts: ScoreFacts) -> StaffAlterations:
    alterations = StaffAlterations(measure.key.fifths if measure.key else 0)
    full_measure = full_measure_length(measure)
    for key, voice in voice_keys(measure):
        ottava = entry.ottavas.get(key, 0)
        tied_in = set(entry.ties.get(key, ()))
        for event, onset, _, staff in placed_events(voice, full_measure):
            if isinstance(event, Ottava):
                ottava = event.octaves
            for head in _heads(event):
                if onset == 0 and head.pitch in tied_in:
                    tied_in.discard(head.pitch)
                    continue
                octave = head.pitch.octave - ottava
                alterations.add(head.pitch, octave, facts.offsets[key.part] + staff, onset)
    return alterations


def _heads(event: Event) -> tuple[NoteHead, ...]:
    if isinstance(event, Chord):
        return event.heads
    if isinstance(event, DoubleTremolo):
        return event.first.heads + event.second.heads
    return ()


def _numbers(facts: ScoreFacts) -> range:
    return range(1, facts.n_staves + 1)


def _staff(number: int, layers: list[tuple[Fraction, str]]) -> StaffPiece:
    # An empty staff has an empty layer: an <mSpace/> would stretch a short measure.
    texts = [
        (f'<layer n="{order}">', content, "</layer>")
        for order, (_, content) in enumerate(layers or [(Fraction(0), "")], start=1)
    ]
    longest = max(range(len(texts)), key=lambda place: layers[place][0]) if layers else 0
    before = "".join(part for text in texts[:longest] for part in text)
    opening, content, closing = texts[longest]
    after = "".join(part for text in texts[longest + 1 :] for part in text)
    return StaffPiece(
        f'<staff n="{number}">{before}{opening}', content, f"{closing}{after}</staff>"
    )


def _clef_element(frame: MeasureFrame, point: ClefPoint) -> str:
    identifier = frame.identifier("x", point.change.span.start)
    return f'<clef xml:id="{identifier}"{clef_attributes(point.clef)}/>'


def _changes(measure: Measure, entry: EntryContext, points: list[ClefPoint]) -> str:
    """A <scoreDef> for key and time signature, where they are new, and for transpositions.

    A transposition can be told in a <staffDef> only, so that of a clef within a measure follows
    behind the measure.
    """
    attributes = signature_attributes(
        measure.key if _fifths(measure.key) != _fifths(entry.key) else None,
        measure.time if measure.time != entry.time else None,
    )
    clefs = clefs_at_start(entry, points)
    staves = "".join(
        f'<staffDef n="{staff}"{transposition_attributes(clef)}/>'
        for staff, clef in clefs.items()
        if clef.shift_semitones != entry.told_shifts.get(staff, 0)
    )
    if staves:
        return f"<scoreDef{attributes}><staffGrp>{staves}</staffGrp></scoreDef>"
    return f"<scoreDef{attributes}/>" if attributes else ""


def signature_attributes(key: Key | None, time: TimeSignature | None) -> str:
    """Attributes of a scoreDef for a key and a time signature; nothing for None."""
    text = f' keysig="{key_signature(key.fifths)}"' if key is not None else ""
    if time is not None:
        text += f' meter.count="{time.numerator}" meter.unit="{time.denominator}"'
        text += meter_symbol(time)
    return text


def meter_symbol(time: TimeSignature) -> str:
    """@meter.sym where the signature shows as C or cut C."""
    if not time.is_symbol:
        return ""
    return ' meter.sym="cut"' if time.denominator == 2 else ' meter.sym="common"'


def _fifths(key: Key | None) -> int:
    return key.fifths if key is not None else 0
