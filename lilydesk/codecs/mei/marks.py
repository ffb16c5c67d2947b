"""Marks on notes as control events, and as links where they lead to another note."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lilydesk.codecs.mei.attributes import (
    METRONOME_DOT,
    METRONOME_NOTE,
    NAVIGATION,
    PEDAL_FUNCTION,
    escape_lines,
)
from lilydesk.codecs.mei.frame import VoiceState
from lilydesk.codecs.mei.links import Link, LinkKind
from lilydesk.notation import MarkKind
from lilydesk.notation.event import Tempo
from lilydesk.notation.mark import Mark

# Kind -> how its element begins; @startid follows.
_SIGNS = {
    MarkKind.TRILL: "<trill",
    MarkKind.TURN: "<turn",
    MarkKind.MORDENT: '<mordent form="lower"',
    MarkKind.PRALL: '<mordent form="upper"',
    MarkKind.FERMATA: "<fermata",
    MarkKind.SHORT_FERMATA: '<fermata shape="angular"',
    MarkKind.ARPEGGIO: "<arpeg",
    MarkKind.BREATHE: "<breath",
}
_HAIRPIN_FORM = {MarkKind.CRESCENDO: "cres", MarkKind.DIMINUENDO: "dim"}


class MarkWriter:
    """Writes the marks of one voice into its measure's control events and links."""

    def __init__(self, state: VoiceState) -> None:
        self._state = state
        self._frame = state.frame
        self._controls = state.pieces.controls
        self._links = state.pieces.links

    def write(self, mark: Mark, target: str, end: Fraction) -> None:
        """Write a mark on the note, chord or rest `target`, which ends at `end`.

        Beams, ties, glissandi, articulations and single tremolos belong to the notes themselves.
        """
        identifier = self._frame.identifier("x", mark.span.start)
        sign = _SIGNS.get(mark.kind)
        if sign is not None:
            self._controls.append(
                f'{sign} xml:id="{identifier}" startid="#{target}"{_place(mark)}/>'
            )
            return
        writer = _WRITERS.get(mark.kind)
        if writer is not None:
            self._controls.append(writer(mark, identifier, target))
        if mark.kind in _LINKS:
            self._links.append(self._link(mark, identifier, target, end))

    def _link(self, mark: Mark, identifier: str, target: str, end: Fraction) -> Link:
        kind = _LINKS[mark.kind]
        text = _HAIRPIN_FORM.get(mark.kind, "")
        if kind is LinkKind.SLUR_START and mark.placement is not None:
            text = mark.placement.value
        stamp = self._frame.stamp(end) if kind is LinkKind.HAIRPIN_START else ""
        return Link(kind, self._state.key, target, identifier, text, end_stamp=stamp)


_LINKS = {
    MarkKind.SLUR_START: LinkKind.SLUR_START,
    MarkKind.SLUR_END: LinkKind.SLUR_END,
    MarkKind.CRESCENDO: LinkKind.HAIRPIN_START,
    MarkKind.DIMINUENDO: LinkKind.HAIRPIN_START,
    MarkKind.HAIRPIN_END: LinkKind.HAIRPIN_END,
    MarkKind.DYNAMIC: LinkKind.DYNAMIC,
}


def _place(mark: Mark) -> str:
    return f' place="{mark.placement.value}"' if mark.placement else ""


def _dynamic(mark: Mark, identifier: str, target: str) -> str:
    words = escape_lines(mark.text)
    return f'<dynam xml:id="{identifier}" startid="#{target}"{_place(mark)}>{words}</dynam>'


def _text(mark: Mark, identifier: str, target: str) -> str:
    words = escape_lines(mark.text)
    return f'<dir xml:id="{identifier}" startid="#{target}"{_place(mark)}>{words}</dir>'


def _fingering(mark: Mark, identifier: str, target: str) -> str:
    words = escape_lines(mark.text)
    return f'<fing xml:id="{identifier}" startid="#{target}"{_place(mark)}>{words}</fing>'


def _navigation(mark: Mark, identifier: str, target: str) -> str:
    sign = f'<rend fontfam="smufl">{NAVIGATION[mark.kind]}</rend>'
    return f'<dir xml:id="{identifier}" startid="#{target}" place="above">{sign}</dir>'


def _pedal(mark: Mark, identifier: str, target: str) -> str:
    direction = "down" if mark.kind is MarkKind.PEDAL_ON else "up"
    function = PEDAL_FUNCTION.get(mark.text, "")
    func = f' func="{function}"' if function else ""
    return f'<pedal xml:id="{identifier}" dir="{direction}"{func} startid="#{target}"/>'


_WRITERS: dict[MarkKind, Callable[[Mark, str, str], str]] = {
    MarkKind.DYNAMIC: _dynamic,
    MarkKind.MARKUP: _text,
    MarkKind.FINGERING: _fingering,
    MarkKind.CODA: _navigation,
    MarkKind.SEGNO: _navigation,
    MarkKind.PEDAL_ON: _pedal,
    MarkKind.PEDAL_OFF: _pedal,
}


def tempo_element(tempo: Tempo, identifier: str, moment: str) -> str:
    """Words and metronome mark; the mark's note as a glyph of the music font."""
    attributes = ""
    words = escape_lines(tempo.text) if tempo.text else ""
    if tempo.beat is not None and tempo.beats_per_minute is not None:
        beats = f"{float(tempo.beats_per_minute):g}"
        quarters = f"{float(tempo.beats_per_minute * tempo.beat.length):g}"
        dots = f' mm.dots="{tempo.beat.dots}"' if tempo.beat.dots else ""
        attributes = f' mm="{beats}" mm.unit="{tempo.beat.division}"{dots} midi.bpm="{quarters}"'
        glyph = METRONOME_NOTE.get(tempo.beat.division, METRONOME_NOTE[4])
        glyph += METRONOME_DOT * tempo.beat.dots
        words += f'{" " if words else ""}<rend fontfam="smufl">{glyph}</rend> = {beats}'
    return f'<tempo xml:id="{identifier}" {moment}{attributes}>{words or " "}</tempo>'
