"""What a key signature alters."""

from __future__ import annotations

_SHARPS = "fcgdaeb"
_FLATS = "beadgcf"


def key_alterations(fifths: int) -> dict[str, int]:
    """Step to semitones, for the steps that have a sign. Beyond seven signs nothing is added."""
    if fifths >= 0:
        return dict.fromkeys(_SHARPS[:fifths], 1)
    return dict.fromkeys(_FLATS[:-fifths], -1)
