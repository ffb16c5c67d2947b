"""One measure: from its text and the state before it to a value, the state after it, and faults."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from lilydesk.lilylet.checks import check_showable, check_verses
from lilydesk.lilylet.diagnostics import Diagnostic
from lilydesk.lilylet.instrument_ranges import Extremes
from lilydesk.lilylet.length_checks import check_lengths
from lilydesk.lilylet.loose_ends import LooseEnd, loose_ends
from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.order_checks import RepeatSign, repeat_signs
from lilydesk.lilylet.resolve import quarters
from lilydesk.lilylet.state import EntryState, with_bases
from lilydesk.lilylet.ties import LooseTie, Sounds, first_sounds, loose_ties
from lilydesk.lilylet.token_handlers import HANDLERS
from lilydesk.lilylet.tokens import TOKEN
from lilydesk.lilylet.voice_builder import VoiceBuilder
from lilydesk.notation.document import Measure, Part, Voice
from lilydesk.notation.span import Span

MAX_MEASURE_LENGTH = 200_000  # code points; the rest of a longer one is left out


class Links(NamedTuple):
    """What ties a measure to others, and its staves: for checks of the whole document."""

    loose_ends: tuple[LooseEnd, ...] = ()
    loose_ties: tuple[LooseTie, ...] = ()
    first_sounds: tuple[Sounds, ...] = ()  # of each part
    n_staves: tuple[int, ...] = ()  # of each part
    extremes: tuple[Extremes, ...] = ()  # of each part
    repeat_signs: tuple[RepeatSign, ...] = ()


class MeasureParse(NamedTuple):
    """What reading one measure gives. `measure` is None if it has neither note nor rest."""

    measure: Measure | None
    exit: EntryState
    diagnostics: tuple[Diagnostic, ...]
    n_voices: tuple[int, ...]  # of each part
    comments: tuple[str, ...] = ()
    links: Links = Links()


def parse_measure(text: str, entry: EntryState) -> MeasureParse:
    """Reads one measure, its `|` included. Pure; all spans count from the start of `text`.

    Never raises: what cannot be read becomes a diagnostic, and all around it is read.
    """
    n_given = len(text)
    state = MeasureState(text[:MAX_MEASURE_LENGTH], entry)
    text = state.text
    scan, position = TOKEN.match, 0
    while (match := scan(text, position)) is not None:
        position = HANDLERS[match.lastgroup or "other"](state, match)
    state.close_voice()
    if n_given > MAX_MEASURE_LENGTH:
        state.fault(
            "text-too-long",
            MAX_MEASURE_LENGTH,
            n_given,
            "This measure is too long to be read to its end.",
        )
    return _finish(state)


# -- the measure as a value


def _finish(state: MeasureState) -> MeasureParse:
    entry = state.entry
    has_music = any(voice.n_events for part in state.parts for voice in part)
    exit_state = EntryState(
        with_bases(entry.bases, tuple(tuple(v.base for v in part) for part in state.parts)),
        state.duration, state.key, state.time, state.is_numeric,
        entry.is_first and not has_music,
    )  # fmt: skip
    n_voices = tuple(len(part) for part in state.parts)
    comments = tuple(state.comments)
    if not has_music:
        if state.bar_end or any(voice.events for part in state.parts for voice in part):
            state.fault(
                "empty-measure", *state.span(), "A measure without notes and rests is left out."
            )
        return MeasureParse(None, exit_state, tuple(state.faults), n_voices, comments)
    measure = _measure(state)
    check_lengths(state, measure)
    check_verses(state)
    check_showable(state)
    return MeasureParse(measure, exit_state, tuple(state.faults), n_voices, comments, _links(state))


def _links(state: MeasureState) -> Links:
    n_staves = tuple(max(voice.highest_staff for voice in part) for part in state.parts)
    extremes = tuple(_extremes(part) for part in state.parts)
    sounds = first_sounds(state.parts)
    return Links(
        loose_ends(state), loose_ties(state.parts), sounds, n_staves, extremes, repeat_signs(state)
    )


def _extremes(part: list[VoiceBuilder]) -> Extremes:
    lowest = min(part, key=lambda voice: voice.lowest)
    highest = max(part, key=lambda voice: voice.highest)
    return Extremes(
        lowest.lowest, lowest.lowest_at, highest.highest, highest.highest_at,
        any(voice.is_transposed for voice in part),
    )  # fmt: skip


def _measure(state: MeasureState) -> Measure:
    expected = state.expected_length()
    parts = tuple(
        Part(tuple(_voice(voice, expected) for voice in voices)) for voices in state.parts
    )
    length = max(voice.length for part in parts for voice in part.voices)
    return Measure(
        parts, state.key_at_start, state.time_at_start, length, expected, state.span(),
        tuple(state.comments),
    )  # fmt: skip


def _voice(builder: VoiceBuilder, expected: Fraction) -> Voice:
    length = quarters(builder.units) + builder.full_rests * expected
    start = max(builder.start, 0)
    return Voice(
        builder.staff, tuple(builder.events), length, Span(start, max(builder.end, start)),
        tuple(builder.verses),
    )  # fmt: skip
