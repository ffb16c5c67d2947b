"""The lines of a score that an edit changed, drawn alone: as fast in a long score as in a short.

A line is known by what can be seen in it; if that is the same text as before, so is the line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from lilydesk.engraving.cuts import Excerpt, cut_score, excerpt, reaches, standings
from lilydesk.engraving.display import EngravedSystem, Outline
from lilydesk.engraving.pieces import Cut, CutScore, n_common_ends
from lilydesk.engraving.request import Adoption, Retouch, Retouched
from lilydesk.engraving.workshop import Workshop

_MOST_LINES = 6  # to be drawn alone; more of them are sooner drawn with all the rest
_FEWEST_MEASURES = 3  # that a line holds before a new one is begun at the end of the score


@dataclass(slots=True)
class _Ground:
    """The score as it was answered last."""

    cut: CutScore
    breaks: list[int]
    excerpts: list[Excerpt]
    width_mm: float
    n_headers: int


class Retoucher:
    """Holds one score. Stays on the thread that made it."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._ground: _Ground | None = None

    def adopt(self, adoption: Adoption) -> None:
        """Take over a score that was drawn elsewhere."""
        cut = cut_score(adoption.mei)
        self._ground = None
        if cut is not None and cut.cuts and adoption.edges[-1] == len(cut.cuts):
            breaks = list(adoption.edges[:-1])
            self._ground = _Ground(
                cut, breaks, _excerpts(cut, breaks), adoption.width_mm, adoption.n_headers
            )

    def retouch(self, request: Retouch) -> Retouched:
        """The score after an edit; if much has changed the lines in sight, or none.

        Raises EngravingError.
        """
        ground, cut = self._ground, cut_score(request.mei)
        if ground is None or cut is None or not cut.cuts:
            return Retouched(request.number, None, {})
        if not _is_alike(ground.cut, cut):
            return self._draw_in_sight(request, ground, cut)
        breaks = adjust_breaks(ground.breaks, change(ground.cut.cuts, cut.cuts))
        excerpts = _excerpts(cut, breaks)
        places = {known.key: place for place, known in enumerate(ground.excerpts)}
        if sum(one.key not in places for one in excerpts) > _MOST_LINES:
            return self._draw_in_sight(request, ground, cut)
        return self._draw(request.number, ground, excerpts, places, (cut, breaks))

    def _draw(
        self,
        number: int,
        ground: _Ground,
        excerpts: list[Excerpt],
        places: dict[tuple[str, ...], int],
        now: tuple[CutScore, list[int]],
    ) -> Retouched:
        systems: list[EngravedSystem | int] = list(range(ground.n_headers))
        glyphs: dict[str, Outline] = {}
        for one in excerpts:
            if one.key in places:
                systems.append(ground.n_headers + places[one.key])
                continue
            system = self._line(one, ground.width_mm, glyphs)
            if system is None:
                return Retouched(number, None, {})
            systems.append(system)
        cut, breaks = now
        self._ground = _Ground(cut, breaks, excerpts, ground.width_mm, ground.n_headers)
        return Retouched(number, tuple(systems), glyphs)

    def _draw_in_sight(self, request: Retouch, ground: _Ground, cut: CutScore) -> Retouched:
        """A few lines where too many have changed; none if there are other measures than before."""
        if len(cut.cuts) != len(ground.cut.cuts):
            return Retouched(request.number, None, {})
        systems: list[EngravedSystem | int] = list(range(ground.n_headers + len(ground.breaks)))
        glyphs: dict[str, Outline] = {}
        excerpts = _excerpts(cut, ground.breaks)
        first = bisect_right(ground.breaks, request.first_in_sight) - 1
        for line in range(first, min(first + _MOST_LINES, len(excerpts))):
            if excerpts[line].key != ground.excerpts[line].key:
                system = self._line(excerpts[line], ground.width_mm, glyphs)
                if system is None:
                    return Retouched(request.number, None, {})
                systems[ground.n_headers + line] = system
        if not glyphs:  # what has changed is out of sight, or in the heading
            return Retouched(request.number, None, {})
        return Retouched(request.number, tuple(systems), glyphs, is_part=True)

    def _line(
        self, one: Excerpt, width_mm: float, glyphs: dict[str, Outline]
    ) -> EngravedSystem | None:
        """Draw one line, add its glyphs; None where verovio did not follow the line breaks."""
        page, _ = self._workshop.draw(one.mei, width_mm, "encoded")
        lines = [system for system in page.systems if system.kind == "system"]
        glyphs |= page.glyphs
        return lines[one.index] if one.index < len(lines) else None


class Exchange(NamedTuple):
    """Measures `first` to `last` - 1 of `n_before` have become `n_new` others."""

    first: int
    last: int
    n_new: int
    n_before: int

    @property
    def n_more(self) -> int:
        """By how many measures the score has grown."""
        return self.n_new - (self.last - self.first)


def change(before: Sequence[Cut], now: Sequence[Cut]) -> Exchange:
    """What became of some measures; those around them are the same."""
    first, n_after = n_common_ends(before, now)
    return Exchange(first, len(before) - n_after, len(now) - n_after - first, len(before))


def adjust_breaks(breaks: list[int], change: Exchange) -> list[int]:
    """The breaks for a score in which measures have come or gone.

    Guesses: at the end they fill the last line until it is as full as the fullest before; a line
    elsewhere that has got too full is shared out evenly.
    """
    if not change.n_more:
        return breaks
    n_now = change.n_before + change.n_more
    fullest = max(*(after - first for first, after in pairwise([*breaks, change.n_before])),
                  _FEWEST_MEASURES)  # fmt: skip
    moved = {_moved(first, change) for first in breaks}
    adjusted = sorted(first for first in moved if first < n_now)
    if change.n_more < 0:
        return adjusted
    if change.last == change.n_before:
        return [*adjusted, *range(adjusted[-1] + fullest, n_now, fullest)]
    edges = [*adjusted, n_now]
    return [
        first + line * (after - first) // n_lines
        for first, after in pairwise(edges)
        for n_lines in [1 if after - first <= fullest else -((first - after) // fullest)]
        for line in range(n_lines)
    ]


def _moved(place: int, change: Exchange) -> int:
    """Where a line begins now that began at `place`."""
    if place <= change.first:
        return place
    if place >= change.last:
        return place + change.n_more
    return min(place, change.first + change.n_new)


def _is_alike(before: CutScore, now: CutScore) -> bool:
    """The heading and the staves are the same."""
    return before.definition == now.definition and before.head == now.head


def _excerpts(cut: CutScore, breaks: list[int]) -> list[Excerpt]:
    held, far = standings(cut), reaches(cut)
    edges = [*breaks, len(cut.cuts)]
    return [excerpt(cut, first, last, far, held) for first, last in pairwise(edges)]
