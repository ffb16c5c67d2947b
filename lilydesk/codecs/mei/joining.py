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
        """Put pieces together; those outside `changed` are in the place that they had before.

        `shown` gives repeat signs, `tags` the endings by the index of a measure.
        """
        linked = self._link(pieces, changed)
        first = max(0, min(changed.start - 1, linked.start))
        last = min(len(pieces), max(changed.stop + 1, linked.stop))
        if (shown, tags) != (self._shown, self._tags):
            first, last = 0, len(pieces)
        self._shown, self._tags = shown, tags
        known = self.measures
        joined = [self._joined(pieces, index) for index in range(first, last)]
        for place, (new, old) in enumerate(zip(joined, known[first:last], strict=False)):
            if new == old:
                joined[place] = old  # the same object, by which others tell
        self.measures = (*known[:first], *joined, *known[last : len(pieces)])

    def _link(self, pieces: Sequence[MeasurePiece], changed: range) -> range:
        """Pair what leads from one measure to another; returns the measures looked at."""
        before = min(changed.start, len(self._is_clear))
        first = next((i for i in range(before - 1, 0, -1) if self._is_clear[i]), 0)
        is_as_long = len(pieces) == len(self._is_clear)
        linker, index = Linker(), first
        is_clear: list[bool] = []
        while index < len(pieces):
            if index >= changed.stop and is_as_long and linker.is_clear and self._is_clear[index]:
                break
            is_clear.append(linker.is_clear)
            piece = pieces[index]
            linker.add_measure(index, piece.links, piece.voices)
            index += 1
        else:
            linker.finish()
        found = [linker.elements.get(i, []) for i in range(first, index)]
        self._linked = [*self._linked[:first], *found, *self._linked[index : len(pieces)]]
        self._is_clear = [*self._is_clear[:first], *is_clear, *self._is_clear[index : len(pieces)]]
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
