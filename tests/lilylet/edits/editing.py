"""Selecting and editing a text, for tests of edit operations."""

from __future__ import annotations

from typing import Any

from lilydesk.lilylet.edits import EditResult, apply_edits
from lilydesk.lilylet.edits.atoms import Atom
from lilydesk.notation.span import Span


def span_of(text: str, piece: str) -> Span:
    """Where a piece of the text stands for the first time."""
    start = text.index(piece)
    return Span(start, start + len(piece))


def after(text: str, result: EditResult) -> str:
    """The text after an operation that had something to do."""
    assert result.reason == ""
    return apply_edits(text, result.edits)


def event_of(atom: Atom) -> tuple[Any, ...]:
    """What a note or rest is, wherever it stands and however it is written."""
    return atom.place, atom.pitches, atom.rest, atom.duration, atom.is_grace
