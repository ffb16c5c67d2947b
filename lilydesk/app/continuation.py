"""Where Continue goes on: at the cursor of a half-written voice, else at the end of the text."""

from __future__ import annotations


def continue_point(text: str, cursor: int) -> int:
    """Where new measures go, in code points: the text up to there is the prefix.

    With only white space behind the cursor (the usual place while writing) they go in at the
    cursor, so a voice can be left half-written and blank lines at the end stay at the end. With
    anything else behind it they go to the end: a model that writes forwards cannot meet what
    follows, and nothing that the composer wrote may be pushed into the middle of new music.
    """
    if text[cursor:].strip():
        return len(text)
    return cursor
