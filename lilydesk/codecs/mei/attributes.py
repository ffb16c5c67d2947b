"""Words of the document in the words of MEI: tables and small helpers for XML."""

from __future__ import annotations

import re
from fractions import Fraction

from lilydesk.notation import Duration, MarkKind
from lilydesk.notation.event import Clef

# Written and sounding accidentals differ only for the double sharp.
WRITTEN_ACCIDENTAL = {-3: "tf", -2: "ff", -1: "f", 0: "n", 1: "s", 2: "x", 3: "xs"}
SOUNDING_ACCIDENTAL = {-3: "tf", -2: "ff", -1: "f", 0: "n", 1: "s", 2: "ss", 3: "ts"}

ARTICULATION = {
    MarkKind.STACCATO: "stacc",
    MarkKind.STACCATISSIMO: "stacciss",
    MarkKind.TENUTO: "ten",
    MarkKind.MARCATO: "marc",
    MarkKind.ACCENT: "acc",
    MarkKind.PORTATO: "stacc ten",
}

# U+1D10C and U+1D10B: the Unicode signs. The music font draws them.
NAVIGATION = {MarkKind.CODA: "\U0001d10c", MarkKind.SEGNO: "\U0001d10b"}

PEDAL_FUNCTION = {"sostenuto": "sostenuto", "una corda": "soft"}

BARLINE = {
    "|": "single",
    "||": "dbl",
    "|.": "end",
    ".|:": "rptstart",
    ":|.": "rptend",
    ":..:": "rptboth",
    ":|.|:": "rptboth",
    ";": "dotted",
    ":": "dotted",
    "!": "dashed",
}

GROUP_SYMBOL = {"{": "brace", "<": "bracket", "[": "bracketsq"}

# SMuFL glyphs of metronome marks, by division.
METRONOME_NOTE = {
    1: "\ue1d2", 2: "\ue1d3", 4: "\ue1d5", 8: "\ue1d7", 16: "\ue1d9", 32: "\ue1db", 64: "\ue1dd",
}  # fmt: skip
METRONOME_DOT = "\ue1e7"

_SPECIAL = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
# XML 1.0 has no way to write these.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DIVISIONS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)


def escape(text: str) -> str:
    """Text that may stand in XML content and in attributes."""
    return _ILLEGAL.sub("", text).translate(_SPECIAL)


def escape_lines(text: str) -> str:
    """Text with its line ends as <lb/>: an engraver prints a bare line feed as nothing."""
    return "<lb/>".join(escape(line) for line in text.splitlines()) or " "


def duration_attributes(duration: Duration) -> str:
    """@dur and @dots. Divisions that no note has become the next shorter note."""
    division = duration.division
    if division not in _DIVISIONS:
        division = next((known for known in _DIVISIONS if known >= division), _DIVISIONS[-1])
    return f' dur="{division}" dots="{duration.dots}"' if duration.dots else f' dur="{division}"'


def duration_of(length: Fraction) -> tuple[Duration, Fraction]:
    """The longest note value within `length` quarters, and what is left over."""
    for division in _DIVISIONS:
        for dots in (2, 1, 0):
            value = Duration(division, dots)
            if value.length <= length:
                return value, length - value.length
    return Duration(_DIVISIONS[-1]), Fraction(0)


def key_signature(fifths: int) -> str:
    """@keysig. More than seven signs cannot be drawn: the seven are shown."""
    fifths = max(-7, min(7, fifths))
    return f"{fifths}s" if fifths > 0 else f"{-fifths}f" if fifths < 0 else "0"


def octave_displacement(clef: Clef) -> int:
    """Octaves by which a clef's small 8 or 15 moves the sound; 0 for all other clefs."""
    steps = clef.shift_steps
    is_octave = steps % 7 == 0 and abs(steps) <= 21 and clef.shift_semitones == steps // 7 * 12
    return steps // 7 if is_octave else 0


def clef_attributes(clef: Clef, prefix: str = "") -> str:
    """@shape, @line and the small number, with `prefix` "clef." in a staffDef."""
    text = f' {prefix}shape="{clef.shape}" {prefix}line="{clef.line}"'
    octaves = octave_displacement(clef)
    if octaves:
        side = "above" if octaves > 0 else "below"
        text += f' {prefix}dis="{7 * abs(octaves) + 1}" {prefix}dis.place="{side}"'
    return text


def transposition_attributes(clef: Clef) -> str:
    """@trans.diat and @trans.semi of a staffDef, zero included: they last until overwritten."""
    return f' trans.diat="{clef.shift_steps}" trans.semi="{clef.shift_semitones}"'


def number(value: Fraction) -> str:
    """A number for a timestamp, to a ten-thousandth of a beat."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.4f}".rstrip("0").rstrip(".")
