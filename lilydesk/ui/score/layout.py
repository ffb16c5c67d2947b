"""Where the systems stand on the sheet: one tall page, as long as the music."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lilydesk.engraving import Box, EngravedSystem

MARGIN = 1600  # of the paper, hundredths of a millimetre
_GAP = 650  # between the ink of two systems
_HEADING_GAP = 700
_LEAST_ASCENT = 700  # room above a system's first staff, however little is written there


@dataclass(frozen=True, slots=True)
class Layout:
    """Tops of the systems' origins, and the paper. x = 0 is the left edge of the music."""

    tops: tuple[float, ...]
    paper: Box


def lay_out(systems: Sequence[EngravedSystem], width: float, least_height: float = 0) -> Layout:
    """Stack the systems. The paper has margins, and at least the given height."""
    tops: list[float] = []
    bottom: float = MARGIN
    for system in systems:
        ascent = max(-system.box.top, 0 if system.kind == "header" else _LEAST_ASCENT)
        tops.append(bottom + ascent)
        gap = _HEADING_GAP if system.kind == "header" else _GAP
        bottom += ascent + system.box.bottom + gap
    height = max(bottom - _GAP + MARGIN, least_height)
    return Layout(tuple(tops), Box(-MARGIN, 0, width + MARGIN, height))
