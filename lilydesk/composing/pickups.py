r"""Measures that are shorter than their time signature, and the \partial that says so."""

from __future__ import annotations

from lilydesk.composing.voice_places import with_events
from lilydesk.notation import Duration, Measure
from lilydesk.notation.duration import value_of
from lilydesk.notation.event import Partial
from lilydesk.notation.span import NOWHERE


def with_pickup(measure: Measure) -> Measure:
    r"""A measure that is shorter than its time signature, with the \partial that says so."""
    short = short_length(measure)
    events = measure.parts[0].voices[0].events
    if short is None or any(isinstance(event, Partial) for event in events):
        return measure
    return with_events(measure, (0, 0), (Partial(short, NOWHERE), *events))


def short_length(measure: Measure) -> Duration | None:
    r"""The length of a measure that is shorter than its time signature, as \partial names it."""
    for voice in measure.voices:
        for event in voice.events:
            if isinstance(event, Partial):
                return event.duration
    if measure.time is None or measure.length >= measure.time.length:
        return None
    return value_of(measure.length, 1, 32)
