"""A part, or one staff of it, as a text of its own."""

from __future__ import annotations

from dataclasses import replace

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.atoms import read_measure
from lilydesk.lilylet.edits.places import chunk_at, measure_of
from lilydesk.lilylet.serializer import write_document
from lilydesk.notation.document import Headers, InstrumentName, Measure, Part, Voice
from lilydesk.notation.duration import Duration
from lilydesk.notation.event import Event, Rest, RestKind, StaffChange, Tuplet
from lilydesk.notation.span import Span
from lilydesk.notation.staves import part_instruments

_NOWHERE = Span(0, 0)


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
    voices = measure.parts[part].voices if part < len(measure.parts) else ()
    if staff is not None:
        voices = tuple(_on_one_staff(voice) for voice in voices if voice.staff == staff)
    if any(voice.events for voice in voices):
        return Part(voices)
    rest = Rest(RestKind.FULL_MEASURE, Duration(1), _NOWHERE)
    return Part((Voice(1, (rest,), measure.expected, _NOWHERE),))


def _on_one_staff(voice: Voice) -> Voice:
    return replace(voice, staff=1, events=_without_staves(voice.events))


def _without_staves(events: tuple[Event, ...]) -> tuple[Event, ...]:
    return tuple(
        replace(event, events=_without_staves(event.events)) if isinstance(event, Tuplet) else event
        for event in events
        if not isinstance(event, StaffChange)
    )
