"""Where the barlines of a passage are when it has been arranged in another time signature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate

from lilydesk.lilylet.document_parser import ParsedText
from lilydesk.lilylet.edits.numbering import measure_number
from lilydesk.lilylet.edits.splitting import CannotSplit
from lilydesk.notation.document import Measure
from lilydesk.timeline.playing_order import Run, barlines

_REPEATS = (".|:", ":|.", ":..:", ":|.|:")


class Barlines:
    """The old ones and the new ones: which measure begins where an old one did."""

    def __init__(
        self, parsed: ParsedText, passage: Sequence[int], old: Sequence[Measure],
        new: Sequence[Measure],
    ) -> None:  # fmt: skip
        self.n_more = len(new) - len(old)  # measures; may be negative
        self._measures = old
        self._first = measure_number(parsed, passage[0]) - 1
        self._old = _onsets(old)
        self._new = {onset: index for index, onset in enumerate(_onsets(new))}
        self._new[self._old[-1]] = len(new)  # what fills the last measure belongs to it

    def check_repeats(self) -> None:
        """Raises CannotSplit if a repeat sign would stand within a measure."""
        for index, measure in enumerate(self._measures):
            for style, place in zip(barlines(measure), (index, index + 1), strict=True):
                if style in _REPEATS and self._old[place] not in self._new:
                    raise CannotSplit(
                        f"The repeat sign at measure {self._first + index + 1} would stand within "
                        "a measure; take it out first, or choose another time signature."
                    )

    def remap(self, run: Run) -> Run:
        """Where a run of the playing order has gone. Raises CannotSplit."""
        first, after = self._moved(run.first), self._moved(run.last + 1)
        if after <= first:
            raise self._refusal(run.first)
        return Run(first, after - 1)

    def _moved(self, boundary: int) -> int:
        """The number, from 0, of the measure that begins where measure `boundary` did."""
        index = boundary - self._first
        if index <= 0:
            return boundary
        if index >= len(self._measures):
            return boundary + self.n_more
        place = self._new.get(self._old[index])
        if place is None:
            raise self._refusal(boundary)
        return self._first + place

    def _refusal(self, boundary: int) -> CannotSplit:
        return CannotSplit(
            f"The [measures] header has a section that meets another before measure "
            f"{boundary + 1}, which would lie within a measure; change the header first, "
            "or choose another time signature."
        )


def _onsets(measures: Iterable[Measure]) -> list[Fraction]:
    return list(accumulate((one.length for one in measures), initial=Fraction(0)))
