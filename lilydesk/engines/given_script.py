"""Writes along a given measure: what stays is settled, and the model fills the holes."""

from __future__ import annotations

from collections import deque

from lilydesk.engines.acceptor import MeasureAcceptor
from lilydesk.engines.constraints import GivenMeasure
from lilydesk.engines.given_voice import (
    GivenVoice,
    Hole,
    pitches_of,
    read_given,
    repeated,
    rhythm_of,
)
from lilydesk.engines.settled import SettledText
from lilydesk.engines.vocabulary import Mask, Vocabulary
from lilydesk.engines.voice_grammar import write
from lilydesk.engines.voice_pitch import ANYWHERE, nearest, read_chord_head, read_head
from lilydesk.engines.voice_rules import may_be_pitch, may_be_spelled
from lilydesk.engines.voice_state import VoiceState

_STEPS, _SPELLING = frozenset("abcdefg"), frozenset("abcdefgs',")


class GivenScript:
    """Where a measure is that is written along a given one."""

    def __init__(self, vocabulary: Vocabulary, measure: GivenMeasure) -> None:
        """Stand before the first voice."""
        self._vocabulary = vocabulary
        self._keeps = measure.keeps
        self.voices: tuple[GivenVoice, ...] = read_given(measure)
        self._has_locked = any(voice.is_locked for voice in self.voices)
        self._number = 0
        self._items: deque[str | Hole] = deque()
        self._word = ""  # what is or was spelled in the last hole
        self.hole: Hole | None = None

    @property
    def separators(self) -> frozenset[str]:
        """The one that ends the voice at hand."""
        return frozenset((self.voices[min(self._number, len(self.voices) - 1)].separator,))

    def open_voice(self, settled: SettledText, acceptor: MeasureAcceptor) -> None:
        """Settle the beginning of the next voice, or all of it."""
        voice = self.voices[self._number]
        if voice.is_locked:
            settled.text(voice.locked_text)
        elif voice.opening:
            settled.text(voice.opening)
        if voice.is_locked or self._keeps == "none":
            if self._has_locked and not voice.is_locked:
                acceptor.must_sound()
            return
        if self._keeps == "rhythm":
            self._items.extend(rhythm_of(f"{voice.body} {voice.separator}"))
        else:
            acceptor.keep_pitches(pitches_of(voice.body))

    def close_voice(self) -> None:
        """A separator has come."""
        self._number += 1

    def advance(self, settled: SettledText) -> None:
        """Go on to what comes next, where nothing is settled any more."""
        if settled.queue or self.hole is not None or not self._items:
            return
        item = self._items.popleft()
        if isinstance(item, str):
            settled.text(item)
        elif item.is_tied and (word := repeated(self._word, item.n_notes)):
            self._word = word
            settled.text(word)
        else:
            self.hole, self._word = item, ""

    # Within a hole

    @property
    def allowed(self) -> Mask:
        """The tokens that spell notes, and the one that goes on behind them."""
        words = self._vocabulary
        return words.in_holes | words.only(self._next_token)

    @property
    def _next_token(self) -> int:
        following = self._items[0]
        assert isinstance(following, str), "between two holes there is text"
        return self._vocabulary.encode(following)[0]

    def accepts(self, token: int, state: VoiceState | None) -> bool:
        """Whether the token spells what may stand in the hole, or ends it in time."""
        if state is None or self.hole is None:
            return False
        if is_complete(state) and token == self._next_token:
            return True
        return may_come(state, self._vocabulary.texts[token], self.hole)

    def accept(self, token: int, state: VoiceState | None, settled: SettledText) -> None:
        """Take note of a token that has been drawn in the hole, or ends it."""
        if state is not None and is_complete(state) and token == self._next_token:
            settled.text(self._next_text())
        else:
            self._word += self._vocabulary.texts[token]

    def _next_text(self) -> str:
        """The hole is filled: what follows it."""
        self.hole = None
        following = self._items.popleft()
        assert isinstance(following, str), "between two holes there is text"
        return following

    def way_out(self, state: VoiceState | None) -> str:
        """What fills the hole and follows it, where the model finds nothing.

        Where no note may stand there is one all the same, and where nobody can follow what is
        given as well: the rhythm stays.
        """
        assert self.hole is not None
        if state is None:
            return _any_notes(self.hole.n_notes) + self._next_text()
        if nearest(state.rule, state.base) is None:
            state = state.but(rule=ANYWHERE)
        text = ""
        while state is not None and not is_complete(state):
            near = "" if state.word else nearest(state.rule, state.base) or "c"
            found = [
                c for c in (" ", ">", "<", *near[:1], *",'fs") if may_come(state, c, self.hole)
            ]
            added = found[0] if found else near or ">"
            text, state = text + added, write(state, added, is_given=True)
        self._word += text
        return text + self._next_text()


def _any_notes(n_notes: int) -> str:
    return "c" if n_notes == 1 else f"<{' '.join('c' * n_notes)}>"


def may_come(state: VoiceState, text: str, hole: Hole) -> bool:
    """Whether a token may come in a hole."""
    if state.is_between:
        if hole.n_notes > 1 or text not in _STEPS:
            return text == "<" and hole.n_notes > 1
    elif state.mode == "chord" and text in (" ", ">"):
        is_last = state.n_heads + 1 == hole.n_notes
        head = read_chord_head(state.word)
        return head is not None and may_be_pitch(state, head) and is_last == (text == ">")
    after = write(state, text, is_given=True) if _SPELLING.issuperset(text) else None
    if after is None or after.mode not in ("head", "chord") or after.word[:1] == ">":
        return False
    head = read_chord_head(after.word)
    return head is not None and may_be_spelled(after, head, after.word)


def is_complete(state: VoiceState) -> bool:
    """Whether the note or chord in a hole is spelled."""
    head = read_head(state.word) if state.mode == "head" else None
    return head is not None and (head.step < 0 or may_be_pitch(state, head))
