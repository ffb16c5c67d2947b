"""The text of a voice while it is written: is this a string, a chord, a group, a command?"""

from __future__ import annotations

_EVENT_START = frozenset("abcdefgrsR<")
_SIGNS = frozenset('\\"{}<>')


class VoiceText:
    """Reads tokens one by one and keeps what decides on the next."""

    def __init__(self) -> None:
        self.text = ""
        self.n_tokens = 0
        self.in_string = False
        self.string_length = 0  # characters of the string at hand
        self.is_escaped = False  # a backslash stands right before
        self.is_spelling = False  # within a command that is no token of its own
        self.in_chord = False
        self.n_braces = 0  # open groups
        self.has_event = False  # a note, chord or rest has begun
        self.has_words = False  # anything but white space

    @property
    def in_group(self) -> bool:
        """Whether a separator here would cut a chord or a group."""
        return self.in_chord or self.n_braces > 0

    @property
    def in_lyrics(self) -> bool:
        """Whether words may stand here."""
        return self.n_braces > 0 and "\\addlyrics" in self.text

    def begin_string(self) -> None:
        """A string begins with what comes next."""
        self.in_string, self.string_length = True, 0

    def read(self, token: str) -> None:
        """Take the text of a token."""
        self.n_tokens += 1
        first = token[:1]  # empty for a sign that stands for no text
        if not self.in_string and first in _EVENT_START and self.text[-1:] in (" ", "", "{"):
            self.has_event = True
        if _SIGNS.isdisjoint(token):
            self.text += token
            self.is_escaped = False
            if self.in_string:
                self.string_length += len(token)
        elif first == "\\" and token[1:].isalpha():  # a command, in one step
            self.text += token
            self.is_escaped = False
            if self.in_string:
                self.string_length += len(token) - 1
        else:
            for character in token:
                self._read_character(character)
        self.has_words = self.has_words or bool(token.strip())
        self.is_spelling = token == "\\" or (self.is_spelling and token.isalpha())

    def _read_character(self, character: str) -> None:
        self.text += character
        is_escaped, self.is_escaped = self.is_escaped, False
        if character == "\\":
            self.is_escaped = not is_escaped
        elif character == '"' and not (is_escaped and self.in_string):
            self.in_string, self.string_length = not self.in_string, 0
        elif self.in_string:
            self.string_length += 1
        elif character == "{":
            self.n_braces += 1
        elif character == "}":
            self.n_braces = max(0, self.n_braces - 1)
        elif character in "<>" and not is_escaped:
            self.in_chord = character == "<"
