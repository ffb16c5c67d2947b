"""Voices laid end to end over the old barlines, and cut at new ones."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise, takewhile
from typing import NamedTuple

from lilydesk.lilylet.edits.splitting import (
    joined,
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
from lilydesk.notation.span import NOWHERE
from lilydesk.notation.walk import (
    in_order_of_time,
    is_plain_rest,
    is_timed,
    length_of,
    onsets_of,
)

_SPACE = Rest(RestKind.INVISIBLE, Duration(4), NOWHERE)
_REST = Rest(RestKind.VISIBLE, Duration(4), NOWHERE)
_LEFT_OUT = (KeyChange, TimeChange)  # each new measure says them itself


Keys = list[tuple[Fraction, Key]]


class _Line(NamedTuple):
    """A voice through all measures: the n-th one that begins on a staff, which ties follow too."""

    part: int
    staff: int  # of the part, from 1
    layer: int  # from 1


def lay_out(measures: list[Measure], time: TimeSignature, pickup: Fraction | None) -> list[Measure]:
    """The music of measures in others of another time signature. Raises CannotSplit."""
    onsets = list(accumulate((one.length for one in measures), initial=Fraction(0)))
    barlines = _barlines(onsets[-1], time.length, pickup)
    keys = _keys(measures, onsets)
    parts = _lines(measures)
    voices = {
        line: _cut_line(line, measures, onsets, barlines, keys if line == parts[0][0] else [])
        for lines in parts
        for line in lines
    }
    new = []
    for index, (start, end) in enumerate(pairwise(barlines)):
        filled = tuple(
            Part(_without_empty({line: voices[line][index] for line in lines})) for lines in parts
        )
        length = end - start
        new.append(Measure(filled, _key_at(keys, start), time, length, length, NOWHERE))
    return new


def _lines(measures: list[Measure]) -> list[list[_Line]]:
    """The lines of each part, those of a staff together."""
    parts: list[dict[_Line, None]] = [{} for _ in range(max(len(one.parts) for one in measures))]
    for measure in measures:
        for part in range(len(measure.parts)):
            parts[part] |= dict.fromkeys(_lines_of(measure, part))
    found = []
    for part, lines in enumerate(parts):
        staves = list(dict.fromkeys(line.staff for line in lines))
        by_staff = sorted(lines, key=lambda line: (staves.index(line.staff), line.layer))
        found.append(by_staff or [_Line(part, 1, 1)])
    return found


def _lines_of(measure: Measure, part: int) -> dict[_Line, Voice]:
    """The voices of a part in one measure; empty ones are left out."""
    n_layers: dict[int, int] = {}
    found = {}
    for voice in measure.parts[part].voices if part < len(measure.parts) else ():
        n_layers[voice.staff] = n_layers.get(voice.staff, 0) + 1
        if voice.events:
            found[_Line(part, voice.staff, n_layers[voice.staff])] = voice
    return found


def _cut_line(
    line: _Line, measures: list[Measure], onsets: list[Fraction], barlines: list[Fraction],
    keys: Keys,
) -> list[Voice]:  # fmt: skip
    voices = [_lines_of(measure, line.part).get(line) for measure in measures]
    stream = _Stream(line, measures, voices, onsets)
    stream.add_keys(keys)
    filling = _REST if line.layer == 1 else _SPACE
    rules = _Rules(line.staff, set(onsets), filling, words_of(zip(onsets, voices, strict=False)))
    return _cut(stream.events, barlines, rules)


def _barlines(total: Fraction, length: Fraction, pickup: Fraction | None) -> list[Fraction]:
    found = [Fraction(0)] if pickup is None else [Fraction(0), pickup]
    while found[-1] < total:
        found.append(found[-1] + length)
    return found


def _keys(measures: list[Measure], onsets: list[Fraction]) -> Keys:
    """When which key begins."""
    found: Keys = []
    for measure, start in zip(measures, onsets, strict=False):
        if measure.key is not None:
            found.append((start, measure.key))
        for voice in measure.voices:
            for onset, event in onsets_of(voice.events, start):
                if isinstance(event, KeyChange):
                    found.append((onset, event.key))
    return sorted(found, key=lambda one: one[0])


def _key_at(keys: Keys, onset: Fraction) -> Key | None:
    index = bisect_right(keys, onset, key=lambda one: one[0])
    return keys[index - 1][1] if index else None


class _Placed(NamedTuple):
    onset: Fraction
    event: Event
    is_late: bool = False  # at a barline it stands before that


class _Stream:
    """One voice through all measures: events with their onsets, without a gap."""

    def __init__(
        self, line: _Line, measures: list[Measure], voices: list[Voice | None],
        onsets: list[Fraction],
    ) -> None:  # fmt: skip
        self.events: list[_Placed] = []
        self._staff = line.staff
        self._stems = StemDirection.NEUTRAL
        for voice, measure, start in zip(voices, measures, onsets, strict=False):
            self._add(voice, measure, start)

    def _add(self, voice: Voice | None, measure: Measure, start: Fraction) -> None:
        onset = start
        if voice is not None:
            self._begin(voice, start)
            for event in in_order_of_time(voice.events):
                onset = self._event(event, measure, onset)
            self._end()
        if onset < start + measure.length:
            for piece in pieces(_SPACE, start + measure.length - onset):
                self.events.append(_Placed(onset, piece))
                onset += length_of(piece)

    def _end(self) -> None:
        """Grace notes behind the last note stay before the barline."""
        for index in range(len(self.events) - 1, -1, -1):
            onset, event, _ = self.events[index]
            if length_of(event) > 0:
                break
            if isinstance(event, Chord | Rest):
                self.events[index] = _Placed(onset, event, is_late=True)

    def _begin(self, voice: Voice, start: Fraction) -> None:
        """Staff and stems begin anew with each measure."""
        if voice.staff != self._staff:
            self.events.append(_Placed(start, StaffChange(voice.staff, NOWHERE)))
            self._staff = voice.staff
        if self._stems is not StemDirection.NEUTRAL and not _begins_with_stems(voice.events):
            self._stems = StemDirection.NEUTRAL
            self.events.append(_Placed(start, StemChange(self._stems, NOWHERE)))

    def _event(self, event: Event, measure: Measure, onset: Fraction) -> Fraction:
        if isinstance(event, _LEFT_OUT) or (isinstance(event, Partial) and onset > 0):
            return onset
        if isinstance(event, Rest) and event.kind is RestKind.FULL_MEASURE:
            event = replace(event, kind=RestKind.VISIBLE)
            for piece in spread(event, measure.expected):
                self.events.append(_Placed(onset, piece))
                onset += length_of(piece)
            return onset
        if isinstance(event, StaffChange):
            self._staff = event.staff
        elif isinstance(event, StemChange):
            self._stems = event.direction
        elif isinstance(event, Tuplet):
            event = _without_times(event)
        self.events.append(_Placed(onset, event))
        return onset + length_of(event)

    def add_keys(self, keys: Keys) -> None:
        """Keys that begin within new measures; at a barline the measure says them."""
        merged: list[_Placed] = []
        waiting = deque(keys)
        for placed in self.events:
            while waiting and waiting[0][0] <= placed.onset:
                merged.append(_Placed(placed.onset, KeyChange(waiting.popleft()[1], NOWHERE)))
            merged.append(placed)
        self.events = merged


def _begins_with_stems(events: Iterable[Event]) -> bool:
    context = takewhile(lambda event: not is_timed(event), events)
    return any(isinstance(event, StemChange) for event in context)


def _without_times(tuplet: Tuplet) -> Tuplet:
    inner = (event for event in tuplet.events if not isinstance(event, TimeChange))
    return replace(tuplet, events=tuple(
        _without_times(event) if isinstance(event, Tuplet) else event for event in inner
    ))  # fmt: skip


# -- cutting


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one voice is cut by, besides the new barlines."""

    staff: int
    old: set[Fraction]  # where barlines were
    filling: Rest  # what fills the last measure
    words: Words


def _cut(events: list[_Placed], barlines: list[Fraction], rules: _Rules) -> list[Voice]:
    """The voice in each new measure."""
    rows: list[list[tuple[Fraction, Event]]] = [[] for _ in barlines[1:]]
    index = 0
    for onset, event, is_late in events:
        while index + 1 < len(rows) and onset >= barlines[index + 1]:
            index += 1
        at_start = onset == barlines[index] and index > 0
        is_late = is_late or isinstance(event, Barline)
        row = index - 1 if is_late and at_start else index
        _place(rows, row, onset, event, barlines)
    voices = []
    state = (rules.staff, StemDirection.NEUTRAL)
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
        lead.append(StemChange(stems, NOWHERE))
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
    voice = Voice(staff, tuple(found), end - start, NOWHERE)
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
        full = Rest(RestKind.FULL_MEASURE, Duration(1), NOWHERE)
        first = events.index(timed[0])
        rest = [event for event in events[first:] if not is_plain_rest(event)]
        return [*events[:first], full, *rest]
    return events


def _without_empty(voices: dict[_Line, Voice]) -> tuple[Voice, ...]:
    """The voices that hold more than spaces, those below them on their staff, and the first."""
    lines = list(voices)
    full = [line for line in lines if any(map(_is_something, voices[line].events))]
    return tuple(
        voices[line]
        for line in lines
        if line == lines[0]
        or any(line.staff == one.staff and line.layer <= one.layer for one in full)
    )


def _is_something(event: Event) -> bool:
    is_space = isinstance(event, Rest) and event.kind is RestKind.INVISIBLE and not event.marks
    return not is_space and not isinstance(event, StemChange | StaffChange)
