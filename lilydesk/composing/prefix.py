"""The composer's text as a model must see it: canonical measures, and the one half written.

The text itself is never changed; what is made here goes to the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lilydesk.composing.guess import guess_key, guess_time
from lilydesk.composing.open_measure import read_open_measure
from lilydesk.composing.tail import read_tail
from lilydesk.lilylet import (
    EntryState,
    MeasureWriter,
    ParsedText,
    parse_document,
    write_document,
)
from lilydesk.lilylet.document_parser import Chunk
from lilydesk.notation import Document, Headers, Key, Measure, TimeSignature
from lilydesk.notation.key_signature import major_key
from lilydesk.notation.staves import part_staves, staves_in_headers


@dataclass(frozen=True, slots=True)
class Manner:
    """Key and time signature that continue a text, and whether the text states them itself."""

    key: Key | None
    time: TimeSignature | None
    states_key: bool = True
    states_time: bool = True
    is_key_later: bool = False  # the text states one: measures without it come before
    is_time_later: bool = False


@dataclass(frozen=True, slots=True)
class Begun:
    """The measure after the last `|`, if one is begun."""

    model_text: str  # its canonical beginning, for the engine
    separator: str  # voice or part separator at its end
    added: str  # what the composer's text needs before it can go on: closers, a separator


@dataclass(frozen=True, slots=True)
class Prefix:
    """What the composer's text says, in the words of the engine."""

    parsed: ParsedText  # as it stands
    headers: Headers
    header_lines: tuple[str, ...]
    measures: tuple[Measure, ...]  # the complete ones, with key and time signature
    measures_text: tuple[str, ...]  # canonical; each ends in "|" and a newline
    begun: Begun | None
    manner: Manner
    staves: tuple[int, ...]  # of each part
    planned_staves: tuple[
        int, ...
    ]  # of each part, for the first measure; empty = the model's choice
    exit: EntryState  # what holds at the end of the complete measures
    closing: str = ""  # " |" where only that was missing from the last measure


def read_prefix(text: str, key: Key | None, time: TimeSignature | None) -> Prefix:
    """Read a text up to the cursor; `key` and `time` serve where it states none itself."""
    parsed = parse_document(text)
    tail = read_tail(text)
    document, chunks = parsed.document, parsed.chunks
    staves = _staves(document, text[tail.start :])
    begun_chunk = chunks[-1] if tail.has_music and chunks else None
    open_measure = None
    if begun_chunk is not None:
        words = text[len(text) - begun_chunk.length :]
        open_measure = read_open_measure(words, begun_chunk.entry, tail, staves)
    if open_measure is not None and begun_chunk is not None and begun_chunk.measure is not None:
        document = replace(document, measures=document.measures[:-1], starts=document.starts[:-1])
    has_music = bool(document.measures) or open_measure is not None
    manner = manner_of(document.measures, chunks, key, time, has_music)
    measures = tuple(in_manner(measure, manner) for measure in document.measures)
    writer = MeasureWriter()
    texts = tuple(writer.write(measure) + " |\n" for measure in measures)
    begun = None
    if open_measure is not None:
        marked = in_manner(open_measure.marked, manner)
        begun = Begun(
            model_text=open_measure.model_text(marked, writer, staves),
            separator=open_measure.separator,
            added=open_measure.added,
        )
    return Prefix(
        parsed=parsed,
        headers=document.headers,
        header_lines=header_lines(document.headers),
        measures=measures,
        measures_text=texts,
        begun=begun,
        manner=manner,
        staves=staves,
        planned_staves=_planned(document, staves, has_music),
        exit=_exit(chunks) if open_measure is None else open_measure.entry,
        closing=f"{tail.closers} |" if begun_chunk and not open_measure else "",
    )


def _staves(document: Document, tail_text: str) -> tuple[int, ...]:
    """Staves of each part; who names a staff in the first measure means to have another."""
    counts = list(part_staves(document))
    if len(document.starts) < 2 and "\\staff" in tail_text:
        counts[-1] = max(2, counts[-1])
    return tuple(counts)


def _planned(document: Document, staves: tuple[int, ...], has_music: bool) -> tuple[int, ...]:
    """What the headers say, if the music that is begun has no more parts and staves than that."""
    named = staves_in_headers(document.headers)
    if document.measures or not named or len(staves) > len(named):
        return ()
    is_room = all(n <= most for n, most in zip(staves, named, strict=False))
    return named if is_room or not has_music else ()


def _exit(chunks: Sequence[Chunk]) -> EntryState:
    return chunks[-1].exit if chunks else EntryState()


def header_lines(headers: Headers) -> tuple[str, ...]:
    """Headers for the engine; the playing order would contradict the number of measures."""
    alone = Document(replace(headers, style_lines=(), playing_order=""), (), ())
    return tuple(write_document(alone).splitlines())


def manner_of(
    measures: Sequence[Measure],
    chunks: Sequence[Chunk],
    key: Key | None,
    time: TimeSignature | None,
    has_music: bool,
) -> Manner:
    """What continues these measures; `key` and `time` serve where the text states none."""
    if not has_music:
        return Manner(key, time)
    state = chunks[-1].exit
    return Manner(
        key=state.key or key or guess_key(measures),
        time=state.time or time or guess_time(measures),
        states_key=bool(state.key or key),
        states_time=bool(state.time or time),
        is_key_later=state.key is not None,
        is_time_later=state.time is not None,
    )


def in_manner(measure: Measure, manner: Manner) -> Measure:
    """The measure with a key and time signature, as a model expects them.

    What a text states only later does not hold before: there it is in C major.
    """
    key, time = measure.key, measure.time
    if key is None:
        key = major_key(0) if manner.is_key_later else manner.key
    if time is None:
        time = guess_time((measure,)) if manner.is_time_later else manner.time
    return replace(measure, key=key, time=time)
