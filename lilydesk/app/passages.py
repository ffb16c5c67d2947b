"""Passages: which measures a selection means, and which voices they have, in words."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from lilydesk.notation import Document


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """A voice that can be chosen."""

    part: int  # from 0, in the order of the text
    voice: int
    label: str  # "Piano, staff 2"


@dataclass(frozen=True, slots=True)
class MeasureRange:
    """Measures by their numbers, from 1."""

    first: int
    last: int


def range_of(document: Document, start: int, end: int) -> MeasureRange | None:
    """The measures that a stretch of the text touches; None if there is no measure yet."""
    if not document.measures:
        return None
    first = _measure_at(document, start)
    last = _measure_at(document, max(start, end - 1))
    return MeasureRange(first + 1, max(first, last) + 1)


def _measure_at(document: Document, offset: int) -> int:
    """The measure at a place; what stands between two belongs to the one before it."""
    index = max(0, bisect_right(document.starts, offset) - 1)
    index = min(index, len(document.measures) - 1)
    begin = document.starts[index] + document.measures[index].span.start
    return max(0, index - (offset < begin))


def voices_in(document: Document, measures: MeasureRange) -> tuple[VoiceChoice, ...]:
    """The voices of these measures, each with a label that tells it from the others."""
    staves: dict[tuple[int, int], int] = {}
    for measure in document.measures[measures.first - 1 : measures.last]:
        for part, content in enumerate(measure.parts):
            for number, voice in enumerate(content.voices):
                if voice.events:
                    staves.setdefault((part, number), voice.staff)
    n_parts = len({part for part, _ in staves})
    return tuple(
        VoiceChoice(part, number, _label(staves, part, number, n_parts))
        for part, number in sorted(staves)
    )


def _label(staves: dict[tuple[int, int], int], part: int, number: int, n_parts: int) -> str:
    staff = staves[part, number]
    here = [voice for (p, voice), s in sorted(staves.items()) if p == part and s == staff]
    words = [f"Part {part + 1}"] if n_parts > 1 else []
    n_staves = len({s for (p, _), s in staves.items() if p == part})
    if n_staves > 1 or (n_parts == 1 and len(here) == 1):
        words.append(f"staff {staff}")
    if len(here) > 1:
        words.append(f"voice {here.index(number) + 1}")
    text = ", ".join(words)
    return text[0].upper() + text[1:]
