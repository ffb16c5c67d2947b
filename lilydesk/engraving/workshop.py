"""Requests into display lists: what the engraving processes do, and tests do in place."""

from __future__ import annotations

import re
from dataclasses import replace

from lilydesk.engraving.cuts import cut_score, whole_score
from lilydesk.engraving.display import EngravedScore, EngravedSystem, Outline
from lilydesk.engraving.pieces import CutScore
from lilydesk.engraving.press import Press
from lilydesk.engraving.request import EngravingRequest, Preview
from lilydesk.engraving.svg import Page, SvgReader
from lilydesk.errors import EngravingError

_ID = re.compile(r'\bxml:id="([^"]*)"')
_PREVIEWED = 24  # measures: about a page
_WORTH_A_PREVIEW = 48


class Workshop:
    """One toolkit and one reader. Stays on the thread that made it."""

    def __init__(self) -> None:
        self._press = Press()
        self._reader = SvgReader()

    def engrave(self, request: EngravingRequest) -> EngravedScore:
        """The whole score, its lines broken by verovio. Raises EngravingError.

        It is loaded twice, to find the breaks and to draw with them fixed: the two layouts differ
        by a hair, and only the second is the one in which a single line looks the same.
        """
        cut = cut_score(request.mei)
        mei = request.mei if isinstance(request.mei, str) else whole_score(request.mei, [0])
        breaks = self._breaks(mei, request.width_mm, cut)
        if cut is None or breaks is None:
            page, warnings = self.draw(mei, request.width_mm, "auto")
        else:
            page, warnings = self.draw(whole_score(cut, breaks), request.width_mm, "encoded")
        width = request.width_mm * 100
        return EngravedScore(request.number, width, page.systems, page.glyphs, warnings)

    def preview(self, request: Preview) -> EngravedScore | None:
        """The first lines of a long score; None for a short one, which is drawn as fast whole."""
        cut = cut_score(request.mei)
        if cut is None or len(cut.cuts) < _WORTH_A_PREVIEW:
            return None
        opening = replace(cut, cuts=cut.cuts[:_PREVIEWED])
        part = self.engrave(EngravingRequest(request.number, opening, request.width_mm))
        # The last line ends where the preview does, not where its music wants to.
        return replace(part, systems=part.systems[:-1], is_whole=False)

    def draw(self, mei: str, width_mm: float, breaks: str) -> tuple[Page, tuple[str, ...]]:
        """All systems in order, and what verovio grumbled about. Raises EngravingError."""
        known = frozenset(_ID.findall(mei))
        systems: list[EngravedSystem] = []
        glyphs: dict[str, Outline] = {}
        for svg in self._press.draw(mei, width_mm, breaks):
            try:
                page = self._reader.read(svg, known)
            except ValueError as error:
                raise EngravingError("The drawn score cannot be read.") from error
            systems += page.systems
            glyphs |= page.glyphs
        return Page(tuple(systems), glyphs), self._press.warnings

    def _breaks(self, mei: str, width_mm: float, cut: CutScore | None) -> list[int] | None:
        """Indices of the measures that begin lines; None if that cannot be told."""
        if cut is None or not cut.cuts:
            return None
        counts = self._press.count_measures(mei, width_mm)
        if sum(counts) != len(cut.cuts):
            return None
        return [sum(counts[:line]) for line in range(len(counts))]
