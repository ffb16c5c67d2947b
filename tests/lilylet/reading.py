"""Short ways to say what a text means, for tests."""

from __future__ import annotations

from lilydesk.lilylet import Diagnostic, parse_document
from lilydesk.notation import Chord, Event, Pitch, Voice
from lilydesk.notation.walk import Leaf, leaves_of

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
        " ".join(_word(leaf) for each in one.voices for leaf in leaves_of(each.events))
        for one in measures
    )


def _word(leaf: Leaf) -> str:
    if isinstance(leaf, Chord):
        return "+".join(name(head.pitch) for head in leaf.heads)
    return leaf.kind.value


def durations(text: str) -> str:
    """The durations of a text's notes and rests, in the order of the text."""
    return " ".join(
        f"{event.duration.division}{'.' * event.duration.dots}"
        for one in parse_document(text).document.measures
        for each in one.voices
        for event in leaves_of(each.events)
    )


def marks(text: str) -> list[str]:
    """The marks of the first note: kind, text and placement in one word each."""
    (first, *_) = leaves_of(events(text))
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
