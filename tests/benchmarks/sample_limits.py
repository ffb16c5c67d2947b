"""What the samples of `constrained_samples` are held to besides being music; are they?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from lilydesk.composing import Along, ComposeRequest
from lilydesk.engines import Constraints
from lilydesk.lilylet import parse_document
from lilydesk.notation import Chord, Event, Measure, Part, Tuplet, Voice
from lilydesk.notation.event import DoubleTremolo, StaffChange
from lilydesk.notation.key_signature import key_alterations
from lilydesk.notation.walk import leaves_of

LIMITS = {
    "range": Constraints(((60, 84), (36, 60))),
    "key": Constraints(key_only=True),
    "solo": Constraints(max_polyphony=1),
    "few": Constraints(max_polyphony=3),
    "all": Constraints(((57, 72), (40, 60)), key_only=True, max_polyphony=2),
    "no note": Constraints(((61, 61), (66, 66)), key_only=True, max_polyphony=1),
}
GIVEN = (
    '\\staff "1" \\key g \\major \\time 3/4 \\clef "treble" '
    "d'4( \\tuplet 3/2 { g,8[ a fs'] } <b d>4)\\f \\\\\n"
    '\\staff "2" \\clef "bass" <g, b d>2\\< a4\\! | %1\n\n'
    '\\staff "1" \\grace { c\'16 d } e4~ e8 d r4 \\\\\n\\staff "2" r8 c,4. g4~ | %2\n\n'
    '\\staff "1" g\'2.~ \\\\\n\\staff "2" g,4 r8 b d8. d16 | %3\n\n'
    '\\staff "1" g\'8[ fs e d] c4 \\\\\n\\staff "2" \\repeat tremolo 6 { c,16 e } | %4\n'
)
ALONG = {
    "locked": Along(GIVEN, frozenset({(0, 0)})),
    "new hand": Along(
        "\\key g \\major \\time 3/4 d'4 g8 a b4 | c2. | b8 a g4 fs | g2. |",
        frozenset({(0, 0)}),
        staves=(2,),
    ),
    "rhythm": Along(GIVEN, keeps="rhythm"),
    "pitches": Along(GIVEN, keeps="pitches"),
}
KINDS = ("none", *LIMITS, *ALONG)


def held_to(kind: str, request: ComposeRequest) -> ComposeRequest:
    """The request with limits, or along given music; each of its measures is asked for."""
    if kind in LIMITS:
        return replace(request, constraints=LIMITS[kind])
    if kind in ALONG:
        return replace(request, along=ALONG[kind], prefix_text="", n_measures=4, key="", time="")
    return request


def broken_limits(request: ComposeRequest, whole: str) -> list[str]:
    """Where the new measures of `whole` leave their limits; best nothing."""
    limits, along = request.constraints, request.along
    measures = parse_document(whole).document.measures
    n_own = len(parse_document(request.prefix_text).document.measures)
    faults = [fault for measure in measures[n_own:] for fault in _broken_in(measure, limits)]
    if along is not None:
        faults += _lost(along, measures)
    return sorted(set(faults))


def _broken_in(measure: Measure, limits: Constraints) -> Iterator[str]:
    first_staff = 0
    for part in measure.parts:
        for voice in part.voices:
            for staff, _, _, chord in _chords_of(voice):
                for head in chord.heads:
                    pitch = head.pitch
                    index = first_staff + staff - 1
                    held = limits.ranges[index] if index < len(limits.ranges) else None
                    if held and not held[0] <= pitch.midi <= held[1]:
                        yield f"note {pitch.midi} on staff {index + 1}"
                    fifths = measure.key.fifths if measure.key else 0
                    alter = key_alterations(fifths).get(pitch.step, 0)
                    if limits.key_only and pitch.alter != alter:
                        yield "a note outside the key"
        if limits.max_polyphony and _most_at_once(part) > limits.max_polyphony:
            yield f"{_most_at_once(part)} notes at once"
        first_staff += max((voice.staff for voice in part.voices), default=1)


def _most_at_once(part: Part) -> int:
    sounding = [one for voice in part.voices for one in _chords_of(voice) if one[2]]
    return max(
        (
            sum(
                len(chord.heads)
                for staff, start, length, chord in sounding
                if staff == place and start <= onset < start + length
            )
            for place, onset, _, _ in sounding
        ),
        default=0,
    )


def _chords_of(voice: Voice) -> Iterator[tuple[int, Fraction, Fraction, Chord]]:
    """Staff, onset, length (0 for grace notes) and notes; tremolos count with their first notes."""
    staff, onset = voice.staff, Fraction(0)
    for event, scale in _flat(voice.events, Fraction(1)):
        length = Fraction(getattr(event, "length", 0)) * scale
        if isinstance(event, StaffChange):
            staff = event.staff
        elif isinstance(event, Chord):
            yield staff, onset, Fraction(0) if event.is_grace else length, event
        elif isinstance(event, DoubleTremolo):
            yield staff, onset, length, event.first
        onset += Fraction(0) if getattr(event, "is_grace", False) else length


def _flat(events: Iterable[Event], scale: Fraction) -> Iterator[tuple[Event, Fraction]]:
    for event in events:
        if isinstance(event, Tuplet):
            yield from _flat(event.events, scale * event.ratio)
        else:
            yield event, scale


def _lost(along: Along, measures: Iterable[Measure]) -> Iterator[str]:
    """What of the given music should have stayed and has not."""
    for old, new in zip(parse_document(along.text).document.measures, measures, strict=False):
        for place, (one, other) in enumerate(zip(old.voices, new.voices, strict=False)):
            if (0, place) in along.locked and _notes(one) != _notes(other):
                yield "a locked voice has changed"
            if along.keeps == "rhythm" and _rhythm(one) != _rhythm(other):
                yield "the rhythm has changed"
            if along.keeps == "pitches" and _heads(one) != _heads(other):
                yield "the pitches have changed"


def _notes(voice: Voice) -> list[object]:
    return [(_pitches(leaf), leaf.duration, leaf.is_grace) for leaf in leaves_of(voice.events)]


def _rhythm(voice: Voice) -> list[object]:
    return [(len(_pitches(leaf)), leaf.duration, leaf.is_grace) for leaf in leaves_of(voice.events)]


def _heads(voice: Voice) -> list[object]:
    leaves = leaves_of(voice.events)
    return [_pitches(leaf) for leaf in leaves if isinstance(leaf, Chord) and not leaf.is_grace]


def _pitches(leaf: object) -> tuple[int, ...]:
    return tuple(head.pitch.midi for head in leaf.heads) if isinstance(leaf, Chord) else ()
