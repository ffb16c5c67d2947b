"""Ties over the borders of a passage that is written anew, and into measures that go on.

A tie that leads into the passage finds its note there. A tie that led out of it is drawn again if
the new music ends on that note; if not, it is counted as lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from lilydesk.composing.framework import Free, is_free
from lilydesk.composing.measures import rest_duration
from lilydesk.composing.voice_places import VoicePlace, voices_of, with_events
from lilydesk.notation import Chord, Mark, MarkKind, Measure, NoteHead, Pitch, Rest
from lilydesk.notation.event import RestKind
from lilydesk.notation.span import NOWHERE
from lilydesk.notation.walk import Leaf, first_leaf, last_leaf, leaves_of, with_leaves

Pitches = dict[VoicePlace, tuple[Pitch, ...]]


def ties_out_of(measure: Measure | None) -> Pitches:
    """Pitches that are tied over the end of a measure, by voice."""
    found: Pitches = {}
    for place, voice in voices_of(measure) if measure else ():
        end = last_leaf(voice.events)
        if end and isinstance(end[1], Chord) and _has_tie(end[1]):
            found[place] = _pitches(end[1])
    return found


def with_ties_in(new: Measure, before: Measure | None, old: Measure, free: Free) -> Measure:
    """The first new measure, in which the ties from before lead to notes, as they did."""
    for place, pitches in ties_out_of(before).items():
        led = tuple(pitch for pitch in pitches if _begins_with(old, place[0], pitch))
        new = _led_to(new, place, led, free)
    return new


def with_ties_from(new: Measure, before: Measure | None, free: Free) -> Measure:
    """The measure that goes on behind `before`, in which all its ties lead to notes."""
    for place, pitches in ties_out_of(before).items():
        new = _led_to(new, place, pitches, free)
    return new


def with_tie_at(measure: Measure, place: VoicePlace, offset: int) -> Measure:
    """The measure, where a tie at the last note before `offset` leads to the one behind it."""
    leaves = [
        (number, leaf)
        for number, leaf in enumerate(leaves_of(dict(voices_of(measure))[place].events))
        if not leaf.is_grace
    ]
    for (_, one), (number, other) in pairwise(leaves):
        if one.span.start < offset <= other.span.start and isinstance(one, Chord) and _has_tie(one):
            return _with_pitches(measure, place, number, _pitches(one))
    return measure


def _led_to(new: Measure, place: VoicePlace, pitches: tuple[Pitch, ...], free: Free) -> Measure:
    """The measure that begins with these pitches somewhere in the part."""
    target = _target(new, place, free)
    voice = dict(voices_of(new)).get(target) if target else None
    begin = first_leaf(voice.events) if voice else None
    if begin is None or target is None:
        return new
    own = _sounds(begin[1])
    missing = [p for p in pitches if p.midi in own or not _begins_with(new, place[0], p)]
    return _with_pitches(new, target, begin[0], tuple(missing))


def with_ties_out(
    new: Sequence[Measure], old: Measure, after: Measure | None, free: Free
) -> tuple[tuple[Measure, ...], int]:
    """The new measures without ties to nowhere, those of old drawn again; how many are lost."""
    measures = list(new)
    for index, measure in enumerate(measures):
        following = measures[index + 1] if index + 1 < len(measures) else after
        measures[index] = _without_loose_ties(measure, following, free)
    n_lost = 0
    for place, pitches in ties_out_of(old).items():
        led = [p for p in pitches if after is not None and _begins_with(after, place[0], p)]
        if led and is_free(free, place):
            tied = _tied_again(measures[-1], place, led)
            n_lost += tied is None
            measures[-1] = tied or measures[-1]
    return tuple(measures), n_lost


def _tied_again(measure: Measure, place: VoicePlace, pitches: list[Pitch]) -> Measure | None:
    """The measure with the tie at the end of a voice of the part; None if none ends so."""
    candidates = sorted(voices_of(measure), key=lambda pair: pair[0] != place)
    for here, voice in candidates:
        end = last_leaf(voice.events)
        if here[0] != place[0] or not end or not isinstance(end[1], Chord):
            continue
        if {pitch.midi for pitch in _pitches(end[1])} & {pitch.midi for pitch in pitches}:
            if _has_tie(end[1]):
                return measure
            return _changed(measure, here, end[0], _with_tie(end[1]))
    return None


def _without_loose_ties(measure: Measure, following: Measure | None, free: Free) -> Measure:
    for place, voice in voices_of(measure):
        end = last_leaf(voice.events)
        if not is_free(free, place) or not end or not isinstance(end[1], Chord):
            continue
        leads = following is not None and any(
            _begins_with(following, place[0], pitch) for pitch in _pitches(end[1])
        )
        if _has_tie(end[1]) and not leads:
            kept = tuple(mark for mark in end[1].marks if mark.kind is not MarkKind.TIE)
            measure = _changed(measure, place, end[0], replace(end[1], marks=kept))
    return measure


def _begins_with(measure: Measure, part: int, pitch: Pitch) -> bool:
    """Whether a voice of the part begins with this sound."""
    sounds: set[int] = set()
    for place, voice in voices_of(measure):
        begin = first_leaf(voice.events)
        if place[0] == part and begin and isinstance(begin[1], Chord):
            sounds |= {one.midi for one in _pitches(begin[1])}
    return pitch.midi in sounds


def _target(measure: Measure, place: VoicePlace, free: Free) -> VoicePlace | None:
    """The voice in which the tie shall find its note: its own, else the first of the part."""
    places = [p for p, _ in voices_of(measure) if p[0] == place[0] and is_free(free, p)]
    return place if place in places else next(iter(places), None)


def _with_pitches(
    measure: Measure, place: VoicePlace, number: int, pitches: tuple[Pitch, ...]
) -> Measure:
    """The measure in which a leaf has these pitches, and of its own what has room beside them."""
    leaf = list(leaves_of(dict(voices_of(measure))[place].events))[number]
    if {pitch.midi for pitch in pitches} <= _sounds(leaf):
        return measure
    if isinstance(leaf, Rest):
        duration = leaf.duration
        if leaf.kind is RestKind.FULL_MEASURE:
            duration = rest_duration(measure.expected)
            if duration.length != measure.expected:
                return measure
        heads = _heads(pitches)
        return _changed(measure, place, number, Chord(heads, duration, NOWHERE, leaf.marks))
    others = [head for head in leaf.heads if all(head.pitch.midi != p.midi for p in pitches)]
    others.sort(key=lambda head: -_distance(head, pitches))
    kept = others[: max(0, len(leaf.heads) - len(pitches))]
    new = replace(leaf, heads=_in_order((*kept, *_heads(pitches))))
    return _changed(measure, place, number, new)


def _heads(pitches: tuple[Pitch, ...]) -> tuple[NoteHead, ...]:
    return tuple(NoteHead(pitch, NOWHERE) for pitch in pitches)


def _sounds(leaf: Leaf) -> set[int]:
    return {pitch.midi for pitch in _pitches(leaf)} if isinstance(leaf, Chord) else set()


def _distance(head: NoteHead, pitches: Sequence[Pitch]) -> int:
    return min(abs(head.pitch.midi - pitch.midi) for pitch in pitches)


def _in_order(heads: tuple[NoteHead, ...]) -> tuple[NoteHead, ...]:
    return tuple(sorted(heads, key=lambda head: head.pitch.midi))


def _changed(measure: Measure, place: VoicePlace, number: int, leaf: Leaf) -> Measure:
    voice = dict(voices_of(measure))[place]
    events = with_leaves(voice.events, lambda n, old: leaf if n == number else old)
    return with_events(measure, place, events)


def _with_tie(chord: Chord) -> Chord:
    return replace(chord, marks=(*chord.marks, Mark(MarkKind.TIE, NOWHERE)))


def _has_tie(chord: Chord) -> bool:
    return any(mark.kind is MarkKind.TIE for mark in chord.marks)


def _pitches(chord: Chord) -> tuple[Pitch, ...]:
    return tuple(head.pitch for head in chord.heads)
