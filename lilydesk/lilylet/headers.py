"""What stands before the music: style lines, comments and [headers]."""

from __future__ import annotations

import re
from typing import NamedTuple

from lilydesk.lilylet.diagnostics import Diagnostic, diagnose
from lilydesk.lilylet.suggest import nearest_name
from lilydesk.lilylet.tokens import STRING, unquote
from lilydesk.notation.document import Headers, InstrumentName
from lilydesk.notation.span import Span

TEXT_HEADERS = (
    "title", "subtitle", "composer", "arranger", "lyricist", "opus", "genre", "instrument",
)  # fmt: skip
_KNOWN = (*TEXT_HEADERS, "staves", "measures", "auto-beam")
_HEADER = re.compile(
    r"\[[ \t]*+(?P<name>[A-Za-z][^\s\]\"]*+)[ \t]*+"
    rf"(?P<values>(?:{STRING}[ \t]*+)*+)(?P<close>\])?+"
)
_STRING = re.compile(STRING)
_SPACE = re.compile(r"[\s\ufeff]*+")
_LINE = re.compile(r"[^\n]*+")


class HeaderParse(NamedTuple):
    """The headers, where the music begins, and faults."""

    headers: Headers
    end: int
    diagnostics: tuple[Diagnostic, ...]
    spans: dict[str, Span]  # of [staves], [measures] and [instrument-…]
    comments: tuple[str, ...] = ()  # between and after headers: they belong to the first measure


class _Reader:
    """Collects headers in the order of the text."""

    def __init__(self) -> None:
        self.text: dict[str, str] = {}
        self.instruments: dict[str, InstrumentName] = {}
        self.values = {"staves": "", "measures": "", "auto-beam": "auto"}
        self.spans: dict[str, Span] = {}
        self.lines: list[str] = []
        self.comments: list[str] = []
        self.has_header = False
        self.faults: list[Diagnostic] = []

    def take(self, match: re.Match[str]) -> None:
        """One header in brackets."""
        name, start, end = match["name"], match.start(), match.end()
        self.has_header = True
        values = [unquote(found[0]) for found in _STRING.finditer(match["values"])]
        if not values or match["close"] is None:
            self._unreadable(name, start, end)
        if not values:
            return
        if name.startswith("instrument-"):
            self.spans[name] = Span(start, end)
            self._name_instrument(name.removeprefix("instrument-"), values)
        elif name in TEXT_HEADERS:
            self._set_text(name, " ".join(values), start, end)
        elif name in self.values:
            self._set_value(name, values[0], start, end)
        else:
            self._unknown(name, match)

    def _unreadable(self, name: str, start: int, end: int) -> None:
        self.faults.append(
            diagnose(
                "bad-header", start, end, f"The header [{name[:20]} …] cannot be read.",
                'For example [title "Minuet in G"]',
            )
        )  # fmt: skip

    def _name_instrument(self, staves: str, values: list[str]) -> None:
        before = self.instruments.get(staves, InstrumentName(""))
        name = values[0] or before.name
        abbreviation = values[1] if len(values) > 1 else before.abbreviation
        if before.name and len(values) == 1 and before.name != values[0] and not abbreviation:
            # Repeated lines add up: the second name is the short one.
            name, abbreviation = before.name, values[0]
        self.instruments[staves] = InstrumentName(name, abbreviation)

    def _set_text(self, name: str, value: str, start: int, end: int) -> None:
        if name in self.text:
            self._twice(name, start, end)
        self.text[name] = value

    def _set_value(self, name: str, value: str, start: int, end: int) -> None:
        if name == "auto-beam" and value not in ("auto", "on", "off"):
            self.faults.append(
                diagnose(
                    "bad-header", start, end, "Automatic beams are auto, on or off.",
                    'For example [auto-beam "on"]',
                )
            )  # fmt: skip
            return
        self.values[name] = value
        self.spans[name] = Span(start, end)

    def _twice(self, name: str, start: int, end: int) -> None:
        self.faults.append(
            diagnose("duplicate-header", start, end, f"[{name}] is given twice; the last counts.")
        )

    def _unknown(self, name: str, match: re.Match[str]) -> None:
        meant = nearest_name(name, _KNOWN)
        self.faults.append(
            diagnose(
                "unknown-header", match.start("name"), match.end("name"),
                f"No header is called [{name[:20]}].",
                f"Did you mean [{meant}]?" if meant else f"Known are {', '.join(_KNOWN)}.",
                meant,
            )
        )  # fmt: skip

    def headers(self) -> Headers:
        """What was collected."""
        return Headers(
            self.text, self.instruments, self.values["staves"], self.values["measures"],
            self.values["auto-beam"], tuple(self.lines),
        )  # fmt: skip


def parse_headers(text: str) -> HeaderParse:
    """Reads comments and headers up to the first thing that is neither.

    Comment lines are kept as they are, without their %. Those before any header are style lines.
    """
    reader = _Reader()
    position = end = 0
    while True:
        position = _end(_SPACE.match(text, position), position)
        if text.startswith("%", position):
            stop = _end(_LINE.match(text, position), position)
            lines = reader.comments if reader.has_header else reader.lines
            lines.append(text[position + 1 : stop].rstrip())
        elif (header := _HEADER.match(text, position)) is not None:
            reader.take(header)
            stop = header.end()
        else:
            break
        position = end = stop
    faults, comments = tuple(reader.faults[:100]), tuple(reader.comments)
    return HeaderParse(reader.headers(), end, faults, reader.spans, comments)


def _end(match: re.Match[str] | None, default: int) -> int:
    return match.end() if match else default
