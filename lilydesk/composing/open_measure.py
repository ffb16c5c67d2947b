"""The measure that the composer has begun and not closed: how it reads, and where it may go on."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from lilydesk.composing.tail import Tail
from lilydesk.lilylet import EntryState, MeasureWriter, parse_measure, write_measure
from lilydesk.notation import Measure

# Stands where the composer stopped while the canonical form is made; nobody writes such a rest.
_PLACEHOLDER = "s1024...."


@dataclass(frozen=True, slots=True)
class OpenMeasure:
    """A begun measure with a placeholder behind the composer's last word."""

    marked: Measure
    entry: EntryState  # what held before it
    separator: str  # voice or part separator at its end, the composer's or the one that must come
    added: str  # what the composer's text needs before it can go on: closers, a separator

    def model_text(self, marked: Measure, writer: MeasureWriter, staves: tuple[int, ...]) -> str:
        """Its canonical beginning, each voice with its staff where the part has several.

        `marked` is the measure with a key and time signature, `writer` has written those before.
        """
        text = deepcopy(writer).write(marked)
        lines = text[: text.rindex(_PLACEHOLDER)].rstrip(" ").split("\n")
        voices = [
            (staves[min(number, len(staves) - 1)], voice.staff)
            for number, part in enumerate(marked.parts)
            for voice in part.voices
        ]
        for index, (n_staves, staff) in enumerate(voices[: len(lines)]):
            if n_staves > 1 and not lines[index].startswith("\\staff"):
                lines[index] = f'\\staff "{staff}" {lines[index]}'.rstrip()
        return "\n".join(lines) + f" {self.separator}" * bool(self.separator)


def read_open_measure(
    words: str, entry: EntryState, tail: Tail, staves: tuple[int, ...]
) -> OpenMeasure | None:
    """Read a begun measure; None if it lacks nothing but its `|`, or if nothing can follow."""
    if tail.separator:
        words = words[: words.rindex(tail.separator)]
    words += tail.closers
    measure = parse_measure(words, entry).measure
    separator, added = tail.separator, tail.closers
    is_open = bool(separator or tail.n_open_tuplets)
    if measure is not None and not is_open and _last_voice_is_full(measure):
        separator = _next_separator(measure, staves)
        if not separator:
            return None
        added += f" {separator}"
    marked = parse_measure(f"{words}\n{_PLACEHOLDER}{' }' * tail.n_open_tuplets} |", entry).measure
    if marked is None or _PLACEHOLDER not in write_measure(marked):
        return None  # swallowed by something that was never closed
    return OpenMeasure(marked, entry, separator, added)


def _last_voice_is_full(measure: Measure) -> bool:
    return measure.parts[-1].voices[-1].length >= measure.expected


def _next_separator(measure: Measure, staves: tuple[int, ...]) -> str:
    """The separator that leads to the next staff or part of the piece; empty at its last one."""
    part = len(measure.parts) - 1
    staff = max(voice.staff for voice in measure.parts[part].voices)
    if part < len(staves) and staff < staves[part]:
        return "\\\\"
    return "\\\\\\" if part + 1 < len(staves) else ""
