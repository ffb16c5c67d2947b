"""Verses: the text between the braces of \\addlyrics."""

from __future__ import annotations

import re

from lilydesk.lilylet.tokens import STRING, unquote
from lilydesk.notation.document import Syllable, Verse
from lilydesk.notation.span import Span

_WORD = re.compile(rf"(?P<comment>%[^\n]*+)|(?P<string>{STRING})|(?P<word>[^\s%]++)")


def read_verse(text: str, start: int, end: int, span: Span) -> Verse:
    """The verse written in text[start:end]; `span` is that of the whole block.

    `--` joins a syllable to the next, `__` extends it, `_` skips a note.
    """
    syllables: list[Syllable] = []
    for match in _WORD.finditer(text, start, end):
        if match["comment"]:
            continue
        place = Span(match.start(), match.end())
        if match["string"]:
            syllables.append(Syllable(unquote(match[0]), place))
        elif match[0] in ("--", "__"):
            if syllables:
                syllables[-1] = _joined(syllables[-1], match[0])
        else:
            syllables.append(Syllable("" if match[0] == "_" else match[0], place))
    return Verse(tuple(syllables), span)


def _joined(syllable: Syllable, sign: str) -> Syllable:
    is_hyphenated = syllable.is_hyphenated or sign == "--"
    is_extended = syllable.is_extended or sign == "__"
    return Syllable(syllable.text, syllable.span, is_hyphenated, is_extended)
