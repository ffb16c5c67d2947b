"""Voices laid end to end over the old barlines, and cut at new ones."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise

from lilydesk.lilylet.edits.splitting import (
    is_plain_rest,
    joined,
    length_of,
    pieces,
    split,
    spread,
    with_whole_beams,
)
from lilydesk.lilylet.edits.syllables import Words, has_words_at, with_words, words_of
from lilydesk.notation.document import Measure, Part, Voice
from lilydesk.notation.duration import Duration
from lilydesk.notation.event import (
    Barline,
    Chord,
    Event,
    Key,
    KeyChange,
    Partial,
    Rest,
    RestKind,
    StaffChange,
    StemChange,
    StemDirection,
    TimeChange,
    TimeSignature,
    Tuplet,
)
from lilydesk.notation.span import Span

_NOWHERE = Span(0, 0)
_SPACE = Rest(RestKind.INVISIBLE, Duration(4), _NOWHERE)
_REST = Rest(RestKind.VISIBLE, Duration(4), _NOWHERE)
_LEFT_OUT = (KeyChange, TimeChange)  # each new measure says them itself


def lay_out(measures: list[Measure], time: TimeSignature, pickup: Fraction | None) -> list[Measure]:
    """The music of measures in others of another time signature. Raises CannotSplit."""
    onsets = list(accumulate((one.length for one in measures), initial=Fraction(0)))
    total = onsets[-1]
    barlines = _barlines(total, time.length, pickup)
    keys = _keys(measures, onsets)
    n_voices = _shape(measures)
    new = []
    voices = {
        (part, number): _cut(
            _Stream(measures, onsets, part, number, keys).events, barlines,
            _Rules(set(onsets), _REST if number == 0 else _SPACE, words_of(measures, part, number)),
        )
        for part, n in enumerate(n_voices)
        for number in range(n)
    }  # fmt: skip
    for index, (start, end) in enumerate(pairwise(barlines)):
        parts = tuple(
            Part(_without_empty_end([voices[part, number][index] for number in range(n)]))
            for part, n in enumerate(n_voices)
        )
        length = end - start
        new.append(Measure(parts, _key_at(keys, start), time, length, length, _NOWHERE))
    return new


def _barlines(total: Fraction, length: Fraction, pickup: Fraction | None) -> list[Fraction]:
    found = [Fraction(0)] if pickup is None else [Fraction(0), pickup]
    while found[-1] < total:
        found.append(found[-1] + length)
    return found


def _shape(measures: list[Measure]) -> list[int]:
    """The greatest number of voices of each part."""
    n_parts = max(len(one.parts) for one in measures)
    return [
        max((len(one.parts[part].voices) for one in measures if part < len(one.parts)), default=1)
        for part in range(n_parts)
    ]


Keys = list[tuple[Fraction, Key]]


def _keys(measures: list[Measure], onsets: list[Fraction]) -> Keys:
    """When which key begins."""
    found: Keys = []
    for measure, start in zip(measures, onsets, strict=False):
        if measure.key is not None:
            found.append((start, measure.key))
        for part in measure.parts:
            for voice in part.voices:
                onset = start
                for event in voice.events:
                    if isinstance(event, KeyChange):
                        found.append((onset, event.key))
                    onset += length_of(event)
    return sorted(found, key=lambda one: one[0])


def _key_at(keys: Keys, onset: Fraction) -> Key | None:
    index = bisect_right(keys, onset, key=lambda one: one[0])
    return keys[index - 1][1] if index else None


class _Stream:
    """One voice through all measures: events with their onsets, without a gap."""

    def __init__(
        self, measures: list[Measure], onsets: list[Fraction], part: int, number: int, keys: Keys
    ) -> None:
        self.events: list[tuple[Fraction, Event]] = []
        self._staff = 1
        self._stems = StemDirection.NEUTRAL
        for measure, start in zip(measures, onsets, strict=False):
            parts = measure.parts[part].voices if part < len(measure.parts) else ()
            self._add(parts[number] if number < len(parts) else None, measure, start)
        if (part, number) == (0, 0):
            self._add_keys(keys)

    def _add(self, voice: Voice | None, measure: Measure, start: Fraction) -> None:
        onset = start
        if voice is not None and voice.events:
            self._begin(voice, start)
            for event in voice.events:
                onset = self._event(event, measure, onset)
        if onset < start + measure.length:
            for piece in pieces(_SPACE, start + measure.length - onset):
                self.events.append((onset, piece))
                onset += length_of(piece)

    def _begin(self, voice: Voice, start: Fraction) -> None:
        """Staff and stems begin anew with each measure."""
        if voice.staff != self._staff:
            self.events.append((start, StaffChange(voice.staff, _NOWHERE)))
            self._staff = voice.staff
        if self._stems is not StemDirection.NEUTRAL:
            self._stems = StemDirection.NEUTRAL
            self.events.append((start, StemChange(self._stems, _NOWHERE)))

    def _event(self, event: Event, measure: Measure, onset: Fraction) -> Fraction:
        if isinstance(event, _LEFT_OUT) or (isinstance(event, Partial) and onset > 0):
            return onset
        if isinstance(event, Rest) and event.kind is RestKind.FULL_MEASURE:
            event = replace(event, kind=RestKind.VISIBLE)
            for piece in spread(event, measure.expected):
                self.events.append((onset, piece))
                onset += length_of(piece)
            return onset
        if isinstance(event, StaffChange):
            self._staff = event.staff
        elif isinstance(event, StemChange):
            self._stems = event.direction
        elif isinstance(event, Tuplet):
            event = _without_times(event)
        self.events.append((onset, event))
        return onset + length_of(event)

    def _add_keys(self, keys: Keys) -> None:
        """Keys that begin within new measures; at a barline the measure says them."""
        merged: list[tuple[Fraction, Event]] = []
        waiting = deque(keys)
        for onset, event in self.events:
            while waiting and waiting[0][0] <= onset:
                merged.append((onset, KeyChange(waiting.popleft()[1], _NOWHERE)))
            merged.append((onset, event))
        self.events = merged


def _without_times(tuplet: Tuplet) -> Tuplet:
    inner = (event for event in tuplet.events if not isinstance(event, TimeChange))
    return replace(tuplet, events=tuple(
        _without_times(event) if isinstance(event, Tuplet) else event for event in inner
    ))  # fmt: skip


# -- cutting


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one voice is cut by, besides the new barlines."""

    old: set[Fraction]  # where barlines were
    filling: Rest  # what fills the last measure
    words: Words


def _cut(
    events: list[tuple[Fraction, Event]], barlines: list[Fraction], rules: _Rules
) -> list[Voice]:
    """The voice in each new measure."""
    rows: list[list[tuple[Fraction, Event]]] = [[] for _ in barlines[1:]]
    index = 0
    for onset, event in events:
        while index + 1 < len(rows) and onset >= barlines[index + 1]:
            index += 1
        at_start = onset == barlines[index] and index > 0
        row = index - 1 if isinstance(event, Barline) and at_start else index
        _place(rows, row, onset, event, barlines)
    voices = []
    state = (1, StemDirection.NEUTRAL)
    for row_events, start, end in zip(rows, barlines, barlines[1:], strict=False):
        voice, state = _voice(row_events, start, end, state, rules)
        voices.append(voice)
    return voices


def _place(
    rows: list[list[tuple[Fraction, Event]]], index: int, onset: Fraction, event: Event,
    barlines: list[Fraction],
) -> None:  # fmt: skip
    end = onset + length_of(event)
    if end <= barlines[index + 1] or length_of(event) == 0:
        rows[index].append((onset, event))
        return
    left, right = split(event, barlines[index + 1] - onset)
    for piece in left:
        rows[index].append((onset, piece))
        onset += length_of(piece)
    for piece in right:
        if index + 1 < len(rows) and onset >= barlines[index + 1]:
            index += 1
        _place(rows, index, onset, piece, barlines)
        onset += length_of(piece)


def _voice(
    events: list[tuple[Fraction, Event]], start: Fraction, end: Fraction,
    state: tuple[int, StemDirection], rules: _Rules,
) -> tuple[Voice, tuple[int, StemDirection]]:  # fmt: skip
    """One measure of a voice, and the staff and stems in force after it."""
    staff, stems = state
    lead: list[Event] = []
    if stems is not StemDirection.NEUTRAL:
        lead.append(StemChange(stems, _NOWHERE))
    kept: list[tuple[Fraction, Event]] = []
    now = staff
    for onset, event in events:
        if isinstance(event, StaffChange):
            now = event.staff
            if onset == start and not any(length_of(one) for _, one in kept):
                staff = now
                continue
        elif isinstance(event, StemChange):
            stems = event.direction
        if isinstance(event, KeyChange) and onset == start:
            continue
        kept.append((onset, event))
    filled = sum((length_of(event) for _, event in kept), start)
    if filled < end:
        kept += [(filled, piece) for piece in pieces(rules.filling, end - filled)]
    found = _tidied([*lead, *_with_joined(kept, rules)])
    voice = Voice(staff, tuple(found), end - start, _NOWHERE)
    return with_words(voice, start, rules.words), (now, stems)


def _with_joined(events: list[tuple[Fraction, Event]], rules: _Rules) -> list[Event]:
    found: list[Event] = []
    for onset, event in events:
        is_free = onset in rules.old and not has_words_at(rules.words, onset)
        both = joined(found[-1], event) if found and is_free else None
        if both is not None:
            found[-1] = both
        else:
            found.append(event)
    return with_whole_beams(found)


def _tidied(events: list[Event]) -> list[Event]:
    """A measure of rests as one."""
    timed = [event for event in events if isinstance(event, Chord | Rest | Tuplet)]
    if timed and all(map(is_plain_rest, timed)) and all(map(length_of, timed)):
        full = Rest(RestKind.FULL_MEASURE, Duration(1), _NOWHERE)
        first = events.index(timed[0])
        rest = [event for event in events[first:] if not is_plain_rest(event)]
        return [*events[:first], full, *rest]
    return events


def _without_empty_end(voices: list[Voice]) -> tuple[Voice, ...]:
    """The voices up to the last one that holds more than spaces; the first one always."""
    while len(voices) > 1 and not any(map(_is_something, voices[-1].events)):
        voices.pop()
    return tuple(voices)


def _is_something(event: Event) -> bool:
    is_space = isinstance(event, Rest) and event.kind is RestKind.INVISIBLE and not event.marks
    return not is_space and not isinstance(event, StemChange | StaffChange)
