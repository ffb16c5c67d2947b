"""A part, or one staff of it, as a text of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.atoms import read_measure
from lilydesk.lilylet.edits.places import chunk_at, measure_of
from lilydesk.lilylet.lengths import spelled_length
from lilydesk.lilylet.serializer import write_document
from lilydesk.notation.document import Headers, InstrumentName, Measure, Part, Voice
from lilydesk.notation.duration import Duration
from lilydesk.notation.event import (
    Barline,
    ClefChange,
    Event,
    KeyChange,
    Partial,
    Rest,
    RestKind,
    StaffChange,
    Tempo,
    TimeChange,
    Tuplet,
)
from lilydesk.notation.span import NOWHERE, Span
from lilydesk.notation.staves import part_instruments
from lilydesk.timeline.placing import event_length, full_measure_length

_FOR_ALL = (Tempo, Barline, Partial, KeyChange, TimeChange)


def extract_part(parsed: ParsedText, part: int) -> str:
    """The text of one part (from 0), in canonical form; rests where it is silent."""
    return _extract(parsed, part, None)


def extract_staff(parsed: ParsedText, part: int, staff: int) -> str:
    """The text of the voices that begin on one staff (from 1) of a part (from 0)."""
    return _extract(parsed, part, staff)


def part_and_staff_at(parsed: ParsedText, selection: Span) -> tuple[int, int]:
    """The part (from 0) and staff (from 1) of the voice at the cursor; the first ones if none."""
    index = chunk_at(parsed, selection.start)
    if index is None:
        return 0, 1
    ends = read_measure(parsed, index).ends
    end = next((end for end in ends if selection.start < end.span.end), ends[-1])
    return end.part, measure_of(parsed, index).parts[end.part].voices[end.voice].staff


def _extract(parsed: ParsedText, part: int, staff: int | None) -> str:
    document = parsed.document
    measures = tuple(
        replace(measure, parts=(_part(measure, part, staff),)) for measure in document.measures
    )
    instruments = part_instruments(document)
    named = instruments[part] if part < len(instruments) else None
    headers = _headers(document.headers, named)
    return write_document(replace(document, headers=headers, measures=measures))


def _headers(headers: Headers, instrument: InstrumentName | None) -> Headers:
    names = {"1": instrument} if instrument else {}
    return replace(headers, staves="", instruments=names)


def _part(measure: Measure, part: int, staff: int | None) -> Part:
    own = measure.parts[part].voices if part < len(measure.parts) else ()
    shared = _shared(measure, [] if staff is None else own, staff)
    if staff is not None:
        own = tuple(_on_one_staff(voice) for voice in own if voice.staff == staff)
    if not any(voice.events for voice in own):
        own = (Voice(1, _silence(measure), measure.length, NOWHERE),)
    first = next(index for index, voice in enumerate(own) if voice.events)
    full = full_measure_length(measure)
    missing = [one for one in shared if not _is_said(one, own, full)]
    events = _merged(own[first].events, missing, full)
    return Part((*own[:first], replace(own[first], events=events), *own[first + 1 :]))


def _silence(measure: Measure) -> tuple[Event, ...]:
    """A rest for the whole measure, or rests where it is longer or shorter than it should be."""
    values = spelled_length(measure.length) if measure.length != measure.expected else None
    if not values:
        return (Rest(RestKind.FULL_MEASURE, Duration(1), NOWHERE),)
    return tuple(Rest(RestKind.VISIBLE, value, NOWHERE) for value in values)


def _on_one_staff(voice: Voice) -> Voice:
    events = tuple(
        event
        for staff, event in _with_staves(voice.events, voice.staff)
        if staff == voice.staff or not isinstance(event, ClefChange)
    )
    return replace(voice, staff=1, events=_without_staves(events))


def _with_staves(events: Iterable[Event], staff: int) -> Iterator[tuple[int, Event]]:
    """Events with the staves that they are on; changes within tuplets left aside."""
    for event in events:
        if isinstance(event, StaffChange):
            staff = event.staff
        yield staff, event


def _without_staves(events: tuple[Event, ...]) -> tuple[Event, ...]:
    return tuple(
        replace(event, events=_without_staves(event.events)) if isinstance(event, Tuplet) else event
        for event in events
        if not isinstance(event, StaffChange)
    )


# -- what one voice says for all

_Shared = tuple[Fraction, Event]


def _shared(measure: Measure, own: Sequence[Voice], staff: int | None) -> list[_Shared]:
    """Tempo, barlines and their like in any voice, and clefs that other voices set on the staff."""
    found: list[_Shared] = []
    full = full_measure_length(measure)
    for voice in measure.voices:
        places = _with_staves(voice.events, voice.staff)
        for (onset, event), (at, _) in zip(_onsets(voice.events, full), places, strict=True):
            is_clef = isinstance(event, ClefChange) and at == staff != voice.staff and voice in own
            if isinstance(event, _FOR_ALL) or is_clef:
                found.append((onset, event))
    return sorted(found, key=lambda one: one[0])


def _onsets(events: Iterable[Event], full: Fraction) -> Iterator[tuple[Fraction, Event]]:
    """Each event with its onset, full-measure rests being as long as a measure of `full`."""
    onset = Fraction(0)
    for event in events:
        yield onset, event
        onset += event_length(event, full)


def _is_said(one: _Shared, voices: Iterable[Voice], full: Fraction) -> bool:
    """Whether one of the voices that stay says it."""
    return any(
        onset == one[0] and _bare(event) == _bare(one[1])
        for voice in voices
        for onset, event in _onsets(voice.events, full)
    )


def _bare(event: Event) -> Event:
    return replace(event, span=NOWHERE)


def _merged(events: Sequence[Event], shared: list[_Shared], full: Fraction) -> tuple[Event, ...]:
    """The events with others among them, each before the first one that is not earlier."""
    found: list[Event] = []
    waiting = list(dict.fromkeys((at, _bare(event)) for at, event in shared))
    for onset, event in _onsets(events, full):
        while waiting and waiting[0][0] <= onset:
            found.append(waiting.pop(0)[1])
        found.append(event)
    return (*found, *(event for _, event in waiting))
