"""What is wrong in a text, as values: where, how bad, which fault, in one plain sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from lilydesk.notation.span import Span


class Severity(Enum):
    """How bad it is: an error loses something of the text, a warning may sound wrong."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault. Its span counts from the start of the text (inside the room: of the measure).

    `replacement` is a fix that can be applied: the text to put in place of the span. `fix` is the
    name of one that takes more than that; `edits.fix` works it out.
    """

    span: Span
    severity: Severity
    code: str
    message: str
    hint: str = ""
    replacement: str | None = None
    fix: str = ""


_ERROR, _WARNING, _HINT = Severity.ERROR, Severity.WARNING, Severity.HINT

# Code, severity, and what the fault means. Codes are stable: tools may rely on them.
CODES = MappingProxyType({
    "unknown-command": (_ERROR, "No command has this name."),
    "unknown-word": (_ERROR, "A word that is neither pitch nor rest."),
    "glued-notes": (_HINT, "A foreign note name that is read as two notes."),
    "unexpected-character": (_ERROR, "A character that means nothing here."),
    "unexpected-number": (_ERROR, "A number that belongs to no note."),
    "unclosed-group": (_ERROR, "A { without its }."),
    "unclosed-chord": (_ERROR, "A < without its >."),
    "unclosed-string": (_ERROR, "A quotation mark without its partner."),
    "stray-brace": (_ERROR, "A brace that opens or closes nothing."),
    "stray-string": (_WARNING, "A text in quotation marks that belongs to no command."),
    "empty-chord": (_ERROR, "A chord without pitches."),
    "bad-chord": (_ERROR, "Something inside a chord that is no pitch."),
    "missing-argument": (_ERROR, "A command lacks what must follow it."),
    "bad-duration": (_ERROR, "A duration that is no power of two."),
    "bad-time": (_ERROR, "A time signature that cannot be."),
    "bad-key": (_WARNING, "A key of more than seven sharps or flats."),
    "bad-tuplet": (_ERROR, "A tuplet ratio that cannot be."),
    "bad-tremolo": (_ERROR, "A tremolo needs two notes or chords of equal duration."),
    "bad-rest": (_ERROR, "A positioned rest has exactly one pitch."),
    "unknown-mode": (_WARNING, "A mode other than major or minor."),
    "unknown-clef": (_WARNING, "A clef that the score cannot show; treble is shown."),
    "unknown-barline": (_WARNING, "A barline that the score cannot show."),
    "clef-number-not-shown": (_HINT, "A clef sounds as written, but the score shows no number."),
    "change-in-measure": (_HINT, "A key or time signature that the score shows a measure later."),
    "barline-in-measure": (_HINT, "A barline within a measure; the score shows it at its end."),
    "mark-on-rest": (_HINT, "A mark that the score cannot show at a rest."),
    "beam-over-rests": (_HINT, "A beam over rests alone, which the score cannot show."),
    "grace-rest": (_HINT, "A rest among grace notes, which the score cannot show."),
    "unknown-staff": (_WARNING, "A staff number that the score does not have."),
    "mark-without-note": (_WARNING, "A mark that follows no note."),
    "voice-too-long": (_WARNING, "A voice lasts longer than its measure."),
    "voice-too-short": (_WARNING, "A voice does not fill its measure."),
    "partial-mismatch": (_WARNING, "A measure is not as long as its \\partial says."),
    "pickup-without-partial": (_HINT, "The first measure is short and has no \\partial."),
    "empty-measure": (_WARNING, "A measure without notes and rests is left out."),
    "empty-tuplet": (_WARNING, "A tuplet without notes."),
    "unclosed-beam": (_WARNING, "A beam begins and never ends."),
    "stray-beam-end": (_WARNING, "A beam ends that did not begin."),
    "unclosed-slur": (_HINT, "A slur begins and never ends."),
    "stray-slur-end": (_HINT, "A slur ends that did not begin."),
    "unclosed-hairpin": (_HINT, "A hairpin begins and never ends."),
    "stray-hairpin-end": (_HINT, "A hairpin ends that did not begin."),
    "tie-without-target": (_HINT, "A tie leads to no note of the same pitch."),
    "pitch-out-of-range": (_WARNING, "A pitch that no MIDI instrument can play."),
    "instrument-range": (_HINT, "A note that the part's instrument cannot play."),
    "lyrics-too-long": (_WARNING, "A verse has more syllables than the voice has notes."),
    "nesting-too-deep": (_ERROR, "Groups within groups beyond what is read."),
    "text-too-long": (_ERROR, "The text is longer than what is read."),
    "too-many-diagnostics": (_HINT, "Further faults are not listed."),
    "unknown-header": (_WARNING, "No header has this name."),
    "bad-header": (_ERROR, "A header that cannot be read."),
    "duplicate-header": (_HINT, "A header given twice; the last one counts."),
    "header-after-music": (_WARNING, "Headers stand before the music."),
    "bad-staves": (_ERROR, "The [staves] header cannot be read."),
    "duplicate-staff": (_ERROR, "A staff id that is used twice."),
    "bad-playing-order": (_ERROR, "The [measures] header cannot be read."),
    "measure-out-of-range": (_WARNING, "The playing order names a measure that is not there."),
    "order-not-shown": (_HINT, "A turn of the playing order that repeat signs cannot show."),
    "repeat-not-played": (_HINT, "A repeat sign that the playing order does not follow."),
})  # fmt: skip

# Their messages begin with the measure's number, which only the whole document knows.
NUMBERED = frozenset({
    "voice-too-long", "voice-too-short", "partial-mismatch", "pickup-without-partial",
    "lyrics-too-long",
})  # fmt: skip


def diagnose(
    code: str, start: int, end: int, message: str, hint: str = "",
    replacement: str | None = None, fix: str = "",
) -> Diagnostic:  # fmt: skip
    """A diagnostic with the severity that the table gives its code."""
    return Diagnostic(Span(start, end), CODES[code][0], code, message, hint, replacement, fix)


def in_text(diagnostic: Diagnostic, offset: int, measure_number: int) -> Diagnostic:
    """A diagnostic of a measure, with its place in the whole text and the measure's number."""
    message = diagnostic.message
    if diagnostic.code in NUMBERED:
        rest = message.removeprefix("This measure")
        if rest == message:
            rest = f", {message[0].lower()}{message[1:]}"
        message = f"Measure {measure_number}{rest}"
    return Diagnostic(
        diagnostic.span.shifted(offset), diagnostic.severity, diagnostic.code, message,
        diagnostic.hint, diagnostic.replacement, diagnostic.fix,
    )  # fmt: skip


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column of a code point offset, both from 1."""
    offset = max(0, min(offset, len(text)))
    line = text.count("\n", 0, offset) + 1
    return line, offset - text.rfind("\n", 0, offset)
