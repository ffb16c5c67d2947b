r"""One voice as a line of canonical text: pitches from middle C, the first duration written out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from lilydesk.lilylet.clef_tracker import ClefTracker
from lilydesk.lilylet.mark_writer import write_mark
from lilydesk.lilylet.resolve import ACCIDENTALS, MIDDLE_C_DIATONIC, octave_marks
from lilydesk.lilylet.tokens import quote
from lilydesk.notation.document import Syllable, Verse
from lilydesk.notation.duration import Duration
from lilydesk.notation.event import (
    Barline,
    Chord,
    ChordSymbol,
    ClefChange,
    DoubleTremolo,
    Event,
    Key,
    KeyChange,
    NoteHead,
    Ottava,
    Partial,
    Rest,
    RestKind,
    StaffChange,
    StandaloneMark,
    StemChange,
    StemDirection,
    Tempo,
    TimeChange,
    TimeSignature,
    Tuplet,
)
from lilydesk.notation.mark import Mark, MarkKind
from lilydesk.notation.pitch import Pitch

_STEMS = {
    StemDirection.UP: "\\stemUp",
    StemDirection.DOWN: "\\stemDown",
    StemDirection.NEUTRAL: "\\stemNeutral",
}
_PLAIN_SYLLABLE = re.compile(r'[^\s"{}%|\\]+')


def write_duration(duration: Duration) -> str:
    """A note value: `4.`"""
    return f"{duration.division}{'.' * duration.dots}"


def write_key(key: Key) -> str:
    r"""`\key g \major`"""
    return f"\\key {key.tonic.step}{ACCIDENTALS[key.tonic.alter]} \\{key.mode}"


def write_time(time: TimeSignature) -> str:
    r"""`\time 3/4`"""
    return f"\\time {time.numerator}/{time.denominator}"


class SignatureWriter:
    r"""Writes keys and time signatures; knows whether \numericTimeSignature is in force."""

    def __init__(self) -> None:
        self._is_numeric = False

    def at_start(self, key: Key | None, time: TimeSignature | None) -> list[str]:
        """What the first voice of a measure says, changed or not."""
        words = [write_key(key)] if key else []
        return words + self.time(time) if time else words

    def time(self, time: TimeSignature) -> list[str]:
        """A time signature, after what makes it show as figures or as a symbol."""
        words = []
        if (time.numerator, time.denominator) in ((4, 4), (2, 2)):
            if not time.is_symbol:
                words.append("\\numericTimeSignature")
            elif self._is_numeric:
                words.append("\\defaultTimeSignature")
            self._is_numeric = not time.is_symbol
        return [*words, write_time(time)]


class VoiceWriter:
    """Writes events as the words of one line.

    Changes of clef, key and stem direction are left out where they change nothing. `key` and
    `time` are those at the measure's start, which the measure's first voice states itself.
    """

    def __init__(
        self, key: Key | None = None, time: TimeSignature | None = None,
        clefs: ClefTracker | None = None, staff: int = 1, has_begun: bool = False,
        signatures: SignatureWriter | None = None,
    ) -> None:  # fmt: skip
        self.words: list[str] = []
        self._base = MIDDLE_C_DIATONIC
        self._duration: Duration | None = None
        self._stems: StemDirection | None = None
        self._key = key
        self._time = time
        self._clefs = clefs or ClefTracker()
        self._signatures = signatures or SignatureWriter()
        self._staff = staff
        self._onset = Fraction(0)
        self._ratio = Fraction(1)
        self._is_fresh = not has_begun  # no note yet in this voice
        self._in_grace = False
        self._depth = 0  # of tuplets
        self._follows_note = False  # a mark written now would belong to the note before

    def write(self, events: Iterable[Event]) -> None:
        """Adds the words of these events."""
        for event in events:
            _WRITERS[type(event)](self, event)
        self._end_grace()

    # -- notes and rests

    def _chord(self, event: Chord) -> None:
        self._begin_timed(event.is_grace)
        heads = "".join(self._heads(event.heads))
        self._timed(heads, event.duration, event.marks, event.is_grace)

    def _heads(self, heads: tuple[NoteHead, ...]) -> list[str]:
        first_base = base = self._base
        words = []
        for index, head in enumerate(heads):
            words.append(_head(head, base))
            base = head.pitch.diatonic
            if index == 0:
                first_base = base
        self._base = first_base
        return words if len(words) == 1 else ["<", " ".join(words), ">"]

    def _rest(self, event: Rest) -> None:
        self._begin_timed(event.is_grace)
        marks = event.marks
        if event.position is None:
            self._timed(event.kind.value, event.duration, marks, event.is_grace)
            return
        word = _pitch(event.position, self._base)
        self._base = event.position.diatonic
        self._timed(word, event.duration, marks, event.is_grace, "\\rest")

    def _begin_timed(self, is_grace: bool) -> None:
        if is_grace and self._depth:
            self.words.append("\\grace")  # the published texts have no braces inside tuplets
        elif is_grace and not self._in_grace:
            self.words.append("\\grace {")
            self._in_grace = True
        elif not is_grace:
            self._end_grace()
            self._is_fresh = False

    def _timed(
        self, word: str, duration: Duration, marks: tuple[Mark, ...], is_grace: bool,
        suffix: str = "",
    ) -> None:  # fmt: skip
        is_full = word == RestKind.FULL_MEASURE.value
        if duration != self._duration or is_full:
            word += write_duration(duration)
            self._duration = duration
        ordered = sorted(marks, key=lambda mark: mark.kind is not MarkKind.TREMOLO)
        self.words.append(word + suffix + "".join(write_mark(mark) for mark in ordered))
        self._follows_note = True
        if not is_grace:
            self._onset += duration.length * self._ratio

    def _end_grace(self) -> None:
        if self._in_grace:
            self.words.append("}")
            self._in_grace = False
            self._follows_note = False

    # -- groups

    def _tuplet(self, event: Tuplet) -> None:
        self._end_grace()
        self._is_fresh = False
        outer = self._ratio
        self._ratio *= event.ratio
        self._duration = None
        self.words.append(f"\\tuplet {event.numerator}/{event.denominator} {{")
        self._follows_note = False
        self._depth += 1
        self.write(event.events)
        self._depth -= 1
        if self.words[-1].endswith("{"):
            self.words.pop()  # all that was in it was left out
        else:
            self.words.append("}")
        self._after_group()
        self._ratio = outer

    def _tremolo(self, event: DoubleTremolo) -> None:
        self._end_grace()
        self._is_fresh = False
        self.words.append(f"\\repeat tremolo {event.count} {{")
        start = self._onset
        for chord in (event.first, event.second):
            self._duration = None
            self._chord(chord)
        self.words.append("}")
        self._after_group()
        self._onset = start + event.length * self._ratio

    def _after_group(self) -> None:
        self._duration = None
        self._follows_note = False

    # -- changes of context

    def _word(self, word: str) -> None:
        self.words.append(word)
        self._follows_note = False

    def _clef(self, event: ClefChange) -> None:
        if self._clefs.change(self._staff, self._onset, event.clef):
            self._end_grace()
            self._word(f"\\clef {quote(event.clef.name)}")

    def _key_change(self, event: KeyChange) -> None:
        if not self._is_fresh and event.key != self._key:
            self._key = event.key
            self._word(write_key(event.key))

    def _time_change(self, event: TimeChange) -> None:
        if not self._is_fresh and event.time != self._time:
            self._time = event.time
            self._word(" ".join(self._signatures.time(event.time)))

    def _partial(self, event: Partial) -> None:
        self._word(f"\\partial {write_duration(event.duration)}")

    def _staff_change(self, event: StaffChange) -> None:
        self._staff = event.staff
        self._word(f'\\staff "{event.staff}"')

    def _tempo(self, event: Tempo) -> None:
        self._end_grace()
        words = ["\\tempo"]
        if event.text or event.beat is None:
            words.append(quote(event.text))
        if event.beat is not None and event.beats_per_minute is not None:
            words.append(f"{write_duration(event.beat)}={_number(event.beats_per_minute)}")
        self._word(" ".join(words))

    def _ottava(self, event: Ottava) -> None:
        self._end_grace()
        self._word(f"\\ottava #{event.octaves}")

    def _stem_change(self, event: StemChange) -> None:
        if event.direction is not self._stems:
            self._stems = event.direction
            self._word(_STEMS[event.direction])

    def _barline(self, event: Barline) -> None:
        self._end_grace()
        self._word(f"\\bar {quote(event.style)}")

    def _chord_symbol(self, event: ChordSymbol) -> None:
        self._word(f"\\chords {quote(event.text)}")

    def _standalone(self, event: StandaloneMark) -> None:
        self._end_grace()
        if self._follows_note:
            # Nothing stands between this mark and the note before, which would take it.
            self._word(_STEMS[self._stems or StemDirection.NEUTRAL])
            self._stems = self._stems or StemDirection.NEUTRAL
        self._word(write_mark(event.mark, stands_alone=True))


_WRITERS: dict[type[Any], Callable[[VoiceWriter, Any], None]] = {
    Chord: VoiceWriter._chord, Rest: VoiceWriter._rest, Tuplet: VoiceWriter._tuplet,
    DoubleTremolo: VoiceWriter._tremolo, ClefChange: VoiceWriter._clef,
    KeyChange: VoiceWriter._key_change, TimeChange: VoiceWriter._time_change,
    Partial: VoiceWriter._partial, StaffChange: VoiceWriter._staff_change,
    Tempo: VoiceWriter._tempo, Ottava: VoiceWriter._ottava, StemChange: VoiceWriter._stem_change,
    Barline: VoiceWriter._barline, ChordSymbol: VoiceWriter._chord_symbol,
    StandaloneMark: VoiceWriter._standalone,
}  # fmt: skip


def _pitch(pitch: Pitch, base: int) -> str:
    return pitch.step + ACCIDENTALS[pitch.alter] + octave_marks(pitch, base)


def _head(head: NoteHead, base: int) -> str:
    return _pitch(head.pitch, base) + ("!" if head.is_courtesy else "")


def _number(value: Fraction) -> str:
    """A metronome number: whole, or with as many decimals as it takes (six at most)."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def write_verse(verse: Verse) -> str:
    r"""`\addlyrics { Freu -- de, schö -- ner __ _ }`"""
    words = [word for syllable in verse.syllables for word in _syllable(syllable)]
    return " ".join(["\\addlyrics {", *words, "}"])


def _syllable(syllable: Syllable) -> list[str]:
    text = syllable.text
    if not text:
        word = "_"
    elif _PLAIN_SYLLABLE.fullmatch(text) and text not in ("--", "__", "_"):
        word = text
    else:
        word = quote(text)
    return [word] + ["--"] * syllable.is_hyphenated + ["__"] * syllable.is_extended
