"""What music is made of, counted: pitch classes, note lengths, notes that sound together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from lilydesk.notation import Chord, Document, Event, Measure, Tuplet
from lilydesk.notation.event import DoubleTremolo
from lilydesk.notation.walk import length_of

PITCH_CLASSES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
MOST_NOTES = 12  # as many or more sound together
Histogram = Counter[str]


class PlacedChord(NamedTuple):
    """A note or chord in its measure; grace notes have length 0."""

    onset: Fraction
    length: Fraction
    midi: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Histograms:
    """Counts over pieces. Durations are named by their length in quarters."""

    pitch_class: Histogram = field(default_factory=Counter)
    duration: Histogram = field(default_factory=Counter)
    polyphony: Histogram = field(default_factory=Counter)

    def add(self, document: Document) -> None:
        """Count a document too."""
        for measure in document.measures:
            chords = placed_chords(measure)
            for chord in chords:
                self.pitch_class.update(PITCH_CLASSES[midi % 12] for midi in chord.midi)
                self.duration[_shown(chord.length)] += len(chord.midi)
            self.polyphony.update(str(min(n, MOST_NOTES)) for n in sounding_counts(chords))

    def as_dict(self) -> dict[str, Histogram]:
        """By name, for the JSON and the report."""
        return {
            "pitch_class": self.pitch_class,
            "duration": self.duration,
            "polyphony": self.polyphony,
        }


def placed_chords(measure: Measure) -> list[PlacedChord]:
    """All notes and chords of a measure, voice by voice, with their onsets in it."""
    return [
        chord
        for voice in measure.voices
        for chord in _placed(voice.events, Fraction(0), Fraction(1))
    ]


def _placed(events: Iterable[Event], onset: Fraction, scale: Fraction) -> Iterator[PlacedChord]:
    for event in events:
        length = length_of(event) * scale
        if isinstance(event, Chord):
            yield PlacedChord(onset, length, tuple(head.pitch.midi for head in event.heads))
        elif isinstance(event, Tuplet):
            yield from _placed(event.events, onset, scale * event.ratio)
        elif isinstance(event, DoubleTremolo):
            for half in (event.first, event.second):
                yield PlacedChord(onset, length, tuple(head.pitch.midi for head in half.heads))
        onset += length


def sounding_counts(chords: Iterable[PlacedChord]) -> list[int]:
    """How many notes sound at each moment where one begins."""
    timed = [chord for chord in chords if chord.length]
    return [
        sum(len(c.midi) for c in timed if c.onset <= onset < c.onset + c.length)
        for onset in sorted({chord.onset for chord in timed})
    ]


def _shown(length: Fraction) -> str:
    return str(length) if length else "grace"


def similarity(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """1 minus the Jensen–Shannon divergence in bits: 1 for equal shares, 0 for nothing in common.

    An empty histogram is similar to nothing.
    """
    totals = sum(one.values()), sum(other.values())
    if not all(totals):
        return 0.0
    divergence = 0.0
    for name in {*one, *other}:
        shares = one.get(name, 0) / totals[0], other.get(name, 0) / totals[1]
        middle = sum(shares) / 2
        divergence += sum(share / 2 * math.log2(share / middle) for share in shares if share)
    return 1.0 - divergence
