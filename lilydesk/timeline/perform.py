"""The document as a performance: measures read once, then played in order, ties joined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from lilydesk.notation import Chord, Document, MarkKind, Measure, Rest
from lilydesk.notation.event import DoubleTremolo, StandaloneMark
from lilydesk.notation.mark import Mark
from lilydesk.notation.staves import part_instruments, part_staves, staff_offsets
from lilydesk.timeline.dynamics import DynamicCurve, DynamicMark
from lilydesk.timeline.instruments import program_of
from lilydesk.timeline.performance import (
    ChannelProgram,
    ControlChange,
    MeasureOnset,
    Performance,
    Signature,
    SoundingNote,
)
from lilydesk.timeline.placing import (
    TREBLE,
    PlacedEvent,
    VoiceKey,
    clef_points,
    full_measure_length,
    placed_events,
    voice_keys,
)
from lilydesk.timeline.playing_order import playing_order
from lilydesk.timeline.reading import MeasureReading, ReadNote, Surroundings, read_measure
from lilydesk.timeline.tempo import USUAL_TEMPO, HeldTime, TempoMap, tempo_of

# Channel 9 (from 0) is for percussion.
_CHANNELS = tuple(channel for channel in range(16) if channel != 9)
_DYNAMIC_KINDS = frozenset(
    {MarkKind.DYNAMIC, MarkKind.CRESCENDO, MarkKind.DIMINUENDO, MarkKind.HAIRPIN_END}
)


@dataclass(slots=True)
class _Strike:
    """A note that is being put together from tied ones."""

    onset: Fraction
    end: Fraction
    gate: Fraction
    note: ReadNote
    element_ids: list[str]


@dataclass(frozen=True, slots=True)
class _Turn:
    """One playing of one measure."""

    onset: Fraction
    index: int
    is_jump: bool  # does not follow the measure before it on paper


def perform(document: Document) -> Performance:
    """Play a document: repeats unfolded, ties joined, tempo, dynamics and pedal applied."""
    readings = _read(document)
    turns = _turns(document)
    tempo_map = _tempo_map(document, readings, turns)
    length = turns[-1].onset + document.measures[turns[-1].index].length if turns else Fraction(0)
    return Performance(
        notes=tuple(_sounding(_strikes(readings, turns), tempo_map)),
        controls=tuple(_controls(readings, turns, length, tempo_map)),
        channels=tuple(_channels(document)),
        tempos=tempo_map.changes,
        measures=tuple(MeasureOnset(tempo_map.seconds(turn.onset), turn.index) for turn in turns),
        length_s=tempo_map.seconds(length),
        length=length,
        signatures=tuple(_signatures(document, turns)),
    )


def _turns(document: Document) -> list[_Turn]:
    turns = []
    onset = Fraction(0)
    before = -1
    for index in playing_order(document):
        turns.append(_Turn(onset, index, index != before + 1))
        onset += document.measures[index].length
        before = index
    return turns


# -- reading the measures, in the order of the paper


def _read(document: Document) -> list[MeasureReading]:
    offsets = staff_offsets(part_staves(document))
    onsets = _written_onsets(document)
    curves = _curves(document, onsets)
    clefs = dict.fromkeys(range(1, sum(part_staves(document)) + 1), TREBLE)
    open_slurs: dict[VoiceKey, int] = {}
    readings = []
    for index, measure in enumerate(document.measures):
        points = clef_points(measure, offsets, clefs)
        around = Surroundings(index, onsets[index], offsets, clefs, points, curves, open_slurs)
        readings.append(read_measure(measure, around))
        clefs = clefs | {point.staff: point.clef for point in points}
    return readings


def _written_onsets(document: Document) -> list[Fraction]:
    onsets = [Fraction(0)]
    for measure in document.measures:
        onsets.append(onsets[-1] + measure.length)
    return onsets


def _curves(document: Document, onsets: list[Fraction]) -> dict[tuple[int, int], DynamicCurve]:
    """A curve for each staff; a staff without dynamics of its own follows those of its part."""
    by_staff: dict[tuple[int, int], list[DynamicMark]] = {}
    by_part: dict[int, list[DynamicMark]] = {}
    for index, measure in enumerate(document.measures):
        for key, placed, mark in _dynamic_marks(measure):
            found = DynamicMark(onsets[index] + placed.onset, mark.kind, mark.text)
            by_staff.setdefault((key.part, key.staff), []).append(found)
            by_part.setdefault(key.part, []).append(found)
    return {
        (part, staff): DynamicCurve(by_staff.get((part, staff), by_part.get(part, [])))
        for part, n_staves in enumerate(part_staves(document))
        for staff in range(1, n_staves + 1)
    }


def _dynamic_marks(measure: Measure) -> Iterator[tuple[VoiceKey, PlacedEvent, Mark]]:
    full_measure = full_measure_length(measure)
    for key, voice in voice_keys(measure):
        for placed in placed_events(voice, full_measure):
            event = placed.event
            marks: tuple[Mark, ...] = ()
            if isinstance(event, Chord | Rest):
                marks = event.marks
            elif isinstance(event, DoubleTremolo):
                marks = event.first.marks + event.second.marks
            elif isinstance(event, StandaloneMark):
                marks = (event.mark,)
            for mark in marks:
                if mark.kind in _DYNAMIC_KINDS:
                    yield key, placed, mark


# -- playing them


def _strikes(readings: list[MeasureReading], turns: list[_Turn]) -> list[_Strike]:
    strikes: list[_Strike] = []
    tied: dict[tuple[VoiceKey, int], tuple[Fraction, _Strike]] = {}
    for turn in turns:
        for note in readings[turn.index].notes:
            key = (note.voice, note.midi)
            waiting = tied.pop(key, None) if tied else None
            end = turn.onset + note.onset + note.length
            if (
                waiting is not None
                and note.tie_from is not None
                and waiting[0] == turn.onset + note.tie_from
            ):
                strike = waiting[1]
                strike.end, strike.gate = end, note.gate
                strike.element_ids.append(note.element_id)
            else:
                onset = turn.onset + note.onset
                strike = _Strike(onset, end, note.gate, note, [note.element_id])
                strikes.append(strike)
            if note.tie_to is not None:
                tied[key] = (turn.onset + note.tie_to, strike)
    strikes.sort(key=lambda strike: float(strike.onset))  # comparing fractions is slow
    return strikes


def _sounding(strikes: list[_Strike], tempo_map: TempoMap) -> Iterator[SoundingNote]:
    for strike in strikes:
        length = (strike.end - strike.onset) * strike.gate
        onset_s = tempo_map.seconds(strike.onset)
        yield SoundingNote(
            onset=strike.onset,
            length=length,
            onset_s=onset_s,
            length_s=tempo_map.seconds(strike.onset + length) - onset_s,
            midi=_in_range(strike.note.midi),
            velocity=strike.note.velocity,
            channel=channel_of(strike.note.voice.part),
            element_ids=tuple(strike.element_ids),
            staff=strike.note.voice.staff,
        )


def _in_range(midi: int) -> int:
    """The nearest octave of a pitch that MIDI has."""
    if midi > 127:
        return midi - 12 * ((midi - 127 + 11) // 12)
    return midi + 12 * ((-midi + 11) // 12) if midi < 0 else midi


def channel_of(part_index: int) -> int:
    """The channel, from 0, of a part. Parts beyond the fifteenth share the channels in turn."""
    return _CHANNELS[part_index % len(_CHANNELS)]


def _channels(document: Document) -> Iterator[ChannelProgram]:
    whole_score = document.headers.text.get("instrument", "")
    for part, instrument in enumerate(part_instruments(document)[: len(_CHANNELS)]):
        name = instrument.name if instrument else whole_score
        yield ChannelProgram(channel_of(part), program_of(name), name)


def _controls(
    readings: list[MeasureReading], turns: list[_Turn], length: Fraction, tempo_map: TempoMap
) -> Iterator[ControlChange]:
    """Pedals. What is down at a jump or at the end goes up."""
    down: dict[tuple[int, int], None] = {}

    def change(onset: Fraction, channel: int, controller: int, value: int) -> ControlChange:
        return ControlChange(tempo_map.seconds(onset), channel, controller, value, onset)

    for turn in turns:
        if turn.is_jump:
            for channel, controller in down:
                yield change(turn.onset, channel, controller, 0)
            down.clear()
        for control in sorted(readings[turn.index].controls, key=lambda control: control.onset):
            channel = channel_of(control.part)
            yield change(turn.onset + control.onset, channel, control.controller, control.value)
            if control.value:
                down[channel, control.controller] = None
            else:
                down.pop((channel, control.controller), None)
    for channel, controller in down:
        yield change(length, channel, controller, 0)


def _tempo_map(document: Document, readings: list[MeasureReading], turns: list[_Turn]) -> TempoMap:
    at_start, inside = _written_tempos(document, readings)
    marks: list[tuple[Fraction, Fraction]] = []
    held: list[HeldTime] = []
    for turn in turns:
        if turn.is_jump:
            marks.append((turn.onset, at_start[turn.index]))
        marks.extend((turn.onset + onset, tempo) for onset, tempo in inside[turn.index])
        held.extend(
            HeldTime(turn.onset + onset, turn.onset + end, factor)
            for onset, end, factor in readings[turn.index].held
        )
    return TempoMap(marks, held)


def _written_tempos(
    document: Document, readings: list[MeasureReading]
) -> tuple[list[Fraction], list[list[tuple[Fraction, Fraction]]]]:
    """Quarters a minute at the start of each measure, and the changes within each."""
    tempo = USUAL_TEMPO
    at_start = []
    inside = []
    for measure, reading in zip(document.measures, readings, strict=True):
        at_start.append(tempo)
        changes = []
        for onset, mark in sorted(reading.tempos, key=lambda entry: entry[0]):
            tempo = tempo_of(mark, tempo, _beat(measure))
            changes.append((onset, tempo))
        inside.append(changes)
    return at_start, inside


def _beat(measure: Measure) -> Fraction:
    """What tempo words count, in quarters: faster than quarters in compound and cut time."""
    time = measure.time
    if time is None or time.denominator == 4:
        return Fraction(1)
    if time.denominator == 8:
        return Fraction(5, 4) if time.numerator % 3 == 0 and time.numerator > 3 else Fraction(1)
    return Fraction(3, 2) if time.denominator == 2 else Fraction(1)


def _signatures(document: Document, turns: list[_Turn]) -> Iterator[Signature]:
    last: tuple[int, bool, int, int] | None = None
    for turn in turns:
        measure = document.measures[turn.index]
        key, time = measure.key, measure.time
        now = (
            key.fifths if key else 0,
            key is not None and key.mode == "minor",
            time.numerator if time else 4,
            time.denominator if time else 4,
        )
        if now != last:
            yield Signature(turn.onset, *now)
        last = now
