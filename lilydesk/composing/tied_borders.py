"""Ties over the borders of a passage that is written anew.

A tie that leads into the passage finds its note there. A tie that led out of it is drawn again if
the new music ends on that note; if not, it is counted as lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lilydesk.composing.framework import Free, is_free
from lilydesk.composing.measures import rest_duration
from lilydesk.composing.voice_places import VoicePlace, voices_of, with_events
from lilydesk.notation import Chord, Mark, MarkKind, Measure, NoteHead, Pitch, Rest
from lilydesk.notation.event import RestKind
from lilydesk.notation.span import NOWHERE
from lilydesk.notation.walk import Leaf, first_leaf, last_leaf, with_leaves

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
        wanted = [pitch for pitch in pitches if _begins_with(old, place[0], pitch)]
        missing = [pitch for pitch in wanted if not _begins_with(new, place[0], pitch)]
        target = _target(new, place, free)
        if missing and target is not None:
            new = _with_first_pitches(new, target, missing)
    return new


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


def _with_first_pitches(measure: Measure, place: VoicePlace, pitches: list[Pitch]) -> Measure:
    voice = dict(voices_of(measure))[place]
    begin = first_leaf(voice.events)
    if begin is None:
        return measure
    number, leaf = begin
    heads = tuple(NoteHead(pitch, NOWHERE) for pitch in pitches)
    if isinstance(leaf, Rest):
        duration = leaf.duration
        if leaf.kind is RestKind.FULL_MEASURE:
            duration = rest_duration(measure.expected)
            if duration.length != measure.expected:
                return measure
        return _changed(measure, place, number, Chord(heads, duration, NOWHERE, leaf.marks))
    others = sorted(leaf.heads, key=lambda head: -_distance(head, pitches))
    kept = others[: max(0, len(leaf.heads) - len(heads))]
    return _changed(measure, place, number, replace(leaf, heads=_in_order((*kept, *heads))))


def _distance(head: NoteHead, pitches: list[Pitch]) -> int:
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
