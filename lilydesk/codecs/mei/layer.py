"""One voice of one measure as the content of a <layer>, with what hangs on its notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from lilydesk.codecs.mei.accidentals import Accidentals
from lilydesk.codecs.mei.attributes import (
    ARTICULATION,
    clef_attributes,
    duration_attributes,
    duration_of,
    escape,
    escape_lines,
    number,
    octave_displacement,
)
from lilydesk.codecs.mei.beams import (
    Beam,
    BeamPieces,
    Leaf,
    automatic_beams,
    manual_beams,
    place_beams,
)
from lilydesk.codecs.mei.context import EntryContext
from lilydesk.codecs.mei.links import Link, LinkKind, glissando_element, tie_elements
from lilydesk.codecs.mei.lyrics import verse_elements
from lilydesk.codecs.mei.marks import MarkWriter, tempo_element
from lilydesk.notation import Chord, Event, MarkKind, Rest, TimeSignature, Tuplet, Voice, element_id
from lilydesk.notation.event import (
    Barline,
    ChordSymbol,
    Clef,
    ClefChange,
    DoubleTremolo,
    NoteHead,
    Ottava,
    RestKind,
    StaffChange,
    StandaloneMark,
    StemChange,
    StemDirection,
    Tempo,
)
from lilydesk.notation.mark import Mark
from lilydesk.timeline.placing import VoiceKey, clef_at, event_length, full_measure_length
from lilydesk.timeline.placing import ClefPoint as ClefPoint
from lilydesk.notation import Measure


@dataclass(frozen=True, slots=True)
class MeasureFrame:
    """What the voices of a measure share."""

    index: int
    measure: Measure
    entry: EntryContext
    offsets: tuple[int, ...]
    clefs: list[ClefPoint]
    is_beamed_automatically: bool

    def stamp(self, onset: Fraction) -> str:
        """@tstamp: beats of the time signature, the first is 1."""
        unit = self.measure.time.denominator if self.measure.time else 4
        return number(1 + onset * unit / 4)

    def identifier(self, kind: str, offset: int) -> str:
        """Id of an element of this measure."""
        return element_id(self.index, kind, offset)


@dataclass(slots=True)
class LayerPieces:
    """What a voice contributes to its measure."""

    content: str = ""
    controls: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


_Heads = tuple[tuple[int, str], ...]


class LayerWriter:
    """Writes one voice; made new for each. The result is in `pieces`."""

    def __init__(self, frame: MeasureFrame, key: VoiceKey, voice: Voice) -> None:
        self.frame = frame
        self.key = key
        self.voice = voice
        self.pieces = LayerPieces()
        self._full_measure = full_measure_length(frame.measure)
        self._offset = frame.offsets[key.part]
        self._home = self._offset + voice.staff
        self._staff = self._home
        self._accidentals = Accidentals(frame.measure.key.fifths if frame.measure.key else 0)
        self._stem = ""
        self._ottava = frame.entry.ottavas.get(key, 0)
        self._new_ottava: Ottava | None = None
        self._onset = Fraction(0)
        self._tokens: list[str] = []
        self._leaves: list[Leaf] = []
        self._tuplets: list[Beam] = []
        self._n_tuplets = 0
        self._open_tuplets: list[int] = []
        self._last_id = ""
        self._waiting: list[tuple[Mark, Fraction]] = []  # for the next note or rest
        self._ties: list[tuple[_Heads, str]] = []
        self._glissando: Link | None = None
        self._has_begun = False
        self._marks = MarkWriter(frame.index, key, self.pieces.controls, self.pieces.links)
        self._verses = verse_elements(voice)
        self._n_sung = 0
        self._clef_by_change = {id(point.change): point.clef for point in frame.clefs}
        self._displaced = any(map(octave_displacement, frame.entry.clefs.values())) or any(
            octave_displacement(point.clef) for point in frame.clefs
        )
        self._writers: dict[type, Callable[[Event, Fraction], None]] = {
            Chord: self._write_chord,  # type: ignore[dict-item]
            Rest: self._write_rest,  # type: ignore[dict-item]
            Tuplet: self._write_tuplet,  # type: ignore[dict-item]
            DoubleTremolo: self._write_tremolo,  # type: ignore[dict-item]
        }
        self._is_lone_rest = False

    def write(self) -> LayerPieces:
        """Encode the voice."""
        timed = [event for event in self.voice.events if type(event) in self._writers]
        self._is_lone_rest = len(timed) == 1
        self._write_events(self.voice.events, Fraction(1))
        self._finish_voice()
        self.pieces.content = self._join()
        return self.pieces

    # -- the walk

    def _write_events(self, events: tuple[Event, ...], scale: Fraction) -> None:
        for event in events:
            writer = self._writers.get(type(event))
            if writer is None:
                self._write_context(event)
            else:
                writer(event, scale)

    def _write_context(self, event: Event) -> None:
        match event:
            case StaffChange(staff):
                self._staff = self._offset + staff
            case ClefChange():
                self._write_clef(event)
            case StemChange(direction):
                is_free = direction is StemDirection.NEUTRAL
                self._stem = "" if is_free else f' stem.dir="{direction.value}"'
            case Ottava():
                self._change_ottava(event)
            case StandaloneMark(mark):
                self._waiting.append((mark, self._onset))
            case ChordSymbol(text, span):
                identifier = self.frame.identifier("x", span.start)
                self.pieces.controls.append(
                    f'<harm xml:id="{identifier}" {self._moment()}>{escape(text)}</harm>'
                )
            case Tempo(_, _, _, span):
                identifier = self.frame.identifier("x", span.start)
                self.pieces.controls.append(tempo_element(event, identifier, self._moment()))
            case Barline():
                pass  # the measure's own attributes
            case _:
                pass  # key, time and partial are the measure's

    def _moment(self) -> str:
        return f'tstamp="{self.frame.stamp(self._onset)}" staff="{self._staff}"'

    def _write_clef(self, change: ClefChange) -> None:
        clef = self._clef_by_change.get(id(change))
        if clef is None or (self._onset == 0 and not self._has_begun):
            return  # not new, or written between the measures
        where = f' staff="{self._staff}"' if self._staff != self._home else ""
        identifier = self.frame.identifier("x", change.span.start)
        self._tokens.append(f'<clef xml:id="{identifier}"{clef_attributes(clef)}{where}/>')

    def _change_ottava(self, change: Ottava) -> None:
        if self._ottava and self._last_id:
            self._link(LinkKind.OTTAVA_REACHES, target=self._last_id)
        if change.octaves == 0:
            self._link(LinkKind.OTTAVA)
            self._new_ottava = None
        else:
            self._new_ottava = change
        self._ottava = change.octaves

    def _link(self, kind: LinkKind, target: str = "", mark: str = "", octaves: int = 0) -> None:
        self.pieces.links.append(Link(kind, self.key, target, mark, octaves=octaves))

    # -- notes, rests, tuplets

    def _begin_leaf(self, event: Event, identifier: str, length: Fraction) -> None:
        """Do what every note and rest does; its own XML comes next in the list of pieces."""
        if self._ottava and (self._new_ottava or not self._last_id):
            change = self._new_ottava
            offset = change.span.start if change else event.span.start
            mark = self.frame.identifier("x", offset) + ("" if change else ".8va")
            self._link(LinkKind.OTTAVA, identifier, mark, self._ottava)
            self._new_ottava = None
        self._last_id = identifier
        tuplet = self._n_tuplets - 1 if self._open_tuplets else -1
        self._leaves.append(Leaf(len(self._tokens), event, self._onset, length, tuplet, -1))
        if self._waiting:
            self._flush_waiting(identifier, length)

    def _flush_waiting(self, identifier: str, length: Fraction) -> None:
        end = self.frame.stamp(self._onset + length)
        for mark, _ in self._waiting:
            self._marks.write(mark, identifier, end)
        self._waiting.clear()

    def _write_chord(self, chord: Chord, scale: Fraction) -> None:
        length = Fraction(0) if chord.is_grace else chord.duration.length * scale
        heads = chord.heads
        is_single = len(heads) == 1
        identifier = (
            self.frame.identifier("n", heads[0].span.start)
            if is_single
            else self.frame.identifier("c", chord.span.start)
        )
        self._begin_leaf(chord, identifier, length)
        attributes = duration_attributes(chord.duration) + self._stem
        if chord.is_grace:
            attributes += ' grace="unacc"'
        if self._staff != self._home:
            attributes += f' staff="{self._staff}"'
        children = ""
        if chord.marks:
            more, children = self._chord_marks(chord, identifier, length)
            attributes += more
        children += self._sung(chord)
        self._tokens.append(self._chord_xml(heads, identifier, attributes, children))
        self._connect(chord, identifier)
        self._onset += length

    def _chord_xml(
        self, heads: tuple[NoteHead, ...], identifier: str, attributes: str, children: str
    ) -> str:
        if len(heads) == 1:
            text = f'<note xml:id="{identifier}"{attributes}{self._pitch(heads[0])}'
            return f"{text}>{children}</note>" if children else f"{text}/>"
        notes = "".join(
            f'<note xml:id="{self.frame.identifier("n", head.span.start)}"{self._pitch(head)}/>'
            for head in heads
        )
        return f'<chord xml:id="{identifier}"{attributes}>{notes}{children}</chord>'

    def _pitch(self, head: NoteHead) -> str:
        pitch = head.pitch
        octave = pitch.octave - self._ottava
        accidental = self._accidentals.attribute(pitch, octave, head.is_courtesy)
        drawn = octave
        if self._displaced:
            # The engraver draws @oct by the clef's small 8, so @oct is what sounds there. The
            # staff's @trans.semi says the same to players: @oct.ges keeps it from counting twice.
            clef = self._clef()
            drawn += octave_displacement(clef)
        sounding = f' oct.ges="{pitch.octave}"' if drawn != pitch.octave else ""
        return f' pname="{pitch.step}" oct="{drawn}"{sounding}{accidental}'

    def _clef(self) -> Clef:
        return clef_at(self.frame.clefs, self.frame.entry.clefs, self._staff, self._onset)

    def _chord_marks(self, chord: Chord, identifier: str, length: Fraction) -> tuple[str, str]:
        """Attributes and children that the marks of a chord give to it."""
        attributes = children = ""
        end = self.frame.stamp(self._onset + length)
        plain: list[str] = []
        for mark in chord.marks:
            name = ARTICULATION.get(mark.kind)
            if name is None:
                if mark.kind is MarkKind.TREMOLO:
                    attributes += _strokes(mark.text, chord.duration.division)
                else:
                    self._marks.write(mark, identifier, end)
            elif mark.placement is None:
                plain.append(name)
            else:
                children += f'<artic artic="{name}" place="{mark.placement.value}"/>'
        if plain:
            attributes += f' artic="{" ".join(plain)}"'
        return attributes, children

    def _sung(self, chord: Chord) -> str:
        if not self._verses or chord.is_grace:
            return ""
        self._n_sung += 1
        return self._verses.get(self._n_sung - 1, "")

    def _connect(self, chord: Chord, identifier: str) -> None:
        """Ties and glissandi that end or begin at a chord."""
        if chord.is_grace and not chord.marks:
            return
        heads = tuple(
            (head.pitch.diatonic, self.frame.identifier("n", head.span.start))
            for head in chord.heads
        )
        if not chord.is_grace:
            if not self._has_begun:
                self.pieces.links.append(Link(LinkKind.FIRST_NOTE, self.key, heads=heads))
            self._has_begun = True
            self._end_connections(heads)
        for mark in chord.marks:
            if mark.kind is MarkKind.TIE:
                self._ties.append((heads, self.frame.identifier("x", mark.span.start)))
            elif mark.kind is MarkKind.GLISSANDO:
                name = self.frame.identifier("x", mark.span.start)
                self._glissando = Link(LinkKind.GLISSANDO_START, self.key, heads[-1][1], name)

    def _end_connections(self, heads: _Heads) -> None:
        for from_heads, mark in self._ties:
            self.pieces.controls.extend(tie_elements(from_heads, heads, mark))
        self._ties = []
        if self._glissando is not None and heads:
            line = glissando_element(self._glissando.target, heads[-1][1], self._glissando)
            self.pieces.controls.append(line)
            self._glissando = None

    def _write_rest(self, rest: Rest, scale: Fraction) -> None:
        if rest.is_grace:
            return
        length = event_length(rest, self._full_measure) * scale
        identifier = self.frame.identifier("r", rest.span.start)
        self._begin_leaf(rest, identifier, length)
        self._tokens.append(self._rest_xml(rest, identifier))
        for mark in rest.marks:
            self._marks.write(mark, identifier, self.frame.stamp(self._onset + length))
        if not self._has_begun:
            self.pieces.links.append(Link(LinkKind.FIRST_NOTE, self.key))
        self._has_begun = True
        self._ties = []
        self._onset += length

    def _rest_xml(self, rest: Rest, identifier: str) -> str:
        where = f' staff="{self._staff}"' if self._staff != self._home else ""
        if rest.kind is RestKind.FULL_MEASURE and self._is_lone_rest:
            return f'<mRest xml:id="{identifier}"/>'
        written = duration_attributes(rest.duration)
        if rest.kind is RestKind.INVISIBLE:
            return f'<space xml:id="{identifier}"{written}/>'
        if rest.position is not None:
            octave = rest.position.octave - self._ottava
            where += f' ploc="{rest.position.step}" oloc="{octave}"'
        return f'<rest xml:id="{identifier}"{written}{where}/>'

    def _write_tuplet(self, tuplet: Tuplet, scale: Fraction) -> None:
        identifier = self.frame.identifier("t", tuplet.span.start)
        if not self._open_tuplets:
            self._n_tuplets += 1
        opening = len(self._tokens)
        self._open_tuplets.append(opening)
        self._tokens.append(
            f'<tuplet xml:id="{identifier}" num="{tuplet.numerator}"'
            f' numbase="{tuplet.denominator}">'
        )
        n_leaves = len(self._leaves)
        self._write_events(tuplet.events, scale * tuplet.ratio)
        self._open_tuplets.pop()
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
        length = tremolo.length * scale
        written, rest = duration_of(tremolo.length)
        identifier = self.frame.identifier("d", tremolo.span.start)
        first, second = tremolo.first, tremolo.second
        start = self._chord_id(first)
        self._begin_leaf(tremolo, start, length)
        strokes = max(1, tremolo.duration.division.bit_length() - 3)
        if not self._has_begun:
            self.pieces.links.append(Link(LinkKind.FIRST_NOTE, self.key, heads=self._heads(first)))
        self._end_connections(self._heads(first))
        self._has_begun = True
        pair = "".join(self._tremolo_half(chord, written, length / 2) for chord in (first, second))
        self._tokens.append(f'<fTrem xml:id="{identifier}" beams="{strokes}">{pair}</fTrem>')
        while rest > 0:  # five sixteenths have no note: what is left over stays empty
            written, rest = duration_of(rest)
            self._tokens.append(f"<space{duration_attributes(written)}/>")
        self._last_id = self._chord_id(second)
        self._connect_tremolo(second)

    def _tremolo_half(self, chord: Chord, written: object, length: Fraction) -> str:
        identifier = self._chord_id(chord)
        attributes = duration_attributes(written) + self._stem  # type: ignore[arg-type]
        if self._staff != self._home:
            attributes += f' staff="{self._staff}"'
        more, children = self._chord_marks(chord, identifier, length)
        children += self._sung(chord)
        text = self._chord_xml(chord.heads, identifier, attributes + more, children)
        self._onset += length
        return text

    def _connect_tremolo(self, second: Chord) -> None:
        for mark in second.marks:
            if mark.kind is MarkKind.TIE:
                name = self.frame.identifier("x", mark.span.start)
                self._ties.append((self._heads(second), name))

    def _chord_id(self, chord: Chord) -> str:
        if len(chord.heads) == 1:
            return self.frame.identifier("n", chord.heads[0].span.start)
        return self.frame.identifier("c", chord.span.start)

    def _heads(self, chord: Chord) -> _Heads:
        return tuple(
            (head.pitch.diatonic, self.frame.identifier("n", head.span.start))
            for head in chord.heads
        )

    # -- the end

    def _finish_voice(self) -> None:
        links = self.pieces.links
        for mark, onset in self._waiting:  # nothing follows: hang them on the last note
            if self._last_id:
                self._marks.write(mark, self._last_id, self.frame.stamp(onset))
        if self._ottava and self._last_id:
            self._link(LinkKind.OTTAVA_REACHES, target=self._last_id)
        for heads, mark_id in self._ties:
            links.append(Link(LinkKind.TIE_START, self.key, mark=mark_id, heads=heads))
        if self._glissando is not None:
            links.append(self._glissando)

    def _join(self) -> str:
        leaves = self._leaves
        beams: list[Beam] = []
        has_marks = any(isinstance(leaf.event, Chord) and leaf.event.marks for leaf in leaves)
        if has_marks:
            beams = manual_beams(leaves, is_grace=False) + manual_beams(leaves, is_grace=True)
        if self.frame.is_beamed_automatically:
            beams += self._free_beams(beams, self.frame.measure.time)
        if not beams:
            return "".join(self._tokens)
        placed = place_beams(beams, leaves, self._tuplets)
        for beam in placed.crossing:
            self._write_crossing_beam(beam)
        return self._insert(placed)

    def _insert(self, placed: BeamPieces) -> str:
        tokens = self._tokens
        for index, tag in placed.before.items():
            tokens[index] = tag + tokens[index]
        for index, tag in placed.after.items():
            tokens[index] += tag
        return "".join(tokens)

    def _free_beams(self, taken: list[Beam], time: TimeSignature | None) -> list[Beam]:
        """Automatic beams that touch none of those the text asks for."""
        if not taken:
            return automatic_beams(self._leaves, time)
        covered = {index for beam in taken for index in range(beam.first, beam.last + 1)}
        bare = [
            leaf._replace(event=leaf.event if index not in covered else None)  # type: ignore[arg-type]
            for index, leaf in enumerate(self._leaves)
        ]
        return automatic_beams(bare, time)

    def _write_crossing_beam(self, beam: Beam) -> None:
        chords = [
            leaf.event
            for leaf in self._leaves[beam.first : beam.last + 1]
            if isinstance(leaf.event, Chord) and not leaf.event.is_grace
        ]
        ids = [f"#{self._chord_id(chord)}" for chord in chords]
        self.pieces.controls.append(
            f'<beamSpan startid="{ids[0]}" endid="{ids[-1]}" plist="{" ".join(ids)}"/>'
        )


def _strokes(text: str, division: int) -> str:
    """@stem.mod of a tremolo: strokes beyond the flags that the note itself has."""
    if not text.isdecimal():
        return ""
    n_strokes = int(text).bit_length() - 3 - max(0, division.bit_length() - 3)
    return f' stem.mod="{min(6, n_strokes)}slash"' if n_strokes >= 1 else ""


__all__ = ["LayerPieces", "LayerWriter", "MeasureFrame", "escape_lines"]
