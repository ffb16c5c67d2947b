"""After an edit: only the measures that it touches are read again.

The rest is kept as it is, since measures count their spans from their own start. A measure is
kept if its text is the same and everything that its reading depends on: the state before it,
without the pitch bases of voices that it does not have.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace

from lilydesk.lilylet.collection import collection_paused
from lilydesk.lilylet.common_ends import common_prefix, common_suffix
from lilydesk.lilylet.document_parser import (
    MAX_MEASURES,
    MAX_MUSIC_LENGTH,
    Chunk,
    ParsedText,
    assemble,
    parse_document,
    read_chunk,
)
from lilydesk.lilylet.headers import HeaderParse, parse_headers
from lilydesk.lilylet.state import EntryState, with_bases


def reparse(previous: ParsedText, new_text: str) -> ParsedText:
    """The same value as `parse_document(new_text)`, from what is known of a text much like it."""
    if previous.text == new_text:
        return previous
    if max(len(previous.text), len(new_text)) > MAX_MUSIC_LENGTH:
        return parse_document(new_text)
    with collection_paused():
        head = parse_headers(new_text)
        chunks = _read_on(previous, new_text, head, _chunks_before(previous, new_text, head))
        return assemble(new_text, head, tuple(chunks))


def _chunks_before(previous: ParsedText, text: str, head: HeaderParse) -> list[Chunk]:
    """The measures before the first one that the edit may have changed."""
    n_same = common_prefix(previous.text, text)
    if n_same < previous.head.end or head.end != previous.head.end:
        return []
    # The last measure of all goes on where text is added, so it is never taken as it was.
    first = max(0, bisect_right(previous.chunk_starts, n_same) - 1)
    first = _before_open_strings(previous, first, n_same)
    return list(previous.chunks[:first])


def _before_open_strings(previous: ParsedText, first: int, n_same: int) -> int:
    """`first`, or an earlier measure in the same line that holds an open string.

    Where such a measure ends depends on the rest of its line.
    """
    line_start = previous.text.rfind("\n", 0, n_same) + 1
    for index in range(first - 1, -1, -1):
        if previous.chunks[index].has_open_string:
            first = index
        if previous.chunk_starts[index] <= line_start:
            break
    return first


def _read_on(
    previous: ParsedText, text: str, head: HeaderParse, chunks: list[Chunk]
) -> list[Chunk]:
    """Adds the measures from where `chunks` end; takes those of the unchanged end as they were."""
    position = head.end + sum(chunk.length for chunk in chunks)
    state = chunks[-1].exit if chunks else EntryState()
    shift = len(text) - len(previous.text)
    same_from = len(text) - common_suffix(previous.text, text)
    while position < len(text) and len(chunks) < MAX_MEASURES:
        index = _index_of(previous, position - shift) if position >= same_from else None
        chunk = _kept(previous.chunks[index], state) if index is not None else None
        if index is not None and chunk is previous.chunks[index]:
            room = MAX_MEASURES - len(chunks)
            return [*chunks, *previous.chunks[index : index + room]]
        if chunk is None:
            chunk = read_chunk(text, position, state, len(text))
        chunks.append(chunk)
        position += chunk.length
        state = chunk.exit
    return chunks


def _index_of(previous: ParsedText, start: int) -> int | None:
    """Which measure began at `start`, if one did."""
    index = bisect_left(previous.chunk_starts, start)
    is_found = index < len(previous.chunk_starts) and previous.chunk_starts[index] == start
    return index if is_found else None


def _kept(chunk: Chunk, state: EntryState) -> Chunk | None:
    """The measure as it was, if it would be read the same after `state`."""
    entry = chunk.entry
    if entry == state:
        return chunk
    if replace(entry, bases=state.bases) != state:
        return None
    own = [(part, voice) for part, n in enumerate(chunk.n_voices) for voice in range(n)]
    if any(entry.base(*place) != state.base(*place) for place in own):
        return None
    exit_bases = tuple(chunk.exit.bases[part][:n] for part, n in enumerate(chunk.n_voices))
    exit_state = replace(chunk.exit, bases=with_bases(state.bases, exit_bases))
    return replace(chunk, entry=state, exit=exit_state)
