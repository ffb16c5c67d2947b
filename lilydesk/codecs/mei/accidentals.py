"""Which accidentals show: by the key, and by what the voice has written earlier in the measure."""

from __future__ import annotations

from lilydesk.codecs.mei.attributes import SOUNDING_ACCIDENTAL, WRITTEN_ACCIDENTAL
from lilydesk.notation.key_signature import key_alterations
from lilydesk.notation.pitch import Pitch


class Accidentals:
    """The accidentals in force in one voice of one measure. Mutable, made new for each voice."""

    def __init__(self, fifths: int) -> None:
        self._by_key = key_alterations(fifths)
        self._written: dict[int, int] = {}  # by place on the staff

    def attribute(self, pitch: Pitch, octave: int, is_courtesy: bool) -> str:
        """@accid where the sign shows, @accid.ges where it only sounds, else nothing.

        `octave` is the written one, which an ottava moves.
        """
        alter = pitch.alter
        place = 7 * octave + pitch.step_index
        before = self._written.get(place)
        if before is None:
            before = self._by_key.get(pitch.step, 0)
        if alter != before:
            self._written[place] = alter
        elif not is_courtesy:
            return f' accid.ges="{SOUNDING_ACCIDENTAL[alter]}"' if alter else ""
        return f' accid="{WRITTEN_ACCIDENTAL[alter]}"'
