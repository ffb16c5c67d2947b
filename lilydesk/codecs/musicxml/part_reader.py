"""A <part>: its measures, read with a cursor that <backup> and <forward> move."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from xml.etree.ElementTree import Element

from lilydesk.codecs.losses import Losses
from lilydesk.codecs.musicxml.attributes import PartState, read_attributes
from lilydesk.codecs.musicxml.directions import DirectionReader
from lilydesk.codecs.musicxml.model import Head, RawClef, RawMeasure, RawNote, RawPart
from lilydesk.codecs.musicxml.notes import add_head, read_note, spelled
from lilydesk.codecs.musicxml.values import NOTHING, number_of, sensible_time, text_of, whole_of
from lilydesk.notation import MarkKind
from lilydesk.notation.key_signature import key_alterations

_BARLINES = {
    "light-light": "||", "light-heavy": "|.", "dashed": "!", "dotted": ";", "heavy-heavy": "||",
    "heavy-light": "||", "heavy": "|.",
}  # fmt: skip
_NEAR_STYLES = ("heavy-heavy", "heavy-light", "heavy")
_LONGEST = Fraction(4096)  # quarters of one measure; more is a damaged file
_ENDING_NUMBERS = re.compile(r"\d{1,2}")


class PartReader:
    """Reads one part; what holds from measure to measure is kept in its state."""

    def __init__(self, identifier: str, losses: Losses) -> None:
        self.part = RawPart(identifier)
        self._losses = losses
        self._state = PartState()
        self._pedals: dict[str, str] = {}
        self._clefs: dict[int, int] = {}  # octaves of each staff's clef, at the measure's start

    def read(self, measures: list[Element]) -> RawPart:
        """Read all measures."""
        for index, element in enumerate(measures):
            self.part.measures.append(self._measure(element, index))
        self.part.n_staves = self._state.n_staves
        return self.part

    def _measure(self, element: Element, index: int) -> RawMeasure:
        measure = RawMeasure(index)
        cursor = _Cursor(self._state)
        directions: list[tuple[Element, Fraction]] = []
        for child in element:
            match child.tag:
                case "note":
                    self._note(child, measure, cursor)
                case "backup":
                    cursor.move(child, -1)
                case "forward":
                    cursor.move(child, 1)
                case "attributes":
                    read_attributes(child, self._state, measure, cursor.onset, self._losses)
                case "direction" | "harmony" | "sound":
                    directions.append((child, cursor.onset))
                case "barline":
                    self._barline(child, measure)
                case "figured-bass":
                    self._losses.add("Figured bass was left out", index)
        measure.length = sensible_time(cursor.furthest)
        measure.key, measure.time = self._state.key, self._state.time
        reader = DirectionReader(measure, self._losses, self._pedals)
        for child, onset in directions:
            reader.read(child, onset, self._state.divisions)
        self._finish_pitches(measure)
        return measure

    def _note(self, element: Element, measure: RawMeasure, cursor: _Cursor) -> None:
        is_further = element.find("chord") is not None
        if is_further and measure.notes and measure.notes[-1].heads:
            note = measure.notes[-1]
            add_head(element, note, measure.index, self._losses)
            if max(1, whole_of(element.findtext("staff"), 1)) != note.staff:
                self._losses.add("A chord over two staves stands on that of its first note",
                                 measure.index)  # fmt: skip
            return
        if is_further and measure.notes:
            add_head(element, measure.notes[-1], measure.index, self._losses)
            return
        note = read_note(element, self._state, cursor.onset, measure.index, self._losses)
        measure.notes.append(note)
        if not note.is_grace:
            cursor.advance(note.length)

    # -- pitches, once all clefs of the measure are known

    def _finish_pitches(self, measure: RawMeasure) -> None:
        self._find_courtesies(measure)
        transposition = self._state.transposition
        has_octaves = any(self._clefs.values()) or any(clef.octaves for clef in measure.clefs)
        if has_octaves or transposition.semitones or transposition.steps:
            for note in measure.notes:
                octaves = _octaves_at(measure.clefs, self._clefs, note.staff, note.onset)
                for head in note.heads:
                    pitch = spelled(transposition.sounding(head.pitch))
                    head.pitch = replace(pitch, octave=pitch.octave - octaves)
        for clef in measure.clefs:
            self._clefs[clef.staff] = clef.octaves

    def _find_courtesies(self, measure: RawMeasure) -> None:
        """Note the accidentals that are printed although key and measure imply them."""
        alterations = key_alterations(self._state.fifths)
        in_force: dict[tuple[int, int], int] = {}
        for note in sorted(measure.notes, key=lambda note: note.onset):
            for head in note.heads:
                place = (note.staff, head.pitch.diatonic)
                usual = in_force.get(place, alterations.get(head.pitch.step, 0))
                if head.has_sign:
                    head.is_courtesy |= usual == head.pitch.alter and not _is_doubled(head, note)
                    in_force[place] = head.pitch.alter

    # -- barlines

    def _barline(self, element: Element, measure: RawMeasure) -> None:
        signs = measure.signs
        is_left = element.get("location", "right") == "left"
        style = text_of(element, "bar-style")
        shown = _BARLINES.get(style, "")
        if style in _NEAR_STYLES and element.find("repeat") is None:
            self._losses.add("An unusual barline is shown as the nearest one", measure.index)
        if style in ("none", "tick", "short"):
            self._losses.add("A hidden or shortened barline is shown in full", measure.index)
        repeat = element.find("repeat")
        if repeat is not None and repeat.get("direction") == "forward":
            signs.starts_repeat = True
            shown, is_left = ".|:", True
        elif repeat is not None:
            signs.times = max(2, min(whole_of(repeat.get("times"), 2), 20))
            shown, is_left = ":|.", False
        if shown and is_left:
            measure.left = shown
        elif shown:
            measure.right = shown
        ending = element.find("ending")
        if ending is not None and ending.get("type") == "start":
            signs.ending = tuple(map(int, _ENDING_NUMBERS.findall(ending.get("number", ""))))
        elif ending is not None:
            signs.ends_ending = True
        for tag in ("fermata", "segno", "coda"):
            if element.find(tag) is not None:
                self._losses.add(f"A {tag} on a barline was left out", measure.index)
        measure.said.has_segno |= element.find("segno") is not None
        measure.said.has_coda |= element.find("coda") is not None


class _Cursor:
    """Where the next note begins; counted by the file's own durations, in quarters."""

    def __init__(self, state: PartState) -> None:
        self.onset = NOTHING
        self.furthest = NOTHING
        self._state = state

    def advance(self, length: Fraction) -> None:
        """Go past a note, by its exact length: what rounding took away comes back at once."""
        self._go(length)

    def move(self, element: Element, direction: int) -> None:
        """Go back or forward."""
        stated = number_of(element.findtext("duration"))
        if stated and stated > 0:
            self._go(direction * stated / self._state.divisions)

    def _go(self, step: Fraction) -> None:
        self.onset = sensible_time(max(NOTHING, min(self.onset + step, _LONGEST)))
        self.furthest = max(self.furthest, self.onset)


def _octaves_at(clefs: list[RawClef], entry: dict[int, int], staff: int, onset: Fraction) -> int:
    octaves = entry.get(staff, 0)
    for clef in clefs:
        if clef.staff == staff and clef.onset <= onset:
            octaves = clef.octaves
    return octaves


def _is_doubled(head: Head, note: RawNote) -> bool:
    """Whether the sign repeats one that another voice prints, or stands at a trill or grace."""
    return note.is_grace or any(mark.kind is MarkKind.TRILL for mark in note.marks)
