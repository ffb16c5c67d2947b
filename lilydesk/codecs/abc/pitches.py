"""What a note sounds: its own accidental, else those of the measure, of a tie, of the key."""

from __future__ import annotations

from lilydesk.notation import Pitch

_SIGNS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}
_LOWEST, _HIGHEST = -1, 11


def octave_of(letter: str, marks: str) -> tuple[int, bool]:
    """Octave of a letter with its `'` and `,`, and whether it had to be clipped."""
    octave = (5 if letter.islower() else 4) + marks.count("'") - marks.count(",")
    clipped = min(_HIGHEST, max(_LOWEST, octave))
    return clipped, clipped != octave


class Accidentals:
    """Accidentals in force, in one voice. `reach` is octave, pitch (all octaves) or not."""

    def __init__(self, key: dict[str, int]) -> None:
        self._key = key
        self.reach = "octave"
        self._measure: dict[tuple[str, int], int] = {}
        self._tied: dict[tuple[str, int], int] = {}

    def set_key(self, key: dict[str, int]) -> None:
        """Another key signature; accidentals of the measure are forgotten."""
        self._key = key
        self._measure.clear()

    def end_measure(self, tied: list[Pitch]) -> None:
        """After a barline only these notes, which are tied over it, keep their accidentals."""
        self._measure.clear()
        self._tied = {(pitch.step, pitch.octave): pitch.alter for pitch in tied}

    def pitch(self, letter: str, octave: int, sign: str) -> Pitch:
        """The pitch of a note with this sign, "" for none."""
        step = letter.lower()
        place = (step, 0 if self.reach == "pitch" else octave)
        tied = self._tied.pop((step, octave), None)
        if sign:
            alter = _SIGNS[sign]
            if self.reach != "not":
                self._measure[place] = alter
        elif place in self._measure:
            alter = self._measure[place]
        elif tied is not None:
            alter = tied
        else:
            alter = self._key.get(step, 0)
        return Pitch(step, alter, octave)
