"""What of a measure is the composer's plan, and stays when its music is written anew.

Tempo, barlines, keys, time signatures and pickups stay where they stand; clefs and octave lines
may change within, but hold again as they did when the passage ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from lilydesk.composing.voice_places import VoicePlace, voice_at, voices_of, with_events
from lilydesk.notation import Event, Measure, Tuplet
from lilydesk.notation.event import (
    Barline,
    Clef,
    ClefChange,
    KeyChange,
    Ottava,
    Partial,
    StaffChange,
    Tempo,
    TimeChange,
)
from lilydesk.notation.span import NOWHERE
from lilydesk.notation.walk import in_order_of_time, length_of, onsets_of
from lilydesk.timeline.placing import full_measure_length, placed_events

_PLAN = (Tempo, Barline, KeyChange, TimeChange, Partial)
Free = frozenset[VoicePlace] | None
"""The voices that are written anew; None is all of them."""


def is_free(free: Free, place: VoicePlace) -> bool:
    """Whether a voice is written anew."""
    return free is None or place in free


def with_plan_of(new: Measure, old: Measure, free: Free, *, is_first: bool) -> Measure:
    """The new measure with the plan of the old one in place of its own.

    In the first measure of a piece the clefs are part of the plan, where the new one has none.
    """
    for place, voice in voices_of(new):
        if is_free(free, place):
            new = with_events(new, place, _without_plan(voice.events))
    for place, voice in voices_of(old):
        placed = onsets_of(in_order_of_time(voice.events))
        planned: list[tuple[Fraction, Event]] = [
            (onset, event) for onset, event in placed if isinstance(event, _PLAN)
        ]
        if is_first:
            clefs = _opening_clefs(voice.events)
            planned[:0] = [(Fraction(0), clef) for clef in clefs if not _has_clef(new, place)]
        there = place if voice_at(new, place) else (0, 0)
        target = voice_at(new, there)
        if planned and target is not None and is_free(free, place):
            new = with_events(new, there, _inserted(target.events, planned))
    return new


def _without_plan(events: Iterable[Event]) -> tuple[Event, ...]:
    kept: list[Event] = []
    for event in events:
        if isinstance(event, Tuplet):
            kept.append(replace(event, events=_without_plan(event.events)))
        elif not isinstance(event, _PLAN):
            kept.append(event)
    return tuple(kept)


def _opening_clefs(events: Iterable[Event]) -> list[ClefChange]:
    found = []
    for event in events:
        if length_of(event):
            break
        if isinstance(event, ClefChange):
            found.append(event)
    return found


def _has_clef(measure: Measure, place: VoicePlace) -> bool:
    voice = voice_at(measure, place)
    return voice is not None and bool(_opening_clefs(voice.events))


def _inserted(
    events: Sequence[Event], planned: Sequence[tuple[Fraction, Event]]
) -> tuple[Event, ...]:
    """Each planned event before the first one that begins at its onset or later."""
    waiting = list(planned)
    found: list[Event] = []
    for onset, event in onsets_of(events):
        while waiting and waiting[0][0] <= onset:
            found.append(waiting.pop(0)[1])
        found.append(event)
    return (*found, *(event for _, event in waiting))


# -- what holds when the passage ends


@dataclass
class Standing:
    """Clefs by part and staff, and octave lines by voice, as they hold at some place."""

    clefs: dict[tuple[int, int], Clef] = field(default_factory=dict)
    ottavas: dict[VoicePlace, int] = field(default_factory=dict)

    def take(self, measures: Iterable[Measure]) -> Standing:
        """Go on through these measures."""
        for measure in measures:
            changes: dict[tuple[int, int], tuple[Fraction, Clef]] = {}
            full = full_measure_length(measure)
            for place, voice in voices_of(measure):
                for placed in placed_events(voice, full):
                    event, key = placed.event, (place[0], placed.staff)
                    if isinstance(event, Ottava):
                        self.ottavas[place] = event.octaves
                    elif isinstance(event, ClefChange) and (
                        key not in changes or placed.onset >= changes[key][0]
                    ):
                        changes[key] = (placed.onset, event.clef)
            self.clefs |= {key: clef for key, (_, clef) in changes.items()}
        return self

    def copy(self) -> Standing:
        """The same, to go on from in another way."""
        return Standing(dict(self.clefs), dict(self.ottavas))


def with_standing(
    new: Sequence[Measure], before: Standing, wanted: Standing, free: Free
) -> tuple[Measure, ...]:
    """The measures, at whose end clefs and octave lines hold as they are wanted."""
    measures = list(_without_new_clefs(new, wanted.clefs, free))
    last = measures[-1]
    found = before.copy().take(measures)
    for (part, staff), clef in wanted.clefs.items():
        place = _voice_on(last, part, staff, free)
        if found.clefs.get((part, staff)) != clef and place is not None:
            last = _with_last(last, place, ClefChange(clef, NOWHERE))
    for place, _ in voices_of(last):
        octaves = wanted.ottavas.get(place, 0)
        if found.ottavas.get(place, 0) != octaves and is_free(free, place):
            last = _with_last(last, place, Ottava(octaves, NOWHERE))
    return (*measures[:-1], last)


def _without_new_clefs(
    measures: Iterable[Measure], known: Mapping[tuple[int, int], Clef], free: Free
) -> Iterator[Measure]:
    """Where a staff has never had a clef, none comes in: it could not be taken back."""
    for measure in measures:
        for place, voice in voices_of(measure):
            if is_free(free, place) and (place[0], voice.staff) not in known:
                kept = tuple(e for e in voice.events if not isinstance(e, ClefChange))
                if len(kept) < len(voice.events):
                    measure = with_events(measure, place, kept)
        yield measure


def _voice_on(measure: Measure, part: int, staff: int, free: Free) -> VoicePlace | None:
    """A voice that ends on a staff and is written anew."""
    for place, voice in voices_of(measure):
        ends_on = voice.staff
        for event in voice.events:
            if isinstance(event, StaffChange):
                ends_on = event.staff
        if place[0] == part and ends_on == staff and is_free(free, place):
            return place
    return None


def _with_last(measure: Measure, place: VoicePlace, event: Event) -> Measure:
    voice = voice_at(measure, place)
    assert voice is not None
    return with_events(measure, place, (*voice.events, event))
