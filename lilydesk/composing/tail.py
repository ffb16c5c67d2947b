"""How a text ends: behind a `|`, or inside a measure, a voice, a group, a string.

Works on the words of the language, not on the document, for it must see what is unfinished.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lilydesk.lilylet import CLEFS
from lilydesk.lilylet.tokens import MEASURE_END, TOKEN

_TUPLETS = ("\\tuplet", "\\times")
# A quotation mark or chord without partner is taken for unfinished only where little follows it;
# further back it is a fault, and closing it here would swallow music.
_OPEN_STRING = re.compile(r'"[^"\\{}|<>%\n]{0,40}\Z')
# What a name that is begun is taken for: the first of these that fits.
_NAMES = {"\\clef": tuple(CLEFS), "\\bar": ("||", "|.", ".|:", ":|.", ":..:")}
_PITCH = re.compile(r"(?<![\\\w\"])[a-g](?:ss?|ff?)?(?![a-z])")
_OPEN_CHORD = re.compile(r"<[^<>|%\"\\{}()\[\]~]{0,40}\Z")


@dataclass(frozen=True, slots=True)
class Tail:
    """What follows the last `|` of a text."""

    start: int  # where it begins in the text
    has_music: bool = False  # anything but white space, comments and headers
    separator: str = ""  # `\\\\` or `\\\\\\` if nothing follows it
    separator_start: int = 0  # where it stands in the text
    closers: str = ""  # closes the string, chord or group at the cursor that must not stay open
    n_open_tuplets: int = 0  # these may stay open for more notes


def read_tail(text: str) -> Tail:
    """Look at what follows the last `|` outside strings and comments. Never raises."""
    start = max((m.end() for m in MEASURE_END.finditer(text) if m["bar"]), default=0)
    scan = _Scan(text, start)
    scan.run()
    separator = scan.separator
    return Tail(
        start=start,
        has_music=scan.has_music,
        separator=separator[0],
        separator_start=separator[1],
        closers=scan.closers,
        n_open_tuplets=sum(group in _TUPLETS for group in scan.groups),
    )


class _Scan:
    """One walk over the words behind the last `|`."""

    def __init__(self, text: str, start: int) -> None:
        self.text, self.start = text, start
        self.has_music = False
        self.separator = ("", 0)
        self.groups: list[str] = []  # the command before each open brace
        self._string = self._chord = ""  # closes the string or chord that is open
        self._command = ""
        self._n_voices = 1

    def run(self) -> None:
        position = self.start
        while (match := TOKEN.match(self.text, position)) is not None:
            self._read(match.lastgroup or "", match)
            position = match.end()

    def _read(self, kind: str, match: re.Match[str]) -> None:
        if kind in ("newline", "comment", "header"):
            return
        self.has_music = True
        self.separator = ("", 0)
        word = match[0].lstrip()
        if kind == "command":
            self._command = word
        elif kind in ("voice", "part"):
            self.separator = (word, match.end() - len(word))
            self._n_voices = 1 + self._n_voices * (kind == "voice")
            self.groups.clear()
        elif kind == "open":
            if self.groups[-1:] != ["\\addlyrics"]:  # there it is a syllable
                self.groups.append(self._command)
        elif kind == "close" and self.groups:
            self.groups.pop()
        elif kind == "unclosed":
            self._string = self._end_of_string(match.end() - len(word))
        elif word == "<":  # a chord with its > would have been one word
            self._chord = self._end_of_chord(match.end() - 1)

    def _end_of_string(self, start: int) -> str:
        """The rest of a name that must be one of a few, and the quotation mark."""
        if not _OPEN_STRING.match(self.text, start):
            return ""
        begun = self.text[start + 1 :]
        names = _NAMES.get(self._command, ())
        if self._command == "\\staff":
            names = (str(min(self._n_voices, 2)),)
        return next((name[len(begun) :] for name in names if name.startswith(begun)), "") + '"'

    def _end_of_chord(self, start: int) -> str:
        """The bracket, behind the note before the chord once more where it has none yet."""
        if not _OPEN_CHORD.match(self.text, start):
            return ""
        before = _PITCH.findall(self.text, self.start, start)
        note = before[-1] if before else "c"
        return ">" if _PITCH.search(self.text, start) else f"{note}>"

    @property
    def closers(self) -> str:
        """Closes all but the tuplets that nothing else stands in."""
        closers = self._string + self._chord
        while self.groups and any(group not in _TUPLETS for group in self.groups):
            self.groups.pop()
            closers += " }"
        return closers
