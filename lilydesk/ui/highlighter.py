"""Syntax colouring of Lilylet text, line by line."""

from __future__ import annotations

import re
from collections.abc import Collection

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from lilydesk.ui.theme import ERROR, INK, QUIET_INK

_TOKEN = re.compile(
    r"""(?P<comment>%.*)
      | (?P<string>"(?:\\.|[^"\\])*"?)
      | (?P<header>^\s*\[[a-z][-a-z0-9.]*)
      | (?P<separator>\\\\\\?|\|)
      | (?P<command>\\(?:[A-Za-z]+|[<>!]))
      | (?P<number>\d+(?:/\d+)?\.*)
      | (?P<pitch>(?<![A-Za-z])[a-g](?:ss|ff|s|f)?(?![a-z])[',]*)""",
    re.VERBOSE,
)


def _format(
    colour: str | QColor, is_bold: bool = False, is_italic: bool = False
) -> QTextCharFormat:
    result = QTextCharFormat()
    result.setForeground(QColor(colour))
    result.setFontItalic(is_italic)
    if is_bold:
        result.setFontWeight(QFont.Weight.DemiBold)
    return result


_FORMATS = {
    "comment": _format(QUIET_INK, is_italic=True),
    "string": _format("#8a4b14"),
    "header": _format("#6b3f87"),
    "separator": _format("#a03070", is_bold=True),
    "command": _format("#2c5f8a"),
    "number": _format("#47773a"),
    "pitch": _format(INK),
}
_UNKNOWN = _format(ERROR)


class LilyletHighlighter(QSyntaxHighlighter):
    """Colours one document; commands that the language does not know stand out."""

    def __init__(self, document: QTextDocument, commands: Collection[str]) -> None:
        """Commands without their backslash; an empty collection marks none as unknown."""
        super().__init__(document)
        self._commands = commands

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        if not text.isascii() and max(text) > "\uffff":
            text = "".join(c if c <= "\uffff" else "__" for c in text)  # Qt counts UTF-16 units
        for match in _TOKEN.finditer(text):
            kind = match.lastgroup or ""
            is_unknown = kind == "command" and not self._knows(match.group()[1:])
            self.setFormat(
                match.start(),
                match.end() - match.start(),
                _UNKNOWN if is_unknown else _FORMATS[kind],
            )

    def _knows(self, command: str) -> bool:
        return not self._commands or command in self._commands or not command.isalpha()
