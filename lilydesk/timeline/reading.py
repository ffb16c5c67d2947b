"""One measure as a player reads it: notes with their lengths, strengths and ornaments.

Times count from the start of the measure; ties and repeats are joined later, in perform.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from lilydesk.notation import Chord, MarkKind, Measure, Rest, element_id
from lilydesk.notation.event import Clef, DoubleTremolo, StandaloneMark, Tempo
from lilydesk.notation.key_signature import key_alterations
from lilydesk.notation.mark import Mark
from lilydesk.timeline.dynamics import DynamicCurve, emphasis
from lilydesk.timeline.ornaments import ORNAMENTS, Piece, arpeggio_delays, ornament, repeat, tremolo
from lilydesk.timeline.placing import (
    ClefPoint,
    PlacedEvent,
    VoiceKey,
    clef_at,
    full_measure_length,
    placed_events,
    voice_keys,
)
from lilydesk.timeline.tempo import HeldTime

_GRACE = Fraction(1, 8)  # the longest that a grace note takes, in quarters
_DETACHED = Fraction(19, 20)  # a plain note outside slurs
_LEGATO = Fraction(1)
# Share of its length that a note sounds; of several marks the shortest counts.
_GATES = {
    MarkKind.STACCATO: Fraction(1, 2),
    MarkKind.STACCATISSIMO: Fraction(3, 10),
    MarkKind.PORTATO: Fraction(3, 4),
    MarkKind.MARCATO: Fraction(17, 20),
    MarkKind.BREATHE: Fraction(17, 20),
    MarkKind.TENUTO: _LEGATO,
}
_PEDALS = {"sustain": 64, "sostenuto": 66, "una corda": 67}
_FERMATAS = {MarkKind.FERMATA: Fraction(2), MarkKind.SHORT_FERMATA: Fraction(3, 2)}


class ReadNote(NamedTuple):
    """A note of one measure, or a piece of one."""

    onset: Fraction
    length: Fraction
    midi: int
    velocity: int
    voice: VoiceKey
    element_id: str
    gate: Fraction  # share of the length that sounds
    tie_from: Fraction | None  # where it begins on paper, if a tie may lead to it
    tie_to: Fraction | None  # where it ends on paper, if a tie leads on from it


class ReadControl(NamedTuple):
    """A pedal going down or up."""

    onset: Fraction
    part: int
    controller: int
    value: int


@dataclass(slots=True)
class MeasureReading:
    """What one measure asks a player to do."""

    notes: list[ReadNote] = field(default_factory=list)
    controls: list[ReadControl] = field(default_factory=list)
    held: list[HeldTime] = field(default_factory=list)
    tempos: list[tuple[Fraction, Tempo]] = field(default_factory=list)


class Surroundings(NamedTuple):
    """What a measure's sound depends on besides itself."""

    measure_index: int
    onset: Fraction  # of the measure in the written score
    offsets: tuple[int, ...]
    clefs: dict[int, Clef]
    points: list[ClefPoint]
    curves: dict[tuple[int, int], DynamicCurve]  # by part and staff
    open_slurs: dict[VoiceKey, int]  # at the start of the measure; kept up to date


def read_measure(measure: Measure, around: Surroundings) -> MeasureReading:
    """Read all voices of a measure."""
    reading = MeasureReading()
    for key, voice in voice_keys(measure):
        reader = _VoiceReader(measure, around, key, reading)
        reader.read(placed_events(voice, full_measure_length(measure)))
    return reading


class _VoiceReader:
    """Reads one voice, in order; made new for each."""

    def __init__(
        self, measure: Measure, around: Surroundings, key: VoiceKey, reading: MeasureReading
    ) -> None:
        self._around = around
        self._key = key
        self._reading = reading
        self._alterations = key_alterations(measure.key.fifths if measure.key else 0)
        self._graces: list[PlacedEvent] = []
        self._n_slurs = around.open_slurs.get(key, 0)
        self._curve = around.curves.get((key.part, key.staff), DynamicCurve(()))
        self._transposes = any(clef.shift_semitones for clef in around.clefs.values()) or any(
            point.clef.shift_semitones for point in around.points
        )

    def read(self, events: list[PlacedEvent]) -> None:
        end = Fraction(0)
        for placed in events:
            event = placed.event
            end = placed.onset + placed.length
            if isinstance(event, Chord):
                self._read_chord(placed, event)
            elif isinstance(event, Rest):
                self._play_graces(placed.onset, placed.length)
                self._read_marks(event.marks, placed)
            elif isinstance(event, DoubleTremolo):
                self._read_tremolo(placed, event)
            elif isinstance(event, Tempo):
                self._reading.tempos.append((placed.onset, event))
            elif isinstance(event, StandaloneMark):
                self._read_marks((event.mark,), placed)
        if self._graces:
            total = self._grace_time(end)
            self._play_graces(end - total, total)
        self._around.open_slurs[self._key] = self._n_slurs

    # -- notes

    def _read_chord(self, placed: PlacedEvent, chord: Chord) -> None:
        if chord.is_grace:
            self._graces.append(placed)
            self._read_marks(chord.marks, placed)
            return
        delay = self._play_graces(placed.onset, placed.length / 2)
        velocity = self._velocity(placed, chord)
        was_slurred = self._n_slurs > 0
        self._read_marks(chord.marks, placed)
        gate = self._gate(chord.marks, self._n_slurs > 0 or was_slurred)
        delays = self._delays(chord, placed.length - delay)
        is_tied = any(mark.kind is MarkKind.TIE for mark in chord.marks)
        for head_index, head in enumerate(chord.heads):
            late = delay + delays[head_index]
            pieces = self._pieces(chord, head_index, placed.length - late)
            identifier = element_id(self._around.measure_index, "n", head.span.start)
            midi = head.pitch.midi + self._shift(placed)
            for order, piece in enumerate(pieces):
                is_last = order == len(pieces) - 1
                self._reading.notes.append(
                    ReadNote(
                        placed.onset + late + piece.onset,
                        piece.length,
                        midi + piece.semitones,
                        velocity,
                        self._key,
                        identifier,
                        gate if is_last else _LEGATO,
                        placed.onset if order == 0 else None,
                        placed.onset + placed.length if is_last and is_tied else None,
                    )
                )

    def _pieces(self, chord: Chord, head_index: int, length: Fraction) -> list[Piece]:
        for mark in chord.marks:
            # In a chord an ornament belongs to the highest note.
            if mark.kind in ORNAMENTS and head_index == _highest(chord):
                pitch = chord.heads[head_index].pitch
                return ornament(mark.kind, pitch, length, self._alterations)
            if mark.kind is MarkKind.TREMOLO and mark.text.isdecimal():
                return tremolo(length, int(mark.text))
        return [Piece(0, Fraction(0), length)]

    def _delays(self, chord: Chord, length: Fraction) -> list[Fraction]:
        if not any(mark.kind is MarkKind.ARPEGGIO for mark in chord.marks):
            return [Fraction(0)] * len(chord.heads)
        steps = arpeggio_delays(len(chord.heads), length)
        order = sorted(range(len(chord.heads)), key=lambda index: chord.heads[index].pitch.midi)
        delays = [Fraction(0)] * len(chord.heads)
        for rank, index in enumerate(order):
            delays[index] = steps[rank]
        return delays

    def _shift(self, placed: PlacedEvent) -> int:
        """Semitones by which a transposing clef moves the sound."""
        if not self._transposes:
            return 0
        staff = self._around.offsets[self._key.part] + placed.staff
        clef = clef_at(self._around.points, self._around.clefs, staff, placed.onset)
        return clef.shift_semitones

    def _velocity(self, placed: PlacedEvent, chord: Chord) -> int:
        level = self._curve.level(self._around.onset + placed.onset)
        gains = [emphasis(mark.kind, mark.text) for mark in chord.marks]
        return max(1, min(127, level + max(gains, default=0)))

    @staticmethod
    def _gate(marks: tuple[Mark, ...], is_slurred: bool) -> Fraction:
        gates = [_GATES[mark.kind] for mark in marks if mark.kind in _GATES]
        return min(gates) if gates else _LEGATO if is_slurred else _DETACHED

    def _read_tremolo(self, placed: PlacedEvent, event: DoubleTremolo) -> None:
        self._play_graces(placed.onset, Fraction(0))
        strokes = repeat([0, 1], placed.length, 2 * event.count)
        for chord in (event.first, event.second):
            self._read_marks(chord.marks, placed)
        for stroke in strokes:
            chord = event.second if stroke.semitones else event.first
            onset = placed.onset + stroke.onset
            self._strike(placed, chord, onset, stroke.length, self._velocity(placed, event.first))

    def _strike(
        self, placed: PlacedEvent, chord: Chord, onset: Fraction, length: Fraction, velocity: int
    ) -> None:
        """Notes that no tie leads to or from."""
        for head in chord.heads:
            identifier = element_id(self._around.measure_index, "n", head.span.start)
            midi = head.pitch.midi + self._shift(placed)
            self._reading.notes.append(
                ReadNote(onset, length, midi, velocity, self._key, identifier, _LEGATO, None, None)
            )

    # -- grace notes

    def _grace_time(self, most: Fraction) -> Fraction:
        written = sum((_grace_length(placed) for placed in self._graces), Fraction(0))
        return min(written, most)

    def _play_graces(self, onset: Fraction, most: Fraction) -> Fraction:
        """Play the waiting grace notes from `onset` on; returns the time that they take."""
        if not self._graces:
            return Fraction(0)
        total = self._grace_time(most)
        written = sum((_grace_length(placed) for placed in self._graces), Fraction(0))
        at = onset
        for placed in self._graces:
            length = _grace_length(placed) * total / written
            assert isinstance(placed.event, Chord)
            velocity = self._velocity(placed, placed.event)
            self._strike(placed, placed.event, at, length, velocity)
            at += length
        self._graces = []
        return total

    # -- marks that concern more than their note

    def _read_marks(self, marks: tuple[Mark, ...], placed: PlacedEvent) -> None:
        for mark in marks:
            match mark.kind:
                case MarkKind.SLUR_START:
                    self._n_slurs += 1
                case MarkKind.SLUR_END:
                    self._n_slurs = max(0, self._n_slurs - 1)
                case MarkKind.PEDAL_ON | MarkKind.PEDAL_OFF:
                    value = 127 if mark.kind is MarkKind.PEDAL_ON else 0
                    controller = _PEDALS.get(mark.text, 64)
                    self._reading.controls.append(
                        ReadControl(placed.onset, self._key.part, controller, value)
                    )
                case MarkKind.FERMATA | MarkKind.SHORT_FERMATA if placed.length:
                    end = placed.onset + placed.length
                    factor = _FERMATAS[mark.kind] if placed.length <= 2 else Fraction(3, 2)
                    self._reading.held.append(HeldTime(placed.onset, end, factor))
                case _:
                    pass


def _grace_length(placed: PlacedEvent) -> Fraction:
    assert isinstance(placed.event, Chord)
    return min(_GRACE, placed.event.duration.length)


def _highest(chord: Chord) -> int:
    return max(range(len(chord.heads)), key=lambda index: chord.heads[index].pitch.midi)
