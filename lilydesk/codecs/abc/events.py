"""One layer of a measure as the events of a voice: beams, tuplets, note values, syllables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from lilydesk.codecs.abc.bars import Layer, Note, TupletTag
from lilydesk.codecs.abc.decorations import MarkShape
from lilydesk.codecs.abc.numbers import note_values, sayable, tuplet_around
from lilydesk.notation import Chord, Duration, Mark, MarkKind, NoteHead, Rest, Span, Tuplet
from lilydesk.notation.document import Syllable, Verse
from lilydesk.notation.event import Context, Event, Ottava, RestKind, StandaloneMark
from lilydesk.notation.span import NOWHERE

_AT_THE_END = frozenset((MarkKind.SLUR_END, MarkKind.BEAM_END, MarkKind.HAIRPIN_END))


class Serial:
    """Gives every element of a score a place of its own, in the order of reading.

    They stand for places in a text that does not exist yet; ids are made of them.
    """

    def __init__(self) -> None:
        self._next = 0

    def span(self) -> Span:
        """The next place."""
        self._next += 1
        return Span(self._next - 1, self._next)


@dataclass(slots=True)
class BeamCount:
    """Whether the tune has beams, or notes that could have had one."""

    has_beams: bool = False
    has_flags: bool = False


class LayerWriter:
    """Writes the layers of one score."""

    def __init__(self, serial: Serial) -> None:
        self.beams = BeamCount()
        self._serial = serial
        self._n_pieces: list[int] = []  # of each sung note of the layer being written

    def write(self, layer: Layer) -> tuple[list[Event], tuple[Verse, ...]]:
        """The events of a layer, and its verses."""
        notes = [entry for entry in layer.entries if isinstance(entry, Note)]
        if not any(note.pitches for note in notes):  # an octave sign over nothing
            layer.entries = [one for one in layer.entries if not isinstance(one, Ottava)]
        self._beam([note for note in notes if not note.is_grace])
        _beam_graces(layer.entries)
        self._n_pieces = []
        return self._group(layer.entries), self._verses(layer)

    def place(self, event: Context) -> Context:
        """The event with a place of its own."""
        if isinstance(event, StandaloneMark):
            span = self._serial.span()
            return StandaloneMark(replace(event.mark, span=span), span)
        return replace(event, span=self._serial.span())

    def rests(self, kind: RestKind, length: Fraction) -> list[Event]:
        """Rests that fill `length` quarters, as nearly as note values can."""
        values = note_values(length) or note_values(sayable(length)) or ()
        return [Rest(kind, value, self._serial.span()) for value in values]

    def mark(self, shape: MarkShape) -> Mark:
        """A mark with a place of its own."""
        return Mark(shape.kind, self._serial.span(), shape.text, shape.placement)

    # -- groups

    def _group(self, entries: Iterable[Note | Context]) -> list[Event]:
        written: list[Event] = []
        inner: list[Event] = []  # of the tuplet being written
        tag: TupletTag | None = None
        waiting: list[Event] = []  # grace notes and changes before the next note

        def close() -> None:
            nonlocal inner, tag
            if tag is not None:
                written.append(self._tuplet(tag, inner))
            inner, tag = [], None

        for entry in entries:
            if not isinstance(entry, Note):
                waiting.append(self.place(entry))
            elif entry.is_grace:
                waiting.append(self._grace(entry))
            else:
                if entry.tuplet is not tag:
                    close()
                    tag = entry.tuplet
                    written += waiting
                else:
                    (written if tag is None else inner).extend(waiting)
                waiting = []
                (written if tag is None else inner).extend(self._timed(entry))
        close()
        return written + waiting

    def _tuplet(self, tag: TupletTag, events: list[Event]) -> Tuplet:
        return Tuplet(tag.ratio, tag.numerator, tag.denominator, tuple(events), self._serial.span())

    # -- notes and rests

    def _grace(self, note: Note) -> Chord:
        values = note_values(note.length) or (Duration(8),)
        return self._chord(note, values[0], [*map(self.mark, note.marks)], is_grace=True)

    def _timed(self, note: Note) -> list[Event]:
        """The note as one event, or as several tied ones; in a tuplet where its length asks."""
        values = note_values(note.length)
        if values is not None:
            return self._pieces(note, values)
        around = tuplet_around(note.length)
        assert around is not None, "lengths are sayable where they are read"
        length, numerator, denominator = around
        pieces = self._pieces(note, note_values(length) or ())
        return [self._tuplet(TupletTag(numerator, denominator, 0), pieces)]

    def _pieces(self, note: Note, values: tuple[Duration, ...]) -> list[Event]:
        first = [mark for mark in note.marks if mark.kind not in _AT_THE_END]
        last = [mark for mark in note.marks if mark.kind in _AT_THE_END]
        if note.rest is None:
            self._n_pieces.append(len(values))
        events: list[Event] = []
        for index, value in enumerate(values):
            is_last = index == len(values) - 1
            shapes = (first if index == 0 else []) + (last if is_last else [])
            marks = [self.mark(shape) for shape in dict.fromkeys(shapes)]
            if note.rest is not None:
                events.append(Rest(note.rest, value, self._serial.span(), tuple(marks)))
                continue
            if note.is_tied or not is_last:
                marks.append(Mark(MarkKind.TIE, self._serial.span()))
            events.append(self._chord(note, value, marks))
        return events

    def _chord(
        self, note: Note, value: Duration, marks: list[Mark], is_grace: bool = False
    ) -> Chord:
        heads = tuple(
            NoteHead(pitch, self._serial.span(), is_courtesy) for pitch, is_courtesy in note.pitches
        )
        return Chord(heads, value, self._serial.span(), tuple(marks), is_grace)

    # -- beams

    def _beam(self, notes: list[Note]) -> None:
        run: list[Note] = []
        for note in notes:
            is_flagged = note.length < 1
            self.beams.has_flags |= is_flagged
            if not is_flagged or not note.is_joined:
                self._close_beam(run)
                run = []
            if is_flagged:
                run.append(note)
        self._close_beam(run)

    def _close_beam(self, run: list[Note]) -> None:
        while run and run[-1].rest is not None:
            run.pop()
        start = next((index for index, note in enumerate(run) if note.rest is None), len(run))
        if len(run) - start > 1:
            _join(run[start], run[-1])
            self.beams.has_beams = True

    # -- syllables

    def _verses(self, layer: Layer) -> tuple[Verse, ...]:
        last = max(layer.verses, default=0)
        return tuple(self._verse(layer.verses.get(n, {})) for n in range(1, last + 1))

    def _verse(self, syllables: dict[int, Syllable]) -> Verse:
        found: list[Syllable] = []
        blank = Syllable("", NOWHERE)
        end = max(syllables, default=-1) + 1
        for index, n_pieces in enumerate(self._n_pieces[:end]):
            found.append(syllables.get(index, blank))
            found += [blank] * (n_pieces - 1)
        while found and not found[-1].text:
            found.pop()
        placed = (replace(syllable, span=self._serial.span()) for syllable in found)
        return Verse(tuple(placed), self._serial.span())


def _join(first: Note, last: Note) -> None:
    first.marks.append(MarkShape(MarkKind.BEAM_START))
    last.marks.append(MarkShape(MarkKind.BEAM_END))


def _beam_graces(entries: Iterable[Note | Context]) -> None:
    run: list[Note] = []
    for entry in entries:
        if not isinstance(entry, Note):
            continue
        if entry.is_grace and entry.length < 1:
            if run and not entry.is_joined:
                run = []
            run.append(entry)
            continue
        if len(run) > 1:
            _join(run[0], run[-1])
        run = []
    if len(run) > 1:
        _join(run[0], run[-1])
