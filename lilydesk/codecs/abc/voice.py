"""One voice while it is read: what is in force, and the measure that is being filled."""

from __future__ import annotations

from fractions import Fraction

from lilydesk.codecs.abc.bars import Bar, Layer, Note, TupletTag
from lilydesk.codecs.abc.clefs import TREBLE, middle_octaves, read_clef, shifted
from lilydesk.codecs.abc.decorations import MarkShape
from lilydesk.codecs.abc.fields import KeyField, Meter, Properties
from lilydesk.codecs.abc.numbers import LONGEST, sayable, small_number
from lilydesk.codecs.abc.pitches import Accidentals
from lilydesk.codecs.losses import Losses
from lilydesk.notation import MarkKind, Pitch
from lilydesk.notation.event import (
    Clef,
    ClefChange,
    Context,
    KeyChange,
    RestKind,
    StandaloneMark,
    StemDirection,
    TimeChange,
)
from lilydesk.notation.mark import Mark
from lilydesk.notation.span import NOWHERE

MOST_MEASURES = 5_000
_MOST_ENTRIES = 2_000  # in one measure
_MOST_MARKS = 64  # waiting for one note
_STEMS = {"up": StemDirection.UP, "down": StemDirection.DOWN}


class VoiceReader:
    """Takes notes, barlines and changes in the order of the text; `bars` is what came of them."""

    def __init__(self, name: str, key: KeyField, meter: Meter, unit: Fraction, losses: Losses):
        self.name = name
        self.label = ""
        self.short_label = ""
        self.bars: list[Bar] = []
        self.is_full = False  # more measures than are read
        self.unit = unit
        self.meter = meter
        self.key = key.key
        self.clef = TREBLE
        self.first_clef: Clef | None = None  # None until there is a note
        self.says_clef = False
        self.octaves = 0
        self.stems: StemDirection | None = None
        self.accidentals = Accidentals(key.alterations)
        self.line_start = (0, 0)  # bar and note at which the music line began
        self.n_verses = 0  # of that line so far
        self.line = 0  # of the text
        self._semitones = 0  # transpose=
        self._losses = losses
        self._bar = Bar()
        self._layer = self._bar.layers[0]
        self._marks: list[MarkShape] = []
        self._slurs: list[MarkShape] = []
        self._n_open_slurs = 0
        self._tuplet: TupletTag | None = None
        self._broken: Fraction | None = None
        self._last: Note | None = None  # the last note or rest of this layer
        self._last_chord: Note | None = None
        self._is_apart = True  # a space or barline stands before the next note
        self._in_grace = False
        self._n_grace_before = 0
        self._partly_tied: set[Pitch] = set()  # pitches of a chord that no tie leads on

    # -- what is in force

    def set_key(self, key: KeyField) -> None:
        """K: from here on."""
        self.key = key.key
        self.accidentals.set_key(key.alterations)
        if self._bar.has_timed and key.key is not None:
            self._layer.entries.append(KeyChange(key.key, NOWHERE))

    def set_meter(self, meter: Meter) -> None:
        """M: from here on."""
        self.meter = meter
        if self._bar.has_timed and meter.time is not None:
            self._layer.entries.append(TimeChange(meter.time, NOWHERE))

    def set_properties(self, properties: Properties) -> None:
        """Clef, names, transposition, octave and stems of K: or V:."""
        named = properties.named
        self.label = named.get("nm", named.get("name", self.label))
        short = (named[name] for name in ("snm", "subname", "sname") if name in named)
        self.short_label = next(short, self.short_label)
        self.stems = _STEMS.get(named.get("stem", ""), None if "stem" in named else self.stems)
        self._semitones = _signed(named.get("transpose", ""), self._semitones)
        self.octaves = _signed(named.get("octave", ""), self.octaves)
        word = named.get("clef", "") or next(filter(read_clef, properties.words), "")
        clef = read_clef(word) if word else None
        if clef is None and word:
            self._losses.add(f"The clef “{word}” is not known; the one before it holds", self.line)
        if clef is not None or "transpose" in named:
            plain = clef or shifted(self.clef, -self.clef.shift_semitones)
            self._set_clef(plain)
        middle = named.get("middle", named.get("m", ""))
        if middle[:1].lower() in tuple("abcdefg"):
            octave = (5 if middle[0].islower() else 4) - middle.count(",") + middle.count("'")
            self.octaves = middle_octaves(self.clef, middle[0].lower(), octave)

    def _set_clef(self, clef: Clef) -> None:
        moved = shifted(clef, self._semitones) if self._semitones else clef
        if self._semitones and moved == clef:
            self._losses.add("A transposition that no clef can say is left out", self.line)
        self.clef, self.says_clef = moved, True
        if self.bars or self._bar.has_timed:
            self.add_context(ClefChange(moved, NOWHERE))

    # -- events

    def add_context(self, event: Context) -> None:
        """A change that stands where it is in the text."""
        if self._has_room():
            self._layer.entries.append(event)

    def _has_room(self) -> bool:
        if len(self._layer.entries) >= _MOST_ENTRIES:
            self._losses.add(f"Only {_MOST_ENTRIES} notes of a measure are read", self.line)
            return False
        return not self.is_full

    def add_mark(self, mark: MarkShape) -> None:
        """A mark for the next note; a hairpin's end at the end of a measure for the last one."""
        if len(self._marks) < _MOST_MARKS:
            self._marks.append(mark)

    def open_slur(self, is_dotted: bool = False) -> None:
        """`(`: the next note begins a slur."""
        if is_dotted:
            self._losses.add("A dotted slur is shown as a plain one", self.line)
        if len(self._slurs) < _MOST_MARKS:
            self._slurs.append(MarkShape(MarkKind.SLUR_START))

    def close_slur(self) -> None:
        """`)`: the last note ends one."""
        if self._slurs:
            self._slurs.pop()  # no note stands between
        elif self._last_chord is not None and self._n_open_slurs:
            self._n_open_slurs -= 1
            self._last_chord.marks.append(MarkShape(MarkKind.SLUR_END))
        else:
            self._losses.add("A slur ends that did not begin", self.line)

    def tie(self) -> None:
        """`-`: the last note is tied to the next."""
        if self._last_chord is not None and self._last_chord is self._last:
            self._last_chord.is_tied = True

    def tie_partly(self, untied: set[Pitch]) -> None:
        """Some notes of the chord just read are tied, these are not."""
        self.tie()
        self._partly_tied = untied

    def set_apart(self) -> None:
        """White space: the next note gets a beam of its own."""
        self._is_apart = True

    def open_grace(self, is_slashed: bool) -> None:
        """`{`: grace notes."""
        if is_slashed:
            self._losses.add("The stroke of an acciaccatura is not shown", self.line)
        self._in_grace = True
        self._n_grace_before = 0

    def close_grace(self) -> None:
        """`}`."""
        self._in_grace = False

    @property
    def in_grace(self) -> bool:
        """Between the braces of grace notes."""
        return self._in_grace

    def begin_tuplet(self, text: str) -> None:
        """`(3`, `(3:2:4`."""
        p_text, _, rest = text[1:].partition(":")
        q_text, _, r_text = rest.partition(":")
        p = small_number(p_text)
        threefold = 3 if self.meter.is_compound else 2
        usual = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(p, threefold)
        q, r = small_number(q_text, usual), small_number(r_text, p)
        if p < 2 or not q or not r or p == q:
            self._losses.add(f"The tuplet “{text}” makes no sense and is left out", self.line)
            return
        self._tuplet = TupletTag(p, q, r)

    def break_rhythm(self, signs: str) -> None:
        """`>` or `<`: one of two notes takes time from the other."""
        last = self._last
        if last is None or last.is_grace:
            self._losses.add(f"“{signs[0]}” stands behind no note", self.line)
            return
        n_signs = min(3, len(signs))
        short, long = Fraction(1, 2**n_signs), 2 - Fraction(1, 2**n_signs)
        first, self._broken = (long, short) if signs[0] == ">" else (short, long)
        self._stretch(last, first)

    def _stretch(self, note: Note, factor: Fraction) -> None:
        length = self._sayable(min(note.length * factor, LONGEST))
        ratio = note.tuplet.ratio if note.tuplet else 1
        self._layer.length += (length - note.length) * ratio
        note.length = length

    def add_note(self, pitches: list[tuple[Pitch, bool]], factor: Fraction) -> None:
        """A note or chord of so many units."""
        note = Note(self._length(factor), pitches, is_grace=self._in_grace)
        if self._partly_tied and not self._in_grace:
            if self._partly_tied.intersection(pitch for pitch, _ in pitches):
                self._losses.add(
                    "In a chord only some notes are tied; here all that go on are", self.line
                )
            self._partly_tied = set()
        note.marks += [*self._marks, *self._slurs]
        self._n_open_slurs += len(self._slurs)
        self._marks, self._slurs = [], []
        self._put(note)
        self._last_chord = note
        if not note.is_grace and self._last is note:
            self._layer.n_sung += 1

    def add_rest(self, kind: RestKind, factor: Fraction) -> None:
        """A rest; among grace notes there is none."""
        if self._in_grace:
            self._losses.add("A rest among grace notes is left out", self.line)
            return
        note = Note(self._length(factor), rest=kind)
        note.marks, self._marks = self._marks, []
        self._put(note)

    def add_full_rests(self, kind: RestKind, count: int) -> None:
        """`Z4`: so many measures of rest, the last of which the next barline ends."""
        if self._bar.has_timed:
            self.end_bar("")
        for _ in range(max(0, min(count, MOST_MEASURES - len(self.bars)) - 1)):
            self._bar.full_rest = kind
            self.end_bar("")
        self._enter_bar()
        self._bar.full_rest = kind

    def _length(self, factor: Fraction) -> Fraction:
        length = self.unit * factor
        if self._broken is not None and not self._in_grace:
            length *= self._broken
            self._broken = None
        if length > LONGEST:
            self._losses.add("A note longer than 64 whole notes is cut", self.line)
            length = LONGEST
        return self._sayable(length)

    def _sayable(self, length: Fraction) -> Fraction:
        nearest = sayable(length)
        if nearest != length:
            self._losses.add("A length that no note value can say is rounded", self.line)
        return nearest

    def _put(self, note: Note) -> None:
        if self._bar.full_rest is not None:
            self.end_bar("")
        if not self._has_room():
            return
        self._enter_bar()
        note.is_joined = not self._is_apart
        self._is_apart = False
        if note.is_grace:
            note.is_joined = self._n_grace_before > 0
            self._n_grace_before += 1
            self._layer.entries.append(note)
            return
        ratio = Fraction(1)
        if self._tuplet is not None:
            note.tuplet = self._tuplet
            ratio = self._tuplet.ratio
            self._tuplet.remaining -= 1
            if not self._tuplet.remaining:
                self._tuplet = None
        self._layer.entries.append(note)
        self._layer.length += note.length * ratio
        self._layer.has_timed = True
        self._last = note

    def _enter_bar(self) -> None:
        if not self._bar.has_timed:
            self._bar.key, self._bar.time = self.key, self.meter.time
            self.first_clef = self.first_clef or self.clef

    # -- measures

    def overlay(self) -> None:
        """`&`: from the start of the measure once more, in another voice."""
        if len(self._bar.layers) < 8:
            self._bar.layers.append(Layer())
        self._layer = self._bar.layers[-1]
        self._forget_note()

    def end_bar(self, style: str, n_repeats: int = 0) -> None:
        """A barline. Without notes before it, it adds to the barline before."""
        bar = self._bar
        if self.is_full or not bar.has_timed:
            if self.bars and (style or n_repeats):
                before = self.bars[-1]
                before.style = before.style if n_repeats or before.n_repeats else style
                before.n_repeats = max(before.n_repeats, n_repeats)
                before.closes_bracket = before.closes_bracket or bool(style)
            return
        self._flush_marks()
        bar.style, bar.n_repeats = style, n_repeats
        bar.closes_bracket = bool(style or n_repeats)
        self.bars.append(bar)
        self._bar = Bar()
        self._layer = self._bar.layers[0]
        last = self._last
        tied = last.pitches if last is not None and last.is_tied else []
        self.accidentals.end_measure([pitch for pitch, _ in tied])
        self._forget_note()
        if len(self.bars) >= MOST_MEASURES:
            self.is_full = True
            self._losses.add(f"Only {MOST_MEASURES} measures of a voice are read", self.line)

    def pad(self, n_measures: int) -> None:
        """Rest until there are so many measures; a measure that has begun is left alone."""
        if self._bar.has_timed or self.is_full:
            return
        while len(self.bars) < n_measures:
            self.bars.append(Bar(key=self.key, time=self.meter.time, is_padding=True))

    def begin_repeat(self) -> None:
        """`|:`: the measure that comes next is where a repeat begins."""
        self._bar.starts_repeat = True

    def begin_ending(self, numbers: tuple[int, ...]) -> None:
        """`[1`: a bracket begins with the next measure."""
        self._bar.endings = numbers

    def add_comment(self, text: str) -> None:
        """A remark in the text."""
        self._bar.comments.append(text)

    def finish(self) -> None:
        """The end of the tune."""
        self.end_bar("")
        comments = self._bar.comments
        if comments and self.bars:
            self.bars[-1].comments += comments
        if self._marks or self._slurs:
            self._losses.add("A mark at the end has no note to stand at", self.line)

    @property
    def position(self) -> tuple[int, int]:
        """Measure and note that come next, for lyrics."""
        return len(self.bars), self._bar.layers[0].n_sung

    def bar_at(self, index: int) -> Bar:
        """A measure, the one being read included."""
        return self.bars[index] if index < len(self.bars) else self._bar

    def _forget_note(self) -> None:
        self._last = None
        self._broken = None
        self._is_apart = True

    def _flush_marks(self) -> None:
        """What waits for a note at a barline: ends of hairpins go back, words stay here."""
        kept: list[MarkShape] = []
        for mark in self._marks:
            if mark.kind is MarkKind.HAIRPIN_END and self._last is not None:
                self._last.marks.append(mark)
            elif mark.kind is MarkKind.MARKUP:
                loose = Mark(mark.kind, NOWHERE, mark.text, mark.placement)
                self._layer.entries.append(StandaloneMark(loose, NOWHERE))
            else:
                kept.append(mark)
        self._marks = kept


def _signed(text: str, default: int) -> int:
    digits = text.lstrip("+-")
    if not digits.isdecimal() or len(digits) > 2:
        return default
    return -int(digits) if text.startswith("-") else int(digits)
