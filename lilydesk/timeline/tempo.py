"""Tempo: words and metronome marks to quarters a minute, and quarters to seconds."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from lilydesk.notation.event import Tempo
from lilydesk.timeline.performance import TempoChange

USUAL_TEMPO = Fraction(100)  # quarters a minute, where the score says nothing

# Beats a minute that tempo words commonly stand for; longer words before those they contain.
_TEMPO_WORDS = {
    "larghissimo": 36, "grave": 42, "larghetto": 62, "largo": 50, "lento": 54, "adagietto": 68,
    "adagio": 60, "andantino": 88, "andante": 78, "allegretto": 112, "allegrissimo": 160,
    "allegro": 132, "moderato": 100, "vivacissimo": 172, "vivace": 156, "vivo": 152,
    "prestissimo": 200, "presto": 180, "maestoso": 84, "sostenuto": 72, "cantabile": 80,
    "marcia": 112, "valse": 160, "waltz": 160, "menuetto": 120, "minuet": 120, "mazurka": 132,
    "agitato": 140, "animato": 130, "con moto": 110, "con brio": 138, "con fuoco": 144,
    "langsam": 56, "mäßig": 92, "massig": 92, "bewegt": 112, "lebhaft": 132, "schnell": 152,
    "rasch": 144, "lent": 54, "modéré": 96, "modere": 96, "animé": 126, "vif": 152, "vite": 152,
    "slow": 60, "fast": 144,
}  # fmt: skip
_SLOWER = re.compile(r"\b(?:ma )?non (?:troppo|tanto)\b", re.IGNORECASE)


def tempo_of(tempo: Tempo, before: Fraction, beat: Fraction) -> Fraction:
    """Quarters a minute from a \\tempo on; `before` where neither mark nor words say anything.

    `beat` is the length of the beat that tempo words count, in quarters.
    """
    if tempo.beat is not None and tempo.beats_per_minute:
        return _sensible(tempo.beats_per_minute * tempo.beat.length)
    beats = words_tempo(tempo.text)
    return before if beats is None else _sensible(beats * beat)


def words_tempo(words: str) -> Fraction | None:
    """Beats a minute that the first known word stands for, None without one."""
    lowered = words.lower()
    found = [(lowered.find(word), -len(word), bpm) for word, bpm in _TEMPO_WORDS.items()]
    known = sorted(entry for entry in found if entry[0] >= 0)
    if not known:
        return None
    beats = Fraction(known[0][2])
    if not _SLOWER.search(lowered):
        return beats
    return beats * Fraction(9, 10) if beats > 90 else beats * Fraction(11, 10)


def _sensible(quarters_per_minute: Fraction) -> Fraction:
    return max(Fraction(5), min(Fraction(1000), quarters_per_minute))


class HeldTime(NamedTuple):
    """A stretch of the performance that a fermata makes longer, `factor` times."""

    onset: Fraction
    end: Fraction
    factor: Fraction


class TempoMap:
    """Quarters to seconds. Made once, asked often."""

    def __init__(
        self, marks: Iterable[tuple[Fraction, Fraction]], held: Iterable[HeldTime]
    ) -> None:
        """`marks` are onsets with quarters a minute, in order of time."""
        self.changes = _changes(_with_held(list(marks), _merged(held)))
        self._onsets = [float(change.onset) for change in self.changes]
        self._quarters_s = [60 / float(change.quarters_per_minute) for change in self.changes]

    def seconds(self, onset: Fraction) -> float:
        """When a moment of the performance comes, in seconds from its start."""
        moment = float(onset)
        place = max(0, bisect_right(self._onsets, moment) - 1)
        since = moment - self._onsets[place]
        return self.changes[place].onset_s + since * self._quarters_s[place]


def _merged(held: Iterable[HeldTime]) -> list[HeldTime]:
    """Fermatas of several voices at one moment are one: the longest stretch, the strongest hold."""
    merged: list[HeldTime] = []
    for stretch in sorted(held):
        if merged and stretch.onset < merged[-1].end:
            last = merged[-1]
            end, factor = max(last.end, stretch.end), max(last.factor, stretch.factor)
            merged[-1] = HeldTime(last.onset, end, factor)
        else:
            merged.append(stretch)
    return merged


def _with_held(
    marks: list[tuple[Fraction, Fraction]], held: list[HeldTime]
) -> list[tuple[Fraction, Fraction]]:
    """Tempo at each moment where it changes, slower within held stretches."""
    if not marks or marks[0][0] > 0:
        marks = [(Fraction(0), USUAL_TEMPO), *marks]
    moments = {onset for onset, _ in marks}
    moments.update(stretch.onset for stretch in held)
    moments.update(stretch.end for stretch in held)
    mark_onsets = [onset for onset, _ in marks]
    held_onsets = [stretch.onset for stretch in held]
    tempos = []
    for moment in sorted(moments):
        tempo = marks[bisect_right(mark_onsets, moment) - 1][1]
        place = bisect_right(held_onsets, moment) - 1
        if place >= 0 and moment < held[place].end:
            tempo /= held[place].factor
        tempos.append((moment, tempo))
    return tempos


def _changes(tempos: list[tuple[Fraction, Fraction]]) -> tuple[TempoChange, ...]:
    changes: list[TempoChange] = []
    onset_s = 0.0
    for onset, tempo in tempos:
        if changes:
            last = changes[-1]
            if last.quarters_per_minute == tempo:
                continue
            onset_s = last.onset_s + float((onset - last.onset) * 60 / last.quarters_per_minute)
        changes.append(TempoChange(onset, onset_s, tempo))
    return tuple(changes)
