"""A whole text: split into headers and measures, read measure by measure, put together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate

from lilydesk.lilylet.collection import collection_paused
from lilydesk.lilylet.diagnostics import Diagnostic, Severity, diagnose, in_text
from lilydesk.lilylet.header_checks import check_headers
from lilydesk.lilylet.headers import HeaderParse, parse_headers
from lilydesk.lilylet.link_matcher import LinkMatcher
from lilydesk.lilylet.measure_parser import Links, parse_measure
from lilydesk.lilylet.state import EntryState
from lilydesk.lilylet.tokens import MEASURE_END
from lilydesk.notation.document import Document, Measure

# Beyond these nothing is read, so that no text can fill the memory.
MAX_MEASURES = 20_000
MAX_MUSIC_LENGTH = 4_000_000  # code points
_MAX_DIAGNOSTICS = 1000


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text of one measure, and what it gave."""

    length: int  # in code points
    has_open_string: bool  # its end may depend on the rest of its line
    entry: EntryState
    exit: EntryState
    measure: Measure | None  # None where there is neither note nor rest
    diagnostics: tuple[Diagnostic, ...]
    n_voices: tuple[int, ...]
    comments: tuple[str, ...]
    links: Links


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A text and what it says. `diagnostics` are in the order of the text."""

    text: str
    document: Document
    diagnostics: tuple[Diagnostic, ...]
    head: HeaderParse
    chunks: tuple[Chunk, ...]
    chunk_starts: tuple[int, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that are errors: what stands there could not be read as it is."""
        return tuple(fault for fault in self.diagnostics if fault.severity is Severity.ERROR)


def parse_document(text: str) -> ParsedText:
    """Reads a Lilylet text. Never raises: faults are diagnostics, all around them is read."""
    with collection_paused():
        return _parse(text)


def _parse(text: str) -> ParsedText:
    head = parse_headers(text)
    chunks: list[Chunk] = []
    state = EntryState()
    position = head.end
    limit = head.end + MAX_MUSIC_LENGTH
    while position < len(text) and len(chunks) < MAX_MEASURES and position < limit:
        chunk = read_chunk(text, position, state, limit)
        chunks.append(chunk)
        position += chunk.length
        state = chunk.exit
    return assemble(text, head, tuple(chunks))


def read_chunk(text: str, start: int, entry: EntryState, limit: int) -> Chunk:
    """Reads the measure that begins at `start`."""
    end, has_open_string = measure_end(text, start, limit)
    parse = parse_measure(text[start:end], entry)
    return Chunk(
        end - start, has_open_string, entry, parse.exit, parse.measure, parse.diagnostics,
        parse.n_voices, parse.comments, parse.links,
    )  # fmt: skip


def measure_end(text: str, start: int, limit: int) -> tuple[int, bool]:
    """Where the measure from `start` ends (after its `|`), and if it holds an open string."""
    has_open_string = False
    for match in MEASURE_END.finditer(text, start, limit):
        kind = match.lastgroup
        if kind == "bar":
            return match.end(), has_open_string
        has_open_string = has_open_string or kind == "unclosed"
    return min(len(text), limit), has_open_string


# -- putting together


def assemble(text: str, head: HeaderParse, chunks: tuple[Chunk, ...]) -> ParsedText:
    """The document and its diagnostics from the measures that were read."""
    measures: list[Measure] = []
    starts: list[int] = []
    faults = list(head.diagnostics)
    waiting = head.comments  # and comments of measures left out go to the next one
    matcher = LinkMatcher()
    lengths = (chunk.length for chunk in chunks)
    places = list(accumulate(lengths, initial=head.end))
    for chunk, position in zip(chunks, places, strict=False):
        if chunk.diagnostics:
            number = len(measures) + 1
            faults.extend(in_text(fault, position, number) for fault in chunk.diagnostics)
        measure = chunk.measure
        if measure is None:
            waiting += chunk.comments
        else:
            matcher.take(chunk.links, position)
            if waiting:
                measure = replace(measure, comments=waiting + measure.comments)
                waiting = ()
            measures.append(measure)
            starts.append(position)
    faults.extend(matcher.finish())
    links = (chunk.links for chunk in chunks if chunk.measure is not None)
    faults.extend(check_headers(head, zip(starts, links, strict=True)))
    end = places.pop()
    if end < len(text):
        faults.append(diagnose("text-too-long", end, len(text), _TOO_LONG))
    document = Document(head.headers, tuple(measures), tuple(starts), waiting)
    return ParsedText(text, document, _in_order(faults), head, chunks, tuple(places))


_TOO_LONG = "The text is longer than what can be read; the music from here on is left out."


def _in_order(faults: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    faults.sort(key=lambda fault: fault.span.start)
    if len(faults) > _MAX_DIAGNOSTICS:
        where = faults[_MAX_DIAGNOSTICS].span
        more = diagnose("too-many-diagnostics", *where, "Further faults are not listed.")
        faults = [*faults[:_MAX_DIAGNOSTICS], more]
    return tuple(faults)
