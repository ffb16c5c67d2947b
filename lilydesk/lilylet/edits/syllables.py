"""The words of a voice, taken from its measures and dealt out again in others.

Each note but grace notes takes a syllable, a tied one too; rests take none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from lilydesk.lilylet.edits.splitting import CannotSplit
from lilydesk.notation.document import Syllable, Verse, Voice
from lilydesk.notation.event import Chord, DoubleTremolo, Event, Tuplet
from lilydesk.notation.span import NOWHERE
from lilydesk.notation.walk import length_of

Words = dict[Fraction, dict[int, Syllable]]
"""Onset of a note -> number of the verse, from 0 -> its syllable."""

_SKIPPED = Syllable("", NOWHERE)


def words_of(voices: Iterable[tuple[Fraction, Voice | None]]) -> Words:
    """The words of one voice through the measures, each with its onset. Raises CannotSplit.

    Syllables without a note would be lost, so they are not put up with.
    """
    words: Words = {}
    for start, voice in voices:
        if voice is not None and voice.verses:
            _take(voice, start, words)
    return words


def _take(voice: Voice, start: Fraction, words: Words) -> None:
    onsets = list(_sung_onsets(voice.events, start, Fraction(1)))
    for number, verse in enumerate(voice.verses):
        if len(verse.syllables) > len(onsets):
            raise CannotSplit("A verse here has more syllables than notes; mend that first.")
        for onset, syllable in zip(onsets, verse.syllables, strict=False):
            words.setdefault(onset, {})[number] = syllable


def has_words_at(words: Words, onset: Fraction) -> bool:
    """Whether a syllable is sung from this onset on."""
    return any(one.text for one in words.get(onset, {}).values())


def with_words(voice: Voice, start: Fraction, words: Words) -> Voice:
    """The voice of a measure that begins at `start`, with its verses.

    Notes that were not there before, being the rest of a longer one, take no syllable.
    """
    if not words:
        return voice
    sung = [words.get(onset, {}) for onset in _sung_onsets(voice.events, start, Fraction(1))]
    n_verses = 1 + max((number for one in sung for number in one), default=-1)
    return replace(voice, verses=tuple(_verse(sung, number) for number in range(n_verses)))


def _verse(sung: list[dict[int, Syllable]], number: int) -> Verse:
    syllables = [one.get(number, _SKIPPED) for one in sung]
    while syllables and syllables[-1] == _SKIPPED:
        syllables.pop()
    return Verse(tuple(syllables), NOWHERE)


def _sung_onsets(events: Iterable[Event], onset: Fraction, ratio: Fraction) -> Iterator[Fraction]:
    """Onsets of the notes that take a syllable."""
    for event in events:
        if isinstance(event, Tuplet):
            yield from _sung_onsets(event.events, onset, ratio * event.ratio)
        elif isinstance(event, DoubleTremolo):
            yield onset
            yield onset + ratio * event.duration.length
        elif isinstance(event, Chord) and not event.is_grace:
            yield onset
        onset += ratio * length_of(event)
