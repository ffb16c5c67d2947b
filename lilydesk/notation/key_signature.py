"""Key signatures: which key has so many signs, and what they alter."""

from __future__ import annotations

from lilydesk.notation.event import Key
from lilydesk.notation.pitch import Pitch

_SHARPS = "fcgdaeb"
_FLATS = "beadgcf"


def key_alterations(fifths: int) -> dict[str, int]:
    """Step to semitones, for the steps that have a sign. Beyond seven signs nothing is added."""
    if fifths >= 0:
        return dict.fromkeys(_SHARPS[:fifths], 1)
    return dict.fromkeys(_FLATS[:-fifths], -1)


def major_key(fifths: int) -> Key:
    """The major key of so many sharps (positive) or flats; beyond seven by double accidentals."""
    alter, index = divmod(fifths + 1, 7)
    return Key(Pitch(_SHARPS[index], alter), "major")
