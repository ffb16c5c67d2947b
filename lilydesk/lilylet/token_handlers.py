"""What each token of a measure does."""

from __future__ import annotations

import re
from collections.abc import Callable

from lilydesk.lilylet.command_parser import parse_command
from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.note_tokens import on_chord, on_note
from lilydesk.lilylet.odd_tokens import on_header, on_other, on_string, on_unclosed, on_word
from lilydesk.lilylet.resolve import MIDDLE_C_DIATONIC, resolve_duration
from lilydesk.lilylet.tokens import shown
from lilydesk.notation.mark import Mark, MarkKind
from lilydesk.notation.span import Span

_LATE_DURATION = re.compile(r"[0-9]++\.*+")
_FINGERS = frozenset("12345")


def _on_mark(state: MeasureState, match: re.Match[str]) -> int:
    start, end = match.span("mark")
    return _add_marks(state, start, end)


def _on_bare(state: MeasureState, match: re.Match[str]) -> int:
    start, end = match.span("bare")
    return _add_marks(state, start, end)


def _add_marks(state: MeasureState, start: int, end: int) -> int:
    if not state.voice.take_marks(state.text[start:end], start):
        _no_note(state, start, end)
    return end


def _no_note(state: MeasureState, start: int, end: int) -> None:
    sign = shown(state.text[start:end])
    state.fault("mark-without-note", start, end, f"{sign} follows no note or rest.")


def _on_placement(state: MeasureState, match: re.Match[str]) -> int:
    state.placement = match["placement"]
    return match.end()


def _on_tremolo(state: MeasureState, match: re.Match[str]) -> int:
    start, end = match.span("tremolo")
    division = match["tremolo"][1:].strip()
    if resolve_duration(division) is None or int(division) < 4:
        state.fault(
            "bad-duration",
            start,
            end,
            f"{shown(division)} is no tremolo.",
            "Write :8, :16 or :32.",
        )
    elif not state.voice.add_mark(Mark(MarkKind.TREMOLO, Span(start, end), division)):
        _no_note(state, start, end)
    return end


def _on_number(state: MeasureState, match: re.Match[str]) -> int:
    """A number apart from its note: its duration if it has none, else a fingering."""
    start, end = match.span("number")
    voice = state.voice
    if voice.has_event and not voice.has_duration and not voice.marks:
        late = _LATE_DURATION.match(state.text, start)
        duration = resolve_duration(late[0]) if late else None
        if late and duration:
            state.duration = voice.duration = duration
            voice.has_duration = True
            voice.end_of_event = late.end()
            return late.end()
    if match["number"] in _FINGERS and voice.has_event:
        voice.add_mark(Mark(MarkKind.FINGERING, Span(start, end), match["number"]))
    else:
        number = shown(match["number"])
        state.fault("unexpected-number", start, end, f"The number {number} belongs to no note.")
    return end


# -- measure, part, voice, groups


def _on_newline(state: MeasureState, match: re.Match[str]) -> int:
    state.voice.base = MIDDLE_C_DIATONIC
    return match.end()


def _on_comment(state: MeasureState, match: re.Match[str]) -> int:
    state.comments.append(match["comment"][1:])
    return match.end()


def _on_bar(state: MeasureState, match: re.Match[str]) -> int:
    state.bar_end = match.end()
    return match.end()


def _on_voice(state: MeasureState, match: re.Match[str]) -> int:
    state.next_voice(match.start("voice"))
    return match.end()


def _on_part(state: MeasureState, match: re.Match[str]) -> int:
    state.next_part(match.start("part"))
    return match.end()


def _on_open(state: MeasureState, match: re.Match[str]) -> int:
    start, end = match.span("open")
    state.open_plain_group(start, end)
    return end


def _on_close(state: MeasureState, match: re.Match[str]) -> int:
    start, end = match.span("close")
    state.close_group(start, end)
    return end


HANDLERS: dict[str, Callable[[MeasureState, re.Match[str]], int]] = {
    "note": on_note, "chord": on_chord, "header": on_header, "mark": _on_mark,
    "placement": _on_placement, "bare": _on_bare, "command": parse_command,
    "newline": _on_newline, "bar": _on_bar, "escaped": on_other, "part": _on_part,
    "voice": _on_voice, "open": _on_open, "close": _on_close, "number": _on_number,
    "tremolo": _on_tremolo, "comment": _on_comment, "string": on_string,
    "unclosed": on_unclosed, "word": on_word, "other": on_other,
}  # fmt: skip
