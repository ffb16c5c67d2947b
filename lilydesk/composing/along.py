"""Music that is there already, and that new music is written along: a hand, a rhythm, a melody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from lilydesk.composing.pickups import with_pickup
from lilydesk.composing.prefix import Manner, in_manner, manner_of
from lilydesk.composing.voice_places import VoicePlace, voice_at
from lilydesk.engines import GivenMeasure
from lilydesk.engines.constraints import Keeps
from lilydesk.errors import LilyDeskError
from lilydesk.lilylet import MeasureWriter, line_and_column, parse_document
from lilydesk.notation import Duration, Key, Measure, Part, Rest, TimeSignature, Voice
from lilydesk.notation.event import RestKind
from lilydesk.notation.span import NOWHERE


@dataclass(frozen=True, slots=True)
class Along:
    """The composer's own measures, each for one new measure, and what of them stays.

    Locked voices (part and voice, from 0, in the order of the text) stay note by note. Of the
    others all but the pitches stays ("rhythm"), or the pitches in their order ("pitches"), or
    nothing. A staff that the music does not have yet gets a voice of the model's own.
    """

    text: str
    locked: frozenset[VoicePlace] = frozenset()
    keeps: Keeps = "none"
    staves: tuple[int, ...] = ()  # that each part shall have; empty = those of the prefix or text


@dataclass(frozen=True, slots=True)
class AlongMeasures:
    """The same in the words of the engine."""

    given: tuple[GivenMeasure, ...] = ()
    manner: Manner | None = None  # key and time signature at its end
    is_all_locked: bool = False


def read_along(
    along: Along | None, staves: Sequence[int], key: Key | None, time: TimeSignature | None
) -> AlongMeasures:
    """Bring the music into canonical form; `key` and `time` serve where it states none.

    Raises LilyDeskError for music with errors, and for locked voices that are not there.
    """
    if along is None:
        return AlongMeasures()
    parsed = parse_document(along.text)
    for error in parsed.errors:
        line, _ = line_and_column(along.text, error.span.start)
        raise LilyDeskError(
            f"The given music has an error in line {line}: {error.message}", "Mend it first."
        )
    measures = parsed.document.measures
    if not measures:
        raise LilyDeskError("There is no measure in the given music.", "Write one first.")
    _check_locked(along.locked, measures)
    manner = manner_of(measures, parsed.chunks, key, time, has_music=True)
    writer, given, is_all_locked = MeasureWriter(), [], True
    for measure in measures:
        filled = with_pickup(_with_staves(in_manner(measure, manner), along.staves or staves))
        text = f"{writer.write(filled)} |\n"
        given.append(GivenMeasure(text, along.locked, along.keeps))
        is_all_locked = is_all_locked and along.locked >= _places(filled)
    return AlongMeasures(tuple(given), manner, is_all_locked)


def _places(measure: Measure) -> set[VoicePlace]:
    return {(i, j) for i, part in enumerate(measure.parts) for j in range(len(part.voices))}


def _check_locked(locked: frozenset[VoicePlace], measures: Sequence[Measure]) -> None:
    for part, voice in sorted(locked):
        if all(voice_at(measure, (part, voice)) is None for measure in measures):
            raise LilyDeskError(
                f"The given music has no voice {voice + 1} in part {part + 1}.",
                "Parts and voices are counted from 1, in the order of the text.",
            )


def _with_staves(measure: Measure, staves: Sequence[int]) -> Measure:
    """The measure with a voice on each staff, and with all parts."""
    parts = [
        _with_all_staves(measure.parts[i] if i < len(measure.parts) else Part(()), n, measure)
        for i, n in enumerate(staves)
    ]
    return replace(measure, parts=(*parts, *measure.parts[len(parts) :]))


def _with_all_staves(part: Part, n_staves: int, measure: Measure) -> Part:
    present = {voice.staff for voice in part.voices}
    rest = Rest(RestKind.FULL_MEASURE, Duration(1), NOWHERE)
    missing = tuple(
        Voice(staff, (rest,), Fraction(measure.length), NOWHERE)
        for staff in range(1, n_staves + 1)
        if staff not in present
    )
    return replace(part, voices=(*part.voices, *missing))
