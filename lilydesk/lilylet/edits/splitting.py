"""Events split at a barline, with ties; and joined again where a barline went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from lilydesk.lilylet.lengths import single_value, spelled_length
from lilydesk.notation.event import Chord, DoubleTremolo, Event, Rest, Tuplet
from lilydesk.notation.mark import Mark, MarkKind
from lilydesk.notation.walk import length_of

# These belong to the end of a note, the others to its beginning.
_AT_END = frozenset({
    MarkKind.TIE, MarkKind.SLUR_END, MarkKind.BEAM_END, MarkKind.HAIRPIN_END, MarkKind.PEDAL_OFF,
    MarkKind.FERMATA, MarkKind.SHORT_FERMATA, MarkKind.BREATHE, MarkKind.GLISSANDO,
})  # fmt: skip


class CannotSplit(Exception):
    """An event that no barline can go through; its text says why."""


def split(event: Event, at: Fraction) -> tuple[list[Event], list[Event]]:
    """The event before and after `at` quarters of it; ties join the pieces of a note."""
    if isinstance(event, Tuplet):
        left, right = split_all(event.events, at / event.ratio)
        return [replace(event, events=tuple(left))], [replace(event, events=tuple(right))]
    if isinstance(event, Chord | Rest):
        left = pieces(event, at)
        right = pieces(event, length_of(event) - at)
        return _shared(event, left, right)
    assert isinstance(event, DoubleTremolo), "nothing else has a length"
    return _split_tremolo(event, at)


def _split_tremolo(event: DoubleTremolo, at: Fraction) -> tuple[list[Event], list[Event]]:
    """The strokes before and after; a stroke without its partner is a note by itself."""
    n_left = at / event.duration.length
    if n_left.denominator != 1:
        raise CannotSplit("A tremolo of two notes would be cut within one of its notes.")
    first, second = (replace(one, marks=()) for one in (event.first, event.second))
    left = _strokes(event, first, second, n_left.numerator)
    is_odd = n_left.numerator % 2
    after = (second, first) if is_odd else (first, second)
    right = _strokes(event, *after, 2 * event.count - n_left.numerator)
    together = _with_marks([*left, *right], event)
    return together[: len(left)], together[len(left) :]


def _strokes(like: DoubleTremolo, first: Chord, second: Chord, n_strokes: int) -> list[Event]:
    pair = 2 * like.duration.length
    values = [value.length / pair for value in spelled_length(n_strokes // 2 * pair) or ()]
    if any(value.denominator != 1 for value in values):
        values = [Fraction(n_strokes // 2)]
    found: list[Event] = [
        replace(like, first=first, second=second, count=value.numerator) for value in values
    ]
    return [*found, first] if n_strokes % 2 else found


def _with_marks(pieces: list[Event], event: DoubleTremolo) -> list[Event]:
    """The pieces of a tremolo with its marks: at the first of each note, or at the very end."""
    at_end = [one for note in (event.first, event.second) for one in note.marks if _is_at_end(one)]
    for index, note in enumerate((event.first, event.second)):
        is_there = index == 0 or isinstance(pieces[0], DoubleTremolo)
        marks = [mark for mark in note.marks if not _is_at_end(mark)]
        place = 0 if is_there else 1
        pieces[place] = _marked(pieces[place], marks, is_second=index == 1 and is_there)
    pieces[-1] = _marked(pieces[-1], at_end, is_second=True)
    return pieces


def _is_at_end(mark: Mark) -> bool:
    return mark.kind in _AT_END


def _marked(event: Event, marks: list[Mark], *, is_second: bool) -> Event:
    if isinstance(event, DoubleTremolo):
        if is_second:
            return replace(event, second=_with_more(event.second, marks))
        return replace(event, first=_with_more(event.first, marks))
    assert isinstance(event, Chord), "pieces of a tremolo"
    return _with_more(event, marks)


def _with_more(chord: Chord, marks: list[Mark]) -> Chord:
    return replace(chord, marks=(*chord.marks, *marks))


def split_all(events: Iterable[Event], at: Fraction) -> tuple[list[Event], list[Event]]:
    """Events one after another, those before and those after `at`."""
    left: list[Event] = []
    right: list[Event] = []
    onset = Fraction(0)
    for event in events:
        end = onset + length_of(event)
        if onset >= at:
            right.append(event)
        elif end <= at:
            left.append(event)
        else:
            before, after = split(event, at - onset)
            left += before
            right += after
        onset = end
    return left, right


def pieces(event: Chord | Rest, length: Fraction) -> list[Event]:
    """The same note or rest for another length, in as few note values as it takes."""
    values = spelled_length(length)
    if not values:
        raise CannotSplit("A note would be cut into lengths that no note value has.")
    return [replace(event, duration=value, marks=()) for value in values]


def _shared(
    event: Chord | Rest, left: list[Event], right: list[Event]
) -> tuple[list[Event], list[Event]]:
    """Gives the pieces of a note its marks, and ties between them."""
    together = [*left, *right]
    last = len(together) - 1
    for index, piece in enumerate(together):
        marks = [
            mark
            for mark in event.marks
            if mark.kind is MarkKind.TREMOLO
            or (mark.kind in _AT_END and index == last)
            or (mark.kind not in _AT_END and index == 0)
        ]
        if isinstance(piece, Chord) and index < last:
            marks.append(Mark(MarkKind.TIE, piece.span))
        if isinstance(piece, Chord | Rest):
            together[index] = replace(piece, marks=tuple(marks))
    return together[: len(left)], together[len(left) :]


def spread(event: Chord | Rest, length: Fraction) -> list[Event]:
    """The note or rest made to last `length`, its marks shared among the pieces."""
    return _shared(event, pieces(event, length), [])[0]


def joined(one: Event, other: Event) -> Chord | None:
    """Two notes that are tied as one, if a single note value has their length."""
    if not isinstance(one, Chord) or not isinstance(other, Chord):
        return None
    ties = [mark for mark in one.marks if mark.kind is MarkKind.TIE]
    value = single_value(one.duration.length + other.duration.length)
    is_same = [head.pitch for head in one.heads] == [head.pitch for head in other.heads]
    if not ties or value is None or not is_same or one.is_grace or other.is_grace:
        return None
    if any(mark.kind not in _AT_END for mark in other.marks):
        return None
    kept = [mark for mark in one.marks if mark.kind is not MarkKind.TIE]
    return replace(one, duration=value, marks=(*kept, *other.marks))


def with_whole_beams(events: list[Event]) -> list[Event]:
    """The events of a measure without beams that begin or end in another one."""
    found: list[Event] = []
    open_at: int | None = None
    for event in events:
        if isinstance(event, Chord | Rest):
            kinds = [mark.kind for mark in event.marks]
            if MarkKind.BEAM_END in kinds and open_at is None:
                event = _without(event, MarkKind.BEAM_END)
            elif MarkKind.BEAM_END in kinds:
                open_at = None
            if MarkKind.BEAM_START in kinds:
                open_at = len(found)
        found.append(event)
    if open_at is not None:
        found[open_at] = _without(found[open_at], MarkKind.BEAM_START)
    return found


def _without(event: Event, kind: MarkKind) -> Event:
    if isinstance(event, Chord):
        return replace(event, marks=tuple(mark for mark in event.marks if mark.kind is not kind))
    if isinstance(event, Rest):
        return replace(event, marks=tuple(mark for mark in event.marks if mark.kind is not kind))
    return event
