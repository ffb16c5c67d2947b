"""One voice of one measure as the content of a <layer>, with what hangs on its notes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from lilydesk.codecs.mei.accidentals import Accidentals, Conventional, EveryNote
from lilydesk.codecs.mei.attributes import (
    clef_attributes,
    duration_attributes,
    duration_of,
    escape_lines,
)
from lilydesk.codecs.mei.beams import Beam, Leaf, automatic_beams, manual_beams, place_beams
from lilydesk.codecs.mei.connections import Connections
from lilydesk.codecs.mei.frame import LayerPieces, MeasureFrame, VoiceState
from lilydesk.codecs.mei.links import Link, LinkKind, beam_span
from lilydesk.codecs.mei.lyrics import verse_elements
from lilydesk.codecs.mei.marks import MarkWriter, tempo_element
from lilydesk.codecs.mei.notes import NoteWriter
from lilydesk.notation import Chord, Event, Rest, Tuplet, Voice
from lilydesk.notation.event import (
    ChordSymbol,
    ClefChange,
    DoubleTremolo,
    Ottava,
    StaffChange,
    StandaloneMark,
    StemChange,
    StemDirection,
    Tempo,
)
from lilydesk.notation.mark import Mark
from lilydesk.notation.walk import in_order_of_time
from lilydesk.timeline.placing import VoiceKey, event_length, full_measure_length

_NOTHING = Fraction(0)
_ONE = Fraction(1)


def write_layer(frame: MeasureFrame, key: VoiceKey, voice: Voice) -> LayerPieces:
    """Encode one voice of a measure."""
    return _LayerWriter(frame, key, voice).write()


def _accidentals(frame: MeasureFrame, key: VoiceKey) -> Accidentals:
    if frame.alterations is None:
        return EveryNote(frame.fifths)
    return Conventional(frame.alterations, frame.entry.ties.get(key, frozenset()))


class _LayerWriter:
    """Walks through a voice and collects pieces of XML; made new for each voice."""

    def __init__(self, frame: MeasureFrame, key: VoiceKey, voice: Voice) -> None:
        self._frame = frame
        self._voice = voice
        self._state = state = VoiceState(frame, key, voice)
        self._marks = MarkWriter(state)
        self._notes = NoteWriter(
            state, _accidentals(frame, key), self._marks, verse_elements(voice)
        )
        self._connections = Connections(state)
        self._full_measure = full_measure_length(frame.measure)
        self._clefs = {id(point.change): point for point in frame.clefs}
        self._waiting: list[Mark] = []  # for the next note or rest
        self._tokens: list[str] = []
        self._leaves: list[Leaf] = []
        self._tuplets: list[Beam] = []  # first and last token of each, inner ones first
        self._n_tuplets = 0
        self._depth = 0
        self._is_lone = sum(type(event) in _WRITERS for event in voice.events) == 1

    def write(self) -> LayerPieces:
        self._write_events(in_order_of_time(self._voice.events), _ONE)
        for mark in self._waiting:  # nothing follows: hang them on the last note
            if self._connections.last_id:
                self._marks.write(mark, self._connections.last_id, self._state.onset)
        self._connections.finish()
        self._beam()
        self._state.pieces.content = "".join(self._tokens)
        return self._state.pieces

    def _write_events(self, events: tuple[Event, ...], scale: Fraction) -> None:
        for event in events:
            writer = _WRITERS.get(type(event))
            if writer is None:
                self._write_context(event)
            else:
                writer(self, event, scale)

    # -- changes of context

    def _write_context(self, event: Event) -> None:
        state = self._state
        match event:
            case StaffChange(staff):
                state.staff = state.offset + staff
            case ClefChange():
                self._write_clef(event)
            case StemChange(direction):
                is_free = direction is StemDirection.NEUTRAL
                state.stem = "" if is_free else f' stem.dir="{direction.value}"'
            case Ottava():
                self._connections.change_ottava(event)
            case StandaloneMark(mark):
                self._waiting.append(mark)
            case ChordSymbol(text, span):
                identifier = self._frame.identifier("x", span.start)
                words = escape_lines(text)
                state.pieces.controls.append(
                    f'<harm xml:id="{identifier}" {state.moment}>{words}</harm>'
                )
            case Tempo():
                self._write_tempo(event)
            case _:
                pass  # key, time and barlines are the measure's

    def _write_tempo(self, tempo: Tempo) -> None:
        state = self._state
        said = (state.onset, tempo.text, tempo.beat, tempo.beats_per_minute)
        if said in self._frame.tempos:
            return  # another staff says the same
        self._frame.tempos.add(said)
        identifier = self._frame.identifier("x", tempo.span.start)
        state.pieces.controls.append(tempo_element(tempo, identifier, state.moment))

    def _write_clef(self, change: ClefChange) -> None:
        point = self._clefs.get(id(change))
        if point is None or point.onset == 0:
            return  # nothing new, or told before the barline
        identifier = self._frame.identifier("x", change.span.start)
        where = self._state.staff_attribute
        self._tokens.append(f'<clef xml:id="{identifier}"{clef_attributes(point.clef)}{where}/>')

    # -- notes, rests, tuplets

    def _begin(self, event: Event, identifier: str, offset: int, length: Fraction) -> None:
        """Do what every note and rest needs; its own XML comes next in the list of tokens."""
        state = self._state
        self._connections.reach(identifier, offset)
        tuplet = self._n_tuplets - 1 if self._depth else -1
        self._leaves.append(Leaf(len(self._tokens), event, state.onset, length, tuplet, -1))
        if self._waiting:
            for mark in self._waiting:
                self._marks.write(mark, identifier, state.onset + length)
            self._waiting.clear()

    def _write_chord(self, chord: Chord, scale: Fraction) -> None:
        length = _NOTHING if chord.is_grace else chord.duration.length
        if scale is not _ONE:  # multiplying fractions is slow
            length *= scale
        identifier = self._frame.chord_identifier(chord)
        self._begin(chord, identifier, chord.span.start, length)
        self._tokens.append(self._notes.chord(chord, identifier, length))
        self._connections.connect(chord)
        if length:
            self._state.onset += length

    def _write_rest(self, rest: Rest, scale: Fraction) -> None:
        if rest.is_grace:
            return  # MEI has none, and it would take time
        length = event_length(rest, self._full_measure) * scale
        identifier = self._frame.identifier("r", rest.span.start)
        self._begin(rest, identifier, rest.span.start, length)
        self._tokens.append(self._notes.rest(rest, identifier, self._is_lone))
        for mark in rest.marks:
            self._marks.write(mark, identifier, self._state.onset + length)
        self._connections.interrupt()
        self._state.onset += length

    def _write_tuplet(self, tuplet: Tuplet, scale: Fraction) -> None:
        identifier = self._frame.identifier("t", tuplet.span.start)
        if not self._depth:
            self._n_tuplets += 1
        opening, n_leaves = len(self._tokens), len(self._leaves)
        self._depth += 1
        self._tokens.append(
            f'<tuplet xml:id="{identifier}" num="{tuplet.numerator}"'
            f' numbase="{tuplet.denominator}">'
        )
        self._write_events(tuplet.events, scale * tuplet.ratio)
        self._depth -= 1
        closing = len(self._tokens)
        self._tokens.append("</tuplet>")
        if len(self._leaves) == n_leaves:  # nothing sounds: an empty element would be invalid
            self._tokens[opening] = self._tokens[closing] = ""
            return
        self._tuplets.append(Beam(opening, closing))
        for index in range(n_leaves, len(self._leaves)):
            if self._leaves[index].tuplet_token < 0:
                self._leaves[index] = self._leaves[index]._replace(tuplet_token=closing)

    def _write_tremolo(self, tremolo: DoubleTremolo, scale: Fraction) -> None:
        half = tremolo.length * scale / 2
        written, left_over = duration_of(tremolo.length)
        identifier = self._frame.identifier("d", tremolo.span.start)
        chords = (tremolo.first, tremolo.second)
        start, end = map(self._frame.chord_identifier, chords)
        self._begin(tremolo, start, tremolo.span.start, 2 * half)
        pair = ""
        for chord, name in zip(chords, (start, end), strict=True):
            pair += self._notes.chord(chord, name, half, written)
            self._state.onset += half
        strokes = max(1, tremolo.duration.division.bit_length() - 3)
        self._tokens.append(f'<fTrem xml:id="{identifier}" beams="{strokes}">{pair}</fTrem>')
        while left_over > 0:  # five sixteenths have no note: the rest of them stays empty
            written, left_over = duration_of(left_over)
            self._tokens.append(f"<space{duration_attributes(written)}/>")
        self._connections.last_id = end
        self._connections.connect_tremolo(*chords)

    # -- beams

    def _beam(self) -> None:
        leaves = self._leaves
        beams: list[Beam] = []
        if any(isinstance(leaf.event, Chord | Rest) and leaf.event.marks for leaf in leaves):
            main = manual_beams(leaves, is_grace=False)
            beams = main.beams + manual_beams(leaves, is_grace=True).beams
            self._link_beams(main.closing, main.opening)
        if self._frame.facts.is_beamed_automatically:
            covered = {index for beam in beams for index in range(beam.first, beam.last + 1)}
            beams += automatic_beams(leaves, self._frame.measure.time, covered)
        if not beams:
            return
        placed = place_beams(beams, leaves, self._tuplets)
        for beam in placed.crossing:
            self._state.pieces.controls.append(beam_span(self._chord_ids(beam)))
        for index, tag in placed.before.items():
            self._tokens[index] = tag + self._tokens[index]
        for index, tag in placed.after.items():
            self._tokens[index] += tag

    def _link_beams(self, closing: Beam | None, opening: Beam | None) -> None:
        """Send on beams that come from, or lead into, the neighbouring measures."""
        key, links = self._state.key, self._state.pieces.links
        if closing is not None:
            links.append(Link(LinkKind.BEAM_END, key, ids=self._chord_ids(closing)))
        if opening is not None:
            links.append(Link(LinkKind.BEAM_START, key, ids=self._chord_ids(opening)))

    def _chord_ids(self, beam: Beam) -> tuple[str, ...]:
        events = (leaf.event for leaf in self._leaves[beam.first : beam.last + 1])
        return tuple(
            self._frame.chord_identifier(event)
            for event in events
            if isinstance(event, Chord) and not event.is_grace
        )


# Not in the instance: it would hold itself, and each voice would be garbage for the collector.
_WRITERS: dict[type, Callable[[_LayerWriter, Any, Fraction], None]] = {
    Chord: _LayerWriter._write_chord,
    Rest: _LayerWriter._write_rest,
    Tuplet: _LayerWriter._write_tuplet,
    DoubleTremolo: _LayerWriter._write_tremolo,
}
