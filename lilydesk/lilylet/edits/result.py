"""What an edit operation gives: pieces of text to replace, or a reason why there is nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lilydesk.notation.span import Span


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Put `replacement` in place of `span` (code points of the whole text)."""

    span: Span
    replacement: str

    @property
    def growth(self) -> int:
        """By how many code points the text becomes longer."""
        return len(self.replacement) - (self.span.end - self.span.start)


@dataclass(frozen=True, slots=True)
class EditResult:
    """Edits in the order of the text, none touching another; empty with a `reason`."""

    edits: tuple[TextEdit, ...] = ()
    reason: str = ""  # one plain sentence, where there is nothing to do

    def __bool__(self) -> bool:
        return bool(self.edits)


def nothing(reason: str) -> EditResult:
    """An operation that changes nothing, and why."""
    return EditResult((), reason)


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """The text after the edits; every byte outside their spans is as it was."""
    pieces, position = [], 0
    for edit in edits:
        pieces += [text[position : edit.span.start], edit.replacement]
        position = edit.span.end
    return "".join([*pieces, text[position:]])


def spans_after(edits: Iterable[TextEdit]) -> tuple[Span, ...]:
    """Where the replacements stand in the text after the edits."""
    found, shift = [], 0
    for edit in edits:
        start = edit.span.start + shift
        found.append(Span(start, start + len(edit.replacement)))
        shift += edit.growth
    return tuple(found)


def sorted_edits(edits: Iterable[TextEdit]) -> tuple[TextEdit, ...]:
    """Edits in the order of the text; neighbours that touch become one."""
    joined: list[TextEdit] = []
    for edit in sorted(edits, key=lambda one: one.span):
        before = joined[-1] if joined else None
        if before is not None and before.span.end == edit.span.start:
            span = Span(before.span.start, edit.span.end)
            joined[-1] = TextEdit(span, before.replacement + edit.replacement)
        else:
            joined.append(edit)
    return tuple(joined)


def composed(
    text: str, first: Iterable[TextEdit], second: Iterable[TextEdit]
) -> tuple[TextEdit, ...]:
    """One set of edits of `text` for two: `second` counts in the text that `first` gives."""
    waiting = list(second)
    found: list[TextEdit] = []
    shift = 0  # what a place in the middle text is ahead of the same place in `text`
    for edit in first:
        start = edit.span.start + shift
        end = start + len(edit.replacement)
        before = [one for one in waiting if one.span.end <= start and one.span.start < start]
        inside = [one for one in waiting if one not in before and one.span.start <= end]
        waiting = [one for one in waiting if one not in before and one not in inside]
        found += [_moved(one, -shift) for one in before]
        if inside:
            found.append(_with_changes(text, edit, start, end, shift, inside))
        else:
            found.append(edit)
        shift += edit.growth
    found += [_moved(one, -shift) for one in waiting]
    return sorted_edits(found)


def _moved(edit: TextEdit, by: int) -> TextEdit:
    return TextEdit(edit.span.shifted(by), edit.replacement)


def _with_changes(
    text: str, edit: TextEdit, start: int, end: int, shift: int, inside: list[TextEdit]
) -> TextEdit:
    """`edit`, whose replacement lies at start..end of the middle text, changed once more."""
    low = min(start, inside[0].span.start)
    high = max(end, inside[-1].span.end)
    ahead = text[low - shift : edit.span.start]
    behind = text[edit.span.end : edit.span.end + high - end]
    middle = ahead + edit.replacement + behind
    changed = apply_edits(middle, [_moved(one, -low) for one in inside])
    return TextEdit(Span(edit.span.start - (start - low), edit.span.end + high - end), changed)
