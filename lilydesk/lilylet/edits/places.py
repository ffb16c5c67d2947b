"""Which measures a selection means, and where text about a measure begins and ends."""

from __future__ import annotations

import re
from bisect import bisect_right

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.notation.document import Measure
from lilydesk.notation.span import Span

NO_MEASURE = "There is no measure here yet."
_REST_OF_LINE = re.compile(r"[^\S\n]*+(?:%[^\n]*+)?+(?=\n|\Z)")
_NUMBER = re.compile(r"[^\S\n]*+(?:%[^\S\n]*+\d*+[^\S\n]*+)?+(?=\n|\Z)")


def chosen_chunks(parsed: ParsedText, selection: Span) -> list[int]:
    """The measures that a selection touches, or the one of the cursor; as indices of chunks."""
    first = chunk_at(parsed, selection.start)
    last = chunk_at(parsed, max(selection.start, selection.end - 1))
    if first is None or last is None:
        return []
    if first < last and first_event(parsed, last) >= selection.end:
        last -= 1  # only white space before it is selected
    if first < last and chunk_end(parsed, first) <= selection.start:
        first += 1  # only what stands behind it is
    return [index for index in range(first, last + 1) if parsed.chunks[index].measure is not None]


def chunk_at(parsed: ParsedText, offset: int) -> int | None:
    """The measure at a place; what follows a `|` in its line belongs to the measure before it."""
    full = [index for index, chunk in enumerate(parsed.chunks) if chunk.measure is not None]
    if not full:
        return None
    index = max(0, bisect_right(parsed.chunk_starts, offset) - 1)
    index = min(index, len(parsed.chunks) - 1)
    measure = parsed.chunks[index].measure
    start = parsed.chunk_starts[index]
    is_before = measure is not None and offset < start + measure.span.start
    if is_before and _REST_OF_LINE.match(parsed.text, start) and offset <= line_end(parsed, start):
        index -= 1
    return max((one for one in full if one <= index), default=full[0])


def measure_of(parsed: ParsedText, index: int) -> Measure:
    """The measure of a chunk that has one."""
    measure = parsed.chunks[index].measure
    assert measure is not None
    return measure


def chunk_end(parsed: ParsedText, index: int) -> int:
    """Where a measure ends in the text, after its `|`."""
    return parsed.chunk_starts[index] + parsed.chunks[index].length


def line_end(parsed: ParsedText, offset: int) -> int:
    """The end of the line at a place, before its newline."""
    end = parsed.text.find("\n", offset)
    return end if end >= 0 else len(parsed.text)


def after_comment(parsed: ParsedText, offset: int) -> int | None:
    """The end of the line, if nothing but a comment stands between it and `offset`."""
    match = _REST_OF_LINE.match(parsed.text, offset)
    return match.end() if match else None


def after_number(parsed: ParsedText, offset: int) -> int:
    """`offset`, or the end of the line if only the measure's number (%12) stands before it."""
    match = _NUMBER.match(parsed.text, offset)
    return match.end() if match else offset


def first_event(parsed: ParsedText, index: int) -> int:
    """Where the first event of a measure stands."""
    return parsed.chunk_starts[index] + measure_of(parsed, index).span.start
