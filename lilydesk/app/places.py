"""Places: from a code point of the text to the ids of the elements that stand there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from lilydesk.notation import Chord, Document, Event, Measure, Rest, Tuplet, element_id
from lilydesk.notation.event import DoubleTremolo


def measure_at(document: Document, offset: int) -> int | None:
    """Index of the measure that a code point of the text lies in, or follows."""
    index = bisect_right(document.starts, offset) - 1
    return index if 0 <= index < len(document.measures) else None


def ids_at(document: Document, offset: int) -> tuple[str, ...]:
    """Ids of the note, chord or rest at a code point; empty between them.

    Inside a chord the head at that point; on its duration or marks, all its heads.
    """
    index = measure_at(document, offset)
    if index is None:
        return ()
    inside = offset - document.starts[index]
    for event in _timed_events(document.measures[index]):
        if event.span.start <= inside <= event.span.end:
            return _ids_of(index, event, inside)
    return ()


def _ids_of(index: int, event: Chord | Rest, inside: int) -> tuple[str, ...]:
    if isinstance(event, Rest):
        return (element_id(index, "r", event.span.start),)
    heads = [head for head in event.heads if head.span.start <= inside < head.span.end]
    return tuple(element_id(index, "n", head.span.start) for head in heads or event.heads)


def _timed_events(measure: Measure) -> Iterator[Chord | Rest]:
    for part in measure.parts:
        for voice in part.voices:
            yield from _flat(voice.events)


def _flat(events: Sequence[Event]) -> Iterator[Chord | Rest]:
    for event in events:
        if isinstance(event, Chord | Rest):
            yield event
        elif isinstance(event, Tuplet):
            yield from _flat(event.events)
        elif isinstance(event, DoubleTremolo):
            yield from (event.first, event.second)
