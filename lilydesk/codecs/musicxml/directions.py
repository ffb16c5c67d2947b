"""<direction>, <harmony> and <sound>: what belongs to a moment of a staff, not to a note."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree.ElementTree import Element

from lilydesk.codecs.losses import Losses
from lilydesk.codecs.musicxml.chord_symbols import chord_symbol_text
from lilydesk.codecs.musicxml.model import (
    RawContext,
    RawMark,
    RawMeasure,
    RawOttava,
    RawWedge,
    Signs,
)
from lilydesk.codecs.musicxml.notations import above_only, dynamic_marks, mark, words
from lilydesk.codecs.musicxml.values import (
    number_of,
    placement_of,
    text_of,
    whole_of,
    written_duration,
)
from lilydesk.notation import Duration, Mark, MarkKind, Placement
from lilydesk.notation.event import ChordSymbol, Tempo
from lilydesk.notation.span import NOWHERE

_TEMPO_WORDS = re.compile(
    r"(?:molto |poco |un poco |più |assai |sehr |très |tempo di |in )*"
    r"(?:larg|grave|lent|adag|andant|moderat|allegr|vivac|vivo|prest|maestos|langsam|mäßig|lebhaft"
    r"|schnell|rasch|tempo (?:di|i\b|1|primo)|slow|fast|moderately|lively|m\.\s?m\.)",
    re.IGNORECASE,
)
_DA_CAPO = re.compile(r"\bd\.?\s?c\.|\bda capo\b", re.IGNORECASE)
_DAL_SEGNO = re.compile(r"\bd\.?\s?s\.|\bdal segno\b", re.IGNORECASE)
_TO_CODA = re.compile(r"\bto (?:the )?coda\b", re.IGNORECASE)
_FASTEST = 2000
_WEDGES = {
    "crescendo": MarkKind.CRESCENDO, "diminuendo": MarkKind.DIMINUENDO,
    "stop": MarkKind.HAIRPIN_END,
}  # fmt: skip
_PEDALS = {
    "start": ((MarkKind.PEDAL_ON, "sustain"),),
    "sostenuto": ((MarkKind.PEDAL_ON, "sostenuto"),),
    "stop": ((MarkKind.PEDAL_OFF, "sustain"),),
    "change": ((MarkKind.PEDAL_OFF, "sustain"), (MarkKind.PEDAL_ON, "sustain")),
}
_LOST = {
    "dashes": "The dashed line behind words was left out", "bracket": "A bracket was left out",
    "harp-pedals": "A diagram of harp pedals was left out", "image": "A picture was left out",
}  # fmt: skip


class DirectionReader:
    """Reads the directions of one measure, whose notes are known already."""

    def __init__(self, measure: RawMeasure, losses: Losses, pedals: dict[str, str]) -> None:
        self._measure = measure
        self._losses = losses
        self._pedals = pedals  # number -> what the open pedal presses
        self._onsets = {note.onset for note in measure.notes}

    def read(self, element: Element, onset: Fraction, divisions: Fraction) -> None:
        """Take in a <direction>, <harmony> or <sound> that stands at `onset`."""
        offset = number_of(element.findtext("offset"))
        if offset is not None and onset + offset / divisions in self._onsets:
            onset += offset / divisions  # others move a sign on the page, not in time
        match element.tag:
            case "direction":
                self._direction(element, onset)
            case "harmony":
                self._harmony(element, onset)
            case "sound":
                self._sound(element, onset, is_bare=True)

    def _harmony(self, element: Element, onset: Fraction) -> None:
        text = chord_symbol_text(element)
        if element.find("frame") is not None:
            self._losses.add("A fretboard diagram was left out", self._measure.index)
        if text:
            self._add_context(element, onset, ChordSymbol(text, NOWHERE))

    def _direction(self, element: Element, onset: Fraction) -> None:
        sound = element.find("sound")
        if sound is not None:
            self._sound(sound, onset, is_bare=False)
        texts = []
        metronome = None
        for child in element.iterfind("direction-type/*"):
            if child.tag == "words":
                texts.append(child.text or "")
            elif child.tag == "metronome":
                metronome = child
            else:
                self._sign(child, element, onset)
        text = " ".join(" ".join(texts).split())
        self._words(text, metronome, sound, element, onset)

    # -- words and tempo

    def _words(
        self, text: str, metronome: Element | None, sound: Element | None,
        element: Element, onset: Fraction,
    ) -> None:  # fmt: skip
        heard = number_of(sound.get("tempo")) if sound is not None else None
        if heard is not None and not 0 < heard <= _FASTEST:
            heard = None
        if text:
            self._jumps(text)
        if metronome is not None:
            beat, rate = self._metronome(metronome, heard)
            if beat is None and not text:
                return
            self._add_context(element, onset, Tempo(text, beat, rate, NOWHERE))
        elif heard and text:
            self._add_context(element, onset, Tempo(text, Duration(4), heard, NOWHERE))
        elif text and _TEMPO_WORDS.match(text):
            self._add_context(element, onset, Tempo(text, None, None, NOWHERE))
        elif text:
            self._add_mark(element, onset, words(text, placement_of(element)))
        elif heard:
            self._hidden_tempo(heard, onset)

    def _metronome(
        self, metronome: Element, heard: Fraction | None
    ) -> tuple[Duration | None, Fraction | None]:
        """Beat and beats a minute; a range of them is written as what is heard."""
        beat = written_duration(
            text_of(metronome, "beat-unit"), len(metronome.findall("beat-unit-dot"))
        )
        said = text_of(metronome, "per-minute")
        rate = number_of(said)
        if beat is not None and rate is None and said:
            found = re.search(r"\d+(?:\.\d+)?", said)
            rate = heard / beat.length if heard else number_of(found[0]) if found else None
            shown = f"{float(rate):g}" if rate else "words"
            self._lose(f"The metronome mark “{said[:30]}” is written as {shown}")
        if beat is None or not rate or not 0 < rate <= _FASTEST:
            self._lose("A metronome mark that is no number of beats was left out")
            return None, None
        return beat, rate

    def _jumps(self, text: str) -> None:
        said = self._measure.said
        lowered = text.lower().strip(" .")
        said.da_capo |= bool(_DA_CAPO.search(text))
        said.dal_segno |= bool(_DAL_SEGNO.search(text))
        said.to_coda |= bool(_TO_CODA.search(text))
        said.is_fine |= lowered == "fine"
        said.has_coda |= lowered == "coda"

    # -- signs

    def _sign(self, child: Element, element: Element, onset: Fraction) -> None:
        kind = child.get("type", "")
        placement = placement_of(element)
        staff, number = _staff(element), child.get("number", "1")
        match child.tag:
            case "dynamics":
                for found in dynamic_marks(child, placement, self._measure.index, self._losses):
                    self._add_mark(element, onset, found)
            case "wedge":
                if kind in _WEDGES:
                    wedge = RawWedge(onset, staff, number, _WEDGES[kind], above_only(placement))
                    self._measure.wedges.append(wedge)
            case "octave-shift":
                self._ottava(child, kind, staff, onset)
            case "pedal":
                self._pedal(element, kind, number, onset)
            case "rehearsal":
                text = child.text or ""
                if text.strip():
                    self._add_mark(element, onset, words(text, placement or Placement.ABOVE))
            case "segno" | "coda":
                sign = MarkKind.SEGNO if child.tag == "segno" else MarkKind.CODA
                self._add_mark(element, onset, mark(sign))
                self._measure.said.has_segno |= child.tag == "segno"
                self._measure.said.has_coda |= child.tag == "coda"
            case tag:
                name = tag.replace("-", " ")
                self._lose(_LOST.get(tag, f"The direction “{name}” was left out"))

    def _ottava(self, child: Element, kind: str, staff: int, onset: Fraction) -> None:
        octaves = max(1, min((whole_of(child.get("size"), 8) - 1) // 7, 3))
        if kind in ("down", "up"):  # down: written lower than it sounds
            octaves = octaves if kind == "down" else -octaves
            self._measure.ottavas.append(RawOttava(onset, staff, octaves))
        elif kind == "stop":
            self._measure.ottavas.append(RawOttava(onset, staff, 0))

    def _pedal(self, element: Element, kind: str, number: str, onset: Fraction) -> None:
        for sign, text in _PEDALS.get(kind, ()):
            if sign is MarkKind.PEDAL_ON:
                self._pedals[number] = text
            else:
                text = self._pedals.pop(number, text)
            self._add_mark(element, onset, mark(sign, text))
        if kind in ("discontinue", "resume"):
            self._lose("A pedal line that is interrupted is shown as going on")

    # -- <sound>

    def _sound(self, sound: Element, onset: Fraction, is_bare: bool) -> None:
        _take_jumps(sound, self._measure.signs)
        tempo = number_of(sound.get("tempo"))
        if is_bare and tempo is not None and 0 < tempo <= _FASTEST:
            self._hidden_tempo(tempo, onset)
        if sound.get("pizzicato") == "yes":
            self._lose("The sound of plucked strings was left out")

    def _hidden_tempo(self, tempo: Fraction, onset: Fraction) -> None:
        event = Tempo("", Duration(4), tempo, NOWHERE)
        self._measure.hidden_tempos.append((onset, event))

    def _add_mark(self, element: Element, onset: Fraction, found: Mark) -> None:
        voice = text_of(element, "voice")
        self._measure.marks.append(RawMark(onset, _staff(element), voice, found))

    def _add_context(self, element: Element, onset: Fraction, event: Tempo | ChordSymbol) -> None:
        self._measure.contexts.append(RawContext(onset, _staff(element), event))

    def _lose(self, sentence: str) -> None:
        self._losses.add(sentence, self._measure.index)


def _staff(element: Element) -> int:
    return max(1, min(whole_of(element.findtext("staff"), 1), 64))


def _take_jumps(sound: Element, signs: Signs) -> None:
    signs.da_capo |= sound.get("dacapo") == "yes"
    signs.dal_segno |= sound.get("dalsegno") is not None
    signs.has_segno |= sound.get("segno") is not None
    signs.has_coda |= sound.get("coda") is not None
    signs.to_coda |= sound.get("tocoda") is not None
    signs.is_fine |= sound.get("fine") is not None
