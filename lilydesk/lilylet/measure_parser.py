"""One measure: from its text and the state before it to a value, the state after it, and faults."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from lilydesk.lilylet.checks import LooseEnd, check_lengths, check_spanners
from lilydesk.lilylet.command_parser import parse_command
from lilydesk.lilylet.diagnostics import Diagnostic, diagnose
from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.resolve import (
    HIGHEST_DIATONIC,
    LOWEST_DIATONIC,
    MIDDLE_C_DIATONIC,
    ResolvedDuration,
    quarters,
    resolve_duration,
    resolve_pitch,
)
from lilydesk.lilylet.state import EntryState, with_bases
from lilydesk.lilylet.tokens import PITCH, TOKEN
from lilydesk.lilylet.voice_builder import VoiceBuilder
from lilydesk.notation.document import Measure, Part, Voice
from lilydesk.notation.event import NoteHead, RestKind
from lilydesk.notation.mark import Mark, MarkKind
from lilydesk.notation.span import Span

_NOTE = tuple(TOKEN.groupindex[name] for name in ("pitch", "courtesy", "duration", "marks"))
_CHORD = tuple(TOKEN.groupindex[name] for name in ("heads", "chord_duration", "chord_marks"))
_RESTS = {kind.value: kind for kind in RestKind}
_LATE_DURATION = re.compile(r"[0-9]++\.*+")
_LETTERS = re.compile(r"(?:[a-g](?:ss|ff|s|f)?+|[rsR])")
_DUTCH = re.compile(r"([a-gA-G])(isis|eses|is|es|#|b)")
_DUTCH_ALTERS = {"is": "s", "isis": "ss", "es": "f", "eses": "ff"}
MAX_MEASURE_LENGTH = 200_000  # code points; the rest of a longer one is left out
_FINGERS = frozenset("12345")


class MeasureParse(NamedTuple):
    """What reading one measure gives. `measure` is None if it has neither note nor rest."""

    measure: Measure | None
    exit: EntryState
    diagnostics: tuple[Diagnostic, ...]
    loose_ends: tuple[LooseEnd, ...]  # slurs and hairpins that go on in, or come from, others
    comments: tuple[str, ...]
    n_voices: tuple[int, ...]  # of each part


def parse_measure(text: str, entry: EntryState) -> MeasureParse:
    """Reads one measure, its `|` included. Pure; all spans count from the start of `text`.

    Never raises: what cannot be read becomes a diagnostic, and all around it is read.
    """
    n_given = len(text)
    state = MeasureState(text[:MAX_MEASURE_LENGTH], entry)
    text = state.text
    scan, position = TOKEN.match, 0
    while (match := scan(text, position)) is not None:
        position = _HANDLERS[match.lastgroup or "other"](state, match)
    state.close_voice()
    if n_given > MAX_MEASURE_LENGTH:
        state.fault(
            "text-too-long", MAX_MEASURE_LENGTH, n_given, "This measure is too long to be read to its end."
        )
    return _finish(state)


# -- notes, chords, rests


def _on_note(state: MeasureState, match: re.Match[str]) -> int:
    pitch_text, courtesy, duration_text, marks = match.group(*_NOTE)
    voice = state.voice
    start, end = match.start("pitch"), match.end()
    if duration_text is not None:
        _change_duration(state, duration_text, match)
    if pitch_text in _RESTS:
        voice.begin_rest(_RESTS[pitch_text], state.duration, start, end)
    else:
        pitch, voice.base = resolve_pitch(pitch_text, voice.base)
        head = NoteHead(pitch, Span(start, start + len(pitch_text)), courtesy is not None)
        voice.begin_chord((head,), state.duration, start, end)
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
        "bad-duration", start, start + len(text), f"{_shown(text)} is no note value.",
        "Durations are 1, 2, 4, 8, 16, 32, 64 …, with dots.",
    )  # fmt: skip


def _on_chord(state: MeasureState, match: re.Match[str]) -> int:
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
    rest = body
    base = state.voice.base
    matches = list(PITCH.finditer(body))
    for match in matches:
        pitch, base = resolve_pitch(match[1], base)
        span = Span(offset + match.start(), offset + match.end(1))
        heads.append(NoteHead(pitch, span, match[2] == "!"))
        if len(heads) == 1:
            state.voice.base = base
        if not LOWEST_DIATONIC <= base <= HIGHEST_DIATONIC:
            _out_of_range(state, heads[-1])
    rest = body if not matches else PITCH.sub("", body)
    if rest.strip():
        return tuple(heads), _read_rest_of_chord(state, body, offset)
    return tuple(heads), []


_CHORD_FINGER = re.compile(r"[-^_]([1-5])(?![0-9])")


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
            f"{_shown(odd[0])} is no pitch; a chord holds only pitches.",
            "Write the duration and marks after the >.",
        )  # fmt: skip
    return marks


# -- marks, numbers


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
    sign = _shown(state.text[start:end])
    state.fault("mark-without-note", start, end, f"{sign} follows no note or rest.")


def _on_placement(state: MeasureState, match: re.Match[str]) -> int:
    state.placement = match["placement"]
    return match.end()


def _on_tremolo(state: MeasureState, match: re.Match[str]) -> int:
    start, end = match.span("tremolo")
    division = match["tremolo"][1:].strip()
    if resolve_duration(division) is None or int(division) < 4:
        state.fault(
            "bad-duration", start, end, f"{_shown(division)} is no tremolo.", "Write :8, :16 or :32."
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
        number = _shown(match["number"])
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


# -- what is no music


def _on_header(state: MeasureState, match: re.Match[str]) -> int:
    start, end = match.span("header")
    state.fault(
        "header-after-music", start, end, "A header stands in the middle of the music.",
        "Move it to the top of the text.",
    )  # fmt: skip
    return end


def _on_string(state: MeasureState, match: re.Match[str]) -> int:
    start, end = match.span("string")
    state.fault(
        "stray-string", start, end, f"The text {_shown(match['string'])} belongs to no command.",
        "Write \\markup before it to show it.",
    )  # fmt: skip
    return end


def _on_unclosed(state: MeasureState, match: re.Match[str]) -> int:
    start, end = match.span("unclosed")
    state.fault(
        "unclosed-string", start, end, "The quotation mark here has no partner in its line.",
        'Write " at the end of the words.',
    )  # fmt: skip
    return end


def _on_word(state: MeasureState, match: re.Match[str]) -> int:
    """A word: pitches written without white space, a foreign note name, or nothing known."""
    start, end = match.span("word")
    letters = match["word"].rstrip(",'!")
    pieces = _LETTERS.findall(letters)
    if sum(map(len, pieces)) == len(letters):
        return _on_pitches(state, pieces, start)
    return _on_unknown_word(state, letters, start, end)


def _on_pitches(state: MeasureState, pieces: list[str], start: int) -> int:
    voice = state.voice
    for piece in pieces[:-1]:
        end = start + len(piece)
        if piece in _RESTS:
            voice.begin_rest(_RESTS[piece], state.duration, start, end)
        else:
            pitch, voice.base = resolve_pitch(piece, voice.base)
            voice.begin_chord((NoteHead(pitch, Span(start, end)),), state.duration, start, end)
        start = end
    return start  # the last piece is a token of its own, with its octave marks and duration


def _on_unknown_word(state: MeasureState, letters: str, start: int, end: int) -> int:
    dutch = _DUTCH.fullmatch(letters)
    lower = letters.lower()
    if dutch:
        meant = dutch[1].lower() + _DUTCH_ALTERS[dutch[2]]
        hint = f"Sharp is s and flat is f: write {meant}."
    elif lower != letters and PITCH.fullmatch(lower):
        meant, hint = lower, f"Pitches are lower case: write {lower}."
    else:
        hint = "Pitches are a to g, with s for sharp and f for flat."
        hint = "The note h is written b." if lower == "h" else hint
        state.fault("unknown-word", start, end, f"{_shown(letters)} is no pitch.", hint)
        return end
    state.fault(
        "unknown-word", start, start + len(letters), f"{_shown(letters)} is no pitch.", hint, meant
    )
    voice = state.voice
    octaves = state.text[start + len(letters) : end].rstrip("!")
    pitch, voice.base = resolve_pitch(meant + octaves, voice.base)
    head = NoteHead(pitch, Span(start, end), state.text[end - 1] == "!")
    voice.begin_chord((head,), state.duration, start, end)
    return end


def _on_other(state: MeasureState, match: re.Match[str]) -> int:
    start, end = match.span(match.lastindex or 0)
    found = match[0].lstrip()
    if found == "<":
        state.fault(
            "unclosed-chord", start, end, "The chord that begins here has no >.",
            "Write > after its last pitch.",
        )  # fmt: skip
    else:
        state.fault("unexpected-character", start, end, f"{_shown(found)} means nothing here.")
    return end


def _shown(text: str) -> str:
    """A piece of text as messages quote it."""
    return text if len(text) <= 20 else text[:20] + "…"


_HANDLERS: dict[str, Callable[[MeasureState, re.Match[str]], int]] = {
    "note": _on_note, "chord": _on_chord, "header": _on_header, "mark": _on_mark,
    "placement": _on_placement, "bare": _on_bare, "command": parse_command,
    "newline": _on_newline, "bar": _on_bar, "escaped": _on_other, "part": _on_part,
    "voice": _on_voice, "open": _on_open, "close": _on_close, "number": _on_number,
    "tremolo": _on_tremolo, "comment": _on_comment, "string": _on_string,
    "unclosed": _on_unclosed, "word": _on_word, "other": _on_other,
}  # fmt: skip


# -- the measure as a value


def _finish(state: MeasureState) -> MeasureParse:
    entry = state.entry
    has_music = any(voice.n_events for part in state.parts for voice in part)
    exit_state = EntryState(
        with_bases(entry.bases, tuple(tuple(v.base for v in part) for part in state.parts)),
        state.duration, state.key, state.time, state.is_numeric,
        entry.is_first and not has_music,
    )  # fmt: skip
    n_voices = tuple(len(part) for part in state.parts)
    comments = tuple(state.comments)
    if not has_music:
        if state.bar_end or any(voice.events for part in state.parts for voice in part):
            state.fault(
                "empty-measure", *state.span(), "A measure without notes and rests is left out."
            )
        return MeasureParse(None, exit_state, tuple(state.faults), (), comments, n_voices)
    measure = _measure(state)
    check_lengths(state, measure)
    loose_ends = check_spanners(state)
    return MeasureParse(
        measure, exit_state, tuple(state.faults), loose_ends, comments, n_voices
    )


def _measure(state: MeasureState) -> Measure:
    expected = state.expected_length()
    parts = tuple(
        Part(tuple(_voice(voice, expected) for voice in voices)) for voices in state.parts
    )
    length = max(voice.length for part in parts for voice in part.voices)
    return Measure(
        parts, state.key_at_start, state.time_at_start, length, expected, state.span(),
        tuple(state.comments),
    )  # fmt: skip


def _voice(builder: VoiceBuilder, expected):  # type: ignore[no-untyped-def]
    length = quarters(builder.units) + builder.full_rests * expected
    start = max(builder.start, 0)
    return Voice(
        builder.staff, tuple(builder.events), length, Span(start, max(builder.end, start)),
        tuple(builder.verses),
    )  # fmt: skip
