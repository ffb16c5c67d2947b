"""How loud: dynamics and hairpins of the staves of a part as a curve over the written score."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from lilydesk.notation import MarkKind

USUAL_LEVEL = 76  # mezzo-forte, where the score says nothing

LEVELS = {
    "pppp": 18, "ppp": 28, "pp": 38, "p": 50, "mp": 63, "mf": 76, "f": 90, "ff": 104, "fff": 116,
    "ffff": 124,
}  # fmt: skip
SUDDEN = frozenset({"sf", "sfz", "sffz", "fz", "rf", "rfz"})  # one note only
_SUDDEN_GAIN = 24
_HAIRPIN_GAIN = 16  # where no dynamic tells how far a hairpin leads
_ACCENTS = {MarkKind.ACCENT: 14, MarkKind.MARCATO: 18, MarkKind.TENUTO: 3, MarkKind.PORTATO: 3}


class DynamicMark(NamedTuple):
    """A dynamic, or the start or end of a hairpin, at a moment of the written score."""

    onset: Fraction
    kind: MarkKind
    text: str


class _Span(NamedTuple):
    onset: Fraction
    end: Fraction  # equal to onset for a level that stays
    from_level: float
    to_level: float


class DynamicCurve:
    """Loudness over the written score."""

    def __init__(self, marks: Iterable[DynamicMark]) -> None:
        self._spans = _spans(sorted(marks, key=lambda mark: mark.onset))
        self._onsets = [span.onset for span in self._spans]

    def level(self, onset: Fraction) -> int:
        """MIDI velocity of a plain note at a moment."""
        place = bisect_right(self._onsets, onset) - 1
        if place < 0:
            return USUAL_LEVEL
        span = self._spans[place]
        if onset >= span.end:
            return round(span.to_level)
        share = float((onset - span.onset) / (span.end - span.onset))
        return round(span.from_level + share * (span.to_level - span.from_level))


def emphasis(kind: MarkKind, text: str) -> int:
    """What an articulation or a sudden dynamic adds to the velocity of its own note."""
    if kind is MarkKind.DYNAMIC:
        return _SUDDEN_GAIN if text in SUDDEN else LEVELS["f"] - LEVELS["p"] if text == "fp" else 0
    return _ACCENTS.get(kind, 0)


def _spans(marks: list[DynamicMark]) -> list[_Span]:
    spans: list[_Span] = []
    level = float(USUAL_LEVEL)
    for index, mark in enumerate(marks):
        if mark.kind is MarkKind.DYNAMIC:
            new_level = LEVELS.get("p" if mark.text == "fp" else mark.text)
            if new_level is not None:
                level = float(new_level)
                spans.append(_Span(mark.onset, mark.onset, level, level))
        elif mark.kind in (MarkKind.CRESCENDO, MarkKind.DIMINUENDO):
            end, target = _where_it_leads(marks[index + 1 :], mark, level)
            if end > mark.onset:
                spans.append(_Span(mark.onset, end, level, target))
                level = target
    return spans


def _where_it_leads(
    later: list[DynamicMark], start: DynamicMark, level: float
) -> tuple[Fraction, float]:
    """End of a hairpin, and the level there: that of a dynamic which follows at once, if any."""
    is_louder = start.kind is MarkKind.CRESCENDO
    guess = level + (_HAIRPIN_GAIN if is_louder else -_HAIRPIN_GAIN)
    guess = max(min(guess, 124.0), 18.0)
    end = start.onset
    for mark in later:
        if mark.onset == start.onset and mark.kind is not MarkKind.DYNAMIC:
            continue
        if mark.kind is not MarkKind.DYNAMIC:
            if end > start.onset:
                break
            end = mark.onset
            continue
        known = LEVELS.get(mark.text)
        if known is None or mark.onset == start.onset:
            continue
        if end == start.onset:
            end = mark.onset
        if mark.onset <= end + 2 and (known > level) == is_louder:
            return end, float(known)
        break
    return end, guess
