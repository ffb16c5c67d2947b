"""Notes sorted into voices that never overlap, gaps filled, so that all measures align.

A voice keeps its staff and its place among the voices of that staff through the whole part: that
is what ties, slurs and hairpins follow from measure to measure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from lilydesk.codecs.musicxml.model import RawNote, RawPart
from lilydesk.codecs.musicxml.values import NOTHING
from lilydesk.notation import Event, Mark

_TOLERANCE = Fraction(1, 40)  # quarters; less is a rounding error, a 128th is 1/32


@dataclass(slots=True, eq=False)
class Slot:
    """A note, chord or rest in its place; without a note, empty time."""

    onset: Fraction
    length: Fraction
    note: RawNote | None
    before: list[Event] = field(default_factory=list)  # changes of context
    marks: list[Mark] = field(default_factory=list)

    @property
    def is_timed_chord(self) -> bool:
        """A note or chord that is no grace note."""
        return self.note is not None and bool(self.note.heads) and not self.note.is_grace

    @property
    def is_grace(self) -> bool:
        """A grace note."""
        return self.note is not None and self.note.is_grace


class StreamKey(NamedTuple):
    """Which voice of a part."""

    home: int  # staff, from 1
    layer: int  # order on that staff, from 0; helpers come last


@dataclass(slots=True, eq=False)
class Stream:
    """A voice in one measure."""

    key: StreamKey
    voice: str
    slots: list[Slot] = field(default_factory=list)
    after: list[Event] = field(default_factory=list)
    is_helper: bool = False  # holds nothing but signs between the notes of others

    @property
    def end(self) -> Fraction:
        """Where its last note ends."""
        return self.slots[-1].onset + self.slots[-1].length if self.slots else NOTHING

    def fill(self, until: Fraction) -> None:
        """Put empty time behind the last note."""
        if until - self.end > 0:
            self.slots.append(Slot(self.end, until - self.end, None))

    def add(self, note: RawNote) -> bool:
        """Put a note behind the others; False if it begins before they end."""
        onset = note.onset
        if onset < self.end - _TOLERANCE:
            return False
        if onset > self.end + _TOLERANCE:
            self.fill(onset)
        self.slots.append(Slot(self.end, note.length, note))
        return True

    def covering(self, onset: Fraction) -> Slot | None:
        """The slot that sounds at a moment."""
        for slot in reversed(self.slots):
            if slot.onset <= onset < slot.onset + slot.length:
                return slot
        return None

    def starting(self, onset: Fraction) -> Slot | None:
        """The slot that begins at a moment, grace notes left aside."""
        for slot in self.slots:
            if slot.onset == onset and not slot.is_grace:
                return slot
        return None

    def split(self, slot: Slot, onset: Fraction) -> Slot:
        """Cut empty time in two; returns the second piece."""
        second = Slot(onset, slot.onset + slot.length - onset, None)
        slot.length = onset - slot.onset
        self.slots.insert(self.slots.index(slot) + 1, second)
        return second


Measures = list[dict[StreamKey, Stream]]  # of one part


def sort_into_voices(part: RawPart) -> Measures:
    """The streams of each measure of a part, gaps between notes filled, ends still open."""
    names = _Names(part)
    measures: Measures = []
    for raw in part.measures:
        streams: dict[StreamKey, Stream] = {}
        for note in raw.notes:
            for key in names.keys_of(note):
                stream = streams.setdefault(key, Stream(key, note.voice))
                if stream.add(note):
                    break
        measures.append({key: streams[key] for key in sorted(streams)})
    return measures


def complete(streams: dict[StreamKey, Stream], length: Fraction, n_staves: int) -> None:
    """Fill all voices up to the measure's end, and put in those that hold the others' places."""
    last: dict[int, int] = {}
    for key in streams:
        last[key.home] = max(last.get(key.home, 0), key.layer)
    for home in range(1, n_staves + 1):
        for layer in range(last.get(home, -1) + 1):
            streams.setdefault(StreamKey(home, layer), Stream(StreamKey(home, layer), ""))
    if not streams:
        streams[StreamKey(1, 0)] = Stream(StreamKey(1, 0), "")
    for stream in streams.values():
        stream.fill(length)
    ordered = sorted(streams.items())
    streams.clear()
    streams.update(ordered)


def helper(streams: dict[StreamKey, Stream], home: int, length: Fraction) -> Stream:
    """A voice of empty time on a staff, made if there is none yet."""
    layers = [key.layer for key in streams if key.home == home]
    for stream in streams.values():
        if stream.is_helper and stream.key.home == home:
            return stream
    key = StreamKey(home, max(layers, default=-1) + 1)
    stream = streams[key] = Stream(key, "", [Slot(NOTHING, length, None)], is_helper=True)
    return stream


class _Names:
    """Which stream a note belongs to, from the voices and staves that the file names."""

    def __init__(self, part: RawPart) -> None:
        self._shared = _voices_on_several_staves(part)
        counts: dict[tuple[str, int], Counter[int]] = {}
        for raw in part.measures:
            for note in raw.notes:
                counts.setdefault(self._name(note), Counter())[note.staff] += 1
        homes = {name: count.most_common(1)[0][0] for name, count in counts.items()}
        layers: Counter[int] = Counter()
        self._keys: dict[tuple[str, int], StreamKey] = {}
        for name in sorted(homes, key=_order):
            home = homes[name]
            self._keys[name] = StreamKey(home, layers[home])
            layers[home] += 1
        self._n_layers = layers

    def keys_of(self, note: RawNote) -> Iterator[StreamKey]:
        """The note's own stream, then others for notes that overlap within one voice."""
        key = self._keys[self._name(note)]
        yield key
        layer = self._n_layers[key.home]
        while True:
            yield StreamKey(key.home, layer)
            layer += 1

    def _name(self, note: RawNote) -> tuple[str, int]:
        return note.voice, note.staff if note.voice in self._shared else 0


def _order(name: tuple[str, int]) -> tuple[bool, int, str, int]:
    voice, staff = name
    is_number = voice.isdecimal() and len(voice) < 9
    return not is_number, int(voice) if is_number else 0, voice, staff


def _voices_on_several_staves(part: RawPart) -> set[str]:
    """Names that mean a voice on each staff, since notes of that name overlap in time."""
    shared: set[str] = set()
    for raw in part.measures:
        ends: dict[str, Fraction] = {}
        staves: dict[str, set[int]] = {}
        for note in raw.notes:
            staves.setdefault(note.voice, set()).add(note.staff)
            if (
                note.onset < ends.get(note.voice, NOTHING) - _TOLERANCE
                and len(staves[note.voice]) > 1
            ):
                shared.add(note.voice)
            end = note.onset + note.length
            ends[note.voice] = max(end, ends.get(note.voice, NOTHING))
    return shared
