"""Walking through the events of a voice: into its groups, over its notes, and along its time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TypeGuard

from lilydesk.notation.document import Measure, Voice
from lilydesk.notation.event import (
    Chord,
    DoubleTremolo,
    Event,
    Rest,
    RestKind,
    Tempo,
    Timed,
    Tuplet,
)

Leaf = Chord | Rest


def flat(events: Iterable[Event]) -> Iterator[Event]:
    """All events in order, with what a tuplet holds in place of the tuplet."""
    for event in events:
        if isinstance(event, Tuplet):
            yield from flat(event.events)
        else:
            yield event


def leaves_of(events: Iterable[Event]) -> Iterator[Leaf]:
    """Notes, chords and rests in order, those in groups and grace notes included."""
    for event in events:
        if isinstance(event, Chord | Rest):
            yield event
        elif isinstance(event, Tuplet):
            yield from leaves_of(event.events)
        elif isinstance(event, DoubleTremolo):
            yield from (event.first, event.second)


def with_leaves(events: Iterable[Event], change: Callable[[int, Leaf], Leaf]) -> tuple[Event, ...]:
    """The same events, each leaf exchanged for what `change` makes of its number and itself."""
    return _Exchange(change).events(events)


def with_voices(measure: Measure, change: Callable[[Voice], Voice]) -> Measure:
    """The same measure, each voice exchanged for what `change` makes of it."""
    parts = (replace(part, voices=tuple(map(change, part.voices))) for part in measure.parts)
    return replace(measure, parts=tuple(parts))


class _Exchange:
    def __init__(self, change: Callable[[int, Leaf], Leaf]) -> None:
        self._change = change
        self._n_seen = 0

    def events(self, events: Iterable[Event]) -> tuple[Event, ...]:
        return tuple(self._event(event) for event in events)

    def _event(self, event: Event) -> Event:
        if isinstance(event, Chord | Rest):
            return self._leaf(event)
        if isinstance(event, Tuplet):
            return replace(event, events=self.events(event.events))
        if isinstance(event, DoubleTremolo):
            first, second = self._leaf(event.first), self._leaf(event.second)
            if isinstance(first, Chord) and isinstance(second, Chord):
                return replace(event, first=first, second=second)
        return event

    def _leaf(self, leaf: Leaf) -> Leaf:
        number, self._n_seen = self._n_seen, self._n_seen + 1
        return self._change(number, leaf)


def is_timed(event: Event) -> TypeGuard[Timed]:
    """Whether the event is a note, a rest or a group of them, grace notes included."""
    return isinstance(event, Chord | Rest | Tuplet | DoubleTremolo)


def is_grace(event: Event) -> bool:
    """Whether this is a grace note or a rest among grace notes."""
    return isinstance(event, Chord | Rest) and event.is_grace


def takes_time(event: Event) -> bool:
    """Whether the event is a note, a rest or a group of them in the measure's own time."""
    return is_timed(event) and not is_grace(event)


def is_plain_rest(event: Event) -> bool:
    """A rest without a place or marks, which a full measure's rest can stand for."""
    return (
        isinstance(event, Rest)
        and event.kind is RestKind.VISIBLE
        and event.position is None
        and not event.marks
        and not event.is_grace
    )


def in_order_of_time(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events of a voice, but a tempo behind a rest that is all it has comes before that rest.

    It belongs to the measure's start: pieces converted by the reference say it behind the rest,
    some four hundred in the corpus. Otherwise it would be shown and heard a measure late.
    """
    if not any(isinstance(event, Tempo) for event in events):
        return events
    timed = [event for event in events if is_timed(event)]
    if len(timed) != 1 or not isinstance(timed[0], Rest):
        return events
    return tuple(sorted(events, key=lambda event: not isinstance(event, Tempo)))


def length_of(event: Event) -> Fraction:
    """Length in quarters as written; 0 for grace notes and changes of context.

    A full-measure rest counts as the value it is written with, not as its measure.
    """
    if isinstance(event, Tuplet):
        return event.ratio * sum(map(length_of, event.events), Fraction(0))
    if isinstance(event, DoubleTremolo):
        return event.length
    if isinstance(event, Chord | Rest) and not event.is_grace:
        return event.duration.length
    return Fraction(0)


def onsets_of(
    events: Iterable[Event], start: Fraction = Fraction(0)
) -> Iterator[tuple[Fraction, Event]]:
    """Each event with its onset in quarters, the first one's being `start`; groups as a whole."""
    onset = start
    for event in events:
        yield onset, event
        onset += length_of(event)


def n_lyric_notes(events: Iterable[Event]) -> int:
    """How many syllables the events can take: rests take none, tied notes one each."""
    return sum(isinstance(leaf, Chord) and not leaf.is_grace for leaf in leaves_of(events))


def first_leaf(events: Iterable[Event]) -> tuple[int, Leaf] | None:
    """The first leaf that takes time, and its number."""
    found = ((i, leaf) for i, leaf in enumerate(leaves_of(events)) if not leaf.is_grace)
    return next(found, None)


def last_leaf(events: Iterable[Event]) -> tuple[int, Leaf] | None:
    """The last leaf that takes time, and its number."""
    found = [(i, leaf) for i, leaf in enumerate(leaves_of(events)) if not leaf.is_grace]
    return found[-1] if found else None


def last_note(events: Iterable[Event]) -> int | None:
    """The number of the last leaf that is a note or chord and takes time."""
    numbers = (
        i
        for i, leaf in enumerate(leaves_of(events))
        if isinstance(leaf, Chord) and not leaf.is_grace
    )
    return max(numbers, default=None)
