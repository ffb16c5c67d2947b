"""Signs that belong to a moment of a staff, hung on the note that begins there.

Where no note begins, empty time of a voice is cut there, or a voice of nothing but empty time
holds the sign: it stays exactly where the file has it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction

from lilydesk.codecs.musicxml.links import Moment
from lilydesk.codecs.musicxml.model import RawMark, RawMeasure, RawPart
from lilydesk.codecs.musicxml.values import NOTHING, sensible_time
from lilydesk.codecs.musicxml.voices import Measures, Slot, Stream, StreamKey, helper
from lilydesk.notation import Event, MarkKind
from lilydesk.notation.event import ClefChange, Tempo
from lilydesk.notation.span import NOWHERE

_ALSO_AT_NEXT = (MarkKind.PEDAL_ON, MarkKind.PEDAL_OFF, MarkKind.SEGNO)
Streams = dict[StreamKey, Stream]


def place_signs(part: RawPart, measures: Measures, lengths: list[Fraction]) -> None:
    """Hang clefs, tempos, chord symbols and marks on the slots of a part."""
    for raw in part.measures:
        for index, onset, staff, event in _contexts(raw, len(measures), lengths):
            slot = slot_at(measures[index], staff, onset, lengths[index])
            _first_grace(measures[index], slot).before.append(event)
        for sign in raw.marks:
            _place_mark(sign, raw, measures, lengths)


def _first_grace(streams: Streams, slot: Slot) -> Slot:
    """The first of the grace notes that lead to a slot, or itself."""
    for stream in streams.values():
        index = next((i for i, one in enumerate(stream.slots) if one is slot), 0)
        while index and stream.slots[index - 1].is_grace:
            index -= 1
            slot = stream.slots[index]
    return slot


def _contexts(
    raw: RawMeasure, n_measures: int, lengths: list[Fraction]
) -> Iterator[tuple[int, Fraction, int, Event]]:
    """Changes of context with measure, onset and staff; what stands at an end begins the next."""
    found: list[tuple[Fraction, int, Event]] = [
        (clef.onset, clef.staff, ClefChange(clef.clef, NOWHERE)) for clef in raw.clefs
    ]
    found += [(context.onset, context.staff, context.event) for context in raw.contexts]
    for onset, staff, event in found:
        if onset < lengths[raw.index]:
            yield raw.index, onset, staff, event
        elif raw.index + 1 < n_measures:
            yield raw.index + 1, NOTHING, staff, event
        elif not isinstance(event, ClefChange | Tempo):
            yield raw.index, NOTHING, staff, event


def _place_mark(
    sign: RawMark, raw: RawMeasure, measures: Measures, lengths: list[Fraction]
) -> None:
    index, onset = raw.index, sensible_time(sign.onset)
    if onset >= lengths[index]:
        if sign.mark.kind not in _ALSO_AT_NEXT or index + 1 == len(measures):
            last_slot(measures[index], sign.staff).marks.append(sign.mark)
            return
        index, onset = index + 1, NOTHING
    streams = measures[index]
    is_pedal = sign.mark.kind in (MarkKind.PEDAL_ON, MarkKind.PEDAL_OFF)
    slot = _note_of_any_staff(streams, onset, sign.staff) if is_pedal else None
    slot = slot or slot_at(streams, sign.staff, onset, lengths[index], sign.voice)
    slot.marks.append(sign.mark)


def _note_of_any_staff(streams: Streams, onset: Fraction, staff: int) -> Slot | None:
    """A note that begins at a moment; a pedal is for all staves, so the nearest one will do."""
    found = [
        (abs(stream.key.home - staff), stream.key.layer, slot)
        for stream in streams.values()
        if (slot := stream.starting(onset)) is not None and slot.note is not None
    ]
    return min(found, key=lambda entry: entry[:2])[2] if found else None


def slot_at(
    streams: Streams, staff: int, onset: Fraction, length: Fraction, voice: str = ""
) -> Slot:
    """The slot that begins at a moment of a staff, of the named voice if it has one there."""
    found = [
        (_rank(stream, slot, staff, voice), slot)
        for stream in streams.values()
        if (slot := stream.starting(onset)) is not None and staff_of(stream, slot) == staff
    ]
    if found:
        return min(found, key=lambda entry: entry[0])[1]
    for stream in streams.values():
        covering = stream.covering(onset)
        if stream.key.home == staff and covering is not None and covering.note is None:
            return stream.split(covering, onset)
    added = helper(streams, staff, length)
    covering = added.covering(onset)
    if covering is None or covering.onset == onset:
        return covering or added.slots[-1]
    return added.split(covering, onset)


def last_slot(streams: Streams, staff: int) -> Slot:
    """The last note of a staff, or of any other that has one."""
    ranked = [
        (stream.key.home != staff, slot.note is None, stream.key.layer, slot)
        for stream in streams.values()
        for slot in stream.slots[-1:]
        if not slot.is_grace
    ]
    if not ranked:
        return helper(streams, staff, Fraction(1)).slots[-1]
    return min(ranked, key=lambda entry: entry[:3])[3]


def staff_of(stream: Stream, slot: Slot) -> int:
    """The staff on which a slot stands."""
    return stream.key.home if slot.note is None else slot.note.staff


def _rank(stream: Stream, slot: Slot, staff: int, voice: str) -> tuple[bool, bool, int, int]:
    kind = 2 if slot.note is None else 0 if slot.note.heads else 1
    return bool(voice) and stream.voice != voice, stream.key.home != staff, kind, stream.key.layer


class Ottavas:
    """How many octaves lower than it sounds a staff is written, at every moment of a part."""

    def __init__(self, part: RawPart) -> None:
        self._changes: dict[int, list[tuple[Moment, int]]] = {}
        for raw in part.measures:
            for change in sorted(raw.ottavas, key=lambda change: (change.onset, change.octaves)):
                moment = Moment(raw.index, change.onset)
                changes = self._changes.setdefault(change.staff, [])
                if changes and changes[-1][0] == moment and not changes[-1][1]:
                    changes.pop()  # one ends where the next begins
                changes.append((moment, change.octaves))

    def at(self, measure_index: int, onset: Fraction, staff: int) -> int:
        """The octaves in force."""
        changes = self._changes.get(staff)
        if not changes:
            return 0
        place = bisect_right(changes, Moment(measure_index, onset), key=lambda change: change[0])
        return changes[place - 1][1] if place else 0
