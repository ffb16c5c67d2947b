"""Marks that follow a note, chord or rest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lilydesk.notation.span import Span


class Placement(Enum):
    """Side of the staff that the text asks for."""

    ABOVE = "above"
    BELOW = "below"


class MarkKind(Enum):
    """Every kind of mark; the value is its name in messages."""

    STACCATO = "staccato"
    STACCATISSIMO = "staccatissimo"
    TENUTO = "tenuto"
    MARCATO = "marcato"
    ACCENT = "accent"
    PORTATO = "portato"
    TRILL = "trill"
    TURN = "turn"
    MORDENT = "mordent"
    PRALL = "prall"
    FERMATA = "fermata"
    SHORT_FERMATA = "short fermata"
    ARPEGGIO = "arpeggio"
    BREATHE = "breath mark"
    DYNAMIC = "dynamic"  # text: "ppp" ... "fff", "sfz", "rfz", "fp"
    CRESCENDO = "crescendo"
    DIMINUENDO = "diminuendo"
    HAIRPIN_END = "end of hairpin"
    PEDAL_ON = "pedal"  # text: "sustain", "sostenuto" or "una corda"
    PEDAL_OFF = "end of pedal"  # text as for PEDAL_ON
    TIE = "tie"
    SLUR_START = "slur"
    SLUR_END = "end of slur"
    BEAM_START = "beam"
    BEAM_END = "end of beam"
    FINGERING = "fingering"  # text: "1" ... "5"
    GLISSANDO = "glissando"
    CODA = "coda"
    SEGNO = "segno"
    MARKUP = "text"  # text: the words, may be empty
    TREMOLO = "tremolo"  # text: the division, "8" ... "64"


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark after a note, chord or rest."""

    kind: MarkKind
    span: Span
    text: str = ""
    placement: Placement | None = None
