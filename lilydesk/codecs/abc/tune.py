"""A tune: its fields, and its voices as they are read line by line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from lilydesk.codecs.abc.fields import (
    KeyField,
    Meter,
    Properties,
    TempoField,
    read_key,
    read_meter,
    read_properties,
    read_tempo,
    read_unit,
)
from lilydesk.codecs.abc.layout import ScorePlan, read_plan
from lilydesk.codecs.abc.lyrics import add_verse
from lilydesk.codecs.abc.music import MusicReader
from lilydesk.codecs.abc.source import Line, TuneSource
from lilydesk.codecs.abc.voice import VoiceReader
from lilydesk.codecs.losses import Losses
from lilydesk.notation import MarkKind, Placement
from lilydesk.notation.event import StandaloneMark, Tempo
from lilydesk.notation.mark import Mark
from lilydesk.notation.span import NOWHERE

_MOST_VOICES = 64
_MOST_REMARKS = 200
_LOOKS_LIKE_MUSIC = re.compile(r"\[V:|[A-Ga-gz][,'\d/]{0,20}\s{0,9}\||[A-Ga-gz]{2}|[A-Ga-g]\d")
_MEASURE_NUMBER = re.compile(r"\d{1,4}/\d{1,4}")
_EVERY_VOICE = ("*", "all")
_REMARKS = {
    "A": "Area", "B": "Book", "D": "Discography", "F": "File", "G": "Group", "H": "History",
    "N": "Notes", "O": "Origin", "R": "Rhythm", "S": "Source", "Z": "Transcription",
}  # fmt: skip
_SILENT = frozenset("XrE")


@dataclass(slots=True)
class TuneText:
    """What the fields say beside the music."""

    titles: list[str] = field(default_factory=list)
    composers: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    style_lines: list[str] = field(default_factory=list)


class TuneReader:
    """Reads the lines of one tune into voices."""

    def __init__(self, losses: Losses) -> None:
        self.losses = losses
        self.text = TuneText()
        self.plan: ScorePlan | None = None
        self.voices: dict[str, VoiceReader] = {}
        self._key = KeyField(None, {}, "")
        self._meter = Meter(None)
        self._unit: Fraction | None = None
        self.tempo: TempoField | None = None  # of the header
        self._declared: dict[str, list[Properties]] = {}  # V: of the header
        self._common = Properties()  # what K: of the header says of clefs
        self._symbols: dict[str, str] = {}
        self._reach = "pitch"
        self._in_body = False
        self._has_music = False
        self._voice: VoiceReader | None = None
        self._music = MusicReader(losses, self._inline_field, self._symbols)
        self._is_continued = False
        self._header_remarks: list[tuple[int, str]] = []  # line, text
        self._fields: dict[str, Callable[[Line], None]] = {
            "K": self._key_line, "M": self._meter_line, "L": self._unit_line,
            "Q": self._tempo_line, "V": self._voice_line, "w": self._lyrics_line,
            "U": self._symbol_line, "T": self._title_line, "P": self._part_line,
            "%": self._directive, "#": self._remark_line,
            "C": lambda line: self.text.composers.append(line.text),
            "W": lambda line: self.text.words.append(line.text),
        }  # fmt: skip

    def read(self, source: TuneSource) -> None:
        """Read all lines."""
        for line in source.lines:
            if not line.field:
                self._music_line(line)
            elif line.field in self._fields:
                self._fields[line.field](line)
            else:
                self._other_field(line)
        for voice in self.voices.values():
            voice.finish()
        self._sort_header_remarks()

    def _sort_header_remarks(self) -> None:
        """Three remarks in a row at the head are period, composer and genre, for the model."""
        found = self._header_remarks
        numbers = [number for number, _ in found]
        texts = [text for _, text in found]
        if len(found) == 3 and numbers == list(range(numbers[0], numbers[0] + 3)) and all(texts):
            self.text.style_lines = texts
        else:
            self.text.remarks[:0] = [text for text in texts if text]

    # -- header

    def _title_line(self, line: Line) -> None:
        if self._in_body:
            self.losses.add("A title within the music became words over the staff", line.number)
            self._words(line.text)
        else:
            self.text.titles.append(line.text)

    def _part_line(self, line: Line) -> None:
        if self._in_body:
            self._words(line.text)
        else:
            self.losses.add(f"The order of parts “{line.text[:40]}” is not played", line.number)

    def _words(self, text: str) -> None:
        if text.strip():
            mark = Mark(MarkKind.MARKUP, NOWHERE, text.strip(), Placement.ABOVE)
            self._current().add_context(StandaloneMark(mark, NOWHERE))

    def _other_field(self, line: Line) -> None:
        name = _REMARKS.get(line.field)
        if line.field in _SILENT or not line.text:
            return
        if name is not None:
            self.losses.add(f"The field {line.field}: ({name.lower()}) is kept as a remark only")
            self._remark(f"{name}: {line.text}")
        else:
            self.losses.add(f"The field {line.field}: is left out", line.number)

    def _remark_line(self, line: Line) -> None:
        if not self._in_body and len(self._header_remarks) < _MOST_REMARKS:
            self._header_remarks.append((line.number, line.text))
        elif line.text:
            self._remark(line.text)

    def _remark(self, text: str) -> None:
        text = " ".join(text.split())[:500]
        if self._voice is not None:
            self._voice.add_comment(text)
        elif len(self.text.remarks) < _MOST_REMARKS:
            self.text.remarks.append(text)

    def _directive(self, line: Line) -> None:
        name, _, rest = line.text.partition(" ")
        if name in ("score", "staves"):
            if self.plan is not None and self._in_body:
                self.losses.add("A second %%score is left out", line.number)
            else:
                self.plan = read_plan(rest, joins_by_default=name == "staves")
        elif name == "propagate-accidentals" and rest.strip() in ("not", "octave", "pitch"):
            self._reach = rest.strip()
        elif name in ("text", "center"):
            self._remark(rest)
            self.losses.add("Free text (%%text) is kept as a remark only", line.number)
        elif name == "MIDI":
            self.losses.add("Directions for MIDI (%%MIDI) are left out", line.number)
        elif name:
            self.losses.add("Directives for the layout (%%…) are left out", line.number)

    def _symbol_line(self, line: Line) -> None:
        letter, _, meaning = line.text.partition("=")
        letter, meaning = letter.strip(), meaning.strip()
        if len(letter) == 1 and meaning:
            self._symbols[letter] = meaning.strip('!+"')

    # -- what is in force

    @property
    def _scope(self) -> VoiceReader | None:
        """The voice that a field on a line of its own is meant for; None for all of them."""
        return self._voice if self._has_music else None

    def _key_line(self, line: Line) -> None:
        self._set_key(self._scope, line.text, line.number)
        if not self._in_body:
            self._in_body = True
            for name in list(self._declared):
                self._named(name, line.number)

    def _set_key(self, voice: VoiceReader | None, text: str, number: int) -> None:
        key = read_key(text)
        if key.names_key:
            self._report_key(key, text, number)
        properties = read_properties(key.rest)
        if voice is None:
            self._key = key if key.names_key else self._key
            self._common = properties
        for one in self.voices.values() if voice is None else (voice,):
            if key.names_key:
                one.set_key(key)
            if key.rest.strip():
                one.set_properties(properties)

    def _report_key(self, key: KeyField, text: str, number: int) -> None:
        if key.has_own_signs:
            self.losses.add(
                f"The key “{text.strip()[:30]}” has signs that no major or minor key has: "
                "the notes sound right, the signature shows the nearest key", number,
            )  # fmt: skip
        elif key.mode:
            self.losses.add(
                f"The mode of “{text.strip()[:30]}” became the major key that has its signs",
                number,
            )

    def _meter_line(self, line: Line) -> None:
        self._set_meter(self._scope, line.text, line.number)

    def _set_meter(self, voice: VoiceReader | None, text: str, number: int) -> None:
        meter = read_meter(text)
        if meter is None:
            self.losses.add(f"The time signature “{text[:20]}” cannot be read", number)
            return
        if meter.is_additive:
            self.losses.add("A time signature that is a sum is shown as one number", number)
        if voice is None:
            self._meter = meter
        for one in self.voices.values() if voice is None else (voice,):
            one.set_meter(meter)

    def _unit_line(self, line: Line) -> None:
        self._set_unit(self._scope, line.text, line.number)

    def _set_unit(self, voice: VoiceReader | None, text: str, number: int) -> None:
        unit = read_unit(text)
        if unit is None:
            self.losses.add(f"The unit “{text[:20]}” cannot be read", number)
            return
        if voice is None:
            self._unit = unit
        for one in self.voices.values() if voice is None else (voice,):
            one.unit = unit

    def _tempo_line(self, line: Line) -> None:
        if self._scope is not None:
            self._set_tempo(self._scope, line.text, line.number)
            return
        self.tempo = read_tempo(line.text, self._unit or self._meter.default_unit)
        if self.tempo is None:
            self._report_tempo(line.text, line.number)

    def _set_tempo(self, voice: VoiceReader, text: str, number: int) -> None:
        tempo = read_tempo(text, voice.unit)
        if tempo is None:
            self._report_tempo(text, number)
        else:
            voice.add_context(Tempo(tempo.text, tempo.beat, tempo.beats_per_minute, NOWHERE))

    def _report_tempo(self, text: str, number: int) -> None:
        self.losses.add(f"The tempo “{text[:30]}” cannot be read", number)

    # -- voices

    def _voice_line(self, line: Line) -> None:
        name, _, rest = line.text.partition(" ")
        if not name:
            return
        properties = read_properties(rest)
        if name in _EVERY_VOICE:
            for voice in self.voices.values():
                voice.set_properties(properties)
            return
        if not self._in_body:
            self._declared.setdefault(name, []).append(properties)
            return
        self._voice = self._named(name, line.number)
        if rest.strip():
            self._voice.line = line.number
            self._voice.set_properties(properties)

    def _named(self, name: str, number: int) -> VoiceReader:
        """The voice of this name, made if it is new; in the header nothing begins yet."""
        voice = self.voices.get(name)
        if voice is not None:
            return voice
        if len(self.voices) >= _MOST_VOICES:
            self.losses.add(f"Only {_MOST_VOICES} voices are read", number)
            return next(reversed(self.voices.values()))
        unit = self._unit or self._meter.default_unit
        voice = VoiceReader(name, self._key, self._meter, unit, self.losses)
        voice.accidentals.reach = self._reach
        for properties in (self._common, *self._declared.pop(name, ())):
            voice.set_properties(properties)
        self.voices[name] = voice
        return voice

    def _current(self) -> VoiceReader:
        if self._voice is None:
            self._voice = next(iter(self.voices.values()), None) or self._named("1", 0)
        return self._voice

    # -- music

    def _music_line(self, line: Line) -> None:
        text = line.text.rstrip()
        if not self._in_body and not _LOOKS_LIKE_MUSIC.search(text):
            self.losses.add(f"“{text[:20]}” in the header means nothing", line.number)
            return
        self._in_body = self._has_music = True
        for name in list(self._declared):
            self._named(name, line.number)
        voice = self._current()
        if not self._is_continued:
            self._begin_line()
        self._is_continued = text.endswith("\\")
        self._voice = self._music.read_line(voice, text.removesuffix("\\"), line.number)

    def _begin_line(self) -> None:
        for voice in self.voices.values():
            voice.line_start = voice.position
            voice.n_verses = 0

    def _lyrics_line(self, line: Line) -> None:
        if self._voice is not None:
            add_verse(self._voice, line.text, self.losses, line.number)

    def _inline_field(self, voice: VoiceReader, letter: str, text: str) -> VoiceReader:
        number = voice.line
        if letter == "V":
            name, _, rest = text.strip().partition(" ")
            if name and name not in _EVERY_VOICE:
                voice = self._named(name, number)
            if rest.strip():
                voice.set_properties(read_properties(rest))
        elif letter == "K":
            self._set_key(voice, text, number)
        elif letter == "M":
            self._set_meter(voice, text, number)
        elif letter == "L":
            self._set_unit(voice, text, number)
        elif letter == "Q":
            self._set_tempo(voice, text, number)
        elif letter == "P":
            self._voice = voice
            self._words(text)
        elif letter == "r":
            self._align(text)
        elif letter not in "INRU":
            self.losses.add(f"The field [{letter}:] is left out", number)
        return voice

    def _align(self, text: str) -> None:
        """`[r:3/12]` as the models write it: all voices stand at the same measure."""
        if _MEASURE_NUMBER.fullmatch(text.strip()):
            n_measures = max((len(voice.bars) for voice in self.voices.values()), default=0)
            for voice in self.voices.values():
                voice.pad(n_measures)
