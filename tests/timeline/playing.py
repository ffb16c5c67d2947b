"""Lilylet in, a performance out, in the shapes that tests compare."""

from __future__ import annotations

from fractions import Fraction

from lilydesk.lilylet import parse_document
from lilydesk.timeline import Performance, SoundingNote, perform


def played(text: str) -> Performance:
    """Perform Lilylet."""
    return perform(parse_document(text).document)


def notes(text: str) -> tuple[SoundingNote, ...]:
    """Return the notes of a performance."""
    return played(text).notes


def pitches(text: str) -> list[int]:
    """Return MIDI pitches in the order of playing."""
    return [note.midi for note in notes(text)]


def onsets(text: str) -> list[Fraction]:
    """Return onsets in quarters, in order."""
    return [note.onset for note in notes(text)]


def velocities(text: str) -> list[int]:
    """Return velocities in the order of playing."""
    return [note.velocity for note in notes(text)]
