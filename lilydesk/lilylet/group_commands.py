r"""Commands that hold notes or words in braces: \grace, \tuplet, \times, \repeat, \addlyrics."""

from __future__ import annotations

import re
from collections.abc import Callable

from lilydesk.lilylet.arguments import NUMBERS_ARGUMENT, missing_argument
from lilydesk.lilylet.lyrics import read_verse
from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.resolve import MIDDLE_C_DIATONIC
from lilydesk.lilylet.tokens import BLANKS, ESCAPED_QUOTE, STRING
from lilydesk.notation.span import Span

_OPEN = re.compile(r"\s*+\{")
_TREMOLO = re.compile(rf"{BLANKS}tremolo{BLANKS}([0-9]++)")
_WORD = re.compile(rf"{BLANKS}([^\W\d_]++)")
_VERSE_END = re.compile(
    rf'[^{{}}"%\\]*+(?:(?:{ESCAPED_QUOTE}|{STRING}|"|%[^\n]*+|\\)[^{{}}"%\\]*+)*+'
)
_VERSE_LINE = re.compile(r"[^|\n\\%]*+")
_MAX_TREMOLO = 256


def _open_brace(state: MeasureState, position: int) -> int:
    """Where the text goes on after the { that follows, or -1 if none does."""
    found = _OPEN.match(state.text, position)
    if found is None:
        return -1
    if "\n" in found[0]:
        state.voice.base = MIDDLE_C_DIATONIC
    return found.end()


def _read_grace(state: MeasureState, start: int, end: int) -> int:
    inside = _open_brace(state, end)
    if inside < 0:
        state.voice.flush()
        state.voice.touch(start)
        state.voice.next_is_grace = True
        return end
    state.open_group("grace", start, inside)
    return inside


def _read_tuplet(state: MeasureState, start: int, end: int) -> int:
    found = NUMBERS_ARGUMENT.match(state.text, end)
    if found is None:
        return missing_argument(state, start, end, "two numbers and notes in braces")
    inside = _open_brace(state, found.end())
    if inside < 0:
        return missing_argument(state, start, end, "notes in braces")
    if len(found[1]) > 3 or len(found[2]) > 3 or not int(found[1]) or not int(found[2]):
        state.fault(
            "bad-tuplet", start, found.end(), "This tuplet ratio cannot be.",
            "\\tuplet 3/2 is three in the time of two; \\times 2/3 says the same.",
        )  # fmt: skip
        state.open_group("plain", start, inside)
        return inside
    numbers = (int(found[1]), int(found[2]))
    if state.text[start + 1 : end] == "times":
        numbers = (numbers[1], numbers[0])
    state.open_group("tuplet", start, inside, *numbers)
    return inside


def _read_repeat(state: MeasureState, start: int, end: int) -> int:
    found = _TREMOLO.match(state.text, end)
    if found is None:
        other = _WORD.match(state.text, end)
        if other and other[1] == "volta":
            state.fault(
                "missing-argument", start, other.end(), "\\repeat is for tremolos only.",
                'Write \\bar ".|:" and \\bar ":|.", or [measures "2*[1..4]"] at the top.',
            )  # fmt: skip
            return other.end()
        missing_argument(state, start, end, "the word tremolo and a number")
        return other.end() if other else end
    inside = _open_brace(state, found.end())
    if inside < 0:
        return missing_argument(state, start, end, "two notes in braces")
    count = int(found[1]) if len(found[1]) <= 3 else 0
    if not 1 <= count <= _MAX_TREMOLO:
        state.fault("bad-tremolo", start, found.end(), "This number of repetitions cannot be.")
        state.open_group("plain", start, inside)
        return inside
    state.open_group("tremolo", start, inside, count)
    return inside


def _read_addlyrics(state: MeasureState, start: int, end: int) -> int:
    inside = _open_brace(state, end)
    if inside < 0:
        return missing_argument(state, start, end, "syllables in braces")
    text, voice = state.text, state.voice
    found = _VERSE_END.match(text, inside)
    close = found.end() if found else inside
    if not text.startswith("}", close):
        return _unclosed_lyrics(state, start, inside)
    voice.flush()
    voice.touch(start)
    voice.verses.append(read_verse(text, inside, close, Span(start, close + 1)))
    voice.end = close + 1
    if "\n" in text[inside:close]:
        voice.base = MIDDLE_C_DIATONIC
    return close + 1


def _unclosed_lyrics(state: MeasureState, start: int, inside: int) -> int:
    """Without a } the verse ends with its line."""
    found = _VERSE_LINE.match(state.text, inside)
    end = found.end() if found else inside
    state.fault(
        "unclosed-group", start, inside, "The verse that begins here has no }.",
        "Write } after its last syllable.",
    )  # fmt: skip
    state.voice.flush()
    state.voice.touch(start)
    state.voice.verses.append(read_verse(state.text, inside, end, Span(start, end)))
    state.voice.end = end
    return end


GROUP_COMMANDS: dict[str, Callable[[MeasureState, int, int], int]] = {
    "addlyrics": _read_addlyrics, "grace": _read_grace, "tuplet": _read_tuplet,
    "times": _read_tuplet, "repeat": _read_repeat,
}  # fmt: skip
