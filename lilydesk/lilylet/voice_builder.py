"""A voice while it is being read: the event at hand, open groups, and the time that has passed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TypeGuard

from lilydesk.lilylet.marks import mark_shapes
from lilydesk.lilylet.resolve import ResolvedDuration, Units
from lilydesk.notation.document import Verse
from lilydesk.notation.duration import Duration
from lilydesk.notation.event import (
    Chord,
    DoubleTremolo,
    Event,
    NoteHead,
    Rest,
    RestKind,
    StandaloneMark,
    Tuplet,
)
from lilydesk.notation.mark import Mark, MarkKind
from lilydesk.notation.pitch import Pitch
from lilydesk.notation.span import Span

NOT_LOW = 10_000  # beyond any pitch
_MAX_LATE_MARKS = 64  # each costs a copy of the event
_STANDALONE = frozenset(
    kind.name
    for kind in (
        MarkKind.DYNAMIC, MarkKind.MARKUP, MarkKind.CODA, MarkKind.SEGNO, MarkKind.CRESCENDO,
        MarkKind.DIMINUENDO, MarkKind.HAIRPIN_END, MarkKind.PEDAL_ON, MarkKind.PEDAL_OFF,
        MarkKind.BREATHE,
    )
)  # fmt: skip


_NOT_AT_RESTS = frozenset(
    kind.name
    for kind in (
        MarkKind.STACCATO, MarkKind.STACCATISSIMO, MarkKind.TENUTO, MarkKind.MARCATO,
        MarkKind.ACCENT, MarkKind.PORTATO, MarkKind.TREMOLO, MarkKind.GLISSANDO,
    )
)  # fmt: skip


_ODD_AT_RESTS = _NOT_AT_RESTS | {MarkKind.BEAM_START.name}  # a beam may lead over rests alone


def suits_rests(mark: Mark) -> bool:
    """Whether the score can show a mark at a rest."""
    return mark.kind.name not in _NOT_AT_RESTS


def can_stand_alone(kind: MarkKind) -> bool:
    """Whether a mark of this kind may belong to a moment instead of a note."""
    return kind.name in _STANDALONE


class Frame:
    """An open group: what has been read before it, to go on with when it closes."""

    __slots__ = (
        "denominator", "events", "is_empty", "kind", "last_timed", "numerator", "start", "units",
    )  # fmt: skip

    def __init__(
        self, kind: str, start: int, voice: VoiceBuilder, numerator: int, denominator: int
    ) -> None:
        self.kind = kind  # "tuplet", "grace", "tremolo" or "plain"
        self.start = start
        self.events = voice.events
        self.units = voice.units
        self.last_timed = voice.last_timed
        self.is_empty = False
        self.numerator = numerator
        self.denominator = denominator


class VoiceBuilder:
    """Collects the events of one voice in one measure."""

    __slots__ = (
        "barlines", "base", "duration", "end", "end_of_event", "events", "frames", "full_rests",
        "grace_depth", "has_duration", "has_staff", "has_timed", "heads", "highest", "highest_at",
        "highest_staff", "is_grace", "is_transposed", "last_timed", "lowest", "lowest_at",
        "marks", "n_events", "next_is_grace", "number", "odd_rests", "part", "position", "rest",
        "spanners", "staff", "start", "start_of_event", "units", "verses",
    )  # fmt: skip

    def __init__(self, part: int, number: int, base: int) -> None:
        self.part = part
        self.number = number  # of the voice in its part, from 0
        self.base = base
        self.staff = self.highest_staff = 1
        self.has_staff = False
        self.has_timed = False
        self.events: list[Event] = []
        self.last_timed = -1  # index in `events` of the last note, rest or group
        self.units: Units = 0
        self.full_rests = 0
        self.frames: list[Frame] = []
        self.grace_depth = 0
        self.next_is_grace = False
        self.start = -1
        self.end = -1
        self.verses: list[Verse] = []
        self.spanners: list[tuple[int, str, int]] = []  # number of note, sign, offset
        self.n_events = 0
        # Notes and rests before it, style.
        self.barlines: list[tuple[int, str, Span]] = []
        self.odd_rests: list[Rest] = []  # with what the score may be unable to show
        self.lowest, self.lowest_at = NOT_LOW, 0
        self.highest, self.highest_at = -NOT_LOW, 0
        self.is_transposed = False  # by a clef
        self.heads: tuple[NoteHead, ...] | None = None
        self.rest: RestKind | None = None
        self.position: Pitch | None = None
        self.marks: list[Mark] = []
        self.is_grace = False
        self.has_duration = False
        self.start_of_event = self.end_of_event = 0
        self.duration: ResolvedDuration

    def hear(self, diatonic: int, offset: int) -> None:
        """Notes how low and high the voice goes."""
        if diatonic < self.lowest:
            self.lowest, self.lowest_at = diatonic, offset
        if diatonic > self.highest:
            self.highest, self.highest_at = diatonic, offset

    # -- the event at hand: marks may still follow it

    @property
    def has_event(self) -> bool:
        """Whether a note, chord or rest is at hand that marks can attach to."""
        return self.heads is not None or self.rest is not None

    def begin_chord(
        self, heads: tuple[NoteHead, ...], duration: ResolvedDuration, start: int, end: int
    ) -> None:
        """A note or chord comes to hand."""
        self.flush()
        self.heads = heads
        self._begin(duration, start, end)

    def begin_rest(self, kind: RestKind, duration: ResolvedDuration, start: int, end: int) -> None:
        """A rest comes to hand."""
        self.flush()
        self.rest = kind
        self._begin(duration, start, end)

    def _begin(self, duration: ResolvedDuration, start: int, end: int) -> None:
        if self.start < 0:
            self.start = start
        self.duration = duration
        self.start_of_event = start
        self.end_of_event = end
        self.is_grace = self.next_is_grace or self.grace_depth > 0
        self.next_is_grace = False
        self.has_timed = True
        self.n_events += 1

    def add_marks(self, text: str, start: int) -> None:
        """Adds a run of marks like `-.([` to the event at hand."""
        marks = self.marks
        for kind, first, last, words, placement, spanner in mark_shapes(text):
            marks.append(Mark(kind, Span(start + first, start + last), words, placement))
            if spanner:
                self.spanners.append((self.n_events, spanner, start + first))
        self.end_of_event = start + len(text)

    def take_marks(self, text: str, start: int) -> bool:
        """Adds a run of marks apart from the note; False if they could belong to nothing."""
        if self.has_event:
            self.add_marks(text, start)
            return True
        return all(
            self.add_mark(
                Mark(shape.kind, Span(start + shape.start, start + shape.end), shape.text,
                     shape.placement),
                shape.spanner,
            )
            for shape in mark_shapes(text)
        )  # fmt: skip

    def add_mark(self, mark: Mark, spanner: str = "") -> bool:
        """Adds a mark to the event at hand, to the moment, or to the last note.

        False if there is nothing that it could belong to.
        """
        note = self.n_events
        if self.has_event:
            self.marks.append(mark)
            self.end_of_event = mark.span.end
        elif can_stand_alone(mark.kind):
            self.add(StandaloneMark(mark, mark.span))
            note += 1
        elif not self._mark_last(mark):
            return False
        if spanner:
            self.spanners.append((note, spanner, mark.span.start))
        return True

    def _mark_last(self, mark: Mark) -> bool:
        if self.last_timed < 0:
            return False
        event = _with_mark(self.events[self.last_timed], mark)
        if event is None:
            return False
        self.events[self.last_timed] = event
        return True

    def flush(self) -> None:
        """Puts the event at hand among the events."""
        if self.heads is not None:
            event: Event = Chord(
                self.heads, self.duration.duration,
                Span(self.start_of_event, self.end_of_event), tuple(self.marks), self.is_grace,
            )  # fmt: skip
            self.heads = None
            if not self.is_grace:
                self.units += self.duration.units
        elif self.rest is not None:
            event = Rest(
                self.rest, self.duration.duration,
                Span(self.start_of_event, self.end_of_event), tuple(self.marks), self.position,
                self.is_grace,
            )  # fmt: skip
            self._count_rest(self.rest)
            if event.is_grace or any(mark.kind.name in _ODD_AT_RESTS for mark in event.marks):
                self.odd_rests.append(event)
        else:
            return
        self.last_timed = len(self.events)
        self.events.append(event)
        self.end = self.end_of_event
        self.has_duration = False
        if self.marks:
            self.marks = []

    def _count_rest(self, kind: RestKind) -> None:
        self.rest = self.position = None
        if kind is RestKind.FULL_MEASURE and not self.is_grace and not self._is_scaled():
            self.full_rests += 1
        elif not self.is_grace:
            self.units += self.duration.units

    def _is_scaled(self) -> bool:
        return any(frame.kind in ("tuplet", "tremolo") for frame in self.frames)

    def turn_into_rest(self, end: int) -> bool:
        r"""Makes the note at hand a positioned rest (\rest); False if it is no single note."""
        if self.heads is None or len(self.heads) != 1:
            return False
        self.position = self.heads[0].pitch
        self.heads = None
        self.rest = RestKind.VISIBLE
        self.end_of_event = end
        return True

    def add(self, event: Event) -> None:
        """Adds a change of context, or a mark that belongs to a moment."""
        self.flush()
        self.touch(event.span.start)
        self.events.append(event)
        self.end = event.span.end

    def touch(self, start: int) -> None:
        """Notes where the voice begins in the text."""
        if self.start < 0:
            self.start = start

    # -- groups

    def open_group(self, kind: str, start: int, numerator: int = 1, denominator: int = 1) -> None:
        """Opens a group. A grace group has no events of its own: it only flags them."""
        self.flush()
        self.touch(start)
        self.frames.append(Frame(kind, start, self, numerator, denominator))
        if kind == "grace":
            self.grace_depth += 1
        elif kind != "plain":
            self.events = []
            self.units = 0
            self.last_timed = -1

    def close_group(self, end: int) -> Frame:
        """Closes the innermost group, of which there must be one, and returns its frame.

        For a tremolo the frame holds the outer events and `events` the inner ones; the caller
        puts them together with `close_tremolo`.
        """
        self.flush()
        frame = self.frames.pop()
        self.end = end
        if frame.kind == "grace":
            self.grace_depth -= 1
        elif frame.kind == "tuplet":
            self._close_tuplet(frame, end)
        return frame

    def _close_tuplet(self, frame: Frame, end: int) -> None:
        inner, units, has_notes = self.events, self.units, self.last_timed >= 0
        self.events, self.units = frame.events, frame.units
        self.last_timed = frame.last_timed
        if not has_notes:
            frame.is_empty = True
            self.events.extend(inner)
            return
        ratio = Fraction(frame.denominator, frame.numerator)
        scaled = units * ratio
        self.units += scaled.numerator if scaled.denominator == 1 else scaled
        self.last_timed = len(self.events)
        self.events.append(
            Tuplet(ratio, frame.numerator, frame.denominator, tuple(inner), Span(frame.start, end))
        )

    def close_tremolo(self, frame: Frame, end: int, duration: Duration | None) -> None:
        """Ends a double tremolo of the group's two chords; without `duration` they stay as is."""
        inner, units = self.events, self.units
        self.events, self.units = frame.events, frame.units
        if duration is None:
            has_notes = self.last_timed >= 0
            self.last_timed = len(self.events) + self.last_timed if has_notes else frame.last_timed
            self.events.extend(inner)
            self.units += units
            return
        chords = [event for event in inner if _is_tremolo_chord(event)]
        first = inner.index(chords[0])
        self.events.extend(inner[:first])
        self.last_timed = len(self.events)
        self.events.append(
            DoubleTremolo(chords[0], chords[1], frame.numerator, duration, Span(frame.start, end))
        )
        # What stands between the two notes has no place there.
        self.events.extend(event for event in inner[first:] if not _is_tremolo_chord(event))
        self.units += units * frame.numerator


def _is_tremolo_chord(event: Event) -> TypeGuard[Chord]:
    return isinstance(event, Chord) and not event.is_grace


def _with_mark(event: Event, mark: Mark) -> Event | None:
    """The event with one mark more, on its last note; None if it cannot bear it."""
    if isinstance(event, Chord | Rest):
        if len(event.marks) >= _MAX_LATE_MARKS:
            return None
        return replace(event, marks=(*event.marks, mark))
    if isinstance(event, DoubleTremolo):
        second = _with_mark(event.second, mark)
        return replace(event, second=second) if isinstance(second, Chord) else None
    if isinstance(event, Tuplet):
        last = _with_mark(event.events[-1], mark)
        return replace(event, events=(*event.events[:-1], last)) if last is not None else None
    return None
