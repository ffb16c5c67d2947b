"""Ties: whether the note that one leads to is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lilydesk.lilylet.voice_builder import VoiceBuilder
from lilydesk.notation.event import Chord
from lilydesk.notation.mark import MarkKind
from lilydesk.notation.walk import Leaf, leaves_of

Sounds = frozenset[int]  # MIDI numbers: enharmonic ties are ties


class LooseTie(NamedTuple):
    """A tie that leads out of its voice in this measure."""

    part: int
    offset: int  # of the ~, in code points from the measure's start
    sounds: Sounds


def loose_ties(parts: list[list[VoiceBuilder]]) -> tuple[LooseTie, ...]:
    """Ties without a note to lead to in their part of the measure."""
    found: list[LooseTie] = []
    for part in parts:
        for voice in part:
            if any(sign == "~" for _, sign, _ in voice.spanners):
                found.extend(_loose_in(voice, part))
    return tuple(found)


def _loose_in(voice: VoiceBuilder, part: list[VoiceBuilder]) -> Iterator[LooseTie]:
    timed = list(leaves_of(voice.events))
    for index, event in enumerate(timed):
        tie = _tie_of(event)
        if tie is None or not isinstance(event, Chord):
            continue
        sounds = _sounds(event)
        following = (other for other in timed[index + 1 :] if not other.is_grace)
        target = next(following, None)
        if isinstance(target, Chord) and sounds & _sounds(target):
            continue
        if target is None or not _is_in_others(sounds, voice, part):
            yield LooseTie(voice.part, tie, sounds)


def _is_in_others(sounds: Sounds, voice: VoiceBuilder, part: list[VoiceBuilder]) -> bool:
    """Whether another voice of the part has one of these notes: ties may change voices."""
    return any(
        sounds & _sounds(event)
        for other in part
        if other is not voice
        for event in leaves_of(other.events)
        if isinstance(event, Chord)
    )


def _tie_of(event: Leaf) -> int | None:
    return next((mark.span.start for mark in event.marks if mark.kind is MarkKind.TIE), None)


def _sounds(chord: Chord) -> Sounds:
    return frozenset(head.pitch.midi for head in chord.heads)


def first_sounds(parts: list[list[VoiceBuilder]]) -> tuple[Sounds, ...]:
    """What each part's voices begin with, grace notes aside: where ties from before may lead."""
    return tuple(
        frozenset(
            head.pitch.midi for voice in part for chord in _first(voice) for head in chord.heads
        )
        for part in parts
    )


def _first(voice: VoiceBuilder) -> list[Chord]:
    first = next((event for event in leaves_of(voice.events) if not event.is_grace), None)
    return [first] if isinstance(first, Chord) else []
