r"""Another time signature, and the notes arranged in its measures.

From the measure of the cursor to the next \time: the voices are laid end to end, and cut at the
new barlines. Notes across a barline are split and tied; notes that an old barline had split are
joined. The passage is written in canonical form, the text around it stays.
"""

from __future__ import annotations

import re
from fractions import Fraction

from lilydesk.lilylet.contexts import read_time
from lilydesk.lilylet.document_parser import ParsedText, parse_document
from lilydesk.lilylet.edits.places import (
    NO_MEASURE,
    after_number,
    chosen_chunks,
    chunk_end,
    first_event,
    measure_of,
)
from lilydesk.lilylet.edits.result import EditResult, TextEdit, apply_edits, nothing
from lilydesk.lilylet.edits.retrograde import event_targets
from lilydesk.lilylet.edits.settle import Passage, Target, resettled
from lilydesk.lilylet.edits.splitting import CannotSplit
from lilydesk.lilylet.edits.stream import lay_out
from lilydesk.lilylet.serializer import MeasureWriter
from lilydesk.notation.document import Measure
from lilydesk.notation.event import (
    Chord,
    DoubleTremolo,
    Event,
    Rest,
    TimeChange,
    TimeSignature,
    Tuplet,
)
from lilydesk.notation.span import Span
from lilydesk.timeline import perform

_COMMENT = re.compile(r"%[^\n]*")
_NUMBER = re.compile(r"\s*\d*\s*")


def change_time(
    parsed: ParsedText, selection: Span, numerator: int, denominator: int
) -> EditResult:
    r"""Arranges the music from the selected measure to the next \time in another metre.

    A pickup stays as long as it is; the last measure is filled up with rests.
    """
    chosen = chosen_chunks(parsed, selection)
    if not chosen:
        return nothing(NO_MEASURE)
    passage = _passage(parsed, chosen[0])
    is_numeric = parsed.chunks[passage[-1]].exit.is_numeric
    time = read_time(str(numerator), str(denominator), is_numeric)
    if time is None:
        return nothing(f"{numerator}/{denominator} is no time signature.")
    if parsed.document.headers.playing_order:
        return nothing("The [measures] header counts the measures as they are; take it out first.")
    measures = [measure_of(parsed, index) for index in passage]
    reason = _reason_against(measures, time)
    if reason:
        return nothing(reason)
    try:
        new = lay_out(measures, time, _pickup(parsed, passage[0]))
    except CannotSplit as error:
        return nothing(str(error))
    return _written(parsed, passage, new)


def _passage(parsed: ParsedText, first: int) -> list[int]:
    """The measures from `first` on that have its time signature."""
    time = measure_of(parsed, first).time
    found = []
    for index in range(first, len(parsed.chunks)):
        measure = parsed.chunks[index].measure
        if measure is not None and measure.time != time:
            break
        if measure is not None:
            found.append(index)
    return found


def _pickup(parsed: ParsedText, first: int) -> Fraction | None:
    """The length of an incomplete first measure."""
    measure = measure_of(parsed, first)
    is_first = parsed.chunks[first].entry.is_first
    full = measure.time.length if measure.time else Fraction(4)
    return measure.length if is_first and 0 < measure.length < full else None


def _reason_against(measures: list[Measure], time: TimeSignature) -> str:
    if not any(measure.length for measure in measures):
        return "There are only grace notes here."
    if measures[0].time == time:
        return "The music is in this time signature already."
    voices = [voice for one in measures for part in one.parts for voice in part.voices]
    if any(voice.verses for voice in voices):
        return "Measures with lyrics cannot be arranged in another time signature yet."
    if any(_has_inner_time(voice.events) for voice in voices):
        return "The time signature changes within a measure here; that cannot be arranged anew."
    return ""


def _has_inner_time(events: tuple[Event, ...]) -> bool:
    has_begun = False
    for event in events:
        if isinstance(event, TimeChange) and has_begun:
            return True
        if isinstance(event, Tuplet) and any(isinstance(e, TimeChange) for e in event.events):
            return True
        has_begun = has_begun or isinstance(event, Chord | Rest | Tuplet | DoubleTremolo)
    return False


# -- the text


def _written(parsed: ParsedText, passage: list[int], new: list[Measure]) -> EditResult:
    first, last = passage[0], passage[-1]
    start, end = first_event(parsed, first), chunk_end(parsed, last)
    end = after_number(parsed, end)
    comments = _comments(parsed, first, last)
    has_numbers = "%" in parsed.text[chunk_end(parsed, last) : end]
    number = sum(chunk.measure is not None for chunk in parsed.chunks[:first])
    writer = MeasureWriter()
    texts = [
        writer.write(measure) + (f" | %{number + index}" if has_numbers else " |")
        for index, measure in enumerate(new, start=1)
    ]
    head = "".join(f"%{comment}\n" for comment in comments)
    targets: list[Target] = []
    for measure in new:
        for part in measure.parts:
            for voice in part.voices:
                targets += event_targets(voice.events)
    edits = [TextEdit(Span(start, end), head + "\n\n".join(texts))]
    result = resettled(parsed, edits, Passage(first, last, targets))
    if result and not _sounds_the_same(parsed, apply_edits(parsed.text, result.edits)):
        return nothing("A tie would be lost where a voice changes staff; move that first.")
    return result


def _sounds_the_same(parsed: ParsedText, after: str) -> bool:
    """Whether the same notes sound, one after another; rests may have come in between."""
    before, now = (
        [note.midi for note in sorted(perform(one).notes, key=lambda n: (n.onset, n.midi))]
        for one in (parsed.document, parse_document(after).document)
    )
    return before == now


def _comments(parsed: ParsedText, first: int, last: int) -> list[str]:
    """Comments of the passage, but for measure numbers and those before its first note."""
    lead = parsed.text[parsed.chunk_starts[first] : first_event(parsed, first)]
    n_before = len(_COMMENT.findall(lead))
    own = [text for chunk in parsed.chunks[first : last + 1] for text in chunk.comments]
    return [text.rstrip() for text in own[n_before:] if not _NUMBER.fullmatch(text)]
