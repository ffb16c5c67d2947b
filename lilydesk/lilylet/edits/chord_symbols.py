"""Chord symbols such as Am7 or D/F#, moved along with the notes."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.pitches import Interval, transposed
from lilydesk.lilylet.edits.result import TextEdit
from lilydesk.lilylet.edits.selection import holds
from lilydesk.notation.event import ChordSymbol
from lilydesk.notation.pitch import Pitch
from lilydesk.notation.span import Span
from lilydesk.notation.walk import flat

_ROOT = r"([A-G])(##|bb|♯|♭|#|b)?"
_KIND = r"(?:maj|min|dim|aug|sus|add|alt|omit|no|m|M|[-+°øΔ^]|[0-9#b♯♭(),. ])*"
_SYMBOL = re.compile(rf"{_ROOT}({_KIND})(?:(/){_ROOT})?")
_ALTERS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1, "##": 2, "bb": -2}
_SIGNS = {0: "", 1: "#", -1: "b", 2: "##", -2: "bb"}
_COMMAND = re.compile(r'\\chords[^\S\n]*"([^"\\\n]*)"')


def chord_symbol_edits(
    parsed: ParsedText, selection: Span, interval: Interval
) -> Iterator[TextEdit]:
    """Edits of the chord symbols in a selection; words that are no chord stay."""
    starts = parsed.document.starts
    first = max(0, bisect_right(starts, selection.start) - 1)
    last = bisect_left(starts, selection.end)
    measures = parsed.document.measures[first:last]
    for start, measure in zip(starts[first:last], measures, strict=True):
        for voice in measure.voices:
            for event in flat(voice.events):
                if not isinstance(event, ChordSymbol):
                    continue
                place = event.span.shifted(start)
                match = _COMMAND.match(parsed.text, place.start, place.end)
                moved = transposed_symbol(match[1], interval) if match else None
                if match and moved is not None and holds(selection, place):
                    yield TextEdit(Span(*match.span(1)), moved)


def transposed_symbol(symbol: str, interval: Interval) -> str | None:
    """The symbol with its root and bass moved; None if it is no chord."""
    match = _SYMBOL.fullmatch(symbol.strip())
    if match is None:
        return None
    root = _moved(match[1], match[2], interval)
    bass = "/" + _moved(match[5], match[6], interval) if match[4] else ""
    return root + match[3] + bass


def _moved(letter: str, sign: str | None, interval: Interval) -> str:
    pitch = transposed(Pitch(letter.lower(), _ALTERS[sign or ""]), interval)
    return pitch.step.upper() + _SIGNS[pitch.alter]
