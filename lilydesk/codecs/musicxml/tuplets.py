"""Slots as events: lengths as note values, tuplets opened and closed around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from lilydesk.codecs.musicxml.model import RawNote, TupletStart
from lilydesk.codecs.musicxml.values import (
    NOTHING,
    ONE,
    is_dyadic,
    note_values,
)
from lilydesk.notation import Chord, Duration, Event, Mark, MarkKind, NoteHead, Rest, Tuplet
from lilydesk.notation.duration import value_of
from lilydesk.notation.event import RestKind
from lilydesk.notation.span import NOWHERE
from lilydesk.notation.walk import takes_time

_AT_THE_END = (MarkKind.TIE, MarkKind.BEAM_END, MarkKind.SLUR_END, MarkKind.GLISSANDO)
_TIE = Mark(MarkKind.TIE, NOWHERE)


@dataclass(slots=True)
class _Group:
    """An open tuplet."""

    number: str  # as the file names it, "" where only the notes tell of it
    actual: int
    normal: int
    events: list[Event] = field(default_factory=list)
    written: Fraction = NOTHING  # what it holds so far
    unit: Fraction = NOTHING  # its shortest undotted value

    @property
    def ratio(self) -> Fraction:
        return Fraction(self.normal, self.actual)

    @property
    def is_complete(self) -> bool:
        return self.written > 0 and self.unit > 0 and not self.written % (self.actual * self.unit)


class TupletBuilder:
    """Builds the events of one voice in one measure."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._groups: list[_Group] = []

    def finish(self) -> tuple[Event, ...]:
        """Close what is open; everything in order."""
        self._close(0)
        return tuple(self._events)

    def context(self, event: Event) -> None:
        """Put in something that takes no time; before a tuplet rather than first in it."""
        place = self._events
        for group in self._groups:
            if not group.events:
                break
            place = group.events
        place.append(event)

    def open_for(self, note: RawNote | None, length: Fraction) -> None:
        """Open and close tuplets so that a note, or empty time, can be put in."""
        if note is None:
            if not is_dyadic(length / self._scale()):
                self._close(0)
            return
        if note.is_grace:
            return
        for start in note.tuplet_starts:
            self._open(start, note)
        if self._scale() == note.ratio:
            return
        self._close(0)
        if note.ratio != ONE:
            self._groups.append(_Group("", note.actual, note.normal))

    def put(self, events: list[Event], length: Fraction, duration: Duration | None) -> None:
        """Put in what a slot of this length became; `duration` is its written value."""
        self._here().extend(events)
        scale = self._scale()
        for group in reversed(self._groups):
            written = length / scale
            group.written += written
            unit = Duration(duration.division).length if duration else written
            group.unit = min(group.unit or unit, unit)
            scale /= group.ratio
            duration = None  # for outer groups

    def close_after(self, note: RawNote | None) -> None:
        """Close the tuplets that end at a note, and those that are complete."""
        for number in note.tuplet_stops if note else ():
            named = [i for i, group in enumerate(self._groups) if group.number == number]
            if named:
                self._close(named[-1])
        while self._groups and not self._groups[-1].number and self._groups[-1].is_complete:
            self._close(len(self._groups) - 1)

    def wrapped(self, length: Fraction, make: RestKind) -> list[Event]:
        """Empty time of any length that stands outside tuplets, in one of its own if need be."""
        if is_dyadic(length):
            return [Rest(make, value, NOWHERE) for value in note_values(length)]
        odd = length.denominator
        while odd % 2 == 0:
            odd //= 2
        normal = 1 << (odd.bit_length() - 1)
        values = note_values(length * Fraction(odd, normal))
        rests: tuple[Event, ...] = tuple(Rest(make, value, NOWHERE) for value in values)
        return [Tuplet(Fraction(normal, odd), odd, normal, rests, NOWHERE)]

    def scale(self) -> Fraction:
        """What the open tuplets multiply a written value by."""
        return self._scale()

    def _scale(self) -> Fraction:
        scale = ONE
        for group in self._groups:
            scale *= group.ratio
        return scale

    def _here(self) -> list[Event]:
        return self._groups[-1].events if self._groups else self._events

    def _open(self, start: TupletStart, note: RawNote) -> None:
        same = [i for i, group in enumerate(self._groups) if group.number == start.number]
        if same:
            self._close(same[0])
        if self._groups and not self._groups[-1].number:
            self._close(0)
        is_last = start is note.tuplet_starts[-1]
        left = note.ratio / self._scale()
        actual, normal = start.actual, start.normal
        if is_last and (not actual or Fraction(normal, actual) != left):
            is_whole = not self._groups
            actual = note.actual if is_whole else left.denominator
            normal = note.normal if is_whole else left.numerator
        if actual and normal and actual != normal:
            self._groups.append(_Group(start.number, actual, normal))

    def _close(self, depth: int) -> None:
        """Close tuplets until `depth` of them are open."""
        while len(self._groups) > depth:
            group = self._groups.pop()
            if any(map(takes_time, group.events)):
                tuplet = Tuplet(
                    group.ratio, group.actual, group.normal, tuple(group.events), NOWHERE
                )
                self._here().append(tuplet)
            else:
                self._here().extend(group.events)


def chords(
    heads: tuple[NoteHead, ...], values: list[Duration], marks: list[Mark], is_grace: bool
) -> list[Event]:
    """A chord, in tied pieces where one note value cannot tell its length."""
    if len(values) == 1:
        return [Chord(heads, values[0], NOWHERE, tuple(marks), is_grace)]
    first = [mark for mark in marks if mark.kind not in _AT_THE_END]
    last = [mark for mark in marks if mark.kind in _AT_THE_END]
    pieces: list[Event] = []
    for place, value in enumerate(values):
        is_last = place == len(values) - 1
        mine = (first if place == 0 else []) + (last if is_last else [_TIE])
        pieces.append(Chord(heads, value, NOWHERE, tuple(mine), is_grace))
    return pieces


def values_of(length: Fraction, duration: Duration | None, scale: Fraction) -> list[Duration]:
    """The note values that fill `length` under tuplets of `scale`: the written one if it does."""
    if duration is not None and duration.length * scale == length:
        return [duration]
    value = length / scale
    exact = value_of(value)
    if exact is not None:
        return [exact]
    rounded = Fraction(max(1, round(value * 256)), 256)
    return note_values(rounded)
