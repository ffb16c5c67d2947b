"""Which notes are struck in the written score, and in what order: enough to compare two of them."""

from __future__ import annotations

from fractions import Fraction

from lilydesk.notation import Chord, Document, MarkKind, Measure
from lilydesk.notation.event import Clef, DoubleTremolo
from lilydesk.notation.staves import part_staves, staff_offsets
from lilydesk.timeline.placing import (
    PlacedEvent,
    VoiceKey,
    clef_at,
    clef_points,
    full_measure_length,
    placed_events,
    voice_keys,
)


def struck_pitches(document: Document) -> list[int]:
    """MIDI numbers as they are struck, the lower of two at once first; repeats are not unfolded.

    Ties join notes as in `perform`. Grace notes and ornaments are left out, since their moments
    go by the lengths of notes. Several times as fast as `perform`.
    """
    player = _Player(staff_offsets(part_staves(document)))
    for measure in document.measures:
        player.play(measure)
    return [midi for _, midi in sorted(player.strikes)]


class _Player:
    def __init__(self, offsets: tuple[int, ...]) -> None:
        self.strikes: list[tuple[float, int]] = []
        self._offsets = offsets
        self._start = Fraction(0)  # of the measure
        self._clefs: dict[int, Clef] = {}
        self._tied: dict[tuple[VoiceKey, int], Fraction] = {}  # where notes with a tie end

    def play(self, measure: Measure) -> None:
        points = clef_points(measure, self._offsets, self._clefs)
        after = self._clefs | {point.staff: point.clef for point in points}
        is_shifted = any(clef.shift_semitones for clef in (*self._clefs.values(), *after.values()))
        full_measure = full_measure_length(measure)
        for key, voice in voice_keys(measure):
            for placed in placed_events(voice, full_measure):
                if not isinstance(placed.event, Chord | DoubleTremolo) or not placed.length:
                    continue
                staff = self._offsets[key.part] + placed.staff
                clef = clef_at(points, self._clefs, staff, placed.onset) if is_shifted else None
                self._event(placed, key, clef.shift_semitones if clef else 0)
        self._clefs = after
        self._start += measure.length

    def _event(self, placed: PlacedEvent, key: VoiceKey, shift: int) -> None:
        onset, event = self._start + placed.onset, placed.event
        if isinstance(event, DoubleTremolo):
            stroke = placed.length / (2 * event.count)
            for number in range(2 * event.count):
                chord = event.second if number % 2 else event.first
                moment = float(onset + number * stroke)
                self.strikes += [(moment, head.pitch.midi + shift) for head in chord.heads]
        elif isinstance(event, Chord):
            is_tied = any(mark.kind is MarkKind.TIE for mark in event.marks)
            for head in event.heads:
                midi = head.pitch.midi + shift
                if self._tied.pop((key, midi), None) != onset:
                    self.strikes.append((float(onset), midi))
                if is_tied:
                    self._tied[key, midi] = onset + placed.length
