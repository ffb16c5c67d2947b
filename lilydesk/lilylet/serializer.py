r"""The canonical form of a score: what the models read and write, and what formatting gives.

One voice a line, pitches from middle C in each, `\key` and `\time` in every measure. Reading it
gives the same events; writing it again, the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lilydesk.lilylet.clef_tracker import ClefTracker
from lilydesk.lilylet.headers import TEXT_HEADERS
from lilydesk.lilylet.tokens import quote
from lilydesk.lilylet.voice_writer import SignatureWriter, VoiceWriter, write_verse
from lilydesk.notation.document import Document, Headers, Measure, Part, Voice
from lilydesk.notation.event import (
    Chord,
    DoubleTremolo,
    Event,
    Key,
    Rest,
    StaffChange,
    TimeSignature,
    Tuplet,
)

_NUMBER = re.compile(r"\s*\d*\s*")


class MeasureWriter:
    """Writes the measures of one score in order; carries what a later measure need not repeat."""

    def __init__(self) -> None:
        self._clefs: dict[int, ClefTracker] = {}
        self._signatures = SignatureWriter()
        self._staff = 1  # of the voice written last

    def write(self, measure: Measure) -> str:
        """The measure up to its `|`, without it. Empty voices and parts at an end are left out."""
        signatures = self._signatures.at_start(measure.key, measure.time)
        bodies = [
            [self._write_body(voice, measure, clefs) for voice in part.voices]
            for part, clefs in zip(measure.parts, self._clefs_of(measure), strict=True)
        ]
        parts = [
            self._write_part(part, texts, signatures if number == 0 else None)
            for number, (part, texts) in enumerate(zip(measure.parts, bodies, strict=True))
            if number == 0 or any(map(any, bodies[number:]))
        ]
        for clefs in self._clefs.values():
            clefs.end_measure()
        return " \\\\\\\n".join(parts)

    def _clefs_of(self, measure: Measure) -> list[ClefTracker]:
        numbers = range(len(measure.parts))
        return [self._clefs.setdefault(number, ClefTracker()) for number in numbers]

    def _write_part(self, part: Part, bodies: list[list[str]], signatures: list[str] | None) -> str:
        staves = {voice.staff for voice, body in zip(part.voices, bodies, strict=True) if body}
        lines = []
        for index, (voice, body) in enumerate(zip(part.voices, bodies, strict=True)):
            lead = signatures if index == 0 else None
            words = self._staff_of(voice, len(staves) > 1) if body or lead is not None else []
            words += lead or []
            if index == 0 or any(bodies[index:]):
                lines.append(" ".join(words + body))
        return " \\\\\n".join(lines)

    def _staff_of(self, voice: Voice, has_staves: bool) -> list[str]:
        before, self._staff = self._staff, voice.staff
        is_said = has_staves or voice.staff != 1 or voice.staff != before
        if is_said or _changes_staff_first(voice.events):
            return [f'\\staff "{voice.staff}"']
        return []

    def _write_body(self, voice: Voice, measure: Measure, clefs: ClefTracker) -> list[str]:
        writer = VoiceWriter(
            measure.key, measure.time, clefs, voice.staff, signatures=self._signatures
        )
        writer.write(voice.events)
        return [*writer.words, *map(write_verse, voice.verses)]


def write_document(document: Document, *, measure_numbers: bool = True) -> str:
    """The canonical text of a score. Comments stand on lines of their own; none is lost.

    `measure_numbers` adds %1, %2 … after each measure; the published model's texts have none.
    """
    headers = _header_lines(document.headers)
    style_lines = [f"%{line}" for line in document.headers.style_lines]
    blocks = ["\n".join([*style_lines, *headers])]
    for number, (measure, text) in enumerate(
        zip(document.measures, write_measures(document), strict=True), start=1
    ):
        comments = _comment_lines(measure.comments)
        end = f"| %{number}" if measure_numbers else "|"
        if number > 1 or headers or not comments:
            blocks.append("\n".join([*comments, f"{text} {end}"]))
        else:  # as the first lines of the text they would be taken for style lines
            blocks.append("\n".join([text, *comments, end]))
    between = "\n\n" if document.measures or headers else "\n"
    blocks.append("\n".join(_comment_lines(document.trailing_comments)))
    text = between.join(block for block in blocks if block)
    return text + "\n" if text else ""


def write_measures(document: Document) -> list[str]:
    """The canonical text of each measure, without its `|`, comments and number."""
    writer = MeasureWriter()
    return [writer.write(measure) for measure in document.measures]


def write_measure(measure: Measure) -> str:
    """The canonical text of one measure by itself, without its `|`."""
    return MeasureWriter().write(measure)


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


# -- pieces


def _changes_staff_first(events: Iterable[Event]) -> bool:
    r"""Whether a \staff stands before any note; it would be taken for the voice's own."""
    for event in events:
        if isinstance(event, StaffChange):
            return True
        if isinstance(event, Tuplet):
            return _changes_staff_first(event.events)
        if isinstance(event, Chord | Rest | DoubleTremolo):
            return False
    return False


def _header_lines(headers: Headers) -> list[str]:
    lines = [
        f"[{name} {quote(headers.text[name])}]" for name in TEXT_HEADERS if name in headers.text
    ]
    if headers.staves:
        lines.append(f"[staves {quote(headers.staves)}]")
    if headers.playing_order:
        lines.append(f"[measures {quote(headers.playing_order)}]")
    for staves, instrument in headers.instruments.items():
        names = [instrument.name] + [instrument.abbreviation] * bool(instrument.abbreviation)
        lines.append(f"[instrument-{staves} {' '.join(map(quote, names))}]")
    if headers.auto_beam != "auto":
        lines.append(f"[auto-beam {quote(headers.auto_beam)}]")
    return lines


def _comment_lines(comments: Iterable[str]) -> list[str]:
    """Comments on lines of their own; measure numbers are left out."""
    return [f"%{text.rstrip()}" for text in comments if not _NUMBER.fullmatch(text)]
