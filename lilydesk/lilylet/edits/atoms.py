"""The notes and rests of a text with the places of their pitches and durations in it.

Found by the reader itself, token by token, so that it is exact for odd texts too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lilydesk.lilylet.collection import collection_paused
from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.measure_parser import MAX_MEASURE_LENGTH
from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.state import EntryState
from lilydesk.lilylet.token_handlers import HANDLERS
from lilydesk.lilylet.tokens import TOKEN
from lilydesk.lilylet.voice_builder import VoiceBuilder
from lilydesk.notation.duration import Duration
from lilydesk.notation.event import Chord, Key, NoteHead, Rest, RestKind
from lilydesk.notation.pitch import Pitch
from lilydesk.notation.span import Span


class _Kept(int):
    """A pitch base left by a note or the measure before; a newline puts a plain number there."""


@dataclass(frozen=True, slots=True)
class Head:
    """One pitch as written: its span holds name and octave marks, in the whole text."""

    span: Span
    pitch: Pitch
    follows_newline: bool = False  # inside its chord


@dataclass(frozen=True, slots=True)
class Atom:
    """One note, chord or rest as written. Spans count from the start of the whole text."""

    chunk: int  # index of its measure in ParsedText.chunks
    part: int
    voice: int
    span: Span  # without marks that stand apart
    heads: tuple[Head, ...]  # none for rests without a place
    rest: RestKind | None
    duration: Duration
    duration_span: Span | None  # None where the duration is carried over
    duration_place: int  # where it can be written
    is_reset: bool  # a newline in its measure stands between it and the note before in its voice
    is_grace: bool
    key: Key | None  # in force

    @property
    def place(self) -> tuple[int, int]:
        """Which voice this is: part and voice, from 0."""
        return self.part, self.voice

    @property
    def pitches(self) -> tuple[Pitch, ...]:
        """As read."""
        return tuple(head.pitch for head in self.heads)


@dataclass(frozen=True, slots=True)
class KeyWord:
    r"""A \key command."""

    chunk: int
    span: Span
    key: Key  # that it sets


@dataclass(frozen=True, slots=True)
class VoiceEnd:
    r"""What ends a voice: `\\`, `\\\` or `|`; empty at the end of a text without the last `|`."""

    chunk: int
    part: int
    voice: int
    span: Span

    @property
    def place(self) -> tuple[int, int]:
        """Which voice it ends."""
        return self.part, self.voice


@dataclass(frozen=True, slots=True)
class Reading:
    """All atoms, keys and ends of voices of a measure or a text, in its order."""

    atoms: tuple[Atom, ...]
    keys: tuple[KeyWord, ...]
    ends: tuple[VoiceEnd, ...]
    resets: frozenset[tuple[int, int]]  # voices in which a newline is the last to set the base


def read_measure(parsed: ParsedText, index: int) -> Reading:
    """The notes, rests and keys of one measure (chunk), with their places in the whole text."""
    chunk, start = parsed.chunks[index], parsed.chunk_starts[index]
    text = parsed.text[start : start + min(chunk.length, MAX_MEASURE_LENGTH)]
    reader = _Reader(index, start, text, chunk.entry)
    reader.read()
    return Reading(
        tuple(reader.atoms), tuple(reader.keys), tuple(reader.ends), reader.exit_resets()
    )


def joined_readings(readings: Sequence[Reading]) -> Reading:
    """The readings of measures one after another as one."""
    return Reading(
        tuple(atom for one in readings for atom in one.atoms),
        tuple(key for one in readings for key in one.keys),
        tuple(end for one in readings for end in one.ends),
        readings[-1].resets if readings else frozenset(),
    )


def read_atoms(parsed: ParsedText) -> Reading:
    """The same of the whole text, which takes long: 1 ms for three measures."""
    with collection_paused():
        return joined_readings([read_measure(parsed, i) for i in range(len(parsed.chunks))])


class _Reader:
    """Reads one measure as `parse_measure` does, and takes notes."""

    def __init__(self, chunk: int, start: int, text: str, entry: EntryState) -> None:
        self.chunk = chunk
        self.start = start
        self.text = text
        bases = tuple(tuple(map(_Kept, voices)) for voices in entry.bases)
        self.state = MeasureState(text, replace(entry, bases=bases))
        self.atoms: list[Atom] = []
        self.keys: list[KeyWord] = []
        self.ends: list[VoiceEnd] = []

    def read(self) -> None:
        position = 0
        while (match := TOKEN.match(self.text, position)) is not None:
            position = self._token(match, match.lastgroup or "other")
        if not self.text.endswith("|"):
            self._end_voice(self.state.voice, Span(len(self.text), len(self.text)))

    def exit_resets(self) -> frozenset[tuple[int, int]]:
        return frozenset(
            (voice.part, voice.number)
            for part in self.state.parts
            for voice in part
            if not isinstance(voice.base, _Kept)
        )

    def _token(self, match: re.Match[str], kind: str) -> int:
        state, voice = self.state, self.state.voice
        is_reset = not isinstance(voice.base, _Kept)
        n_before, had_duration = voice.n_events, voice.has_duration
        end = HANDLERS[kind](state, match)
        if voice.n_events > n_before:
            self._note_events(voice, voice.n_events - n_before, match, kind, is_reset)
        elif kind == "number" and voice.has_duration and not had_duration:
            self._late_duration(Span(match.start(kind), end))
        elif kind == "command":
            self._command(match, end)
        elif kind in ("voice", "part", "bar"):
            self._end_voice(voice, Span(*match.span(kind)))
        return end

    def _end_voice(self, voice: VoiceBuilder, span: Span) -> None:
        place = span.shifted(self.start)
        self.ends.append(VoiceEnd(self.chunk, voice.part, voice.number, place))

    def _command(self, match: re.Match[str], end: int) -> None:
        name, state = match["command"], self.state
        if name == "\\rest" and self.atoms and state.voice.rest is not None:
            self.atoms[-1] = replace(self.atoms[-1], rest=state.voice.rest)
        elif name == "\\key" and end > match.end("command") and state.key is not None:
            span = Span(match.start("command"), end).shifted(self.start)
            self.keys.append(KeyWord(self.chunk, span, state.key))

    def _late_duration(self, span: Span) -> None:
        self.atoms[-1] = replace(
            self.atoms[-1], duration=self.state.duration.duration,
            duration_span=span.shifted(self.start),
        )  # fmt: skip

    def _note_events(
        self, voice: VoiceBuilder, n_new: int, match: re.Match[str], kind: str, is_reset: bool
    ) -> None:
        for heads, rest, span in _begun(voice, n_new):
            written = self._duration_of(match, kind)
            place = match.start("marks" if kind == "note" else "chord_marks")
            place = place if kind in ("note", "chord") else span.end
            self.atoms.append(Atom(
                self.chunk, voice.part, voice.number, span.shifted(self.start),
                self._heads(heads, span.start), rest, self.state.duration.duration, written,
                place + self.start, is_reset, voice.is_grace, self.state.key,
            ))  # fmt: skip
            is_reset = is_reset and not heads
        if not is_reset:
            voice.base = _Kept(voice.base)

    def _duration_of(self, match: re.Match[str], kind: str) -> Span | None:
        name = {"note": "duration", "chord": "chord_duration"}.get(kind)
        if name is None or match[name] is None:
            return None
        return Span(*match.span(name)).shifted(self.start)

    def _heads(self, heads: tuple[NoteHead, ...], before: int) -> tuple[Head, ...]:
        found = []
        for head in heads:
            between = self.text[before : head.span.start]
            found.append(Head(head.span.shifted(self.start), head.pitch, "\n" in between))
            before = head.span.end
        return tuple(found)


def _begun(
    voice: VoiceBuilder, n_new: int
) -> Iterator[tuple[tuple[NoteHead, ...], RestKind | None, Span]]:
    """The newest events of a voice, the one at hand among them."""
    if n_new > 1:
        for event in voice.events[1 - n_new :]:
            if isinstance(event, Chord):
                yield event.heads, None, event.span
            elif isinstance(event, Rest):
                yield (), event.kind, event.span
    yield voice.heads or (), voice.rest, Span(voice.start_of_event, voice.end_of_event)
