"""Ties from one voice to another: the note at their end moves into the voice where they begin.

Lilylet ties notes of one voice only. Where that voice has nothing but empty time at the moment, a
note of another voice can stand there: it sounds and reads the same, only its stem is its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from lilydesk.codecs.musicxml.links import Moment
from lilydesk.codecs.musicxml.model import Head, RawNote
from lilydesk.codecs.musicxml.values import NOTHING, is_dyadic
from lilydesk.codecs.musicxml.voices import Measures, Slot, Stream, StreamKey
from lilydesk.notation import MarkKind

_BEAMS = (MarkKind.BEAM_START, MarkKind.BEAM_END)


def join_tied_voices(measures: Measures, lengths: list[Fraction]) -> None:
    """Move the ends of ties into the voices where they begin, as far as there is room."""
    for index, streams in enumerate(measures):
        for stream in list(streams.values()):
            place = 0
            while place < len(stream.slots):
                slot = stream.slots[place]
                place += 1
                if slot.is_timed_chord:
                    _join(measures, lengths, index, stream, slot)


def _join(
    measures: Measures, lengths: list[Fraction], index: int, stream: Stream, slot: Slot
) -> None:
    end = _end(slot, index, lengths)
    if slot.note is None or end.measure >= len(measures):
        return
    streams = measures[end.measure]
    own = streams[stream.key].starting(end.onset) if stream.key in streams else None
    reached = {head.pitch for head in own.note.heads} if own and own.note else set()
    wanted = {head.pitch for head in slot.note.heads if head.is_tied} - reached
    for other, there, head in list(_tied_in(streams, stream.key, end.onset)):
        if head.pitch not in wanted or there.note is None:
            continue
        _make_voice(streams, stream.key, lengths[end.measure])
        room = _room(streams, stream.key, end.onset, there.length)
        if room is not None:
            _put(streams[stream.key], room, _taken_out(there, head), end.onset, there.length)
        elif not any(head.is_tied_in for head in slot.note.heads):
            _make_voice(measures[index], other.key, lengths[index])
            room = _room(measures[index], other.key, slot.onset, slot.length)
            mine = next(mine for mine in slot.note.heads if mine.pitch == head.pitch)
            if room is not None and len(slot.note.heads) > 1:
                target = measures[index][other.key]
                _put(target, room, _taken_out(slot, mine), slot.onset, slot.length)
        wanted.discard(head.pitch)


def _end(slot: Slot, index: int, lengths: list[Fraction]) -> Moment:
    end = slot.onset + slot.length
    return Moment(index, end) if end < lengths[index] else Moment(index + 1, NOTHING)


def _tied_in(
    streams: dict[StreamKey, Stream], key: StreamKey, onset: Fraction
) -> Iterator[tuple[Stream, Slot, Head]]:
    """Heads of other voices that a tie leads to at this moment, and that can be moved."""
    for stream in streams.values():
        slot = stream.starting(onset) if stream.key != key else None
        if slot is None or slot.note is None or slot.note.ratio != 1:
            continue
        is_beamed = any(mark.kind in _BEAMS for mark in slot.note.marks)
        for head in slot.note.heads:
            if head.is_tied_in and (len(slot.note.heads) > 1 or not is_beamed):
                yield stream, slot, head


def _make_voice(streams: dict[StreamKey, Stream], key: StreamKey, length: Fraction) -> None:
    """Make a voice of empty time, and those that hold the places before it."""
    for layer in range(key.layer + 1):
        place = StreamKey(key.home, layer)
        streams.setdefault(place, Stream(place, "", [Slot(NOTHING, length, None)]))


def _room(
    streams: dict[StreamKey, Stream], key: StreamKey, onset: Fraction, length: Fraction
) -> Slot | None:
    """Empty time of a voice that can hold a note of this length."""
    slot = streams[key].covering(onset) if key in streams else None
    if slot is None or slot.note is not None or slot.onset + slot.length < onset + length:
        return None
    borders = (slot.onset, slot.length, onset, length)
    return slot if all(map(is_dyadic, borders)) else None


def _taken_out(slot: Slot, head: Head) -> RawNote:
    """The note of one head of a chord, which loses it; a single note leaves empty time behind."""
    note = slot.note
    assert note is not None
    if len(note.heads) == 1:
        slot.note = None
        return note
    note.heads = [other for other in note.heads if other is not head]
    return replace(
        note, heads=[head], marks=[], slurs=[], syllables={}, tuplet_starts=[], tuplet_stops=[]
    )


def _put(stream: Stream, room: Slot, note: RawNote, onset: Fraction, length: Fraction) -> None:
    place = stream.slots.index(room)
    before = onset - room.onset
    after = room.onset + room.length - onset - length
    slots = [Slot(onset, length, note)]
    if before:
        slots.insert(0, Slot(room.onset, before, None))
    if after:
        slots.append(Slot(onset + length, after, None))
    stream.slots[place : place + 1] = slots
