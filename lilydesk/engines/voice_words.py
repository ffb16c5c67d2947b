r"""The commands that a model may write in a voice, and how their arguments are spelled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from math import gcd
from typing import NamedTuple

from lilydesk.engines.vocabulary import KEYS
from lilydesk.engines.voice_wording import DIRECTIONS, TEMPO, Wording

_DYNAMICS = ("ppp", "pp", "p", "mp", "mf", "f", "ff", "fff", "sfz", "sf", "rfz", "fp")
_ABOVE_OR_BELOW = (
    *_DYNAMICS, "staccato", "staccatissimo", "tenuto", "marcato", "accent", "portato", "trill",
    "turn", "mordent", "prall", "fermata", "shortfermata", "markup",
)  # fmt: skip
_MOMENTS = (
    *_DYNAMICS, "<", ">", "!", "sustainOn", "sustainOff", "sostenutoOn", "sostenutoOff",
    "unaCorda", "treCorde", "coda", "segno", "markup",
)  # fmt: skip
_AFTER_NOTE = (*_ABOVE_OR_BELOW, *_MOMENTS, "arpeggio", "breathe", "glissando", "rest")
_IN_GROUPS = ("stemUp", "stemDown", "stemNeutral", "clef", "staff", "ottava")
_CONTEXTS = (*_IN_GROUPS, "key", "tempo", "bar", "chords")
_OPENING = ("time", "partial", "numericTimeSignature")

PLACED = frozenset(_ABOVE_OR_BELOW)
AFTER_NOTE = frozenset(_AFTER_NOTE)
AFTER_REST = frozenset((*_MOMENTS, "fermata", "shortfermata", "breathe"))
IN_GRACE = frozenset(_IN_GROUPS)
IN_TUPLET = frozenset((*_IN_GROUPS, *_MOMENTS, "grace"))
IN_VOICE = frozenset((*_CONTEXTS, *_MOMENTS, "grace", "tuplet", "times", "repeat"))
IN_PICKUP = IN_VOICE | {"partial"}
IN_OPENING = IN_VOICE | frozenset(_OPENING)
"""Where someone else than the model has the word."""
_STEMS = frozenset(("stemUp", "stemDown", "stemNeutral"))
_ONCE = frozenset((
    "tempo", "bar", "ottava", "clef", "staff", "markup", "<", ">", "!", "sustainOn", "sustainOff",
))  # fmt: skip
SPELLED = frozenset((
    "staccato", "staccatissimo", "tenuto", "marcato", "accent", "portato", "sf", "coda", "segno",
    "breathe", "glissando", "chords",
))  # fmt: skip
"""Those that are no token of their own; all others come whole, so that a guide sees them."""


def once(name: str) -> str:
    """What a command is, of which between two notes a second one says nothing; else empty."""
    if name in _STEMS:
        return "stem"
    if name in _DYNAMICS:
        return "dynamic"
    return name if name in _ONCE else ""


class Argument(NamedTuple):
    """The spelling of an argument, its leading space included."""

    begun: re.Pattern[str]  # what may become one
    whole: re.Pattern[str]
    ends_itself: bool = True  # nothing longer is one too
    wording: Wording | None = None  # what may stand in its quotation marks; None = anything

    def may_become(self, word: str) -> bool:
        """Whether `word` is the beginning of an argument, or one."""
        return self.begun.fullmatch(word) is not None and self._is_worded(word)

    def is_whole(self, word: str) -> bool:
        """Whether `word` may stand as it is."""
        return self.whole.fullmatch(word) is not None and self._is_worded(word)

    def _is_worded(self, word: str) -> bool:
        _, *quoted = word.split('"')
        if self.wording is None or not quoted:
            return True
        is_closed = len(quoted) > 1
        return self.wording.is_whole(quoted[0]) if is_closed else self.wording.may_become(quoted[0])

    def firsts(self, word: str) -> set[str] | None:
        """Characters among which are all that may come next; None = any."""
        _, *quoted = word.split('"')
        if self.wording is None or len(quoted) != 1:
            return None
        return {*self.wording.firsts(quoted[0]), '"'}

    def rest_of(self, word: str) -> str:
        """The rest of the words in quotation marks, where the last of them is begun."""
        _, *quoted = word.split('"')
        return self.wording.rest_of(quoted[0]) if self.wording and len(quoted) == 1 else ""


def _spelled(*pieces: str, ends_itself: bool = True, wording: Wording | None = None) -> Argument:
    begun = ""
    for piece in reversed(pieces):
        begun = f"(?:{piece}{begun})?"
    return Argument(re.compile(begun), re.compile("".join(pieces)), ends_itself, wording)


@cache
def prefixes(texts: Iterable[str]) -> frozenset[str]:
    """Every beginning of every text."""
    return frozenset(text[:n] for text in texts for n in range(len(text) + 1))


def _one_of(texts: Iterable[str]) -> Argument:
    texts = tuple(texts)
    begun = "|".join(re.escape(text) for text in sorted(prefixes(texts), key=len, reverse=True))
    return Argument(re.compile(begun), re.compile("|".join(map(re.escape, texts))))


_STRING = (" ", '"', r'[^"\\]+', '"')
_BEAT = r"(?:16|1|2|4|8)\.?=(?:[3-9][0-9]|[12][0-9]{2})"
_BEGUN_BEAT = r"(?:(?:16|1|2|4|8)(?:\.?(?:=(?:[1-9]|[1-9][0-9]|[12][0-9]{2})?)?)?)?"
ARGUMENTS = {
    "markup": _spelled(*_STRING, wording=DIRECTIONS),
    "chords": _spelled(" ", '"', "[A-G]", "[#b]?", "[a-z0-9#+/-]{0,8}", '"'),
    "clef": _spelled(*_STRING),
    "staff": _spelled(" ", '"', "[1-9]", '"'),
    "key": _one_of(key.rstrip() for key in KEYS),
    "time": _spelled(" ", "[1-9]", "[0-9]?", "/", "[1-9]", "[0-9]?", ends_itself=False),
    "partial": _spelled(" ", "(?:16|1|2|4|8)", r"\.?", ends_itself=False),
    "ottava": _one_of(f" #{octaves}" for octaves in ("0", "1", "-1", "2", "-2")),
    "bar": _one_of(f' "{style}"' for style in ("||", "|.", ".|:", ":|.", ":..:")),
    "grace": _one_of([" {"]),
    ":": _one_of(["8", "16", "32"]),
    "tempo": Argument(
        re.compile(rf'(?: (?:"[^"\\]*)?| (?:"[^"\\]+" ?)?| (?:"[^"\\]+" )?{_BEGUN_BEAT})?'),
        re.compile(rf' (?:"[^"\\]+"|(?:"[^"\\]+" )?{_BEAT})'),
        ends_itself=False,
        wording=TEMPO,
    ),
}  # fmt: skip

_GIVEN_BEAT, _GIVEN_BEGUN = r"[0-9]+\.*=[0-9]+", r"(?:[0-9]+(?:\.*(?:=[0-9]*)?)?)?"
_GIVEN_STRING = _spelled(" ", '"', r'[^"]*', '"')
_GIVEN = {
    **{name: _GIVEN_STRING for name in ("markup", "chords", "clef", "staff")},
    "key": _one_of(
        f" {step}{sign} \\{mode}"
        for step in "abcdefg"
        for sign in ("", "s", "f", "ss", "ff")
        for mode in ("major", "minor")
    ),
    "partial": _spelled(" ", "[1-9]", "[0-9]*", r"\.*", ends_itself=False),
    "tempo": Argument(
        re.compile(rf'(?: (?:"[^"]*)?| (?:"[^"]*" ?)?| (?:"[^"]*" )?{_GIVEN_BEGUN})?'),
        re.compile(rf' (?:"[^"]*"|(?:"[^"]*" )?{_GIVEN_BEAT})'),
        ends_itself=False,
    ),
}


def argument_of(command: str, is_given: bool) -> Argument:
    """How a command's argument is spelled; what people wrote is read more generously."""
    found = _GIVEN.get(command) if is_given else None
    return found or ARGUMENTS[command]


def argument_rest(command: str, word: str) -> str:
    """What is missing from the last word in an argument's quotation marks."""
    argument = ARGUMENTS.get(command)
    return argument.rest_of(word) if argument else ""


MOST_ROOM = 64 * 128  # what is given may be longer than its measure
_RATIOS = tuple((n, m) for n in range(2, 16) for m in range(1, 17) if n != m)
_REPETITIONS = (*range(1, 17), 24, 32, 64)
_FINEST_TREMOLO = 4  # a 32nd
TUPLETS = ("tuplet", "times")


@cache
def openings(command: str, left: int) -> frozenset[str]:
    """Beginnings of what may follow this command for a group that fits into `left` 128ths."""
    coarse = left - left % (2 * _FINEST_TREMOLO) if command == "repeat" else min(left, 16)
    if coarse != left:  # the same answer, which takes a while to find
        return openings(command, coarse)
    if command == "repeat":
        return prefixes(
            tuple(f" tremolo {n} {{" for n in _REPETITIONS if 2 * n * _FINEST_TREMOLO <= left)
        )
    texts = []
    for n, m in _RATIOS:
        if m // gcd(n, m) <= left:
            texts.append(f" {n}/{m} {{" if command == "tuplet" else f" {m}/{n} {{")
    return prefixes(tuple(texts))


def opening_rest(command: str, left: int, word: str) -> str:
    """The shortest text that makes a beginning of these a whole one."""
    if command not in TUPLETS and command != "repeat":
        return ""
    whole = (text for text in openings(command, left) if text.endswith("{"))
    rests = (text.removeprefix(word) for text in whole if text.startswith(word))
    return min(rests, key=lambda rest: (len(rest), rest), default="")
