r"""Another time signature, and the notes arranged in its measures.

From the measure of the cursor to the next \time: the voices are laid end to end, and cut at the
new barlines. Notes across a barline are split and tied; notes that an old barline had split are
joined. The passage is written in canonical form, the text around it stays.
"""

from __future__ import annotations

import re
from fractions import Fraction

from lilydesk.lilylet.collection import collection_paused
from lilydesk.lilylet.contexts import read_time
from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.barlines import Barlines
from lilydesk.lilylet.edits.numbering import measure_number, with_numbers
from lilydesk.lilylet.edits.places import (
    NO_MEASURE,
    after_number,
    chosen_chunks,
    chunk_end,
    first_event,
    measure_of,
)
from lilydesk.lilylet.edits.result import EditResult, TextEdit, nothing
from lilydesk.lilylet.edits.retrograde import event_targets
from lilydesk.lilylet.edits.settle import Passage, Target, resettled_text
from lilydesk.lilylet.edits.splitting import CannotSplit
from lilydesk.lilylet.edits.stream import lay_out
from lilydesk.lilylet.serializer import MeasureWriter
from lilydesk.lilylet.voice_writer import write_time
from lilydesk.notation.document import Document, Headers, Measure
from lilydesk.notation.event import (
    Event,
    TimeChange,
    TimeSignature,
)
from lilydesk.notation.span import Span
from lilydesk.notation.walk import is_timed
from lilydesk.timeline.strikes import struck_pitches

_COMMENT = re.compile(r"%[^\n]*")
_NUMBER = re.compile(r"\s*\d*\s*")


def change_time(
    parsed: ParsedText, selection: Span, numerator: int, denominator: int
) -> EditResult:
    r"""Arranges the music from the selected measure to the next \time in another time signature.

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
    measures = [measure_of(parsed, index) for index in passage]
    reason = _reason_against(measures, time)
    if reason:
        return nothing(reason)
    try:
        with collection_paused():
            new = lay_out(measures, time, _pickup(parsed, passage[0]))
            moved = Barlines(parsed, passage, measures, new)
            moved.check_repeats()
            result = _written(parsed, passage, new)
            return with_numbers(parsed, result, passage[-1], moved.n_more, moved.remap)
    except CannotSplit as error:
        return nothing(str(error))


def _passage(parsed: ParsedText, first: int) -> list[int]:
    r"""The measures from `first` up to the next other time signature.

    One within a measure counts from the next measure on, as the score shows it.
    """
    time = _fraction(measure_of(parsed, first).time)
    found = []
    for index in range(first, len(parsed.chunks)):
        measure = parsed.chunks[index].measure
        if measure is not None and _fraction(measure.time) != time:
            break
        if measure is not None:
            found.append(index)
            if _fraction(parsed.chunks[index].exit.time) != time:
                break
    return found


def _fraction(time: TimeSignature | None) -> tuple[int, int]:
    return (time.numerator, time.denominator) if time else (4, 4)


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
    return ""


# -- the text


def _written(parsed: ParsedText, passage: list[int], new: list[Measure]) -> EditResult:
    first, last = passage[0], passage[-1]
    start, end = _before_stray_marks(parsed, first), chunk_end(parsed, last)
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
    if parsed.text.endswith("\\", 0, start):
        head = " " + head  # or the word behind it would be read as a letter
    targets: list[Target] = []
    for measure in new:
        for voice in measure.voices:
            targets += event_targets(voice.events)
    edits = [TextEdit(Span(start, end), head + "\n\n".join(texts))]
    edits += _time_after(parsed, last)
    result, after = resettled_text(parsed, edits, Passage(first, last, targets))
    if result and not _sounds_the_same(parsed, passage, after, len(new)):
        return nothing("A tie would be lost where a voice changes staff; move that first.")
    return result


def _before_stray_marks(parsed: ParsedText, first: int) -> int:
    """Where the music of a measure begins; a - ^ _ that leads to no note goes with it."""
    start = first_event(parsed, first)
    before = parsed.text[parsed.chunk_starts[first] : start].rstrip()
    if before.endswith(("-", "^", "_")):
        return parsed.chunk_starts[first] + len(before.rstrip("-^_ \t\n"))
    return start


def _time_after(parsed: ParsedText, last: int) -> list[TextEdit]:
    r"""A \time from within the last measure, which goes on behind it."""
    time = parsed.chunks[last].exit.time
    after = next((i for i in range(last + 1, len(parsed.chunks)) if parsed.chunks[i].measure), None)
    if after is None or time is None or _fraction(measure_of(parsed, last).time) == _fraction(time):
        return []
    if any(_begins_with_time(voice.events) for voice in measure_of(parsed, after).voices):
        return []
    place = first_event(parsed, after)
    return [TextEdit(Span(place, place), f"{write_time(time)} ")]


def _begins_with_time(events: tuple[Event, ...]) -> bool:
    for event in events:
        if isinstance(event, TimeChange):
            return True
        if is_timed(event):
            return False
    return False


def _sounds_the_same(
    before: ParsedText, passage: list[int], after: ParsedText, n_measures: int
) -> bool:
    """Whether the same notes sound, one after another; rests may have come in between."""
    first = measure_number(before, passage[0]) - 1
    old = _heard(before.document, first, len(passage))
    return old == _heard(after.document, first, n_measures)


def _heard(document: Document, first: int, n_measures: int) -> list[int]:
    last = first + n_measures
    return struck_pitches(
        Document(Headers(), document.measures[first:last], document.starts[first:last])
    )


def _comments(parsed: ParsedText, first: int, last: int) -> list[str]:
    """Comments of the passage, but for measure numbers and those before its first note."""
    lead = parsed.text[parsed.chunk_starts[first] : first_event(parsed, first)]
    n_before = len(_COMMENT.findall(lead))
    own = [text for chunk in parsed.chunks[first : last + 1] for text in chunk.comments]
    return [text.rstrip() for text in own[n_before:] if not _NUMBER.fullmatch(text)]
