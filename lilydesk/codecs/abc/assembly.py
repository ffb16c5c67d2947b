"""The voices of a tune as a document: measures side by side, staves, parts, headers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lilydesk.codecs.abc.bars import Bar
from lilydesk.codecs.abc.events import LayerWriter, Serial
from lilydesk.codecs.abc.layout import ScorePlan, complete, keep_only
from lilydesk.codecs.abc.numbers import single_value
from lilydesk.codecs.abc.repeats import Boundary, playing_order
from lilydesk.codecs.abc.tune import TuneReader
from lilydesk.codecs.abc.voice import VoiceReader
from lilydesk.codecs.losses import Losses
from lilydesk.notation import (
    Document,
    Duration,
    Event,
    Headers,
    Key,
    Measure,
    Part,
    Pitch,
    Span,
    Voice,
)
from lilydesk.notation.document import InstrumentName, Verse
from lilydesk.notation.event import (
    Barline,
    ClefChange,
    KeyChange,
    Partial,
    Rest,
    RestKind,
    StemChange,
    Tempo,
    TimeChange,
    TimeSignature,
)

_COMMON_TIME = Fraction(4)
_MOST_CELLS = 100_000  # measures of a voice, of all voices together
_C_MAJOR = Key(Pitch("c"), "major")


@dataclass(frozen=True, slots=True)
class _Seat:
    """A voice and where it sits."""

    reader: VoiceReader
    staff: int  # of its part, from 1
    is_first: bool  # of its staff


def assemble(tune: TuneReader) -> Document:
    """Put the voices of a tune together."""
    plan = _plan(tune)
    return _Assembly(tune, plan).document()


def _plan(tune: TuneReader) -> ScorePlan:
    """The layout for the voices that have music."""
    sounding = [voice.name for voice in tune.voices.values() if voice.bars]
    plan = tune.plan or ScorePlan()
    for name in keep_only(plan, sounding):
        tune.losses.add(f"Voice {name} of the layout has no music and is left out")
    added = complete(plan, sounding)
    if tune.plan is not None:
        for name in added:
            tune.losses.add(f"Voice {name} is not in %%score; it stands on a staff of its own")
    return plan


class _Assembly:
    def __init__(self, tune: TuneReader, plan: ScorePlan) -> None:
        self._tune = tune
        self._losses: Losses = tune.losses
        self._plan = plan
        self._serial = Serial()
        self._writer = LayerWriter(self._serial)
        self._parts = [
            [
                _Seat(tune.voices[name], number, order == 0)
                for number, staff in enumerate(part.staves, start=1)
                for order, name in enumerate(staff.voices)
            ]
            for part in plan.parts
        ]
        self._seats = [seat for part in self._parts for seat in part]
        self._lead = self._choose_lead()
        self._key: Key | None = None
        self._time: TimeSignature | None = None

    def _choose_lead(self) -> VoiceReader | None:
        """The voice whose keys are shown: the first that sounds as it is written."""
        readers = [seat.reader for seat in self._seats]
        plain = (one for one in readers if (one.first_clef or one.clef).shift_semitones % 12 == 0)
        return next(plain, readers[0] if readers else None)

    def document(self) -> Document:
        """The whole score."""
        n_measures = self._n_measures()
        boundaries = [self._boundary(index) for index in range(n_measures)]
        measures = tuple(self._measure(index, boundaries) for index in range(n_measures))
        if not measures:
            self._losses.add("The tune has no notes")
        text = self._tune.text
        words = tuple(f" {line}" for line in text.words)
        if words:
            self._losses.add("The words behind the tune (W:) are kept as remarks only")
        return Document(self._headers(boundaries), measures, (0,) * n_measures, words)

    def _n_measures(self) -> int:
        found = max((len(seat.reader.bars) for seat in self._seats), default=0)
        most = _MOST_CELLS // max(1, len(self._seats))
        if found > most:
            self._losses.add(f"Only {most} measures of so many voices are read")
        return min(found, most)

    # -- headers

    def _headers(self, boundaries: list[Boundary]) -> Headers:
        text = self._tune.text
        named: dict[str, str] = {}
        if text.titles:
            named["title"] = text.titles[0]
        if len(text.titles) > 1:
            named["subtitle"] = ", ".join(text.titles[1:])
        if text.composers:
            named["composer"] = ", ".join(text.composers)
        beams = self._writer.beams
        return Headers(
            text={name: words for name, words in named.items() if words},
            instruments=self._instruments(),
            staves=self._plan.header(),
            playing_order=playing_order(boundaries),
            auto_beam="off" if beams.has_flags and not beams.has_beams else "auto",
            style_lines=tuple(text.style_lines),
        )

    def _instruments(self) -> dict[str, InstrumentName]:
        names: dict[str, InstrumentName] = {}
        first = 1
        for part, seats in zip(self._plan.parts, self._parts, strict=True):
            last = first + len(part.staves) - 1
            named = next((seat.reader for seat in seats if seat.reader.label), None)
            if named is not None:
                staves = str(first) if first == last else f"{first}-{last}"
                names[staves] = InstrumentName(_name(named.label), _name(named.short_label))
            first = last + 1
        return names

    # -- measures

    def _boundary(self, index: int) -> Boundary:
        bars = [seat.reader.bars[index] for seat in self._seats if index < len(seat.reader.bars)]
        return Boundary(
            starts_repeat=any(bar.starts_repeat for bar in bars),
            n_repeats=max(bar.n_repeats for bar in bars),
            style=next((bar.style for bar in bars if bar.style), ""),
            endings=next((bar.endings for bar in bars if bar.endings), ()),
            closes_bracket=any(bar.closes_bracket for bar in bars),
        )

    def _measure(self, index: int, boundaries: list[Boundary]) -> Measure:
        self._update_signatures(index)
        length = self._length(index)
        expected = self._time.length if self._time else _COMMON_TIME
        partial = single_value(length) if length < expected and self._time else None
        leading: list[Event] = []
        if boundaries[index].starts_repeat and not self._is_double(boundaries, index - 1):
            leading.append(Barline(".|:", self._serial.span()))
        if index == 0:
            leading += self._tempo()
        if partial is not None:
            leading.append(Partial(partial, self._serial.span()))
            expected = partial.length
        style = self._style(boundaries, index)
        trailing: list[Event] = [Barline(style, self._serial.span())] if style else []
        parts = tuple(
            self._part(seats, index, length, leading if number == 0 else [],
                       trailing if number == 0 else [])
            for number, seats in enumerate(self._parts)
        )  # fmt: skip
        measure = Measure(
            parts, self._key, self._time, length, expected, Span(0, 1), self._comments(index)
        )
        self._note_changes(index)
        return measure

    def _note_changes(self, index: int) -> None:
        """Changes within the measure hold on, also where the leading voice has ended."""
        bar = _bar(self._lead, index) if self._lead else None
        for entry in bar.layers[0].entries if bar else ():
            if isinstance(entry, KeyChange):
                self._key = entry.key
            elif isinstance(entry, TimeChange):
                self._time = entry.time

    def _tempo(self) -> list[Event]:
        tempo = self._tune.tempo
        if tempo is None:
            return []
        return [Tempo(tempo.text, tempo.beat, tempo.beats_per_minute, self._serial.span())]

    def _is_double(self, boundaries: list[Boundary], index: int) -> bool:
        """A `::`, which stands behind measure `index` and before the next one."""
        return index >= 0 and boundaries[index].n_repeats > 0

    def _style(self, boundaries: list[Boundary], index: int) -> str:
        here = boundaries[index]
        if not here.n_repeats:
            return here.style
        after = boundaries[index + 1] if index + 1 < len(boundaries) else None
        return ":..:" if after is not None and after.starts_repeat else ":|."

    def _update_signatures(self, index: int) -> None:
        assert self._lead is not None
        bar = _bar(self._lead, index)
        if bar is not None:
            no_key = _C_MAJOR if self._key is not None else None
            self._key, self._time = bar.key or no_key, bar.time or self._time
        for seat in self._seats:
            other = _bar(seat.reader, index)
            if bar is None or other is None or other.is_padding:
                continue
            if _fifths(other.key) != _fifths(bar.key):
                self._losses.add(
                    "Voices have key signatures of their own; the score shows one for all, "
                    "and every note sounds right"
                )
            if other.time != bar.time:
                self._losses.add("Voices have time signatures of their own; the first is shown")

    def _length(self, index: int) -> Fraction:
        bars = [_bar(seat.reader, index) for seat in self._seats]
        lengths = [bar.length for bar in bars if bar and not (bar.is_full_rest or bar.is_padding)]
        full = self._time.length if self._time else _COMMON_TIME
        return max(lengths, default=full)

    def _comments(self, index: int) -> tuple[str, ...]:
        found = [f" {remark}" for remark in self._tune.text.remarks] if index == 0 else []
        for seat in self._seats:
            bar = _bar(seat.reader, index)
            found += [f" {comment}" for comment in bar.comments] if bar else []
        return tuple(found)

    # -- voices

    def _part(
        self, seats: list[_Seat], index: int, length: Fraction, leading: list[Event],
        trailing: list[Event],
    ) -> Part:  # fmt: skip
        voices: list[Voice] = []
        overlays: list[Voice] = []
        for order, seat in enumerate(seats):
            before = leading if order == 0 else []
            after = trailing if order == 0 else []
            bar = _bar(seat.reader, index)
            events, verses = self._first_layer(seat, bar, length)
            heading = before + self._heading(seat, index)
            voices.append(_voice(seat.staff, heading + events + after, length, verses))
            for layer in bar.layers[1:] if bar else ():
                if layer.has_timed:
                    written, _ = self._writer.write(layer)
                    overlays.append(_voice(seat.staff, written, layer.length))
        return Part((*voices, *overlays))

    def _first_layer(
        self, seat: _Seat, bar: Bar | None, length: Fraction
    ) -> tuple[list[Event], tuple[Verse, ...]]:
        if bar is None or bar.is_padding:
            kind = RestKind.FULL_MEASURE if seat.is_first else RestKind.INVISIBLE
            return self._rest(kind, length), ()
        if bar.is_full_rest:
            kind = bar.full_rest or RestKind.FULL_MEASURE
            changes, _ = self._writer.write(bar.layers[0])
            return _without_signatures(changes) + self._rest(kind, length), ()
        events, verses = self._writer.write(bar.layers[0])
        return events if seat.reader is self._lead else _without_signatures(events), verses

    def _rest(self, kind: RestKind, length: Fraction) -> list[Event]:
        full = self._time.length if self._time else _COMMON_TIME
        if kind is not RestKind.FULL_MEASURE:
            return self._writer.rests(kind, length)
        if length != full:
            return self._writer.rests(RestKind.VISIBLE, length)
        return [Rest(kind, single_value(length) or Duration(1), self._serial.span())]

    def _heading(self, seat: _Seat, index: int) -> list[Event]:
        """Clef and stems with which the voice begins a measure."""
        events: list[Event] = []
        reader = seat.reader
        if index == 0 and reader.says_clef and reader.first_clef is not None:
            if seat.is_first:
                events.append(ClefChange(reader.first_clef, self._serial.span()))
            elif reader.first_clef != self._first_on_staff(seat).first_clef:
                self._losses.add("Voices on one staff have different clefs; the first one's holds")
        if reader.stems is not None:
            events.append(StemChange(reader.stems, self._serial.span()))
        return events

    def _first_on_staff(self, seat: _Seat) -> VoiceReader:
        part = next(part for part in self._parts if seat in part)
        return next(one.reader for one in part if one.staff == seat.staff and one.is_first)


def _without_signatures(events: list[Event]) -> list[Event]:
    return [event for event in events if not isinstance(event, KeyChange | TimeChange)]


def _voice(
    staff: int, events: list[Event], length: Fraction, verses: tuple[Verse, ...] = ()
) -> Voice:
    return Voice(staff, tuple(events), length, Span(0, 1), verses)


def _bar(reader: VoiceReader, index: int) -> Bar | None:
    return reader.bars[index] if index < len(reader.bars) else None


def _fifths(key: Key | None) -> int:
    return key.fifths if key is not None else 0


def _name(text: str) -> str:
    return " ".join(text.replace("\\n", " ").split())
