r"""The canonical form of a score: what the models read and write, and what formatting gives.

One voice a line, pitches from middle C in each, `\key` and `\time` in every measure. Reading it
gives the same events; writing it again, the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lilydesk.lilylet.clef_tracker import ClefTracker
from lilydesk.lilylet.tokens import quote
from lilydesk.lilylet.voice_writer import SignatureWriter, VoiceWriter, write_verse
from lilydesk.notation.document import Document, Headers, Measure, Part, Voice
from lilydesk.notation.event import Event, Key, TimeSignature

_TEXT_HEADERS = (
    "title", "subtitle", "composer", "arranger", "lyricist", "opus", "genre", "instrument",
)  # fmt: skip
_NUMBER = re.compile(r"\s*\d*\s*")


class MeasureWriter:
    """Writes the measures of one score in order; carries what a later measure need not repeat."""

    def __init__(self) -> None:
        self._clefs: dict[int, ClefTracker] = {}
        self._signatures = SignatureWriter()
        self._staff = 1  # of the voice written last

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
        has_staves = len({voice.staff for voice in part.voices if not _is_empty(voice)}) > 1
        lines = []
        for index, voice in enumerate(_voices_to_write(part)):
            is_first = number == index == 0
            words = []
            if (is_first or not _is_empty(voice)) and (
                has_staves or voice.staff != 1 or voice.staff != self._staff
            ):
                words.append(f'\\staff "{voice.staff}"')
            self._staff = voice.staff
            if is_first:
                words += self._signatures.at_start(measure.key, measure.time)
            lines.append(self._write_voice(words, voice, measure, clefs))
        return " \\\\\n".join(lines)

    def _write_voice(
        self, words: list[str], voice: Voice, measure: Measure, clefs: ClefTracker
    ) -> str:
        writer = VoiceWriter(
            measure.key, measure.time, clefs, voice.staff, signatures=self._signatures
        )
        writer.write(voice.events)
        return " ".join([*words, *writer.words, *map(write_verse, voice.verses)])


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
