"""The events of a document as plain values, to see that none of the composer's has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lilydesk.composing.tail import read_tail
from lilydesk.lilylet import parse_document
from lilydesk.notation import Chord, Document, Event, Measure, Rest, Tuplet
from lilydesk.notation.event import DoubleTremolo


def document_of(text: str) -> Document:
    return parse_document(text).document


def events_of(measure: Measure) -> list[list[object]]:
    """Notes and rests of each voice, tuplets taken apart, without their places in the text."""
    return [list(leaves(voice.events)) for voice in measure.voices]


def leaves(events: Iterable[Event]) -> Iterator[object]:
    for event in events:
        if isinstance(event, Tuplet):
            yield from leaves(event.events)
        elif isinstance(event, Chord):
            pitches = tuple((head.pitch, head.is_courtesy) for head in event.heads)
            yield (pitches, event.duration, marks_of(event), event.is_grace)
        elif isinstance(event, Rest):
            yield (event.kind, event.position, event.duration, marks_of(event))
        elif isinstance(event, DoubleTremolo):
            yield (tuple(leaves((event.first, event.second))), event.count)


def marks_of(event: Chord | Rest) -> tuple[tuple[object, str], ...]:
    return tuple((mark.kind, mark.text) for mark in event.marks)


def composers_measures(prefix: str) -> list[list[list[object]]]:
    """What a text says on its own, with the string, chord or group at its end closed."""
    return [events_of(m) for m in document_of(prefix + read_tail(prefix).closers).measures]


def n_measures_of(prefix: str) -> int:
    """Measures that a text begins, one without notes at its end included."""
    tail = read_tail(prefix)
    chunks = parse_document(prefix).chunks
    has_bare_tail = bool(tail.has_music and chunks and chunks[-1].measure is None)
    return len(document_of(prefix).measures) + has_bare_tail


def assert_untouched(prefix: str, whole: str) -> None:
    """The composer's notes are the first of each voice, as they were."""
    assert whole.startswith(prefix)
    measures = document_of(whole).measures
    for measure, expected in zip(measures, composers_measures(prefix), strict=False):
        for voice, events in zip(events_of(measure), expected, strict=False):
            assert voice[: len(events)] == events
