"""The rest of a measure that the composer began, as text that goes behind the composer's own.

The composer may have broken lines anywhere and written octaves and durations accordingly. So the
rest begins on a line of its own, where pitch counts from middle C, with its first duration given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lilydesk.lilylet import write_voice
from lilydesk.lilylet.tokens import TOKEN
from lilydesk.notation import Event, Key, Measure, TimeSignature, Tuplet
from lilydesk.notation.event import StandaloneMark
from lilydesk.notation.walk import is_timed


def remainder_text(
    composers_text: str,
    added: str,
    has_separator: bool,
    measure: Measure,
    begun_text: str,
    lines: Sequence[str],
) -> str:
    """What to put behind the composer's text to complete its last measure, without the `|`.

    `measure` is the whole one, its spans counting in a text that starts with the canonical
    `begun_text`; `lines` are its canonical voices. `added` closes what the composer left open.
    """
    head = (f"\n{added.lstrip()}" if ends_in_comment(composers_text) else added) if added else ""
    cursor = begun_text.count("\n")
    if has_separator:
        lines_after = lines[cursor + 1 :]
        return "\n".join(
            [*([head] if head or not _ends_line(composers_text) else []), *lines_after]
        )
    voices = measure.voices
    written = _voice_text(voices[cursor].events, len(begun_text), measure.key, measure.time)
    first = written + separator_of(lines[cursor])
    broken = "" if not head and _ends_line(composers_text) else "\n"
    return "\n".join([head + broken + first.lstrip(), *lines[cursor + 1 :]])


def separator_of(line: str) -> str:
    """The separator at the end of a canonical line, with its space, or nothing."""
    bare = line.rstrip("\\")
    return line[len(bare.rstrip(" ")) :] if len(line) - len(bare) > 1 else ""


def _voice_text(
    events: Iterable[Event], offset: int, key: Key | None, time: TimeSignature | None
) -> str:
    """Events from `offset` on; after the end of a tuplet a new line, for the pitch base."""
    rests = _events_after(tuple(events), offset)
    texts = [write_voice(part, key, time) for part in rests]
    return " }\n".join(texts).rstrip("\n")


def _events_after(events: tuple[Event, ...], offset: int) -> list[tuple[Event, ...]]:
    """What follows in the innermost tuplet that is open at `offset`, then in the one around it."""
    for index, event in enumerate(events):
        if isinstance(event, Tuplet) and event.span.start < offset < event.span.end:
            return [*_events_after(event.events, offset), _detached(events[index + 1 :])]
        if event.span.start >= offset:
            return [_detached(events[index:])]
    return [()]


def _detached(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Without marks at the beginning: they would fall on the composer's last note."""
    n_before = next((i for i, event in enumerate(events) if is_timed(event)), len(events))
    kept = (event for event in events[:n_before] if not isinstance(event, StandaloneMark))
    return (*kept, *events[n_before:])


def ends_in_comment(text: str) -> bool:
    """Whether more text on the last line would belong to a comment."""
    line = text[text.rfind("\n") + 1 :]
    position = 0
    while (match := TOKEN.match(line, position)) is not None:
        if match.lastgroup == "comment":
            return True
        position = match.end()
    return False


def _ends_line(text: str) -> bool:
    return not text.rpartition("\n")[2].strip(" \t")
