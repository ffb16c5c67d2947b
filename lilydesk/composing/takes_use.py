"""A take put to use: what has to change in the text as it stands now; and two takes compared."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from lilydesk.composing.takes import Take, TakesBook
from lilydesk.lilylet import parse_document, write_measures
from lilydesk.lilylet.common_ends import common_prefix, common_suffix
from lilydesk.lilylet.edits import TextEdit
from lilydesk.notation.span import Span


@dataclass(frozen=True, slots=True)
class Use:
    """What puts a take to use."""

    edits: tuple[TextEdit, ...]  # of the text as it stands
    is_over_changes: bool = False  # what the composer has changed since lies in the same place


def use_of(book: TakesBook, take: Take, current: str) -> Use:
    """What to change in the text `current` so that `take` is in use.

    What the composer changed elsewhere since the take was written stays. Where it lies in the same
    place, the take's whole text takes the place of the current one.
    """
    active = book.active_take
    if not take.edits:  # a version of the composer's own
        whole = difference(current, take.text)
        return Use((whole,) if whole else (), active is None or active.text != current)
    origins = [take.base]
    if active is not None and active.base == take.base:
        origins.insert(0, active.text)  # from one alternative to another
    for origin in origins:
        found = _rebased(origin, take, current)
        if found is not None:
            return Use(found)
    whole = difference(current, take.text)
    return Use((whole,) if whole else (), is_over_changes=True)


def _rebased(origin: str, take: Take, current: str) -> tuple[TextEdit, ...] | None:
    """The way from `origin` to the take, on top of the changes from `origin` to `current`."""
    wanted = take.edits
    if origin != take.base:
        one = difference(origin, take.text)
        wanted = (one,) if one else ()
    changed = difference(origin, current)
    if changed is None:
        return tuple(edit for edit in wanted if _changes(origin, edit))
    found = []
    for edit in wanted:
        if edit.span.end < changed.span.start:
            found.append(edit)
        elif edit.span.start > changed.span.end:
            found.append(TextEdit(edit.span.shifted(changed.growth), edit.replacement))
        elif edit.span == changed.span and edit.replacement == changed.replacement:
            continue  # it is there already
        else:
            return None
    return tuple(found)


def _changes(text: str, edit: TextEdit) -> bool:
    return text[edit.span.start : edit.span.end] != edit.replacement


def difference(one: str, other: str) -> TextEdit | None:
    """The one stretch in which two texts differ, as an edit of the first; None if they do not."""
    if one == other:
        return None
    start = common_prefix(one, other)
    end = common_suffix(one[start:], other[start:])
    return TextEdit(Span(start, len(one) - end), other[start : len(other) - end])


@dataclass(frozen=True, slots=True)
class MeasureDifference:
    """Where two pieces differ. Measures count from 0; an empty text: there is none."""

    first_measure: int | None
    second_measure: int | None
    first_text: str  # canonical, without its barline
    second_text: str


def compare(one: str, other: str) -> tuple[MeasureDifference, ...]:
    """The measures in which two texts differ, in canonical form."""
    first = write_measures(parse_document(one).document)
    second = write_measures(parse_document(other).document)
    found: list[MeasureDifference] = []
    for tag, i, i_end, j, j_end in _steps(first, second):
        if tag == "equal":
            continue
        for step in range(max(i_end - i, j_end - j)):
            here = i + step if i + step < i_end else None
            there = j + step if j + step < j_end else None
            found.append(
                MeasureDifference(
                    here,
                    there,
                    first[here] if here is not None else "",
                    second[there] if there is not None else "",
                )
            )
    return tuple(found)


def _steps(first: list[str], second: list[str]) -> list[tuple[str, int, int, int, int]]:
    """As SequenceMatcher's opcodes, of what is between equal beginnings and ends.

    In music that repeats itself it would else set measures against others that are like them.
    """
    shorter = min(len(first), len(second))
    before = next((n for n in range(shorter) if first[n] != second[n]), shorter)
    left = range(shorter - before)
    after = next((n for n in left if first[-1 - n] != second[-1 - n]), len(left))
    middle = SequenceMatcher(
        None, first[before : len(first) - after], second[before : len(second) - after], False
    )
    return [
        (tag, i + before, i_end + before, j + before, j_end + before)
        for tag, i, i_end, j, j_end in middle.get_opcodes()
    ]
