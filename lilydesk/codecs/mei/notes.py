"""Notes, chords and rests as elements."""

from __future__ import annotations

from fractions import Fraction

from lilydesk.codecs.mei.accidentals import Accidentals
from lilydesk.codecs.mei.attributes import (
    ARTICULATION,
    duration_attributes,
)
from lilydesk.codecs.mei.frame import VoiceState
from lilydesk.codecs.mei.marks import MarkWriter
from lilydesk.notation import Chord, Duration, Mark, MarkKind, NoteHead, Placement, Rest
from lilydesk.notation.event import RestKind


class NoteWriter:
    """Writes the notes and rests of one voice, in order."""

    def __init__(
        self,
        state: VoiceState,
        accidentals: Accidentals,
        marks: MarkWriter,
        verses: dict[int, str],
    ) -> None:
        self._state = state
        self._frame = state.frame
        self._accidentals = accidentals
        self._marks = marks
        self._verses = verses
        self._n_sung = 0

    def chord(
        self, chord: Chord, identifier: str, length: Fraction, duration: Duration | None = None
    ) -> str:
        """<note> or <chord>; `duration` is another note value than the chord's own."""
        attributes = duration_attributes(duration or chord.duration) + self._state.stem
        if chord.is_grace:
            attributes += ' grace="acc"'
        attributes += self._state.staff_attribute
        children = ""
        if chord.marks:
            more, children = self._marked(chord, identifier, length)
            attributes += more
        if self._verses and not chord.is_grace:
            children += self._verses.get(self._n_sung, "")
            self._n_sung += 1
        return self._element(chord.heads, identifier, attributes, children)

    def _element(
        self, heads: tuple[NoteHead, ...], identifier: str, attributes: str, children: str
    ) -> str:
        if len(heads) == 1:
            text = f'<note xml:id="{identifier}"{attributes}{self._pitch(heads[0])}'
            return f"{text}>{children}</note>" if children else f"{text}/>"
        notes = "".join(
            f'<note xml:id="{self._frame.identifier("n", head.span.start)}"{self._pitch(head)}/>'
            for head in heads
        )
        return f'<chord xml:id="{identifier}"{attributes}>{notes}{children}</chord>'

    def _pitch(self, head: NoteHead) -> str:
        pitch = head.pitch
        state = self._state
        octave = pitch.octave - state.ottava
        accidental = self._accidentals.attribute(
            pitch, octave, head.is_courtesy, state.staff, state.onset
        )
        drawn, sounding = octave, pitch.octave
        if self._frame.has_displaced_clef:
            # The engraver draws @oct by the clef's small 8, so @oct is what sounds there. The
            # staff's @trans.semi says the same to players: @oct.ges keeps it from counting twice.
            moved, told = state.octaves_moved()
            drawn += moved
            sounding += moved - told
        gestural = f' oct.ges="{sounding}"' if drawn != sounding else ""
        return f' pname="{pitch.step}" oct="{drawn}"{gestural}{accidental}'

    def _marked(self, chord: Chord, identifier: str, length: Fraction) -> tuple[str, str]:
        """Attributes and children that the marks of a chord give to it; the other marks go out."""
        strokes = ""
        end = self._state.onset + length
        articulations: list[tuple[str, Placement | None]] = []
        for mark in sorted(chord.marks, key=_is_opening) if len(chord.marks) > 1 else chord.marks:
            name = ARTICULATION.get(mark.kind)
            if name is not None:
                articulations.append((name, mark.placement))
            elif mark.kind is MarkKind.TREMOLO:
                strokes = _strokes(mark.text, chord.duration.division)
            else:
                self._marks.write(mark, identifier, end)
        if not articulations:
            return strokes, ""
        if any(placement for _, placement in articulations):
            return strokes, "".join(_articulation(*entry) for entry in articulations)
        return f'{strokes} artic="{" ".join(name for name, _ in articulations)}"', ""

    def rest(self, rest: Rest, identifier: str, is_lone: bool) -> str:
        """<rest>, <space>, or <mRest> where nothing else stands in the measure."""
        if rest.kind is RestKind.FULL_MEASURE and is_lone:
            return f'<mRest xml:id="{identifier}"/>'
        written = duration_attributes(rest.duration)
        if rest.kind is RestKind.INVISIBLE:
            return f'<space xml:id="{identifier}"{written}/>'
        where = self._state.staff_attribute
        if rest.position is not None:
            octave = rest.position.octave - self._state.ottava
            if self._frame.has_displaced_clef:
                octave += self._state.octaves_moved()[0]
            where += f' ploc="{rest.position.step}" oloc="{octave}"'
        return f'<rest xml:id="{identifier}"{written}{where}/>'


def _is_opening(mark: Mark) -> bool:
    """Sorts what begins at a note behind what ends there, however it is written."""
    return mark.kind is MarkKind.SLUR_START


def _articulation(name: str, placement: Placement | None) -> str:
    where = f' place="{placement.value}"' if placement else ""
    return f'<artic artic="{name}"{where}/>'


def _strokes(text: str, division: int) -> str:
    """@stem.mod of a tremolo: strokes beyond the flags that the note itself has."""
    if not text.isdecimal():
        return ""
    n_strokes = int(text).bit_length() - 3 - max(0, division.bit_length() - 3)
    return f' stem.mod="{min(6, n_strokes)}slash"' if n_strokes >= 1 else ""
