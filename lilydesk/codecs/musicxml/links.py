"""Ties, slurs and hairpins: Lilylet joins notes of one voice, MusicXML any two notes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from lilydesk.codecs.losses import Losses
from lilydesk.codecs.musicxml.model import RawPart, RawWedge, SlurEnd
from lilydesk.codecs.musicxml.notations import mark
from lilydesk.codecs.musicxml.voices import Measures, Slot, Stream, StreamKey
from lilydesk.notation import MarkKind


class Moment(NamedTuple):
    """A place in a part; moments compare in the order of time."""

    measure: int
    onset: Fraction


class _Place(NamedTuple):
    """A slot, and where it is."""

    moment: Moment
    key: StreamKey
    slot: Slot


def link_ties(measures: Measures, losses: Losses) -> None:
    """Mark the chords that are tied to the next one of their voice."""
    for key in sorted({key for streams in measures for key in streams}):
        before: _Place | None = None
        for place in _slots_of(measures, key):
            if before is not None:
                _tie(before, place, losses)
            before = place
        if before is not None:
            _tie(before, None, losses)


def _tie(here: _Place, after: _Place | None, losses: Losses) -> None:
    note = here.slot.note
    tied = {head.pitch for head in note.heads if head.is_tied} if note else set()
    if note is None or not tied:
        return
    index = here.moment.measure
    reached = after is not None and after.moment == _end(here, after) and after.slot.note
    pitches = {head.pitch for head in reached.heads} if reached else set()
    if not tied & pitches:
        losses.add("A tie that leads to no note of the same voice was left out", index)
        return
    here.slot.marks.append(mark(MarkKind.TIE))
    if {head.pitch for head in note.heads if not head.is_tied} & pitches:
        losses.add("A repeated note is held, since a tie of the same chord holds it", index)
    if tied - pitches:
        losses.add("A tie that leads to no note of the same voice was left out", index)


def _end(here: _Place, after: _Place) -> Moment:
    """Where the tied note must begin: in the next measure, at its start."""
    if after.moment.measure == here.moment.measure + 1:
        return Moment(after.moment.measure, Fraction(0))
    return Moment(here.moment.measure, here.slot.onset + here.slot.length)


def _slots_of(measures: Measures, key: StreamKey) -> Iterator[_Place]:
    """What takes time in one voice, empty time included."""
    for index, streams in enumerate(measures):
        for slot in streams[key].slots if key in streams else ():
            if not slot.is_grace:
                yield _Place(Moment(index, slot.onset), key, slot)


# -- slurs


def link_slurs(part: RawPart, measures: Measures, losses: Losses) -> None:
    """Pair the ends of slurs and mark them."""
    waiting: list[tuple[SlurEnd, _Place]] = []
    unmatched: list[tuple[SlurEnd, _Place]] = []
    for end, place in _slur_ends(part, measures):
        if end.is_start:
            partner = _take(unmatched, end, place, is_later=True)
            if partner is None:
                waiting.append((end, place))
            else:
                _slur(measures, place, partner[1], losses)
        else:
            partner = _take(waiting, end, place, is_later=False)
            if partner is None:
                unmatched.append((end, place))
            else:
                _slur(measures, partner[1], place, losses)
    for _, place in waiting + unmatched:
        losses.add("A slur with only one end was left out", place.moment.measure)


def _slur_ends(part: RawPart, measures: Measures) -> Iterator[tuple[SlurEnd, _Place]]:
    """Ends of slurs in the order of the file; on one note what ends comes first."""
    for index, raw in enumerate(part.measures):
        places = {
            id(slot.note): _Place(Moment(index, slot.onset), key, slot)
            for key, stream in measures[index].items()
            for slot in stream.slots
        }
        for note in raw.notes:
            for end in sorted(note.slurs, key=lambda end: end.is_start):
                if id(note) in places:
                    yield end, places[id(note)]


def _take(
    found: list[tuple[SlurEnd, _Place]], end: SlurEnd, place: _Place, is_later: bool
) -> tuple[SlurEnd, _Place] | None:
    """Take the partner of an end out of those that wait: of the same voice if there is one."""
    candidates = [
        entry
        for entry in found
        if entry[0].number == end.number
        and entry[1].slot is not place.slot
        and _is_in_order(entry[1].moment, place.moment, is_later)
    ]
    if not candidates:
        return None
    same = [entry for entry in candidates if entry[1].key == place.key]
    chosen = (same or candidates)[-1]
    found.remove(chosen)
    return chosen


def _is_in_order(partner: Moment, moment: Moment, is_later: bool) -> bool:
    """Whether the partner of an end lies on its right side in time.

    One that lies later is an end that the file told first: it is not far away, or it is a stray.
    """
    if is_later:
        return partner >= moment and partner.measure == moment.measure
    return partner <= moment


def _slur(measures: Measures, start: _Place, end: _Place, losses: Losses) -> None:
    index = start.moment.measure
    if start.key != end.key:
        losses.add("A slur from one voice to another ends in the voice where it begins", index)
        reached = _last_until(measures, start, end.moment)
        begun = start if reached else _first_from(measures, end, start.moment)
        if begun is None:
            losses.add("A slur that joins notes of two voices at one moment was left out", index)
            return
        start, end = begun, end._replace(slot=reached or end.slot)
    if start.slot is end.slot:
        return
    start.slot.marks.append(mark(MarkKind.SLUR_START))
    end.slot.marks.append(mark(MarkKind.SLUR_END))


def _last_until(measures: Measures, start: _Place, limit: Moment) -> Slot | None:
    """The last chord of the start's voice that begins no later than `limit`."""
    found = None
    for index in range(start.moment.measure, limit.measure + 1):
        stream = measures[index].get(start.key)
        for slot in stream.slots if stream else ():
            if slot.is_timed_chord and start.moment < Moment(index, slot.onset) <= limit:
                found = slot
    return found


def _first_from(measures: Measures, end: _Place, limit: Moment) -> _Place | None:
    """The first chord of the end's voice that begins no earlier than `limit`."""
    for index in range(limit.measure, end.moment.measure + 1):
        stream = measures[index].get(end.key)
        for slot in stream.slots if stream else ():
            moment = Moment(index, slot.onset)
            if slot.is_timed_chord and limit <= moment < end.moment:
                return _Place(moment, end.key, slot)
    return None


# -- hairpins


class _Hairpin(NamedTuple):
    kind: MarkKind
    start: Moment
    end: Moment
    wedge: RawWedge


def link_hairpins(part: RawPart, measures: Measures, losses: Losses) -> None:
    """Pair the ends of hairpins and mark them, each pair within one voice."""
    taken: dict[StreamKey, list[tuple[Moment, Moment]]] = {}
    for hairpin in sorted(_hairpins(part, losses), key=lambda hairpin: hairpin.start):
        for stream, slot in _starts(measures[hairpin.start.measure], hairpin):
            start = Moment(hairpin.start.measure, slot.onset)
            others = taken.setdefault(stream.key, [])
            if any(start < end and begin < hairpin.end for begin, end in others):
                continue
            end_slot = _end_slot(measures, stream.key, slot, hairpin)
            slot.marks.append(mark(hairpin.kind, "", hairpin.wedge.placement))
            end_slot.marks.append(mark(MarkKind.HAIRPIN_END))
            others.append((start, hairpin.end))
            break
        else:
            losses.add("A hairpin beside another one was left out", hairpin.start.measure)


def _hairpins(part: RawPart, losses: Losses) -> list[_Hairpin]:
    found: list[_Hairpin] = []
    opened: list[tuple[Moment, RawWedge]] = []
    for raw in part.measures:
        for wedge in sorted(
            raw.wedges, key=lambda w: (w.onset, w.kind is not MarkKind.HAIRPIN_END)
        ):
            moment = Moment(raw.index, wedge.onset)
            if wedge.kind is not MarkKind.HAIRPIN_END:
                opened.append((moment, wedge))
                continue
            same = [entry for entry in opened if entry[1].number == wedge.number]
            near = [entry for entry in same if entry[1].staff == wedge.staff]
            if not same:
                losses.add("The end of a hairpin that begins nowhere was left out", raw.index)
                continue
            start = (near or same)[-1]
            opened.remove(start)
            found.append(_Hairpin(start[1].kind, start[0], moment, start[1]))
    for moment, _ in opened:
        losses.add("A hairpin without an end was left out", moment.measure)
    return found


def _starts(streams: dict[StreamKey, Stream], hairpin: _Hairpin) -> Iterator[tuple[Stream, Slot]]:
    """Where a hairpin may begin: on a note of its staff at the moment, or near it."""
    onset, staff = hairpin.start.onset, hairpin.wedge.staff
    mine = [stream for stream in streams.values() if stream.key.home == staff]
    others = [stream for stream in streams.values() if stream.key.home != staff]
    for stream in mine + others:
        slot = stream.starting(onset)
        if slot is not None and slot.note is not None:
            yield stream, slot
    for stream in mine + others:
        later = [slot for slot in stream.slots if slot.onset >= onset and not slot.is_grace]
        slot = later[0] if later else next(
            (slot for slot in reversed(stream.slots) if not slot.is_grace), None
        )  # fmt: skip
        if slot is not None:
            yield stream, slot


def _end_slot(measures: Measures, key: StreamKey, start: Slot, hairpin: _Hairpin) -> Slot:
    """The slot that begins where the hairpin ends, or the last before it."""
    best = start
    has_begun = False
    for index in range(hairpin.start.measure, hairpin.end.measure + 1):
        stream = measures[index].get(key)
        for slot in stream.slots if stream else ():
            has_begun |= slot is start
            moment = Moment(index, slot.onset)
            if has_begun and not slot.is_grace and moment <= hairpin.end:
                best = slot
    return best


def drop_spent_ends(measures: Measures) -> None:
    """Take away the ends of hairpins that a dynamic has ended before."""
    for key in {key for streams in measures for key in streams}:
        is_open = False
        for place in _slots_of(measures, key):
            note, slot = place.slot.note, place.slot
            kinds = {mark.kind for mark in (*slot.marks, *(note.marks if note else ()))}
            if MarkKind.HAIRPIN_END in kinds and not is_open and not kinds & _OPENERS:
                slot.marks = [mark for mark in slot.marks if mark.kind is not MarkKind.HAIRPIN_END]
            if kinds & _OPENERS:
                is_lone = MarkKind.HAIRPIN_END in kinds and not is_open
                is_open = not is_lone
            elif kinds & {MarkKind.HAIRPIN_END, MarkKind.DYNAMIC}:
                is_open = False


_OPENERS = frozenset((MarkKind.CRESCENDO, MarkKind.DIMINUENDO))
