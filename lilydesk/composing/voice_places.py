"""The voices of a measure by their places: to look at, and to exchange."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lilydesk.notation import Event, Measure, Part, Voice

VoicePlace = tuple[int, int]
"""Part and voice of a measure, from 0, in the order of the text."""


def voices_of(measure: Measure) -> Iterator[tuple[VoicePlace, Voice]]:
    """The voices of a measure with their places."""
    for part, content in enumerate(measure.parts):
        for number, voice in enumerate(content.voices):
            yield (part, number), voice


def voice_at(measure: Measure, place: VoicePlace) -> Voice | None:
    """The voice at a place, if there is one."""
    part, number = place
    if part < len(measure.parts) and number < len(measure.parts[part].voices):
        return measure.parts[part].voices[number]
    return None


def with_voice(measure: Measure, place: VoicePlace, voice: Voice) -> Measure:
    """The measure with another voice at a place."""
    parts = list(measure.parts)
    voices = list(parts[place[0]].voices)
    voices[place[1]] = voice
    parts[place[0]] = Part(tuple(voices))
    return replace(measure, parts=tuple(parts))


def with_events(measure: Measure, place: VoicePlace, events: tuple[Event, ...]) -> Measure:
    """The measure with other events in one of its voices."""
    voice = measure.parts[place[0]].voices[place[1]]
    return with_voice(measure, place, replace(voice, events=events))
