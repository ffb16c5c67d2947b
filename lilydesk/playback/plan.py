"""A performance as a plan: messages in order of time, and what sounds at any moment."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from lilydesk.playback.events import EventKind, PlayEvent

if TYPE_CHECKING:
    from lilydesk.timeline import Performance, SoundingNote

_SHORTEST_NOTE_S = 0.03  # below this a piano sample gives a click and no pitch
_TOO_SHORT_TO_RESUME_S = 0.05
_ROUNDING_S = 1e-4  # positions asked for come from the same floats by other sums

Key = tuple[int, int]  # channel, MIDI key
Setting = tuple[EventKind, int, int]  # kind, channel, controller


class Plan:
    """What to send when. Made once for a performance, never changed; any thread may read it.

    On one channel a key can be down only once. Where notes of one key overlap (two voices meet in
    unison), each onset strikes it again and the last end lifts it.
    """

    def __init__(self, performance: Performance) -> None:
        self.length_s = performance.length_s
        self.programs = _programs_of(performance)
        self.events = tuple(sorted(_events_of(performance), key=attrgetter("time_s", "kind")))
        self._times_s = [event.time_s for event in self.events]
        self._sounding_from_s, self._sounding_ids = _sounding(performance.notes)
        self._measures_from_s = [onset_s for onset_s, _ in performance.measures]
        self._measure_indices = [index for _, index in performance.measures]

    def first_at(self, position_s: float) -> int:
        """Index of the first event at or after a position."""
        return bisect_left(self._times_s, position_s - _ROUNDING_S)

    def first_after(self, position_s: float) -> int:
        """Index of the first event after a position."""
        return bisect_right(self._times_s, position_s)

    def sounding_at(self, position_s: float) -> tuple[str, ...]:
        """Ids of the elements that sound at a position; a note does not sound at its end."""
        index = bisect_right(self._sounding_from_s, position_s) - 1
        return self._sounding_ids[index] if index >= 0 else ()

    def measure_at(self, position_s: float) -> int | None:
        """Index of the measure at a position; None where there are no measures."""
        if not self._measure_indices:
            return None
        return self._measure_indices[max(0, bisect_right(self._measures_from_s, position_s) - 1)]

    def measure_onset_s(self, measure_index: int) -> float | None:
        """Where a measure begins to sound for the first time, if it does at all."""
        if measure_index not in self._measure_indices:
            return None
        return self._measures_from_s[self._measure_indices.index(measure_index)]

    def keys_down_at(self, position_s: float) -> dict[Key, PlayEvent]:
        """Keys that are down once the events at a position are done, and what struck each."""
        return _keys_down(self.events[: self.first_after(position_s)])

    def resuming_at(self, position_s: float) -> list[PlayEvent]:
        """What must be sent to start at a position as if all before it had been played.

        Programs and controllers, and the notes that are held there for a while longer.
        """
        first = self.first_at(position_s)
        soon = self.events[first : self.first_after(position_s + _TOO_SHORT_TO_RESUME_S)]
        ending = {(e.channel, e.number) for e in soon if e.kind is EventKind.NOTE_OFF}
        held = _keys_down(self.events[:first])
        notes = [event for key, event in held.items() if key not in ending]
        return [*_settings(self.events[:first]).values(), *notes]

    def changing_over_at(self, position_s: float, old: Plan) -> list[PlayEvent]:
        """What must be sent at once to go on with this plan where the old one has been playing.

        Keys and pedals are lifted that are down only in the old plan, programs and controllers
        are set that are others in this one. Notes are not struck: theirs was an earlier moment.
        """
        before = _settings(old.events[: old.first_after(position_s)])
        now = _settings(self.events[: self.first_after(position_s)])
        lifted = old.keys_down_at(position_s).keys() - self.keys_down_at(position_s).keys()
        return [
            *(PlayEvent(position_s, EventKind.NOTE_OFF, *key) for key in sorted(lifted)),
            *(
                PlayEvent(position_s, EventKind.CONTROL, event.channel, event.number, 0)
                for setting, event in before.items()
                if event.kind is EventKind.CONTROL and setting not in now
            ),
            *(
                event
                for setting, event in now.items()
                if _told(event) != _told(before.get(setting))
            ),
        ]


def _programs_of(performance: Performance) -> tuple[tuple[int, int], ...]:
    """(channel, program) pairs; where parts share a channel, the first one gives the sound."""
    programs: dict[int, int] = {}
    for part in performance.channels:
        programs.setdefault(part.channel, part.program)
    return tuple(programs.items())


def _events_of(performance: Performance) -> Iterator[PlayEvent]:
    for channel, program in _programs_of(performance):
        yield PlayEvent(0.0, EventKind.PROGRAM, channel, program)
    for control in performance.controls:
        yield PlayEvent(
            control.onset_s, EventKind.CONTROL, control.channel, control.controller, control.value
        )
    notes_of_key: dict[Key, list[SoundingNote]] = defaultdict(list)
    for note in performance.notes:
        notes_of_key[note.channel, note.midi].append(note)
    for key, notes in notes_of_key.items():
        yield from _key_events(key, notes)


def _key_events(key: Key, notes: Sequence[SoundingNote]) -> Iterator[PlayEvent]:
    """Strike and lift one key for its notes, which come in order of onset."""
    channel, midi = key
    strikes = _unisons_joined(notes)
    for index, (onset_s, end_s, velocity) in enumerate(strikes):
        next_onset_s = strikes[index + 1][0] if index + 1 < len(strikes) else end_s
        yield PlayEvent(onset_s, EventKind.NOTE_ON, channel, midi, velocity)
        yield PlayEvent(min(end_s, next_onset_s), EventKind.NOTE_OFF, channel, midi)


def _unisons_joined(notes: Sequence[SoundingNote]) -> list[tuple[float, float, int]]:
    """Onset, end and velocity of each strike; an end may lie beyond the next onset."""
    strikes: list[tuple[float, float, int]] = []
    for note in notes:
        end_s = note.onset_s + max(note.length_s, _SHORTEST_NOTE_S)
        velocity = max(1, min(127, note.velocity))
        if strikes:
            onset_s, held_until_s, loudest = strikes[-1]
            if held_until_s > note.onset_s:
                end_s = max(end_s, held_until_s)
            if note.onset_s - onset_s < _ROUNDING_S:
                strikes[-1] = (onset_s, end_s, max(velocity, loudest))
                continue
        strikes.append((note.onset_s, end_s, velocity))
    return strikes


def _settings(events: Iterable[PlayEvent]) -> dict[Setting, PlayEvent]:
    """The last program and the last value of each controller on each channel."""
    latest: dict[Setting, PlayEvent] = {}
    for event in events:
        if event.kind is EventKind.PROGRAM:
            latest[event.kind, event.channel, 0] = event
        elif event.kind is EventKind.CONTROL:
            latest[event.kind, event.channel, event.number] = event
    return latest


def _told(event: PlayEvent | None) -> tuple[int, int] | None:
    """What a setting's event sets, whenever it does."""
    return (event.number, event.value) if event else None


def _keys_down(events: Iterable[PlayEvent]) -> dict[Key, PlayEvent]:
    down: dict[Key, PlayEvent] = {}
    for event in events:
        if event.kind is EventKind.NOTE_ON:
            down[event.channel, event.number] = event
        elif event.kind is EventKind.NOTE_OFF:
            down.pop((event.channel, event.number), None)
    return down


def _sounding(notes: Iterable[SoundingNote]) -> tuple[list[float], list[tuple[str, ...]]]:
    """The moments at which the sounding elements change, and the ids that sound from each on."""
    changes: dict[float, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for note in notes:
        changes[note.onset_s][1].extend(note.element_ids)
        changes[note.onset_s + note.length_s][0].extend(note.element_ids)
    counts: dict[str, int] = {}
    moments_s = sorted(changes)
    ids_from = []
    for moment_s in moments_s:
        ended, started = changes[moment_s]
        for identifier in started:
            counts[identifier] = counts.get(identifier, 0) + 1
        for identifier in ended:
            counts[identifier] -= 1
            if not counts[identifier]:
                del counts[identifier]
        ids_from.append(tuple(counts))
    return moments_s, ids_from
