"""What is no music: words, stray texts, characters that mean nothing. All become faults."""

from __future__ import annotations

import re

from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.note_tokens import RESTS
from lilydesk.lilylet.resolve import resolve_pitch
from lilydesk.lilylet.tokens import PITCH, shown
from lilydesk.notation.event import NoteHead
from lilydesk.notation.span import Span

_LETTERS = re.compile(r"(?:[a-g](?:ss|ff|s|f)?+|[rsR])")
_DUTCH = re.compile(r"([a-gA-G])(isis|eses|is|es|b)")
_DUTCH_ALTERS = {"is": "s", "isis": "ss", "es": "f", "eses": "ff", "b": "f"}


def on_header(state: MeasureState, match: re.Match[str]) -> int:
    """A header below the top."""
    start, end = match.span("header")
    state.fault(
        "header-after-music", start, end, "A header stands in the middle of the music.",
        "Move it to the top of the text.",
    )  # fmt: skip
    return end


def on_string(state: MeasureState, match: re.Match[str]) -> int:
    """Words in quotation marks that no command took."""
    start, end = match.span("string")
    state.fault(
        "stray-string", start, end, f"The text {shown(match['string'])} belongs to no command.",
        "Write \\markup before it to show it.",
    )  # fmt: skip
    return end


def on_unclosed(state: MeasureState, match: re.Match[str]) -> int:
    """A quotation mark whose line has no other."""
    start, end = match.span("unclosed")
    state.fault(
        "unclosed-string", start, end, "The quotation mark here has no partner in its line.",
        'Write " at the end of the words.',
    )  # fmt: skip
    return end


def on_word(state: MeasureState, match: re.Match[str]) -> int:
    """A word: pitches written without white space, a foreign note name, or nothing known."""
    start, end = match.span("word")
    letters = match["word"].rstrip(",'!")
    pieces = _LETTERS.findall(letters)
    if sum(map(len, pieces)) == len(letters):
        if _DUTCH.fullmatch(letters):
            hint = f"Flat is f: write {letters[0]}f if that is meant."
            _as_two_notes(state, letters, pieces, start, hint)
        elif letters in ("re", "fa"):
            hint = "Notes are called c d e f g a b; r is a rest."
            _as_two_notes(state, letters, pieces, start, hint)
        return _on_pitches(state, pieces, start)
    return _on_unknown_word(state, letters, start, end)


def _as_two_notes(
    state: MeasureState, letters: str, pieces: list[str], start: int, hint: str
) -> None:
    state.fault(
        "glued-notes", start, start + len(letters),
        f"{letters} is read as {' and '.join(pieces)}.", hint,
    )  # fmt: skip


def _on_pitches(state: MeasureState, pieces: list[str], start: int) -> int:
    voice = state.voice
    for piece in pieces[:-1]:
        end = start + len(piece)
        if piece in RESTS:
            voice.begin_rest(RESTS[piece], state.duration, start, end)
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
        state.fault("unknown-word", start, end, f"{shown(letters)} is no pitch.", hint)
        return end
    state.fault(
        "unknown-word", start, start + len(letters), f"{shown(letters)} is no pitch.", hint, meant
    )
    voice = state.voice
    octaves = state.text[start + len(letters) : end].rstrip("!")
    pitch, voice.base = resolve_pitch(meant + octaves, voice.base)
    head = NoteHead(pitch, Span(start, end), state.text[end - 1] == "!")
    voice.begin_chord((head,), state.duration, start, end)
    return end


def on_other(state: MeasureState, match: re.Match[str]) -> int:
    """A character that means nothing where it stands."""
    start, end = match.span(match.lastindex or 0)
    found = match[0].lstrip()
    if found == "<":
        state.fault(
            "unclosed-chord", start, end, "The chord that begins here has no >.",
            "Write > after its last pitch.",
        )  # fmt: skip
    else:
        hint = "Sharp is s: write cs for c sharp." if found.startswith("#") else ""
        state.fault("unexpected-character", start, end, f"{shown(found)} means nothing here.", hint)
    return end
