"""One voice of one measure as events."""

from __future__ import annotations

from lilydesk.codecs.losses import Losses
from lilydesk.codecs.musicxml.model import RawNote
from lilydesk.codecs.musicxml.notations import mark
from lilydesk.codecs.musicxml.placing import Ottavas, staff_of
from lilydesk.codecs.musicxml.tuplets import TupletBuilder, chords, values_of
from lilydesk.codecs.musicxml.values import is_dyadic
from lilydesk.codecs.musicxml.voices import Slot, Stream
from lilydesk.notation import Chord, Duration, Event, Mark, MarkKind, NoteHead, Rest, TimeSignature
from lilydesk.notation.document import Syllable, Verse, Voice
from lilydesk.notation.duration import value_of
from lilydesk.notation.event import (
    DoubleTremolo,
    Ottava,
    RestKind,
    StaffChange,
    StemChange,
    StemDirection,
)
from lilydesk.notation.span import NOWHERE

_STEMS = {"up": StemDirection.UP, "down": StemDirection.DOWN}
_NO_SYLLABLE = Syllable("", NOWHERE)
_NOT_AT_RESTS = (
    MarkKind.STACCATO, MarkKind.STACCATISSIMO, MarkKind.TENUTO, MarkKind.MARCATO,
    MarkKind.ACCENT, MarkKind.PORTATO, MarkKind.TREMOLO, MarkKind.GLISSANDO,
)  # fmt: skip
_MOST_PAIRS = 256


class VoiceWriter:
    """Turns the slots of a stream into a voice."""

    def __init__(
        self, stream: Stream, index: int, ottavas: Ottavas, ottava: int,
        time: TimeSignature | None, verses: list[str], has_stems: bool, losses: Losses,
    ) -> None:  # fmt: skip
        self._stream = stream
        self._index = index
        self._ottavas = ottavas
        self.ottava = ottava  # in force before and, at last, behind the measure
        self._time = time
        self._verse_names = verses
        self._has_stems = has_stems
        self._losses = losses
        self._builder = TupletBuilder()
        self._staff = stream.key.home
        self._stem: StemDirection | None = None
        self._sung: list[dict[str, Syllable]] = []

    def write(self) -> Voice:
        """The voice; its verses have a syllable or a gap for each note."""
        slots = list(self._stream.slots)
        while slots:
            slot = slots.pop(0)
            partner = self._partner(slot, slots)
            self._enter(slot)
            if partner is not None:
                slots.remove(partner)
                self._put_tremolo(slot, partner)
            else:
                self._put(slot)
        for event in self._stream.after:
            self._builder.context(event)
        events = self._builder.finish()
        return Voice(self._stream.key.home, events, self._stream.end, NOWHERE, self._verses())

    def _enter(self, slot: Slot) -> None:
        """Write what must stand before a slot."""
        note = slot.note
        self._builder.open_for(note, slot.length)
        is_on_staff = note is not None or slot.before or slot.marks
        staff = staff_of(self._stream, slot)
        if is_on_staff and staff != self._staff:
            self._staff = staff
            self._builder.context(StaffChange(staff, NOWHERE))
        for event in slot.before:
            self._builder.context(event)
        octaves = self._ottavas.at(self._index, slot.onset, staff)
        if octaves != self.ottava and not self._stream.is_helper:
            self.ottava = octaves
            self._builder.context(Ottava(octaves, NOWHERE))
        if note is not None and note.heads and self._has_stems:
            self._turn_stem(note)

    def _turn_stem(self, note: RawNote) -> None:
        direction = _STEMS.get(note.stem, StemDirection.NEUTRAL)
        if direction is not (self._stem or StemDirection.NEUTRAL):
            self._stem = direction
            self._builder.context(StemChange(direction, NOWHERE))

    # -- notes and rests

    def _put(self, slot: Slot) -> None:
        note = slot.note
        if note is not None and not note.heads:
            slot.marks = [*note.marks, *slot.marks]
        if note is None or (not note.heads and note.is_grace):
            self._put_empty(slot)
        elif self._is_full_measure(note, slot):
            value = value_of(slot.length) or Duration(1)
            self._put_rests([Rest(RestKind.FULL_MEASURE, value, NOWHERE)], slot)
        elif not note.heads:
            self._put_rest(note, slot)
        else:
            self._put_chord(note, slot)
        self._builder.close_after(note)

    def _put_empty(self, slot: Slot) -> None:
        if not slot.length:
            return
        scale = self._builder.scale()
        if scale != 1 or is_dyadic(slot.length):
            values = values_of(slot.length, None, scale)
            rests: list[Event] = [Rest(RestKind.INVISIBLE, value, NOWHERE) for value in values]
        else:
            rests = self._builder.wrapped(slot.length, RestKind.INVISIBLE)
        self._put_rests(rests, slot)

    def _put_rest(self, note: RawNote, slot: Slot) -> None:
        kind = RestKind.INVISIBLE if note.is_hidden else RestKind.VISIBLE
        values = values_of(slot.length, note.duration, self._builder.scale())
        position = None if note.is_hidden else note.position
        rests: list[Event] = [Rest(kind, value, NOWHERE, (), position) for value in values]
        self._put_rests(rests, slot)

    def _put_rests(self, rests: list[Event], slot: Slot) -> None:
        marks = tuple(mark for mark in slot.marks if mark.kind not in _NOT_AT_RESTS)
        if len(marks) < len(slot.marks):
            self._losses.add("An articulation on a rest was left out", self._index)
        first = rests[0]
        if isinstance(first, Rest):
            rests[0] = Rest(first.kind, first.duration, NOWHERE, marks, first.position)
        elif marks:
            self._losses.add("A sign in an empty tuplet was left out", self._index)
        duration = first.duration if len(rests) == 1 and isinstance(first, Rest) else None
        self._builder.put(rests, slot.length, duration)

    def _put_chord(self, note: RawNote, slot: Slot) -> None:
        if note.is_grace:
            values = [note.duration or Duration(8)]
        else:
            values = values_of(slot.length, note.duration, self._builder.scale())
        marks = [*note.marks, *slot.marks]
        if note.n_strokes and not note.tremolo:
            marks.append(_tremolo(note.n_strokes, values[0]))
        elif note.tremolo:
            self._losses.add(
                "A tremolo between two notes that do not fit was left out", self._index
            )
        events = chords(_heads(note), values, marks, note.is_grace)
        if not note.is_grace:
            self._sung += [note.syllables] + [{}] * (len(events) - 1)
        elif note.syllables:
            self._losses.add("A syllable under a grace note was left out", self._index)
        self._builder.put(events, slot.length, values[0] if len(values) == 1 else None)

    def _is_full_measure(self, note: RawNote, slot: Slot) -> bool:
        if note.heads or note.is_hidden or self._time is None or len(self._stream.slots) > 1:
            return False
        return slot.length == self._time.length

    # -- double tremolos

    def _partner(self, slot: Slot, following: list[Slot]) -> Slot | None:
        """The second note of a double tremolo that begins at a slot."""
        after = following[0] if following else None
        if slot.note is None or slot.note.tremolo != "start" or after is None:
            return None
        if after.note is None or after.note.tremolo != "stop" or not after.note.heads:
            return None
        return after if _pairs(slot, after) else None

    def _put_tremolo(self, slot: Slot, partner: Slot) -> None:
        pairs = _pairs(slot, partner)
        assert pairs is not None
        assert slot.note is not None
        assert partner.note is not None
        count, value = pairs
        first, second = (
            Chord(_heads(note), value, NOWHERE, tuple([*note.marks, *here.marks]))
            for note, here in ((slot.note, slot), (partner.note, partner))
        )
        self._sung += [slot.note.syllables, partner.note.syllables]
        tremolo = DoubleTremolo(first, second, count, value, NOWHERE)
        self._builder.put([tremolo], slot.length + partner.length, None)
        self._builder.close_after(partner.note)

    # -- verses

    def _verses(self) -> tuple[Verse, ...]:
        n_verses = max(
            (self._verse_names.index(name) + 1 for syllables in self._sung for name in syllables),
            default=0,
        )
        return tuple(self._verse(name) for name in self._verse_names[:n_verses])

    def _verse(self, name: str) -> Verse:
        found = [syllables.get(name, _NO_SYLLABLE) for syllables in self._sung]
        while len(found) > 1 and not found[-1].text:
            found.pop()
        return Verse(tuple(found), NOWHERE)


def _heads(note: RawNote) -> tuple[NoteHead, ...]:
    found = {head.pitch: NoteHead(head.pitch, NOWHERE, head.is_courtesy) for head in note.heads}
    return tuple(found.values())


def _n_flags(duration: Duration) -> int:
    return max(0, duration.division.bit_length() - 3)


def _tremolo(n_strokes: int, duration: Duration) -> Mark:
    return mark(MarkKind.TREMOLO, str(2 ** min(8, 2 + n_strokes + _n_flags(duration))))


def _pairs(first: Slot, second: Slot) -> tuple[int, Duration] | None:
    """How often two notes alternate, and in which note value; None where it does not come out."""
    assert first.note is not None
    n_strokes = first.note.n_strokes or 3
    written = first.note.duration
    flags = _n_flags(written) if written else 0
    value = Duration(2 ** min(8, 2 + n_strokes + flags))
    count = (first.length + second.length) / (2 * value.length)
    if count.denominator != 1 or not 1 <= count <= _MOST_PAIRS:
        return None
    return int(count), value


def shared_staves(streams: list[Stream]) -> set[int]:
    """Staves on which notes of several voices stand, so that stems tell them apart."""
    voices: dict[int, set[int]] = {}
    for order, stream in enumerate(streams):
        for slot in stream.slots:
            if slot.note is not None and slot.note.heads:
                voices.setdefault(slot.note.staff, set()).add(order)
    return {staff for staff, orders in voices.items() if len(orders) > 1}
