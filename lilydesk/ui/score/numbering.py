"""Which measure is which: the score's own ids and numbers, and those that were drawn.

What is drawn keeps its ids where measures come or go ahead of it, so that it need not be drawn
anew. Everybody else counts: `m3` is the fourth measure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lilydesk.engraving import EngravedSystem
from lilydesk.notation import measure_id, place_of

_MEASURE = re.compile(r"m\d+(?=-|$)")


class Numbering:
    """The measures of a score as it is drawn, in their order."""

    def __init__(self, systems: Sequence[EngravedSystem] = ()) -> None:
        self._names = [name for system in systems for name in system.measures]
        self._indices = {name: index for index, name in enumerate(self._names)}

    def drawn(self, identifier: str) -> str:
        """The id under which an element was drawn."""
        place = place_of(identifier)
        if place is None or place.measure_index >= len(self._names):
            return identifier
        return _MEASURE.sub(self._names[place.measure_index], identifier, count=1)

    def drawn_measures(self, measures: range) -> tuple[str, ...]:
        """The ids under which these measures were drawn; those that are not there are left out."""
        return tuple(self._names[measures.start : measures.stop])

    def meant(self, identifier: str) -> str:
        """The id of a drawn element."""
        found = _MEASURE.match(identifier)
        if found is None or found[0] not in self._indices:
            return identifier
        return measure_id(self._indices[found[0]]) + identifier[found.end() :]

    def index_of(self, name: str) -> int:
        """Which measure, from 0, was drawn under this id."""
        return self._indices[name]

    def number_of(self, system: EngravedSystem) -> str:
        """What to write above the beginning of a system: nothing over the first."""
        index = self._indices.get(system.measures[0], 0) if system.measures else 0
        return str(index + 1) if index else ""
