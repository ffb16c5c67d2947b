r"""The canonical form of a score: what the models read and write, and what formatting gives.

One voice a line, pitches from middle C in each, `\key` and `\time` in every measure. Reading it
gives the same events; writing it again, the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lilydesk.lilylet.clef_tracker import ClefTracker
from lilydesk.lilylet.tokens import quote
from lilydesk.lilylet.voice_writer import VoiceWriter, write_key, write_time, write_verse
from lilydesk.notation.document import Document, Headers, Measure, Part, Voice
from lilydesk.notation.event import Event, Key, StaffChange, TimeSignature, Tuplet

_TEXT_HEADERS = (
    "title", "subtitle", "composer", "arranger", "lyricist", "opus", "genre", "instrument",
)  # fmt: skip
_NUMBER = re.compile(r"\s*\d*\s*")


class MeasureWriter:
    """Writes the measures of one score in order; carries what a later measure need not repeat."""

    def __init__(self, staff_counts: Sequence[int] = ()) -> None:
        self._staff_counts = staff_counts  # of each part; what a measure shows is added
        self._clefs: dict[int, ClefTracker] = {}
        self._is_numeric = False

    def write(self, measure: Measure) -> str:
        """The measure up to its `|`, without it."""
        parts = [
            self._write_part(number, part, measure)
            for number, part in enumerate(_without_empty_end(measure.parts))
        ]
        for clefs in self._clefs.values():
            clefs.end_measure()
        return " \\\\\\\n".join(parts)

    def _write_part(self, number: int, part: Part, measure: Measure) -> str:
        clefs = self._clefs.setdefault(number, ClefTracker())
        known = self._staff_counts[number] if number < len(self._staff_counts) else 1
        has_staves = max(known, _staff_count(part)) > 1
        voices = _voices_to_write(part)
        lines = []
        for index, voice in enumerate(voices):
            lead = [f'\\staff "{voice.staff}"'] if has_staves and voice.events else []
            if number == 0 and index == 0:
                lead = [f'\\staff "{voice.staff}"'] if has_staves else []
                lead += self._signatures(measure)
            lines.append(_write_line(voice, lead, measure.key, measure.time, clefs))
        return " \\\\\n".join(lines)

    def _signatures(self, measure: Measure) -> list[str]:
        words = [write_key(measure.key)] if measure.key else []
        time = measure.time
        if time is None:
            return words
        if (time.numerator, time.denominator) in ((4, 4), (2, 2)):
            if self._is_numeric == time.is_symbol:
                self._is_numeric = not time.is_symbol
                words.append(
                    "\\defaultTimeSignature" if time.is_symbol else "\\numericTimeSignature"
                )
        return [*words, write_time(time)]


def write_document(document: Document, *, measure_numbers: bool = True) -> str:
    """The canonical text of a score. Comments stand on lines of their own; none is lost.

    `measure_numbers` adds %1, %2 … after each measure; the published model's texts have none.
    """
    blocks = []
    head = _write_headers(document.headers)
    if head:
        blocks.append(head)
    for number, (measure, text) in enumerate(
        zip(document.measures, write_measures(document), strict=True), start=1
    ):
        comments = _comment_lines(measure.comments)
        blocks.append(comments + text + (f" | %{number}" if measure_numbers else " |"))
    trailing = _comment_lines(document.trailing_comments).rstrip("\n")
    if trailing:
        blocks.append(trailing)
    return "\n\n".join(blocks) + "\n" if blocks else ""


def write_measures(document: Document) -> list[str]:
    """The canonical text of each measure, without its `|`, comments and number."""
    writer = MeasureWriter(staff_counts(document))
    return [writer.write(measure) for measure in document.measures]


def write_measure(measure: Measure, staff_counts: Sequence[int] = ()) -> str:
    """The canonical text of one measure by itself, without its `|`.

    `staff_counts` are the staves of each part, where the rest of the score has more.
    """
    return MeasureWriter(staff_counts).write(measure)


def write_voice(
    events: Iterable[Event], key: Key | None = None, time: TimeSignature | None = None
) -> str:
    """Events as one line that starts from middle C, the first duration written out.

    Nothing is said of staff, key and time unless an event changes them; `key` and `time` are
    those in force, so that a change to the same is left out.
    """
    writer = VoiceWriter(key, time, has_begun=True)
    writer.write(events)
    return " ".join(writer.words)


def staff_counts(document: Document) -> tuple[int, ...]:
    """How many staves each part has in the whole score."""
    counts: list[int] = []
    for measure in document.measures:
        for number, part in enumerate(measure.parts):
            if number == len(counts):
                counts.append(1)
            counts[number] = max(counts[number], _staff_count(part))
    return tuple(counts)


# -- pieces


def _write_line(
    voice: Voice, lead: list[str], key: Key | None, time: TimeSignature | None, clefs: ClefTracker
) -> str:
    writer = VoiceWriter(key, time, clefs, voice.staff)
    writer.write(voice.events)
    return " ".join([*lead, *writer.words, *map(write_verse, voice.verses)])


def _staff_count(part: Part) -> int:
    highest = max((voice.staff for voice in part.voices), default=1)
    for voice in part.voices:
        highest = max([highest, *_staves_within(voice.events)])
    return highest


def _staves_within(events: Iterable[Event]) -> Iterable[int]:
    for event in events:
        if isinstance(event, StaffChange):
            yield event.staff
        elif isinstance(event, Tuplet):
            yield from _staves_within(event.events)


def _is_empty(voice: Voice) -> bool:
    return not voice.events and not voice.verses


def _voices_to_write(part: Part) -> list[Voice]:
    """The voices without empty ones at the end; always one at least."""
    voices = list(part.voices)
    while len(voices) > 1 and _is_empty(voices[-1]):
        voices.pop()
    return voices


def _without_empty_end(parts: Sequence[Part]) -> list[Part]:
    kept = list(parts)
    while len(kept) > 1 and all(_is_empty(voice) for voice in kept[-1].voices):
        kept.pop()
    return kept


def _write_headers(headers: Headers) -> str:
    lines = [f"%{line}" for line in headers.style_lines]
    lines += [f"[{name} {quote(headers.text[name])}]" for name in _TEXT_HEADERS if name in headers.text]
    if headers.staves:
        lines.append(f"[staves {quote(headers.staves)}]")
    if headers.playing_order:
        lines.append(f"[measures {quote(headers.playing_order)}]")
    for staves, instrument in headers.instruments.items():
        names = [instrument.name] + [instrument.abbreviation] * bool(instrument.abbreviation)
        lines.append(f"[instrument-{staves} {' '.join(map(quote, names))}]")
    if headers.auto_beam != "auto":
        lines.append(f"[auto-beam {quote(headers.auto_beam)}]")
    return "\n".join(lines)


def _comment_lines(comments: Iterable[str]) -> str:
    """Comments on lines of their own; measure numbers are left out."""
    return "".join(f"%{text.rstrip()}\n" for text in comments if not _NUMBER.fullmatch(text))
