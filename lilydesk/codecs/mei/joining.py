"""Measures as they stand in the score: with barlines, and with what leads to others.

After an edit only those are put together again that the edit reaches, and slurs and ties are
followed only from the last place before it where nothing was open to the first one behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lilydesk.codecs.mei.links import Linker
from lilydesk.codecs.mei.measures import MeasurePiece, join_measure
from lilydesk.timeline.shown_order import ShownOrder


class MeiMeasure(NamedTuple):
    """A measure in its place."""

    text: str  # <measure>
    before: str  # <scoreDef> that stands before it, "" for none
    ending: str  # opening tag of the <ending> that holds it, "" outside

    @property
    def with_change(self) -> str:
        """The measure and the definition before it, a line each."""
        change = f"{self.before}\n" if self.before else ""
        return f"{change}{self.text}\n"


class Joiner:
    """Holds the measures of the score as it was joined last."""

    def __init__(self) -> None:
        self.measures: tuple[MeiMeasure, ...] = ()
        self._linked: list[list[str]] = []  # by measure: elements that lead from it to another
        self._is_clear: list[bool] = []  # by measure: nothing before it waits for its end in it
        self._shown = ShownOrder()
        self._tags: Mapping[int, str] = {}

    def join(
        self,
        pieces: Sequence[MeasurePiece],
        changed: range,
        shown: ShownOrder,
        tags: Mapping[int, str],
    ) -> None:
        """Put pieces together; those outside `changed` are where they were, from either end.

        `shown` gives repeat signs, `tags` the endings by the index of a measure.
        """
        moved = len(self.measures) - len(pieces)  # to the places before, behind `changed`
        linked = self._link(pieces, changed, moved)
        first = max(0, min(changed.start - 1, linked.start))
        last = min(len(pieces), max(changed.stop + 1, linked.stop))
        has_signs = bool(shown.starts or shown.ends or tags)
        if (shown, tags) != (self._shown, self._tags) or (moved and has_signs):
            first, last = 0, len(pieces)
        self._shown, self._tags = shown, tags
        known = self.measures
        joined = [self._joined(pieces, index) for index in range(first, last)]
        for place, new in enumerate(joined):
            index = first + place
            before = index if index < changed.start else index + moved
            if 0 <= before < len(known) and known[before] == new:
                joined[place] = known[before]  # the same object, by which others tell
        self.measures = (*known[:first], *joined, *known[last + moved :])

    def _link(self, pieces: Sequence[MeasurePiece], changed: range, moved: int) -> range:
        """Pair what leads from one measure to another; returns the measures looked at."""
        known = self._is_clear
        first = next((i for i in range(min(changed.start, len(known) - 1), 0, -1) if known[i]), 0)
        linker, index = Linker(), first
        is_clear: list[bool] = []
        while index < len(pieces):
            if index >= changed.stop and linker.is_clear and known[index + moved]:
                break
            is_clear.append(linker.is_clear)
            linker.add_measure(index, pieces[index].links, pieces[index].voices)
            index += 1
        else:
            linker.finish()
        found = [linker.elements.get(i, []) for i in range(first, index)]
        self._linked = [*self._linked[:first], *found, *self._linked[index + moved :]]
        self._is_clear = [*known[:first], *is_clear, *known[index + moved :]]
        return range(first, index)

    def _joined(self, pieces: Sequence[MeasurePiece], index: int) -> MeiMeasure:
        piece = pieces[index]
        after = pieces[index + 1] if index + 1 < len(pieces) else None
        left = _boundary(pieces[index - 1].right, piece.left)[1] if index else piece.left
        right = _boundary(piece.right, after.left)[0] if after else piece.right
        if index in self._shown.starts:
            left = "rptstart"
        if index in self._shown.ends:
            right = "rptend"
        clefs = after.leading_clefs if after else {}
        text = join_measure(piece, clefs, self._linked[index], left, right)
        return MeiMeasure(text, piece.changes, self._tags.get(index, ""))


def _boundary(right: str, left: str) -> tuple[str, str]:
    """The barlines right of a measure and left of the next. A `|:` belongs to what it opens.

    Signs of the playing order join those of the text; where one is there already nothing changes.
    """
    if right == "rptboth":
        return "rptend", "rptstart"
    if right == "rptstart":
        return "", "rptstart"
    if left in ("rptend", "rptboth"):
        return "rptend", "rptstart" if left == "rptboth" else ""
    return right, left
