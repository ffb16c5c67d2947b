"""All the tokens that may come where a voice stands, found at once.

They are those that one test for each token would find: only those are tested that begin with a
character that may come at all, and commands are looked up by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lilydesk.engines.vocabulary import Mask, Vocabulary
from lilydesk.engines.voice_commands import commands_at, fits
from lilydesk.engines.voice_grammar import end_command, end_event, is_quoted, write
from lilydesk.engines.voice_state import VoiceState
from lilydesk.engines.voice_words import ARGUMENTS, SPELLED

CLOSERS = (" ", ">", "}", '"')  # what may come in a voice that cannot be followed
_MOST_KEPT = 1024

_FIRSTS = {  # in each mode; of a head those that lengthen it
    "gap": "}<abcdefgrsR\\", "spaced": " ", "chord": "abcdefgs',! >", "head": "sf',!0123456789.",
    "marks": " []()^_-:~\\", "minus": ".!-^>_12345\\", "placed": "\\",
}  # fmt: skip
_FIRSTS_OF_GROUPS = " 0123456789/{tremolo"


class Allowed(NamedTuple):
    """Tokens that are allowed, sorted."""

    mask: bytes  # a byte for each token of the vocabulary
    tokens: tuple[int, ...]
    by_first: dict[str, tuple[tuple[int, str], ...]]  # with their texts, by what they begin with
    commands: tuple[tuple[int, str], ...]  # with their names
    ends: tuple[int, ...]  # separators; they stand above as well
    refused: frozenset[int]  # the other separators, if one is allowed


def is_way_on(after: VoiceState | None, text: str) -> bool:
    """Whether a voice may stand like this behind a token with this text."""
    if after is None or after.mode != "command":
        return after is not None
    names = commands_at(after)
    if len(text) > 1 and text[0] == "\\":
        return after.word in names and fits(after, after.word)
    return any(name.startswith(after.word) and fits(after, name) for name in names & SPELLED)


class TokenSets:
    """Finds them for one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Serve this vocabulary."""
        self._texts = vocabulary.texts
        self._separators = frozenset(np.flatnonzero(vocabulary.separators).tolist())
        self._sorted = lru_cache(_MOST_KEPT)(self._sort)
        self._in_argument = lru_cache(_MOST_KEPT)(self._find_in_argument)

    def sorted(self, mask: Mask) -> Allowed:
        """The tokens of a mask."""
        return self._sorted(mask.tobytes())

    def taken(self, state: VoiceState | None, allowed: Allowed) -> list[int]:
        """Those of the tokens that may come, separators left out; not to be written to."""
        if state is None:
            tokens = allowed.by_first.get
            return [t for c in CLOSERS for t, text in tokens(c, ()) if text == c]
        if _is_alone(state):
            return self._in_argument(allowed.mask, state.command, state.word)
        return _taken(state, allowed)

    def mask_of(self, tokens: Iterable[int]) -> Mask:
        """These tokens: faster than by numpy's indices, for few."""
        mask = bytearray(len(self._texts))
        for token in tokens:
            mask[token] = True
        return np.frombuffer(mask, np.bool_)

    def _find_in_argument(self, mask: bytes, command: str, word: str) -> list[int]:
        state = VoiceState(0, 0, mode="argument", command=command, word=word, back="marks")
        return _taken(state, self._sorted(mask))

    def _sort(self, mask: bytes) -> Allowed:
        tokens = tuple(token for token, is_allowed in enumerate(mask) if is_allowed)
        by_first: dict[str, tuple[tuple[int, str], ...]] = {}
        commands = []
        for token in tokens:
            text = self._texts[token]
            if len(text) > 1 and text[0] == "\\":
                commands.append((token, text[1:]))
            else:
                by_first[text[:1]] = (*by_first.get(text[:1], ()), (token, text))
        ends = self._separators.intersection(tokens)
        refused = self._separators - ends if ends else ends
        return Allowed(mask, tokens, by_first, tuple(commands), tuple(ends), refused)


def _taken(state: VoiceState, tokens: Allowed) -> list[int]:
    found = _that_go_on(state, tokens)
    behind = _behind_word(state)
    if behind is not None and behind is not state:
        found += _that_go_on(behind, tokens)
    return found + _commands(behind, tokens)


def _commands(state: VoiceState | None, tokens: Allowed) -> list[int]:
    started = write(state, "\\") if tokens.commands else None
    if started is None:
        return []
    if started.mode != "command":  # `\\major` in the name of a key
        texts = ((token, f"\\{name}") for token, name in tokens.commands)
        return [token for token, text in texts if is_way_on(write(state, text), text)]
    names = commands_at(started)
    return [t for t, name in tokens.commands if name in names and fits(started, name)]


def _that_go_on(state: VoiceState, tokens: Allowed) -> list[int]:
    found = []
    firsts = _firsts(state)
    for first in tokens.by_first if firsts is None else firsts:
        group = tokens.by_first.get(first, ())
        after = write(state, first) if group else None
        if after is not None:
            for token, text in group:
                if is_way_on(after if text == first else write(state, text), text):
                    found.append(token)
    return found


def _behind_word(state: VoiceState) -> VoiceState | None:
    """The state once the note or command at hand is named: for what does not lengthen its word."""
    if state.mode == "head":
        return end_event(state, is_given=False)
    if state.mode == "command":
        is_named = state.word in commands_at(state)
        return end_command(state, is_given=False) if is_named else None
    return state


def _is_alone(state: VoiceState) -> bool:
    """Whether the argument at hand alone decides: it is not over, whatever comes."""
    if state.mode != "argument" or state.command not in ARGUMENTS:
        return False
    return ARGUMENTS[state.command].ends_itself or is_quoted(state)


@lru_cache(maxsize=1024)
def _letters_behind(word: str, names: frozenset[str]) -> frozenset[str]:
    return frozenset(n[len(word)] for n in names if n.startswith(word) and n != word)


def _firsts(state: VoiceState) -> Iterable[str] | None:
    """Characters among which are all that may come or lengthen a word; None = any."""
    word = state.word
    if state.mode == "command":
        return _letters_behind(word, commands_at(state))
    if state.mode != "argument":
        return _FIRSTS[state.mode]
    argument = ARGUMENTS.get(state.command)
    return argument.firsts(word) if argument else _FIRSTS_OF_GROUPS


@lru_cache(maxsize=4)
def sets_of(vocabulary: Vocabulary) -> TokenSets:
    """The sets of a vocabulary, shared by all its guides."""
    return TokenSets(vocabulary)
