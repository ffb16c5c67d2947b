"""Where something stands in the text."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of code points.

    Inside a measure it counts from the measure's own start (Document.starts), so that a measure
    can be kept while text before it changes.
    """

    start: int
    end: int

    def shifted(self, offset: int) -> Span:
        """The same range, counted from `offset` code points earlier."""
        return Span(self.start + offset, self.end + offset)


NOWHERE = Span(0, 0)  # of what is made anew and stands in no text yet
