"""What a selection holds: notes, pitches of chords, whole measures."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lilydesk.lilylet.collection import collection_paused
from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.atoms import Atom, Head, Reading, joined_readings, read_measure
from lilydesk.notation.span import Span

NO_NOTES = "There are no notes in the selection."


def touches(selection: Span, span: Span) -> bool:
    """Whether a selection, or the cursor if it is empty, meets a piece of text."""
    if selection.start == selection.end:
        return span.start <= selection.start <= span.end
    return selection.start < span.end and span.start < selection.end


def holds(selection: Span, span: Span) -> bool:
    """Whether all of a piece of text is selected."""
    return selection.start <= span.start and span.end <= selection.end


def is_chosen_head(atom: Atom, head: Head, selection: Span) -> bool:
    """Whether a pitch is selected; of a chord that is not cut into, all are."""
    is_inside = len(atom.heads) > 1 and _cuts_into(selection, atom)
    return touches(selection, head.span if is_inside else atom.span)


def _cuts_into(selection: Span, atom: Atom) -> bool:
    """Whether the selection lies within the angle brackets of one chord."""
    inside = Span(atom.span.start + 1, atom.heads[-1].span.end)
    return selection.start < selection.end and holds(inside, selection)


def chosen_atoms(atoms: Sequence[Atom], selection: Span) -> list[int]:
    """The indices of the atoms that are selected, in the order of the text.

    The cursor chooses one: the one that begins at it rather than the one that ends there.
    """
    found = [index for index, atom in enumerate(atoms) if touches(selection, atom.span)]
    return found[-1:] if selection.start == selection.end else found


@dataclass(frozen=True, slots=True)
class Selected:
    """What is selected, within the measures that the selection touches."""

    first: int  # touched measures, as indices of chunks; none if `last` is before it
    last: int
    readings: Mapping[int, Reading]  # of these measures, by their indices
    reading: Reading  # of all of them together
    chosen: tuple[int, ...]  # indices in `reading.atoms`

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """All atoms of the touched measures."""
        return self.reading.atoms

    @property
    def chosen_atoms(self) -> tuple[Atom, ...]:
        """Those that are selected."""
        return tuple(self.reading.atoms[index] for index in self.chosen)


def selected(parsed: ParsedText, selection: Span) -> Selected:
    """Reads the measures that a selection touches, and those only."""
    first = max(0, bisect_left(parsed.chunk_starts, selection.start) - 1)
    last = bisect_right(parsed.chunk_starts, selection.end) - 1
    with collection_paused():
        readings = {index: read_measure(parsed, index) for index in range(first, last + 1)}
    reading = joined_readings(list(readings.values()))
    chosen = chosen_atoms(reading.atoms, selection)
    return Selected(first, last, readings, reading, tuple(chosen))
