"""The composer's text as a model must see it: canonical measures, and the one half written.

The text itself is never changed; what is made here goes to the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import zip_longest

from lilydesk.composing.guess import guess_key, guess_time
from lilydesk.composing.tail import Tail, read_tail
from lilydesk.lilylet import (
    EntryState,
    MeasureParse,
    MeasureWriter,
    parse_document,
    parse_measure,
    write_document,
)
from lilydesk.lilylet.document_parser import Chunk
from lilydesk.notation import Document, Headers, Key, Measure, Part, TimeSignature
from lilydesk.notation.event import StaffChange

# Stands where the composer stopped while the canonical form is made; nobody writes such a rest.
_PLACEHOLDER = "s1024...."


@dataclass(frozen=True, slots=True)
class Manner:
    """Key and time signature that continue a text, and whether the text states them itself."""

    key: Key | None
    time: TimeSignature | None
    states_key: bool = True
    states_time: bool = True


@dataclass(frozen=True, slots=True)
class Begun:
    """The measure after the last `|`, if one is begun."""

    model_text: str  # its canonical beginning, for the engine
    entry: EntryState  # what held before it
    separator: str  # voice or part separator at its end
    added: str  # what the composer's text needs before it can go on: closers, a separator


@dataclass(frozen=True, slots=True)
class Prefix:
    """What the composer's text says, in the words of the engine."""

    headers: Headers
    header_lines: tuple[str, ...]
    measures: tuple[Measure, ...]  # the complete ones, with key and time signature
    measures_text: tuple[str, ...]  # canonical; each ends in "|" and a newline
    begun: Begun | None
    manner: Manner
    staves: tuple[int, ...]  # of each part
    exit: EntryState  # what holds at the end of the complete measures
    closing: str = ""  # " |" where only that was missing from the last measure


def read_prefix(text: str, key: Key | None, time: TimeSignature | None) -> Prefix:
    """Read a text up to the cursor; `key` and `time` serve where it states none itself."""
    parsed = parse_document(text)
    tail = read_tail(text)
    document, chunks = parsed.document, parsed.chunks
    staves = _staves(document, text[tail.start :])
    begun_chunk = chunks[-1] if tail.has_music and chunks else None
    closing = ""
    words = text[len(text) - begun_chunk.length :] if begun_chunk else ""
    if begun_chunk is not None and _is_full(words, begun_chunk.entry, tail, staves):
        begun_chunk, closing = None, tail.closers + " |"
    if begun_chunk is not None and begun_chunk.measure is not None:
        document = replace(document, measures=document.measures[:-1], starts=document.starts[:-1])
    has_music = bool(document.measures) or begun_chunk is not None
    manner = _manner(document.measures, chunks, key, time, has_music)
    measures = tuple(_in_manner(measure, manner) for measure in document.measures)
    writer = MeasureWriter()
    texts = tuple(writer.write(measure) + " |\n" for measure in measures)
    begun = None
    if begun_chunk is not None:
        begun = _read_begun(words, tail, begun_chunk.entry, manner, writer, staves)
    return Prefix(
        headers=document.headers,
        header_lines=_header_lines(document.headers),
        measures=measures,
        measures_text=texts,
        begun=begun,
        manner=manner,
        staves=staves,
        exit=begun_chunk.entry if begun_chunk else _exit(chunks),
        closing=closing,
    )


def _staves(document: Document, tail_text: str) -> tuple[int, ...]:
    """Staves of each part; who names a staff in the first measure means to have another."""
    counts = staff_counts(document.measures) or [1]
    if len(document.starts) < 2 and "\\staff" in tail_text:
        counts[-1] = max(2, counts[-1])
    return tuple(counts)


def _exit(chunks: Sequence[Chunk]) -> EntryState:
    return chunks[-1].exit if chunks else EntryState()


def _header_lines(headers: Headers) -> tuple[str, ...]:
    """Headers for the engine; the playing order would contradict the number of measures."""
    alone = Document(replace(headers, style_lines=(), playing_order=""), (), ())
    return tuple(write_document(alone).splitlines())


def _manner(
    measures: Sequence[Measure],
    chunks: Sequence[Chunk],
    key: Key | None,
    time: TimeSignature | None,
    has_music: bool,
) -> Manner:
    if not has_music:
        return Manner(key, time)
    state = chunks[-1].exit
    return Manner(
        key=state.key or key or guess_key(measures),
        time=state.time or time or guess_time(measures),
        states_key=bool(state.key or key),
        states_time=bool(state.time or time),
    )


def _in_manner(measure: Measure, manner: Manner) -> Measure:
    """The measure with a key and time signature, as a model expects them."""
    return replace(measure, key=measure.key or manner.key, time=measure.time or manner.time)


# -- the measure that is begun


def _is_full(words: str, entry: EntryState, tail: Tail, staves: tuple[int, ...]) -> bool:
    """Whether a begun measure lacks nothing but its `|`."""
    measure = parse_measure(words + tail.closers, entry).measure
    if measure is None or tail.separator or tail.n_open_tuplets:
        return False
    return _last_voice_is_full(measure) and not _next_separator(measure, staves)


def _last_voice_is_full(measure: Measure) -> bool:
    return measure.parts[-1].voices[-1].length >= measure.expected


def _next_separator(measure: Measure, staves: tuple[int, ...]) -> str:
    """The separator that leads to the next staff or part of the piece; empty at its last one."""
    part = len(measure.parts) - 1
    staff = max(voice.staff for voice in measure.parts[part].voices)
    if part < len(staves) and staff < staves[part]:
        return "\\\\"
    return "\\\\\\" if part + 1 < len(staves) else ""


def _read_begun(
    words: str,
    tail: Tail,
    entry: EntryState,
    manner: Manner,
    writer: MeasureWriter,
    staves: tuple[int, ...],
) -> Begun:
    if tail.separator:
        words = words[: words.rindex(tail.separator)]
    words += tail.closers
    measure = parse_measure(words, entry).measure
    separator, added = tail.separator, tail.closers
    is_open = separator or tail.n_open_tuplets or measure is None
    if not is_open and measure is not None and _last_voice_is_full(measure):
        separator = _next_separator(measure, staves)
        added += f" {separator}"
    marked = parse_measure(f"{words}\n{_PLACEHOLDER}{' }' * tail.n_open_tuplets} |", entry)
    model_text = _model_text(marked, manner, deepcopy(writer), staves)
    return Begun(model_text + f" {separator}" * bool(separator), entry, separator, added)


def _model_text(
    marked: MeasureParse, manner: Manner, writer: MeasureWriter, staves: tuple[int, ...]
) -> str:
    """The canonical text of a measure up to the placeholder in it, each voice with its staff."""
    assert marked.measure is not None  # it holds at least the placeholder
    text = writer.write(_in_manner(marked.measure, manner))
    lines = text[: text.rindex(_PLACEHOLDER)].rstrip(" ").split("\n")
    voices = [
        (staves[min(number, len(staves) - 1)], voice.staff)
        for number, part in enumerate(marked.measure.parts)
        for voice in part.voices
    ]
    for index, (n_staves, staff) in enumerate(voices[: len(lines)]):
        if n_staves > 1 and not lines[index].startswith("\\staff"):
            lines[index] = f'\\staff "{staff}" {lines[index]}'.rstrip()
    return "\n".join(lines)


def staff_counts(measures: Iterable[Measure]) -> list[int]:
    """How many staves each part has."""
    counts: list[int] = []
    for measure in measures:
        found = [max(_staves_of(part)) for part in measure.parts]
        counts = [max(pair) for pair in zip_longest(counts, found, fillvalue=1)]
    return counts


def _staves_of(part: Part) -> Iterable[int]:
    for voice in part.voices:
        yield voice.staff
        yield from (event.staff for event in voice.events if isinstance(event, StaffChange))
