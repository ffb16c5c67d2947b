"""Notes and rests of a voice, whatever groups they stand in: to look at, and to exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from lilydesk.notation import Chord, Event, Measure, Part, Rest, Tuplet, Voice
from lilydesk.notation.event import DoubleTremolo

Leaf = Chord | Rest
VoicePlace = tuple[int, int]
"""Part and voice of a measure, from 0, in the order of the text."""


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


def length_of(event: Event) -> Fraction:
    """How long an event lasts, in quarters; 0 for what takes no time."""
    if isinstance(event, Tuplet):
        return event.ratio * sum((length_of(inner) for inner in event.events), Fraction(0))
    if isinstance(event, DoubleTremolo):
        return event.length
    if isinstance(event, Chord | Rest) and not event.is_grace:
        return event.duration.length
    return Fraction(0)


def onsets_of(events: Iterable[Event]) -> Iterator[tuple[Fraction, Event]]:
    """Each event with its onset within the voice."""
    onset = Fraction(0)
    for event in events:
        yield onset, event
        onset += length_of(event)


def voices_of(measure: Measure) -> Iterator[tuple[VoicePlace, Voice]]:
    """The voices of a measure with their places."""
    for part, content in enumerate(measure.parts):
        for number, voice in enumerate(content.voices):
            yield (part, number), voice


def voice_at(measure: Measure, place: VoicePlace) -> Voice | None:
    """The voice at a place, if there is one."""
    part, number = place
    if part < len(measure.parts) and number < len(measure.parts[part].voices):
        return measure.parts[part].voices[number]
    return None


def with_voice(measure: Measure, place: VoicePlace, voice: Voice) -> Measure:
    """The measure with another voice at a place."""
    parts = list(measure.parts)
    voices = list(parts[place[0]].voices)
    voices[place[1]] = voice
    parts[place[0]] = Part(tuple(voices))
    return replace(measure, parts=tuple(parts))


def with_events(measure: Measure, place: VoicePlace, events: tuple[Event, ...]) -> Measure:
    """The measure with other events in one of its voices."""
    voice = measure.parts[place[0]].voices[place[1]]
    return with_voice(measure, place, replace(voice, events=events))


def first_leaf(events: Iterable[Event]) -> tuple[int, Leaf] | None:
    """The first leaf that takes time, and its number."""
    found = ((i, leaf) for i, leaf in enumerate(leaves_of(events)) if not leaf.is_grace)
    return next(found, None)


def last_leaf(events: Iterable[Event]) -> tuple[int, Leaf] | None:
    """The last leaf that takes time, and its number."""
    found = [(i, leaf) for i, leaf in enumerate(leaves_of(events)) if not leaf.is_grace]
    return found[-1] if found else None
