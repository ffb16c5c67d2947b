"""The score as a tree: document, measures, parts, voices."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from lilydesk.notation.event import Event, Key, TimeSignature
from lilydesk.notation.pitch import Pitch
from lilydesk.notation.span import Span


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable of a verse."""

    text: str  # empty for a skipped note
    span: Span
    is_hyphenated: bool = False  # a hyphen leads to the next syllable
    is_extended: bool = False  # a line is drawn under the following notes


@dataclass(frozen=True, slots=True)
class Verse:
    """One \\addlyrics block; the n-th of a voice is verse n."""

    syllables: tuple[Syllable, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of a part within one measure."""

    staff: int  # of the part, from 1; where the voice begins
    events: tuple[Event, ...]
    length: Fraction  # in quarters, what the events take together
    span: Span
    verses: tuple[Verse, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """The voices of one part within one measure."""

    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure. All spans in it count from its own start in the text (see Document.starts)."""

    parts: tuple[Part, ...]
    key: Key | None  # in force at its start, changes in the measure's own voices included
    time: TimeSignature | None  # likewise; None until the first \\time (4/4 by custom)
    length: Fraction  # of its longest voice
    expected: Fraction  # what the time signature, or \\partial, asks for
    span: Span  # from the first event to the `|`, inclusive
    comments: tuple[str, ...] = ()  # in and before it, without the %; numbers like %12 included

    @property
    def voices(self) -> tuple[Voice, ...]:
        """The voices of all its parts, in the order of the text."""
        return tuple(voice for part in self.parts for voice in part.voices)


@dataclass(frozen=True, slots=True)
class InstrumentName:
    """[instrument-1-2 "Piano" "Pno."]"""

    name: str
    abbreviation: str = ""


@dataclass(frozen=True, slots=True)
class Headers:
    """What stands before the music. `text` holds the plain ones: title, composer, genre ..."""

    text: dict[str, str] = field(default_factory=dict)
    instruments: dict[str, InstrumentName] = field(default_factory=dict)  # staff id or range
    staves: str = ""
    playing_order: str = ""  # [measures "..."]
    auto_beam: str = "auto"  # "auto", "on" or "off"
    style_lines: tuple[str, ...] = ()  # leading %Period, %Composer, %Genre, without the %


@dataclass(frozen=True, slots=True)
class Document:
    """A score. Measure i's spans count from starts[i], in code points of the whole text."""

    headers: Headers
    measures: tuple[Measure, ...]
    starts: tuple[int, ...]
    trailing_comments: tuple[str, ...] = ()  # after the last measure

    def span_in_text(self, measure_index: int, span: Span) -> Span:
        """A span of measure `measure_index`, counted from the start of the whole text."""
        return span.shifted(self.starts[measure_index])


MIDDLE_C = Pitch("c", 0, 4)
