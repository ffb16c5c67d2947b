"""Which accidentals show: by the key, and by what was written earlier in the measure.

The pitch that sounds never depends on this: what does not show is told as @accid.ges.
"""

from __future__ import annotations

from enum import Enum, auto
from fractions import Fraction
from typing import Protocol

from lilydesk.codecs.mei.attributes import SOUNDING_ACCIDENTAL, WRITTEN_ACCIDENTAL
from lilydesk.notation.key_signature import key_alterations
from lilydesk.notation.pitch import Pitch


class AccidentalStyle(Enum):
    """How signs are set."""

    # As the reference encoder does: a sign on every note that departs from the key, each voice by
    # itself. What other programs read stays the same whatever they think of voices.
    EVERY_NOTE = auto()
    # As printed music does: once in a measure and staff, not again on a tied note.
    CONVENTIONAL = auto()


class Accidentals(Protocol):
    """Gives each note head of a voice its sign, in the order of the voice."""

    def attribute(
        self, pitch: Pitch, octave: int, is_courtesy: bool, staff: int, onset: Fraction
    ) -> str:
        """@accid where the sign shows, @accid.ges where it only sounds, else nothing.

        `octave` is the written one, which an ottava moves; `staff` counts through all parts.
        """


class EveryNote:
    """Signs of one voice in one measure, in the style EVERY_NOTE."""

    def __init__(self, fifths: int) -> None:
        self._by_key = key_alterations(fifths)
        self._before: dict[int, int] = {}  # alteration by place on the staff

    def attribute(
        self, pitch: Pitch, octave: int, is_courtesy: bool, staff: int, onset: Fraction
    ) -> str:
        """See Accidentals."""
        alter = pitch.alter
        place = 7 * octave + pitch.step_index
        by_key = self._by_key.get(pitch.step, 0)
        before = self._before.get(place, by_key)
        if alter == before == by_key == 0 and not self._before:
            return ""  # the most frequent note of all
        shows = alter != before or (alter != by_key and alter != 0)
        # The reference shows no courtesy sign on a note that nothing has ever altered.
        shows = shows or (is_courtesy and (alter != 0 or by_key != 0))
        self._before[place] = alter
        return _attribute(alter, shows)


def _attribute(alter: int, shows: bool) -> str:
    if shows:
        return f' accid="{WRITTEN_ACCIDENTAL[alter]}"'
    return f' accid.ges="{SOUNDING_ACCIDENTAL[alter]}"' if alter else ""


class StaffAlterations:
    """What the notes of a measure alter on each place of each staff, for the conventional style.

    Notes are added before the first sign is asked for, so that voices see each other.
    """

    def __init__(self, fifths: int) -> None:
        self._by_key = key_alterations(fifths)
        self._notes: dict[tuple[int, int], list[tuple[Fraction, int]]] = {}

    def add(self, pitch: Pitch, octave: int, staff: int, onset: Fraction) -> None:
        """Note a head that is not tied to the measure before."""
        place = 7 * octave + pitch.step_index
        self._notes.setdefault((staff, place), []).append((onset, pitch.alter))

    def needs_sign(self, pitch: Pitch, octave: int, staff: int, onset: Fraction) -> bool:
        """Whether a reader would take a note without sign for another pitch."""
        place = 7 * octave + pitch.step_index
        in_force, latest = self._by_key.get(pitch.step, 0), Fraction(-1)
        for other_onset, alter in self._notes.get((staff, place), ()):
            if other_onset == onset and alter != pitch.alter:
                return True  # two voices differ at one moment
            if latest <= other_onset < onset:
                in_force, latest = alter, other_onset
        return in_force != pitch.alter


class Conventional:
    """Signs of one voice in one measure, in the style CONVENTIONAL."""

    def __init__(self, staff_alterations: StaffAlterations, tied_in: frozenset[Pitch]) -> None:
        """`tied_in` are the pitches that a tie carries over from the measure before."""
        self._alterations = staff_alterations
        self._tied_in = set(tied_in)
        self._grace_signs: dict[tuple[Fraction, int, int], int] = {}

    def attribute(
        self, pitch: Pitch, octave: int, is_courtesy: bool, staff: int, onset: Fraction
    ) -> str:
        """See Accidentals."""
        if onset == 0 and pitch in self._tied_in:
            self._tied_in.discard(pitch)
            return _attribute(pitch.alter, is_courtesy)
        moment = (onset, staff, 7 * octave + pitch.step_index)
        said = self._grace_signs.get(moment)
        self._grace_signs[moment] = pitch.alter
        if said is not None:  # a grace note of this voice at the same moment
            return _attribute(pitch.alter, is_courtesy or said != pitch.alter)
        needed = self._alterations.needs_sign(pitch, octave, staff, onset)
        return _attribute(pitch.alter, is_courtesy or needed)
