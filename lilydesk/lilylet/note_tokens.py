"""Notes, chords and rests: their tokens become the event at hand of a voice."""

from __future__ import annotations

import re

from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.resolve import (
    HIGHEST_DIATONIC,
    LOWEST_DIATONIC,
    MIDDLE_C_DIATONIC,
    resolve_duration,
    resolve_pitch,
)
from lilydesk.lilylet.tokens import GLUED_PITCH, PITCH, TOKEN, shown
from lilydesk.notation.event import NoteHead, RestKind
from lilydesk.notation.mark import Mark, MarkKind
from lilydesk.notation.span import Span

_NOTE = tuple(TOKEN.groupindex[name] for name in ("pitch", "courtesy", "duration", "marks"))
_CHORD = tuple(TOKEN.groupindex[name] for name in ("heads", "chord_duration", "chord_marks"))
RESTS = {kind.value: kind for kind in RestKind}
_CHORD_FINGER = re.compile(r"[-^_]([1-5])(?![0-9])")


def on_note(state: MeasureState, match: re.Match[str]) -> int:
    """A note or rest, with the duration and marks written close to it."""
    pitch_text, courtesy, duration_text, marks = match.group(*_NOTE)
    voice = state.voice
    start, end = match.start("pitch"), match.end()
    if duration_text is not None:
        _change_duration(state, duration_text, match)
    if pitch_text in RESTS:
        voice.begin_rest(RESTS[pitch_text], state.duration, start, end)
    else:
        pitch, voice.base = resolve_pitch(pitch_text, voice.base)
        head = NoteHead(pitch, Span(start, start + len(pitch_text)), courtesy is not None)
        voice.begin_chord((head,), state.duration, start, end)
        voice.hear(voice.base, start)
        if not LOWEST_DIATONIC <= voice.base <= HIGHEST_DIATONIC:
            _out_of_range(state, head)
    if duration_text is not None:
        voice.has_duration = True
    if marks:
        voice.add_marks(marks, match.start("marks"))
    return end


def _out_of_range(state: MeasureState, head: NoteHead) -> None:
    pitch = head.pitch
    side, mark = ("high", ",") if pitch.octave > 4 else ("low", "'")
    state.fault(
        "pitch-out-of-range", *head.span, f"This {pitch.step} is too {side} to be played.",
        f"Each {mark} moves it by an octave.",
    )  # fmt: skip


def _change_duration(state: MeasureState, text: str, match: re.Match[str]) -> None:
    duration = resolve_duration(text)
    if duration is not None:
        state.duration = duration
        return
    end = match.start(match.lastindex or 0) + len(match.group(match.lastindex or 0))
    start = match.string.index(text, match.start(), end)
    state.fault(
        "bad-duration", start, start + len(text), f"{shown(text)} is no note value.",
        "Durations are 1, 2, 4, 8, 16, 32, 64 …, with dots.",
    )  # fmt: skip


def on_chord(state: MeasureState, match: re.Match[str]) -> int:
    """A chord, likewise. A chord without pitches is left out."""
    body, duration_text, marks = match.group(*_CHORD)
    voice = state.voice
    start, end = match.start("chord"), match.end()
    if duration_text is not None:
        _change_duration(state, duration_text, match)
    heads, fingerings = _read_heads(state, body, start + 1)
    if not heads:
        state.fault("empty-chord", start, start + len(body) + 2, "This chord has no pitches.")
        return end
    voice.begin_chord(heads, state.duration, start, end)
    voice.has_duration = duration_text is not None
    voice.marks.extend(fingerings)
    if marks:
        voice.add_marks(marks, match.start("chord_marks"))
    return end


def _read_heads(
    state: MeasureState, body: str, offset: int
) -> tuple[tuple[NoteHead, ...], list[Mark]]:
    heads: list[NoteHead] = []
    base, end = state.voice.base, 0
    pattern = _pitch_pattern(body)
    for match in pattern.finditer(body):
        if "\n" in body[end : match.start()]:
            base = MIDDLE_C_DIATONIC
        pitch, base = resolve_pitch(match[1], base)
        end = match.end()
        span = Span(offset + match.start(), offset + match.end(1))
        heads.append(NoteHead(pitch, span, match[2] == "!"))
        if len(heads) == 1:
            state.voice.base = base
        state.voice.hear(base, span.start)
        if not LOWEST_DIATONIC <= base <= HIGHEST_DIATONIC:
            _out_of_range(state, heads[-1])
    if pattern.sub("", body).strip():
        return tuple(heads), _read_rest_of_chord(state, body, offset)
    return tuple(heads), []


def _pitch_pattern(body: str) -> re.Pattern[str]:
    """How pitches are told apart in this chord: white space between them may be missing."""
    is_glued = PITCH.sub("", body).strip() and not GLUED_PITCH.sub("", body).strip()
    return GLUED_PITCH if is_glued else PITCH


def _read_rest_of_chord(state: MeasureState, body: str, offset: int) -> list[Mark]:
    """Fingerings inside a chord; anything else there is a fault."""
    blank = PITCH.sub(lambda match: " " * len(match[0]), body)
    marks = [
        Mark(MarkKind.FINGERING, Span(offset + found.start(), offset + found.end()), found[1])
        for found in _CHORD_FINGER.finditer(blank)
    ]
    blank = _CHORD_FINGER.sub("  ", blank)
    for odd in re.finditer(r"\S+", blank):
        state.fault(
            "bad-chord", offset + odd.start(), offset + odd.end(),
            f"{shown(odd[0])} is no pitch; a chord holds only pitches.",
            "Write the duration and marks after the >.",
        )  # fmt: skip
    return marks
