"""Whether the score can show what [measures] asks for, and whether its repeat signs agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lilydesk.lilylet.diagnostics import Diagnostic, diagnose
from lilydesk.lilylet.measure_state import MeasureState
from lilydesk.notation.span import Span
from lilydesk.timeline.playing_order import ENDS_REPEAT, STARTS_REPEAT
from lilydesk.timeline.shown_order import (
    Jump,
    ManyTimes,
    ShownOrder,
    Skip,
    Unshown,
    signs_of_order,
)

_MOST_HINTS = 3


class RepeatSign(NamedTuple):
    r"""A \bar with a repeat sign; its span counts from the measure's start."""

    style: str
    is_left: bool  # before the measure's first note
    span: Span


def repeat_signs(state: MeasureState) -> tuple[RepeatSign, ...]:
    """The repeat signs that are written in a measure."""
    return tuple(
        RepeatSign(style, n_before == 0, span)
        for part in state.parts
        for voice in part
        for n_before, style, span in voice.barlines
        if style in STARTS_REPEAT or style in ENDS_REPEAT
    )


def check_shown_order(
    order: str, span: Span, signs: list[tuple[int, tuple[RepeatSign, ...]]]
) -> Iterator[Diagnostic]:
    """Hints at what the score shows otherwise than it is played.

    `signs` are the start and the repeat signs of each measure; `span` is that of the header.
    """
    shown = signs_of_order(order, len(signs))
    turns = _without_consequences(shown.unshown)
    for turn in turns[:_MOST_HINTS]:
        message, hint = _in_words(turn)
        yield diagnose("order-not-shown", *span, message, hint)
    if len(turns) > _MOST_HINTS:
        message = f"{len(turns) - _MOST_HINTS} more turns of the playing order are not shown."
        yield diagnose("order-not-shown", *span, message)
    for index, (start, written) in enumerate(signs):
        for sign in written:
            if not _is_played(sign, index, shown):
                yield diagnose(
                    "repeat-not-played", *sign.span.shifted(start),
                    "The playing order does not follow the repeat sign here.",
                    "Take it out, or change [measures] at the head of the text.", "",
                )  # fmt: skip


def _without_consequences(turns: Iterable[Unshown]) -> list[Unshown]:
    """The turns, without those that only lead on from a jump."""
    found: list[Unshown] = []
    until = -1  # where the jump before led
    for turn in turns:
        if not (isinstance(turn, Jump) and turn.after == until):
            found.append(turn)
        until = turn.until if isinstance(turn, Jump) else -1
    return found


def _in_words(turn: Unshown) -> tuple[str, str]:
    match turn:
        case Skip(first, last):
            which = _measures(first, last)
            verb = "is" if first == last else "are"
            return (
                f"The playing order leaves out {which}, which {verb} shown all the same.",
                "Add what is missing to the order, or delete the music.",
            )
        case ManyTimes(first, last, times):
            return (
                f"The order plays {_measures(first, last)} {times} times; "
                "the repeat sign that is shown means twice.",
                f'Write ^\\markup "{times}×" at the last note of measure {last + 1}.',
            )
        case Jump(after, to, until, then):
            return _jump_in_words(after, to, until, then)


def _jump_in_words(after: int, to: int, until: int, then: int | None) -> tuple[str, str]:
    way = "goes back" if to <= after else "goes on"
    end = ""
    words = "D.C." if to == 0 else "D.S."
    hint = ""
    if then is not None:
        end = f", after measure {until + 1} it goes on with measure {then + 1}"
        words += " al Coda"
        hint = f" and \\coda at measures {until + 1} and {then + 1}"
    elif until < after:
        end = f" and ends with measure {until + 1}"
        words += " al Fine"
        hint = f' and ^\\markup "Fine" at the end of measure {until + 1}'
    sign = "" if to == 0 else f"\\segno at measure {to + 1}, "
    message = (
        f"After measure {after + 1} the playing order {way} to measure {to + 1}{end}: it is played,"
        " but repeats and endings cannot show it."
    )
    if to > after:
        return message, ""
    return message, f'Write {sign}^\\markup "{words}" at the end of measure {after + 1}{hint}.'


def _measures(first: int, last: int) -> str:
    if first == last:
        return f"measure {first + 1}"
    return f"the measures {first + 1} to {last + 1}"


def _is_played(sign: RepeatSign, index: int, shown: ShownOrder) -> bool:
    """Whether the order goes back where the sign says so; the score's first needs no sign."""
    following = index if sign.is_left else index + 1
    starts = following == 0 or following in shown.starts
    ends = following - 1 in shown.ends
    return (starts or sign.style not in STARTS_REPEAT) and (ends or sign.style not in ENDS_REPEAT)
