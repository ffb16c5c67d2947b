"""What a measure must know of those before it, and of the score as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from lilydesk.codecs.mei.accidentals import AccidentalStyle
from lilydesk.codecs.mei.beams import has_manual_beams
from lilydesk.notation import (
    Chord,
    Document,
    Event,
    Headers,
    Key,
    MarkKind,
    Measure,
    Pitch,
    Rest,
    TimeSignature,
    Tuplet,
)
from lilydesk.notation.event import Clef, Ottava, StaffChange
from lilydesk.notation.staves import measure_staves, merged_staves, staff_offsets
from lilydesk.notation.walk import flat, is_timed
from lilydesk.timeline.placing import (
    TREBLE,
    ClefPoint,
    VoiceKey,
    clef_points,
    has_clef,
    voice_keys,
)


@dataclass(frozen=True, slots=True)
class ScoreFacts:
    """What holds for the whole score."""

    staves: tuple[int, ...]  # number of staves of each part
    offsets: tuple[int, ...]  # to add to a part's staff number to get the one through all parts
    is_beamed_automatically: bool
    accidentals: AccidentalStyle

    @property
    def n_staves(self) -> int:
        """Staves of all parts together."""
        return sum(self.staves)


@dataclass(frozen=True, slots=True)
class EntryContext:
    """State at the start of a measure, from which alone the measure can be encoded."""

    key: Key | None
    time: TimeSignature | None
    clefs: dict[int, Clef]  # by staff through all parts
    told_shifts: dict[int, int]  # semitones that the last staffDef gives as transposition, not 0
    ottavas: dict[VoiceKey, int]  # octaves, where not 0
    ties: dict[VoiceKey, frozenset[Pitch]]  # pitches that a tie leads over the barline


class MeasureFacts(NamedTuple):
    """What one measure contributes to the facts of the score."""

    staves: tuple[int, ...]
    has_manual_beams: bool


def measure_facts(measure: Measure) -> MeasureFacts:
    """Read from a measure what concerns the whole score."""
    return MeasureFacts(measure_staves(measure), has_manual_beams(measure))


def score_facts(
    headers: Headers, measures: Iterable[MeasureFacts], accidentals: AccidentalStyle
) -> ScoreFacts:
    """Count the staves and settle how beams and accidentals are set."""
    found = set(measures)
    staves = merged_staves(facts.staves for facts in found)
    is_beamed = headers.auto_beam == "on" or (
        headers.auto_beam != "off" and not any(facts.has_manual_beams for facts in found)
    )
    return ScoreFacts(staves, staff_offsets(staves), is_beamed, accidentals)


def first_context(document: Document, facts: ScoreFacts) -> EntryContext:
    """What the score begins with: each staff with the clef that stands before its first event."""
    clefs = dict.fromkeys(range(1, facts.n_staves + 1), TREBLE)
    if not document.measures:
        return EntryContext(None, None, clefs, {}, {}, {})
    first = document.measures[0]
    for point in clef_points(first, facts.offsets, {}):
        if point.onset == 0:
            clefs[point.staff] = point.clef
    for staff, clef in _clefs_of_late_staves(document, facts):
        clefs[staff] = clef
    return EntryContext(first.key, first.time, clefs, clef_shifts(clefs), {}, {})


def _clefs_of_late_staves(document: Document, facts: ScoreFacts) -> Iterator[tuple[int, Clef]]:
    """First clefs of the staves that are empty in the first measures."""
    used: set[int] = set()
    for measure in document.measures:
        if len(used) == facts.n_staves:
            return
        points = clef_points(measure, facts.offsets, {})
        now = _staves_used(measure, facts)
        for point in points:
            if point.staff not in used and point.onset == 0:
                yield point.staff, point.clef
                now.add(point.staff)
        used |= now


def _staves_used(measure: Measure, facts: ScoreFacts) -> set[int]:
    used: set[int] = set()
    for key, voice in voice_keys(measure):
        staff = voice.staff
        for event in voice.events:
            if isinstance(event, StaffChange):
                staff = event.staff
            elif is_timed(event):
                used.add(facts.offsets[key.part] + staff)
    return used


def next_context(measure: Measure, entry: EntryContext, facts: ScoreFacts) -> EntryContext:
    """State after a measure."""
    clefs = entry.clefs
    told = clef_shifts(clefs)
    if any(has_clef(voice.events) for voice in measure.voices):
        points = clef_points(measure, facts.offsets, entry.clefs)
        told = clef_shifts(clefs_at_start(entry, points))
        clefs = clefs | {point.staff: point.clef for point in points}
    ottavas = {}
    ties = {}
    for key, voice in voice_keys(measure):
        octaves = _last_ottava(voice.events, entry.ottavas.get(key, 0))
        if octaves:
            ottavas[key] = octaves
        tied = _tied_at_end(voice.events)
        if tied:
            ties[key] = tied
    return EntryContext(measure.key, measure.time, clefs, told, ottavas, ties)


def clefs_at_start(entry: EntryContext, points: list[ClefPoint]) -> dict[int, Clef]:
    """The clefs with which a measure begins."""
    return entry.clefs | {point.staff: point.clef for point in points if point.onset == 0}


def clef_shifts(clefs: dict[int, Clef]) -> dict[int, int]:
    """Semitones by which clefs move the sound, where they do."""
    return {staff: clef.shift_semitones for staff, clef in clefs.items() if clef.shift_semitones}


def _last_ottava(events: tuple[Event, ...], octaves: int) -> int:
    for event in flat(events):
        if isinstance(event, Ottava):
            octaves = event.octaves
    return octaves


def _tied_at_end(events: tuple[Event, ...]) -> frozenset[Pitch]:
    """Pitches of the last note, if it has a tie."""
    for event in reversed(events):
        if isinstance(event, Tuplet):
            return _tied_at_end(event.events)
        if isinstance(event, Chord) and not event.is_grace:
            if any(mark.kind is MarkKind.TIE for mark in event.marks):
                return frozenset(head.pitch for head in event.heads)
            return frozenset()
        if isinstance(event, Rest):
            return frozenset()
    return frozenset()
