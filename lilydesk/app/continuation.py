"""Where Continue goes on: at the cursor of a half-written voice, else at the end of the text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContinuePoint:
    """The composer's text up to here is the prefix; new text goes in here. In code points."""

    offset: int
    is_at_cursor: bool


def continue_point(text: str, cursor: int) -> ContinuePoint:
    """Where new measures go.

    With only white space behind the cursor (the usual place while writing) they go in at the
    cursor, so a voice can be left half-written and blank lines at the end stay at the end. With
    anything else behind it they go to the end: a model that writes forwards cannot meet what
    follows, and nothing that the composer wrote may be pushed into the middle of new music.
    """
    if text[cursor:].strip():
        return ContinuePoint(len(text), is_at_cursor=False)
    return ContinuePoint(cursor, is_at_cursor=True)
