r"""What could be typed at a place in the text, and what stands there, by the tables of Lilylet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lilydesk.lilylet import BARLINES, CLEFS, COMMANDS, HEADERS, CommandKind, read_clef, read_key


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be put in place of the word at the cursor, and a sentence about it."""

    text: str
    help: str


@dataclass(frozen=True, slots=True)
class Completion:
    """The word at the cursor, in code points, and what it may become: there is at least one."""

    start: int
    end: int
    suggestions: tuple[Suggestion, ...]


_STRING = r'"(?:[^"\\]|\\.)*"'
_HIDDEN = re.compile(rf"{_STRING}|(?P<comment>%.*)")
_TONICS = ("c", "g", "d", "a", "e", "b", "fs", "cs", "f", "bf", "ef", "af", "df", "gf")
_CLEF_SUFFIXES = ("treble_8", "treble^8", "bass_8", "treble_15")


def completion_at(text: str, offset: int) -> Completion | None:
    """What could be typed at a code point; None where nothing is known to fit.

    Nothing is proposed where the word is complete already and no other begins with it.
    """
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    if len(line) > _LONGEST_LINE or _is_in_comment(line):
        return None
    for pattern, suggest in _PLACES:
        found = pattern.search(line)
        if found is not None:
            word = found[1].lower()
            start = offset - len(found[1])
            fitting = [one for one in suggest() if one.text.lower().startswith(word)]
            if not fitting or (len(fitting) == 1 and fitting[0].text == found[1]):
                return None
            return Completion(start, offset, tuple(sorted(fitting, key=_by_name)))
    return None


_LONGEST_LINE = 2000


def _is_in_comment(line: str) -> bool:
    return any(found["comment"] for found in _HIDDEN.finditer(line))


def _by_name(suggestion: Suggestion) -> tuple[str, str]:
    return suggestion.text.lower(), suggestion.text


def _commands() -> Iterator[Suggestion]:
    for command in COMMANDS.values():
        if command.kind is not CommandKind.ARGUMENT and command.name.isalpha():
            yield Suggestion(f"\\{command.name}", command.help)


def _modes() -> Iterator[Suggestion]:
    for command in COMMANDS.values():
        if command.kind is CommandKind.ARGUMENT:
            yield Suggestion(f"\\{command.name}", command.help)


def _clefs() -> Iterator[Suggestion]:
    for name in (*CLEFS, *_CLEF_SUFFIXES):
        yield Suggestion(name, clef_help(name))


def _keys() -> Iterator[Suggestion]:
    for tonic in _TONICS:
        for mode in ("major", "minor"):
            if help_text := key_help(tonic, mode):
                yield Suggestion(f"{tonic} \\{mode}", help_text)


def _headers() -> Iterator[Suggestion]:
    for name, (_, help_text) in HEADERS.items():
        yield Suggestion(name, help_text)


def _barlines() -> Iterator[Suggestion]:
    for style in BARLINES:
        yield Suggestion(style, "")


# What stands before the cursor in its line, group 1 being the word to complete; the first fits.
_PLACES: tuple[tuple[re.Pattern[str], Callable[[], Iterator[Suggestion]]], ...] = (
    (re.compile(r'\\clef\s*"([^"]*)$'), _clefs),
    (re.compile(r'\\bar\s*"([^"]*)$'), _barlines),
    (re.compile(r"\\key\s+[a-g](?:ss|ff|s|f)?\s*(\\[a-z]*)$"), _modes),
    (re.compile(r"\\key\s+((?:[a-g](?:ss|ff|s|f)?\s?)?)$"), _keys),
    (re.compile(r"^\s*\[([a-z-]*)$"), _headers),
    # Two backslashes separate voices, three parts; in quotation marks nothing is a command.
    (re.compile(rf'^(?:[^"]|{_STRING})*(?<!\\)(\\[A-Za-z]*)$'), _commands),
)


# -- what stands there


_CLEF = re.compile(r'\\clef\s*"([^"\n]{1,24})"')
_KEY = re.compile(r"\\key\s+([a-g](?:ss|ff|s|f)?)\s*\\(major|minor)\b")
_HEADER = re.compile(r"\[\s*([a-z]+(?:-[^\s\]\"]+)?)")


def help_at(text: str, offset: int) -> str:
    """What the clef, key or header at a code point means; empty if there is none."""
    first = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line, column = text[first : end if end >= 0 else None][:_LONGEST_LINE], offset - first
    for pattern, explain in _EXPLAINED:
        for found in pattern.finditer(line):
            if found.start() <= column < found.end():
                return explain(found)
    return ""


def clef_help(name: str) -> str:
    """Such as: F clef on line 4, sounding an octave lower."""
    clef = read_clef(name)
    if clef is None:
        return ""
    shift = clef.shift_semitones
    side = "higher" if shift > 0 else "lower"
    sounding = f", sounds {abs(shift)} semitones {side}" if shift else ""
    return f"{clef.shape} clef on line {clef.line}{sounding}"


def key_help(tonic: str, mode: str) -> str:
    """Such as: 2 sharps. Empty for keys of more than seven."""
    key = read_key(tonic, mode)
    if key is None or abs(key.fifths) > 7:
        return ""
    n_signs = abs(key.fifths)
    sign = "sharp" if key.fifths > 0 else "flat"
    return f"{n_signs} {sign}{'' if n_signs == 1 else 's'}" if n_signs else "no sharps or flats"


def header_help(name: str) -> str:
    """An example of a header, and what it is for."""
    row = HEADERS.get(name) or (HEADERS["instrument-1"] if name.startswith("instrument-") else None)
    return f"[{row[0]}]\n{row[1]}" if row else ""


_EXPLAINED: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_CLEF, lambda found: clef_help(found[1])),
    (_KEY, lambda found: key_help(found[1], found[2])),
    (_HEADER, lambda found: header_help(found[1])),
)
