"""Clefs of ABC, and the transposition of a voice, as the clefs of a document."""

from __future__ import annotations

import re
from dataclasses import replace

from lilydesk.codecs.clef_names import CLEF_NAMES
from lilydesk.notation.event import Clef

_SHAPES = {
    "treble": ("G", 2), "alto": ("C", 3), "tenor": ("C", 4), "bass": ("F", 4),
    "soprano": ("C", 1), "mezzosoprano": ("C", 2), "baritone": ("C", 5), "g": ("G", 2),
    "f": ("F", 4), "c": ("C", 3), "perc": ("G", 2), "none": ("G", 2),
}  # fmt: skip
_CLEF = re.compile(
    r"(treble|alto|tenor|bass|soprano|mezzosoprano|baritone|perc|none|[GFC](?=[\d+\-^_,']|$))"
    r"([1-5]?)([,']{0,4})([+\-^_](?:8|15))?[,']{0,4}"
)
# Semitones of an interval within the octave -> its name and its steps.
_INTERVALS = {
    1: ("m2", 1), 2: ("2", 1), 3: ("m3", 2), 4: ("3", 2), 5: ("4", 3), 7: ("5", 4),
    8: ("m6", 5), 9: ("6", 5), 10: ("m7", 6), 11: ("7", 6),
}  # fmt: skip
_SIGN_PITCHES = {"G": 32, "F": 24, "C": 28}  # G4, F3 and C4 as diatonic steps

TREBLE = Clef("G", 2, "treble")


def read_clef(word: str) -> Clef | None:
    """The clef of a word such as `bass`, `treble-8` or `alto1`; None if it is none."""
    match = _CLEF.fullmatch(word)
    if match is None:
        return None
    shape, line = _SHAPES[match[1].lower()]
    line = int(match[2]) if match[2] else line
    name = CLEF_NAMES.get((shape, line))
    if name is None:
        return None
    octaves = {"8": 1, "15": 2}.get((match[4] or "")[1:], 0)
    sign = -1 if (match[4] or " ")[0] in "-_" else 1
    return shifted(Clef(shape, line, name), 12 * sign * octaves)


def is_hidden(word: str) -> bool:
    """Clefs that show something else than the treble clef that stands for them."""
    return word.lower() in ("perc", "none")


def shifted(clef: Clef, semitones: int) -> Clef:
    """The clef when the sound lies `semitones` higher. A tritone is beyond what clefs can say."""
    total = clef.shift_semitones + semitones
    plain = CLEF_NAMES[clef.shape, clef.line]
    if total == 0:
        return Clef(clef.shape, clef.line, plain)
    octaves, rest = divmod(abs(total), 12)
    name, steps = ("", 0) if rest == 0 else _INTERVALS.get(rest, ("?", 0))
    if name == "?" or octaves > 2:
        return replace(clef)
    minor = "m" if name.startswith("m") else ""
    sign = -1 if total < 0 else 1
    suffix = f"{'^' if sign > 0 else '_'}{minor}{steps + 7 * octaves + 1}"
    shift = sign * (steps + 7 * octaves)
    return Clef(clef.shape, clef.line, plain + suffix, shift, total)


def middle_octaves(clef: Clef, step: str, octave: int) -> int:
    """By how many octaves `middle=` moves the notes: the named one is to stand on line 3."""
    on_line_3 = _SIGN_PITCHES[clef.shape] + 2 * (3 - clef.line)
    named = 7 * octave + "cdefgab".index(step)
    return round((on_line_3 - named) / 7)
