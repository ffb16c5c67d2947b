"""The lines of a score that an edit changed, drawn alone: as fast in a long score as in a short.

A line is known by what can be seen in it; if that is the same text as before, so is the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from lilydesk.engraving.cuts import Excerpt, cut_score, excerpt, reaches, standings
from lilydesk.engraving.display import EngravedSystem, Outline
from lilydesk.engraving.pieces import CutScore
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
        """The score after an edit, or none if it has changed too much. Raises EngravingError."""
        ground, cut = self._ground, cut_score(request.mei)
        if ground is None or cut is None or not cut.cuts or not _is_alike(ground.cut, cut):
            return Retouched(request.number, None, {})
        breaks = adjust_breaks(ground.breaks, len(ground.cut.cuts), len(cut.cuts))
        excerpts = _excerpts(cut, breaks)
        places = {known.key: place for place, known in enumerate(ground.excerpts)}
        if sum(one.key not in places for one in excerpts) > _MOST_LINES:
            return Retouched(request.number, None, {})
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
            page, _ = self._workshop.draw(one.mei, ground.width_mm, "encoded")
            lines = [system for system in page.systems if system.kind == "system"]
            if one.index >= len(lines):  # a line break that verovio did not follow
                return Retouched(number, None, {})
            systems.append(lines[one.index])
            glyphs |= page.glyphs
        cut, breaks = now
        self._ground = _Ground(cut, breaks, excerpts, ground.width_mm, ground.n_headers)
        return Retouched(number, tuple(systems), glyphs)


def adjust_breaks(breaks: list[int], n_before: int, n_now: int) -> list[int]:
    """The breaks for a score that has grown or shrunk, supposedly at its end.

    Guesses: new measures fill the last line until it is as full as the fullest before.
    """
    adjusted = [first for first in breaks if first < n_now]
    if n_now <= n_before:
        return adjusted
    sizes = [after - first for first, after in pairwise([*breaks, n_before])]
    fullest = max(*sizes, _FEWEST_MEASURES)
    while n_now - adjusted[-1] > fullest:
        adjusted.append(adjusted[-1] + fullest)
    return adjusted


def _is_alike(before: CutScore, now: CutScore) -> bool:
    """The heading and the staves are the same."""
    return before.definition == now.definition and before.head == now.head


def _excerpts(cut: CutScore, breaks: list[int]) -> list[Excerpt]:
    held, far = standings(cut), reaches(cut)
    edges = [*breaks, len(cut.cuts)]
    return [excerpt(cut, first, last, far, held) for first, last in pairwise(edges)]
