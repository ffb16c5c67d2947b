"""What a model wrote, as measures that are sure to be music: parsed, filled, written again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count

from lilydesk.composing.prefix import Manner
from lilydesk.lilylet import EntryState, MeasureParse, parse_document, parse_measure
from lilydesk.lilylet.lengths import spelled_length
from lilydesk.notation import (
    Duration,
    Event,
    Headers,
    Measure,
    Part,
    Rest,
    TimeSignature,
    Tuplet,
    Voice,
)
from lilydesk.notation.duration import value_of
from lilydesk.notation.event import KeyChange, RestKind, TimeChange
from lilydesk.notation.span import NOWHERE, Span
from lilydesk.notation.walk import takes_time, with_voices

_MEASURE_END = "|\n"
RawMeasure = tuple[int, str]
"""Number of the take, from 0, and a measure as its model wrote it, up to "|" and newline."""


def split_measures(pieces: Iterable[str]) -> Iterator[str]:
    """Join an engine's pieces and hand on each measure when its "|" and newline have come."""
    return (raw for _, raw in split_takes(((0, piece) for piece in pieces), [""]))


def split_takes(pieces: Iterable[tuple[int, str]], begun: Sequence[str]) -> Iterator[RawMeasure]:
    """The same for several takes at once; `begun` is what each starts with."""
    texts = list(begun)
    for take, piece in pieces:
        *measures, texts[take] = (texts[take] + piece).split(_MEASURE_END)
        yield from ((take, raw + _MEASURE_END) for raw in measures)


def split_headers(raw: str) -> tuple[Headers, str]:
    """Header lines in front of a measure, those that can be read, and the rest."""
    lines = raw.splitlines(keepends=True)
    n_headers = next((i for i, line in enumerate(lines) if not line.startswith("[")), len(lines))
    readable = [line for line in lines[:n_headers] if not parse_document(line).diagnostics]
    return parse_document("".join(readable)).document.headers, "".join(lines[n_headers:])


@dataclass(frozen=True, slots=True)
class ReadMeasure:
    """A measure of an engine as a value."""

    measure: Measure
    exit: EntryState


def read_measure(raw: str, entry: EntryState, staves: tuple[int, ...]) -> ReadMeasure:
    """Take what can be read of a measure; voices without notes and missing staves get rests."""
    parse = parse_measure(raw, replace(entry, bases=()))
    return ReadMeasure(_filled(parse, staves), parse.exit)


def _filled(parse: MeasureParse, staves: tuple[int, ...]) -> Measure:
    measure = parse.measure or _empty_measure(parse)
    parts = [
        _filled_part(measure.parts[i] if i < len(measure.parts) else Part(()), n_staves, measure)
        for i, n_staves in enumerate(staves or (1,))
    ]
    parts += measure.parts[len(parts) :]
    if tuple(parts) == measure.parts:
        return measure
    length = max(voice.length for part in parts for voice in part.voices)
    return replace(measure, parts=tuple(parts), length=length)


def _empty_measure(parse: MeasureParse) -> Measure:
    time = parse.exit.time
    expected = time.length if time else Fraction(4)
    return Measure((), parse.exit.key, time, expected, expected, NOWHERE)


def _filled_part(part: Part, n_staves: int, measure: Measure) -> Part:
    voices = [
        voice if has_music(voice.events) else _with_rest(voice, measure) for voice in part.voices
    ]
    present = {voice.staff for voice in voices}
    for staff in range(1, n_staves + 1):
        if staff not in present:
            voices.append(_with_rest(Voice(staff, (), Fraction(0), NOWHERE), measure))
    return Part(tuple(voices)) if tuple(voices) != part.voices else part


def _with_rest(voice: Voice, measure: Measure) -> Voice:
    rest = Rest(RestKind.FULL_MEASURE, rest_duration(measure.expected), NOWHERE)
    return replace(voice, events=(*voice.events, rest), length=measure.expected)


def with_full_voices(measure: Measure, first: int = 0) -> Measure:
    """The measure, whose voices from number `first` on end in rests where they were too short.

    A model that is followed leaves that only where nobody can follow: behind nested tuplets, say.
    """
    numbers = count()

    def full(voice: Voice) -> Voice:
        gap = measure.expected - voice.length
        if next(numbers) < first or gap <= 0 or not has_music(voice.events):
            return voice
        events = (*voice.events, *_rests(gap, Span(voice.span.end, voice.span.end)))
        return replace(voice, events=events, length=measure.expected)

    return with_voices(measure, full) if measure.time is not None else measure


def _rests(length: Fraction, span: Span) -> Iterator[Event]:
    """Rests of a length in all; what no note value has is one in a tuplet."""
    values = spelled_length(length)
    if values is None:
        values = spelled_length(Fraction(length // 1)) or []
        odd = length % 1
        rest = Rest(RestKind.VISIBLE, Duration(4), span)
        yield Tuplet(odd, odd.denominator, odd.numerator, (rest,), span)
    yield from (Rest(RestKind.VISIBLE, value, span) for value in values)


def rest_duration(length: Fraction) -> Duration:
    """The note value of this length, or a whole note where none has it."""
    return value_of(length, 2, 32) or Duration(1)


def has_music(events: tuple[Event, ...]) -> bool:
    """Whether there is a note or rest that takes time."""
    return any(map(takes_time, events))


def in_composers_manner(measure: Measure, manner: Manner) -> Measure:
    """The measure without the key and time signature that only the model had to see."""
    if not manner.states_key and measure.key == manner.key:
        measure = replace(_without(measure, KeyChange), key=None)
    if not manner.states_time and _is_same_time(measure.time, manner.time):
        measure = _with_plain_rests(replace(_without(measure, TimeChange), time=None))
    return measure


def _with_plain_rests(measure: Measure) -> Measure:
    """Without full-measure rests: where no time signature is stated they last four quarters."""

    def plain(voice: Voice) -> Voice:
        events = tuple(
            replace(event, kind=RestKind.VISIBLE, duration=rest_duration(voice.length))
            if isinstance(event, Rest) and event.kind is RestKind.FULL_MEASURE
            else event
            for event in voice.events
        )
        return replace(voice, events=events)

    return with_voices(measure, plain)


def _is_same_time(one: TimeSignature | None, other: TimeSignature | None) -> bool:
    """Whether two time signatures are equal but for the way they are shown."""
    if one is None or other is None:
        return one is other
    return (one.numerator, one.denominator) == (other.numerator, other.denominator)


def _without(measure: Measure, kind: type[KeyChange] | type[TimeChange]) -> Measure:
    def without(voice: Voice) -> Voice:
        return replace(voice, events=tuple(e for e in voice.events if not isinstance(e, kind)))

    return with_voices(measure, without)
