"""An ABC file as lines: which tune is read, what is field, music or remark."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from lilydesk.codecs.losses import Losses
from lilydesk.errors import FileError

MOST_CHARACTERS = 2_000_000
_FIELD = re.compile(r"\s{0,3}([A-Za-z+]):(.*)", re.DOTALL)
_INLINE_VOICE = re.compile(r"\s*\[[A-Za-z]:")
_MUSIC = re.compile(r"[|\[\]:]|[A-Ga-g][,']*\d|\[")
_LONGEST_FIELD = 2000  # characters
_LONGEST_JOINED = 20_000
_NEEDED = frozenset("XKMLVQ")


class Line(NamedTuple):
    """One line; `field` is its letter, "%" for a directive, "#" for a remark, "" for music."""

    number: int  # from 1
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class TuneSource:
    """The lines of one tune, those of the file header first."""

    lines: tuple[Line, ...]


def choose_tune(text: str, losses: Losses) -> TuneSource:
    """The first tune of a file. Raises FileError where there is none."""
    lines = [_line(number, raw) for number, raw in enumerate(_raw_lines(text, losses), start=1)]
    lines = _without_blocks(lines, losses)
    starts = [index for index, line in enumerate(lines) if line.field == "X"]
    if len(starts) > 1:
        losses.add(f"The file holds {len(starts)} tunes; only the first one is read")
        lines = lines[: starts[1]]
    if not any(line.field in _NEEDED or _INLINE_VOICE.match(line.text) for line in lines):
        raise FileError(
            "There is no tune in this text.", "A tune in ABC begins with the fields X: and K:."
        )
    return TuneSource(tuple(_up_to_the_end(lines, losses)))


def _raw_lines(text: str, losses: Losses) -> list[str]:
    if len(text) > MOST_CHARACTERS:
        losses.add(f"Only the first {MOST_CHARACTERS} characters are read")
        text = text[:MOST_CHARACTERS]
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _line(number: int, raw: str) -> Line:
    if raw.startswith("%%"):
        return Line(number, "%", raw[2:].strip())
    if raw.startswith("%"):
        return Line(number, "#", raw[1:].strip())
    content = _without_remark(raw)
    field = _FIELD.match(content)
    if field is None or _is_music(field[1], field[2]):
        return Line(number, "", content)
    if field[1] == "I":
        return Line(number, "%", field[2].strip())
    longest = None if field[1] == "w" else _LONGEST_FIELD
    return Line(number, field[1], field[2].strip()[:longest])


def _is_music(letter: str, rest: str) -> bool:
    """`C:|` and the like: a note and a barline, no field."""
    return letter in "ABCDEFGabcdefgz" and rest[:1] in ("|", ":")


def _without_remark(raw: str) -> str:
    position = raw.find("%")
    while position > 0 and raw[position - 1] == "\\":
        position = raw.find("%", position + 1)
    return raw if position < 0 else raw[:position]


def _without_blocks(lines: list[Line], losses: Losses) -> list[Line]:
    """Join what goes on with `+:`, leave out %%begintext to %%endtext and their like."""
    kept: list[Line] = []
    end = ""
    for line in lines:
        word = line.text.partition(" ")[0] if line.field == "%" else ""
        if end:
            end = "" if word == end else end
        elif word in ("begintext", "beginps", "beginsvg"):
            end = f"end{word[5:]}"
            losses.add(f"A block of %%{word} is left out", line.number)
        elif line.field == "+" and kept and kept[-1].field not in ("", "#", "%"):
            before = kept[-1]
            if len(before.text) < _LONGEST_JOINED:
                kept[-1] = before._replace(text=f"{before.text} {line.text}")
            else:
                losses.add("A field that goes on and on is cut", line.number)
        else:
            kept.append(line)
    return kept


def _up_to_the_end(lines: Iterable[Line], losses: Losses) -> Iterable[Line]:
    """A blank line ends the tune, but for one before the music, or before more music."""
    has_music = is_after_blank = False
    for line in lines:
        if not line.field and not line.text.strip():
            is_after_blank = has_music
            continue
        if is_after_blank and not line.field and not _MUSIC.search(line.text):
            losses.add("Text behind the tune is left out", line.number)
            continue
        is_after_blank = is_after_blank and bool(line.field)
        has_music = has_music or not line.field
        yield line
