"""Whether the voices of a measure are as long as it is meant to be, and what can be done."""

from __future__ import annotations

from fractions import Fraction

from lilydesk.lilylet.lengths import single_value, spelled_length
from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.notation.document import Measure, Voice
from lilydesk.notation.event import Chord, Rest, RestKind, Timed
from lilydesk.notation.mark import MarkKind
from lilydesk.notation.span import Span
from lilydesk.notation.walk import is_grace, is_plain_rest, is_timed, last_leaf, length_of

_GLYPHS = {
    Fraction(1, 2): "½", Fraction(1, 4): "¼", Fraction(3, 4): "¾", Fraction(1, 3): "⅓",
    Fraction(2, 3): "⅔", Fraction(1, 8): "⅛", Fraction(3, 8): "⅜", Fraction(5, 8): "⅝",
    Fraction(7, 8): "⅞", Fraction(1, 6): "⅙", Fraction(5, 6): "⅚",
}  # fmt: skip
_LEADING_ON = (MarkKind.TIE, MarkKind.GLISSANDO)


def quarters_in_words(length: Fraction) -> str:
    """A length as musicians write it: 3½ quarters."""
    whole, rest = divmod(length, 1)
    glyph = _GLYPHS.get(rest)
    if rest == 0:
        number = str(whole)
    elif glyph:
        number = f"{whole or ''}{glyph}"
    else:
        number = f"{whole} {rest}" if whole else str(rest)
    return f"{number} quarter" + ("" if 0 < length <= 1 else "s")


def check_lengths(state: MeasureState, measure: Measure) -> None:
    """Notes voices that are longer or shorter than the measure is meant to be."""
    if measure.time is None and state.partial is None:
        return
    filled = [
        (part, number, voice)
        for part, whole in enumerate(measure.parts)
        for number, voice in enumerate(whole.voices)
        if state.parts[part][number].has_timed
    ]
    voices = [voice for _, _, voice in filled]
    if all(voice.length == measure.expected for voice in voices):
        return
    if _is_pickup(state, measure, {voice.length for voice in voices}):
        state.fault(
            "pickup-without-partial", *measure.span,
            f"This measure is {quarters_in_words(measure.length)} long.",
            "Write \\partial before its first note if it is a pickup.",
            fix="Mark it as a pickup" if single_value(measure.length) else "",
        )  # fmt: skip
    elif len(voices) > 1 and all(voice.length == measure.length for voice in voices):
        _report(state, measure, "This measure", voices, measure.span)
    else:
        for part, number, voice in filled:
            if voice.length != measure.expected:
                who = f"Voice {number + 1}"
                who += f" of part {part + 1}" if len(measure.parts) > 1 else ""
                _report(state, measure, who, [voice], voice.span)


def _is_pickup(state: MeasureState, measure: Measure, lengths: set[Fraction]) -> bool:
    return (
        state.entry.is_first
        and state.partial is None
        and len(lengths) == 1
        and measure.length < measure.expected
    )


def _report(
    state: MeasureState, measure: Measure, who: str, voices: list[Voice], span: Span
) -> None:
    """Says that voices, all of one length, last longer or shorter than they should."""
    length = voices[0].length
    asker = "\\partial" if state.partial else "the time signature"
    code = "voice-too-long" if length > measure.expected else "voice-too-short"
    wanted = quarters_in_words(measure.expected).removesuffix(" quarters").removesuffix(" quarter")
    state.fault(
        "partial-mismatch" if state.partial else code, *span,
        f"{who} lasts {quarters_in_words(length)}, {asker} asks for {wanted}.",
        fix=_fix(voices, measure.expected - length),
    )  # fmt: skip


def _fix(voices: list[Voice], gap: Fraction) -> str:
    """The name of what `edits.fix` can do for the voices, "" where it can do nothing."""
    if gap > 0:
        can_fill = spelled_length(gap) and not any(_leads_on(voice) for voice in voices)
        return "Fill with rests" if can_fill else ""
    can_shorten = all(can_shorten_by(last_timed(voice), -gap) for voice in voices)
    return "Shorten the end" if can_shorten else ""


def _leads_on(voice: Voice) -> bool:
    """Whether its last note leads to what follows, so that no rest may come between."""
    timed = [event for event in voice.events if is_timed(event)]
    last = last_leaf(timed)
    is_tied = last is not None and any(mark.kind in _LEADING_ON for mark in last[1].marks)
    return is_tied or is_grace(timed[-1])


def last_timed(voice: Voice) -> Timed:
    """The last note, rest or group that takes time; the voice must have one."""
    return next(one for one in reversed(voice.events) if is_timed(one) and not is_grace(one))


def can_shorten_by(last: Timed, excess: Fraction) -> bool:
    """Whether a voice ends early enough without this rest, or if this note is shorter."""
    if isinstance(last, Rest) and last.kind is RestKind.FULL_MEASURE:
        return False
    if is_plain_rest(last) and length_of(last) == excess:
        return True
    return isinstance(last, Chord | Rest) and single_value(length_of(last) - excess) is not None
