"""Decorations of ABC as marks: `!trill!`, `.`, `T` and the like, in one table."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

from lilydesk.notation import MarkKind, Placement


class MarkShape(NamedTuple):
    """A mark without its place in the text."""

    kind: MarkKind
    text: str = ""
    placement: Placement | None = None


def _words(text: str) -> MarkShape:
    return MarkShape(MarkKind.MARKUP, text, Placement.ABOVE)


_K = MarkKind
_DYNAMICS = ("ppp", "pp", "p", "mp", "mf", "f", "ff", "fff", "sfz", "sf", "rfz", "fp")
MARKS = MappingProxyType({
    "trill": MarkShape(_K.TRILL), "trill(": MarkShape(_K.TRILL),
    "lowermordent": MarkShape(_K.MORDENT), "mordent": MarkShape(_K.MORDENT),
    "uppermordent": MarkShape(_K.PRALL), "pralltriller": MarkShape(_K.PRALL),
    "turn": MarkShape(_K.TURN), "accent": MarkShape(_K.ACCENT), ">": MarkShape(_K.ACCENT),
    "emphasis": MarkShape(_K.ACCENT), "fermata": MarkShape(_K.FERMATA),
    "invertedfermata": MarkShape(_K.FERMATA, "", Placement.BELOW),
    "shortfermata": MarkShape(_K.SHORT_FERMATA), "tenuto": MarkShape(_K.TENUTO),
    "staccato": MarkShape(_K.STACCATO), "wedge": MarkShape(_K.STACCATISSIMO),
    "marcato": MarkShape(_K.MARCATO), "^": MarkShape(_K.MARCATO),
    "portato": MarkShape(_K.PORTATO), "arpeggio": MarkShape(_K.ARPEGGIO),
    "segno": MarkShape(_K.SEGNO), "coda": MarkShape(_K.CODA), "breath": MarkShape(_K.BREATHE),
    "crescendo(": MarkShape(_K.CRESCENDO), "<(": MarkShape(_K.CRESCENDO),
    "crescendo)": MarkShape(_K.HAIRPIN_END), "<)": MarkShape(_K.HAIRPIN_END),
    "diminuendo(": MarkShape(_K.DIMINUENDO), ">(": MarkShape(_K.DIMINUENDO),
    "diminuendo)": MarkShape(_K.HAIRPIN_END), ">)": MarkShape(_K.HAIRPIN_END),
    "ped": MarkShape(_K.PEDAL_ON, "sustain"), "ped-up": MarkShape(_K.PEDAL_OFF, "sustain"),
    "~(": MarkShape(_K.GLISSANDO), "-(": MarkShape(_K.GLISSANDO),
    "gliss(": MarkShape(_K.GLISSANDO), "glissando(": MarkShape(_K.GLISSANDO),
    "/": MarkShape(_K.TREMOLO, "8"), "//": MarkShape(_K.TREMOLO, "16"),
    "///": MarkShape(_K.TREMOLO, "32"), "////": MarkShape(_K.TREMOLO, "64"),
    **{name: MarkShape(_K.DYNAMIC, "sfz" if name == "sf" else name) for name in _DYNAMICS},
    **{digit: MarkShape(_K.FINGERING, digit) for digit in "12345"},
    "0": _words("0"), "thumb": _words("thumb"), "open": _words("o"), "snap": _words("snap pizz."),
    "+": _words("+"), "plus": _words("+"), "pppp": _words("pppp"), "ffff": _words("ffff"),
    "D.C.": _words("D.C."), "D.S.": _words("D.S."), "dacapo": _words("Da Capo"),
    "dacoda": _words("Da Coda"), "fine": _words("Fine"), "D.C.alcoda": _words("D.C. al Coda"),
    "D.C.alfine": _words("D.C. al Fine"), "D.S.alcoda": _words("D.S. al Coda"),
    "D.S.alfine": _words("D.S. al Fine"),
})  # fmt: skip

# Shown as something near: decoration -> its mark, and what the loss says.
STAND_INS = MappingProxyType({
    "roll": (MarkShape(_K.TURN), "A roll (~) is shown as a turn"),
    "invertedturn": (MarkShape(_K.TURN), "An inverted turn is shown as a turn"),
    "turnx": (MarkShape(_K.TURN), "A turn with a stroke is shown as a turn"),
    "invertedturnx": (MarkShape(_K.TURN), "An inverted turn is shown as a turn"),
})  # fmt: skip

# Left out, but for a reason worth telling.
LEFT_OUT = MappingProxyType({
    "trill)": "The wavy line behind a trill is not shown",
    "upbow": "Bowing signs are not shown", "downbow": "Bowing signs are not shown",
})  # fmt: skip

# Ends of what a mark of its own has no end for.
SILENT_ENDS = frozenset(("~)", "-)", "gliss)", "glissando)"))

OTTAVAS = MappingProxyType({
    "8va(": 1, "8va)": 0, "8vb(": -1, "8vb)": 0, "15ma(": 2, "15ma)": 0, "15mb(": -2, "15mb)": 0,
})  # fmt: skip

SHORTHANDS = MappingProxyType({
    ".": "staccato", "~": "roll", "H": "fermata", "L": "accent", "M": "lowermordent", "O": "coda",
    "P": "uppermordent", "S": "segno", "T": "trill", "u": "upbow", "v": "downbow",
})  # fmt: skip
