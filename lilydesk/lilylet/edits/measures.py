"""Insert and delete measures."""

from __future__ import annotations

from collections.abc import Iterator

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.atoms import read_measure
from lilydesk.lilylet.edits.numbering import (
    deleted,
    inserted,
    measure_number,
    number_place,
    with_numbers,
)
from lilydesk.lilylet.edits.places import (
    NO_MEASURE,
    after_comment,
    after_number,
    chosen_chunks,
    chunk_end,
    first_event,
    measure_of,
)
from lilydesk.lilylet.edits.result import EditResult, TextEdit, nothing
from lilydesk.lilylet.edits.settle import Passage, Target, as_it_is, resettled
from lilydesk.lilylet.voice_writer import write_key, write_time
from lilydesk.notation.document import Measure
from lilydesk.notation.event import Clef, ClefChange
from lilydesk.notation.span import Span

MAX_INSERTED = 999


def insert_measures(parsed: ParsedText, selection: Span, n_measures: int = 1) -> EditResult:
    """Adds empty measures after the selected one, with a rest for each of its staves."""
    chosen = chosen_chunks(parsed, selection)
    if not chosen or not 1 <= n_measures <= MAX_INSERTED:
        return nothing(NO_MEASURE)
    index = chosen[-1]
    empty, n_rests = _empty_measure(measure_of(parsed, index))
    number = measure_number(parsed, index)
    has_numbers = number_place(parsed, index) is not None
    measures = [empty + f" %{number + 1 + i}" * has_numbers for i in range(n_measures)]
    targets: list[Target | None] = [as_it_is(atom) for atom in read_measure(parsed, index).atoms]
    targets += [None] * (n_rests * n_measures)
    result = resettled(parsed, _insertion(parsed, index, measures), Passage(index, index, targets))
    return with_numbers(parsed, result, index, n_measures, inserted(number - 1, n_measures))


def _empty_measure(like: Measure) -> tuple[str, int]:
    """A measure of rests, and how many there are."""
    parts = []
    n_rests = 0
    for part in like.parts:
        staves = sorted({voice.staff for voice in part.voices})
        n_rests += len(staves)
        has_staves = len(staves) > 1 or staves != [1]
        rests = [f'\\staff "{staff}" R1' if has_staves else "R1" for staff in staves]
        parts.append(" \\\\ ".join(rests))
    return " \\\\\\ ".join(parts) + " |", n_rests


def _insertion(parsed: ParsedText, index: int, measures: list[str]) -> list[TextEdit]:
    text, end = parsed.text, chunk_end(parsed, index)
    edits = []
    if not text.endswith("|", 0, end):
        edits.append(TextEdit(Span(end, end), _closing(text[:end])))
    place = after_comment(parsed, end)
    gap = " "
    if place is not None and "\n" in text:
        gap = "\n\n" if text.startswith("\n\n", place) or "\n\n" in text[:end] else "\n"
    place = end if place is None else place
    return [*edits, TextEdit(Span(place, place), "".join(gap + one for one in measures))]


def _closing(text: str) -> str:
    """A `|` for a text without its last one."""
    line = text[text.rfind("\n") + 1 :]
    if "%" in line:
        return "\n|"
    return "|" if text[-1:].isspace() else " |"


def delete_measures(parsed: ParsedText, selection: Span) -> EditResult:
    """Takes the selected measures out.

    Key, time and clefs that they set and that still hold after them are written there.
    """
    chosen = chosen_chunks(parsed, selection)
    if not chosen:
        return nothing(NO_MEASURE)
    first, last = chosen[0], chosen[-1]
    edits = [TextEdit(_extent(parsed, first, last), ""), *_contexts_after(parsed, first, last)]
    result = resettled(parsed, edits, Passage(first, last, ()))
    begin, end = (measure_number(parsed, index) - 1 for index in (first, last))
    return with_numbers(parsed, result, last, begin - end - 1, deleted(begin, end))


def _extent(parsed: ParsedText, first: int, last: int) -> Span:
    """The text of measures, their numbers included, comments about others not."""
    end = after_number(parsed, chunk_end(parsed, last))
    if any(chunk.measure is not None for chunk in parsed.chunks[:first]):
        start = parsed.chunk_starts[first]
        return Span(after_number(parsed, start), max(end, after_number(parsed, start)))
    text = parsed.text
    while end < len(text) and text[end].isspace():
        end += 1
    ends = read_measure(parsed, first).ends  # of its voices; the first may stand before all events
    start = first_event(parsed, first)
    return Span(min(start, ends[0].span.start) if ends else start, end)


def _contexts_after(parsed: ParsedText, first: int, last: int) -> Iterator[TextEdit]:
    after = next((i for i in range(last + 1, len(parsed.chunks)) if parsed.chunks[i].measure), None)
    if after is None:
        return
    words = list(_signatures(parsed, first, last, after))
    place = first_event(parsed, after)
    if words:
        yield TextEdit(Span(place, place), " ".join(words) + " ")
    yield from _clefs_after(parsed, first, last, after)


def _signatures(parsed: ParsedText, first: int, last: int, after: int) -> Iterator[str]:
    """Key and time that the next measure had and would lose."""
    before, then = parsed.chunks[first].entry, parsed.chunks[last].exit
    measure = measure_of(parsed, after)
    if then.key is not None and then.key != before.key and measure.key == then.key:
        yield write_key(then.key)
    if then.is_numeric != before.is_numeric:
        yield "\\numericTimeSignature" if then.is_numeric else "\\defaultTimeSignature"
    time = then.time
    if time is not None and time != before.time and measure.time == time:
        yield write_time(time)


def _clefs_after(parsed: ParsedText, first: int, last: int, after: int) -> Iterator[TextEdit]:
    lost: dict[tuple[int, int], Clef] = {}
    for index in range(first, last + 1):
        measure = parsed.chunks[index].measure
        if measure is not None:
            lost |= _clefs_of(measure)
    start = parsed.chunk_starts[after]
    for part, content in enumerate(measure_of(parsed, after).parts):
        for voice in content.voices:
            clef = lost.pop((part, voice.staff), None)
            is_own = any(isinstance(event, ClefChange) for event in voice.events[:4])
            if clef is not None and voice.events and not is_own:
                place = start + voice.span.start
                yield TextEdit(Span(place, place), f'\\clef "{clef.name}" ')


def _clefs_of(measure: Measure) -> dict[tuple[int, int], Clef]:
    """The last clef of each part and staff."""
    return {
        (part, voice.staff): event.clef
        for part, content in enumerate(measure.parts)
        for voice in content.voices
        for event in voice.events
        if isinstance(event, ClefChange)
    }
