"""Pitches moved by intervals, within a key, or spelled in another way."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lilydesk.notation.event import Key
from lilydesk.notation.key_signature import key_alterations
from lilydesk.notation.pitch import STEPS, Pitch

MAX_ALTER = 2
MAX_SIGNS = 7
C_MAJOR = Key(Pitch("c"), "major")


@dataclass(frozen=True, slots=True)
class Interval:
    """A distance by name: steps on the staff and semitones; both negative downwards."""

    steps: int
    semitones: int

    def __neg__(self) -> Interval:
        return Interval(-self.steps, -self.semitones)


# By name, within an octave.
INTERVALS = {
    "minor second": Interval(1, 1), "major second": Interval(1, 2), "minor third": Interval(2, 3),
    "major third": Interval(2, 4), "perfect fourth": Interval(3, 5),
    "augmented fourth": Interval(3, 6), "diminished fifth": Interval(4, 6),
    "perfect fifth": Interval(4, 7), "minor sixth": Interval(5, 8), "major sixth": Interval(5, 9),
    "minor seventh": Interval(6, 10), "major seventh": Interval(6, 11), "octave": Interval(7, 12),
}  # fmt: skip


def transposed(pitch: Pitch, interval: Interval) -> Pitch:
    """The pitch an interval away, exactly; beyond double accidentals the simplest spelling."""
    moved = _at(pitch.diatonic + interval.steps, 0)
    moved = replace(moved, alter=pitch.midi + interval.semitones - moved.midi)
    return moved if abs(moved.alter) <= MAX_ALTER else simplest(moved)


def transposed_key(key: Key, interval: Interval) -> Key:
    """The key an interval away; may have more than seven signs."""
    tonic = transposed(key.tonic, interval)
    return Key(replace(tonic, octave=key.tonic.octave), key.mode)


def moved_in_key(pitch: Pitch, steps: int, key: Key) -> Pitch:
    """The pitch some steps of the scale away; what it differs from the scale by is kept."""
    plain = _at(pitch.diatonic + steps, 0)
    alter = pitch.alter - scale_alter(pitch, key) + scale_alter(plain, key)
    moved = replace(plain, alter=alter)
    return moved if abs(alter) <= MAX_ALTER else simplest(moved)


def mirrored_in_key(pitch: Pitch, axis: Pitch, key: Key) -> Pitch:
    """The pitch as far on the other side of `axis`, in steps of the scale."""
    plain = _at(2 * axis.diatonic - pitch.diatonic, 0)
    alter = scale_alter(plain, key) - (pitch.alter - scale_alter(pitch, key))
    moved = replace(plain, alter=alter)
    return moved if abs(alter) <= MAX_ALTER else simplest(moved)


def scale_alter(pitch: Pitch, key: Key) -> int:
    """What the key signature alters this step by."""
    return key_alterations(key.fifths).get(pitch.step, 0)


def respelled(pitch: Pitch) -> Pitch:
    """The same sound by another name: sharps and flats change places, doubles become simple."""
    if pitch.alter == 0:
        return pitch
    others = [other for other in _spellings(pitch) if other.step != pitch.step]
    return min(others, key=lambda other: (abs(other.alter), -other.alter * pitch.alter))


def simplest(pitch: Pitch) -> Pitch:
    """The spelling with the fewest signs, on the same side of the scale if there are two."""
    return min(_spellings(pitch), key=lambda other: (abs(other.alter), -other.alter * pitch.alter))


def _spellings(pitch: Pitch) -> list[Pitch]:
    near = [_at(pitch.diatonic + steps, 0) for steps in range(-4, 5)]
    spelled = [replace(one, alter=pitch.midi - one.midi) for one in near]
    return [one for one in spelled if abs(one.alter) <= MAX_ALTER]


def _at(diatonic: int, alter: int) -> Pitch:
    octave, step = divmod(diatonic, 7)
    return Pitch(STEPS[step], alter, octave)


# -- choosing an interval


def interval_to_key(key: Key, tonic: Pitch) -> Interval:
    """The way from the tonic of `key` to another, up or down, whichever is nearer."""
    origin = replace(key.tonic, octave=4)
    ways = [
        Interval(goal.diatonic - origin.diatonic, goal.midi - origin.midi)
        for goal in (replace(tonic, octave=octave) for octave in (3, 4, 5))
    ]
    return min(ways, key=lambda way: (abs(way.semitones), -way.semitones))


def practical_interval(interval: Interval, key: Key) -> Interval:
    """The interval, or its enharmonic twin where it would lead to a key beyond seven signs."""
    if abs(transposed_key(key, interval).fifths) <= MAX_SIGNS:
        return interval
    twins = [Interval(interval.steps + by, interval.semitones) for by in (0, 1, -1)]
    return min(twins, key=lambda way: abs(transposed_key(key, way).fifths))
