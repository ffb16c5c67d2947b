"""Numbers of measures that the text itself says: in the [measures] header, and %12 after a barline.

Where measures come or go, those behind them get other numbers. Nothing else of the text changes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.places import chunk_end
from lilydesk.lilylet.edits.result import EditResult, TextEdit, sorted_edits
from lilydesk.lilylet.tokens import STRING
from lilydesk.notation.span import Span
from lilydesk.timeline.playing_order import Run, written_order

Remap = Callable[[Run], Run | None]
"""Where a run of measures has gone; None if nothing of it is left."""

_NUMBER = re.compile(r"[^\S\n]*+%[^\S\n]*+(\d{1,6})[^\S\n]*+(?=\n|\Z)")
_STRING = re.compile(STRING)
_TOKEN = re.compile(r"\d+|\.\.|[*,\[\]<>{}]|[A-Za-z]+:")


def with_numbers(
    parsed: ParsedText, result: EditResult, after: int, by: int, remap: Remap
) -> EditResult:
    """The edits of `result`, and those of numbers where `by` measures came behind chunk `after`.

    They lie in comments and in the header, so that nothing is read in another way.
    """
    if not result:
        return result
    numbers = _comment_edits(parsed, after, by) if by else ()
    return EditResult(sorted_edits([*result.edits, *numbers, *order_edits(parsed, remap)]))


# -- comments


def measure_number(parsed: ParsedText, chunk: int) -> int:
    """The number, from 1, of a measure."""
    return bisect_right(parsed.document.starts, parsed.chunk_starts[chunk])


def number_place(parsed: ParsedText, chunk: int) -> Span | None:
    """The digits of the comment behind a measure's `|`, if they are just its number."""
    end = chunk_end(parsed, chunk)
    match = _NUMBER.match(parsed.text, end) if parsed.text.endswith("|", 0, end) else None
    if match is None or int(match[1]) != measure_number(parsed, chunk):
        return None
    return Span(*match.span(1))


def _comment_edits(parsed: ParsedText, after: int, by: int) -> Iterator[TextEdit]:
    for chunk in range(after + 1, len(parsed.chunks)):
        place = number_place(parsed, chunk) if parsed.chunks[chunk].measure is not None else None
        if place is not None:
            yield TextEdit(place, str(measure_number(parsed, chunk) + by))


# -- the header


def inserted(at: int, n_measures: int) -> Remap:
    """After measure `at` (from 0) came others; they belong to the run that it belongs to."""

    def remap(run: Run) -> Run:
        first = run.first + n_measures * (run.first > at)
        return Run(first, run.last + n_measures * (run.last >= at))

    return remap


def deleted(first: int, last: int) -> Remap:
    """The measures from `first` to `last` (from 0) are gone."""

    def n_gone_before(index: int) -> int:
        return max(0, min(index, last + 1) - first)

    def remap(run: Run) -> Run | None:
        start = run.first - n_gone_before(run.first)
        end = run.last + 1 - n_gone_before(run.last + 1)
        return Run(start, end - 1) if end > start else None

    return remap


def order_edits(parsed: ParsedText, remap: Remap) -> list[TextEdit]:
    """The edits of the [measures] header; none where it cannot be read. Raises what `remap` does.

    A run of which nothing is left goes out; an ending leaves [] in its place, so that the others
    stay the endings that they are. A header without any run goes out as a whole.
    """
    span = parsed.head.spans.get("measures")
    if span is None or written_order(parsed.document) is None:
        return []
    quoted = _STRING.search(parsed.text, span.start, span.end)
    if quoted is None or "\\" in quoted[0]:
        return []
    runs = list(_runs(parsed.text, quoted.start() + 1, quoted.end() - 1))
    moved = [remap(one.run) for one in runs]
    if not any(moved):
        end = span.end + parsed.text.startswith("\n", span.end)
        return [TextEdit(Span(span.start, end), "")]
    edits: list[TextEdit] = []
    for one, now in zip(runs, moved, strict=True):
        edits += _run_edits(one, now, edits)
    return edits


@dataclass(frozen=True, slots=True)
class _WrittenRun:
    run: Run
    span: Span
    is_length: bool  # written as the length of a segment
    is_kept_open: bool  # something has to stand here
    comma_before: Span | None
    comma_after: Span | None


def _runs(text: str, start: int, end: int) -> Iterator[_WrittenRun]:
    """The runs of a playing order that can be read, from left to right."""
    tokens = [match for match in _TOKEN.finditer(text, start, end)]
    words = ["", *(match[0] for match in tokens), "", "", ""]  # words[i + 1] is of tokens[i]
    is_segments = words[1] == "s:"
    next_measure = 0
    opened = [""]
    index = 0
    while index < len(tokens):
        word, following = words[index + 1], words[index + 2]
        if word in ("[", "<", "{"):
            opened.append(word)
        elif word in ("]", ">", "}"):
            opened.pop()
        elif word.isdecimal() and following != "*":
            is_range = following == ".." and not is_segments
            last = index + 2 * is_range
            run = Run(int(word) - 1, int(words[last + 1]) - 1)
            if is_segments:
                run = Run(next_measure, next_measure + int(word) - 1)
                next_measure += int(word)
            yield _WrittenRun(
                run, Span(tokens[index].start(), tokens[last].end()), is_segments,
                opened[-1] == "{" or words[index] == "<",
                Span(tokens[index - 1].start(), tokens[index].start())
                if words[index] == "," else None,
                Span(tokens[last].end(), _start_after(tokens, last + 1, end))
                if words[last + 2] == "," else None,
            )  # fmt: skip
            index = last
        index += 1


def _start_after(tokens: list[re.Match[str]], comma: int, end: int) -> int:
    return tokens[comma + 1].start() if comma + 1 < len(tokens) else end


def _run_edits(one: _WrittenRun, now: Run | None, before: list[TextEdit]) -> Iterator[TextEdit]:
    if now is not None:
        if now != one.run:
            yield TextEdit(one.span, _written(now, one.is_length))
        return
    if one.is_kept_open:
        yield TextEdit(one.span, "[]")
        return
    start, end = one.span
    is_taken = bool(before) and one.comma_before and before[-1].span.end > one.comma_before.start
    if one.comma_before and not is_taken:
        start = one.comma_before.start
    elif one.comma_after:
        end = one.comma_after.end
    yield TextEdit(Span(start, end), "")


def _written(run: Run, is_length: bool) -> str:
    if is_length:
        return str(run.last - run.first + 1)
    return f"{run.first + 1}" if run.first == run.last else f"{run.first + 1}..{run.last + 1}"
