"""Places: from a code point of the text to the ids of the elements that stand there."""

from __future__ import annotations

from bisect import bisect_right

from lilydesk.notation import Document, Rest, element_id
from lilydesk.notation.walk import Leaf, leaves_of


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
    for voice in document.measures[index].voices:
        for leaf in leaves_of(voice.events):
            if leaf.span.start <= inside <= leaf.span.end:
                return _ids_of(index, leaf, inside)
    return ()


def _ids_of(index: int, leaf: Leaf, inside: int) -> tuple[str, ...]:
    if isinstance(leaf, Rest):
        return (element_id(index, "r", leaf.span.start),)
    heads = [head for head in leaf.heads if head.span.start <= inside < head.span.end]
    return tuple(element_id(index, "n", head.span.start) for head in heads or leaf.heads)
