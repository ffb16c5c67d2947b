"""Voices that are there already, taken apart: what opens them, their rhythm, their pitches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lilydesk.engines.constraints import GivenMeasure
from lilydesk.engines.voice_pitch import LOWEST, place_of, read_chord_head
from lilydesk.engines.voice_state import MIDDLE_C, Pitches

_OPENING = re.compile(
    r'(?:\\(?:staff "\d+"|key \S+ \\m\w+|numericTimeSignature|time \S+|partial \S+)(?:\s|\Z)+)*'
)
_PICKUP = re.compile(r"\\partial \S+\s+")
_LINE = re.compile(r"(?P<voice>.*?)\s*(?P<separator>\\{2,3}|\|)\s*")
_PITCH = r"[a-g](?:ss?|ff?)?(?:'+|,+)?!?"
_WORD = re.compile(
    rf"""(?P<grace>\\grace\ (?:{{[^}}]*}}|\S+))
    | (?P<other>"[^"]*"|\\addlyrics\s*{{[^}}]*}}|\\key\ \S+\ \\m\w+|\\[a-zA-Z]+|\\.)
    | (?P<rest>(?<![^\s{{]){_PITCH}(?=[0-9.]*\\rest))
    | (?P<note>(?<![^\s{{]){_PITCH}(?![a-z]))
    | (?P<chord><(?:{_PITCH}|\s)+>)""",
    re.VERBOSE,
)
_HEAD = re.compile(_PITCH)
_OCTAVES = re.compile(r"[',!]")
_TIE = re.compile(r"[^\s{}]*~")


@dataclass(frozen=True, slots=True)
class Hole:
    """A place for a note, or a chord of so many notes."""

    n_notes: int
    is_tied: bool = False  # it must be what the hole before it was, or the first notes of that


@dataclass(frozen=True, slots=True)
class GivenVoice:
    """One voice of a given measure."""

    opening: str  # staff, key, time, with a space behind each
    body: str
    separator: str  # or "|"
    is_locked: bool

    @property
    def locked_text(self) -> str:
        """All of it."""
        return f"{self.opening}{self.body} {self.separator}"


def read_given(measure: GivenMeasure) -> tuple[GivenVoice, ...]:
    """The voices of a canonical measure, one a line."""
    voices, part, number = [], 0, 0
    for line in measure.text.strip().splitlines():
        match = _LINE.fullmatch(line)
        text, separator = (match["voice"], match["separator"]) if match else (line.strip(), "|")
        opening = _OPENING.match(text)
        start = opening.end() if opening else 0
        pickup = _PICKUP.search(text, start)  # it counts, whatever stands before it
        said = text[:start] + (pickup[0] if pickup else "")
        words, body = " ".join(said.split()), _PICKUP.sub("", text[start:], count=1).strip()
        is_locked = (part, number) in measure.locked
        voices.append(GivenVoice(f"{words} " if words else "", body, separator, is_locked))
        part, number = (part + 1, 0) if separator == "\\\\\\" else (part, number + 1)
    return tuple(voices)


def rhythm_of(body: str) -> tuple[str | Hole, ...]:
    """The text with holes for its notes; between two holes there is always text."""
    items: list[str | Hole] = []
    end, is_tied = 0, False
    for match in _words(body, with_grace=True):
        text, word = body[end : match.start()], match[0]
        end = match.end()
        if match.lastgroup == "rest":
            items.append(text + "r")
            end = body.index("\\rest", end) + len("\\rest")
            items.append(body[match.end() : end].removesuffix("\\rest"))
            continue
        items += [text, Hole(len(_HEAD.findall(word)), is_tied)]
        is_tied = _TIE.match(body, end) is not None
    items.append(body[end:])
    return tuple(_joined(items))


def _joined(items: list[str | Hole]) -> Iterator[str | Hole]:
    text = ""
    for item in items:
        if isinstance(item, str):
            text += item
            continue
        if text:
            yield text
        text = ""
        yield item
    if text:
        yield text


def _words(body: str, with_grace: bool) -> Iterator[re.Match[str]]:
    """Notes, chords and pitched rests."""
    position = 0
    while (match := _WORD.search(body, position)) is not None:
        position = match.end()
        if match.lastgroup == "grace" and with_grace:
            position = match.start() + len("\\grace ")
        elif match.lastgroup != "other":
            yield match


def pitches_of(body: str) -> tuple[Pitches, ...]:
    """The notes and chords in order, without grace notes and pitched rests."""
    found, base = [], MIDDLE_C
    for match in _words(body, with_grace=False):
        heads, base = _heads(match[0], base)
        if match.lastgroup in ("note", "chord") and heads:
            found.append(heads)
    return tuple(found)


def _heads(word: str, base: int) -> tuple[Pitches, int]:
    """Places of what is spelled after `base`, and the base after it."""
    heads: list[tuple[int, int]] = []
    if word.startswith("\\grace"):
        for match in _words(word.removeprefix("\\grace"), with_grace=True):
            _, base = _heads(match[0], base)
        return (), base
    last = base
    for spelled in _HEAD.findall(word):
        head = read_chord_head(spelled)
        if head is not None:
            last = max(LOWEST - 7, place_of(last, head))
            heads.append((last, head.alter))
    return tuple(heads), heads[0][0] if heads else base


def repeated(word: str, n_notes: int) -> str:
    """The first notes of a note or chord once more; empty if it has fewer than these.

    The first pitch lies where the base is now.
    """
    head, *others = word.strip("<>").split()[:n_notes] or [""]
    if len(others) + 1 < n_notes:
        return ""
    words = " ".join([_OCTAVES.sub("", head), *others])
    return f"<{words}>" if others else words
