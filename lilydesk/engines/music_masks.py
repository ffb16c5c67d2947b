"""The tokens that may come within the music of a voice, by what surrounds them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lilydesk.engines.vocabulary import Mask, Vocabulary


class Surroundings(NamedTuple):
    """What decides on the next token, apart from time."""

    may_have_letters: bool  # in lyrics, or in a command that is no token of its own
    is_after_bracket: bool
    is_escaped: bool  # a backslash stands right before
    in_chord: bool
    in_braces: bool
    may_name_staff: bool
    separators: frozenset[str]


Place = tuple[bool, bool, bool, bool, bool, bool, frozenset[str]]
"""The values of Surroundings: made for each token, so as plain as can be."""


class MusicMasks:
    """Masks for one vocabulary, each made once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Serve this vocabulary."""
        self._words = vocabulary
        self._made: dict[Place, Mask] = {}
        self.separators = lru_cache(self._make_separators)
        words = vocabulary
        sometimes = words.separators | words.chord_start | words.group_end | words.staff
        plain = words.in_music & ~(sometimes | words.starts_with_r)
        self.is_plain = tuple(plain.tolist())  # allowed everywhere but right behind a backslash

    def allowed(self, place: Place) -> Mask:
        """The tokens that may come here; not to be written to."""
        mask = self._made.get(place)
        if mask is None:
            mask = self._made[place] = self._make(Surroundings(*place))
        return mask

    def _make(self, place: Surroundings) -> Mask:
        words = self._words
        mask = words.in_music & ~words.separators
        if place.may_have_letters:
            mask |= words.letters
        mask |= self.separators(place.separators)
        if place.is_after_bracket:
            mask &= ~words.starts_with_r  # `[r:` would read as a marker
        if place.is_escaped:
            mask &= words.after_backslash
        if place.in_chord:
            mask &= ~words.chord_start
        if not place.in_braces:
            mask &= ~words.group_end
        if not place.may_name_staff:
            mask &= ~words.staff
        mask.flags.writeable = False
        return mask

    def _make_separators(self, wanted: frozenset[str]) -> Mask:
        """These separators."""
        return np.array([text in wanted for text in self._words.texts])


@lru_cache(maxsize=4)
def masks_of(vocabulary: Vocabulary) -> MusicMasks:
    """The masks of a vocabulary, shared by all its guides."""
    return MusicMasks(vocabulary)
