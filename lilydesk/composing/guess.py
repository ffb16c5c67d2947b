"""The key and time signature of music that states none, for the model's eyes only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from lilydesk.notation import Chord, Key, Measure, TimeSignature
from lilydesk.notation.key_signature import key_alterations, major_key
from lilydesk.notation.walk import leaves_of

# The plainest first.
_MAJOR = [major_key(fifths) for fifths in sorted(range(-6, 7), key=lambda n: (abs(n), -n))]


def guess_key(measures: Iterable[Measure]) -> Key:
    """The major key with the fewest accidentals needed; the plainest of equals."""
    pitches = Counter(
        (head.pitch.step, head.pitch.alter)
        for measure in measures
        for voice in measure.voices
        for leaf in leaves_of(voice.events)
        if isinstance(leaf, Chord)
        for head in leaf.heads
    )
    return min(_MAJOR, key=lambda key: _n_accidentals(key, pitches))


def _n_accidentals(key: Key, pitches: Counter[tuple[str, int]]) -> int:
    alterations = key_alterations(key.fifths)
    return sum(n for (step, alter), n in pitches.items() if alter != alterations.get(step, 0))


def guess_time(measures: Sequence[Measure]) -> TimeSignature:
    """The time signature of the commonest measure length; 4/4 where there is none."""
    lengths = Counter(measure.length for measure in measures)
    length = max(lengths, key=lambda length: (lengths[length], length), default=Fraction(4))
    for denominator in (4, 8, 16):
        beats = length * denominator / 4
        if beats.denominator == 1 and 1 <= beats <= 24:
            return TimeSignature(int(beats), denominator, beats == denominator == 4)
    return TimeSignature(4, 4, True)
