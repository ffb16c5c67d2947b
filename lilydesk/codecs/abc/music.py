"""Music code: each token of a line told to the voice that is being read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from lilydesk.codecs.abc.decorations import (
    LEFT_OUT,
    MARKS,
    OTTAVAS,
    SHORTHANDS,
    SILENT_ENDS,
    STAND_INS,
    MarkShape,
)
from lilydesk.codecs.abc.numbers import length_factor, small_number
from lilydesk.codecs.abc.pitches import octave_of
from lilydesk.codecs.abc.scanner import BAR, NOTE, length_at, match_token
from lilydesk.codecs.abc.voice import VoiceReader
from lilydesk.codecs.losses import Losses
from lilydesk.notation import MarkKind, Pitch, Placement
from lilydesk.notation.event import ChordSymbol, Ottava, RestKind
from lilydesk.notation.span import NOWHERE

_MOST_HEADS = 64
_MOST_ENDINGS = 32
_PLACEMENTS = {"^": Placement.ABOVE, "_": Placement.BELOW}
_RESTS = {"z": RestKind.VISIBLE, "x": RestKind.INVISIBLE}
_FULL_RESTS = {"Z": RestKind.FULL_MEASURE, "X": RestKind.INVISIBLE}
_STYLES = {"||": "||", "[|": "|.", "|]": "|."}
_FINGERS = re.compile(r"\(?[0-9]{1,5}\)?")  # several fingers on one note: words
_ONE = Fraction(1)


@dataclass(slots=True)
class _OpenChord:
    pitches: list[tuple[Pitch, bool]] = field(default_factory=list)
    factor: Fraction = _ONE
    tied: set[Pitch] = field(default_factory=set)


class MusicReader:
    """Reads lines of music.

    `read_field` is called for inline fields and gives the voice to go on with.
    """

    def __init__(
        self,
        losses: Losses,
        read_field: Callable[[VoiceReader, str, str], VoiceReader],
        symbols: dict[str, str],
    ) -> None:
        self._losses = losses
        self._read_field = read_field
        self._symbols = symbols  # U: of the tune, a letter -> its decoration
        self._line = 0
        self._chord: _OpenChord | None = None
        self._is_courtesy = False
        self._readers: dict[str, Callable[[VoiceReader, str], None]] = {
            "space": self._space,
            "text": self._text,
            "bar": self._bar,
            "ending": self._ending,
            "tuplet": VoiceReader.begin_tuplet,
            "slur": self._slur,
            "note": self._note,
            "rest": self._rest,
            "broken": VoiceReader.break_rhythm,
            "decoration": self._decoration,
            "tie": self._tie,
            "grace": self._grace,
            "overlay": self._overlay,
            "shorthand": self._shorthand,
            "nothing": self._ignore,
            "unknown": self._unknown,
        }

    def read_line(self, voice: VoiceReader, text: str, line: int) -> VoiceReader:
        """Read a line of music, `line` of the text; returns the voice at its end."""
        self._line = voice.line = line
        position = 0
        while position < len(text):
            match = match_token(text, position)
            assert match is not None, "some token fits every character"
            position = match.end()
            kind, word = match.lastgroup or "", match[0]
            if kind == "field":
                voice = self._read_field(voice, word[1], word[3:2000].removesuffix("]"))
                voice.line = line
            elif kind == "chord":
                position = self._chord_bracket(voice, word, text, position)
            else:
                self._readers[kind](voice, word)
        self._end_chord(voice, "")
        voice.set_apart()
        return voice

    # -- notes

    def _note(self, voice: VoiceReader, word: str) -> None:
        match = NOTE.fullmatch(word)
        assert match is not None
        sign, microtone, letter, marks, length = match.groups("")
        if microtone:
            sign = ""
            self._losses.add("A microtonal accidental is left out", self._line)
        octave, is_clipped = octave_of(letter, marks)
        if is_clipped:
            self._losses.add("A note beyond all octaves is moved", self._line)
        octave = min(11, max(-1, octave + voice.octaves))
        pitch = voice.accidentals.pitch(letter, octave, sign)
        head = (pitch, self._is_courtesy)
        self._is_courtesy = False
        factor = self._factor(length)
        if self._chord is None:
            voice.add_note([head], factor)
        elif len(self._chord.pitches) < _MOST_HEADS:
            if not self._chord.pitches:
                self._chord.factor = factor
            self._chord.pitches.append(head)
        else:
            self._losses.add(f"A chord has more than {_MOST_HEADS} notes", self._line)

    def _factor(self, text: str) -> Fraction:
        factor = length_factor(text)
        if factor is None:
            self._losses.add("A note without length gets the plain one", self._line)
            return _ONE
        return factor

    def _chord_bracket(self, voice: VoiceReader, word: str, text: str, position: int) -> int:
        """`[` or `]`; returns where to read on, behind the chord's length."""
        if word == "[":
            self._end_chord(voice, "")
            self._chord = _OpenChord()
            return position
        if self._chord is None:
            self._unknown(voice, word)
            return position
        length = length_at(text, position)
        self._end_chord(voice, length)
        return position + len(length)

    def _end_chord(self, voice: VoiceReader, length: str) -> None:
        chord, self._chord = self._chord, None
        if chord is None:
            return
        if not chord.pitches:
            self._losses.add("A “[” without notes means nothing here", self._line)
            return
        voice.add_note(list(dict.fromkeys(chord.pitches)), chord.factor * self._factor(length))
        untied = {pitch for pitch, _ in chord.pitches} - chord.tied
        if chord.tied:
            voice.tie_partly(untied)

    def _rest(self, voice: VoiceReader, word: str) -> None:
        self._end_chord(voice, "")
        letter, length = word[0], word[1:]
        if letter == "y":
            return  # room between notes, without time
        if letter in _FULL_RESTS:
            voice.add_full_rests(_FULL_RESTS[letter], small_number(length.partition("/")[0]))
        else:
            voice.add_rest(_RESTS[letter], self._factor(length))

    def _tie(self, voice: VoiceReader, word: str) -> None:
        if self._chord is None:
            voice.tie()
        elif self._chord.pitches:
            self._chord.tied.add(self._chord.pitches[-1][0])

    def _slur(self, voice: VoiceReader, word: str) -> None:
        if word[-1] == "(":
            voice.open_slur(word[0] == ".")
        else:
            voice.close_slur()

    def _grace(self, voice: VoiceReader, word: str) -> None:
        if word[0] == "{":
            voice.open_grace("/" in word)
        else:
            voice.close_grace()

    def _space(self, voice: VoiceReader, word: str) -> None:
        if self._chord is None and not voice.in_grace:
            voice.set_apart()

    def _overlay(self, voice: VoiceReader, word: str) -> None:
        self._end_chord(voice, "")
        voice.overlay()

    # -- barlines

    def _bar(self, voice: VoiceReader, word: str) -> None:
        if self._chord is not None:
            self._losses.add("A chord has no “]”", self._line)
            self._end_chord(voice, "")
        voice.close_grace()
        match = BAR.fullmatch(word)
        assert match is not None
        signs, numbers = match.groups()
        body = signs.lstrip(".")
        n_before = len(body) - len(body.lstrip(":"))
        n_after = len(body) - len(body.rstrip(":"))
        if n_before == len(body):  # `::` and the like, nothing between
            n_before = n_after = len(body) // 2
        style = _STYLES.get(body.strip(":")[-2:], ";" if signs[0] == "." else "")
        if body.strip(":") == "[|]":
            style = ""  # not shown
        voice.end_bar("" if n_before and not style else style, min(n_before, _MOST_ENDINGS))
        if n_after:
            voice.begin_repeat()
        if numbers:
            voice.begin_ending(_ending_numbers(numbers))

    def _ending(self, voice: VoiceReader, word: str) -> None:
        voice.begin_ending(_ending_numbers(word[1:]))

    # -- what hangs on notes

    def _text(self, voice: VoiceReader, word: str) -> None:
        text = word.strip('"')
        if text[:1] in ("^", "_", "<", ">", "@"):
            placement = _PLACEMENTS.get(text[0])
            text = re.sub(r"^-?[\d.]*,-?[\d.]*\s*", "", text[1:]) if text[0] == "@" else text[1:]
            if text.strip():
                voice.add_mark(MarkShape(MarkKind.MARKUP, text.strip(), placement))
        elif text.strip():
            voice.add_context(ChordSymbol(text.strip(), NOWHERE))

    def _decoration(self, voice: VoiceReader, word: str) -> None:
        self._decorate(voice, word[1:-1])

    def _shorthand(self, voice: VoiceReader, word: str) -> None:
        name = self._symbols.get(word) or SHORTHANDS.get(word)
        if name is None:
            self._unknown(voice, word)
        elif name.startswith(("^", "_")) and name[1:]:
            self._text(voice, name)
        else:
            self._decorate(voice, name)

    def _decorate(self, voice: VoiceReader, name: str) -> None:
        if name in MARKS:
            voice.add_mark(MARKS[name])
        elif name in STAND_INS:
            shape, sentence = STAND_INS[name]
            voice.add_mark(shape)
            self._losses.add(sentence, self._line)
        elif name in OTTAVAS:
            voice.add_context(Ottava(OTTAVAS[name], NOWHERE))
        elif name in ("courtesy", "editorial"):
            self._is_courtesy = True
        elif _FINGERS.fullmatch(name):
            voice.add_mark(MarkShape(MarkKind.MARKUP, name, Placement.ABOVE))
        elif name not in SILENT_ENDS and name not in ("nil", "none"):
            sentence = LEFT_OUT.get(name, f"The decoration “{name}” is left out")
            self._losses.add(sentence, self._line)

    def _ignore(self, voice: VoiceReader, word: str) -> None:
        pass  # line breaks, glue and other matters of layout

    def _unknown(self, voice: VoiceReader, word: str) -> None:
        shown = word if word.isprintable() else f"U+{ord(word):04X}"
        self._losses.add(f"“{shown}” means nothing here", self._line)


def _ending_numbers(text: str) -> tuple[int, ...]:
    """`1,2` and `1-3` as numbers."""
    numbers: list[int] = []
    for part in text[:40].split(","):
        first, _, last = part.partition("-")
        if first:
            low = small_number(first)
            high = max(low, small_number(last, low))
            numbers += range(low, min(high, low + _MOST_ENDINGS) + 1)
    return tuple(n for n in sorted(set(numbers)) if 0 < n <= _MOST_ENDINGS)
