"""How ornaments, tremolos and arpeggios are played: one written note as several sounding ones."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from lilydesk.notation import MarkKind, Pitch
from lilydesk.notation.pitch import STEPS

_QUICK = Fraction(1, 8)  # a note of a trill or turn, in quarters
_SPREAD = Fraction(1, 12)  # between the notes of a broken chord, in quarters
_MOST_STROKES = 256  # of one tremolo or trill; more of them are played slower

ORNAMENTS = frozenset({MarkKind.TRILL, MarkKind.TURN, MarkKind.MORDENT, MarkKind.PRALL})


class Piece(NamedTuple):
    """A sounding part of a written note: semitones from it, and when."""

    semitones: int
    onset: Fraction  # from the start of the written note
    length: Fraction


def neighbour(pitch: Pitch, steps: int, alterations: dict[str, int]) -> int:
    """Semitones to the neighbour on the staff, as the key signature alters it."""
    place = pitch.diatonic + steps
    step = STEPS[place % 7]
    return Pitch(step, alterations.get(step, 0), place // 7).midi - pitch.midi


def ornament(
    kind: MarkKind, pitch: Pitch, length: Fraction, alterations: dict[str, int]
) -> list[Piece]:
    """A note with a trill, turn, mordent or prall, in pieces that fill its length."""
    upper = neighbour(pitch, 1, alterations)
    lower = neighbour(pitch, -1, alterations)
    if kind is MarkKind.TRILL:
        n_pieces = max(2, int(length / _QUICK))
        return repeat([0, upper], length, n_pieces - n_pieces % 2 + 1)
    if kind is MarkKind.TURN:
        quick = min(_QUICK, length / 4)
        return _then_hold([upper, 0, lower], quick, length)
    quick = min(_QUICK, length / 4)
    return _then_hold([0, lower if kind is MarkKind.MORDENT else upper], quick, length)


def repeat(semitones: Sequence[int], length: Fraction, n_pieces: int) -> list[Piece]:
    """Notes in turn, of equal length."""
    n_pieces = max(1, min(_MOST_STROKES, n_pieces))
    each = length / n_pieces
    return [
        Piece(semitones[index % len(semitones)], index * each, each) for index in range(n_pieces)
    ]


def tremolo(length: Fraction, division: int) -> list[Piece]:
    """One note struck again and again, `division` times in a whole note."""
    return repeat([0], length, int(length * division / 4))


def arpeggio_delays(n_notes: int, length: Fraction) -> list[Fraction]:
    """How much later each note of a broken chord comes, from the lowest; half the chord at most."""
    if n_notes < 2:
        return [Fraction(0)] * n_notes
    step = min(_SPREAD, length / (2 * n_notes))
    return [step * index for index in range(n_notes)]


def _then_hold(semitones: Sequence[int], quick: Fraction, length: Fraction) -> list[Piece]:
    pieces = [Piece(value, index * quick, quick) for index, value in enumerate(semitones)]
    start = quick * len(semitones)
    return [*pieces, Piece(0, start, length - start)]
