"""What a model begins it also ends: slurs, hairpins, beams and ties of its own are made whole.

Each measure is looked at in its place when it is handed on, so what was handed on before stays. An
end without a beginning is taken out at once; what is open for long, or behind the last measure,
ends there. Only a tie whose note does not come in the next measure is past mending by then.
"""

from __future__ import annotations

from bisect import bisect_right

from lilydesk.lilylet import Diagnostic, ParsedText, reparse
from lilydesk.lilylet.edits import TextEdit, apply_edits
from lilydesk.lilylet.edits.result import sorted_edits
from lilydesk.notation import Chord, Rest
from lilydesk.notation.span import Span
from lilydesk.notation.walk import leaves_of
from lilydesk.timeline.placing import VoiceKey, voice_keys

_NEVER_WHOLE = ("stray-slur-end", "stray-hairpin-end", "stray-beam-end", "unclosed-beam")
_ENDS = {"unclosed-slur": ")", "unclosed-hairpin": "\\!"}
_LONGEST = 4  # measures after which a slur or hairpin has been forgotten
_MOST_PASSES = 4  # what ends one may have begun another


class WholeMarks:
    """Follows a piece as it grows behind the composer's own text."""

    def __init__(self, composers: ParsedText) -> None:
        self._parsed = composers
        self._own = len(composers.text)  # from here on the text is the model's

    def made_whole(self, text: str, *, is_last: bool) -> str:
        """The text of the next measure, with marks taken out of it or put into it."""
        start = len(self._parsed.text)
        parsed = reparse(self._parsed, self._parsed.text + text)
        for _ in range(_MOST_PASSES):
            edits = self._edits(parsed, start, is_last)
            if not edits:
                break
            parsed = reparse(parsed, apply_edits(parsed.text, edits))
        self._parsed = parsed
        return parsed.text[start:]

    def _edits(self, parsed: ParsedText, start: int, is_last: bool) -> tuple[TextEdit, ...]:
        edits = [
            edit
            for fault in parsed.diagnostics
            if fault.span.start >= self._own
            and (edit := _edit(parsed, fault, is_last)) is not None
            and edit.span.start >= start
        ]
        return sorted_edits(edits)


def _edit(parsed: ParsedText, fault: Diagnostic, is_last: bool) -> TextEdit | None:
    if fault.code in _NEVER_WHOLE or (fault.code == "tie-without-target" and is_last):
        return TextEdit(fault.span, "")
    if fault.code in _ENDS:
        begun = bisect_right(parsed.document.starts, fault.span.start) - 1
        age = len(parsed.document.starts) - begun
        if is_last or age > _LONGEST:
            return _end(parsed, fault, begun)
    return None


def _end(parsed: ParsedText, fault: Diagnostic, begun: int) -> TextEdit | None:
    """Ends a slur or hairpin at the last note, or takes it out if it begins there."""
    start, measure = parsed.document.starts[-1], parsed.document.measures[-1]
    is_here = begun == len(parsed.document.starts) - 1
    key = _voice_at(parsed, fault.span.start, begun)
    # In the voice where it began, or else in another one of the part: that ends it as well.
    leaves = [
        leaf
        for other, voice in sorted(voice_keys(measure), key=lambda entry: entry[0] != key)
        if key is not None and (other == key if is_here else other.part == key.part)
        for leaf in reversed(list(leaves_of(voice.events)))
        if start + leaf.span.start > fault.span.start and (isinstance(leaf, Chord) or not is_here)
    ]
    last = min(leaves, key=lambda leaf: isinstance(leaf, Rest), default=None)  # rather at a note
    if last is None:
        return TextEdit(fault.span, "") if is_here else None
    place = start + last.span.end
    return TextEdit(Span(place, place), _ENDS[fault.code])


def _voice_at(parsed: ParsedText, offset: int, index: int) -> VoiceKey | None:
    local = offset - parsed.document.starts[index]
    found = (
        key
        for key, voice in voice_keys(parsed.document.measures[index])
        if voice.span.start <= local < voice.span.end
    )
    return next(found, None)
