"""w: lines: syllables dealt out to the notes of the music line above."""

from __future__ import annotations

import re
from dataclasses import replace

from lilydesk.codecs.abc.voice import VoiceReader
from lilydesk.codecs.losses import Losses
from lilydesk.notation.document import Syllable
from lilydesk.notation.span import NOWHERE

_TOKEN = re.compile(r"(?P<word>(?:\\-|[^\s\-_*|])+)|(?P<sign>[-_*|])|(?P<space>\s+)")
_MOST_VERSES = 16


def add_verse(voice: VoiceReader, text: str, losses: Losses, line: int) -> None:
    """Give the notes since the line's start the syllables of one more verse."""
    voice.n_verses += 1
    if voice.n_verses > _MOST_VERSES:
        losses.add(f"Only {_MOST_VERSES} verses are read", line)
    elif not _Dealer(voice, voice.n_verses).deal(text):
        losses.add("A verse has more syllables than its line has notes", line)


class _Dealer:
    """Walks over the notes of a line, from its start to where the voice stands."""

    def __init__(self, voice: VoiceReader, verse: int) -> None:
        self._voice = voice
        self._verse = verse
        self._bar, self._note = voice.line_start
        self._end = voice.position
        self._last: tuple[int, int] | None = None  # where the last syllable stands
        self._after_word = False  # a hyphen now belongs to the word before

    def deal(self, text: str) -> bool:
        """Deal out; False if syllables were left over."""
        for match in _TOKEN.finditer(text):
            sign = match["sign"]
            if match["word"]:
                if not self._put(match["word"]):
                    return False
                self._after_word = True
            elif sign == "-" and self._after_word:
                self._change(is_hyphenated=True)
                self._after_word = False
            elif sign == "|":
                self._next_bar()
            elif sign:
                if sign == "_":
                    self._change(is_extended=True)
                if not self._skip():
                    return False
                self._after_word = False
        return True

    def _put(self, word: str) -> bool:
        place = self._place()
        if place is None:
            return False
        text = word.replace("\\-", "-").replace("~", " ").strip()
        self._syllables(place[0])[place[1]] = Syllable(text, NOWHERE)
        self._last = place
        self._note += 1
        return True

    def _skip(self) -> bool:
        if self._place() is None:
            return False
        self._note += 1
        return True

    def _place(self) -> tuple[int, int] | None:
        """The next note of the line; None at its end."""
        while self._bar < self._end[0]:
            if self._note < self._voice.bars[self._bar].layers[0].n_sung:
                return self._bar, self._note
            self._bar, self._note = self._bar + 1, 0
        here = (self._bar, self._note)
        return here if here < self._end and self._bar == self._end[0] else None

    def _next_bar(self) -> None:
        if self._bar < self._end[0] and (self._bar, self._note) != self._voice.line_start:
            self._bar += 1
            self._note = 0

    def _syllables(self, bar: int) -> dict[int, Syllable]:
        return self._voice.bar_at(bar).layers[0].verses.setdefault(self._verse, {})

    def _change(self, is_hyphenated: bool = False, is_extended: bool = False) -> None:
        if self._last is None:
            return
        syllables = self._syllables(self._last[0])
        old = syllables[self._last[1]]
        syllables[self._last[1]] = replace(
            old,
            is_hyphenated=old.is_hyphenated or is_hyphenated,
            is_extended=old.is_extended or is_extended,
        )
