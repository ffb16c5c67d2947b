"""Short ways to say what a text means, for tests."""

from __future__ import annotations

from lilydesk.lilylet import Diagnostic, parse_document
from lilydesk.notation import Chord, Event, Pitch, Rest, Tuplet, Voice
from lilydesk.notation.event import DoubleTremolo

_SIGNS = {0: "", 1: "s", -1: "f", 2: "ss", -2: "ff"}


def voice(text: str, measure: int = 0, part: int = 0, number: int = 0) -> Voice:
    """One voice of a text."""
    return parse_document(text).document.measures[measure].parts[part].voices[number]


def events(text: str) -> tuple[Event, ...]:
    """The events of the first voice of the first measure."""
    return voice(text).events


def name(pitch: Pitch) -> str:
    """`cs5`"""
    return f"{pitch.step}{_SIGNS[pitch.alter]}{pitch.octave}"


def notes(text: str) -> str:
    """All notes of a text, measure by measure, chords with +: `c4 d4 | c4+e4`."""
    measures = parse_document(text).document.measures
    return " | ".join(
        " ".join(word for part in one.parts for each in part.voices for word in _notes(each.events))
        for one in measures
    )


def _notes(found: tuple[Event, ...]) -> list[str]:
    words = []
    for event in found:
        if isinstance(event, Chord):
            words.append("+".join(name(head.pitch) for head in event.heads))
        elif isinstance(event, Rest):
            words.append(event.kind.value)
        elif isinstance(event, Tuplet):
            words.extend(_notes(event.events))
        elif isinstance(event, DoubleTremolo):
            words.extend(_notes((event.first, event.second)))
    return words


def durations(text: str) -> str:
    """The durations of a text's notes and rests, in the order of the text."""
    return " ".join(
        f"{event.duration.division}{'.' * event.duration.dots}"
        for one in parse_document(text).document.measures
        for part in one.parts
        for each in part.voices
        for event in _flat(each.events)
    )


def _flat(found: tuple[Event, ...]) -> list[Chord | Rest]:
    flat: list[Chord | Rest] = []
    for event in found:
        if isinstance(event, Chord | Rest):
            flat.append(event)
        elif isinstance(event, Tuplet):
            flat.extend(_flat(event.events))
        elif isinstance(event, DoubleTremolo):
            flat.extend((event.first, event.second))
    return flat


def marks(text: str) -> list[str]:
    """The marks of the first note: kind, text and placement in one word each."""
    (first, *_) = _flat(events(text))
    return [
        ":".join(
            filter(None, (mark.kind.value, mark.text, mark.placement and mark.placement.value))
        )
        for mark in first.marks
    ]


def faults(text: str) -> tuple[Diagnostic, ...]:
    """What is wrong in a text."""
    return parse_document(text).diagnostics


def codes(text: str) -> list[str]:
    """The codes of what is wrong."""
    return [fault.code for fault in faults(text)]


def marked(text: str) -> list[str]:
    """The pieces of the text that diagnostics point at."""
    return [text[fault.span.start : fault.span.end] for fault in faults(text)]
