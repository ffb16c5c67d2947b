"""What a measure promises and may break besides its length: its verses, what the score can show."""

from __future__ import annotations

from collections.abc import Iterable

from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.lilylet.voice_builder import suits_rests
from lilydesk.notation.event import Chord, Event, Rest
from lilydesk.notation.mark import Mark, MarkKind
from lilydesk.notation.span import Span
from lilydesk.notation.walk import Leaf, leaves_of, n_lyric_notes


def check_verses(state: MeasureState) -> None:
    """Notes verses with more syllables than their voice has notes."""
    for part in state.parts:
        for voice in part:
            for verse in voice.verses:
                n_notes = n_lyric_notes(voice.events)
                if len(verse.syllables) > n_notes:
                    state.fault(
                        "lyrics-too-long", verse.syllables[n_notes].span.start, verse.span.end,
                        f"Of {len(verse.syllables)} syllables only {n_notes} have a note.",
                        "Write _ for a note without a syllable, __ where one goes on.",
                    )  # fmt: skip


def check_showable(state: MeasureState) -> None:
    """Notes what the document holds and the score cannot show."""
    for part in state.parts:
        for voice in part:
            for rest in voice.odd_rests:
                _check_rest(state, rest)
            if any(_mark_of(rest, MarkKind.BEAM_START) for rest in voice.odd_rests):
                _check_beams(state, voice.events)
            for n_before, _, span in voice.barlines:
                if 0 < n_before < voice.n_events:
                    state.fault(
                        "barline-in-measure", *span,
                        "The score shows this barline at the end of the measure.",
                        "End the measure there with |.",
                    )  # fmt: skip


def _check_rest(state: MeasureState, rest: Rest) -> None:
    if rest.is_grace:
        state.fault("grace-rest", *rest.span, "The score cannot show a rest among grace notes.")
    for mark in rest.marks:
        if not suits_rests(mark):
            state.fault(
                "mark-on-rest", *mark.span,
                f"The score cannot show this at a rest: {mark.kind.value}.",
            )  # fmt: skip


def _check_beams(state: MeasureState, events: Iterable[Event]) -> None:
    """Notes beams over nothing but rests: the score shows the rests without them."""
    opened: Mark | None = None
    has_note = False
    for leaf in leaves_of(events):
        if leaf.is_grace:
            continue
        if opened is None:
            opened, has_note = _mark_of(leaf, MarkKind.BEAM_START), False
        has_note = has_note or isinstance(leaf, Chord)
        closing = _mark_of(leaf, MarkKind.BEAM_END)
        if opened is not None and closing is not None and opened.span < closing.span:
            if not has_note:
                _report_beam(state, opened.span, closing.span)
            opened = None


def _report_beam(state: MeasureState, opening: Span, closing: Span) -> None:
    inside = state.text[opening.end : closing.start]
    state.fault(
        "beam-over-rests", opening.start, closing.end,
        "The score cannot show a beam over rests alone.", "Leave out its [ and ].",
        None if set(inside) & set('[]"%') else inside,
    )  # fmt: skip


def _mark_of(leaf: Leaf, kind: MarkKind) -> Mark | None:
    return next((mark for mark in leaf.marks if mark.kind is kind), None)
