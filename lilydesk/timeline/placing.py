"""Where the events of a voice stand in their measure: onset, length and staff of each."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from lilydesk.notation.document import Measure, Voice
from lilydesk.notation.event import (
    Chord,
    Clef,
    ClefChange,
    DoubleTremolo,
    Event,
    Rest,
    RestKind,
    StaffChange,
    Tuplet,
)
from lilydesk.notation.walk import flat, in_order_of_time

TREBLE = Clef("G", 2, "treble")
_ONE = Fraction(1)
_NOTHING = Fraction(0)


class PlacedEvent(NamedTuple):
    """A note, rest, double tremolo or change of context with its place in the measure."""

    event: Event
    onset: Fraction  # from the start of the measure
    length: Fraction  # 0 for grace notes and changes of context
    staff: int  # of the part, from 1


class VoiceKey(NamedTuple):
    """What a tie, slur or ottava follows from measure to measure: the n-th voice of a staff."""

    part: int
    staff: int  # of the part, from 1; where the voice begins
    layer: int  # from 1


def full_measure_length(measure: Measure) -> Fraction:
    """Length of a full-measure rest: what the time signature says, 4/4 by custom."""
    return measure.time.length if measure.time else Fraction(4)


def voice_keys(measure: Measure) -> Iterator[tuple[VoiceKey, Voice]]:
    """The voices of a measure, part by part, with their keys."""
    for part_index, part in enumerate(measure.parts):
        n_layers: dict[int, int] = {}
        for voice in part.voices:
            n_layers[voice.staff] = n_layers.get(voice.staff, 0) + 1
            yield VoiceKey(part_index, voice.staff, n_layers[voice.staff]), voice


def placed_events(voice: Voice, full_measure: Fraction) -> list[PlacedEvent]:
    """The events of a voice in order, those inside tuplets included, the tuplets left out."""
    placed: list[PlacedEvent] = []
    _place(in_order_of_time(voice.events), _NOTHING, _ONE, voice.staff, full_measure, placed)
    return placed


def _place(
    events: tuple[Event, ...],
    onset: Fraction,
    scale: Fraction,
    staff: int,
    full_measure: Fraction,
    placed: list[PlacedEvent],
) -> tuple[Fraction, int]:
    """Append what `events` hold from `onset` on; returns where they end, in time and staff."""
    for event in events:
        if isinstance(event, Tuplet):
            onset, staff = _place(
                event.events, onset, scale * event.ratio, staff, full_measure, placed
            )
            continue
        if isinstance(event, StaffChange):
            staff = event.staff
        length = event_length(event, full_measure)
        if scale is not _ONE:
            length *= scale
        placed.append(PlacedEvent(event, onset, length, staff))
        if length:
            onset += length
    return onset, staff


def event_length(event: Event, full_measure: Fraction) -> Fraction:
    """Length of one event outside tuplets; 0 for grace notes and changes of context."""
    if isinstance(event, Chord):
        return _NOTHING if event.is_grace else event.duration.length
    if isinstance(event, Rest):
        if event.is_grace:
            return _NOTHING
        if event.kind is RestKind.FULL_MEASURE:
            return full_measure
        return event.duration.length
    if isinstance(event, DoubleTremolo):
        return event.length
    if isinstance(event, Tuplet):
        inner = (event_length(child, full_measure) for child in event.events)
        return event.ratio * sum(inner, _NOTHING)
    return _NOTHING


class ClefPoint(NamedTuple):
    """A clef that really changes the one in force on its staff."""

    onset: Fraction  # from the start of the measure
    staff: int  # through all parts
    clef: Clef
    change: ClefChange


def clef_points(
    measure: Measure, offsets: tuple[int, ...], entry: dict[int, Clef]
) -> list[ClefPoint]:
    """Changes of clef in a measure, in order of time; of several at one moment the last counts.

    `entry` holds the clef of each staff (through all parts) at the start of the measure.
    """
    written: dict[tuple[Fraction, int], ClefPoint] = {}
    full_measure = full_measure_length(measure)
    for part_index, part in enumerate(measure.parts):
        for voice in part.voices:
            if not has_clef(voice.events):
                continue
            for event, onset, _, staff in placed_events(voice, full_measure):
                if isinstance(event, ClefChange):
                    number = offsets[part_index] + staff
                    written[onset, number] = ClefPoint(onset, number, event.clef, event)
    in_force = dict(entry)
    points = []
    for point in sorted(written.values(), key=lambda point: point.onset):
        if in_force.get(point.staff) != point.clef:
            in_force[point.staff] = point.clef
            points.append(point)
    return points


def has_clef(events: tuple[Event, ...]) -> bool:
    """Whether there is a \\clef among events, tuplets included."""
    return any(isinstance(event, ClefChange) for event in flat(events))


def clef_at(points: list[ClefPoint], entry: dict[int, Clef], staff: int, onset: Fraction) -> Clef:
    """The clef in force on a staff (through all parts) at a moment of the measure."""
    clef = entry.get(staff, TREBLE)
    for point in points:
        if point.staff == staff and point.onset <= onset:
            clef = point.clef
    return clef
