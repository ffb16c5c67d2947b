"""What a document says, without where it says it: to compare texts by what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from lilydesk.notation import Chord, Document, Event, Mark, Pitch, Rest, Tuplet, Voice
from lilydesk.notation.event import (
    ClefChange,
    DoubleTremolo,
    KeyChange,
    StaffChange,
    StemChange,
    StemDirection,
    TimeChange,
)


def meaning(document: Document) -> list[Any]:
    """Headers, and for each measure its signatures and the events of each voice.

    Stem directions and staves are given as they are in force at each note; changes of clef, key
    and time that change nothing are no part of the meaning, nor are empty voices at an end.
    """
    headers = document.headers
    found: list[Any] = [headers.text, headers.instruments, headers.staves, headers.playing_order]
    for measure in document.measures:
        voices = [
            (part_number, number, events, verses_of(voice))
            for part_number, part in enumerate(measure.parts)
            for number, voice in enumerate(part.voices)
            if (events := list(events_of(voice))) or voice.verses
        ]
        found.append((measure.key, measure.time, measure.length, measure.expected, voices))
    return found


def verses_of(voice: Voice) -> list[Any]:
    """Syllables without their places."""
    return [
        [(one.text, one.is_hyphenated, one.is_extended) for one in verse.syllables]
        for verse in voice.verses
    ]


def events_of(voice: Voice) -> Iterator[tuple[Any, ...]]:
    """Notes, rests and changes, each with its onset."""
    yield from _Walk(voice.staff).events(voice.events, Fraction(1))


class _Walk:
    def __init__(self, staff: int) -> None:
        self.staff = staff
        self.stems: Any = None
        self.onset = Fraction(0)

    def events(self, events: tuple[Event, ...], ratio: Fraction) -> Iterator[tuple[Any, ...]]:
        for event in events:
            yield from self.one(event, ratio)

    def one(self, event: Event, ratio: Fraction) -> Iterator[tuple[Any, ...]]:
        if isinstance(event, Tuplet):
            yield ("tuplet", self.onset, event.numerator, event.denominator)
            yield from self.events(event.events, ratio * event.ratio)
            yield ("end of tuplet",)
        elif isinstance(event, DoubleTremolo):
            yield ("tremolo", self.onset, event.count, event.duration)
            yield (self.heads(event.first), marks_of(event.first.marks))
            yield (self.heads(event.second), marks_of(event.second.marks))
            self.onset += event.length * ratio
        elif isinstance(event, Chord | Rest):
            yield self.note(event)
            self.onset += 0 if event.is_grace else event.duration.length * ratio
        elif isinstance(event, StaffChange):
            self.staff = event.staff
        elif isinstance(event, StemChange):
            neutral = event.direction is StemDirection.NEUTRAL
            self.stems = None if neutral else event.direction
        elif not isinstance(event, ClefChange | KeyChange | TimeChange):
            yield (self.onset, *without_spans(event))

    def note(self, event: Chord | Rest) -> tuple[Any, ...]:
        what: Any = self.heads(event) if isinstance(event, Chord) else (event.kind, event.position)
        return (
            self.onset, self.staff, self.stems, what, event.duration, event.is_grace,
            marks_of(event.marks),
        )  # fmt: skip

    def heads(self, chord: Chord) -> list[tuple[Pitch, bool]]:
        return [(head.pitch, head.is_courtesy) for head in chord.heads]


def marks_of(marks: tuple[Mark, ...]) -> list[Any]:
    """Marks without their places, in the order of the text; a tremolo comes first."""
    found = [(mark.kind.value, mark.text, mark.placement) for mark in marks]
    return sorted(found, key=lambda mark: mark[0] != "tremolo")


def without_spans(event: Event) -> tuple[Any, ...]:
    """Any other event as its type and values."""
    values = [
        marks_of((value,)) if isinstance(value, Mark) else value
        for name in event.__dataclass_fields__
        if name != "span"
        for value in [getattr(event, name)]
    ]
    return (type(event).__name__, *values)
