"""The key and time signature of music that states none, for the model's eyes only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from lilydesk.notation import Chord, Event, Key, Measure, Pitch, TimeSignature, Tuplet
from lilydesk.notation.event import DoubleTremolo

_SHARPS = "fcgdaeb"
_MAJOR = {
    fifths: Key(Pitch(step, alter), "major")
    for step, alter, fifths in (
        ("c", 0, 0), ("g", 0, 1), ("f", 0, -1), ("d", 0, 2), ("b", -1, -2), ("a", 0, 3),
        ("e", -1, -3), ("e", 0, 4), ("a", -1, -4), ("b", 0, 5), ("d", -1, -5), ("f", 1, 6),
        ("g", -1, -6),
    )
}  # fmt: skip


def guess_key(measures: Iterable[Measure]) -> Key:
    """The major key with the fewest accidentals needed; the plainest of equals."""
    pitches = Counter(
        (pitch.step, pitch.alter)
        for measure in measures
        for part in measure.parts
        for voice in part.voices
        for pitch in pitches_of(voice.events)
    )
    return min(_MAJOR.values(), key=lambda key: _n_accidentals(key, pitches))


def pitches_of(events: Iterable[Event]) -> Iterable[Pitch]:
    """All pitches of notes and chords, in order."""
    for event in events:
        if isinstance(event, Chord):
            yield from (head.pitch for head in event.heads)
        elif isinstance(event, Tuplet):
            yield from pitches_of(event.events)
        elif isinstance(event, DoubleTremolo):
            yield from pitches_of((event.first, event.second))


def _n_accidentals(key: Key, pitches: Counter[tuple[str, int]]) -> int:
    return sum(n for (step, alter), n in pitches.items() if alter != _alter_in(key, step))


def _alter_in(key: Key, step: str) -> int:
    place = _SHARPS.index(step)
    if key.fifths > place:
        return 1
    return -1 if -key.fifths > 6 - place else 0


def guess_time(measures: Sequence[Measure]) -> TimeSignature:
    """The time signature of the commonest measure length; 4/4 where there is none."""
    lengths = Counter(measure.length for measure in measures)
    length = max(lengths, key=lambda length: (lengths[length], length), default=Fraction(4))
    for denominator in (4, 8, 16):
        beats = length * denominator / 4
        if beats.denominator == 1 and 1 <= beats <= 24:
            return TimeSignature(int(beats), denominator)
    return TimeSignature(4, 4)
