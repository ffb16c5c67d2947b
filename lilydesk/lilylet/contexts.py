"""Arguments of the commands that change the context: clefs, keys, time signatures."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType

from lilydesk.lilylet.resolve import ALTERS
from lilydesk.notation.event import Clef, Key, TimeSignature
from lilydesk.notation.key_signature import major_key
from lilydesk.notation.pitch import SEMITONES, Pitch

# Name -> shape and line.
CLEFS = MappingProxyType({
    "treble": ("G", 2), "violin": ("G", 2), "G": ("G", 2), "G2": ("G", 2), "french": ("G", 1),
    "bass": ("F", 4), "F": ("F", 4), "varbaritone": ("F", 3), "subbass": ("F", 5),
    "alto": ("C", 3), "C": ("C", 3), "tenor": ("C", 4), "soprano": ("C", 1),
    "mezzosoprano": ("C", 2), "baritone": ("C", 5),
})  # fmt: skip
# Modes as the number of fifths from major on the same tonic.
MODES = MappingProxyType({
    "major": 0, "minor": -3, "ionian": 0, "dorian": -2, "phrygian": -4, "lydian": 1,
    "mixolydian": -1, "aeolian": -3, "locrian": -5,
})  # fmt: skip
BARLINES = ("|", "||", "|.", ".|:", ":|.", ":..:", ":|.|:", ";", ":", "!")
_CLEF = re.compile(r"([A-Za-z0-9]+)(?:([_^])(m?)([0-9]{1,2}))?")
_PERFECT = {0, 3, 4}


@lru_cache(maxsize=256)
def read_clef(name: str) -> Clef | None:
    """The clef of a name such as `bass` or `treble_8`; None if there is none."""
    match = _CLEF.fullmatch(name)
    if match is None or match[1] not in CLEFS:
        return None
    shape, line = CLEFS[match[1]]
    steps = max(0, int(match[4]) - 1) if match[4] else 0
    octaves, simple = divmod(steps, 7)
    is_minor = bool(match[3]) and simple not in _PERFECT
    semitones = 12 * octaves + SEMITONES[simple] - is_minor
    sign = -1 if match[2] == "_" else 1
    return Clef(shape, line, name, sign * steps, sign * semitones)


@lru_cache(maxsize=256)
def read_key(tonic: str, mode: str) -> Key | None:
    """The key of a tonic such as `bf` and a mode; None for an unknown mode.

    Church modes become the major key of their signature. There may be more than seven signs.
    """
    if mode not in MODES:
        return None
    key = Key(Pitch(tonic[0], ALTERS[tonic[1:]], 4), "minor" if mode == "minor" else "major")
    if mode not in ("major", "minor"):
        key = major_key(key.fifths + MODES[mode])
    return key


@lru_cache(maxsize=256)
def read_time(numerator: str, denominator: str, is_numeric: bool) -> TimeSignature | None:
    """A time signature; 4/4 and 2/2 are symbols unless `is_numeric`. None if there is none."""
    if len(numerator) > 3 or len(denominator) > 3:
        return None
    beats, unit = int(numerator), int(denominator)
    if beats < 1 or not 1 <= unit <= 128 or unit & (unit - 1):
        return None
    is_symbol = not is_numeric and (beats, unit) in ((4, 4), (2, 2))
    return TimeSignature(beats, unit, is_symbol)
