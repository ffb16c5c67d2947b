"""What a model begins it also ends: slurs, hairpins, beams and ties of its own are made whole.

Each measure is looked at in its place when it is handed on, so what was handed on before stays. An
end without a beginning is taken out at once; what is open for long, or behind the last measure,
ends there. A measure with a tie that leads out of it waits for the next one: if the note does not
come there, the tie is taken out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from lilydesk.composing.voice_places import VoicePlace, voices_of
from lilydesk.lilylet import Diagnostic, ParsedText, reparse
from lilydesk.lilylet.edits import TextEdit, apply_edits
from lilydesk.lilylet.edits.result import sorted_edits
from lilydesk.notation import Chord, Rest
from lilydesk.notation.span import Span
from lilydesk.notation.walk import leaves_of
from lilydesk.timeline.placing import VoiceKey, voice_keys

_NEVER_WHOLE = ("stray-slur-end", "stray-hairpin-end", "stray-beam-end", "unclosed-beam")
_ENDS = {"unclosed-slur": ")", "unclosed-hairpin": "\\!"}
_TIE = "tie-without-target"
_LONGEST = 4  # measures after which a slur or hairpin has been forgotten
_MOST_PASSES = 4  # what ends one may have begun another


class WholeMarks:
    """Follows a piece as it grows behind the composer's own text."""

    def __init__(self, composers: ParsedText, locked: frozenset[VoicePlace] = frozenset()) -> None:
        """Stand behind the composer's text; nothing is changed in `locked` voices."""
        self._parsed = composers
        self._own = len(composers.text)  # from here on the text is the model's
        self._locked = locked
        self._handed_on = self._newest = self._own  # where the text goes on, and its last measure

    def add(self, text: str, *, is_last: bool) -> tuple[str, ...]:
        """The measures that may be handed on now, this one or the one that has waited or both.

        Marks are taken out of them or put into them.
        """
        self._newest = len(self._parsed.text)
        self._read(self._parsed.text + text, is_last)
        start, middle = self._handed_on, self._newest
        waits = not is_last and any(fault.span.start >= middle for fault in self._faults(_TIE))
        self._handed_on = middle if waits else len(self._parsed.text)
        found = (self._parsed.text[start:middle], self._parsed.text[middle : self._handed_on])
        return tuple(filter(None, found))

    def finish(self) -> tuple[str, ...]:
        """The measure that has waited, where no other one comes."""
        start = self._handed_on
        if start < len(self._parsed.text):
            self._read(self._parsed.text, is_last=True)
        self._handed_on = len(self._parsed.text)
        return tuple(filter(None, (self._parsed.text[start:],)))

    def _read(self, text: str, is_last: bool) -> None:
        parsed = reparse(self._parsed, text)
        for _ in range(_MOST_PASSES):
            self._parsed = parsed
            edits = self._edits(is_last)
            if not edits:
                break
            self._newest += sum(e.growth for e in edits if e.span.start < self._newest)
            parsed = reparse(parsed, apply_edits(parsed.text, edits))
        self._parsed = parsed

    def _edits(self, is_last: bool) -> tuple[TextEdit, ...]:
        faults = self._faults(_TIE, *_NEVER_WHOLE, *_ENDS)
        edits = (
            _edit(self._parsed, fault, is_last or fault.span.start < self._newest, is_last)
            for fault in faults
        )
        return sorted_edits(
            edit for edit in edits if edit is not None and self._is_open(edit.span.start)
        )

    def _faults(self, *codes: str) -> Iterable[Diagnostic]:
        return (
            fault
            for fault in self._parsed.diagnostics
            if fault.code in codes and fault.span.start >= self._own
        )

    def _is_open(self, offset: int) -> bool:
        """Whether something may be changed at this place."""
        if offset < self._handed_on:
            return False
        document = self._parsed.document
        index = bisect_right(document.starts, offset) - 1
        local = offset - document.starts[index]
        return not any(
            voice.span.start <= local <= voice.span.end
            for place, voice in voices_of(document.measures[index])
            if place in self._locked
        )


def _edit(parsed: ParsedText, fault: Diagnostic, is_over: bool, is_last: bool) -> TextEdit | None:
    """What makes a mark whole; `is_over` where a tie can find its note no more."""
    if fault.code in _NEVER_WHOLE or (fault.code == _TIE and is_over):
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
